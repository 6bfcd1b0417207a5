"""What falls into a stretch of time? Publications by their due moment, for those who look at days and not at a queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from storage.publications import STATES, Publication
from storage.session import ShieldedSession

SHOWN = tuple(state for state in STATES if state != "cancelled")
"""What was taken off the calendar is not on it."""


class Calendars:
    """Queries on stretches of time; `start` (aware) belongs to a stretch, `end` does not. `account_id` None: all of them."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    async def between(
        self, *, start: datetime, end: datetime, account_id: UUID | None, limit: int, offset: int = 0
    ) -> Sequence[Publication]:
        """What is due in the stretch, the soonest first."""
        found = await self._session.scalars(
            select(Publication)
            .where(*_within(start, end, account_id))
            .order_by(Publication.due_at, Publication.id)
            .limit(limit)
            .offset(offset)
        )
        return [*found]

    async def count(self, *, start: datetime, end: datetime, account_id: UUID | None) -> int:
        """How many are due in the stretch."""
        counted = select(func.count()).select_from(Publication).where(*_within(start, end, account_id))
        return int(await self._session.scalar(counted) or 0)


def _within(start: datetime, end: datetime, account_id: UUID | None) -> list[ColumnElement[bool]]:
    rules = [Publication.state.in_(SHOWN), Publication.due_at >= start, Publication.due_at < end]
    return rules if account_id is None else [*rules, Publication.account_id == account_id]
