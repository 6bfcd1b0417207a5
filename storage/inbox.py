"""What has arrived from Telegram and is not worked off yet? Written before it is acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    delete,
    exists,
    func,
    select,
    text,
    true,
)
from sqlalchemy import update as sql_update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.schema import Base
from storage.session import ShieldedSession


class InboxItem(Base, kw_only=True):
    """One update as Telegram sent it. `lane` keeps the order of a (chat, topic); the fast lane has its own."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        CheckConstraint("state IN ('pending', 'working', 'done', 'parked')", name="state"),
        Index(None, "bot_id", "state", "update_id"),
        Index(None, "bot_id", "lane", "state", "update_id"),
        Index(
            "uq_inbox_one_worker_per_lane",
            "bot_id",
            "lane",
            unique=True,
            sqlite_where=text("state = 'working'"),
            postgresql_where=text("state = 'working'"),
        ),
        Index(None, "done_at"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True, init=False
    )
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    lane: Mapped[str]
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="pending")
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    reference: Mapped[str | None] = mapped_column(default=None)
    arrived_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update on its way into the inbox: `payload` is the raw JSON text."""

    update_id: int
    lane: str
    payload: str


class Inbox:
    """Queries on the inbox of the installation; it belongs to no workspace, because nobody has looked inside yet."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    async def put(self, bot_id: int, arrivals: Sequence[Arrival], *, now: datetime) -> int:
        """Writes arrivals in the order of their numbers; what is there already stays as it is. How many were new."""
        if not arrivals:
            return 0
        is_postgresql = self._session.get_bind().dialect.name == "postgresql"
        insert = postgresql_insert if is_postgresql else sqlite_insert
        rows = [
            {
                "bot_id": bot_id,
                "update_id": one.update_id,
                "lane": one.lane,
                "payload": one.payload,
                "state": "pending",
                "tries": 0,
                "arrived_at": now,
            }
            for one in sorted(arrivals, key=lambda one: one.update_id)
        ]
        statement = insert(InboxItem).on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
        new = await self._session.scalars(statement.returning(InboxItem.id), rows)
        return len(list(new))

    async def claim(
        self, bot_id: int, *, owner: str, now: datetime, limit: int, is_suspect: bool | None = None
    ) -> Sequence[InboxItem]:
        """Takes the oldest pending item of each lane that nobody works on; at most one per lane.

        `is_suspect` True: only what was in work before and came back; False: only what was not; None: either.
        """
        busy = select(InboxItem.lane).where(InboxItem.bot_id == bot_id, InboxItem.state == "working")
        older = aliased(InboxItem)
        has_older = (
            exists()
            .where(
                older.bot_id == InboxItem.bot_id,
                older.lane == InboxItem.lane,
                older.state == "pending",
                older.update_id < InboxItem.update_id,
            )
            .correlate(InboxItem)
        )
        rows = await self._session.scalars(
            select(InboxItem)
            .where(
                InboxItem.bot_id == bot_id,
                InboxItem.state == "pending",
                _of_kind(is_suspect=is_suspect),
                InboxItem.lane.not_in(busy),
                ~has_older,
            )
            .order_by(InboxItem.update_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        items: list[InboxItem] = [*rows]
        for item in items:
            item.state, item.claimed_by, item.claimed_at = "working", owner, now
            item.tries += 1
        return items

    async def find(self, item_id: int) -> InboxItem | None:
        """One item by its number, or None."""
        found: InboxItem | None = await self._session.get(InboxItem, item_id)
        return found

    async def finish(self, item_id: int, *, owner: str, now: datetime) -> bool:
        """Marks an item as done inside the unit of work that holds its effects; False if another process has it now."""
        done = await self._session.execute(
            sql_update(InboxItem)
            .where(InboxItem.id == item_id, InboxItem.state == "working", InboxItem.claimed_by == owner)
            .values(state="done", done_at=now, claimed_by=None)
        )
        return bool(done.rowcount)

    async def waiting_behind(self, item: InboxItem) -> Sequence[InboxItem]:
        """What waits in the same lane behind an item, the oldest first; for the other parts of an album."""
        rows = await self._session.scalars(
            select(InboxItem)
            .where(
                InboxItem.bot_id == item.bot_id,
                InboxItem.lane == item.lane,
                InboxItem.state == "pending",
                InboxItem.update_id > item.update_id,
            )
            .order_by(InboxItem.update_id)
            .limit(50)
        )
        return [*rows]

    async def finish_also(self, item_ids: Sequence[int], *, now: datetime) -> None:
        """Marks pending items as done together with the one that answers for them."""
        await self._session.execute(
            sql_update(InboxItem)
            .where(InboxItem.id.in_([*item_ids]), InboxItem.state == "pending")
            .values(state="done", done_at=now)
        )

    async def give_back(self, *, owner: str, alive: Sequence[str]) -> int:
        """Returns items of processes that are gone to pending; `alive` (and `owner`) keep theirs."""
        done = await self._session.execute(
            sql_update(InboxItem)
            .where(InboxItem.state == "working", InboxItem.claimed_by.not_in([owner, *alive]))
            .values(state="pending", claimed_by=None)
        )
        return int(done.rowcount)

    async def give_back_older(self, *, than: datetime) -> int:
        """Returns items that were taken before this moment and never finished: their process is gone or stuck."""
        done = await self._session.execute(
            sql_update(InboxItem)
            .where(InboxItem.state == "working", InboxItem.claimed_at < than)
            .values(state="pending", claimed_by=None)
        )
        return int(done.rowcount)

    async def count(self, *, state: str) -> int:
        """How many items are in this state."""
        counted = select(func.count()).select_from(InboxItem).where(InboxItem.state == state)
        return int(await self._session.scalar(counted) or 0)

    async def prune(self, *, before: datetime) -> int:
        """Forgets items that were done before this moment."""
        done = await self._session.execute(
            delete(InboxItem).where(InboxItem.state == "done", InboxItem.done_at < before)
        )
        return int(done.rowcount)


def _of_kind(*, is_suspect: bool | None) -> ColumnElement[bool]:
    """The condition for items that came back from work, that did not, or either."""
    if is_suspect is None:
        return true()
    return InboxItem.tries > 0 if is_suspect else InboxItem.tries == 0
