from __future__ import annotations

from typing import Any

import pytest

from sandbox.scenery import ADA, AUTUMN_LANE, BEN, BOT_ID, BOT_USERNAME, STUDIO, TEAM_DESK, TOPIC_LAUNCH
from tests.journeys.cast import Somebody, Town, buttons_of, picture, text_of
from tests.journeys.living import Living
from tests.journeys.plot import drafted, published, scheduled

BOT = f"@{BOT_USERNAME}"


async def _found(town: Town, **more: Any) -> int:
    """A new chat of Ada's that the bot is not in."""
    given = {"type": "channel", "title": "Winter Lane", "members": {str(ADA): "creator"}, **more}
    made: dict[str, Any] = await town.call("POST", "/admin/chats", given)
    return int(made["id"])


async def test_a_mention_in_a_topic_is_answered_in_that_topic(owner: Somebody) -> None:
    words = f"{BOT} write a post about our autumn sale"
    await owner.says(words, chat=STUDIO, message_thread_id=TOPIC_LAUNCH)
    card = await owner.sees(label="Schedule", chat=STUDIO)
    assert card["message_thread_id"] == TOPIC_LAUNCH
    assert "fanfare_demo_bot" not in text_of(card)


async def test_a_question_in_a_topic_is_answered_by_replying_to_it(house: Living, owner: Somebody) -> None:
    words = f"{BOT} write a post about our autumn sale"
    await owner.says(words, chat=STUDIO, message_thread_id=TOPIC_LAUNCH)
    await owner.taps("Schedule", chat=STUDIO)
    await owner.taps("Write it", chat=STUDIO)
    asked = await owner.sees("Say when", chat=STUDIO)
    await owner.says(
        "in 2 hours", chat=STUDIO, message_thread_id=TOPIC_LAUNCH, reply_to_message_id=asked["message_id"]
    )
    await owner.taps("Schedule", on=await owner.sees(label="Another time", chat=STUDIO), chat=STUDIO)
    await owner.sees("Scheduled on", chat=STUDIO)
    assert await house.states() == ["scheduled"]


async def test_what_a_group_says_among_itself_is_neither_answered_nor_fetched(
    house: Living, owner: Somebody, town: Town
) -> None:
    await owner.says("What a day", chat=TEAM_DESK)
    await owner.sends(picture(), caption="Look at this", chat=TEAM_DESK)
    await owner.says("/start@another_bot", chat=TEAM_DESK)
    await house.at_rest()
    assert [one for one in await owner.messages(TEAM_DESK) if one["from"]["id"] == BOT_ID] == []
    assert await town.effects("getFile") == []
    assert not [*(house.app.settings.fanfare_data_dir / "media").glob("*")]


async def test_an_anonymous_admin_is_asked_to_come_privately(
    house: Living, owner: Somebody, town: Town
) -> None:
    chat = {"id": TEAM_DESK, "type": "supergroup", "title": "Team desk"}
    sender = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    message = {"message_id": 900, "date": 1_795_000_000, "chat": chat, "from": sender, "sender_chat": chat}
    await town.inject({"update_id": 900_001, "message": {**message, "text": "/queue"}})
    await town.inject({"update_id": 900_002, "message": {**message, "message_id": 901, "text": "Hello"}})
    await owner.sees("I cannot see who is writing", chat=TEAM_DESK)
    await house.at_rest()
    assert len(await owner.messages(TEAM_DESK)) == 1


async def test_a_new_channel_is_connected_by_a_tap_in_private(
    house: Living, owner: Somebody, town: Town
) -> None:
    channel = await _found(town)
    await owner.changes(channel, "promote", user_id=BOT_ID, rights={"can_post_messages": True})
    await owner.taps("Publish there", on=await owner.sees("Winter Lane", label="Publish there"))
    await owner.sees("Winter Lane", but=["What is it for"])
    await drafted(owner)
    await owner.taps("Publish now")
    await owner.taps("Winter Lane")
    await owner.taps("Publish", on=await owner.sees("now?", label="Publish"))
    await owner.sees("autumn sale", chat=channel)
    assert await house.states() == ["published"]


async def test_a_channel_where_the_bot_may_not_post_is_refused_with_what_to_do(
    owner: Somebody, town: Town
) -> None:
    channel = await _found(town)
    await owner.changes(channel, "promote", user_id=BOT_ID, rights={"can_edit_messages": True})
    said = await owner.sees("I may not post in")
    assert "Publish there" not in buttons_of(said)


async def test_only_who_may_connect_is_asked_what_a_chat_is_for(
    house: Living, owner: Somebody, town: Town
) -> None:
    group = await _found(town, type="supergroup", title="Ben's own", members={str(BEN): "creator"})
    await town.person(BEN).changes(group, "add", user_id=BOT_ID)
    await house.at_rest()
    assert not [one for one in await owner.messages() if "Ben's own" in text_of(one)]


async def test_being_thrown_out_pauses_the_channel_and_the_owner_is_told(
    house: Living, owner: Somebody
) -> None:
    await drafted(owner)
    await scheduled(owner, "in 2 hours")
    await owner.changes(AUTUMN_LANE, "remove", user_id=BOT_ID)
    await owner.sees("I was taken out of Autumn Lane")
    await house.later(hours=2)
    await house.at_rest()
    assert await house.states() == ["scheduled"]
    await owner.changes(AUTUMN_LANE, "promote", user_id=BOT_ID)
    await owner.sees("connected again")
    await owner.sees("autumn sale", chat=AUTUMN_LANE)
    assert await house.states() == ["published"]


async def test_a_group_that_becomes_a_supergroup_is_told_under_its_new_number(
    owner: Somebody, town: Town
) -> None:
    members = {str(ADA): "creator"}
    group = await _found(town, type="group", title="Small group", members=members)
    await owner.changes(group, "add", user_id=BOT_ID)
    await owner.taps("Tell the team there", on=await owner.sees("Small group", label="Tell the team there"))
    await owner.sees("I tell the team in Small group")
    moved = await owner.changes(group, "migrate")
    await drafted(owner)
    await published(owner)
    await owner.sees("Published", chat=moved["migrate_to_chat_id"])


async def test_somebody_who_blocks_the_bot_stops_nothing(
    house: Living, owner: Somebody, ben: Somebody
) -> None:
    await drafted(owner)
    await scheduled(owner, "in 2 hours")
    await owner.changes(BOT_ID, "block")
    await house.later(hours=2)
    await ben.sees("autumn sale", chat=AUTUMN_LANE)
    await ben.sees("Published", chat=TEAM_DESK)
    await house.at_rest()
    await owner.changes(BOT_ID, "unblock")
    await owner.says("/queue")
    await owner.sees("queue")


@pytest.mark.parametrize("words", ["/stop", "/STOP@fanfare_demo_bot", "/cancel"])
async def test_what_ends_something_is_answered_in_a_group_as_well(owner: Somebody, words: str) -> None:
    await owner.says(words, chat=TEAM_DESK)
    await owner.awaits(lambda all_: [one for one in all_ if one["from"]["id"] == BOT_ID], chat=TEAM_DESK)
