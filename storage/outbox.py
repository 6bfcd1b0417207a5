"""What has still to be said in Telegram? Written in the unit of work whose effect it tells, sent afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Index,
    Text,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.schema import Base, JsonMap, Owned
from storage.session import ShieldedSession


class OutboxItem(Owned, Base, kw_only=True):
    """One message (or edit) on its way to a chat.

    `payload` is what the bot needs to show it; `subject_kind` and `subject_id` name what it speaks of, so that the
    number of the sent message can be kept there. `dedupe` makes one cause speak once.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'sent', 'failed')", name="state"),
        Index(None, "workspace_id", "dedupe", unique=True),
        Index(None, "state", "next_at"),
        Index(None, "state", "id"),
        Index(None, "telegram_chat_id", "state", "id"),
        Index(None, "sent_at"),
    )

    kind: Mapped[str]
    telegram_chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger, default=0)
    priority: Mapped[int] = mapped_column(default=0)
    payload: Mapped[JsonMap] = mapped_column(default_factory=dict)
    subject_kind: Mapped[str | None] = mapped_column(default=None)
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    dedupe: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="pending")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(default=None)
    lease_until_at: Mapped[datetime | None] = mapped_column(default=None)
    message_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


def _has_older() -> ColumnElement[bool]:
    """Whether something else waits for the same chat in front of an item."""
    older = aliased(OutboxItem)
    return (
        exists()
        .where(
            older.telegram_chat_id == OutboxItem.telegram_chat_id,
            older.state == "pending",
            older.id < OutboxItem.id,
        )
        .correlate(OutboxItem)
    )


class Outbox:
    """Queries on the outbox; adding is scoped to a workspace, sending works across them."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    def add(self, item: OutboxItem) -> OutboxItem:
        """Puts a new item into the unit of work and hands it back."""
        self._session.add(item)
        return item

    async def last_message(self, subject_id: UUID, *, chat_id: int) -> int | None:
        """The number of the last message in this chat that spoke of this subject, or None."""
        found: int | None = await self._session.scalar(
            select(OutboxItem.message_id)
            .where(
                OutboxItem.telegram_chat_id == chat_id,
                OutboxItem.state == "sent",
                OutboxItem.subject_id == subject_id,
                OutboxItem.message_id.is_not(None),
            )
            .order_by(OutboxItem.id.desc())
            .limit(1)
        )
        return found

    async def has(self, dedupe: str) -> bool:
        """Whether this cause has spoken already (in this workspace)."""
        return bool(await self._session.scalar(select(func.count()).where(OutboxItem.dedupe == dedupe)))

    async def has_unsent(self, *, kind: str, chat_id: int, thread_id: int) -> bool:
        """Whether a row of this kind still waits for the chat and nobody has begun to send it.

        It is locked until this unit of work ends, so that it will be sent (and made) after what is written here.
        """
        found = await self._session.scalar(
            select(OutboxItem.id)
            .where(
                OutboxItem.telegram_chat_id == chat_id,
                OutboxItem.thread_id == thread_id,
                OutboxItem.state == "pending",
                OutboxItem.kind == kind,
                OutboxItem.claimed_by.is_(None),
            )
            .limit(1)
            .with_for_update()
        )
        return found is not None

    async def waiting(self, *, kind: str, workspaces: Collection[UUID]) -> set[tuple[UUID, int, int]]:
        """In which chats (workspace, chat, topic) an item of this kind is still to be sent."""
        found = await self._session.execute(
            select(OutboxItem.workspace_id, OutboxItem.telegram_chat_id, OutboxItem.thread_id).where(
                OutboxItem.workspace_id.in_([*workspaces]),
                OutboxItem.kind == kind,
                OutboxItem.state == "pending",
                OutboxItem.claimed_by.is_(None),
            )
        )
        return {(workspace_id, chat, thread) for workspace_id, chat, thread in found}

    async def claim(
        self, *, owner: str, now: datetime, lease: timedelta, limit: int, but_chats: Sequence[int]
    ) -> Sequence[OutboxItem]:
        """Takes the oldest pending item of each chat that is due; chats in `but_chats` are being served already."""
        rows = await self._session.scalars(
            select(OutboxItem)
            .where(
                OutboxItem.state == "pending",
                OutboxItem.telegram_chat_id.not_in([*but_chats]),
                ~_has_older(),
                OutboxItem.next_at <= now,
                or_(OutboxItem.claimed_by.is_(None), OutboxItem.lease_until_at < now),
            )
            .order_by(OutboxItem.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        items: list[OutboxItem] = [*rows]
        for item in items:
            item.claimed_by, item.lease_until_at = owner, now + lease
        return items

    async def release_all_but(self, owner: str) -> int:
        """Frees every claim of other owners; only for a process that is alone on its database."""
        done = await self._session.execute(
            update(OutboxItem)
            .where(OutboxItem.state == "pending", OutboxItem.claimed_by != owner)
            .values(claimed_by=None, lease_until_at=None)
        )
        return int(done.rowcount)

    async def move(self, *, old: int, new: int) -> int:
        """Readdresses what waits for a chat that got another number; frees it for sending. How many rows."""
        done = await self._session.execute(
            update(OutboxItem)
            .where(OutboxItem.state == "pending", OutboxItem.telegram_chat_id == old)
            .values(telegram_chat_id=new, claimed_by=None, lease_until_at=None)
        )
        return int(done.rowcount)

    async def find(self, workspace_id: UUID, item_id: UUID) -> OutboxItem | None:
        """One item by its key, or None."""
        found: OutboxItem | None = await self._session.get(OutboxItem, (workspace_id, item_id))
        return found

    async def next_at(self) -> datetime | None:
        """When the next chat may be sent to, or None: what is being sent or stands behind something else is not due."""
        found: datetime | None = await self._session.scalar(
            select(func.min(OutboxItem.next_at)).where(
                OutboxItem.state == "pending", OutboxItem.claimed_by.is_(None), ~_has_older()
            )
        )
        return found

    async def count(self, *, state: str) -> int:
        """How many items are in this state."""
        counted = select(func.count()).select_from(OutboxItem).where(OutboxItem.state == state)
        return int(await self._session.scalar(counted) or 0)

    async def publication_in(self, *, telegram_chat_id: int, message_id: int) -> UUID | None:
        """The publication that a message of ours is about by now (edits change that), or None; forgotten with the rows."""
        found = await self._session.execute(
            select(OutboxItem.subject_kind, OutboxItem.subject_id)
            .where(
                OutboxItem.telegram_chat_id == telegram_chat_id,
                OutboxItem.state == "sent",
                OutboxItem.message_id == message_id,
            )
            .order_by(OutboxItem.id.desc())
            .limit(1)
        )
        last = found.one_or_none()
        return last.subject_id if last is not None and last.subject_kind == "publication" else None

    async def prune(self, *, before: datetime) -> int:
        """Forgets items that were sent before this moment."""
        done = await self._session.execute(
            delete(OutboxItem).where(OutboxItem.state == "sent", OutboxItem.sent_at < before)
        )
        return int(done.rowcount)
