"""Which files wait for a tap? A bulk import: the checked rows of a file between its preview and its confirmation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, Owned
from storage.shelf import Shelf


class Import(Owned, Base, kw_only=True):
    """One file of posts: `rows` as they were checked, `problems` by row and column; applied as a whole or not at all.

    Once it is applied, `rows` says which post and publication became of which row; of a dropped one nothing is kept.
    """

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("state IN ('checked', 'applied', 'dropped')", name="state"),
        Index(None, "workspace_id", "created_at"),
    )

    user_id: Mapped[UUID]
    file_name: Mapped[str]
    rows: Mapped[JsonList] = mapped_column(default_factory=list)
    problems: Mapped[JsonList] = mapped_column(default_factory=list)
    state: Mapped[str] = mapped_column(default="checked")
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None] = mapped_column(default=None)


class Imports(Shelf[Import]):
    """Queries on the imports of one workspace."""

    row = Import

    async def locked(self, import_id: UUID) -> Import | None:
        """One import as it is now, locked until this unit of work ends, or None."""
        found: Import | None = await self._session.scalar(
            select(Import)
            .where(Import.id == import_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found

    async def drop_replaced(self, *, user_id: UUID, file_name: str, older_than: datetime) -> None:
        """Drops what this file was checked as before by this person, and whatever nobody confirmed in time."""
        await self._session.execute(
            update(Import)
            .where(
                Import.state == "checked",
                or_(
                    Import.created_at < older_than,
                    (Import.user_id == user_id) & (Import.file_name == file_name),
                ),
            )
            .values(state="dropped", rows=[], problems=[])
        )
