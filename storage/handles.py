"""What does a button mean? Its callback data is a random handle; the meaning is a row that only we can read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, delete
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap
from storage.session import ShieldedSession


class Handle(Base, kw_only=True):
    """Who may press it, where, what it does to which version of what, and until when.

    The key is the handle alone: whoever presses a button tells us nothing else, the workspace is inside.
    """

    __tablename__ = "handles"
    __table_args__ = (Index(None, "expires_at"),)

    handle: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(default=None)
    telegram_chat_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    subject_version: Mapped[int | None] = mapped_column(default=None)
    arguments: Mapped[JsonMap] = mapped_column(default_factory=dict)
    is_once: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Handles:
    """Queries on callback handles."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    def add(self, handle: Handle) -> Handle:
        """Puts a new handle into the unit of work and hands it back."""
        self._session.add(handle)
        return handle

    async def find(self, handle: str) -> Handle | None:
        """The handle with this data, locked for this unit of work, or None for data we never made."""
        found: Handle | None = await self._session.get(Handle, handle, with_for_update=True)
        return found

    async def prune(self, *, before: datetime) -> int:
        """Forgets handles that expired before this moment."""
        done = await self._session.execute(delete(Handle).where(Handle.expires_at < before))
        return int(done.rowcount)
