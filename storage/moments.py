"""Which publications hang on the clock: late ones that were let go, waiting ones near a moment, those of a zone?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from storage.publications import MOVING, Publication
from storage.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting publication as far as clocks matter: `due_at` in UTC, `zone` an IANA name, `facts` with the local time."""

    workspace_id: UUID
    id: UUID
    zone: str
    due_at: datetime
    facts: dict[str, object]


class Moments(Shelf[Publication]):
    """Queries on the moments of publications; `waiting_in` works across workspaces, everything else inside one."""

    row = Publication

    async def ended_with(self, *, state: str, reason: str, since: datetime) -> Sequence[Publication]:
        """Publications that ended in this state since a moment, for a reason with this ending; the soonest due first."""
        found = await self._session.scalars(
            select(Publication)
            .where(
                Publication.state == state,
                Publication.updated_at >= since,
                Publication.reason.endswith(reason, autoescape=True),
            )
            .order_by(Publication.due_at, Publication.id)
        )
        return [*found]

    async def taken(self, *, account_id: UUID, since: datetime) -> Sequence[datetime]:
        """The moments since `since` at which something waits to leave (or is leaving) on an account, the first one first."""
        found = await self._session.scalars(
            select(Publication.due_at)
            .where(
                Publication.account_id == account_id,
                Publication.state.in_(["scheduled", *MOVING]),
                Publication.due_at >= since,
            )
            .order_by(Publication.due_at)
        )
        return [*found]

    async def waiting_in(
        self, zones: Collection[str], *, after: datetime, beyond: Waiting | None, limit: int
    ) -> Sequence[Waiting]:
        """What waits for a moment after `after` in one of these zones, by its key, from the one after `beyond` on."""
        wanted = (
            select(
                Publication.workspace_id,
                Publication.id,
                Publication.zone,
                Publication.due_at,
                Publication.facts,
            )
            .where(
                Publication.state == "scheduled", Publication.due_at > after, Publication.zone.in_([*zones])
            )
            .order_by(Publication.workspace_id, Publication.id)
            .limit(limit)
        )
        if beyond is not None:
            key = tuple_(Publication.workspace_id, Publication.id)
            wanted = wanted.where(key > tuple_(beyond.workspace_id, beyond.id))
        return [Waiting(*row) for row in await self._session.execute(wanted)]
