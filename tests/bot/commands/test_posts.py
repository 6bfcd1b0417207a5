"""Can every post be found again, by its shelf and its page?"""

from __future__ import annotations

from services.authorising import Role
from services.telling import Kind
from tests.bot.house import OTHER, House


async def test_pages_hold_five_and_turn_in_the_same_message(house: House) -> None:
    for number in range(7):
        await house.draft(f"Post {number}")
        house.later(minutes=1)
    await house.say("/posts")
    first = house.last
    assert "(7) · Page 1 of 2" in first.text
    assert next(label for label in first.labels if label.startswith("Post")) == "Post 6 · draft"
    await house.press("Older ›")
    assert house.last.message_id == first.message_id
    assert [label for label in house.last.labels if label.startswith("Post")] == [
        "Post 1 · draft",
        "Post 0 · draft",
    ]


async def test_shelves_show_their_own_and_empty_ones_say_what_to_do(house: House) -> None:
    await house.draft("Only a draft")
    await house.say("/posts")
    await house.press("Queued")
    assert "Open a draft and tap Schedule" in house.last.text
    await house.press("Drafts")
    assert "Only a draft · draft" in house.last.labels


async def test_a_tap_opens_the_card_as_a_new_message(house: House) -> None:
    await house.draft("Find me")
    old = house.last
    await house.say("/posts")
    await house.press("Find me · draft")
    assert house.last.message_id > old.message_id
    assert "Schedule" in house.last.labels


async def test_what_another_workspace_wrote_is_not_here(house: House) -> None:
    await house.draft("Ours")
    stranger = await house.elsewhere(99, "Eve")
    await house.say("/posts", by=stranger)
    assert "There are no posts yet" in house.last.text


async def test_a_viewers_card_has_nothing_that_changes(house: House) -> None:
    await house.connect()
    await house.draft("Look at me")
    viewer = await house.member(8, "Vera", Role.VIEWER)
    await house.say("/posts", by=viewer)
    await house.press("Look at me · draft", by=viewer)
    assert house.last.labels == []


async def test_a_discarded_post_cannot_be_opened_from_an_old_list(house: House) -> None:
    post = await house.draft("Gone")
    await house.say("/posts")
    old = house.last
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.discard(tx, house.owner, post.id)
    assert "was discarded" in await house.refused("Gone · draft", on=old)


async def test_a_published_card_offers_the_link_and_the_other_channel(house: House) -> None:
    await house.connect()
    await house.connect(OTHER)
    post = await house.draft()
    await house.press("Publish now")
    await house.press("@autumn_lane")
    await house.press("Publish")
    await house.ended(post.id, "published", Kind.PUBLISHED, url="https://t.me/autumn_lane/9")
    assert house.last.labels[:2] == ["Open it", "Another channel…"]
    await house.press("Another channel…")
    assert "@second_lane" in house.last.labels


async def test_a_post_that_waits_for_two_channels_opens_each_and_leads_back(house: House) -> None:
    await house.connect()
    await house.connect(OTHER)
    post = await house.draft()
    for start, channel in (("Schedule", "@autumn_lane"), ("Another channel…", "@second_lane")):
        await house.press(start)
        await house.press(channel)
        await house.press("In one hour")
        await house.press("Schedule")
    card = house.last
    assert card.labels[:2] == ["@second_lane · 20.11. 11:30", "@autumn_lane · 20.11. 11:30"]
    await house.press("@autumn_lane · 20.11. 11:30")
    await house.press("Cancel")
    assert {one.state for one in await house.publications(post.id)} == {"scheduled", "cancelled"}
    assert house.last.message_id == card.message_id
    assert "Scheduled on @second_lane" in house.last.text
    await house.press("Another channel…")
    await house.press("Back")
    assert "Scheduled on @second_lane" in house.last.text
