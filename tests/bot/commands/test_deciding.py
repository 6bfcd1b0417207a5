"""Can a person settle with one tap what the machine cannot, once and with the right?"""

from __future__ import annotations

from services import moving
from services.telling import Kind
from storage.posts import Post
from tests.bot.house import TEAM, House, Screen


async def on_its_way(house: House) -> Post:
    await house.connect()
    await house.connect_team()
    post = await house.draft()
    await house.press("Publish now")
    await house.press("Publish")
    return post


def notice(house: House) -> Screen:
    return [one for one in house.heard if one.chat_id == TEAM.chat_id][-1]


async def test_it_is_there_makes_it_published_and_a_second_member_is_told(house: House) -> None:
    post = await on_its_way(house)
    await house.ended(post.id, "unconfirmed", Kind.UNCONFIRMED)
    card = notice(house)
    assert "Was it published on @autumn_lane?" in card.text
    await house.press("It is there", on=card)
    (one,) = await house.publications(post.id)
    assert one.state == "published"
    assert "settled already: published" in await house.refused("It is not: send again", on=card)
    assert house.screens[card.message_id].labels == []


async def test_send_again_makes_it_due_at_once_and_only_once(house: House) -> None:
    post = await on_its_way(house)
    await house.ended(post.id, "unconfirmed", Kind.UNCONFIRMED)
    card = notice(house)
    await house.press("It is not: send again", on=card)
    (one,) = await house.publications(post.id)
    assert (one.state, one.next_at) == ("scheduled", house.clock[0])
    assert "settled already" in await house.refused("It is not: send again", on=card)


async def test_dropping_makes_it_a_draft_and_the_authors_card_knows(house: House) -> None:
    post = await on_its_way(house)
    await house.ended(post.id, "unconfirmed", Kind.UNCONFIRMED)
    await house.press("Drop it", on=notice(house))
    assert (await house.post(post.id)).state == "draft"
    card = house.screens[(await house.post(post.id)).card_message_id or 0]
    assert "Schedule" in card.labels


async def test_a_failed_one_says_why_and_can_be_tried_again(house: House) -> None:
    post = await on_its_way(house)
    await house.ended(post.id, "failed", Kind.FAILED)
    card = notice(house)
    assert "too sad." in card.text
    assert "Nothing was published." in card.text
    assert card.labels == ["Try again", "Drop it", "Edit…"]
    await house.press("Try again", on=card)
    (one,) = await house.publications(post.id)
    assert one.state == "scheduled"


async def test_a_published_one_brings_its_link_and_its_text(house: House) -> None:
    post = await on_its_way(house)
    await house.ended(post.id, "published", Kind.PUBLISHED, url="https://t.me/autumn_lane/9")
    card = notice(house)
    assert "Autumn sale until Sunday" in card.text
    assert "Fri 20 Nov 2026" in card.text
    assert [button.url for row in card.face.rows for button in row] == ["https://t.me/autumn_lane/9"]


async def test_a_missed_one_can_be_moved_from_the_team_chat(house: House) -> None:
    post = await on_its_way(house)
    await house.ended(post.id, "missed", Kind.MISSED)
    await house.press("1", on=notice(house))
    await house.press("Move")
    await house.press("Tomorrow 09:00")
    await house.press("Move")
    (one,) = await house.publications(post.id)
    assert one.state == "scheduled"


async def test_a_paused_account_is_told_and_says_what_to_do(house: House) -> None:
    post = await on_its_way(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        (row,) = await tx.publications.of_post(post.id)
        step = moving.hold(row, why="I am no admin any more", now=tx.now)
        step.mark = moving.Mark(revoked="I am no admin any more")
        await tx.flush()
        await house.desk.deciding.recording.write(tx, [step])
    await house.deliver()
    assert "@autumn_lane is paused" in notice(house).text
    assert "I am no admin any more." in notice(house).text
