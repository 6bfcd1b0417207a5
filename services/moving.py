"""What does an answer make of a publication? The states of the machine and the ways between them, and nothing else.

Every function changes the row in hand and returns the `Step` that has to be written down with it. Nothing here reads a
clock, a database or a network, so the whole machine can be read (and tried) in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

from integrations.contract import (
    Absent,
    Answer,
    Found,
    OutcomeUnknown,
    Pending,
    RateLimited,
    Receipt,
    Rejected,
    Unauthorized,
    Unavailable,
)
from services.telling import Kind
from storage.claims import Held
from storage.publications import Publication

MOST_TRIES = 8
"""Tries that were surely not sent, before a person is asked."""

MOST_LOOKS = 10
"""Questions without an answer before a person is asked."""

AFTER_SLEEP = timedelta(seconds=1)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)

LIMIT = "The platform's limit is reached."

Row: TypeAlias = Held | Publication
ENDED = frozenset({"published", "failed", "missed", "unconfirmed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Closing:
    """What came back for a try, and what was decided."""

    attempt_id: UUID
    outcome: str
    answer: dict[str, Any]
    decision: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer says about the account, and perhaps about its whole platform.

    `is_well` ends a row of failures, False adds one, None says nothing; `rests_until` (aware) keeps everybody from it.
    """

    is_well: bool | None = None
    has_posted: bool = False
    rests_until: datetime | None = None
    is_for_all: bool = False
    revoked: str | None = None
    why: str | None = None


@dataclass(slots=True)
class Step:
    """One move of one publication, and all that is written down in the same unit of work."""

    row: Row
    closing: Closing | None = None
    opens: UUID | None = None
    consumes: bool = False
    tells: Kind | None = None
    mark: Mark = field(default_factory=Mark)

    @property
    def has_ended(self) -> bool:
        """Whether the row has come to rest, so that cards and the post's own state have to follow."""
        return self.row.state in ENDED


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long the machine waits between two looks, and how it scatters what it tries again."""

    between_looks: timedelta
    random: Random


def claim(row: Held, *, owner: str, now: datetime, lease: timedelta) -> None:
    """Takes the row into a worker's hands until `lease` has passed."""
    row.claimed_by, row.lease_until_at, row.updated_at = owner, now + lease, now
    if row.state == "scheduled":
        row.state = "claimed"


def arm(row: Held, *, attempt_id: UUID, now: datetime, settle: timedelta) -> None:
    """From here on only looking tells whether the request left; whoever dies now must not hold up the question."""
    row.state = "armed"
    row.tries += 1
    row.looks = 0
    row.armed_at = row.last_tried_at = row.updated_at = now
    row.facts = {"first_armed_at": now.isoformat(), **row.facts}
    row.settle_until_at = row.next_at = row.lease_until_at = now + settle
    row.beside.attempt_id = attempt_id


def release(row: Row, *, next_at: datetime | None, now: datetime) -> None:
    """Lets go of the row and says when to look again (None: never by itself)."""
    row.claimed_by, row.lease_until_at = None, None
    row.next_at, row.updated_at = next_at, now
    row.version += row.state in ENDED


def after_fire(
    row: Held, answer: Answer, *, parts: int, now: datetime, pauses: Pauses, is_again: bool
) -> Step:
    """What firing brought. `is_again`: the try before it may have arrived, so nothing proves that it was not sent."""
    closing = _closing(row, answer)
    if is_again and isinstance(answer, Unavailable | RateLimited):
        answer = OutcomeUnknown("It could not be asked about.")
    step = _moved(row, answer, parts=parts, now=now, pauses=pauses)
    step.closing = closing
    return step


def after_sleep(row: Held, *, now: datetime, pauses: Pauses, is_again: bool) -> Step:
    """The worker slept between arming and sending, so nothing left; that says nothing about the platform."""
    closing = _closing(row, Unavailable("It could not leave in time."))
    if is_again:
        release(row, next_at=row.settle_until_at, now=now)
    else:
        row.state = "scheduled"
        release(row, next_at=now + _scattered(AFTER_SLEEP, pauses), now=now)
    return Step(row, closing=closing)


def after_preparing(row: Held, answer: Answer, *, now: datetime, pauses: Pauses) -> Step:
    """An answer from before the firing, when nothing can have been published."""
    if isinstance(answer, OutcomeUnknown | Pending | Receipt):
        answer = Unavailable("The files could not be prepared.")
    return _moved(row, answer, parts=1, now=now, pauses=pauses)


def after_look(row: Held, found: Found, *, parts: int, needed: int, now: datetime, pauses: Pauses) -> Step:
    """What a look-up brought: it is there, it is reliably not there, or the question stays open."""
    row.looks += 1
    closing = _closing(row, found)
    if isinstance(found, Receipt):
        step = _moved(row, found, parts=parts, now=now, pauses=pauses)
    elif isinstance(found, Absent) and row.looks >= needed:
        step = send_again(row, why="The platform says that it is not there; sent again.", now=now)
    else:
        step = _ask_again(row, found, now=now, pauses=pauses)
    step.closing = closing
    return step


def after_check(row: Held, answer: Answer, *, parts: int, now: datetime, pauses: Pauses) -> Step:
    """What became of a post that the platform is still working on."""
    closing = _closing(row, answer)
    if isinstance(answer, Receipt | Rejected | Pending):
        row.looks = 0
        row.anchor = {name: value for name, value in row.anchor.items() if name != "pending"}
        step = _moved(row, answer, parts=parts, now=now, pauses=pauses)
    else:
        # The post was taken in before: an unanswered question must never look like one that was not sent.
        row.looks += 1
        step = _ask_again(row, answer, now=now, pauses=pauses)
    step.closing = closing
    return step


def publish(row: Row, receipt: Receipt, *, now: datetime, note: str | None = None) -> Step:
    """It is there: number and link."""
    row.state, row.published_at, row.reason = "published", now, note
    if row.remote_id is None:
        row.remote_id, row.url = receipt.remote_id, receipt.url
    row.remote_ids = (
        [*row.remote_ids, receipt.remote_id] if row.part else [*(receipt.parts or (receipt.remote_id,))]
    )
    release(row, next_at=None, now=now)
    return Step(row, tells=Kind.PUBLISHED, mark=_well(receipt))


def publish_without_comment(row: Row, *, why: str, now: datetime) -> Step:
    """The post is out and stays so; the team hears what is missing under it."""
    row.state, row.published_at = "published", now
    row.reason = f"Its first comment could not be added: {why}"
    release(row, next_at=None, now=now)
    return Step(row, tells=Kind.PUBLISHED)


def part_done(row: Row, receipt: Receipt, *, now: datetime) -> Step:
    """One part of several is there; the next one is sent at once, and never this one again."""
    if row.part == 0:
        row.remote_id, row.url = receipt.remote_id, receipt.url
    row.remote_ids = [*row.remote_ids, receipt.remote_id]
    row.part += 1
    row.state, row.anchor, row.reason = "scheduled", {}, None
    row.facts = {name: value for name, value in row.facts.items() if name not in {"first_armed_at", "unsent"}}
    release(row, next_at=now, now=now)
    return Step(row, mark=_well(receipt))


def fail(row: Row, *, why: str, now: datetime) -> Step:
    """It was refused for good; nothing more is published."""
    out = f"{row.part} of its parts are out. " if row.part else ""
    row.state, row.failed_at, row.reason = "failed", now, f"{out}{why}"
    release(row, next_at=None, now=now)
    return Step(row, tells=Kind.FAILED)


def miss(row: Row, *, why: str, now: datetime) -> Step:
    """Its moment went by; a person decides."""
    row.state, row.reason = "missed", why
    release(row, next_at=None, now=now)
    return Step(row, tells=Kind.MISSED)


def let_go(row: Row, *, why: str, now: datetime) -> Step:
    """Its moment went by, and the team lets such posts go."""
    row.state, row.reason = "cancelled", why
    release(row, next_at=None, now=now)
    return Step(row, tells=Kind.MISSED)


def doubt(row: Row, *, why: str, now: datetime) -> Step:
    """Nobody can say whether it is there; a person looks."""
    row.state, row.reason = "unconfirmed", why
    release(row, next_at=None, now=now)
    return Step(row, tells=Kind.UNCONFIRMED)


def send_again(row: Row, *, why: str, now: datetime) -> Step:
    """Back to the queue, due at once: it is known (or a person said) that nothing was published."""
    row.state, row.reason, row.is_late_accepted = "scheduled", why, True
    release(row, next_at=now, now=now)
    return Step(row)


def hold(row: Row, *, why: str, now: datetime) -> Step:
    """Keeps the row waiting until a person does something about `why`."""
    row.state, row.reason = "scheduled", why
    release(row, next_at=None, now=now)
    return Step(row)


def defer(row: Row, *, until: datetime, now: datetime) -> Step:
    """Lets the row wait: its account or its platform rests, or its settle window is still open."""
    release(row, next_at=until, now=now)
    return Step(row)


def _moved(row: Held, answer: Answer, *, parts: int, now: datetime, pauses: Pauses) -> Step:
    match answer:
        case Receipt():
            is_last = row.part + 1 >= parts
            return publish(row, answer, now=now) if is_last else part_done(row, answer, now=now)
        case Rejected(why):
            return _refused(row, why, parts=parts, now=now)
        case Unauthorized(why):
            step = hold(row, why=why, now=now)
            step.mark = Mark(revoked=why)
            return step
        case _:
            return _waiting(row, answer, now=now, pauses=pauses)


def _waiting(
    row: Held,
    answer: RateLimited | Unavailable | Pending | OutcomeUnknown,
    *,
    now: datetime,
    pauses: Pauses,
) -> Step:
    """Answers after which the machine looks at the row again by itself."""
    match answer:
        case RateLimited(until, is_for_all):
            row.state = "scheduled"
            release(row, next_at=max(until, now), now=now)
            return Step(row, mark=Mark(rests_until=until, is_for_all=is_for_all, why=LIMIT))
        case Unavailable(why):
            return _again_later(row, why=why, now=now, pauses=pauses)
        case Pending(state):
            row.anchor = {**row.anchor, "pending": dict(state)}
            release(row, next_at=now + _scattered(pauses.between_looks, pauses), now=now)
            return Step(row)
        case OutcomeUnknown(why):
            row.reason = why
            release(row, next_at=row.settle_until_at or now, now=now)
            return Step(row, mark=Mark(is_well=False, why=why))


def _refused(row: Held, why: str, *, parts: int, now: datetime) -> Step:
    """A refused first comment takes nothing back: the post is out, and the team hears what is missing under it."""
    if row.part and row.part + 1 == parts and row.payload.get("comment"):
        return publish_without_comment(row, why=why, now=now)
    return fail(row, why=why, now=now)


def _again_later(row: Held, *, why: str, now: datetime, pauses: Pauses) -> Step:
    unsent = int(row.facts.get("unsent", 0)) + 1
    row.facts = {**row.facts, "unsent": unsent}
    if unsent >= MOST_TRIES:
        return fail(row, why=f"{why} It was tried {unsent} times and never sent.", now=now)
    pause = min(FIRST_PAUSE * 2 ** (unsent - 1), LONGEST_PAUSE)
    row.state, row.reason = "scheduled", why
    release(row, next_at=now + _scattered(pause, pauses), now=now)
    return Step(row, mark=Mark(is_well=False, why=why))


def _ask_again(row: Held, answer: Answer | Found, *, now: datetime, pauses: Pauses) -> Step:
    """Later, or never again: after too many questions without an answer a person is asked."""
    if isinstance(answer, Unauthorized) or row.looks >= MOST_LOOKS:
        return doubt(row, why="The platform could not be asked whether it is there.", now=now)
    until = now + _scattered(pauses.between_looks, pauses)
    mark = Mark()
    if isinstance(answer, RateLimited):
        until = max(until, answer.until)
        mark = Mark(rests_until=answer.until, is_for_all=answer.is_for_all, why=LIMIT)
    row.reason = row.reason or "It is being looked up."
    release(row, next_at=until, now=now)
    return Step(row, mark=mark)


def _scattered(pause: timedelta, pauses: Pauses) -> timedelta:
    return pause * pauses.random.uniform(0.8, 1.2)


def _well(receipt: Receipt) -> Mark:
    why = None if receipt.rests_until is None else LIMIT
    return Mark(is_well=True, has_posted=True, rests_until=receipt.rests_until, why=why)


def _closing(row: Held, answer: Answer | Found) -> Closing | None:
    if row.beside.attempt_id is None:
        return None
    kind = type(answer)
    return Closing(row.beside.attempt_id, kind.__name__, _told(answer), _DECISIONS[kind])


def _told(answer: Answer | Found) -> dict[str, Any]:
    match answer:
        case Receipt(remote_id, url, parts):
            return {"remote_id": remote_id, "url": url, "parts": [*parts]}
        case RateLimited(until):
            return {"until": until.isoformat()}
        case Pending(state):
            return {"state": dict(state)}
        case Absent():
            return {}
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
    Absent: "Looked up: it is not there.",
}
