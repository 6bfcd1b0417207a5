"""A queue on the small desk, and what the tests of queues ask again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.queueing import Entry, Queueing
from services.slot_phrases import read_standing
from services.slotting import Slotting

if TYPE_CHECKING:
    from storage.publications import Publication

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""The Monday after the tests' noon, 09:00 in Madrid; until then the clock stands on a Friday."""


@dataclass
class Scene:
    """A bureau with one queue of its account."""

    bureau: Any
    queueing: Queueing
    slotting: Slotting
    queue_id: UUID

    async def take(self, text: str = "Hello", *, top: bool = False) -> Publication:
        async with self.bureau.begin() as tx:
            post = await self.bureau.post(tx, text)
            entry = Entry(post.id, post.version)
            take = self.queueing.take_top if top else self.queueing.take_next
            return await take(tx, self.bureau.actor, self.queue_id, entry, seen=None)

    async def row(self, publication: Publication) -> Publication:
        async with self.bureau.begin() as tx:
            found: Publication = await tx.publications.get(publication.id)
            return found

    async def dues(self, *publications: Publication) -> list[datetime]:
        return [(await self.row(one)).due_at for one in publications]

    async def deed(self, name: str, *args: Any, **more: Any) -> Any:
        """One method of `queueing` in a unit of work of its own."""
        async with self.bureau.begin() as tx:
            return await getattr(self.queueing, name)(tx, self.bureau.actor, *args, **more)

    async def cancel(self, publication: Publication) -> None:
        async with self.bureau.begin() as tx:
            await self.bureau.scheduling.cancel(tx, self.bureau.actor, publication.id)


async def scene_on(bureau: Any, words: str = "Mon-Fri 09:00, 17:30", name: str = "Main") -> Scene:
    queueing = Queueing(bureau.scheduling)
    slotting = Slotting(queueing)
    async with bureau.begin() as tx:
        queue = await slotting.open(tx, bureau.actor, bureau.account_id, name=name)
        if words:
            await slotting.add(tx, bureau.actor, queue.id, read_standing(words))
    return Scene(bureau, queueing, slotting, queue.id)
