"""When does an account usually speak? Its named queues, and the slots of each by weekday and local time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, Owned
from storage.shelf import Shelf


class Queue(Owned, Base, kw_only=True):
    """A named queue of one account; its slots are local times in `zone` (an IANA name). Paused, it sends nothing."""

    __tablename__ = "queues"
    __table_args__ = (
        UniqueConstraint("workspace_id", "account_id", "name"),
        ForeignKeyConstraint(["workspace_id", "account_id"], ["accounts.workspace_id", "accounts.id"]),
    )

    account_id: Mapped[UUID]
    name: Mapped[str]
    zone: Mapped[str]
    is_paused: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Slot(Owned, Base, kw_only=True):
    """One standing time of a queue: `weekday` 0 is Monday, `at_local` is like 09:30."""

    __tablename__ = "slots"
    __table_args__ = (
        UniqueConstraint("workspace_id", "queue_id", "weekday", "at_local"),
        ForeignKeyConstraint(["workspace_id", "queue_id"], ["queues.workspace_id", "queues.id"]),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    )

    queue_id: Mapped[UUID]
    weekday: Mapped[int]
    at_local: Mapped[str]


class Queues(Shelf[Queue]):
    """Queries on the queues of one workspace and their slots."""

    row = Queue

    async def of_account(self, account_id: UUID) -> Sequence[Queue]:
        """The queues of an account, the oldest first."""
        found = await self._session.scalars(
            select(Queue).where(Queue.account_id == account_id).order_by(Queue.created_at, Queue.id)
        )
        return [*found]

    async def slots(self, queue_id: UUID) -> Sequence[Slot]:
        """The standing times of a queue, Monday morning first."""
        found = await self._session.scalars(
            select(Slot).where(Slot.queue_id == queue_id).order_by(Slot.weekday, Slot.at_local)
        )
        return [*found]

    def add_slot(self, slot: Slot) -> Slot:
        """Puts a new standing time into the unit of work and hands it back."""
        self._session.add(slot)
        return slot
