"""What is said again and again? A series: what, where, and the rule by which it repeats."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, case, func, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.posts import Post
from storage.publications import Publication
from storage.schema import Base, JsonList, Owned
from storage.shelf import Shelf

ORIGIN = "evergreen"
"""Under this name the facts of a copy keep the id of the post that it was made from."""


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
    """Queries on the series of one workspace; `due` and `next_due_at` work across workspaces."""

    row = Series

    async def due(self, *, now: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Which series have to be looked at: workspace and id, the longest due first. Nothing is locked."""
        rows = await self._session.execute(
            select(Series.workspace_id, Series.id)
            .where(Series.next_at <= now)
            .order_by(Series.next_at, Series.id)
            .limit(limit)
        )
        return [(workspace_id, series_id) for workspace_id, series_id in rows]

    async def next_due_at(self) -> datetime | None:
        """When the next series has to be looked at, or None when none has to."""
        found: datetime | None = await self._session.scalar(select(func.min(Series.next_at)))
        return found

    async def take(self, series_id: UUID, *, now: datetime) -> Series | None:
        """The series, locked until this unit of work ends; None when it is not due or another worker has it."""
        found: Series | None = await self._session.scalar(
            select(Series)
            .where(Series.id == series_id, Series.state == "active", Series.next_at <= now)
            .with_for_update(skip_locked=True)
        )
        return found

    async def locked(self, series_id: UUID) -> Series | None:
        """The series, locked until this unit of work ends, or None."""
        found: Series | None = await self._session.scalar(
            select(Series).where(Series.id == series_id).with_for_update()
        )
        return found

    async def list(self, *, limit: int, offset: int = 0) -> Sequence[Series]:
        """Series that have not ended, running ones before paused ones, the next one to come first."""
        is_paused = case((Series.state == "paused", 1), else_=0)
        found = await self._session.scalars(
            select(Series)
            .where(Series.state != "ended")
            .order_by(is_paused, Series.next_at, Series.id)
            .limit(limit)
            .offset(offset)
        )
        return [*found]

    async def count(self) -> int:
        """How many series have not ended."""
        counted = select(func.count()).select_from(Series).where(Series.state != "ended")
        return int(await self._session.scalar(counted) or 0)

    async def has_made(self, series_id: UUID, occurrence: str) -> bool:
        """Whether there is a publication for this occurrence (local moment as ISO text) of a series."""
        made = select(Publication.id).where(
            Publication.series_id == series_id, Publication.occurrence == occurrence
        )
        return await self._session.scalar(made.limit(1)) is not None

    async def waiting(self, series_id: UUID) -> Sequence[Publication]:
        """What the series has put on the calendar and has not left yet, the soonest first."""
        found = await self._session.scalars(
            select(Publication)
            .where(Publication.series_id == series_id, Publication.state == "scheduled")
            .order_by(Publication.due_at)
        )
        return [*found]

    async def last_uses(
        self, account_id: UUID, *, post_ids: Collection[UUID], states: Collection[str]
    ) -> Mapping[UUID, datetime]:
        """When each of these posts was last due on an account, as a copy of it or as itself, in one of `states`."""
        copied = Post.facts[ORIGIN].as_string()
        copies = await self._session.execute(
            select(copied, func.max(Publication.due_at))
            .join(
                Post,
                (Post.id == Publication.post_id) & (Post.workspace_id == Publication.workspace_id),
            )
            .where(
                Publication.account_id == account_id,
                Publication.state.in_([*states]),
                copied.in_([str(one) for one in post_ids]),
            )
            .group_by(copied)
        )
        found = {UUID(origin): last for origin, last in copies}
        themselves = await self._session.execute(
            select(Publication.post_id, func.max(Publication.due_at))
            .where(
                Publication.account_id == account_id,
                Publication.state.in_([*states]),
                Publication.post_id.in_([*post_ids]),
            )
            .group_by(Publication.post_id)
        )
        for post_id, last in themselves:
            found[post_id] = max(last, found.get(post_id, last))
        return found
