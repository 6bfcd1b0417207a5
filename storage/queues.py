"""When does an account usually speak? Its named queues, and the slots of each by weekday and local time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.accounts import Account
from storage.publications import Publication
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

    async def locked(self, queue_id: UUID) -> Queue | None:
        """The queue as it is saved now, or None; whoever else wants to change what sits in it waits for us."""
        found: Queue | None = await self._session.scalar(
            select(Queue)
            .where(Queue.id == queue_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found

    async def lock_account(self, account_id: UUID) -> None:
        """Makes whoever else wants to give this account a queue wait until this unit of work ends."""
        await self._session.execute(select(Account.id).where(Account.id == account_id).with_for_update())

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

    async def slot(self, slot_id: UUID) -> Slot | None:
        """One standing time, or None."""
        found: Slot | None = await self._session.scalar(select(Slot).where(Slot.id == slot_id))
        return found

    def add_slot(self, slot: Slot) -> Slot:
        """Puts a new standing time into the unit of work and hands it back."""
        self._session.add(slot)
        return slot

    async def drop_slot(self, slot_id: UUID) -> None:
        """Removes a standing time; what sits in it is the caller's to free."""
        await self._session.execute(delete(Slot).where(Slot.id == slot_id))

    async def drop(self, queue_id: UUID) -> None:
        """Removes a queue with its standing times; what sits in them is the caller's to free."""
        await self._session.execute(delete(Slot).where(Slot.queue_id == queue_id))
        await self._session.execute(delete(Queue).where(Queue.id == queue_id))

    async def sitting(
        self, queue_id: UUID, *, states: Sequence[str], since: datetime, is_locked: bool
    ) -> Sequence[Publication]:
        """The publications of a queue in these states that are due at or after `since`, the soonest first.

        Locked, they are read as they are saved now and nobody else changes them before this unit of work ends.
        """
        wanted = (
            select(Publication)
            .where(
                Publication.queue_id == queue_id,
                Publication.state.in_([*states]),
                Publication.due_at >= since,
            )
            .order_by(Publication.due_at, Publication.id)
        )
        if is_locked:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return [*await self._session.scalars(wanted)]

    async def waiting(self, queue_id: UUID) -> int:
        """How many publications wait in a queue."""
        counted = (
            select(func.count())
            .select_from(Publication)
            .where(Publication.queue_id == queue_id, Publication.state == "scheduled")
        )
        return int(await self._session.scalar(counted) or 0)
