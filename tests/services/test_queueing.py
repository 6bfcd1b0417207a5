from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.authorising import Role
from services.queueing import Entry, SlotTaken
from services.refusals import NotAllowed, NotFound, Refusal
from services.scheduling import QUEUE_PAUSED
from tests.services.queue_scene import DAY, HOUR, MONDAY, Scene, scene_on

if TYPE_CHECKING:
    from tests.conftest import HandClock

EVENING = MONDAY - 3 * DAY + 8.5 * HOUR
"""Friday 17:30 in Madrid: the first slot after the tests' noon."""


@pytest.fixture
async def scene(bureau: Any) -> Scene:
    return await scene_on(bureau)


async def test_the_next_free_slot_is_the_first_that_nobody_has(scene: Scene) -> None:
    first, second = await scene.take(), await scene.take()
    assert [first.due_at, second.due_at] == [EVENING, MONDAY]
    assert (first.queue_id, first.slot_on, second.slot_on) == (scene.queue_id, "2026-11-20", "2026-11-23")
    assert (first.zone, first.facts["local"]) == ("Europe/Madrid", "2026-11-20T17:30:00")
    assert first.slot_id != second.slot_id


async def test_two_people_at_once_never_get_the_same_slot(bureau_on_both: Any) -> None:
    """Mutation: without the lock on the queue, PostgreSQL gives several of them Friday evening."""
    scene = await scene_on(bureau_on_both)
    taken = await asyncio.gather(*(scene.take(f"Post {number}") for number in range(6)))
    assert len({(one.slot_id, one.slot_on) for one in taken}) == 6
    assert len({one.due_at for one in taken}) == 6


async def test_two_people_at_once_at_the_top_push_each_other_and_nobody_out(bureau_on_both: Any) -> None:
    scene = await scene_on(bureau_on_both)
    await asyncio.gather(*(scene.take(f"Post {number}", top=True) for number in range(4)))
    async with scene.bureau.begin() as tx:
        rows = await tx.publications.list(states=["scheduled"], limit=10)
    assert len({(one.slot_id, one.slot_on) for one in rows}) == 4
    assert [one.due_at for one in rows] == [EVENING, MONDAY, MONDAY + 8.5 * HOUR, MONDAY + DAY]


async def test_a_slot_that_was_shown_and_taken_meanwhile_is_not_swapped_for_another(scene: Scene) -> None:
    await scene.take()
    async with scene.bureau.begin() as tx:
        post = await scene.bureau.post(tx)
    with pytest.raises(SlotTaken):
        await scene.deed("take_next", scene.queue_id, Entry(post.id, 1), seen=EVENING)
    with pytest.raises(SlotTaken):
        await scene.deed("take_top", scene.queue_id, Entry(post.id, 1), seen=(EVENING, 0))
    made = await scene.deed("take_top", scene.queue_id, Entry(post.id, 1), seen=(EVENING, 1))
    assert made.due_at == EVENING


async def test_the_top_moves_each_by_one_and_only_until_a_hole_takes_up_the_rest(scene: Scene) -> None:
    first, second, third, fourth = [await scene.take(str(number)) for number in range(4)]
    await scene.cancel(third)
    top = await scene.take("Urgent", top=True)
    assert await scene.dues(top, first, second, fourth) == [
        EVENING,
        MONDAY,
        MONDAY + 8.5 * HOUR,
        MONDAY + DAY,
    ]


async def test_who_is_moved_by_the_top_has_a_new_approval_by_the_same_person(scene: Scene) -> None:
    first = await scene.take()
    await scene.take("Urgent", top=True)
    moved = await scene.row(first)
    async with scene.bureau.begin() as tx:
        old, new = (
            await tx.approvals.get(first.approval_id),
            await tx.approvals.get(moved.approval_id),
        )
    assert (old.voided_at is not None, new.voided_at, new.due_at) == (True, None, MONDAY)
    assert new.given_by_user_id == scene.bureau.actor.user_id
    assert (moved.next_at, moved.version) == (MONDAY, first.version + 1)


async def test_what_is_on_its_way_keeps_its_place_and_is_stepped_over(scene: Scene) -> None:
    leaving, waiting = await scene.take("Leaving"), await scene.take("Waiting")
    async with scene.bureau.begin() as tx:
        (await tx.publications.get(leaving.id)).state = "armed"
    top = await scene.take("Urgent", top=True)
    assert await scene.dues(leaving, top, waiting) == [EVENING, MONDAY, MONDAY + 8.5 * HOUR]


async def test_what_nobody_has_approved_is_pushed_along_and_stays_unapproved(scene: Scene) -> None:
    """Mutation: moved like the others, a changed text would leave without anybody having read it."""
    held = await scene.take()
    async with scene.bureau.begin() as tx:
        await scene.bureau.drafting.revise(tx, scene.bureau.actor, held.post_id, text="New words")
    await scene.take("Urgent", top=True)
    moved = await scene.row(held)
    assert (moved.due_at, moved.next_at, moved.approval_id) == (MONDAY, None, None)
    assert moved.slot_on == "2026-11-23"


async def test_cancelling_leaves_a_hole_that_the_next_one_takes(scene: Scene) -> None:
    first, second = await scene.take(), await scene.take()
    await scene.cancel(first)
    assert await scene.dues(second) == [MONDAY]
    assert (await scene.take()).due_at == EVENING


async def test_moving_by_hand_leaves_the_slot_to_others(scene: Scene) -> None:
    first, second = await scene.take(), await scene.take()
    async with scene.bureau.begin() as tx:
        at = MONDAY + 30 * DAY
        await scene.bureau.scheduling.move(tx, scene.bureau.actor, first.id, version=1, at=at)
    moved = await scene.row(first)
    assert (moved.queue_id, moved.slot_id, moved.slot_on) == (None, None, None)
    assert await scene.dues(second) == [MONDAY]
    assert (await scene.take()).due_at == EVENING


async def test_approving_again_keeps_the_slot(scene: Scene) -> None:
    first = await scene.take()
    async with scene.bureau.begin() as tx:
        await scene.bureau.drafting.revise(tx, scene.bureau.actor, first.post_id, text="New words")
    async with scene.bureau.begin() as tx:
        await scene.bureau.scheduling.approve_again(tx, scene.bureau.actor, first.id, version=None)
    again = await scene.row(first)
    assert (again.slot_on, again.next_at, again.queue_id) == ("2026-11-20", EVENING, scene.queue_id)


async def test_a_waiting_post_takes_the_top_and_its_own_place_takes_up_the_rest(scene: Scene) -> None:
    first, second, third = [await scene.take(str(number)) for number in range(3)]
    entry = Entry(second.post_id, second.version, moves=second.id)
    await scene.deed("take_top", scene.queue_id, entry, seen=(EVENING, 1))
    assert await scene.dues(second, first, third) == [EVENING, MONDAY, MONDAY + 8.5 * HOUR]


async def test_a_queue_without_slots_says_so(bureau: Any) -> None:
    empty = await scene_on(bureau, "", name="Empty")
    for top in (False, True):
        with pytest.raises(Refusal, match="No slot"):
            await empty.take(top=top)


async def test_a_post_of_another_account_does_not_fit_into_the_queue(scene: Scene) -> None:
    made = await scene.bureau.scheduled(MONDAY)
    async with scene.bureau.begin() as tx:
        (await tx.queues.get(scene.queue_id)).account_id = made.account_id
        other = tx.accounts.add(await _another_account(tx))
        await tx.flush()
        (await tx.publications.get(made.id)).account_id = other.id
    with pytest.raises(Refusal, match="another account"):
        await scene.deed("take_next", scene.queue_id, Entry(made.post_id, 1, moves=made.id), seen=None)


async def test_viewers_and_strangers_take_no_slot_and_pause_nothing(scene: Scene) -> None:
    bureau = scene.bureau
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
    for actor, refused in ((bureau.acting(Role.VIEWER), NotAllowed), (bureau.stranger, NotFound)):
        for deed, more in (
            ("take_next", {"entry": Entry(post.id, 1), "seen": None}),
            ("take_top", {"entry": Entry(post.id, 1), "seen": None}),
            ("pause", {}),
            ("resume", {"seen": 0}),
        ):
            with pytest.raises(refused):
                async with bureau.begin(actor) as tx:
                    await getattr(scene.queueing, deed)(tx, actor, scene.queue_id, **more)


async def test_an_overview_counts_who_waits_and_names_the_next_free_slot(scene: Scene) -> None:
    await scene.take()
    (found,) = await scene.deed("overviews", scene.bureau.account_id)
    assert (found.queue.name, found.waiting, len(found.slots)) == ("Main", 1, 10)
    assert found.free.at == MONDAY


async def test_a_slot_that_the_clocks_skip_comes_right_after_and_says_so(
    bureau: Any, clock: HandClock
) -> None:
    clock.move(timedelta(days=120))
    scene = await scene_on(bureau, "Sun 02:30")
    made = await scene.take()
    while made.slot_on != "2027-03-28":
        made = await scene.take()
    assert (made.due_at.hour, made.due_at.minute) == (1, 0)
    assert made.facts["local"] == "2027-03-28T02:30:00"


async def test_what_is_put_into_a_paused_queue_waits_for_it(scene: Scene) -> None:
    await scene.deed("pause", scene.queue_id)
    made = await scene.take()
    assert (made.due_at, made.next_at, made.reason) == (EVENING, None, QUEUE_PAUSED)


async def _another_account(tx: Any) -> Any:
    from storage.accounts import Account

    return Account(
        workspace_id=tx.workspace_id,
        id=tx.new_id(),
        platform="short",
        remote_id="other",
        name="Other",
        connected_at=tx.now,
        updated_at=tx.now,
    )
