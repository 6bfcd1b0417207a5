"""Was it sent or not? What becomes of an armed publication whose answer nobody has: by key, by look-up, or by a person."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from integrations.contract import Answer, Certainty, Found, OutcomeUnknown, Platform, Receipt
from services import moving
from services.committing import Committing
from services.failpoints import Reach, nowhere
from services.judging import Judging, Ready
from services.moving import Pauses, Step
from services.patience import Timing
from services.recording import Entry
from storage import Storage
from storage.claims import Held

log = logging.getLogger(__name__)

Asked = TypeVar("Asked", Answer, Found)

WINDOW = timedelta(minutes=2)
"""How far before arming a look-up begins: clocks of platforms are not ours."""

MOST_REPEATS = 20
"""Requests with the same key before it is looked up instead; the platform has answered none of them."""

MOST_OTHERS = 50
"""Posts with the very same words, each another publication's, that a look-up passes over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How an armed row is asked about: with the same key once more, by its pending state, or by a look-up."""

    ready: Ready
    is_repeat: bool = False
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Settles armed rows."""

    storage: Storage
    judging: Judging
    committing: Committing
    clock: Callable[[], datetime]
    timing: Timing
    pauses: Pauses
    reach: Reach = nowhere

    def plan(self, row: Held, *, now: datetime) -> Plan | Step:
        """What to do with an armed row that nobody moves: a question, or what is known without one."""
        if row.settle_until_at is not None and row.settle_until_at > now:
            return moving.defer(row, until=row.settle_until_at, now=now)
        ready = self.judging.again(row)
        if ready is None:
            return moving.doubt(row, why=f"{row.platform} is not set up here any more.", now=now)
        if "pending" in row.anchor:
            return Plan(ready, is_pending=True)
        if _is_keyed(ready.platform, row, now):
            return Plan(ready, is_repeat=True)
        if ready.platform.certainty_for(row.beside.account) is Certainty.BLIND:
            why = row.reason or "Nobody answered when it was sent."
            return moving.doubt(row, why=f"{why} {ready.platform.title} has no way to look it up.", now=now)
        return Plan(ready)

    async def ask(self, row: Held, plan: Plan) -> None:
        """Asks the platform and writes down what is known now."""
        if plan.is_pending:
            await self._check(row, plan.ready)
        else:
            await self._look(row, plan.ready)

    async def _check(self, row: Held, ready: Ready) -> None:
        self.reach("reconciling.before_check")
        answer = await self._asked(ready.platform.check(row.anchor["pending"]))
        self.reach("reconciling.checked")

        def decide(*, is_taken: bool, is_void: bool) -> Step:
            del is_taken, is_void
            return moving.after_check(
                row, answer, parts=ready.whole.parts, now=self.clock(), pauses=self.pauses
            )

        await self.committing.save(Entry(row, decide))

    async def _look(self, row: Held, ready: Ready) -> None:
        self.reach("reconciling.before_look")
        found = await self._found(row, ready)
        self.reach("reconciling.looked")

        def decide(*, is_taken: bool, is_void: bool) -> Step:
            del is_void
            said = OutcomeUnknown("What was found belongs to another post.") if is_taken else found
            return moving.after_look(
                row,
                said,
                parts=ready.whole.parts,
                needed=ready.platform.looks_needed,
                now=self.clock(),
                pauses=self.pauses,
            )

        binds = found.remote_id if isinstance(found, Receipt) else None
        await self.committing.save(Entry(row, decide, binds=binds))

    async def _found(self, row: Held, ready: Ready) -> Found:
        """Looks for the post among those of the account, passing over what is known to be another publication's."""
        since = _first_armed_at(row) - WINDOW
        taken = frozenset(str(one) for one in row.remote_ids)
        for _ in range(MOST_OTHERS):
            question = ready.platform.find(ready.part, row.anchor, key=key_of(row), since=since, taken=taken)
            found = await self._asked(question)
            if not isinstance(found, Receipt):
                return found
            async with self.storage.read(None) as tx:
                bound = await tx.claims.bound([(row.account_id, found.remote_id)])
            if bound.get((row.account_id, found.remote_id), row.id) == row.id:
                return found
            taken |= {found.remote_id}
        return OutcomeUnknown("Too many posts say the same.")

    async def _asked(self, question: Awaitable[Asked]) -> Asked | OutcomeUnknown:
        try:
            async with asyncio.timeout(self.timing.request.total_seconds()):
                return await question
        except TimeoutError:
            return OutcomeUnknown("No answer came in time.")
        except Exception as fault:
            log.exception("A platform's answer could not be read.")
            return OutcomeUnknown(f"The answer could not be read ({type(fault).__name__}).")


def key_of(row: Held) -> str:
    """The idempotency key of the part that is under way; the same for every try of it."""
    return f"{row.id}:{row.part}" if row.part else str(row.id)


def _first_armed_at(row: Held) -> datetime:
    """When the first request of this part was about to leave."""
    first = row.facts.get("first_armed_at")
    return datetime.fromisoformat(first) if first else (row.armed_at or row.due_at)


def _is_keyed(platform: Platform, row: Held, now: datetime) -> bool:
    """Whether the same request with the same key brings the same post: the key must not be forgotten by now.

    A platform that answers none of many repetitions is looked at instead.
    """
    if platform.certainty_for(row.beside.account) is not Certainty.KEYED or row.tries >= MOST_REPEATS:
        return False
    life = platform.key_life_for(row.beside.account)
    return life is None or now - _first_armed_at(row) < life
