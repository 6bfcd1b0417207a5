from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from telegram.error import TimedOut
from telegram.request import BaseRequest

from bot.excusing import SENTENCE, Excusing
from bot.intake import Intake, Polling
from storage import Storage

ANNA, BEN = 11, 22


class Wire(BaseRequest):
    """Telegram's end of the wire: hands out one batch of updates, and keeps what it is asked to say."""

    def __init__(self, *updates: dict[str, Any], breaks: bool = False) -> None:
        self.updates = [*updates]
        self.breaks = breaks
        self.said: list[tuple[str, dict[str, list[str]]]] = []

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        parts = urlsplit(url)
        method = parts.path.rpartition("/")[2]
        if method == "getUpdates":
            return 200, json.dumps({"ok": True, "result": self.updates}).encode()
        if self.breaks:
            raise TimedOut
        self.said.append((method, parse_qs(parts.query)))
        return 200, b'{"ok": true, "result": true}'


@dataclass
class Disk:
    is_full: bool = True


@dataclass(frozen=True)
class FullInbox(Intake):
    """An inbox that takes nothing as long as its disk is full."""

    disk: Disk = field(default_factory=Disk)

    async def take(self, raw: Sequence[object]) -> int:
        await asyncio.sleep(0)
        if self.disk.is_full:
            raise OSError("database or disk is full")
        return len(raw)


def message(chat_id: int, number: int = 1, kind: str = "private") -> dict[str, Any]:
    return {"update_id": number, "message": {"text": "hello", "chat": {"id": chat_id, "type": kind}}}


def tap(person_id: int, number: int = 1) -> dict[str, Any]:
    return {"update_id": number, "callback_query": {"id": "q7", "from": {"id": person_id}}}


def polling(wire: Wire, storage: Storage, disk: Disk) -> Polling:
    return Polling(wire, "https://bot.example/bot1:x", FullInbox(storage, 1, disk=disk), lambda: 0.0)


async def test_whoever_writes_while_nothing_can_be_kept_is_told_and_the_update_is_not_acknowledged(
    storage_on_sqlite: Storage,
) -> None:
    wire = Wire(message(ANNA, 5))
    desk = polling(wire, storage_on_sqlite, Disk())
    with pytest.raises(OSError, match="full"):
        await desk.once()
    assert wire.said == [("sendMessage", {"chat_id": [str(ANNA)], "text": [SENTENCE]})]
    assert desk.offset == 0


async def test_the_sentence_is_said_once_until_it_works_again(storage_on_sqlite: Storage) -> None:
    wire = Wire(message(ANNA, 5))
    disk = Disk()
    desk = polling(wire, storage_on_sqlite, disk)
    for _ in range(3):
        with pytest.raises(OSError, match="full"):
            await desk.once()
    assert len(wire.said) == 1
    disk.is_full = False
    await desk.once()
    assert desk.offset == 6
    disk.is_full = True
    with pytest.raises(OSError, match="full"):
        await desk.once()
    assert len(wire.said) == 2


async def test_a_tap_is_answered_over_the_chat() -> None:
    wire = Wire()
    assert await Excusing(wire, "https://bot.example/bot1:x").excuse([tap(BEN)]) == 1
    method, form = wire.said[0]
    assert (method, form["callback_query_id"], form["show_alert"]) == (
        "answerCallbackQuery",
        ["q7"],
        ["true"],
    )


async def test_groups_and_odd_updates_are_left_alone() -> None:
    wire = Wire()
    odd = [message(-5, kind="group"), {"message": {"chat": 7}}, {"message": None}, "what", None, 7]
    assert await Excusing(wire, "https://bot.example/bot1:x").excuse(odd) == 0
    assert wire.said == []


async def test_telegram_out_of_reach_harms_nobody() -> None:
    wire = Wire(breaks=True)
    assert await Excusing(wire, "https://bot.example/bot1:x").excuse([message(ANNA)]) == 0
