"""How are the moves of many publications written at once? Plain statements over many rows.

The machine moves hundreds of rows a second on one SQLite writer. A row at a time, with the mapper in between, is ten
times too slow; what the rows mean is said in `publications`, what is written in them in the services.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.accounts import Account
from storage.approvals import Approval
from storage.circuits import Circuit
from storage.claims import Held
from storage.outbox import OutboxItem
from storage.posts import Post
from storage.publications import OPEN, Attempt, Publication
from storage.schema import Base, Moment
from storage.session import ShieldedSession

_MACHINE = tuple(
    name
    for name in (one.name for one in fields(Held))
    if name
    not in {
        *("workspace_id", "id", "post_id", "account_id", "platform", "approval_id", "due_at"),
        *("late_minutes", "late_mode", "payload", "payload_hash", "beside"),
    }
)
"""The columns that the machine alone writes while it holds a row; the payload only when it is frozen."""

_rows = Base.metadata.tables[Publication.__tablename__]
_tries = Base.metadata.tables[Attempt.__tablename__]
_posts = Base.metadata.tables[Post.__tablename__]
_accounts = Base.metadata.tables[Account.__tablename__]
_approvals = Base.metadata.tables[Approval.__tablename__]
_outbox = Base.metadata.tables[OutboxItem.__tablename__]
_circuits = Base.metadata.tables[Circuit.__tablename__]


def _writing(columns: Iterable[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's Update is generic in what nobody needs
    return (
        update(_rows)
        .where(
            _rows.c.workspace_id == bindparam("key_workspace"),
            _rows.c.id == bindparam("key_id"),
            _rows.c.fence == bindparam("key_fence"),
        )
        .values({name: bindparam(f"new_{name}") for name in columns})
    )


_RECORD = _writing(_MACHINE)
_FREEZE = _writing((*_MACHINE, "payload", "payload_hash"))
_CLOSE = (
    update(_tries)
    .where(_tries.c.workspace_id == bindparam("key_workspace"), _tries.c.id == bindparam("key_id"))
    .values({name: bindparam(f"new_{name}") for name in ("answered_at", "outcome", "answer", "decision")})
)
_CONSUME = (
    update(_approvals)
    .where(
        _approvals.c.workspace_id == bindparam("key_workspace"),
        _approvals.c.id == bindparam("key_id"),
    )
    .values(consumed_at=bindparam("new_consumed_at"))
)


_MARK = (
    update(_accounts)
    .where(_accounts.c.workspace_id == bindparam("key_workspace"), _accounts.c.id == bindparam("key_id"))
    .values(
        failures=case((bindparam("is_well", type_=Boolean()), 0), else_=_accounts.c.failures + 1),
        error_count=case((bindparam("is_well", type_=Boolean()), 0), else_=_accounts.c.error_count + 1),
        health=bindparam("new_health"),
        last_posted_at=func.coalesce(bindparam("new_posted_at", type_=Moment()), _accounts.c.last_posted_at),
        rests_until_at=case(
            (
                bindparam("new_rests_until_at", type_=Moment()).is_not(None),
                bindparam("new_rests_until_at", type_=Moment()),
            ),
            (
                and_(
                    bindparam("is_well", type_=Boolean()).is_(False),
                    _accounts.c.failures + 1 >= bindparam("most_failures", type_=Integer()),
                ),
                bindparam("new_opens_at", type_=Moment()),
            ),
            else_=_accounts.c.rests_until_at,
        ),
        rest_reason=func.coalesce(bindparam("new_reason", type_=String()), _accounts.c.rest_reason),
    )
)


def _settling() -> Any:  # noqa: ANN401 - as above
    """One look at the publications of the post, by its own index: with a state in the condition SQLite takes another."""

    def among(*states: str) -> ColumnElement[bool]:
        return or_(*(_rows.c.state == state for state in states))

    furthest = case((among(*OPEN), 2), (among("published", "handed_off"), 1), else_=0)
    standing = (
        select(func.max(furthest))
        .where(_rows.c.workspace_id == _posts.c.workspace_id, _rows.c.post_id == _posts.c.id)
        .scalar_subquery()
    )
    return (
        update(_posts)
        .where(_posts.c.workspace_id == bindparam("key_workspace"), _posts.c.id == bindparam("key_id"))
        .values(
            state=case((standing == 2, "queued"), (standing == 1, "done"), else_="draft"),  # noqa: PLR2004 - as above
            updated_at=bindparam("new_updated_at"),
        )
    )


_SETTLE = _settling()


class Moves:
    """Statements that write; they work across workspaces and belong into a unit of work that has none."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    @property
    def _is_postgresql(self) -> bool:
        return str(self._session.get_bind().dialect.name) == "postgresql"

    async def claim(self, rows: Sequence[Held]) -> None:
        """Writes rows that were just found: each takes a fence of its own first, so that no older holder writes again."""
        if not rows:
            return
        before = [row.fence for row in rows]
        for row in rows:
            row.fence += 1
        await self._session.execute(
            _FREEZE,
            [
                _values(row, (*_MACHINE, "payload", "payload_hash"), fence=fence)
                for row, fence in zip(rows, before, strict=True)
            ],
        )

    async def record(self, rows: Sequence[Held]) -> None:
        """Writes rows back that are held."""
        if rows:
            await self._session.execute(_RECORD, [_values(row, _MACHINE, fence=row.fence) for row in rows])

    async def open_attempts(self, attempts: Sequence[Mapping[str, Any]]) -> None:
        """Writes new tries; one that is there already (its commit was answered by silence) stays as it is."""
        if attempts:
            await self._session.execute(self._insert(_tries).on_conflict_do_nothing(), [*attempts])

    async def close_attempts(self, attempts: Sequence[Mapping[str, Any]]) -> None:
        """Writes beside tries (`workspace_id`, `id`) what came back and what was decided."""
        if attempts:
            await self._session.execute(_CLOSE, [_keyed(one) for one in attempts])

    async def consume(self, approvals: Sequence[tuple[UUID, UUID]], *, now: datetime) -> None:
        """Marks approvals (workspace, id) as used."""
        if approvals:
            await self._session.execute(
                _CONSUME,
                [
                    {"key_workspace": workspace_id, "key_id": row_id, "new_consumed_at": now}
                    for workspace_id, row_id in approvals
                ],
            )

    async def settle_posts(self, posts: Collection[tuple[UUID, UUID]], *, now: datetime) -> None:
        """Brings the states of posts (workspace, id) in line with their publications."""
        if posts:
            await self._session.execute(
                _SETTLE,
                [
                    {"key_workspace": workspace_id, "key_id": row_id, "new_updated_at": now}
                    for workspace_id, row_id in posts
                ],
            )

    async def mark_accounts(self, marks: Sequence[Mapping[str, Any]]) -> None:
        """Keeps how accounts have answered; the keys of each mark are those of `Mark`."""
        if marks:
            await self._session.execute(_MARK, [*marks])

    async def pause_account(self, workspace_id: UUID, account_id: UUID, *, why: str, now: datetime) -> bool:
        """Pauses an active account; whether it was this call that did."""
        done = await self._session.execute(
            update(_accounts)
            .where(
                _accounts.c.workspace_id == workspace_id,
                _accounts.c.id == account_id,
                _accounts.c.status == "active",
            )
            .values(
                status="paused",
                health="unhealthy",
                last_error=why,
                last_error_at=now,
                error_count=_accounts.c.error_count + 1,
                updated_at=now,
            )
        )
        return bool(done.rowcount)

    async def mark_platform(
        self, platform: str, *, failures: int, rests_until: datetime | None, why: str | None, now: datetime
    ) -> None:
        """Keeps how a platform has answered: `failures` more in a row, or 0 for an answer that was none."""
        there = self._insert(_circuits).values(
            platform=platform, failures=failures, rests_until_at=rests_until, reason=why, updated_at=now
        )
        counted = _circuits.c.failures + failures if failures else 0
        rest = rests_until if rests_until is not None else (_circuits.c.rests_until_at if failures else None)
        await self._session.execute(
            there.on_conflict_do_update(
                index_elements=["platform"],
                set_={"failures": counted, "rests_until_at": rest, "reason": why, "updated_at": now},
            )
        )

    async def add_to_outbox(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Writes messages that are to be sent; one whose cause has spoken already is left out."""
        if items:
            await self._session.execute(self._insert(_outbox).on_conflict_do_nothing(), [*items])

    def _insert(self, table: Any) -> Any:  # noqa: ANN401 - two dialects, one method
        return (postgresql.insert if self._is_postgresql else sqlite.insert)(table)


def _values(row: Held, columns: Iterable[str], *, fence: int) -> dict[str, Any]:
    values: dict[str, Any] = {f"new_{name}": getattr(row, name) for name in columns}
    return {**values, "key_workspace": row.workspace_id, "key_id": row.id, "key_fence": fence}


def _keyed(attempt: Mapping[str, Any]) -> dict[str, Any]:
    keys = {"workspace_id": "key_workspace", "id": "key_id"}
    return {keys.get(name, f"new_{name}"): value for name, value in attempt.items()}
