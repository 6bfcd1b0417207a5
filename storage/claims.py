"""Which publications are due, and which are in a worker's hands? The machine's way of finding rows, many at a time.

Each comes with all that stands beside it, so that one look tells whether it may leave. Writing them is in `moves`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, text, update

from storage.accounts import Account
from storage.approvals import Approval
from storage.media import Medium
from storage.posts import Post, Variant
from storage.publications import Attempt, Publication
from storage.queues import Queue
from storage.schema import Base
from storage.session import ShieldedSession
from storage.workspaces import Workspace

_LOCK = 0x46616E67
"""Any number that is ours: one worker at a time claims, so that limits count what the others have just taken."""


@dataclass(slots=True)
class Beside:
    """What stands beside a publication at the claim: its account, its post, its approval, the team's policy."""

    account: str
    account_name: str
    account_status: str
    account_error: str | None
    handle: str | None
    account_facts: Mapping[str, Any]
    failures: int
    rests_until_at: datetime | None
    post_text: str
    post_facts: Mapping[str, Any]
    content_type: str
    telegram_chat_id: int | None
    thread_id: int
    variant_text: str | None
    approved_hash: str | None
    approved_account_id: UUID | None
    voided_at: datetime | None
    consumed_at: datetime | None
    team_minutes: int
    team_mode: str
    attempt_id: UUID | None
    is_queue_paused: bool | None
    media: list[Medium] = field(default_factory=list)


@dataclass(slots=True)
class Held:
    """A publication in a worker's hands: a working copy whose fields are named as the columns.

    It is written back only while `fence` is still the row's.
    """

    workspace_id: UUID
    id: UUID
    post_id: UUID
    account_id: UUID
    platform: str
    approval_id: UUID | None
    state: str
    version: int
    due_at: datetime
    is_late_accepted: bool
    next_at: datetime | None
    fence: int
    claimed_by: str | None
    lease_until_at: datetime | None
    tries: int
    looks: int
    payload: dict[str, Any]
    payload_hash: str | None
    anchor: dict[str, Any]
    armed_at: datetime | None
    settle_until_at: datetime | None
    published_at: datetime | None
    failed_at: datetime | None
    remote_id: str | None
    remote_ids: list[Any]
    part: int
    url: str | None
    reason: str | None
    last_tried_at: datetime | None
    late_minutes: int | None
    late_mode: str | None
    facts: dict[str, Any]
    updated_at: datetime
    beside: Beside


@dataclass(frozen=True, slots=True)
class Load:
    """How many publications of an account, and of its platform, are in workers' hands at this moment."""

    accounts: Mapping[UUID, Busy]
    platforms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Busy:
    """An account with publications in workers' hands, and how many times in a row it has failed."""

    platform: str
    count: int
    failures: int


_OWN = tuple(one.name for one in fields(Held) if one.name != "beside")

_rows = Base.metadata.tables[Publication.__tablename__]
_tries = Base.metadata.tables[Attempt.__tablename__]


class Claims:
    """Statements of the machine; they work across workspaces and belong into a unit of work that has none."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    @property
    def _is_postgresql(self) -> bool:
        return str(self._session.get_bind().dialect.name) == "postgresql"

    async def take_turns(self) -> None:
        """Lets one worker at a time look for work and take it; on SQLite there is only one anyway."""
        if self._is_postgresql:
            await self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})

    async def load(self, *, now: datetime) -> Load:
        """What is in workers' hands now."""
        found = await self._session.execute(
            select(_rows.c.account_id, _rows.c.platform, func.count(), func.max(Account.failures))
            .outerjoin(
                Account, and_(Account.workspace_id == _rows.c.workspace_id, Account.id == _rows.c.account_id)
            )
            .where(_rows.c.claimed_by.is_not(None), _rows.c.lease_until_at >= now)
            .group_by(_rows.c.account_id, _rows.c.platform)
        )
        accounts: dict[UUID, Busy] = {}
        platforms: dict[str, int] = {}
        for account_id, platform, count, failures in found:
            accounts[account_id] = Busy(platform, count, failures or 0)
            platforms[platform] = platforms.get(platform, 0) + count
        return Load(accounts, platforms)

    async def due(
        self,
        *,
        now: datetime,
        limit: int,
        but_accounts: Collection[UUID] = (),
        but_platforms: Collection[str] = (),
    ) -> list[Held]:
        """Up to `limit` rows that are due and in no living worker's hands; locked, unchanged.

        Up to half of them are armed ones, so that a question about what may be out already never waits behind a crowd
        of new posts; among each other the longest due come first.
        """
        free = (_is_free(now), *_spared(but_accounts, but_platforms))
        armed = await self._found(_is_armed(), *free, limit=(limit + 1) // 2)
        held = [*armed, *await self._found(~_is_armed(), *free, limit=limit - len(armed))]
        await self._add_media(held)
        return held

    async def _found(self, *conditions: ColumnElement[bool], limit: int) -> list[Held]:
        found = await self._session.execute(
            _looking()
            .where(*conditions)
            .order_by(Publication.next_at)
            .limit(limit)
            .with_for_update(of=Publication, skip_locked=True)
        )
        return [_held(row) for row in found]

    async def next_due_at(self, *, after: datetime) -> datetime | None:
        """When the next row falls due after a moment, or None when nothing waits. What was due by then was looked at."""
        found: datetime | None = await self._session.scalar(
            select(Publication.next_at)
            .where(Publication.next_at > after, Publication.claimed_by.is_(None))
            .order_by(Publication.next_at)
            .limit(1)
        )
        return found

    async def defer(self, *, account_id: UUID, now: datetime, until: datetime) -> int:
        """Lets everything that is due on an account wait until a moment; how many rows."""
        done = await self._session.execute(
            update(_rows)
            .where(
                _rows.c.account_id == account_id,
                _rows.c.state == "scheduled",
                _rows.c.next_at <= now,
                _rows.c.claimed_by.is_(None),
            )
            .values(next_at=until)
        )
        return int(done.rowcount)

    async def spent(self, account_id: UUID, *, since: datetime, count: int) -> datetime | None:
        """When the `count`-th latest try of an account left, if that was after `since`: its window is full till then."""
        found: datetime | None = await self._session.scalar(
            select(_tries.c.armed_at)
            .where(_tries.c.account_id == account_id, _tries.c.armed_at > since)
            .order_by(_tries.c.armed_at.desc())
            .offset(count - 1)
            .limit(1)
        )
        return found

    async def tried(self, account_id: UUID, *, since: datetime) -> int:
        """How many tries of an account left after `since`."""
        counted = select(func.count()).where(_tries.c.account_id == account_id, _tries.c.armed_at > since)
        return int(await self._session.scalar(counted) or 0)

    async def still_held(self, rows: Sequence[Held]) -> list[Held]:
        """Those whose fence is still the row's, locked until this unit of work ends."""
        if not rows:
            return []
        found = await self._session.execute(
            select(_rows.c.id, _rows.c.fence)
            .where(
                # Both halves of the key: by the id alone no index helps, and every row would be read.
                _rows.c.workspace_id.in_({row.workspace_id for row in rows}),
                _rows.c.id.in_([row.id for row in rows]),
            )
            .order_by(_rows.c.id)
            .with_for_update()
        )
        held = {(row_id, fence) for row_id, fence in found}
        return [row for row in rows if (row.id, row.fence) in held]

    async def bound(self, remotes: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
        """Which publication of the account has which of these remote ids (account, remote id) already."""
        if not remotes:
            return {}
        found = await self._session.execute(
            select(_rows.c.account_id, _rows.c.remote_id, _rows.c.id).where(
                _rows.c.account_id.in_([one for one, _ in remotes]),
                _rows.c.remote_id.in_([remote_id for _, remote_id in remotes]),
            )
        )
        return {(account_id, remote_id): row_id for account_id, remote_id, row_id in found}

    async def voided(self, approvals: Collection[tuple[UUID, UUID | None]]) -> frozenset[UUID]:
        """Which of these approvals (workspace, id) have been taken back."""
        if not approvals:
            return frozenset()
        found = await self._session.scalars(
            select(Approval.id).where(
                Approval.workspace_id.in_({workspace_id for workspace_id, _ in approvals}),
                Approval.id.in_([row_id for _, row_id in approvals]),
                Approval.voided_at.is_not(None),
            )
        )
        return frozenset(found)

    async def _add_media(self, held: Sequence[Held]) -> None:
        with_files = {row.post_id: row for row in held if row.beside.content_type != "text"}
        if not with_files:
            return
        found = await self._session.scalars(
            select(Medium)
            .where(
                Medium.workspace_id.in_({row.workspace_id for row in held}),
                Medium.post_id.in_([*with_files]),
            )
            .order_by(Medium.post_id, Medium.position, Medium.id)
        )
        by_post: dict[UUID, list[Medium]] = {}
        for medium in found:
            if medium.post_id is not None:
                by_post.setdefault(medium.post_id, []).append(medium)
        for row in held:
            row.beside.media = by_post.get(row.post_id, [])


def _is_armed() -> ColumnElement[bool]:
    """Written out, as only so the database sees that the index over armed rows will do."""
    return Publication.state == literal("armed", literal_execute=True)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return and_(
        Publication.next_at <= now,
        or_(Publication.claimed_by.is_(None), Publication.lease_until_at < now),
    )


def _spared(accounts: Collection[UUID], platforms: Collection[str]) -> list[ColumnElement[bool]]:
    spared: list[ColumnElement[bool]] = []
    if accounts:
        spared.append(Publication.account_id.not_in([*accounts]))
    if platforms:
        spared.append(Publication.platform.not_in([*platforms]))
    return spared


def _looking() -> Select[Any]:
    """One row of a publication with all that stands beside it; outer joins keep the index on `next_at` in front."""
    beside = (
        Account.remote_id,
        Account.name,
        Account.status,
        Account.last_error,
        Account.handle,
        Account.facts,
        Account.failures,
        Account.rests_until_at,
        Post.text,
        Post.facts,
        Post.content_type,
        Post.telegram_chat_id,
        Post.thread_id,
        Variant.text,
        Approval.content_hash,
        Approval.account_id,
        Approval.voided_at,
        Approval.consumed_at,
        Workspace.late_minutes,
        Workspace.late_mode,
        Attempt.id,
        Queue.is_paused,
    )
    here = Publication
    return (
        select(*(getattr(here, name) for name in _OWN), *beside)
        .select_from(here)
        .outerjoin(Account, _same(Account, here.account_id))
        .outerjoin(Post, _same(Post, here.post_id))
        .outerjoin(
            Variant,
            and_(
                Variant.workspace_id == here.workspace_id,
                Variant.post_id == here.post_id,
                Variant.account_id == here.account_id,
            ),
        )
        .outerjoin(Approval, _same(Approval, here.approval_id))
        .outerjoin(Workspace, Workspace.id == here.workspace_id)
        .outerjoin(
            Attempt,
            and_(
                Attempt.workspace_id == here.workspace_id,
                Attempt.publication_id == here.id,
                Attempt.number == here.tries,
            ),
        )
        .outerjoin(Queue, _same(Queue, here.queue_id))
    )


def _same(table: Any, column: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any mapped class, any of its columns
    return and_(table.workspace_id == Publication.workspace_id, table.id == column)


def _held(row: Any) -> Held:  # noqa: ANN401 - a row of `_looking`
    values = tuple(row)
    return Held(*[*values[: len(_OWN)], Beside(*values[len(_OWN) :])])
