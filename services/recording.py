"""What is written down when publications move? Rows, tries, accounts, posts and messages, in one unit of work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.announcing import announce, announce_pause
from services.moving import Mark, Step
from storage import Transaction
from storage.claims import Held

MOST_FAILURES = 10
"""Failures in a row after which an account rests; behind that only one request at a time tries whether it is well again."""

MOST_PLATFORM_FAILURES = 25
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)


class Decide(Protocol):
    """Makes the step of a row once its claim is known to hold.

    `is_taken`: the remote post that was found is another publication's. `is_void`: its approval was taken back.
    """

    def __call__(self, *, is_taken: bool, is_void: bool) -> Step:
        """The step; asked for once."""


@dataclass(slots=True)
class Entry:
    """One row that is to be written back: `binds` is a remote id that was looked up, `arms` that a request will leave."""

    row: Held
    decide: Decide
    binds: str | None = None
    arms: bool = False
    step: Step | None = None

    def make(self, *, is_taken: bool, is_void: bool) -> None:
        """Decides, the first time only: a unit of work that is tried again must not count twice."""
        if self.step is None:
            self.step = self.decide(is_taken=is_taken, is_void=is_void)


@dataclass(frozen=True, slots=True)
class Recording:
    """Writes steps. Rows in a worker's hands are written by `take` and `put`; a person's row is in the unit of work already."""

    rest: timedelta = FIRST_REST

    async def take(self, tx: Transaction, steps: Sequence[Step]) -> None:
        """Writes rows that were just found due, claimed or brought to rest at once; each gets a new fence."""
        await tx.moves.claim([_held(step) for step in steps])
        await self.write(tx, steps)

    async def put(self, tx: Transaction, entries: Sequence[Entry]) -> None:
        """Writes rows that a worker holds. An entry whose claim was lost gets no step: nothing of it is written."""
        kept = {row.id for row in await tx.claims.still_held([one.row for one in entries])}
        held = [one for one in entries if one.row.id in kept]
        bound = await tx.claims.bound([(one.row.account_id, one.binds) for one in held if one.binds])
        void = await tx.claims.voided(
            {(one.row.workspace_id, one.row.approval_id) for one in held if one.arms}
        )
        for one in held:
            key = (one.row.account_id, str(one.binds))
            is_taken = one.binds is not None and bound.setdefault(key, one.row.id) != one.row.id
            one.make(is_taken=is_taken, is_void=one.arms and one.row.approval_id in void)
        steps = [one.step for one in held if one.step is not None]
        await tx.moves.record([_held(step) for step in steps])
        await self.write(tx, steps)

    async def write(self, tx: Transaction, steps: Sequence[Step]) -> None:
        """Writes all that stands beside the rows: tries, approvals, posts, accounts and what is to be told."""
        await tx.moves.close_attempts([_closed(step, tx.now) for step in steps if step.closing])
        await tx.moves.open_attempts([_opened(step) for step in steps if step.opens])
        used = [(step.row.workspace_id, step.row.approval_id) for step in steps if step.consumes]
        await tx.moves.consume([(one, two) for one, two in used if two], now=tx.now)
        ended = sorted({(step.row.workspace_id, step.row.post_id) for step in steps if step.has_ended})
        await tx.moves.settle_posts(ended, now=tx.now)
        await self._mark(tx, steps)
        await announce(tx, steps)

    async def _mark(self, tx: Transaction, steps: Sequence[Step]) -> None:
        """Keeps how accounts and platforms have answered; in the order of their ids, as other workers do."""
        said = [step for step in steps if step.mark != Mark()]
        for step in said:
            if step.mark.revoked is not None:
                await self._pause(tx, step, why=step.mark.revoked)
        marks = [self._as_mark(step, tx.now) for step in said if _is_about_account(step.mark)]
        await tx.moves.mark_accounts(sorted(marks, key=lambda one: one["key_id"]))
        await self._mark_platforms(tx, said)

    def _as_mark(self, step: Step, now: datetime) -> dict[str, Any]:
        mark = step.mark
        failures = step.row.beside.failures if isinstance(step.row, Held) else 0
        rest = min(self.rest * 2 ** min(max(0, failures + 1 - MOST_FAILURES), 10), LONGEST_REST)
        return {
            "key_workspace": step.row.workspace_id,
            "key_id": step.row.account_id,
            "is_well": mark.is_well is not False,
            "most_failures": MOST_FAILURES,
            "new_health": "degraded" if mark.is_well is False else "healthy",
            "new_posted_at": now if mark.has_posted else None,
            "new_rests_until_at": None if mark.is_for_all else mark.rests_until,
            "new_opens_at": now + rest,
            "new_reason": mark.why,
        }

    async def _mark_platforms(self, tx: Transaction, said: Sequence[Step]) -> None:
        by_platform: dict[str, list[Mark]] = defaultdict(list)
        for step in said:
            by_platform[step.row.platform].append(step.mark)
        known = {one.platform: one for one in await tx.circuits.list()} if by_platform else {}
        for platform, marks in sorted(by_platform.items()):
            before = known[platform].failures if platform in known else 0
            failed = [one for one in marks if one.is_well is False]
            is_well = any(one.is_well for one in marks)
            until = max(
                (one.rests_until for one in marks if one.is_for_all and one.rests_until), default=None
            )
            failures = 0 if is_well else len(failed)
            if failures and until is None and before + failures >= MOST_PLATFORM_FAILURES:
                until = tx.now + self.rest
            if failures or until or (is_well and before):
                why = failed[-1].why if failed else None
                await tx.moves.mark_platform(
                    platform, failures=failures, rests_until=until, why=why, now=tx.now
                )

    async def _pause(self, tx: Transaction, step: Step, *, why: str) -> None:
        """The account's permission is gone: everything on it waits, and the team is told once."""
        row = step.row
        if not await tx.moves.pause_account(row.workspace_id, row.account_id, why=why, now=tx.now):
            return
        account = await tx.accounts.of(row.workspace_id, row.account_id)
        await announce_pause(
            tx, row.workspace_id, row.account_id, name=account.name, why=why, number=account.error_count
        )


def _held(step: Step) -> Held:
    if not isinstance(step.row, Held):
        raise TypeError("a row that nobody has claimed is written by its own unit of work")
    return step.row


def _opened(step: Step) -> dict[str, Any]:
    row = step.row
    fence = row.fence
    return {
        "workspace_id": row.workspace_id,
        "id": step.opens,
        "publication_id": row.id,
        "account_id": row.account_id,
        "part": row.part,
        "number": row.tries,
        "fence": fence,
        "payload_hash": row.payload_hash or "",
        "anchor": dict(row.anchor),
        "armed_at": row.armed_at,
        "answer": {},
    }


def _closed(step: Step, now: datetime) -> dict[str, Any]:
    if step.closing is None:
        raise TypeError("nothing came back for this step")
    closing = step.closing
    return {
        "workspace_id": step.row.workspace_id,
        "id": closing.attempt_id,
        "answered_at": now,
        "outcome": closing.outcome,
        "answer": closing.answer,
        "decision": closing.decision,
    }


def _is_about_account(mark: Mark) -> bool:
    return mark.is_well is not None or (mark.rests_until is not None and not mark.is_for_all)
