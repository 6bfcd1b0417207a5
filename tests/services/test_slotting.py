from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.authorising import Role
from services.refusals import NotAllowed, NotFound, Refusal
from services.slot_phrases import Standing, read_standing
from services.slotting import LONGEST_NAME, MOST_QUEUES, MOST_SLOTS
from tests.services.queue_scene import Scene, scene_on

EVERY_HOUR = "daily " + " ".join(f"{hour}:00" for hour in range(24))


@pytest.fixture
async def scene(bureau: Any) -> Scene:
    return await scene_on(bureau)


async def opened(scene: Scene, name: str) -> Any:
    async with scene.bureau.begin() as tx:
        return await scene.slotting.open(tx, scene.bureau.actor, scene.bureau.account_id, name=name)


async def test_a_queue_is_in_the_zone_of_its_account_or_of_the_workspace(scene: Scene) -> None:
    first = await opened(scene, "First")
    async with scene.bureau.begin() as tx:
        (await tx.accounts.get(scene.bureau.account_id)).zone = "Asia/Tokyo"
    second = await opened(scene, "Second")
    assert (first.zone, second.zone) == ("Europe/Madrid", "Asia/Tokyo")


@pytest.mark.parametrize("name", ["", "  \n ", "x" * (LONGEST_NAME + 1), "main", " Main "])
async def test_a_name_is_there_is_short_and_is_nobody_elses(scene: Scene, name: str) -> None:
    with pytest.raises(Refusal) as caught:
        await opened(scene, name)
    assert caught.value.next_step


async def test_a_queue_may_keep_its_name_in_other_letters(scene: Scene) -> None:
    async with scene.bureau.begin() as tx:
        named = await scene.slotting.rename(tx, scene.bureau.actor, scene.queue_id, name="  MAIN  queue ")
    assert named.name == "MAIN queue"


async def test_the_same_name_tapped_by_two_at_once_makes_one_queue(bureau_on_both: Any) -> None:
    """Mutation: without the lock on the account, PostgreSQL answers the second with a fault instead of a sentence."""
    scene = await scene_on(bureau_on_both)
    all_there = asyncio.Barrier(1 if bureau_on_both.storage.is_alone else 3)

    async def tap() -> Any:
        async with scene.bureau.begin() as tx:
            await tx.accounts.list()
            await all_there.wait()
            return await scene.slotting.open(tx, scene.bureau.actor, scene.bureau.account_id, name="News")

    made = await asyncio.gather(*(tap() for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in made) == ["Queue", "Refusal", "Refusal"]


async def test_times_that_are_there_already_are_added_once(scene: Scene) -> None:
    async with scene.bureau.begin() as tx:
        actor, wanted = scene.bureau.actor, read_standing("Fri-Sat 9:00")
        first = await scene.slotting.add(tx, actor, scene.queue_id, wanted)
        again = await scene.slotting.add(tx, actor, scene.queue_id, wanted)
    assert ([(one.weekday, one.at_local) for one in first], again) == ([(5, "09:00")], [])


async def test_there_is_an_end_to_slots_and_queues(scene: Scene) -> None:
    async with scene.bureau.begin() as tx:
        await scene.slotting.add(tx, scene.bureau.actor, scene.queue_id, read_standing(EVERY_HOUR))
    with pytest.raises(Refusal, match=str(MOST_SLOTS)):
        async with scene.bureau.begin() as tx:
            more = [Standing(day, f"{hour:02}:01") for day in range(2) for hour in range(24)]
            await scene.slotting.add(tx, scene.bureau.actor, scene.queue_id, more)
    for number in range(MOST_QUEUES - 1):
        await opened(scene, f"Queue {number}")
    with pytest.raises(Refusal, match=str(MOST_QUEUES)):
        await opened(scene, "One more")


async def test_only_who_may_change_settings_changes_times_and_only_his_own(scene: Scene) -> None:
    bureau = scene.bureau
    async with bureau.begin() as tx:
        (slot, *_) = await tx.queues.slots(scene.queue_id)
    deeds: list[tuple[str, Any, dict[str, Any]]] = [
        ("open", bureau.account_id, {"name": "Mine"}),
        ("rename", scene.queue_id, {"name": "Mine"}),
        ("add", scene.queue_id, {"standing": [Standing(0, "05:00")]}),
        ("remove_slot", slot.id, {}),
        ("remove", scene.queue_id, {}),
    ]
    for deed, subject, more in deeds:
        for actor, refused in ((bureau.acting(Role.EDITOR), NotAllowed), (bureau.stranger, NotFound)):
            with pytest.raises(refused):
                async with bureau.begin(actor) as tx:
                    await getattr(scene.slotting, deed)(tx, actor, subject, **more)
    async with bureau.begin() as tx:
        assert len(await tx.queues.slots(scene.queue_id)) == 10
