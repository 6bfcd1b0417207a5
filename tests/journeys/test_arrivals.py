from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import serving
from bot.intake import AnotherPoller
from sandbox.scenery import ADA, AUTUMN_LANE, BOT_ID, TEAM_DESK
from settings import Settings
from tests.journeys.cast import Somebody, Town, text_of
from tests.journeys.living import EVERYTHING, Calendar, Living, at_work, living, opened, settings_for
from tests.journeys.plot import drafted, published

SENDER = {"id": ADA, "is_bot": False, "first_name": "Ada"}
CHAT = {"id": ADA, "type": "private", "first_name": "Ada"}
MESSAGE: dict[str, Any] = {"message_id": 1, "date": 1_795_000_000, "chat": CHAT, "from": SENDER}
HUGE = 10**30


def _asks(number: int) -> dict[str, Any]:
    """An update that has exactly one answer, which names it."""
    return {"update_id": number, "message": {**MESSAGE, "message_id": number, "text": f"/n{number}"}}


def _answers(messages: list[dict[str, Any]], first: int) -> list[int]:
    said = [text_of(one) for one in messages if text_of(one).startswith("There is no command /n")]
    return [number for one in said if (number := int(one.split("/n")[1].split(".")[0])) >= first]


BROKEN: list[object] = [
    {},
    {"update_id": 70_001},
    {"update_id": 70_002, "message": None},
    {"update_id": 70_003, "message": "text"},
    {"update_id": 70_004, "message": {"message_id": 1}},
    {"update_id": 70_005, "message": {**MESSAGE, "text": 5}},
    {"update_id": 70_006, "message": {**MESSAGE, "text": "half a \ud83d letter and \x00"}},
    {"update_id": 70_007, "message": {**MESSAGE, "chat": {"id": HUGE, "type": "private"}, "text": "Hi"}},
    {"update_id": 70_008, "message": {**MESSAGE, "from": {**SENDER, "id": "1001"}, "text": "Hi"}},
    {"update_id": 70_009, "message": {**MESSAGE, "message_id": HUGE, "text": "Hi there"}},
    {
        "update_id": 70_010,
        "callback_query": {"id": "1", "from": SENDER, "chat_instance": "1", "data": "x" * 4000},
    },
    {
        "update_id": 70_011,
        "callback_query": {"id": "1", "from": SENDER, "chat_instance": "1", "message": MESSAGE},
    },
    {"update_id": 70_012, "my_chat_member": {"chat": {"id": -1, "type": "channel"}, "from": SENDER}},
    {"update_id": 70_013, "message": {**MESSAGE, "photo": [{"file_id": 1}]}},
    {"update_id": 70_014, "message": {**MESSAGE, "photo": [], "media_group_id": 7}},
    {"update_id": 70_015, "poll": {"id": "1"}, "shipping_query": 7},
    {"update_id": 70_016, "message": {**MESSAGE, "text": "Hi", "reply_to_message": {"message_id": "?"}}},
    {
        "update_id": 70_017,
        "message": {**MESSAGE, "text": "Hi", "message_thread_id": HUGE, "is_topic_message": True},
    },
]


async def test_broken_updates_leave_nothing_waiting_and_stop_nothing(house: Living, owner: Somebody) -> None:
    for one in BROKEN:
        await house.app.intake.take([one])
    await owner.says("/help")
    await owner.sees("What you can do here")
    await house.at_rest()
    assert await house.inbox("parked") == 0
    assert not [one for one in await owner.messages() if "Traceback" in text_of(one)]


async def test_an_update_without_a_number_does_not_hold_up_the_next_ones(owner: Somebody, town: Town) -> None:
    await town.inject({"message": {**MESSAGE, "text": "/help"}}, {"update_id": 70_000, "edited_message": 1})
    await owner.says("/help")
    await owner.sees("What you can do here")


async def test_an_update_that_kills_its_process_three_times_alone_is_set_aside_and_the_owner_told(
    settings: Settings, calendar: Calendar, ada: Somebody
) -> None:
    async with living(settings, calendar):
        await ada.says("/start")
        await ada.sees("this is Fanfare")
    for life in range(4):
        async with opened(settings, calendar) as app:
            await app.lanes.recover()
            if life == 0:
                await app.intake.take([_asks(80_000)])
            async with app.storage.begin(None) as tx:
                claimed = await tx.inbox.claim(BOT_ID, owner=f"killed {life}", now=tx.now, limit=1)
            assert [one.update_id for one in claimed] == [80_000]
    async with living(settings, calendar) as house:
        await ada.sees("set aside after 4 tries")
        await house.at_rest()
        assert await house.inbox("parked") == 1
        assert _answers(await ada.messages(), 0) == []


async def test_doubled_and_shuffled_updates_are_answered_once_and_in_order(
    house: Living, owner: Somebody, town: Town
) -> None:
    rules = [
        {"methods": ["getUpdates"], "fault": fault, "share": 0.5}
        for fault in ("duplicate_updates", "reorder_updates")
    ]
    await town.faults(*rules, {"methods": ["getUpdates"], "fault": "accept_and_drop", "times": 1})
    for number in range(90_000, 90_040):
        await owner.says(f"/n{number}")
    await owner.awaits(lambda all_: len(_answers(all_, 0)) >= 40)
    await house.at_rest()
    assert _answers(await owner.messages(), 0) == [*range(90_000, 90_040)]


async def test_a_stop_in_the_middle_loses_nothing_and_doubles_nothing(
    settings: Settings, calendar: Calendar, ada: Somebody, town: Town
) -> None:
    async with living(settings, calendar) as house:
        await ada.says("/start")
        await ada.sees("this is Fanfare")
        await town.inject(*[_asks(number) for number in range(91_000, 91_060)])
        await ada.awaits(lambda all_: _answers(all_, 0))
        await house.ends()
        assert await house.inbox("working") == 0
    async with living(settings, calendar) as house:
        await ada.awaits(lambda all_: len(_answers(all_, 0)) >= 60)
        await house.at_rest()
        assert _answers(await ada.messages(), 0) == [*range(91_000, 91_060)]


async def test_a_run_that_a_stop_interrupts_goes_on_after_the_restart(
    settings: Settings, calendar: Calendar, ada: Somebody
) -> None:
    hurried = settings.model_copy(update={"fanfare_drain_seconds": 0.0})
    async with living(hurried, calendar, offline_delay=30.0):
        await ada.says("/start")
        await ada.says("Write a post about our autumn sale")
        await ada.sees("is thinking")
    async with living(settings, calendar) as house:
        await ada.sees("autumn sale", label="Schedule")
        assert not [one for one in await ada.messages() if "is thinking" in text_of(one)]
        await house.at_rest()


async def test_a_second_program_on_the_same_token_gives_way_and_says_why(
    house: Living, owner: Somebody, town: Town, calendar: Calendar, tmp_path: Path
) -> None:
    other = settings_for(town.base, tmp_path / "other")
    (tmp_path / "other").mkdir()
    house.app.polling._began -= 100  # it has polled for a while: whoever comes now is the newcomer
    async with opened(other, calendar) as app:
        await app.bot.initialize()
        with pytest.raises(AnotherPoller, match="Another program receives this bot's updates"):
            await serving.work(app, EVERYTHING, asyncio.Event())
    await owner.says("/help")
    await owner.sees("What you can do here")
    assert not house.task.done()


async def test_a_menu_that_telegram_refuses_stops_nothing(
    settings: Settings, calendar: Calendar, ada: Somebody, town: Town
) -> None:
    await town.faults({"methods": ["setMyCommands"], "fault": "error_before", "status": 400})
    async with living(settings, calendar):
        await ada.says("/start")
        await ada.sees("this is Fanfare")


async def test_the_webhook_takes_the_whole_main_job_doubled_and_out_of_order(
    settings: Settings, calendar: Calendar, ada: Somebody, town: Town
) -> None:
    rules = [
        {"methods": ["webhook"], "fault": fault, "share": 0.4}
        for fault in ("duplicate_updates", "reorder_updates")
    ]
    await town.faults(*rules)
    listener = serving._socket("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    hooked = settings.model_copy(update={"fanfare_webhook": True, "fanfare_public_url": address})
    async with (
        opened(hooked, calendar) as app,
        serving._listening(app, hooked, frozenset({"web"}), extra=(), listener=listener),
    ):
        await serving.greet(app)
        async with at_work(app, calendar) as house:
            await ada.says("/start")
            await ada.sees("this is Fanfare")
            await drafted(ada)
            await published(ada)
            await ada.sees("autumn sale", chat=AUTUMN_LANE)
            await ada.sees("Published", chat=TEAM_DESK)
            await town.inject(*[_asks(number) for number in range(92_000, 92_030)])
            await ada.awaits(lambda all_: len(_answers(all_, 0)) >= 30)
            await house.at_rest()
            assert sorted(_answers(await ada.messages(), 0)) == [*range(92_000, 92_030)]
            async with town.http.post(f"{address}/telegram", json=_asks(93_000)) as answer:
                assert answer.status == 401
            assert len(await ada.messages(AUTUMN_LANE)) == 1


async def test_every_part_of_a_desk_expects_the_same_webhook_secret(
    settings: Settings, calendar: Calendar, tmp_path: Path, town: Town
) -> None:
    del settings
    hooked = {"fanfare_webhook": True, "fanfare_public_url": "https://desk.example"}
    secrets = []
    for part in ("bot", "web"):
        (tmp_path / part).mkdir()
        async with opened(settings_for(town.base, tmp_path / part, **hooked), calendar) as app:
            secrets.append(app.webhook_secret)
    assert len({*secrets}) == 1
    assert secrets[0] != settings_for(town.base, tmp_path).telegram_bot_token
