"""Does a post get exactly the slot that was said back, and does nobody lose his without being told?"""

from __future__ import annotations

from datetime import UTC, datetime

from storage.posts import Post
from tests.bot.commands.test_queues import MAIN, filled, queued
from tests.bot.house import House

FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


async def due(house: House, post_id: object) -> datetime:
    (one, *_) = await house.publications(post_id)  # type: ignore[arg-type]  # a post's id
    return one.due_at


async def moments(house: House, text: str = "Urgent") -> Post:
    post = await house.draft(text)
    await house.press("Schedule")
    return post


async def test_without_slots_the_moments_are_as_they_were(house: House) -> None:
    await house.connect()
    await moments(house)
    assert not [one for one in house.last.labels if "slot" in one.casefold()]


async def test_the_next_free_slot_is_said_back_and_saved_by_one_tap(house: House) -> None:
    queue = await filled(house)
    post = await moments(house)
    assert "Next free slot · Fri 17:30" in house.last.labels
    await house.press("Next free slot · Fri 17:30")
    assert "Fri 20 Nov 2026, 17:30 (Europe/Madrid, UTC+1)" in house.last.text
    assert "The next free slot of “Main”, whose times are in Europe/Madrid." in house.last.text
    assert await house.publications(post.id) == []
    await house.press("Schedule")
    (made,) = await house.publications(post.id)
    assert (made.due_at, made.queue_id, made.slot_on) == (FRIDAY, queue.id, "2026-11-20")
    assert house.toasts[-1].startswith("Scheduled for Fri 20 Nov 2026, 17:30")


async def test_a_slot_that_somebody_was_quicker_to_take_is_said_back_anew(house: House) -> None:
    await filled(house)
    post = await moments(house)
    await house.press("Next free slot · Fri 17:30")
    confirm = house.last
    await queued(house, "Quicker")
    await house.press("Schedule", on=confirm)
    assert "That slot was taken a moment ago." in house.last.text
    assert "Mon 23 Nov 2026, 09:00" in house.last.text
    assert await house.publications(post.id) == []
    await house.press("Schedule")
    assert await due(house, post.id) == MONDAY


async def test_the_top_says_whom_it_moves_and_moves_them_with_one_tap(house: House) -> None:
    await filled(house)
    first, second = await queued(house, "First"), await queued(house, "Second")
    post = await moments(house)
    await house.press("More slots…")
    assert "Next free slot: Mon 17:30. Top of the queue: Fri 17:30, 2 posts move on by one slot." in (
        house.last.text
    )
    await house.press("Top of the queue")
    assert "Fri 20 Nov 2026, 17:30" in house.last.text
    assert "2 posts move on by one slot" in house.last.text
    assert await due(house, first.post_id) == FRIDAY
    await house.press("Schedule")
    assert await due(house, post.id) == FRIDAY
    assert await due(house, first.post_id) == MONDAY
    assert await due(house, second.post_id) == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


async def test_a_top_that_would_move_others_than_was_said_is_said_again(house: House) -> None:
    await filled(house)
    post = await moments(house)
    await house.press("More slots…")
    await house.press("Top of the queue")
    assert "No other post moves." in house.last.text
    confirm = house.last
    first = await queued(house, "Quicker")
    await house.press("Schedule", on=confirm)
    assert "The queue has changed a moment ago." in house.last.text
    assert "1 post moves on by one slot" in house.last.text
    assert (await due(house, first.post_id), await house.publications(post.id)) == (FRIDAY, [])


async def test_a_waiting_post_moves_into_a_slot_and_its_old_card_is_refused(house: House) -> None:
    await filled(house)
    post = await moments(house)
    await house.press("In one hour")
    await house.press("Schedule")
    await house.say("/queue")
    await house.press("1 · 11:30")
    old = house.last
    await house.press("Move")
    await house.press("Next free slot · Fri 17:30")
    await house.press("Move")
    (made,) = await house.publications(post.id)
    assert (made.due_at, made.slot_on) == (FRIDAY, "2026-11-20")
    assert "moved or changed" in await house.refused("Publish now", on=old)


async def test_a_post_that_changed_since_takes_no_slot(house: House) -> None:
    await filled(house)
    post = await moments(house)
    await house.press("Next free slot · Fri 17:30")
    confirm = house.last
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.revise(tx, house.owner, post.id, text="Something else")
    assert "has changed since" in await house.refused("Schedule", on=confirm)
    assert await house.publications(post.id) == []


async def test_a_second_tap_takes_no_second_slot(house: House) -> None:
    await filled(house)
    post = await moments(house)
    await house.press("Next free slot · Fri 17:30")
    confirm = house.last
    await house.press("Schedule")
    assert "scheduled there already" in await house.refused("Schedule", on=confirm)
    assert len(await house.publications(post.id)) == 1


async def test_a_paused_queue_says_that_the_post_waits_for_it(house: House) -> None:
    queue = await filled(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.queueing.pause(tx, house.owner, queue.id)
    post = await moments(house)
    await house.press("Next free slot · Fri 17:30")
    assert "The queue is paused: the post waits until somebody resumes it." in house.last.text
    await house.press("Schedule")
    (made,) = await house.publications(post.id)
    assert (made.next_at, made.reason) == (None, "The queue is paused.")


async def test_with_several_queues_the_soonest_is_offered_and_all_are_under_more(house: House) -> None:
    await filled(house, MAIN)
    await house.press("All queues")
    await house.press("New queue")
    await house.press("News")
    await house.say("/queue slots daily 12:00")
    await house.press("2 · News")
    await house.press("Save")
    post = await moments(house)
    assert "Next free slot · Fri 12:00" in house.last.labels
    await house.press("More slots…")
    assert house.last.labels == [
        "1 · Next free slot",
        "1 · Top of the queue",
        "2 · Next free slot",
        "2 · Top of the queue",
        "Back",
    ]
    await house.press("1 · Next free slot")
    await house.press("Schedule")
    assert await due(house, post.id) == FRIDAY


async def test_a_channel_without_a_queue_is_told_where_standing_times_are_made(house: House) -> None:
    await house.connect()
    await moments(house)
    assert "Standing times are made in /queue, Slots & queues." in house.last.text
    await filled(house)
    await moments(house)
    assert "Standing times" not in house.last.text
