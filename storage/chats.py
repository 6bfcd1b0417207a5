"""Which Telegram chats are bound to a workspace, and what for?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap, Owned
from storage.shelf import Shelf

EVERY_TOPIC = 0
"""The thread id of a binding that speaks for the whole chat."""


class Chat(Owned, Base, kw_only=True):
    """A chat (and topic) bound to a workspace; purpose is `desk`, `team` or `channel`."""

    __tablename__ = "chats"
    __table_args__ = (
        UniqueConstraint("workspace_id", "telegram_chat_id", "thread_id", "purpose"),
        Index(None, "telegram_chat_id"),
    )

    telegram_chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger, default=EVERY_TOPIC)
    kind: Mapped[str]
    purpose: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    username: Mapped[str | None] = mapped_column(default=None)
    rights: Mapped[JsonMap] = mapped_column(default_factory=dict)
    agent_id: Mapped[UUID | None] = mapped_column(default=None)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Chats(Shelf[Chat]):
    """Queries on the bound chats of one workspace."""

    row = Chat

    async def with_purpose(self, purpose: str) -> Sequence[Chat]:
        """The active chats that serve this purpose, oldest first."""
        found = await self._session.scalars(
            select(Chat).where(Chat.purpose == purpose, Chat.is_active).order_by(Chat.created_at)
        )
        return list(found)

    async def teams_of(self, workspace_ids: Collection[UUID]) -> Sequence[Chat]:
        """The active team chats of several workspaces, oldest first; for a unit of work that belongs to none."""
        found = await self._session.scalars(
            select(Chat)
            .where(Chat.workspace_id.in_([*workspace_ids]), Chat.purpose == "team", Chat.is_active)
            .order_by(Chat.created_at)
        )
        return [*found]

    async def bound_to(self, telegram_chat_id: int) -> Sequence[Chat]:
        """Every binding of this Telegram chat (of any workspace, when the unit of work has none)."""
        found = await self._session.scalars(
            select(Chat).where(Chat.telegram_chat_id == telegram_chat_id).order_by(Chat.created_at)
        )
        return list(found)
