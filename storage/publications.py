"""What goes out where and when, and how did it end? The rows of the publishing machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, JsonMap, Owned
from storage.shelf import Shelf

STATES = (
    "scheduled",
    "claimed",
    "prepared",
    "armed",
    "published",
    "failed",
    "unconfirmed",
    "missed",
    "cancelled",
    "handed_off",
)
WAITING = ("scheduled",)
MOVING = ("claimed", "prepared", "armed")
OPEN = ("scheduled", *MOVING, "unconfirmed", "missed")
"""States in which a publication still waits for something."""

NEEDS_A_PERSON = ("unconfirmed", "missed", "failed")


class Publication(Owned, Base, kw_only=True):
    """One variant on one account at one time.

    `next_at` is when the machine has to look at the row again (None: never by itself). `fence` rises with every
    claim; a worker writes only while it still holds the number that it claimed with. `part` is the part of a thread
    (or the first comment after it) that is under way: those before it are in `remote_ids`, and everything about
    trying (`anchor`, `armed_at`, `looks`) speaks of this one. `late_*` None follow the workspace. `slot_on` is the
    local day of the slot, `occurrence` the local moment of a series, both as ISO text: what they name is a rule's, and
    not a moment's.
    """

    __tablename__ = "publications"
    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        ForeignKeyConstraint(["workspace_id", "post_id"], ["posts.workspace_id", "posts.id"]),
        ForeignKeyConstraint(["workspace_id", "account_id"], ["accounts.workspace_id", "accounts.id"]),
        Index(None, "next_at"),
        Index(None, "workspace_id", "post_id"),
        Index(None, "workspace_id", "state", "due_at"),
        Index(None, "workspace_id", "account_id", "due_at"),
        Index(None, "workspace_id", "published_at"),
        Index(None, "account_id", "remote_id"),
        Index(None, "account_id", "next_at"),
        Index(None, "platform"),
        Index(None, "workspace_id", "queue_id", "due_at"),
        Index(None, "workspace_id", "series_id", "occurrence", unique=True),
        Index(
            "ix_publications_armed",
            "next_at",
            sqlite_where=text("state = 'armed'"),
            postgresql_where=text("state = 'armed'"),
        ),
        Index(
            "ix_publications_in_flight",
            "account_id",
            sqlite_where=text("claimed_by IS NOT NULL"),
            postgresql_where=text("claimed_by IS NOT NULL"),
        ),
    )

    post_id: Mapped[UUID]
    account_id: Mapped[UUID]
    platform: Mapped[str]
    post_version: Mapped[int]
    approval_id: Mapped[UUID | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="scheduled")
    version: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime]
    zone: Mapped[str]
    is_late_accepted: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(default=None)
    lease_until_at: Mapped[datetime | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    payload: Mapped[JsonMap] = mapped_column(default_factory=dict)
    payload_hash: Mapped[str | None] = mapped_column(default=None)
    anchor: Mapped[JsonMap] = mapped_column(default_factory=dict)
    armed_at: Mapped[datetime | None] = mapped_column(default=None)
    settle_until_at: Mapped[datetime | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    failed_at: Mapped[datetime | None] = mapped_column(default=None)
    remote_id: Mapped[str | None] = mapped_column(default=None)
    remote_ids: Mapped[JsonList] = mapped_column(default_factory=list)
    part: Mapped[int] = mapped_column(default=0)
    url: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    last_tried_at: Mapped[datetime | None] = mapped_column(default=None)
    late_minutes: Mapped[int | None] = mapped_column(default=None)
    late_mode: Mapped[str | None] = mapped_column(default=None)
    queue_id: Mapped[UUID | None] = mapped_column(default=None)
    slot_id: Mapped[UUID | None] = mapped_column(default=None)
    slot_on: Mapped[str | None] = mapped_column(default=None)
    series_id: Mapped[UUID | None] = mapped_column(default=None)
    occurrence: Mapped[str | None] = mapped_column(default=None)
    facts: Mapped[JsonMap] = mapped_column(default_factory=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Attempt(Owned, Base, kw_only=True):
    """One armed try: what was about to be sent, what came back, what was decided."""

    __tablename__ = "attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "publication_id"], ["publications.workspace_id", "publications.id"]
        ),
        Index(None, "workspace_id", "publication_id", "number"),
        Index(None, "account_id", "armed_at"),
    )

    publication_id: Mapped[UUID]
    account_id: Mapped[UUID | None] = mapped_column(default=None)
    part: Mapped[int] = mapped_column(default=0)
    number: Mapped[int]
    fence: Mapped[int] = mapped_column(BigInteger)
    payload_hash: Mapped[str]
    anchor: Mapped[JsonMap] = mapped_column(default_factory=dict)
    armed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)
    answer: Mapped[JsonMap] = mapped_column(default_factory=dict)
    decision: Mapped[str | None] = mapped_column(Text, default=None)


class Publications(Shelf[Publication]):
    """Queries on the publications of one workspace; the machine finds and moves rows by `claims` and `moves`."""

    row = Publication

    async def release_all_but(self, owner: str) -> int:
        """Frees every claim of other owners; only for a process that is alone on its database."""
        done = await self._session.execute(
            update(Publication)
            .where(Publication.claimed_by.is_not(None), Publication.claimed_by != owner)
            .values(claimed_by=None, lease_until_at=None)
        )
        return int(done.rowcount)

    async def of_post(self, post_id: UUID, *, is_locked: bool = False) -> Sequence[Publication]:
        """Every publication of a post, the latest made first; locked, nobody claims one until this unit of work ends."""
        every = select(Publication).where(Publication.post_id == post_id).order_by(Publication.id.desc())
        if is_locked:
            every = every.with_for_update().execution_options(populate_existing=True)
        return [*await self._session.scalars(every)]

    async def locked(self, publication_id: UUID) -> Publication | None:
        """One row, locked until this unit of work ends, or None."""
        found: Publication | None = await self._session.scalar(
            select(Publication)
            .where(Publication.id == publication_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found

    async def list(self, *, states: Sequence[str], limit: int, offset: int = 0) -> Sequence[Publication]:
        """Publications in these states, the soonest due first."""
        found = await self._session.scalars(
            select(Publication)
            .where(Publication.state.in_([*states]))
            .order_by(Publication.due_at, Publication.id)
            .limit(limit)
            .offset(offset)
        )
        return [*found]

    async def count(self, *, states: Sequence[str]) -> int:
        """How many publications are in these states."""
        counted = select(func.count()).select_from(Publication).where(Publication.state.in_([*states]))
        return int(await self._session.scalar(counted) or 0)

    async def attempts(self, publication_id: UUID) -> Sequence[Attempt]:
        """Every try of a publication, the first one first."""
        found = await self._session.scalars(
            select(Attempt).where(Attempt.publication_id == publication_id).order_by(Attempt.number)
        )
        return [*found]
