"""Are standing times made, filled, paused and removed by taps and by words, and always said back first?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.authorising import Role
from services.refusals import NotAllowed, Unclear
from storage.publications import Publication
from storage.queues import Queue
from tests.bot.house import OTHER, House

MAIN = "Mon-Fri 09:00, 17:30"


async def queues(house: House) -> list[Queue]:
    async with house.storage.read(house.owner.workspace_id) as tx:
        accounts = await tx.accounts.list()
        return [queue for one in accounts for queue in await tx.queues.of_account(one.id)]


async def times(house: House, queue: Queue) -> list[tuple[int, str]]:
    async with house.storage.read(house.owner.workspace_id) as tx:
        return [(one.weekday, one.at_local) for one in await tx.queues.slots(queue.id)]


async def filled(house: House, words: str = MAIN) -> Queue:
    """A channel whose queue "Main" has these times."""
    await house.connect()
    await house.say(f"/queue slots {words}")
    await house.press("Save")
    (queue,) = await queues(house)
    return queue


async def queued(house: House, text: str = "Autumn sale") -> Publication:
    post = await house.draft(text)
    await house.press("Schedule")
    await house.press(next(one for one in house.last.labels if one.startswith("Next free slot")))
    await house.press("Schedule")
    (made,) = await house.publications(post.id)
    return made


async def test_written_times_are_said_back_and_saved_by_one_tap(house: House) -> None:
    await house.connect()
    await house.say(f"/queue slots {MAIN}")
    assert "Add 10 slots to “Main”?" in house.last.text
    assert "Mon–Fri 09:00, 17:30" in house.last.text
    assert "Times are in Europe/Madrid." in house.last.text
    assert await queues(house) == []
    confirm = house.last
    await house.press("Save")
    await house.press("Save", on=confirm)
    (queue,) = await queues(house)
    assert (queue.name, queue.zone, len(await times(house, queue))) == ("Main", "Europe/Madrid", 10)
    assert house.toasts == ["10 slots added.", "They were there already."]


async def test_words_that_mean_no_times_say_how_to_write_them(house: House) -> None:
    await house.connect()
    with pytest.raises(Unclear, match="“purple”") as caught:
        await house.say("/queue slots purple 9:00")
    assert "Mon-Fri 09:00" in caught.value.next_step


async def test_times_are_chosen_by_taps_alone(house: House) -> None:
    await house.connect()
    await house.say("/queue")
    await house.press("Slots & queues")
    assert "@autumn_lane has no queue yet." in house.last.text
    await house.press("New queue")
    await house.press("News")
    await house.press("Add times")
    await house.press("Weekdays")
    await house.press("✓ Wed")
    await house.press("Sat")
    await house.press("Choose the hours")
    await house.press("12:00")
    await house.press("18:00")
    await house.press("✓ 18:00")
    await house.press("Check")
    assert "Mon, Tue 12:00\nThu–Sat 12:00" in house.last.text
    await house.press("Save")
    (queue,) = await queues(house)
    assert (queue.name, await times(house, queue)) == ("News", [(day, "12:00") for day in (0, 1, 3, 4, 5)])
    assert "Next free slot: Fri 20 Nov 2026, 12:00 (Europe/Madrid, UTC+1)" in house.last.text


async def test_times_are_asked_for_in_words_until_they_are_understood(house: House) -> None:
    queue = await filled(house, "Mon 09:00")
    await house.press("Add times")
    await house.press("Write it")
    await house.say("whenever you like")
    assert "I do not understand" in house.last.text
    await house.say("weekends at 10am")
    assert "Sat, Sun 10:00" in house.last.text
    await house.press("Save")
    assert await times(house, queue) == [(0, "09:00"), (5, "10:00"), (6, "10:00")]


async def test_with_several_queues_written_times_ask_for_which(house: House) -> None:
    await filled(house, "Mon 09:00")
    await house.press("All queues")
    await house.press("New queue")
    await house.say("Late night")
    await house.say("/queue slots daily 23:00")
    assert house.last.labels == ["1 · Main", "2 · Late night", "All queues"]
    await house.press("2 · Late night")
    await house.press("Save")
    late = next(one for one in await queues(house) if one.name == "Late night")
    assert len(await times(house, late)) == 7


async def test_a_name_that_another_queue_has_is_asked_for_again(house: House) -> None:
    await filled(house)
    await house.press("All queues")
    await house.press("New queue")
    assert "Main" not in house.last.labels
    await house.say("MAIN")
    assert "There is a queue “MAIN” already." in house.last.text
    await house.press("News")
    await house.press("Rename")
    await house.say("Headlines")
    assert [one.name for one in await queues(house)] == ["Main", "Headlines"]


async def test_the_list_shows_each_queue_with_its_times_and_who_waits(house: House) -> None:
    await filled(house)
    await queued(house)
    await house.say("/queue slots")
    assert "1. Main · @autumn_lane\nMon–Fri 09:00, 17:30" in house.last.text
    assert "1 post waits here. Next free slot: Mon 09:00." in house.last.text


async def test_with_several_channels_the_new_queue_asks_for_which(house: House) -> None:
    await house.connect()
    await house.connect(OTHER)
    await house.say("/queue slots")
    await house.press("New queue")
    await house.press("2 · @second_lane")
    await house.press("News")
    (queue,) = await queues(house)
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert (await tx.accounts.get(queue.account_id)).handle == "second_lane"


async def test_a_removed_time_keeps_the_moment_of_its_post(house: House) -> None:
    queue = await filled(house)
    made = await queued(house)
    await house.say("/queue slots")
    await house.press("1 · Main")
    await house.press("Remove times")
    old = house.last
    await house.press("Fri 17:30")
    assert house.toasts[-1] == "Fri 17:30 is gone. 1 post keeps the moment."
    assert (4, "17:30") not in await times(house, queue)
    (row,) = await house.publications(made.post_id)
    assert (row.due_at, row.queue_id, row.state) == (made.due_at, None, "scheduled")
    assert "gone already" in await house.refused("Fri 17:30", on=old)


async def test_a_queue_is_removed_after_one_question(house: House) -> None:
    await filled(house)
    made = await queued(house)
    await house.say("/queue slots")
    await house.press("1 · Main")
    one = house.last
    await house.press("Remove queue")
    assert "Remove “Main” with its 10 slots? 1 post keeps the moment." in house.last.text
    await house.press("Remove it")
    assert await queues(house) == []
    (row,) = await house.publications(made.post_id)
    assert (row.due_at, row.queue_id) == (made.due_at, None)
    assert "not there any more" in await house.refused("Pause", on=one)


async def test_pause_and_resume_are_one_tap_each_while_nothing_is_late(house: House) -> None:
    await filled(house)
    made = await queued(house)
    await house.say("/queue slots")
    await house.press("1 · Main")
    await house.press("Pause")
    assert house.toasts[-1] == "Paused. 1 post waits until you resume it."
    assert "Paused: nothing of it leaves" in house.last.text
    assert (await house.publications(made.post_id))[0].next_at is None
    await house.press("Resume")
    assert house.toasts[-1] == "Resumed. 1 post as planned."
    assert (await house.publications(made.post_id))[0].next_at == made.due_at


async def test_what_missed_its_slot_is_told_before_it_moves(house: House) -> None:
    await filled(house)
    made = [await queued(house, f"Post {number}") for number in range(2)]
    await house.say("/queue slots")
    await house.press("1 · Main")
    await house.press("Pause")
    house.later(days=3, hours=1)  # Monday, half past eleven in Madrid
    await house.press("Resume")
    assert "2 posts have missed their slots and take the next free ones" in house.last.text
    assert "Mon 17:30 · Post 0\nTue 09:00 · Post 1" in house.last.text
    assert (await house.publications(made[0].post_id))[0].due_at == made[0].due_at
    await house.press("Resume and move 2")
    assert "2 posts moved to the next free slots" in house.toasts[-1]
    rows = [(await house.publications(one.post_id))[0] for one in made]
    assert [row.next_at for row in rows] == [
        datetime(2026, 11, 23, 16, 30, tzinfo=UTC),
        datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    ]


async def test_more_that_missed_its_slot_meanwhile_is_told_again(house: House) -> None:
    await filled(house)
    for number in range(2):
        await queued(house, f"Post {number}")
    await house.say("/queue slots")
    await house.press("1 · Main")
    await house.press("Pause")
    house.later(days=1)
    await house.press("Resume")
    house.later(days=2)
    await house.press("Resume and move 1")
    assert "2 posts have missed their slots" in house.last.text
    assert (await queues(house))[0].is_paused


async def test_an_editor_pauses_but_changes_no_times_and_a_viewer_only_looks(house: House) -> None:
    await filled(house)
    owners = house.last
    editor = await house.member(8, "Emil", Role.EDITOR)
    viewer = await house.member(9, "Vera", Role.VIEWER)
    await house.say("/queue slots", by=editor)
    await house.press("1 · Main", by=editor)
    assert house.last.labels == ["Pause", "All queues"]
    await house.press("Pause", by=editor)
    await house.say("/queue slots", by=viewer)
    await house.press("1 · Main", by=viewer)
    assert house.last.labels == ["All queues"]
    with pytest.raises(NotAllowed):
        await house.say(f"/queue slots {MAIN}", by=editor)
    assert "Add times" in owners.labels


async def test_another_workspace_sees_and_changes_nothing(house: House) -> None:
    await filled(house)
    screen = house.last
    stranger = await house.elsewhere(99, "Eve")
    assert "out of date" in await house.refused("Pause", on=screen, by=stranger)
    await house.say("/queue slots", by=stranger)
    assert "Main" not in house.last.text


async def test_pausing_and_resuming_an_empty_queue_counts_nothing(house: House) -> None:
    await filled(house)
    await house.press("Pause")
    await house.press("Resume")
    assert house.toasts[-2:] == ["Paused. Nothing waits in it yet.", "Resumed. Nothing waits in it yet."]
