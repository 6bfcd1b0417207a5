"""Who belongs to a workspace, and as what? Roles live here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap, Scoped
from storage.session import ShieldedSession
from storage.users import User


class Member(Scoped, Base, kw_only=True):
    """A user in a workspace with a role; a removed member keeps the row, so that history keeps its names."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'admin', 'editor', 'viewer')", name="role"),
        Index(None, "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str]
    default_agent_id: Mapped[UUID | None] = mapped_column(default=None)
    default_account_id: Mapped[UUID | None] = mapped_column(default=None)
    preferences: Mapped[JsonMap] = mapped_column(default_factory=dict)
    joined_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)


class Members:
    """Queries on the members of one workspace."""

    def __init__(self, session: ShieldedSession, workspace_id: UUID) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def add(self, member: Member) -> Member:
        """Puts a new member into the unit of work and hands it back."""
        self._session.add(member)
        return member

    async def find(self, user_id: UUID) -> Member | None:
        """The present member with this user id, or None (also for a removed one)."""
        found: Member | None = await self._session.scalar(
            select(Member).where(Member.user_id == user_id, Member.removed_at.is_(None))
        )
        return found

    async def list_with_users(self) -> Sequence[tuple[Member, User]]:
        """All present members with their persons, oldest first."""
        rows = await self._session.execute(
            select(Member, User)
            .join(User, User.id == Member.user_id)
            .where(Member.removed_at.is_(None))
            .order_by(Member.joined_at)
        )
        return [(member, user) for member, user in rows]

    async def of_user(self, user_id: UUID) -> Sequence[Member]:
        """All present memberships of one user; scoped to one workspace unless the unit of work has none."""
        found = await self._session.scalars(
            select(Member)
            .where(Member.user_id == user_id, Member.removed_at.is_(None))
            .order_by(Member.joined_at)
        )
        return list(found)
