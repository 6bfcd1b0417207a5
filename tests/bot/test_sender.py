from __future__ import annotations

import asyncio
from datetime import timedelta

from telegram.ext import ExtBot

from bot.delivering import Delivering, Parcel
from bot.limiter import DeskLimiter, Pace
from bot.sender import MOST_FAULTS, Sender
from bot.stage import Stages
from services.clock import monotonic
from services.pacing import Pacer
from services.telling import Kind, Place, tell
from storage.shared import InProcess
from tests.bot.house import House


class Mailbox(Delivering):
    """Keeps what would be sent."""

    sent: list[str]

    async def deliver(self, parcel: Parcel) -> int | None:
        self.sent.append(parcel.face.text)
        return len(self.sent)


def _sender(house: House) -> tuple[Sender, list[str]]:
    pacer = Pacer(InProcess(monotonic=monotonic), monotonic=monotonic, sleep=asyncio.sleep)
    bot: ExtBot[Pace] = ExtBot("1:nobody", rate_limiter=DeskLimiter(pacer))
    box = Mailbox(bot)
    object.__setattr__(box, "sent", [])
    return Sender(house.storage, house.desk, box, Stages(bot, monotonic), "t"), box.sent


async def _send_all(house: House, sender: Sender) -> None:
    while await sender.send_due():
        await sender.drain(timeout=5)
        sender._is_closing = False
    house.clock[0] += timedelta(seconds=2)


async def test_a_row_that_cannot_be_shown_holds_its_chat_up_only_for_a_moment(house: House) -> None:
    sender, sent = _sender(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        tell(tx, Kind.REPLY, Place(7), payload={"text": "broken", "rows": [[{"no": "button"}]]})
        tell(tx, Kind.REPLY, Place(7), payload={"text": "whole"})
    for _ in range(MOST_FAULTS + 1):
        await _send_all(house, sender)
    assert sent == ["whole"]


async def test_a_request_that_was_stopped_before_it_began_says_so(house: House) -> None:
    sender, sent = _sender(house)
    await house.say("Write a post about our sale")
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.asking.stop(tx, house.owner, Place(house.owner.telegram_id))
    await _send_all(house, sender)
    assert sent == ["Stopped before it began."]
