"""How do updates get in? Into the inbox first, whoever brings them; only then are they acknowledged."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.excusing import Excusing
from bot.updates import ALLOWED, NotAnUpdate, arrival
from services.failpoints import Reach, nowhere
from storage import Storage

TOPIC = "inbox"
"""The bell that rings when something has arrived."""

LONG_POLL = 25
"""Seconds that Telegram may hold a getUpdates open."""

BATCH = 100
NEWCOMER_CONFLICTS = 2
SETTLED_CONFLICTS = 40
SETTLED_AFTER = 60.0
"""Seconds of polling after which another poller is the newcomer, and we hold out until it gives way."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
UNUSUAL = 5.0
"""Seconds after which an inbox that takes nothing is talked about; it works off a batch in milliseconds."""

log = logging.getLogger(__name__)


class AnotherPoller(RuntimeError):
    """Another program polls this bot; two of them would take each other's updates."""


class TokenRefused(RuntimeError):
    """Telegram does not know this token."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Writes what arrived into the inbox of one bot and rings the bell."""

    storage: Storage
    bot_id: int
    reach: Reach = nowhere

    async def take(self, raw: Sequence[object]) -> int:
        """Keeps a batch; how many were new. What has no number is logged and let go: it can never be asked for again."""
        arrivals = []
        for one in raw:
            try:
                arrivals.append(arrival(one))
            except NotAnUpdate as fault:
                log.warning("Let go of something that is no update: %s.", fault)
        if not arrivals:
            return 0
        self.reach("intake.received")
        async with self.storage.begin(None) as tx:
            new = await tx.inbox.put(self.bot_id, arrivals, now=tx.now)
            tx.wake(TOPIC)
        self.reach("intake.kept")
        return new


@dataclass(slots=True)
class Polling:
    """Asks Telegram for updates; the next question, which acknowledges, is asked only after the batch is kept.

    `address` is the Bot API's with the token in it; it is never logged.
    """

    wire: BaseRequest
    address: str
    intake: Intake
    monotonic: Callable[[], float]
    offset: int = 0
    last_answer: float | None = field(default=None, init=False)
    _began: float = field(default=0.0, init=False)
    _conflicts: int = field(default=0, init=False)
    _excusing: Excusing = field(init=False)

    def __post_init__(self) -> None:
        self._excusing = Excusing(self.wire, self.address)

    async def run(self) -> None:
        """Polls until cancelled. Raises `AnotherPoller` or `TokenRefused`; everything else is waited out."""
        pause = FIRST_PAUSE
        self._began = self.monotonic()
        await self.wire.initialize()
        while True:
            try:
                await self.once()
                pause = FIRST_PAUSE
            except Conflict as fault:
                self._count_conflict(fault)
                await asyncio.sleep(pause)
            except InvalidToken as fault:
                raise TokenRefused(
                    "Telegram does not know this bot token; ask @BotFather for the right one."
                ) from fault
            except RetryAfter as fault:
                wait = fault.retry_after
                await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
            except Exception as fault:
                # Also a database that cannot be written to: what is not kept is not acknowledged, and comes again.
                log.warning(
                    "Updates could not be taken in; again in %.1f s.", pause, exc_info=not _is_wire(fault)
                )
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def once(self) -> int:
        """One question; how many updates came. They are in the inbox when this returns."""
        question = {
            "offset": self.offset,
            "timeout": LONG_POLL,
            "limit": BATCH,
            "allowed_updates": json.dumps([*ALLOWED]),
        }
        # Not `Bot.get_updates`: one update that PTB cannot read would take its whole batch with it.
        raw = await self.wire.post(
            f"{self.address}/getUpdates?{urlencode(question)}", read_timeout=LONG_POLL + 10
        )
        updates = raw if isinstance(raw, list) else []
        self._conflicts = 0
        self.last_answer = self.monotonic()
        if updates:
            await self._keep(updates)
            numbers = [
                one["update_id"]
                for one in updates
                if isinstance(one, dict) and isinstance(one.get("update_id"), int)
            ]
            self.offset = max([self.offset, *(number + 1 for number in numbers)])
        return len(updates)

    async def _keep(self, updates: Sequence[object]) -> None:
        """Into the inbox, to the end; when that takes long or fails, whoever waits is told. Raises what keeping raises."""
        keeping = asyncio.ensure_future(self.intake.take(updates))
        try:
            await asyncio.wait({keeping}, timeout=UNUSUAL)
            if not keeping.done() or keeping.exception() is not None:
                await self._excusing.excuse(updates)
            await keeping
        finally:
            keeping.cancel()
        self._excusing.works_again()

    def _count_conflict(self, fault: Conflict) -> None:
        """The newcomer gives way: once may be the last long poll of our own former process, twice is somebody else."""
        self._conflicts += 1
        patience = NEWCOMER_CONFLICTS if self.monotonic() - self._began < SETTLED_AFTER else SETTLED_CONFLICTS
        if "webhook" in str(fault).casefold() or self._conflicts >= patience:
            raise AnotherPoller(
                "Another program receives this bot's updates (Telegram answered 409 Conflict). Stop that one, or use "
                "another token; two would take each other's updates."
            ) from fault


def _is_wire(fault: Exception) -> bool:
    """Whether it is Telegram or the way to it, whose traces say nothing."""
    return isinstance(fault, TelegramError)
