"""Who are the persons? A user is a Telegram account, known by its number and never by its @name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap
from storage.shelf import GlobalShelf


class User(Base, kw_only=True):
    """A person; one user may be a member of several workspaces."""

    __tablename__ = "users"
    __table_args__ = (Index(None, "username"), Index(None, "email", unique=True), Index(None, "created_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    username: Mapped[str | None] = mapped_column(default=None)
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(default=None)
    avatar_file_id: Mapped[str | None] = mapped_column(default=None)
    bio: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    zone: Mapped[str | None] = mapped_column(default=None)
    language: Mapped[str | None] = mapped_column(default=None)
    preferences: Mapped[JsonMap] = mapped_column(default_factory=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_verified: Mapped[bool] = mapped_column(default=False)
    is_private: Mapped[bool] = mapped_column(default=True)
    current_workspace_id: Mapped[UUID | None] = mapped_column(default=None)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Users(GlobalShelf[User]):
    """Queries on persons."""

    row = User

    async def by_telegram_id(self, telegram_id: int) -> User | None:
        """The person with this Telegram number, or None for a stranger."""
        found: User | None = await self._session.scalar(select(User).where(User.telegram_id == telegram_id))
        return found
