"""Does whoever adds the bot decide what a chat is for, and does losing a chat stop only what it must?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.authorising import Role
from services.refusals import NotAllowed
from tests.bot.house import CHANNEL, TEAM, House


async def accounts(house: House) -> list[tuple[str, str]]:
    async with house.storage.read(house.owner.workspace_id) as tx:
        return [(one.name, one.status) for one in await tx.accounts.list()]


async def test_a_channel_is_asked_about_in_private_and_becomes_an_account(house: House) -> None:
    await house.added(CHANNEL)
    assert house.last.chat_id == house.owner.telegram_id
    await house.press("Publish there")
    assert await accounts(house) == [("Autumn Lane", "active")]
    assert "@autumn_lane" in house.last.text


async def test_a_group_becomes_the_team_chat(house: House) -> None:
    await house.added(TEAM)
    await house.press("Tell the team there")
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert [one.title for one in await tx.chats.with_purpose("team")] == ["The team"]


async def test_neither_means_neither(house: House) -> None:
    await house.added(TEAM)
    await house.press("Neither")
    assert await accounts(house) == []
    assert house.last.labels == []


async def test_an_editor_connects_nothing(house: House) -> None:
    editor = await house.member(8, "Emil", Role.EDITOR)
    await house.added(CHANNEL, by=editor)
    assert house.heard == []
    await house.added(CHANNEL)
    with pytest.raises(NotAllowed):
        await house.press("Publish there", by=editor)


async def test_a_missing_right_is_named(house: House) -> None:
    await house.added(replace(CHANNEL, rights={}))
    assert "allow me to post messages" in house.last.text
    assert house.last.labels == []


async def test_a_right_that_is_lost_rests_the_channel_and_its_return_wakes_it(house: House) -> None:
    await house.connect()
    await house.added(replace(CHANNEL, rights={}))
    assert await accounts(house) == [("Autumn Lane", "paused")]
    await house.added(CHANNEL)
    assert await accounts(house) == [("Autumn Lane", "active")]
    assert "is connected again" in house.last.text


async def test_being_removed_pauses_the_account_and_tells_the_owner(house: House) -> None:
    await house.connect()
    await house.removed(CHANNEL)
    assert await accounts(house) == [("Autumn Lane", "paused")]
    assert house.last.chat_id == house.owner.telegram_id
    assert "taken out of Autumn Lane" in house.last.text


async def test_being_removed_from_a_chat_nobody_bound_tells_nobody(house: House) -> None:
    await house.removed(TEAM)
    assert house.heard == []


async def test_a_channel_is_disconnected_after_a_question_and_connected_again(house: House) -> None:
    await house.connect()
    await house.say("/settings")
    await house.press("Connections")
    await house.press("Disconnect Autumn Lane")
    await house.press("Disconnect")
    assert await accounts(house) == [("Autumn Lane", "paused")]
    await house.press("Connect Autumn Lane again")
    assert await accounts(house) == [("Autumn Lane", "active")]


async def test_a_chat_that_threw_us_out_cannot_be_connected_by_a_button(house: House) -> None:
    await house.connect()
    await house.removed(CHANNEL)
    await house.say("/settings")
    await house.press("Connections")
    assert "I may not post in Autumn Lane" in await house.refused("Connect Autumn Lane again")


async def test_disconnecting_the_team_chat_leaves_the_channel_alone(house: House) -> None:
    await house.connect()
    await house.connect_team()
    await house.say("/settings")
    await house.press("Connections")
    await house.press("Disconnect The team")
    await house.press("Disconnect")
    assert await accounts(house) == [("Autumn Lane", "active")]
    assert "Disconnect The team" not in house.last.labels
