"""Which workspaces are there? A workspace is the tenant: every row that a person can reach carries its id."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Numeric, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap
from storage.shelf import GlobalShelf


class Workspace(Base, kw_only=True):
    """A team or one person; plan and limits are data, periods are aware moments.

    What is more than `late_minutes` late is asked about (`late_mode` ask) or let go (drop); the same words on the same
    account within `duplicate_days` are warned of (0: never).
    """

    __tablename__ = "workspaces"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    plan: Mapped[str] = mapped_column(default="free")
    plan_status: Mapped[str] = mapped_column(default="active")
    period_start_at: Mapped[datetime | None] = mapped_column(default=None)
    period_end_at: Mapped[datetime | None] = mapped_column(default=None)
    is_cancelled_at_period_end: Mapped[bool] = mapped_column(default=False)
    limits: Mapped[JsonMap] = mapped_column(default_factory=dict)
    features: Mapped[JsonMap] = mapped_column(default_factory=dict)
    monthly_budget: Mapped[Decimal | None] = mapped_column(Numeric(12, 4), default=None)
    late_minutes: Mapped[int] = mapped_column(default=15)
    late_mode: Mapped[str] = mapped_column(default="ask")
    duplicate_days: Mapped[int] = mapped_column(default=30)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Workspaces(GlobalShelf[Workspace]):
    """Queries on workspaces; meant for units of work that belong to no workspace."""

    row = Workspace

    async def first(self) -> Workspace | None:
        """The oldest workspace, or None on a fresh installation."""
        found: Workspace | None = await self._session.scalar(
            select(Workspace).order_by(Workspace.created_at).limit(1)
        )
        return found
