"""What was said before? The memory of a conversation: one lane is (chat, topic, agent)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, Owned
from storage.shelf import Shelf


class Message(Owned, Base, kw_only=True):
    """One remembered utterance: what a person said, or what the agent answered."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("role IN ('person', 'agent')", name="role"),
        Index(None, "workspace_id", "lane", "id"),
    )

    lane: Mapped[str]
    role: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    generation_id: Mapped[UUID | None] = mapped_column(default=None)
    is_tainted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Messages(Shelf[Message]):
    """Queries on the remembered utterances of one workspace."""

    row = Message

    async def latest(self, lane: str, *, limit: int) -> Sequence[Message]:
        """The last `limit` utterances of a lane, oldest first."""
        found = await self._session.scalars(
            select(Message).where(Message.lane == lane).order_by(Message.id.desc()).limit(limit)
        )
        return list(found)[::-1]

    async def keep_only(self, lane: str, *, newest: int) -> None:
        """Forgets everything in the lane but its `newest` utterances, so that memory stays bounded."""
        kept = select(Message.id).where(Message.lane == lane).order_by(Message.id.desc()).limit(newest)
        await self._session.execute(
            delete(Message)
            .where(Message.lane == lane, Message.id.not_in(kept))
            .execution_options(synchronize_session=False)
        )

    async def forget(self, lane: str) -> None:
        """Forgets a whole lane."""
        await self._session.execute(delete(Message).where(Message.lane == lane))
