"""What goes out where and when, and how did it end? The rows of the publishing machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    func,
    or_,
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
        Index(None, "platform"),
        Index(None, "workspace_id", "queue_id", "due_at"),
        Index(None, "workspace_id", "series_id", "occurrence", unique=True),
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


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to move one publication: valid while `fence` is still the row's."""

    workspace_id: UUID
    publication_id: UUID
    fence: int
    state: str


class Publications(Shelf[Publication]):
    """Queries on publications; claiming works across workspaces, everything else inside one."""

    row = Publication

    async def claim_due(self, *, owner: str, now: datetime, lease: timedelta, limit: int) -> Sequence[Claim]:
        """Takes up to `limit` rows that are due and not held by a living worker, the longest due first."""
        rows = await self._session.scalars(
            select(Publication)
            .where(
                Publication.next_at <= now,
                or_(Publication.claimed_by.is_(None), Publication.lease_until_at < now),
            )
            .order_by(Publication.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claims = []
        for row in rows:
            claims.append(Claim(row.workspace_id, row.id, row.fence + 1, row.state))
            row.fence += 1
            row.claimed_by, row.lease_until_at = owner, now + lease
            if row.state == "scheduled":
                row.state = "claimed"
        return claims

    async def release_all_but(self, owner: str) -> int:
        """Frees every claim of other owners; only for a process that is alone on its database."""
        done = await self._session.execute(
            update(Publication)
            .where(Publication.claimed_by.is_not(None), Publication.claimed_by != owner)
            .values(claimed_by=None, lease_until_at=None)
        )
        return int(done.rowcount)

    async def held(self, claim: Claim) -> Publication | None:
        """The row of a claim, locked for this unit of work, or None when the claim was lost."""
        row: Publication | None = await self._session.scalar(
            select(Publication)
            .where(Publication.id == claim.publication_id, Publication.fence == claim.fence)
            .with_for_update()
        )
        return row

    async def next_due_at(self) -> datetime | None:
        """When the machine has to wake up next, or None when nothing waits."""
        found: datetime | None = await self._session.scalar(
            select(func.min(Publication.next_at)).where(Publication.claimed_by.is_(None))
        )
        return found

    async def of_post(self, post_id: UUID) -> Sequence[Publication]:
        """Every publication of a post, the latest made first."""
        found = await self._session.scalars(
            select(Publication).where(Publication.post_id == post_id).order_by(Publication.id.desc())
        )
        return list(found)

    async def locked(self, publication_id: UUID) -> Publication | None:
        """One row, locked until this unit of work ends, or None."""
        found: Publication | None = await self._session.scalar(
            select(Publication).where(Publication.id == publication_id).with_for_update()
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

    async def bound_to(self, *, account_id: UUID, remote_id: str) -> Publication | None:
        """The publication that already claims this remote post, or None."""
        found: Publication | None = await self._session.scalar(
            select(Publication).where(
                Publication.account_id == account_id, Publication.remote_id == remote_id
            )
        )
        return found

    async def remote_ids(self, *, account_id: UUID, since: datetime) -> frozenset[str]:
        """The numbers under which posts of this account have been published since a moment."""
        found = await self._session.scalars(
            select(Publication.remote_id).where(
                Publication.account_id == account_id,
                Publication.published_at >= since,
                Publication.remote_id.is_not(None),
            )
        )
        return frozenset(found)

    async def attempts(self, publication_id: UUID) -> Sequence[Attempt]:
        """Every try of a publication, the first one first."""
        found = await self._session.scalars(
            select(Attempt).where(Attempt.publication_id == publication_id).order_by(Attempt.number)
        )
        return [*found]

    def add_attempt(self, attempt: Attempt) -> Attempt:
        """Puts a new try into the unit of work and hands it back."""
        self._session.add(attempt)
        return attempt
