"""Which moments are offered as taps? A few quick ones, the next days, and the half hours of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from services.time_placing import place_wall
from services.time_saying import say_day

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_FIRST, _LAST, _STEP = 7 * 60, 22 * 60, 30
_EVENING, _MORNING = time(20), time(9)


@dataclass(frozen=True, slots=True)
class Choice:
    """A moment to tap: what the button says, and the moment in UTC."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DayChoice:
    """A day to tap: what the button says, and the calendar day in the person's zone."""

    label: str
    date: date


def quick_choices(*, now: datetime, zone: ZoneInfo) -> list[Choice]:
    """One hour on, the next full hour, this or the next evening, and tomorrow morning; each lies ahead of `now`."""
    local = now.astimezone(zone)
    tomorrow = local.date() + timedelta(days=1)
    full = now.astimezone(UTC) + timedelta(hours=1) - _past_hour(local)
    tonight = _at(local.date(), _EVENING, zone)
    evening = Choice("Tonight 20:00", tonight)
    if tonight <= now:
        evening = Choice("Tomorrow night 20:00", _at(tomorrow, _EVENING, zone))
    return [
        Choice("In one hour", now.astimezone(UTC).replace(microsecond=0) + timedelta(hours=1)),
        Choice(f"Full hour, {full.astimezone(zone):%H:%M}", full),
        evening,
        Choice("Tomorrow 09:00", _at(tomorrow, _MORNING, zone)),
    ]


def days(*, now: datetime, zone: ZoneInfo, count: int = 7) -> list[DayChoice]:
    """The next `count` days that still have a time to offer, beginning with today where it has."""
    today = now.astimezone(zone).date()
    start = 0 if times(today, now=now, zone=zone) else 1
    names = {0: "Today, ", 1: "Tomorrow, "}
    found = [(ahead, today + timedelta(days=ahead)) for ahead in range(start, start + count)]
    return [DayChoice(names.get(ahead, "") + say_day(day), day) for ahead, day in found]


def times(day: date, *, now: datetime, zone: ZoneInfo) -> list[Choice]:
    """The half hours from 07:00 to 22:00 of a day in the zone that lie ahead of `now`."""
    walls = [time(*divmod(minutes, 60)) for minutes in range(_FIRST, _LAST + 1, _STEP)]
    moments = {_at(day, wall, zone): wall for wall in reversed(walls)}
    return [Choice(f"{at.astimezone(zone):%H:%M}", at) for at in sorted(moments) if at > now]


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return place_wall(datetime.combine(day, wall), zone)[0]


def _past_hour(local: datetime) -> timedelta:
    return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
