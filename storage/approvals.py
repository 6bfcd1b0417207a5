"""Who allowed exactly this content, here, then?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, Owned
from storage.shelf import Shelf


class Approval(Owned, Base, kw_only=True):
    """A person's word for one content hash on one account; used up by the publication that it allowed."""

    __tablename__ = "approvals"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "post_id"], ["posts.workspace_id", "posts.id"]),
        Index(None, "workspace_id", "post_id", "given_at"),
    )

    post_id: Mapped[UUID]
    account_id: Mapped[UUID]
    post_version: Mapped[int]
    content_hash: Mapped[str]
    due_at: Mapped[datetime]
    given_by_user_id: Mapped[UUID]
    given_at: Mapped[datetime]
    door: Mapped[str]
    voided_at: Mapped[datetime | None] = mapped_column(default=None)
    void_reason: Mapped[str | None] = mapped_column(default=None)
    consumed_at: Mapped[datetime | None] = mapped_column(default=None)


class Approvals(Shelf[Approval]):
    """Queries on the approvals of one workspace."""

    row = Approval

    async def standing_for(self, post_id: UUID) -> Sequence[Approval]:
        """The approvals of a post that are neither void nor used up."""
        found = await self._session.scalars(
            select(Approval).where(
                Approval.post_id == post_id, Approval.voided_at.is_(None), Approval.consumed_at.is_(None)
            )
        )
        return list(found)
