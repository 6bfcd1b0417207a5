"""Was it sent or not? What became of an armed publication whose answer nobody has."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from integrations.contract import (
    Absent,
    Answer,
    Certainty,
    Found,
    OutcomeUnknown,
    Pending,
    Platform,
    RateLimited,
    Receipt,
    Rejected,
    Unauthorized,
    Unavailable,
)
from services.freezing import thawed
from services.recording import Recording
from storage import Storage, Transaction
from storage.publications import Claim, Publication

log = logging.getLogger(__name__)

Asked = TypeVar("Asked", Answer, Found)

WINDOW = timedelta(minutes=2)
"""How far before arming a look-up begins: clocks of platforms are not ours."""

LOOK_AGAIN = timedelta(seconds=30)
LONG_AGO = timedelta(days=2)
"""How far back the posts that are known to be others reach; longer than any platform's list that is asked for."""

MOST_LOOKS = 10
"""Questions without an answer before a person is asked."""


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Settles armed rows: by key, by look-up, or by asking a person."""

    storage: Storage
    platforms: Mapping[str, Platform]
    recording: Recording
    request: timedelta
    lag: timedelta

    async def settle(self, claim: Claim) -> None:
        """Finds out what became of an armed row, not before its settle window has passed."""
        async with self.storage.begin(claim.workspace_id) as tx:
            row = await self.recording.held(tx, claim)
            if (
                row.settle_until_at is not None
                and tx.now < row.settle_until_at
                and "pending" not in row.anchor
            ):
                await self.recording.apply(
                    tx, row, OutcomeUnknown(row.reason or "The answer is still awaited.")
                )
                return
            platform = self.platforms[row.platform]
            certainty = platform.certainty_for(str(row.payload.get("account", "")))
            if "pending" not in row.anchor and certainty is Certainty.BLIND:
                await self.recording.doubt(
                    tx, row, why=row.reason or "Fanfare was stopped while it was being sent."
                )
                return
            await tx.flush()
        if "pending" in row.anchor:
            await self._check(claim, platform, row)
        elif certainty is Certainty.KEYED and _is_key_alive(platform, row, tx.now):
            await self._repeat(claim, platform)
        else:
            await self._look(claim, platform, row)

    async def _check(self, claim: Claim, platform: Platform, row: Publication) -> None:
        answer = await self._asked(platform.check(row.anchor["pending"]))
        async with self.storage.begin(claim.workspace_id) as tx:
            held = await self.recording.held(tx, claim)
            if isinstance(answer, Receipt | Rejected | Pending):
                held.looks = 0
                held.anchor = {name: value for name, value in held.anchor.items() if name != "pending"}
                await self.recording.apply(tx, held, answer)
                return
            # The post was taken in before: an unanswered question must never look like one that was not sent.
            held.looks += 1
            await self._ask_again(tx, held, answer)

    async def _repeat(self, claim: Claim, platform: Platform) -> None:
        """The platform knows the key: the same request again brings the same post or makes the first one."""
        async with self.storage.begin(claim.workspace_id) as tx:
            held = await self.recording.held(tx, claim)
            attempt_id = self.recording.open_attempt(tx, held, claim).id
            held.settle_until_at = held.next_at = tx.now + self.request + self.lag
        answer = await self._asked(platform.fire(thawed(held.payload), held.anchor, key=str(held.id)))
        if isinstance(answer, Unavailable | RateLimited):
            # This repetition was surely not sent, but the try before it may have been: the row stays armed.
            answer = OutcomeUnknown("It could not be asked about.")
        await self.recording.record(claim, attempt_id, answer)

    async def _look(self, claim: Claim, platform: Platform, row: Publication) -> None:
        since = (row.armed_at or row.due_at) - WINDOW
        async with self.storage.read(claim.workspace_id) as tx:
            taken = await tx.publications.remote_ids(account_id=row.account_id, since=since - LONG_AGO)
        draft = thawed(row.payload)
        found = await self._asked(platform.find(draft, row.anchor, key=str(row.id), since=since, taken=taken))
        async with self.storage.begin(claim.workspace_id) as tx:
            held = await self.recording.held(tx, claim)
            held.looks += 1
            await self._conclude(tx, held, platform, found)

    async def _conclude(self, tx: Transaction, row: Publication, platform: Platform, found: Found) -> None:
        if isinstance(found, Receipt):
            other = await tx.publications.bound_to(account_id=row.account_id, remote_id=found.remote_id)
            if other is None or other.id == row.id:
                await self.recording.publish(tx, row, found)
                return
            found = OutcomeUnknown("What was found belongs to another post.")
        if isinstance(found, Absent) and row.looks >= platform.looks_needed:
            self.recording.send_again(tx, row, why="The platform says that it is not there; sent again.")
        else:
            await self._ask_again(tx, row, found)

    async def _ask_again(self, tx: Transaction, row: Publication, answer: Answer | Absent) -> None:
        """Later, or never again: after too many questions without an answer a person is asked."""
        if isinstance(answer, Unauthorized) or row.looks >= MOST_LOOKS:
            await self.recording.doubt(tx, row, why="The platform could not be asked whether it is there.")
            return
        row.settle_until_at = answer.until if isinstance(answer, RateLimited) else tx.now + LOOK_AGAIN
        await self.recording.apply(tx, row, OutcomeUnknown(row.reason or "It is being looked up."))

    async def _asked(self, question: Awaitable[Asked]) -> Asked | OutcomeUnknown:
        try:
            async with asyncio.timeout(self.request.total_seconds()):
                return await question
        except TimeoutError:
            return OutcomeUnknown("No answer came in time.")
        except Exception as fault:
            log.exception("A platform's answer could not be read.")
            return OutcomeUnknown(f"The answer could not be read ({type(fault).__name__}).")


def _is_key_alive(platform: Platform, row: Publication, now: datetime) -> bool:
    """Whether the platform still remembers the key of the first try."""
    first = row.facts.get("first_armed_at")
    return (
        platform.key_life is None or first is None or now - datetime.fromisoformat(first) < platform.key_life
    )
