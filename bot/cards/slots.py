"""How is a standing time offered for a post? The next free slot, the top of a queue, and the queues to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.cards.listing import Page, only_full
from bot.cards.origin import Plan
from bot.cards.wording import count, cut
from bot.rendering import escape
from bot.turn import Button, Face
from services.queueing import Overview
from services.seating import Front
from services.time_placing import WEEKDAYS
from services.time_saying import say_day

_NEAR = timedelta(days=6)
"""Within so many days a weekday alone names the day."""


def slot_label(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """Such as "Tue 09:00", or "Tue 1 Dec, 09:00" for what is further away; in the reader's zone, not escaped."""
    local = at.astimezone(zone)
    day = WEEKDAYS[local.weekday()][:3] if at - now < _NEAR else f"{say_day(local)},"
    return f"{day} {local:%H:%M}"


def soonest(queues: Sequence[Overview]) -> Overview | None:
    """The queue whose next free slot comes first; a paused one only where there is no other."""
    free = [one for one in queues if one.free is not None]
    return min(free, key=lambda one: (one.queue.is_paused, one.free and one.free.at), default=None)


def offers(plan: Plan, queues: Sequence[Overview], *, zone: ZoneInfo, now: datetime) -> list[list[Button]]:
    """The rows that the screen with moments gets from the account's queues; none where there is no slot."""
    best = soonest(queues)
    if best is None or best.free is None:
        return []
    label = f"Next free slot · {slot_label(best.free.at, zone=zone, now=now)}"
    more = plan.button("More slots…", "slots.more")
    return [[plan.button(label, "slots.free", queue=str(best.queue.id))], [more]]


def more_face(
    plan: Plan,
    queues: Sequence[Overview],
    fronts: Mapping[UUID, Front],
    page: Page,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Face:
    """Every queue of the account with a free slot: its next one, and what taking its top would move."""
    lines = [f"**Which slot?** Times are in {escape(str(zone))}."]
    rows: list[list[Button]] = []
    numbered = enumerate(queues, start=1)
    for number, one in [*numbered][page.offset : page.offset + page.size]:
        front = fronts[one.queue.id]
        lines += ["", *_told(number, one, front, zone=zone, now=now)]
        prefix, queue = (f"{number} · " if len(queues) > 1 else ""), str(one.queue.id)
        rows.append(
            [
                plan.button(f"{prefix}Next free slot", "slots.free", queue=queue),
                plan.button(f"{prefix}Top of the queue", "slots.top", queue=queue),
            ]
        )
    turning = [
        plan.button(one.label, "slots.more", at_page=one.arguments["page"])
        for one in page.row("slots.more", before="‹ Earlier", after="Later ›")
    ]
    return Face("\n".join(lines), only_full([*rows, turning, [plan.button("Back", "when.open")]]))


def _told(number: int, one: Overview, front: Front, *, zone: ZoneInfo, now: datetime) -> list[str]:
    free = "" if one.free is None else slot_label(one.free.at, zone=zone, now=now)
    top = slot_label(front.place.at, zone=zone, now=now)
    paused = " — **paused**" if one.queue.is_paused else ""
    return [
        f"{number}\\. **{escape(cut(one.queue.name, most=40))}**{paused}",
        f"Next free slot: {free}. Top of the queue: {top}, {moving(front)}.",
    ]


def moving(front: Front) -> str:
    """Whom taking the top moves, such as "3 posts move on by one slot"."""
    number = len(front.shifts)
    if not number:
        return "no other post moves"
    return f"{count(number, 'post')} {'moves' if number == 1 else 'move'} on by one slot"


def notes_of(one: Overview, *, said: str, change: str, moved: str = "") -> tuple[str, ...]:
    """What stands under the moment that is said back: which slot it is, whom it moves, what the clocks do, and a pause."""
    named = f"{said} of “{one.queue.name}”, whose times are in {one.queue.zone}"
    paused = "The queue is paused: the post waits until somebody resumes it." if one.queue.is_paused else ""
    return tuple(note for note in (named, moved, change, paused) if note)
