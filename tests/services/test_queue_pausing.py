from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.queueing import SlotTaken
from services.refusals import Refusal
from services.scheduling import QUEUE_PAUSED
from tests.services.queue_scene import DAY, HOUR, MONDAY, Scene, scene_on

if TYPE_CHECKING:
    from storage.publications import Publication
    from tests.conftest import HandClock

EVENING = MONDAY - 3 * DAY + 8.5 * HOUR


@pytest.fixture
async def scene(bureau: Any) -> Scene:
    return await scene_on(bureau)


async def revise(scene: Scene, one: Publication, text: str = "New words") -> None:
    async with scene.bureau.begin() as tx:
        await scene.bureau.drafting.revise(tx, scene.bureau.actor, one.post_id, text=text)


async def approve(scene: Scene, one: Publication) -> None:
    async with scene.bureau.begin() as tx:
        await scene.bureau.scheduling.approve_again(tx, scene.bureau.actor, one.id, version=None)


async def test_a_paused_queue_holds_its_posts_and_no_others(scene: Scene, bureau: Any) -> None:
    other = await scene_on(bureau, "daily 10:00", name="Other")
    held, free = await scene.take(), await other.take()
    assert await scene.deed("pause", scene.queue_id) == 1
    held, free = await scene.row(held), await scene.row(free)
    assert (held.state, held.next_at, held.reason, held.due_at) == ("scheduled", None, QUEUE_PAUSED, EVENING)
    assert free.next_at == free.due_at


async def test_resumed_in_time_everything_leaves_as_planned(scene: Scene) -> None:
    one, two = await scene.take(), await scene.take()
    await scene.deed("pause", scene.queue_id)
    assert await scene.deed("resume", scene.queue_id, seen=0) == 2
    assert [(await scene.row(row)).next_at for row in (one, two)] == [EVENING, MONDAY]
    assert (await scene.row(one)).reason is None


async def test_what_missed_its_slot_takes_the_next_free_ones_in_its_old_order(
    scene: Scene, clock: HandClock
) -> None:
    """Mutation: released as they are, both would leave in the same second."""
    first, second, third = [await scene.take(str(number)) for number in range(3)]
    await scene.deed("pause", scene.queue_id)
    clock.move(timedelta(days=3))  # Monday, 13:00 in Madrid: the third still has its evening
    placed = await scene.deed("overdue", scene.queue_id)
    assert [one.publication.id for one in placed] == [first.id, second.id]
    with pytest.raises(SlotTaken):
        await scene.deed("resume", scene.queue_id, seen=0)
    assert await scene.deed("resume", scene.queue_id, seen=2) == 1
    assert await scene.dues(third, first, second) == [
        MONDAY + 8.5 * HOUR,
        MONDAY + DAY,
        MONDAY + DAY + 8.5 * HOUR,
    ]
    rows = [await scene.row(one) for one in (first, second, third)]
    assert all(one.next_at == one.due_at > clock() for one in rows)


async def test_a_resume_releases_no_text_that_nobody_has_approved(scene: Scene) -> None:
    one = await scene.take()
    await scene.deed("pause", scene.queue_id)
    await revise(scene, one)
    await scene.deed("resume", scene.queue_id, seen=0)
    row = await scene.row(one)
    assert (row.next_at, row.approval_id) == (None, None)


async def test_whatever_the_reason_says_nothing_is_released_without_an_approval(scene: Scene) -> None:
    one = await scene.take()
    await scene.deed("pause", scene.queue_id)
    async with scene.bureau.begin() as tx:
        (await tx.publications.get(one.id)).approval_id = None
    await scene.deed("resume", scene.queue_id, seen=0)
    assert (await scene.row(one)).next_at is None


async def test_what_is_approved_while_the_queue_is_paused_still_waits_for_it(
    scene: Scene, clock: HandClock
) -> None:
    one = await scene.take()
    await scene.deed("pause", scene.queue_id)
    await revise(scene, one)
    clock.move(timedelta(days=1))
    await approve(scene, one)
    row = await scene.row(one)
    assert (row.next_at, row.reason, row.queue_id) == (None, QUEUE_PAUSED, scene.queue_id)
    clock.move(timedelta(minutes=5))
    await scene.deed("resume", scene.queue_id, seen=1)
    assert (await scene.row(one)).next_at == MONDAY


async def test_a_resume_does_not_speak_for_a_paused_account(scene: Scene) -> None:
    one = await scene.take()
    await scene.deed("pause", scene.queue_id)
    async with scene.bureau.begin() as tx:
        account = await tx.accounts.get(scene.bureau.account_id)
        account.status, account.last_error = "paused", "Thrown out."
    await scene.deed("resume", scene.queue_id, seen=0)
    row = await scene.row(one)
    assert (row.next_at, row.reason) == (None, "Thrown out.")


async def test_what_another_reason_holds_is_not_taken_over_by_the_pause(scene: Scene) -> None:
    one = await scene.take()
    async with scene.bureau.begin() as tx:
        row = await tx.publications.get(one.id)
        row.next_at, row.reason = None, "Thrown out."
    await scene.deed("pause", scene.queue_id)
    await scene.deed("resume", scene.queue_id, seen=0)
    row = await scene.row(one)
    assert (row.next_at, row.reason) == (None, "Thrown out.")


async def test_the_top_of_a_paused_queue_moves_others_and_releases_nobody(scene: Scene) -> None:
    one = await scene.take()
    await scene.deed("pause", scene.queue_id)
    top = await scene.take("Urgent", top=True)
    rows = [await scene.row(top), await scene.row(one)]
    assert [(row.due_at, row.next_at, row.reason) for row in rows] == [
        (EVENING, None, QUEUE_PAUSED),
        (MONDAY, None, QUEUE_PAUSED),
    ]


async def test_pausing_and_resuming_twice_is_like_once(scene: Scene) -> None:
    one = await scene.take()
    for _ in range(2):
        await scene.deed("pause", scene.queue_id)
    assert [await scene.deed("resume", scene.queue_id, seen=0) for _ in range(2)] == [1, 0]
    assert (await scene.row(one)).next_at == EVENING


async def test_a_removed_queue_leaves_its_posts_at_their_moments(scene: Scene) -> None:
    one, two = await scene.take(), await scene.take()
    await scene.deed("pause", scene.queue_id)
    async with scene.bureau.begin() as tx:
        assert await scene.slotting.remove(tx, scene.bureau.actor, scene.queue_id) == 2
    rows = [await scene.row(row) for row in (one, two)]
    assert [(row.queue_id, row.slot_id, row.slot_on) for row in rows] == [(None, None, None)] * 2
    assert [(row.due_at, row.next_at) for row in rows] == [(EVENING, EVENING), (MONDAY, MONDAY)]


async def test_a_removed_slot_frees_its_own_posts_only(scene: Scene) -> None:
    one, two = await scene.take(), await scene.take()
    assert one.slot_id is not None
    async with scene.bureau.begin() as tx:
        slot, freed = await scene.slotting.remove_slot(tx, scene.bureau.actor, one.slot_id)
    assert (slot.weekday, slot.at_local, freed) == (4, "17:30", 1)
    assert (await scene.row(one)).slot_id is None
    assert (await scene.row(two)).slot_id == two.slot_id
    assert (await scene.take()).due_at == MONDAY + 8.5 * HOUR


async def test_a_queue_whose_posts_missed_their_slot_is_resumed_before_it_is_removed(
    scene: Scene, clock: HandClock
) -> None:
    """Mutation: removed, it would let them leave at once and late."""
    await scene.take()
    await scene.deed("pause", scene.queue_id)
    clock.move(timedelta(days=1))
    with pytest.raises(Refusal, match="Resume it first"):
        async with scene.bureau.begin() as tx:
            await scene.slotting.remove(tx, scene.bureau.actor, scene.queue_id)
