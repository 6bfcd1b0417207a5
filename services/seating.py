"""Who has which slot of a queue, and which one is free? What the rules of `queueing` look at, and change nothing in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling import FURTHEST
from services.slots_in_time import SlotTime, slot_times
from services.time_zones import stored_zone
from storage import Transaction
from storage.publications import MOVING, Publication
from storage.queues import Queue, Slot

OCCUPYING = ("scheduled", *MOVING, "published")
"""States in which a publication has its slot to itself; a cancelled or failed one leaves it free."""

_BEFORE = timedelta(days=2)
"""How far back occupants are read: a rule of the clocks may have changed since their moments were set."""


@dataclass(frozen=True, slots=True)
class Front:
    """What "top of the queue" would do: the first place, and everybody who moves on, with where to."""

    place: SlotTime
    shifts: tuple[tuple[Publication, SlotTime], ...]


@dataclass(frozen=True, slots=True)
class Seats:
    """The slots of a queue with who has them, as seen at `now` (aware)."""

    queue: Queue
    slots: Sequence[Slot]
    taken: Mapping[tuple[UUID, str], Publication]
    now: datetime

    def ahead(self) -> Iterator[SlotTime]:
        """Every coming of a slot within a year, the next one first."""
        zone = stored_zone(self.queue.zone)
        return slot_times(self.slots, after=self.now, until=self.now + FURTHEST, zone=zone)

    def free(self) -> Iterator[SlotTime]:
        """Those that nobody has."""
        return (one for one in self.ahead() if one.key not in self.taken)

    def front(self) -> Front | None:
        """The first place that can be had, and whom taking it moves; None when there is no room within a year.

        Only what is scheduled moves, each to the next place, and only until a free one takes up the rest. What is on
        its way or published keeps its place and is stepped over.
        """
        first: SlotTime | None = None
        carried: Publication | None = None
        shifts: list[tuple[Publication, SlotTime]] = []
        for place in self.ahead():
            sitting = self.taken.get(place.key)
            if sitting is not None and sitting.state != "scheduled":
                continue
            first = first or place
            if carried is not None:
                shifts.append((carried, place))
            if sitting is None:
                return Front(first, tuple(shifts))
            carried = sitting
        return None


async def seats_of(
    tx: Transaction, queue: Queue, *, is_locked: bool = False, without: UUID | None = None
) -> Seats:
    """The seats of a queue; `without` leaves one publication out, as if it had stood up already.

    Locked, nobody else changes the occupants before the unit of work ends (the queue itself is the caller's to lock).
    """
    sitting = await tx.queues.sitting(queue.id, states=OCCUPYING, since=tx.now - _BEFORE, is_locked=is_locked)
    taken = {
        (one.slot_id, one.slot_on): one
        for one in sitting
        if one.slot_id is not None and one.slot_on is not None and one.id != without
    }
    return Seats(queue, await tx.queues.slots(queue.id), taken, tx.now)
