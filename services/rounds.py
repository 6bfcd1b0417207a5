"""When is the next round of work? A method is called again when its bell rings, when it falls due, and now and then anyway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.shared import SharedState

log = logging.getLogger(__name__)

AFTER_A_FAULT = 1.0
"""Seconds before the next round when one broke: the database may be on its way back."""


@dataclass(frozen=True, slots=True)
class Round:
    """One line of the worker's table: what is done, which bell wakes it, and how often it looks without one.

    `work` takes a batch of what is due and says how many it was; `next_at` says when the next one falls due.
    """

    name: str
    work: Callable[[], Awaitable[int]]
    every: timedelta
    topic: str | None = None
    next_at: Callable[[], Awaitable[datetime | None]] | None = None


@dataclass(frozen=True, slots=True)
class Rounds:
    """Runs every line of the table until it is stopped; one line's fault stops no other."""

    table: tuple[Round, ...]
    shared: SharedState
    clock: Callable[[], datetime]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def stop(self) -> None:
        """Lets every line finish the round it is in; `run` returns then."""
        self.stopping.set()
        for one in self.table:
            await self.shared.wake(_topic(one))

    async def run(self) -> None:
        """Returns when it was told to stop and every line is at rest."""
        async with asyncio.TaskGroup() as group:
            for one in self.table:
                group.create_task(self._go_round(one), name=one.name)

    async def _go_round(self, one: Round) -> None:
        async with self.shared.listen(_topic(one)) as bell:
            while not self.stopping.is_set():
                wait = await self._once(one)
                if wait > 0 and not self.stopping.is_set():
                    await bell.wait(wait)

    async def _once(self, one: Round) -> float:
        """Works off what is due; the seconds until there may be more."""
        try:
            if await one.work():
                return 0.0
            due = None if one.next_at is None else await one.next_at()
        except Exception:
            log.exception("A round of %s broke; it goes on.", one.name)
            return AFTER_A_FAULT
        longest = one.every.total_seconds()
        if due is None:
            return longest
        return min(longest, max((due - self.clock()).total_seconds(), 0.001))


def _topic(one: Round) -> str:
    """The bell of a line; one that has none gets one of its own, which rings only to stop it."""
    return one.topic or f"round:{one.name}"
