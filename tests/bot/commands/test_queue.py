"""Does the queue show what waits, by day, and does each of its buttons do one thing or say why not?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.authorising import Role
from services.refusals import NotAllowed
from services.telling import Kind
from storage.posts import Post
from tests.bot.house import START, House


async def queued(house: House, text: str = "Autumn sale", **gap: float) -> Post:
    post = await house.draft(text)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        at = START + timedelta(**(gap or {"hours": 3}))
        await house.desk.scheduling.schedule(tx, house.owner, post.id, version=post.version, at=at)
    return post


async def state(house: House, post: Post) -> tuple[str, str]:
    (one, *_) = await house.publications(post.id)
    return one.state, (await house.post(post.id)).state


async def test_items_stand_under_their_day_in_the_persons_zone(house: House) -> None:
    await house.connect()
    await queued(house, "First", hours=3)
    await queued(house, "Second", hours=14)
    await house.say("/queue")
    assert house.last.text.index("Fri 20 Nov") < house.last.text.index("1. 13:30 · @autumn_lane · First")
    assert house.last.text.index("Sat 21 Nov") < house.last.text.index("2. 00:30 · @autumn_lane · Second")


async def test_a_long_queue_is_paged_and_numbered_through(house: House) -> None:
    await house.connect()
    for number in range(7):
        await queued(house, f"Post {number}", hours=number + 1)
    await house.say("/queue")
    assert "Page 1 of 2" in house.last.text
    await house.press("Later ›")
    assert [label for label in house.last.labels if "·" in label] == ["6 · 16:30", "7 · 17:30"]
    await house.press("‹ Earlier")
    assert "1. 11:30" in house.last.text


async def test_cancelling_makes_it_a_draft_and_a_second_tap_says_so(house: House) -> None:
    await house.connect()
    post = await queued(house)
    await house.say("/queue")
    await house.press("1 · 13:30")
    item = house.last
    await house.press("Cancel")
    assert await state(house, post) == ("cancelled", "draft")
    assert "cancelled already" in await house.refused("Cancel", on=item)


async def test_publish_now_asks_once_and_names_the_channel(house: House) -> None:
    await house.connect()
    post = await queued(house)
    await house.say("/queue")
    await house.press("1 · 13:30")
    await house.press("Publish now")
    assert "Publish on @autumn_lane now?" in house.last.text
    confirm = house.last
    await house.press("Publish")
    (one,) = await house.publications(post.id)
    assert (one.state, one.due_at) == ("scheduled", START)
    assert "moved or changed" in await house.refused("Publish", on=confirm)


async def test_a_moved_item_refuses_the_old_screen(house: House) -> None:
    await house.connect()
    await queued(house)
    await house.say("/queue")
    await house.press("1 · 13:30")
    old = house.last
    await house.press("Move")
    await house.press("Tomorrow 09:00")
    await house.press("Move")
    assert "moved or changed" in await house.refused("Publish now", on=old)
    await house.press("Back to the queue", on=house.screens[old.message_id])
    assert "Sat 21 Nov" in house.last.text


async def test_a_changed_text_is_held_back_until_somebody_approves_it(house: House) -> None:
    await house.connect()
    post = await queued(house)
    await house.say("/queue")
    await house.press("1 · 13:30")
    await house.press("Edit…")
    await house.press("Replace the text")
    await house.say("Winter sale")
    await house.say("/queue")
    assert "held back, needs your approval" in house.last.text
    await house.press("1 · 13:30")
    assert "Winter sale" in house.last.text
    await house.press("Approve")
    (one,) = await house.publications(post.id)
    assert one.next_at == one.due_at == START + timedelta(hours=3)


async def test_a_viewer_sees_the_queue_but_no_verbs(house: House) -> None:
    await house.connect()
    await queued(house)
    viewer = await house.member(8, "Vera", Role.VIEWER)
    await house.say("/queue", by=viewer)
    await house.press("1 · 13:30", by=viewer)
    assert house.last.labels == ["Preview", "Back to the queue"]


async def test_a_role_that_was_lost_is_noticed_at_the_press(house: House) -> None:
    await house.connect()
    editor = await house.member(8, "Emil", Role.EDITOR)
    await queued(house)
    await house.say("/queue", by=editor)
    await house.press("1 · 13:30", by=editor)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        member = await tx.members.find(editor.user_id)
        assert member is not None
        member.role = Role.VIEWER.value
    with pytest.raises(NotAllowed):
        await house.press("Cancel", by=editor)


async def test_what_waits_for_a_person_stands_in_the_queue(house: House) -> None:
    await house.connect()
    post = await queued(house)
    await house.ended(post.id, "missed", Kind.MISSED)
    await house.say("/queue")
    assert "missed, please decide" in house.last.text
    await house.press("1 · 13:30")
    assert house.last.labels[:3] == ["Publish now", "Move", "Drop it"]


async def test_a_page_beyond_the_end_shows_the_last_one(house: House) -> None:
    await house.connect()
    for number in range(6):
        await queued(house, f"Post {number}", hours=number + 1)
    await house.say("/queue")
    await house.press("Later ›")
    second = house.last
    await house.press("6 · 16:30")
    await house.press("Cancel")
    await house.press("Back to the queue", on=house.screens[second.message_id])
    assert "5. 15:30" in house.last.text
    assert second.message_id == house.last.message_id


async def test_preview_shows_the_post_and_nothing_else(house: House) -> None:
    await house.connect()
    await queued(house, "Just **this**")
    await house.say("/queue")
    await house.press("1 · 13:30")
    await house.press("Preview")
    assert (house.last.text, house.last.labels) == ("Just this", [])
