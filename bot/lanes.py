"""Who works off the inbox? One item per lane at a time, many lanes at once, each item answered or parked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.intake import TOPIC
from services.failpoints import Reach, nowhere
from storage import Storage
from storage.inbox import InboxItem

MOST_TRIES = 4
"""Times that an item may be in work when its process dies: once in company, which proves nothing, and three times alone."""

log = logging.getLogger(__name__)

Handle = Callable[[InboxItem], Awaitable[None]]
"""Answers one item and marks it done in the same unit of work; must not raise."""


@dataclass(slots=True)
class Lanes:
    """Claims what waits in the inbox and hands it out. `owner` names this process."""

    storage: Storage
    bot_id: int
    owner: str
    handle: Handle
    park: Handle
    width: int = 32
    reach: Reach = nowhere
    _working: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _is_closing: bool = field(default=False, init=False)
    _is_trying: bool = field(default=False, init=False)

    async def recover(self) -> int:
        """Puts back what a former process was working on; only where no other process can be alive."""
        if not self.storage.is_alone:
            return 0
        async with self.storage.begin(None) as tx:
            tx.wake(TOPIC)
            return await tx.inbox.give_back(owner=self.owner, alive=[])

    async def work_off(self) -> int:
        """Starts work on every lane that waits, as far as there is room; how many items were started.

        What was in work when a process died may have killed it. Such suspects are tried first and one at a time, so
        that an innocent neighbour is never counted out with the culprit.
        """
        room = self.width - len(self._working)
        if room <= 0 or self._is_closing or self._is_trying:
            return 0
        async with self.storage.begin(None) as tx:
            claim = partial(tx.inbox.claim, self.bot_id, owner=self.owner, now=tx.now)
            suspects = [] if self._working else await claim(limit=1, is_suspect=True)
            items = suspects or await claim(limit=room, is_suspect=False)
            self.reach("lanes.claiming")
        self._is_trying = bool(suspects)
        for item in items:
            task = asyncio.create_task(self._work(item), name=f"inbox {item.id}")
            self._working.add(task)
        return len(items)

    async def drain(self, *, timeout: float) -> bool:  # noqa: ASYNC109 - the caller's patience is a setting, not a cancellation
        """Starts nothing new and waits for what is being answered; whether all of it was."""
        self._is_closing = True
        if self._working:
            await asyncio.wait(self._working, timeout=timeout)
        return not self._working

    async def _work(self, item: InboxItem) -> None:
        self.reach("lanes.before_answer")
        try:
            await (self.park(item) if item.tries > MOST_TRIES else self.handle(item))
            self.reach("lanes.answered")
        except Exception:
            log.exception("An update could not be answered; it stays in the inbox.")
            await self._give_up(item)
        if (task := asyncio.current_task()) is not None:
            self._working.discard(task)
        self._is_trying = False
        await self.storage.wake(TOPIC)

    async def _give_up(self, item: InboxItem) -> None:
        """Puts the item back for another try; after the last one that sets it aside and tells the owner."""
        async with self.storage.begin(None) as tx:
            found = await tx.inbox.find(item.id)
            if found is not None and found.claimed_by == self.owner:
                # Parking is a try like every other, and where even that fails the item is set aside without a word.
                found.state = "pending" if found.tries <= MOST_TRIES else "parked"
                found.claimed_by = None
