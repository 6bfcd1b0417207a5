"""How do many moves share one commit? What comes in while one unit of work is being saved goes into the next, together.

An answer that a platform gave is not lost because the database could not be written just then: as long as it is the
database's surroundings that fail (locked, full, gone away), the same is tried again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.failpoints import Reach, nowhere
from services.recording import Entry, Recording
from storage import Storage
from storage.engines import is_passing

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
"""Rows in one unit of work: enough to share the cost of saving, few enough to let others write in between."""

PAUSE = 0.5
"""Seconds before the database is tried again."""


@dataclass(slots=True)
class Committing:
    """Saves entries in the order in which they came, many together."""

    storage: Storage
    recording: Recording
    reach: Reach = nowhere
    pause: float = PAUSE
    _waiting: list[tuple[Entry, asyncio.Future[None]]] = field(default_factory=list, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def save(self, entry: Entry) -> bool:
        """Returns once the entry is saved; False when its claim was lost, and then nothing of it was written."""
        saved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, saved))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._save_all(), name="committing")
        await saved
        return entry.step is not None

    async def _save_all(self) -> None:
        while self._waiting:
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            await self._save(batch)

    async def _save(self, batch: Sequence[tuple[Entry, asyncio.Future[None]]]) -> None:
        """Together; and when something is wrong with one of them, each by itself, so that it harms no other."""
        try:
            await self._persistently([entry for entry, _ in batch])
        except Exception as fault:
            if len(batch) == 1:
                batch[0][1].set_exception(fault)
                return
            log.warning("Moves could not be saved together; each is saved by itself.", exc_info=True)
            for one in batch:
                await self._save([one])
            return
        for _, saved in batch:
            if not saved.done():
                saved.set_result(None)

    async def _persistently(self, entries: Sequence[Entry]) -> None:
        while True:
            try:
                await self._write(entries)
            except Exception as fault:
                if not is_passing(fault):
                    raise
                log.warning("The database cannot be written (%s); tried again.", type(fault).__name__)
                await asyncio.sleep(self.pause)
            else:
                return

    async def _write(self, entries: Sequence[Entry]) -> None:
        self.reach("committing.before")
        async with self.storage.begin(None) as tx:
            await self.recording.put(tx, entries)
            self.reach("committing.written")
        self.reach("committing.saved")
