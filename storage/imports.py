"""Which files wait for a tap? A bulk import: the checked rows of a file between its preview and its confirmation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, Owned
from storage.shelf import Shelf


class Import(Owned, Base, kw_only=True):
    """One file of posts: `rows` as they were checked, `problems` by row and column; applied as a whole or not at all."""

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
