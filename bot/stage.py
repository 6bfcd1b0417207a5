"""How does a text appear while it is being written? By edits of the placeholder, never more than the chat can take.

A preview is only ever a preview: a newer one replaces it, the final message never waits behind it, and losing all of
them loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.limiter import Pace, Superseded
from bot.rendering import render, split
from services.pacing import Priority
from storage.generations import Generation

PRIVATE_PAUSE = 0.9
GROUP_PAUSE = 3.0
"""Seconds between two previews; in a group everything that the bot says shares 20 messages a minute."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Shown:
    """The preview of one run. `show` and `status` only remember; a task of its own does the sending."""

    bot: ExtBot[Pace]
    chat_id: int
    monotonic: Callable[[], float]
    key: str
    message_id: int | None = None
    _latest: str = field(default="", init=False)
    _status: str = field(default="", init=False)
    _sent: str = field(default="", init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _pump: asyncio.Task[None] | None = field(default=None, init=False)
    _over: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def show(self, markdown: str) -> None:
        """The whole text so far."""
        self._latest, self._status = markdown, ""
        self._nudge()

    async def status(self, line: str) -> None:
        """One line about what is being done, under the text so far."""
        self._status = line
        self._nudge()

    def place(self, message_id: int) -> None:
        """The message to edit is there now; what was written before it was is shown at once."""
        self.message_id = message_id
        if self._latest or self._status:
            self._nudge()

    async def finish(self) -> None:
        """No preview is sent after this returns; one that is on its way is waited for."""
        self._over.set()
        if self._pump is not None:
            self._changed.set()
            await asyncio.gather(self._pump, return_exceptions=True)

    def _nudge(self) -> None:
        if self._over.is_set():
            return
        self._changed.set()
        if self._pump is None:
            self._pump = asyncio.create_task(self._run(), name=f"preview {self.key}")

    async def _run(self) -> None:
        pause = PRIVATE_PAUSE if self.chat_id > 0 else GROUP_PAUSE
        while not self._over.is_set():
            await self._changed.wait()
            self._changed.clear()
            if self._over.is_set():
                return
            await self._send()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), pause)

    async def _send(self) -> None:
        text = "\n\n".join(
            part for part in (self._latest, f"_{self._status}_" if self._status else "") if part
        )
        if self.message_id is None or not text or text == self._sent:
            return
        part = split(render(f"{text} …"), limit=4096)[0]
        try:
            await self.bot.edit_message_text(
                part.text,
                chat_id=self.chat_id,
                message_id=self.message_id,
                entities=part.entities,
                rate_limit_args=Pace(Priority.PREVIEW, supersedes=self.key),
            )
            self._sent = text
        except Superseded:
            return
        except TelegramError as fault:
            log.debug("A preview was not shown (%s).", type(fault).__name__)


@dataclass(slots=True)
class Stages:
    """The previews of every run in this process, by generation."""

    bot: ExtBot[Pace]
    monotonic: Callable[[], float]
    _shown: dict[UUID, Shown] = field(default_factory=dict, init=False)
    _placed: dict[UUID, int] = field(default_factory=dict, init=False)

    def stage_for(self, generation: Generation) -> Shown:
        """The stage of a run that begins now."""
        shown = Shown(self.bot, generation.telegram_chat_id, self.monotonic, f"run:{generation.id}")
        shown.message_id = self._placed.pop(generation.id, generation.message_id)
        self._shown[generation.id] = shown
        return shown

    def placed(self, generation_id: UUID, message_id: int) -> None:
        """The placeholder of a run has been sent; previews edit it from now on."""
        shown = self._shown.get(generation_id)
        if shown is None:
            self._placed[generation_id] = message_id
        else:
            shown.place(message_id)

    async def finish(self, generation_id: UUID) -> None:
        """Ends a run's previews, so that nothing can overwrite the final message."""
        self._placed.pop(generation_id, None)
        shown = self._shown.pop(generation_id, None)
        if shown is not None:
            await shown.finish()
