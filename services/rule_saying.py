"""How is a repeat said to a person? In words that `rule_reading` reads again, with the zone in which its clock is read."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from services.refusals import Unclear
from services.time_placing import WEEKDAYS
from services.time_rules import WEEKDAY_CODES, Occurrence, Repeat, parts_of
from services.time_saying import say_day, say_moment
from services.time_zones import zone_named

_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 21: "21st", 22: "22nd", 23: "23rd", 31: "31st"}


def say_repeat(repeat: Repeat) -> str:
    """Such as "every Monday and Thursday 18:30 (Dubai time)" or "every day 09:00 (UTC), 12 times"."""
    parts = parts_of(repeat.rule)
    said = f"{_rhythm(parts, repeat.starts)} {repeat.starts:%H:%M} ({say_zone(repeat.zone)})"
    if "COUNT" in parts:
        said += f", {parts['COUNT']} times"
    if "UNTIL" in parts:
        day = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%S").date()  # noqa: DTZ007 - a local day has no zone
        said += f", until {say_day(day)} {day.year}"
    return said


def say_zone(zone: str) -> str:
    """Such as "Dubai time" for Asia/Dubai; the whole name where the city alone is not known to us."""
    if zone == "UTC":
        return zone
    city = zone.rpartition("/")[2].replace("_", " ")
    try:
        is_known = zone_named(city).key == zone
    except Unclear:
        is_known = False
    return f"{city if is_known else zone} time"


def say_occurrence(one: Occurrence, *, zone: ZoneInfo) -> str:
    """Such as "Mon 23 Nov 2026, 09:00" on the clocks of `zone`, and what a change of the clocks does to it."""
    return f"{say_moment(one.at.astimezone(zone))}. {one.note}".removesuffix(". ")


def _rhythm(parts: dict[str, str], starts: datetime) -> str:
    interval = int(parts.get("INTERVAL", "1"))
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month"}[parts["FREQ"]]
    every = f"every {unit}" if interval == 1 else f"every {interval} {unit}s"
    if unit == "day":
        return every
    if unit == "month":
        return f"{every} on {_listed([f'the {one}' for one in _month_days(parts, starts)])}"
    codes = parts.get("BYDAY", WEEKDAY_CODES[starts.weekday()]).split(",")
    if interval == 1 and codes == [*WEEKDAY_CODES[:5]]:
        return "every weekday"
    names = _listed([WEEKDAYS[WEEKDAY_CODES.index(code)] for code in codes])
    return f"every {names}" if interval == 1 else f"{every} on {names}"


def _month_days(parts: dict[str, str], starts: datetime) -> list[str]:
    if "BYDAY" in parts:
        return [_weekday_of_month(code) for code in parts["BYDAY"].split(",")]
    days = parts.get("BYMONTHDAY", str(starts.day)).split(",")
    return [_ordinal(int(day), of="day") for day in days]


def _weekday_of_month(code: str) -> str:
    return f"{_ordinal(int(code[:-2]))} {WEEKDAYS[WEEKDAY_CODES.index(code[-2:])]}"


def _ordinal(number: int, *, of: str = "") -> str:
    if number < 0:
        return f"last {of}".strip()
    return _ORDINALS.get(number, f"{number}th")


def _listed(names: list[str]) -> str:
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last
