from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.scenery import ADA, AUTUMN_LANE, BEN, TEAM_DESK


@dataclass(frozen=True)
class Still(Clock):
    """A stopwatch that stands still until it is moved."""

    at: list[float] = field(default_factory=lambda: [1000.0])

    def ticks(self) -> float:
        return self.at[0]

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.at[0] - 1000)

    def move(self, seconds: Any) -> None:
        self.at[0] += seconds


@pytest.fixture
async def flooded(opened: Any) -> Any:
    clock = Still()
    stage = await opened(clock=clock)
    await stage.start(ADA)
    await stage.start(BEN)
    await stage.post("/admin/floods", on=True)
    return stage, clock


async def send(stage: Any, chat: Any = ADA, text: str = "x") -> Any:
    return await stage.call("sendMessage", chat_id=chat, text=text)


async def test_a_chat_takes_a_burst_of_three_and_then_one_a_second(flooded: Any) -> None:
    stage, clock = flooded
    assert [(await send(stage))["ok"] for _ in range(3)] == [True] * 3
    refused = await send(stage)
    assert (refused["error_code"], refused["parameters"]["retry_after"]) == (429, 1)
    assert refused["description"] == "Too Many Requests: retry after 1"
    assert (await send(stage, BEN))["ok"]
    clock.move(1)
    assert (await send(stage))["ok"]
    assert await stage.get("/admin/floods") == {"on": True, "refused": 1, "inside_penalty": 0}


async def test_a_call_inside_the_penalty_is_counted_and_prolongs_it(flooded: Any) -> None:
    stage, clock = flooded
    for _ in range(4):
        await send(stage)
    clock.move(0.5)
    refused = await send(stage)
    assert refused["parameters"]["retry_after"] == 2
    assert (await stage.get("/admin/floods"))["inside_penalty"] == 1


@pytest.mark.parametrize("chat", [TEAM_DESK, AUTUMN_LANE])
async def test_a_group_or_channel_takes_twenty_a_minute(flooded: Any, chat: Any) -> None:
    stage, clock = flooded
    for _ in range(20):
        assert (await send(stage, chat))["ok"]
        clock.move(1)
    refused = await send(stage, chat)
    assert refused["parameters"]["retry_after"] == 40
    clock.move(40)
    assert (await send(stage, chat))["ok"]


async def test_edits_count_like_messages(flooded: Any) -> None:
    stage, _ = flooded
    sent = (await send(stage))["result"]["message_id"]
    for text in ("a", "b"):
        await stage.bot("editMessageText", chat_id=ADA, message_id=sent, text=text)
    words = await stage.refused("editMessageText", chat_id=ADA, message_id=sent, text="c")
    assert words.startswith("Too Many Requests")


async def test_thirty_a_second_over_all_chats(opened: Any) -> None:
    stage = await opened(clock=Still())
    for n in range(31):
        await stage.post("/admin/persons", id=2000 + n, first_name="P", starts=[5000000001])
    await stage.post("/admin/floods", on=True)
    answers = [await send(stage, 2000 + n) for n in range(31)]
    assert [a["ok"] for a in answers] == [True] * 30 + [False]


async def test_without_the_switch_nothing_is_limited(stage: Any) -> None:
    await stage.start()
    assert all([(await send(stage))["ok"] for _ in range(40)])
