"""How is a moment said back to a person? In words that leave no doubt, and that `timing.resolve` reads again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from services.time_placing import MONTHS, WEEKDAYS
from services.time_zones import offset_text

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo


def describe(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """Such as "Fri 27 Nov 2026, 18:30 (Europe/Madrid, UTC+1) — in 6 days 20 hours"; `at` and `now` are aware."""
    local = at.astimezone(zone)
    offset = offset_text(local.utcoffset() or timedelta())
    place = offset if zone.key.removeprefix("Etc/") == offset else f"{zone.key}, {offset}"
    return f"{say_moment(local)} ({place}) — {distance(at, now=now)}"


def say_moment(local: datetime) -> str:
    """Such as "Fri 27 Nov 2026, 18:30", in the zone that the moment carries; the language does not depend on the machine."""
    return f"{say_day(local)} {local.year}, {local:%H:%M}"


def say_day(day: date) -> str:
    """Such as "Fri 27 Nov"."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def distance(at: datetime, *, now: datetime) -> str:
    """Such as "in 6 days 20 hours" or "3 hours ago": the two largest units, whole minutes, rounded down."""
    gap = at.astimezone(UTC) - now.astimezone(UTC)
    minutes = abs(gap) // timedelta(minutes=1)
    days, rest = divmod(minutes, 24 * 60)
    amounts = ((days, "day"), (rest // 60, "hour"), (rest % 60, "minute"))
    told = [f"{amount} {unit}{'s' if amount > 1 else ''}" for amount, unit in amounts if amount][:2]
    text = " ".join(told) or "less than a minute"
    return f"{text} ago" if gap < timedelta() else f"in {text}"
