"""Which messages are opened as files of posts, and is a person told meanwhile, in one message, how far it is?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from telegram import Chat, Document, Message, MessageOriginHiddenUser
from telegram.ext import ExtBot

from bot.album import Album, Fetched
from bot.commands import talking
from bot.delivering import Delivering, Parcel
from bot.limiter import DeskLimiter, Pace
from bot.sender import Sender
from bot.sheets import Opened, Sheets
from bot.stage import Stages
from bot.turn import Turn
from services.authorising import Role
from services.clock import monotonic
from services.pacing import Pacer
from services.refusals import Refusal
from services.telling import Place
from storage.inbox import InboxItem
from storage.shared import InProcess
from tests.bot.house import START, House

PLAN = b"text,when\n" + b"Hello,2026-12-01 09:00\n" * 250
KEY = "0123"


@dataclass
class Door:
    """Where files arrive: `open` hands one over as the dispatcher does."""

    house: House
    directory: Path
    sheets: Sheets

    async def open(
        self, data: bytes | None = PLAN, *, caption: str | None = None, **more: Any
    ) -> Opened | None:
        if data is not None:
            (self.directory / KEY).write_bytes(data)
        part = Document("file", "unique", file_name=more.pop("name", "plan.csv"))
        file = Fetched("document", part, caption, None, None if data is None else KEY, None)
        album = Album(self.house.owner.workspace_id, (file,) * more.pop("files", 1))
        chat = Chat(7, more.pop("chat", Chat.PRIVATE))
        actor = more.pop("actor", self.house.owner)
        number = more.pop("update", 11)
        item = InboxItem(bot_id=1, update_id=number, lane="7", payload="{}", arrived_at=START)
        message = Message(5, START, chat, document=part, **more)
        return await self.sheets.open(message, album, actor=actor, place=Place(7), item=item)


@pytest.fixture
async def door(house: House, tmp_path: Path) -> Door:
    """Checking takes a second per look at the clock, so that there is something to tell."""
    await house.connect()
    slow = replace(house.desk.importing, monotonic=count().__next__)
    return Door(house, tmp_path, Sheets(house.storage, slow, tmp_path))


async def test_a_document_in_the_private_chat_is_opened(door: Door) -> None:
    opened = await door.open()
    assert opened is not None
    assert (opened.checked.file_name, opened.checked.total, opened.checked.unfit) == ("plan.csv", 250, 0)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"name": "menu.pdf"},
        {"files": 2},
        {"chat": Chat.SUPERGROUP},
        {"reply_to_message": Message(4, START, Chat(7, Chat.PRIVATE))},
        {"forward_origin": MessageOriginHiddenUser(START, "Somebody")},
    ],
)
async def test_what_is_meant_for_something_else_is_left_alone(door: Door, otherwise: dict[str, Any]) -> None:
    assert await door.open(**otherwise) is None


async def test_who_may_not_schedule_opens_nothing(door: Door) -> None:
    assert await door.open(actor=replace(door.house.owner, role=Role.VIEWER)) is None


async def test_a_file_that_is_no_plan_is_refused_unless_it_came_with_words(door: Door) -> None:
    with pytest.raises(Refusal, match="To publish the file itself, send it with a few words"):
        await door.open(b"price,size\n1,L\n")
    assert await door.open(b"price,size\n1,L\n", caption="Our prices") is None


async def test_a_file_that_could_not_be_fetched_is_told(door: Door) -> None:
    with pytest.raises(Refusal, match="could not fetch"):
        await door.open(None)


@dataclass(frozen=True)
class Mailbox(Delivering):
    """Keeps what would be sent, and to which message of ours it is an edit."""

    sent: list[tuple[str, int | None]] = field(default_factory=list)

    async def deliver(self, parcel: Parcel) -> int | None:
        self.sent.append((parcel.face.text.split("\n")[0], parcel.edits))
        return parcel.edits or 1000 + len(self.sent)


async def test_progress_and_preview_are_one_message_even_after_a_crash(door: Door) -> None:
    """Mutation: with an id of its own per try, the message of the first one would say "Checking…" for ever."""
    house = door.house
    pacer = Pacer(InProcess(monotonic=monotonic), monotonic=monotonic, sleep=asyncio.sleep)
    bot: ExtBot[Pace] = ExtBot("1:nobody", rate_limiter=DeskLimiter(pacer))
    box = Mailbox(bot)
    sender = Sender(house.storage, house.desk, box, Stages(bot, monotonic), "t")

    async def send() -> None:
        while await sender.send_due():
            await sender.drain(timeout=5)
            sender._is_closing = False

    await door.open()
    await send()
    again = await door.open()
    assert again is not None
    await send()
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await talking.on_words(Turn(house.desk, tx, house.owner, Place(7), sheet=again))
    await send()
    progress = "Checking row 200 of 250 in plan\\.csv…"
    assert box.sent == [
        (progress, None),
        (progress, 1001),
        ("**250 posts from plan\\.csv\\: all of them fit\\.**", 1001),
    ]
    other = await door.open(update=12)
    assert other is not None
    assert other.import_id != again.import_id
