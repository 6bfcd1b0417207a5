"""What is said again and again? A series: what, where, and the rule by which it repeats."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, Owned
from storage.shelf import Shelf


class Series(Owned, Base, kw_only=True):
    """A repeat: one post (`post_id`), or the posts of a collection in turn (`collection_id`), on one account.

    `rule` is an RRULE (RFC 5545) over local time: it begins at `starts_local` (ISO text without zone) in `zone` (an IANA
    name), so that daylight saving moves nothing; `exceptions` are local moments as ISO text. `next_at` is when the
    machine has to look again, `last_occurrence` the local moment that was dealt with last. `cool_down_days` is how long a
    post of a collection rests before it may come again.
    """

    __tablename__ = "series"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "account_id"], ["accounts.workspace_id", "accounts.id"]),
        ForeignKeyConstraint(["workspace_id", "post_id"], ["posts.workspace_id", "posts.id"]),
        ForeignKeyConstraint(
            ["workspace_id", "collection_id"], ["collections.workspace_id", "collections.id"]
        ),
        CheckConstraint("state IN ('active', 'paused', 'ended')", name="state"),
        CheckConstraint("(post_id IS NULL) <> (collection_id IS NULL)", name="one_source"),
        Index(None, "next_at"),
        Index(None, "workspace_id", "state"),
    )

    account_id: Mapped[UUID]
    post_id: Mapped[UUID | None] = mapped_column(default=None)
    collection_id: Mapped[UUID | None] = mapped_column(default=None)
    author_user_id: Mapped[UUID]
    rule: Mapped[str] = mapped_column(Text)
    starts_local: Mapped[str]
    zone: Mapped[str]
    exceptions: Mapped[JsonList] = mapped_column(default_factory=list)
    cool_down_days: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="active")
    version: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[str | None] = mapped_column(default=None)
    last_occurrence: Mapped[str | None] = mapped_column(default=None)
    made: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SeriesShelf(Shelf[Series]):
    """Queries on the series of one workspace; what is due works across workspaces."""

    row = Series
