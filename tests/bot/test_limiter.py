from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from telegram.error import ChatMigrated, NetworkError, RetryAfter
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.limiter import DeskLimiter, Pace, Superseded
from services.pacing import Pacer, Priority
from storage.shared import InProcess

GROUP = -1001234567890


class Time:
    """Time in which whoever sleeps has slept at once."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class Telegram(BaseRequest):
    """Answers every call well unless an error is queued for it, and notes when which call came."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.calls: list[tuple[str, str | None, float]] = []
        self.errors: list[Exception] = []

    @property
    def read_timeout(self) -> float | None:
        return 5

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert method == "POST"
        endpoint = url.rpartition("/")[2]
        chat = request_data.json_parameters.get("chat_id") if request_data else None
        self.calls.append((endpoint, chat, self._time.now - 1000))
        if self.errors:
            raise self.errors.pop(0)
        if endpoint == "getChatMemberCount":
            return 200, b'{"ok":true,"result":3}'
        if endpoint == "sendMessage":
            return 200, b'{"ok":true,"result":{"message_id":7,"date":0,"chat":{"id":5,"type":"private"}}}'
        return 200, b'{"ok":true,"result":true}'

    @property
    def moments(self) -> list[float]:
        return [at for _, _, at in self.calls]


@dataclass
class Desk:
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        self.telegram = Telegram(self.time)
        shared = InProcess(monotonic=self.time.monotonic)
        self.pacer = Pacer(shared, monotonic=self.time.monotonic, sleep=self.time.sleep)
        self.bot: ExtBot[Pace] = ExtBot(
            "1:a",
            request=self.telegram,
            get_updates_request=self.telegram,
            rate_limiter=DeskLimiter(self.pacer),
        )

    def flooded(self, seconds: int, times: int = 1) -> None:
        self.telegram.errors += [RetryAfter(seconds)] * times


@pytest.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # PTB warns without it whenever it makes a RetryAfter
    return Desk()


async def test_messages_to_a_person_are_spread_over_time(desk: Desk) -> None:
    for _ in range(5):
        await desk.bot.send_message(5, "x")
    assert desk.telegram.moments == pytest.approx([0, 0, 0, 1, 2])


@pytest.mark.parametrize("chat", [GROUP, str(GROUP), "@fanfare_news"])
async def test_groups_and_channels_get_the_budget_of_groups(desk: Desk, chat: int | str) -> None:
    for _ in range(8):
        await desk.bot.send_message(chat, "x")
    assert desk.telegram.moments[-1] > 10


async def test_a_number_is_the_same_chat_however_it_is_written(desk: Desk) -> None:
    for chat in (5, "5", 5, "5"):
        await desk.bot.send_message(chat, "x")
    assert desk.telegram.moments[-1] == pytest.approx(1)


async def test_a_name_is_the_same_channel_in_any_case_and_no_other(desk: Desk) -> None:
    await desk.pacer.pause(GROUP, 50)
    for name in ("@one", "@ONE", "@one", "@two"):
        await desk.bot.send_message(name, "x")
    assert desk.telegram.moments == pytest.approx([0, 0, 0, 0])
    await desk.bot.send_message("@One", "x")
    assert desk.telegram.moments[-1] == pytest.approx(1)


async def test_calls_that_speak_to_no_chat_are_never_held(desk: Desk) -> None:
    await desk.pacer.pause(None, 100)
    for _ in range(50):
        await desk.bot.answer_callback_query("id")
    await desk.bot.set_my_commands([])
    assert desk.time.slept == []


async def test_typing_costs_no_budget_and_is_left_out_in_groups_and_penalties(desk: Desk) -> None:
    for _ in range(10):
        assert await desk.bot.send_chat_action(5, "typing")
        assert await desk.bot.send_chat_action(GROUP, "typing")
    await desk.pacer.pause(5, 10)
    assert await desk.bot.send_chat_action(5, "typing")
    assert [chat for _, chat, _ in desk.telegram.calls] == ["5"] * 10
    assert desk.time.slept == []


async def test_typing_that_meets_a_flood_limit_is_forgotten_but_the_penalty_is_kept(desk: Desk) -> None:
    desk.flooded(7)
    assert await desk.bot.send_chat_action(5, "typing")
    await desk.bot.send_message(5, "x")
    assert desk.telegram.moments == pytest.approx([0, 7])


async def test_asking_about_a_chat_costs_no_budget_but_respects_a_penalty(desk: Desk) -> None:
    for _ in range(10):
        await desk.bot.get_chat_member_count(GROUP)
    assert desk.time.slept == []
    await desk.pacer.pause(GROUP, 9)
    await desk.bot.get_chat_member_count(GROUP)
    assert desk.telegram.moments[-1] == pytest.approx(9)


async def test_a_flood_limit_is_waited_out_in_its_own_chat_only(desk: Desk) -> None:
    desk.flooded(30)
    flooded = asyncio.create_task(desk.bot.send_message(5, "x"))
    await asyncio.sleep(0)
    await desk.bot.send_message(6, "x")
    message = await flooded
    assert message.message_id == 7
    calls = {(chat, round(at)) for _, chat, at in desk.telegram.calls}
    assert calls == {("5", 0), ("6", 0), ("5", 30)}


async def test_after_several_flood_limits_the_caller_is_told(desk: Desk) -> None:
    desk.flooded(10, times=9)
    with pytest.raises(RetryAfter):
        await desk.bot.send_message(5, "x")
    assert desk.telegram.moments == pytest.approx([0, 10, 20, 30])


async def test_a_preview_that_meets_a_flood_limit_is_not_repeated(desk: Desk) -> None:
    desk.flooded(10)
    with pytest.raises(Superseded):
        await desk.bot.edit_message_text("x", 5, 7, rate_limit_args=Pace(Priority.PREVIEW))
    await desk.bot.send_message(5, "x")
    assert desk.telegram.moments == pytest.approx([0, 10])


async def test_a_stale_preview_is_not_sent(desk: Desk) -> None:
    preview = Pace(Priority.PREVIEW, supersedes="message 7")
    await desk.bot.edit_message_text("first", 5, 7, rate_limit_args=preview)
    stale = asyncio.create_task(desk.bot.edit_message_text("stale", 5, 7, rate_limit_args=preview))
    for _ in range(3):
        await asyncio.sleep(0)
    await desk.bot.edit_message_text("final", 5, 7, rate_limit_args=Pace(supersedes="message 7"))
    with pytest.raises(Superseded):
        await stale
    assert len(desk.telegram.calls) == 2


@pytest.mark.parametrize("error", [ChatMigrated(-1009), NetworkError("reset")])
async def test_other_errors_are_the_callers_and_nothing_is_repeated(desk: Desk, error: Exception) -> None:
    desk.telegram.errors.append(error)
    with pytest.raises(type(error)) as caught:
        await desk.bot.send_message(GROUP, "x")
    assert caught.value is error
    assert len(desk.telegram.calls) == 1


async def test_methods_ptb_does_not_know_are_paced_as_well(desk: Desk) -> None:
    for _ in range(4):
        await desk.bot.do_api_request("sendRichMessage", api_kwargs={"chat_id": 5})
    assert desk.telegram.moments[-1] == pytest.approx(1)


async def test_a_bot_opens_and_closes_with_it(desk: Desk) -> None:
    limiter = cast("DeskLimiter", desk.bot.rate_limiter)
    await limiter.initialize()
    await limiter.shutdown()
