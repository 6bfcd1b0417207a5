"""When do the slots of a queue come round? Weekdays and local clocks become moments, through every change of the clocks.

A slot in the hour that the clocks skip comes at the first moment after it, one in the hour that they repeat comes once,
the first time (`time_placing.place_wall`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from uuid import UUID

from services.time_placing import place_wall
from storage.queues import Slot

_DAY = timedelta(days=1)
_LONGEST_GAP = timedelta(days=2)
"""The clocks of a place have skipped a whole day before (Pacific/Apia, 30 December 2011; IANA, `australasia`)."""


@dataclass(frozen=True, slots=True)
class SlotTime:
    """One coming of a slot: its naive local time, the moment (UTC) that it is, and a note when the clocks change over it."""

    slot_id: UUID
    local: datetime
    at: datetime
    note: str = ""

    @property
    def on(self) -> str:
        """The local day that it belongs to, as ISO text."""
        return self.local.date().isoformat()

    @property
    def key(self) -> tuple[UUID, str]:
        """What only one publication may have: the slot and its day."""
        return self.slot_id, self.on


def slot_times(
    slots: Sequence[Slot], *, after: datetime, until: datetime, zone: tzinfo
) -> Iterator[SlotTime]:
    """Every coming of the slots after `after` and not after `until` (both aware), in their order."""
    by_weekday: dict[int, list[tuple[UUID, time]]] = {}
    for slot in sorted(slots, key=lambda one: one.at_local):
        by_weekday.setdefault(slot.weekday, []).append((slot.id, time.fromisoformat(slot.at_local)))
    day = after.astimezone(zone).date() - _LONGEST_GAP
    last = until.astimezone(zone).date()
    while day <= last:
        for slot_id, clock in by_weekday.get(day.weekday(), ()):
            local = datetime.combine(day, clock)
            at, note = place_wall(local, zone)
            if after < at <= until:
                yield SlotTime(slot_id, local, at, note)
        day += _DAY
