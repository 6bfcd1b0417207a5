"""What if a country changes its clocks? What waits keeps its local time, and a person allows the new moment.

The rules of a zone come with the machine (its zoneinfo, or the `tzdata` package); Python reads them as TZif files
(RFC 9636). Once a day, and at each start, the files are compared with those seen before: only for zones whose file is
another one are the waiting publications looked at.
"""

from __future__ import annotations

import asyncio
import hashlib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.lateness import who_is_told
from services.pacing import Priority
from services.scheduling import LOCAL, TOPIC, local_of
from services.telling import Kind, Place, show_card, tell
from services.time_placing import place_wall
from services.time_zones import known_zone
from storage import NOBODYS, Storage, Transaction
from storage.moments import Waiting
from storage.publications import Publication
from storage.settings import Setting

BATCH = 500

STALE_FOR = timedelta(days=2)
"""How long a changed zone is looked at again: another process may still plan by the rules that it has in memory."""

_SCOPE, _NAME = "installation", "zones"


@dataclass(frozen=True, slots=True)
class Rezoning:
    """Notices that the rules of zones have changed, and holds back what they moved until somebody has looked."""

    storage: Storage

    async def recheck(self) -> int:
        """Compares every zone with what it was; how many publications are held back because of it."""
        ZoneInfo.clear_cache()
        rules = await asyncio.to_thread(fingerprints)
        changed = await self._changed(rules)
        return await self._hold_moved(changed) if changed else 0

    async def _changed(self, rules: Mapping[str, str]) -> set[str]:
        """The zones whose rules are others than before (or gone), for as long as that matters; remembers the rules.

        On the first day there is nothing to compare with, and nothing has changed.
        """
        async with self.storage.begin(None) as tx:
            known = await tx.settings.find(scope=_SCOPE, name=_NAME, is_locked=True)
            before = rules if known is None else known["rules"]
            seen = {} if known is None else known["changed"]
            lately = {
                name: at for name, at in seen.items() if datetime.fromisoformat(at) > tx.now - STALE_FOR
            }
            lately |= {name: tx.now.isoformat() for name in before if rules.get(name) != before[name]}
            value = {"rules": {**rules}, "changed": lately}
            if value != known:
                await tx.settings.put(_setting(tx, value))
        return {*lately}

    async def _hold_moved(self, zones: set[str]) -> int:
        """Looks at everything that waits in these zones, a batch at a time."""
        held, beyond = 0, None
        while True:
            async with self.storage.read(None) as tx:
                rows = await tx.moments.waiting_in(zones, after=tx.now, beyond=beyond, limit=BATCH)
            for row in rows:
                held += is_moved(row) and await self._hold(row)
            if len(rows) < BATCH:
                return held
            beyond = rows[-1]

    async def _hold(self, waiting: Waiting) -> bool:
        """Holds one back, in a unit of work of its own, if it still waits as it was seen."""
        async with self.storage.begin(waiting.workspace_id) as tx:
            row = await tx.publications.locked(waiting.id)
            if row is None or row.state != "scheduled" or row.due_at != waiting.due_at:
                return False
            _replace(row)
            row.version, row.updated_at = row.version + 1, tx.now
            await _take_back(tx, row)
            await _ask(tx, row)
            tx.wake(TOPIC)
        return True


def is_moved(waiting: Waiting | Publication) -> bool:
    """Whether the local time that a person confirmed is another moment by the rules of today (or its zone is gone)."""
    zone, said = known_zone(waiting.zone), waiting.facts.get(LOCAL)
    if zone is None:
        return True
    if said is None:
        return False
    wall = datetime.fromisoformat(str(said))
    # The clocks may show it twice, and a person may have meant the second by saying "in two hours".
    shows_it = waiting.due_at.astimezone(zone).replace(tzinfo=None) == wall
    return not shows_it and waiting.due_at != place_wall(wall, zone)[0]


def _replace(row: Publication) -> None:
    """Gives the row its local time's new moment and the reason; in a zone that is gone, the moment stays and UTC says it."""
    zone, said = known_zone(row.zone), local_of(row)
    if zone is None or said is None:
        row.reason = f"The time zone {row.zone} is not known any more: the same moment is said in UTC now."
        row.zone = "UTC"
        row.facts = {**row.facts, LOCAL: row.due_at.astimezone(UTC).replace(tzinfo=None).isoformat()}
        return
    before = row.due_at
    row.due_at = place_wall(said, zone)[0]
    later = "later" if row.due_at > before else "earlier"
    row.reason = (
        f"The clocks of {zone.key} changed their rules: {said:%H:%M} is now another moment, "
        f"{_span(abs(row.due_at - before))} {later} than you allowed."
    )


def _span(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} hour{'s' if hours > 1 else ''}"] if hours else []
    return " ".join([*said, f"{rest} minutes"] if rest or not said else said)


async def _take_back(tx: Transaction, row: Publication) -> None:
    """What was allowed was another moment: nothing leaves by it any more."""
    approval = None if row.approval_id is None else await tx.approvals.find(row.approval_id)
    if approval is not None and approval.voided_at is None:
        approval.voided_at, approval.void_reason = tx.now, row.reason
    row.next_at, row.approval_id = None, None


async def _ask(tx: Transaction, row: Publication) -> None:
    """The card with Approve on it, for the team, and the post's own card brought up to date."""
    for place in await who_is_told(tx):
        tell(
            tx,
            Kind.HELD,
            place,
            payload={"publication_id": str(row.id)},
            subject=("publication", row.id),
            dedupe=f"held:{row.id}:{row.version}@{place.chat_id}/{place.thread_id}",
            priority=Priority.APPROVAL,
        )
    post = await tx.posts.get(row.post_id)
    if post.telegram_chat_id is not None:
        show_card(tx, post_id=post.id, place=Place(post.telegram_chat_id, post.thread_id))


def _setting(tx: Transaction, value: dict[str, Any]) -> Setting:
    return Setting(workspace_id=NOBODYS, scope=_SCOPE, name=_NAME, value=value, updated_at=tx.now)


def fingerprints() -> dict[str, str]:
    """A short hash of the rules of every zone that this machine knows, by name; reads some 600 small files."""
    found = {name: _rules(name) for name in sorted(zoneinfo.available_timezones())}
    return {name: hashlib.sha256(rules).hexdigest()[:12] for name, rules in found.items() if rules}


def _rules(name: str) -> bytes:
    """The TZif file of a zone, looked for where `zoneinfo` looks; empty when it is not there."""
    for folder in zoneinfo.TZPATH:
        file = Path(folder, name)
        if file.is_file():
            return file.read_bytes()
    package = "tzdata.zoneinfo"
    try:
        return resources.files(package).joinpath(*name.split("/")).read_bytes()
    except (OSError, ModuleNotFoundError):
        return b""
