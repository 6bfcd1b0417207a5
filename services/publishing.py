"""How does a post leave exactly once? The machine: claim, prepare, arm, fire, record; `reconciling` does the rest.

Between arming and recording lies the one request that cannot be taken back. Whatever happens there (a lost answer,
a killed process) leaves the row `armed`, and an armed row is never fired again before somebody has looked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from integrations.contract import (
    Answer,
    Draft,
    OutcomeUnknown,
    Platform,
    Unavailable,
)
from services.drafting import Drafting, content_hash
from services.freezing import frozen
from services.reconciling import Reconciling
from services.recording import LostClaim, Recording
from services.scheduling import TOPIC
from storage import Storage, Transaction
from storage.publications import Claim, Publication

log = logging.getLogger(__name__)

LATE = timedelta(minutes=15)
"""A post later than this is not sent without asking: the moment may have been the point of it."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the machine waits: for an answer, and after that for a late acceptance to show."""

    request: timedelta = timedelta(seconds=30)
    lag: timedelta = timedelta(seconds=10)
    lease_margin: timedelta = timedelta(seconds=60)

    @property
    def settle(self) -> timedelta:
        """From arming until a look-up can be trusted."""
        return self.request + self.lag

    @property
    def lease(self) -> timedelta:
        """How long a claim holds; longer than preparing and firing together can take."""
        return self.request * 4 + self.lease_margin


@dataclass(slots=True)
class Publishing:
    """Works off what is due. `owner` names this process and is never the same twice."""

    storage: Storage
    drafting: Drafting
    platforms: Mapping[str, Platform]
    recording: Recording
    reconciling: Reconciling
    owner: str
    timing: Timing = field(default_factory=Timing)
    workers: int = 16
    _moving: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _is_closing: bool = field(default=False, init=False)

    async def recover(self) -> int:
        """Frees what a former process held; only where no other process can be alive. How many rows."""
        if not self.storage.is_alone:
            return 0
        async with self.storage.begin(None) as tx:
            tx.wake(TOPIC)
            return await tx.publications.release_all_but(self.owner)

    async def publish_due(self) -> int:
        """Claims what is due, as far as there is room, and sets each row in motion; how many were claimed."""
        room = self.workers - len(self._moving)
        if room <= 0 or self._is_closing:
            return 0
        async with self.storage.begin(None) as tx:
            claims = await tx.publications.claim_due(
                owner=self.owner, now=tx.now, lease=self.timing.lease, limit=room
            )
        for claim in claims:
            task = asyncio.create_task(self._move(claim), name=f"publication {claim.publication_id}")
            self._moving.add(task)
            task.add_done_callback(self._moving.discard)
        return len(claims)

    async def next_due_at(self) -> datetime | None:
        """When the next row falls due, or None when nothing waits (or nothing more can be taken on)."""
        if len(self._moving) >= self.workers:
            return None
        async with self.storage.read(None) as tx:
            return await tx.publications.next_due_at()

    async def finish_moving(self) -> None:
        """Waits until every row in motion has come to rest; nothing in flight is ever cut off."""
        while self._moving:
            await asyncio.wait(self._moving)

    async def drain(self, *, timeout: float) -> bool:  # noqa: ASYNC109 - the caller's patience is a setting, not a cancellation
        """Claims nothing more and waits for what is in motion; whether all of it came to rest."""
        self._is_closing = True
        if self._moving:
            await asyncio.wait(self._moving, timeout=timeout)
        return not self._moving

    async def _move(self, claim: Claim) -> None:
        """Walks one row as far as it goes. A fault leaves it claimed: the lease ends, and it is looked at again."""
        try:
            await self._walk(claim)
        except LostClaim:
            log.info("A publication is moved by another worker.")
        except Exception:
            log.exception("A publication could not be moved; it is looked at again when its lease ends.")
        await self.storage.wake(TOPIC)

    async def _walk(self, claim: Claim) -> None:
        if claim.state == "armed":
            await self.reconciling.settle(claim)
            return
        ready = await self._ready(claim)
        if ready is None:
            return
        draft, anchor, platform, key = ready
        try:
            async with asyncio.timeout(self.timing.request.total_seconds() * 2):
                prepared = await platform.prepare(draft, anchor)
        except TimeoutError:
            prepared = Unavailable("Preparing the files took too long.")
        if not isinstance(prepared, Mapping):
            await self.recording.unsent(claim, prepared)
            return
        if prepared != anchor:
            await self._keep(claim, prepared)
        await platform.wait_turn(draft.account)
        attempt_id = await self._arm(claim, prepared)
        if attempt_id is None:
            return
        answer = await self._fire(platform, draft, prepared, key=key)
        await self.recording.record(claim, attempt_id, answer)

    async def _ready(self, claim: Claim) -> tuple[Draft, Mapping[str, Any], Platform, str] | None:
        """Freezes what will be sent, or ends the walk: too late, not allowed any more, impossible."""
        async with self.storage.begin(claim.workspace_id) as tx:
            row = await self.recording.held(tx, claim)
            account = await tx.accounts.get(row.account_id)
            platform = self.platforms.get(row.platform)
            if account.status != "active" or platform is None:
                self.recording.hold(tx, row, why=account.last_error or f"{account.name} is {account.status}.")
                return None
            if tx.now - row.due_at > LATE and not row.is_late_accepted:
                await self.recording.miss(tx, row)
                return None
            post = await tx.posts.get(row.post_id)
            variant = await self.drafting.variant(tx, post, account)
            draft = await self.drafting.draft_for(tx, post, account, variant.text)
            digest = content_hash(draft, account_id=account.id, due_at=row.due_at)
            if not await self._is_allowed(tx, row, digest):
                self.recording.hold(tx, row, why="Nobody has approved exactly this text yet.")
                return None
            if problems := platform.problems(draft):
                await self.recording.fail(tx, row, why=f"{problems[0].message} {problems[0].next_step}")
                return None
            row.payload, row.payload_hash = frozen(draft), digest
            return draft, row.anchor, platform, str(row.id)

    async def _is_allowed(self, tx: Transaction, row: Publication, digest: str) -> bool:
        approval = None if row.approval_id is None else await tx.approvals.find(row.approval_id)
        return (
            approval is not None
            and approval.voided_at is None
            and approval.content_hash == digest
            and approval.account_id == row.account_id
            and (approval.consumed_at is None or row.payload_hash == digest)
        )

    async def _keep(self, claim: Claim, anchor: Mapping[str, Any]) -> None:
        async with self.storage.begin(claim.workspace_id) as tx:
            row = await self.recording.held(tx, claim)
            row.state, row.anchor, row.updated_at = "prepared", dict(anchor), tx.now

    async def _arm(self, claim: Claim, anchor: Mapping[str, Any]) -> UUID | None:
        """Writes down that the request is about to leave. After this, only looking tells whether it did."""
        async with self.storage.begin(claim.workspace_id) as tx:
            row = await self.recording.held(tx, claim)
            approval = await tx.approvals.get(row.approval_id) if row.approval_id else None
            if approval is None or approval.voided_at is not None:
                self.recording.hold(tx, row, why="The approval was taken back.")
                return None
            approval.consumed_at = tx.now
            row.state, row.anchor = "armed", dict(anchor)
            row.settle_until_at = row.next_at = tx.now + self.timing.settle
            # From here on there is one request and one record to make; a worker that dies now must not hold up the question.
            row.lease_until_at = row.settle_until_at
            return self.recording.open_attempt(tx, row, claim).id

    async def _fire(self, platform: Platform, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        try:
            async with asyncio.timeout(self.timing.request.total_seconds()):
                return await platform.fire(draft, anchor, key=key)
        except TimeoutError:
            return OutcomeUnknown("No answer came in time.")
        except Exception as fault:  # noqa: BLE001 - whatever broke, the request may have left: look before anything else
            return OutcomeUnknown(f"The answer could not be read ({type(fault).__name__}).")
