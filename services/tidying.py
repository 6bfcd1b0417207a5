"""What can be forgotten, and how is the desk? Housekeeping, readiness and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage import Storage
from storage.publications import STATES

INBOX_KEPT = timedelta(days=3)
"""Longer than Telegram keeps updates (24 h), so that a repeated one is still known."""

OUTBOX_KEPT = timedelta(days=14)

GONE_AFTER = timedelta(minutes=5)
"""Longer than any answer or run may take; whoever still holds something then is gone (a node that lost its power)."""


@dataclass(frozen=True, slots=True)
class Tidying:
    """Forgets what is over and answers how things stand."""

    storage: Storage

    async def tidy(self) -> int:
        """Takes back what dead nodes held and drops what is worked off, sent or expired; how much came back."""
        async with self.storage.begin(None) as tx:
            back = await tx.inbox.give_back_older(than=tx.now - GONE_AFTER)
            back += await tx.generations.give_back_older(than=tx.now - GONE_AFTER)
            if back:
                tx.wake("inbox")
                tx.wake("runs")
            await tx.inbox.prune(before=tx.now - INBOX_KEPT)
            await tx.outbox.prune(before=tx.now - OUTBOX_KEPT)
            await tx.handles.prune(before=tx.now)
        return back

    async def missing(self) -> Sequence[str]:
        """What does not answer; nothing, when the desk is ready."""
        try:
            await self.storage.ping()
        except Exception:  # noqa: BLE001 - whatever the driver raises, the database does not answer
            return ["database"]
        return []

    async def figures(self) -> dict[str, float]:
        """How much waits where; names nobody."""
        async with self.storage.read(None) as tx:
            found = {
                "fanfare_inbox_pending": float(await tx.inbox.count(state="pending")),
                "fanfare_inbox_parked": float(await tx.inbox.count(state="parked")),
                "fanfare_outbox_pending": float(await tx.outbox.count(state="pending")),
                "fanfare_outbox_failed": float(await tx.outbox.count(state="failed")),
            }
            for state in STATES:
                found[f"fanfare_publications_{state}"] = float(await tx.publications.count(states=(state,)))
        return found
