from __future__ import annotations

import asyncio
from typing import Any

from sandbox.scenery import AUTUMN_LANE, CHI, TEAM_DESK
from services.authorising import Role
from settings import Settings
from tests.journeys.cast import Message, Somebody, Town, buttons_of, text_of
from tests.journeys.living import Calendar, Living, living
from tests.journeys.plot import drafted, published


def _fires(fault: str, **more: object) -> dict[str, object]:
    """A fault that strikes the one message which leaves for the public channel."""
    return {"methods": ["sendMessage"], "chat_id": AUTUMN_LANE, "fault": fault, "times": 1, **more}


def _late_tap(person: Somebody, screen: Message, data: str) -> dict[str, Any]:
    """What a slow phone sends: a press on a button that its screen has lost meanwhile."""
    sender = {"id": person.id, "is_bot": False, "first_name": "Ada"}
    message = {**screen, "chat": {"id": person.id, "type": "private"}}
    query = {"id": "1", "from": sender, "message": message, "chat_instance": "1", "data": data}
    return {"update_id": 60_000 + len(data), "callback_query": query}


async def _unconfirmed(house: Living, owner: Somebody, town: Town) -> None:
    """A post of which nobody knows whether it is there: the answer was lost on its way."""
    await drafted(owner)
    await town.faults(_fires("accept_and_drop"))
    await published(owner)
    await owner.awaits(lambda found: found, chat=AUTUMN_LANE)
    await house.later(minutes=2)
    await owner.sees("Unconfirmed", chat=TEAM_DESK)


async def test_a_button_that_is_pressed_twice_does_one_thing(
    house: Living, owner: Somebody, town: Town
) -> None:
    await drafted(owner)
    await owner.taps("Publish now")
    asked = await owner.sees("now?", label="Publish")
    await owner.taps("Publish", on=asked)
    await owner.sees("Published", chat=TEAM_DESK)
    await town.inject(_late_tap(owner, asked, buttons_of(asked)["Publish"]))
    await owner.says("/help")
    await owner.sees("What you can do here")
    await house.at_rest()
    assert await house.states() == ["published"]
    assert len(await owner.messages(AUTUMN_LANE)) == 1


async def test_a_button_of_a_screen_that_is_gone_does_nothing_more(
    house: Living, owner: Somebody, town: Town
) -> None:
    await drafted(owner)
    await owner.taps("Schedule")
    await owner.taps("Write it")
    await owner.says("in 2 hours")
    screen = await owner.sees(label="Another time")
    await owner.taps("Schedule", on=screen)
    await owner.sees("Scheduled on")
    await town.inject(
        _late_tap(owner, screen, buttons_of(screen)["Schedule"]),
        _late_tap(owner, screen, "f:nobody-made-this"),
    )
    await owner.says("/help")
    await owner.sees("What you can do here")
    await house.at_rest()
    assert await house.states() == ["scheduled"]


async def test_a_card_from_before_a_restart_still_works(
    settings: Settings, calendar: Calendar, ada: Somebody
) -> None:
    async with living(settings, calendar):
        await ada.says("/start")
        await ada.sees("this is Fanfare")
        card = await drafted(ada)
    async with living(settings, calendar) as house:
        await ada.taps("Publish now", on=card)
        await ada.taps("Publish", on=await ada.sees("now?", label="Publish"))
        await ada.sees("Published", chat=TEAM_DESK)
        assert await house.states() == ["published"]


async def test_a_stranger_in_the_team_chat_presses_in_vain(
    house: Living, owner: Somebody, town: Town
) -> None:
    await _unconfirmed(house, owner, town)
    said = await town.person(CHI).taps("It is there", chat=TEAM_DESK)
    assert said.startswith("This desk belongs to a team")
    assert await house.states() == ["unconfirmed"]


async def test_a_viewer_is_told_what_he_may_not_do(
    house: Living, owner: Somebody, ben: Somebody, town: Town
) -> None:
    await house.role(ben.id, Role.VIEWER)
    await _unconfirmed(house, owner, town)
    assert (await ben.taps("It is there", chat=TEAM_DESK)).startswith("As viewer you cannot decide")
    assert await house.states() == ["unconfirmed"]
    await ben.says("Write a post about our sale")
    assert "As viewer you cannot draft" in text_of(await ben.sees("As viewer"))


async def test_one_tap_in_the_team_chat_settles_it_and_a_second_one_is_told_so(
    house: Living, owner: Somebody, ben: Somebody, town: Town
) -> None:
    await house.role(ben.id, Role.EDITOR)
    await _unconfirmed(house, owner, town)
    card = await ben.sees("Unconfirmed", chat=TEAM_DESK)
    said = await asyncio.gather(
        ben.taps("It is there", chat=TEAM_DESK, on=card), owner.taps("It is not", chat=TEAM_DESK, on=card)
    )
    assert [one.startswith("That is settled already") for one in said].count(True) == 1
    await ben.sees("Published on", chat=TEAM_DESK)
    assert len(await owner.messages(AUTUMN_LANE)) == 1


async def test_what_is_not_there_is_sent_again_with_one_tap(
    house: Living, owner: Somebody, town: Town
) -> None:
    await drafted(owner)
    await town.faults(_fires("reset"))
    await published(owner)
    await owner.sees("On its way")
    await house.later(minutes=2)
    await owner.taps("It is not: send again", chat=TEAM_DESK)
    await owner.sees("autumn sale", chat=AUTUMN_LANE)
    await owner.sees("Published on", chat=TEAM_DESK)
    assert len(await owner.messages(AUTUMN_LANE)) == 1


async def test_what_nobody_knows_is_never_sent_twice_by_itself(
    house: Living, owner: Somebody, town: Town
) -> None:
    await _unconfirmed(house, owner, town)
    await house.later(hours=5)
    await house.at_rest()
    assert len(await owner.messages(AUTUMN_LANE)) == 1


async def test_a_refused_post_says_why_and_can_be_tried_again(
    house: Living, owner: Somebody, town: Town
) -> None:
    await drafted(owner)
    await town.faults(_fires("error_before", status=400))
    await published(owner)
    assert "Nothing was published" in text_of(await owner.sees("Failed on", chat=TEAM_DESK))
    assert await owner.messages(AUTUMN_LANE) == []
    await owner.taps("Try again", chat=TEAM_DESK)
    await owner.sees("autumn sale", chat=AUTUMN_LANE)
    await owner.sees("Published on", chat=TEAM_DESK)
    assert await house.states() == ["published"]


async def test_a_flood_limit_is_waited_out(house: Living, owner: Somebody, town: Town) -> None:
    await drafted(owner)
    await town.faults(_fires("flood", seconds=30))
    await published(owner)
    await owner.sees("On its way")
    await house.later(seconds=31)
    await owner.sees("Published on", chat=TEAM_DESK)
    assert len(await owner.messages(AUTUMN_LANE)) == 1
