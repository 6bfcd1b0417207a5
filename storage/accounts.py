"""Where may the workspace publish? An account is a connected social account of one platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, JsonMap, Owned
from storage.shelf import Missing, Shelf


class Account(Owned, Base, kw_only=True):
    """A connected account; tokens are stored sealed and only there (a Telegram channel needs none: the bot is it)."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "platform", "remote_id"),
        CheckConstraint(
            "status IN ('active', 'paused', 'expired', 'revoked', 'error', 'pending')", name="status"
        ),
        CheckConstraint("health IN ('healthy', 'degraded', 'unhealthy', 'unknown')", name="health"),
        Index(None, "platform"),
        Index(None, "status"),
        Index(None, "health"),
        Index(None, "token_expires_at"),
    )

    platform: Mapped[str]
    remote_id: Mapped[str]
    name: Mapped[str]
    handle: Mapped[str | None] = mapped_column(default=None)
    avatar_url: Mapped[str | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(default="active")
    health: Mapped[str] = mapped_column(default="unknown")
    is_default: Mapped[bool] = mapped_column(default=False)
    scopes: Mapped[JsonList] = mapped_column(default_factory=list)
    sealed_access_token: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    sealed_refresh_token: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    token_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    followers_count: Mapped[int | None] = mapped_column(default=None)
    following_count: Mapped[int | None] = mapped_column(default=None)
    posts_count: Mapped[int | None] = mapped_column(default=None)
    facts: Mapped[JsonMap] = mapped_column(default_factory=dict)
    settings: Mapped[JsonMap] = mapped_column(default_factory=dict)
    rate: Mapped[JsonMap] = mapped_column(default_factory=dict)
    error_count: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(default=None)
    last_error_at: Mapped[datetime | None] = mapped_column(default=None)
    last_synced_at: Mapped[datetime | None] = mapped_column(default=None)
    last_posted_at: Mapped[datetime | None] = mapped_column(default=None)
    zone: Mapped[str | None] = mapped_column(default=None)
    audience_zone: Mapped[str | None] = mapped_column(default=None)
    failures: Mapped[int] = mapped_column(default=0)
    rests_until_at: Mapped[datetime | None] = mapped_column(default=None)
    rest_reason: Mapped[str | None] = mapped_column(default=None)
    connected_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Accounts(Shelf[Account]):
    """Queries on the connected accounts of one workspace."""

    row = Account

    async def list(self) -> Sequence[Account]:
        """Every account, the default one first, then the oldest."""
        found = await self._session.scalars(
            select(Account).order_by(Account.is_default.desc(), Account.connected_at)
        )
        return [*found]

    async def of(self, workspace_id: UUID, account_id: UUID) -> Account:
        """An account of any workspace, as it stands in the database now; raises `Missing`."""
        found: Account | None = await self._session.get(
            Account, (workspace_id, account_id), populate_existing=True
        )
        if found is None:
            raise Missing(f"Account {account_id}")
        return found

    async def of_platform(self, platform: str, remote_id: str) -> Account | None:
        """The account with this number on this platform, or None."""
        found: Account | None = await self._session.scalar(
            select(Account).where(Account.platform == platform, Account.remote_id == remote_id)
        )
        return found

    async def everywhere(self, platform: str, remote_id: str) -> Sequence[Account]:
        """The account with this number in every workspace that the unit of work can see."""
        found = await self._session.scalars(
            select(Account).where(Account.platform == platform, Account.remote_id == remote_id)
        )
        return [*found]
