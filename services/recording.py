"""What is written down when a publication moves? Every ending, and every step back, in one unit of work each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from integrations.contract import (
    Answer,
    OutcomeUnknown,
    Pending,
    RateLimited,
    Receipt,
    Rejected,
    Unauthorized,
    Unavailable,
)
from services.pacing import Priority
from services.scheduling import settle_post
from services.telling import Kind, Place, show_card, tell_team
from storage import Storage, Transaction
from storage.publications import Attempt, Claim, Publication

MOST_TRIES = 8
"""Tries that were surely not sent, before a person is asked."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
ASK_AGAIN = timedelta(seconds=5)
"""Between two questions to a platform that is still working on a post."""


class LostClaim(RuntimeError):
    """Another worker holds the row now; whoever gets this writes nothing."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Writes down how publications move and end; tells the team and refreshes the cards in the same unit of work."""

    storage: Storage
    jitter: random.Random = field(default_factory=random.Random)

    async def held(self, tx: Transaction, claim: Claim) -> Publication:
        """The row of a claim; raises `LostClaim` when its fence has moved on."""
        row = await tx.publications.held(claim)
        if row is None:
            raise LostClaim(str(claim.publication_id))
        return row

    def open_attempt(self, tx: Transaction, row: Publication, claim: Claim) -> Attempt:
        """Writes down that a request is about to leave, and counts it."""
        row.tries += 1
        row.looks = 0
        row.armed_at = row.last_tried_at = tx.now
        row.facts = {"first_armed_at": tx.now.isoformat(), **row.facts}
        return tx.publications.add_attempt(
            Attempt(
                workspace_id=row.workspace_id,
                id=tx.new_id(),
                publication_id=row.id,
                number=row.tries,
                fence=claim.fence,
                payload_hash=row.payload_hash or "",
                anchor=dict(row.anchor),
                armed_at=tx.now,
            )
        )

    async def record(self, claim: Claim, attempt_id: UUID, answer: Answer) -> None:
        """Writes down what firing brought: the receipt and all who are to be told, or where to go from here."""
        async with self.storage.begin(claim.workspace_id) as tx:
            row = await self.held(tx, claim)
            attempts = {one.id: one for one in await tx.publications.attempts(row.id)}
            _note(attempts[attempt_id], answer, tx)
            await self.apply(tx, row, answer)

    async def unsent(self, claim: Claim, answer: Answer) -> None:
        """Writes down an answer from before the firing, when nothing can have been published."""
        async with self.storage.begin(claim.workspace_id) as tx:
            row = await self.held(tx, claim)
            if isinstance(answer, OutcomeUnknown):
                answer = Unavailable(answer.why)
            await self.apply(tx, row, answer)

    async def apply(self, tx: Transaction, row: Publication, answer: Answer) -> None:
        """Moves the row by one answer."""
        match answer:
            case Receipt():
                await self.publish(tx, row, answer)
            case Rejected(why):
                await self.fail(tx, row, why=why)
            case Unauthorized(why):
                await self.pause_account(tx, row, why=why)
            case RateLimited(until):
                row.state = "scheduled"
                _free(row, next_at=max(until, tx.now), tx=tx)
            case Unavailable(why):
                await self._again_later(tx, row, why=why)
            case Pending(state):
                row.anchor = {**row.anchor, "pending": dict(state)}
                _free(row, next_at=tx.now + ASK_AGAIN, tx=tx)
            case OutcomeUnknown(why):
                row.reason = why
                _free(row, next_at=row.settle_until_at or tx.now, tx=tx)

    async def publish(self, tx: Transaction, row: Publication, receipt: Receipt) -> None:
        """It is there: number, link and every message about it, in one unit of work."""
        row.state, row.published_at, row.reason = "published", tx.now, None
        row.remote_id, row.url = receipt.remote_id, receipt.url
        row.remote_ids = [*(receipt.parts or (receipt.remote_id,))]
        _free(row, next_at=None, tx=tx)
        account = await tx.accounts.get(row.account_id)
        account.last_posted_at, account.health, account.error_count = tx.now, "healthy", 0
        await self._tell(tx, row, Kind.PUBLISHED, priority=Priority.ALERT)

    async def fail(self, tx: Transaction, row: Publication, *, why: str) -> None:
        """It was refused for good; nothing is published."""
        row.state, row.failed_at, row.reason = "failed", tx.now, why
        _free(row, next_at=None, tx=tx)
        await self._tell(tx, row, Kind.FAILED, priority=Priority.ALERT)

    async def miss(self, tx: Transaction, row: Publication) -> None:
        """Its moment went by while nothing was running; a person decides."""
        row.state, row.reason = "missed", "Its time passed while Fanfare was not running."
        _free(row, next_at=None, tx=tx)
        await self._tell(tx, row, Kind.MISSED, priority=Priority.ALERT)

    async def doubt(self, tx: Transaction, row: Publication, *, why: str) -> None:
        """Nobody can say whether it is there; a person looks."""
        row.state, row.reason = "unconfirmed", why
        _free(row, next_at=None, tx=tx)
        await self._tell(tx, row, Kind.UNCONFIRMED, priority=Priority.APPROVAL)

    async def pause_account(self, tx: Transaction, row: Publication, *, why: str) -> None:
        """The account's permission is gone: everything on it waits, and the team is told once."""
        account = await tx.accounts.get(row.account_id)
        first = account.status == "active"
        account.status, account.health = "paused", "unhealthy"
        account.last_error, account.last_error_at = why, tx.now
        account.error_count += 1
        row.state = "scheduled"
        self.hold(tx, row, why=why)
        if first:
            await tell_team(
                tx,
                Kind.PAUSED,
                payload={"account": account.name, "why": why},
                subject=("account", account.id),
                dedupe=f"paused:{account.id}:{account.error_count}",
                priority=Priority.ALERT,
            )

    def send_again(self, tx: Transaction, row: Publication, *, why: str) -> None:
        """Back to the queue, due at once: it is known (or a person said) that nothing was published."""
        row.state, row.reason, row.is_late_accepted = "scheduled", why, True
        _free(row, next_at=tx.now, tx=tx)

    def hold(self, tx: Transaction, row: Publication, *, why: str) -> None:
        """Keeps the row waiting until a person does something about `why`."""
        row.state, row.reason = "scheduled", why
        _free(row, next_at=None, tx=tx)

    async def _again_later(self, tx: Transaction, row: Publication, *, why: str) -> None:
        row.facts = {**row.facts, "unsent": int(row.facts.get("unsent", 0)) + 1}
        unsent = int(row.facts["unsent"])
        if unsent >= MOST_TRIES:
            await self.fail(tx, row, why=f"{why} It was tried {unsent} times and never sent.")
            return
        pause = min(FIRST_PAUSE * 2 ** (unsent - 1), LONGEST_PAUSE)
        row.state, row.reason = "scheduled", why
        _free(row, next_at=tx.now + pause * self.jitter.uniform(0.8, 1.2), tx=tx)

    async def _tell(self, tx: Transaction, row: Publication, kind: Kind, *, priority: Priority) -> None:
        post = await tx.posts.get(row.post_id)
        await tx.flush()
        await settle_post(tx, post)
        await tell_team(
            tx,
            kind,
            payload={"publication_id": str(row.id)},
            subject=("publication", row.id),
            dedupe=f"{kind.value}:{row.id}:{row.tries}:{row.version}",
            priority=priority,
        )
        if post.telegram_chat_id is not None:
            show_card(tx, post_id=post.id, place=Place(post.telegram_chat_id, post.thread_id))


def _free(row: Publication, *, next_at: Any, tx: Transaction) -> None:  # noqa: ANN401 - a moment or None, as the column
    """Lets go of the claim and says when to look again."""
    row.claimed_by, row.lease_until_at = None, None
    row.next_at, row.updated_at = next_at, tx.now
    row.version += row.state in {"published", "failed", "missed", "unconfirmed"}
    if next_at is not None:
        tx.wake("publications")


def _note(attempt: Attempt, answer: Answer, tx: Transaction) -> None:
    """Keeps what came back and what was decided beside the try."""
    attempt.answered_at = tx.now
    attempt.outcome = type(answer).__name__
    attempt.answer = _told(answer)
    attempt.decision = _DECISIONS[type(answer)]


def _told(answer: Answer) -> dict[str, Any]:
    match answer:
        case Receipt(remote_id, url, parts):
            return {"remote_id": remote_id, "url": url, "parts": [*parts]}
        case RateLimited(until):
            return {"until": until.isoformat()}
        case Pending(state):
            return {"state": dict(state)}
        case Rejected(why) | Unauthorized(why) | Unavailable(why) | OutcomeUnknown(why):
            return {"why": why}


_DECISIONS: dict[type[Any], str] = {
    Receipt: "Published.",
    Rejected: "Failed; not sent again unchanged.",
    Unauthorized: "Account paused until somebody reconnects it.",
    RateLimited: "Waits for the platform's limit.",
    Unavailable: "Surely not sent; again later.",
    Pending: "The platform is working; asked again later.",
    OutcomeUnknown: "Nobody knows; looked up after the settle window.",
}
