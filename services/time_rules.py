"""Which local times does a rule name, and which moments are they? RRULE (RFC 5545) over the clocks of one zone.

A rule is unfolded over naive local time, so that daylight saving moves nothing; only then each local time is placed in
its zone (`time_placing.place_wall`): for one that the clocks skip stands the first moment after the gap, for one that
they show twice the first of the two. Either way it is one occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from services.refusals import Unclear
from services.time_placing import place_wall
from services.time_zones import known_zone

LONGEST_RULE = 300
MOST_APART = 366
"""The largest INTERVAL; what comes more seldom than once a year in days is better put on the calendar by hand."""

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""How RFC 5545 writes the weekdays, Monday first."""

_WEEKDAY = r"(?:[1-5]|-1)?(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTHDAY = r"(?:[1-9]|[12][0-9]|3[01]|-1)"
_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile("[1-9][0-9]{0,2}"),
    "COUNT": re.compile("[1-9][0-9]{0,3}"),
    "UNTIL": re.compile(r"[0-9]{8}T[0-9]{6}"),
    "BYDAY": re.compile(rf"{_WEEKDAY}(?:,{_WEEKDAY}){{0,6}}"),
    "BYMONTHDAY": re.compile(rf"{_MONTHDAY}(?:,{_MONTHDAY}){{0,30}}"),
    "WKST": re.compile("MO|TU|WE|TH|FR|SA|SU"),
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a rule names: `local` is naive in the rule's zone, `at` the moment in UTC.

    `note` tells when the clocks change over it; it is empty otherwise.
    """

    local: datetime
    at: datetime
    note: str = ""

    @property
    def key(self) -> str:
        """The local time as ISO text to the minute, which names the occurrence within its series."""
        return self.local.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rule over local time in `zone` (an IANA name), from `starts` (naive) on, without `exceptions` (their keys).

    Raises `Unclear` when made from a rule that is not one of ours, or a zone that this machine does not know.
    """

    rule: str
    starts: datetime
    zone: str
    exceptions: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuses what could not be unfolded later, when nobody is looking."""
        parts_of(self.rule)
        if self.starts.tzinfo is not None:
            raise ValueError("a rule begins at a local time")
        if known_zone(self.zone) is None:
            raise Unclear(f"The time zone {self.zone} is not known here any more.", "Name a large city.")

    def unfold(self, after: datetime | None = None) -> Iterator[Occurrence]:
        """Every occurrence later than `after` (naive local; None: from the first one on), rising in both clocks.

        A local time that falls on (or before) the moment of the one before it, because the clocks have jumped over a
        day, is no occurrence of its own.
        """
        from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # dateutil ships no types

        zone = ZoneInfo(self.zone)
        last = None if after is None else place_wall(after, zone)[0]
        rule = rrulestr(self.rule, dtstart=self.starts)
        for local in rule if after is None else rule.xafter(after):
            at, note = place_wall(local, zone)
            if last is not None and at <= last:
                continue
            last, found = at, Occurrence(local, at, note)
            if found.key not in self.exceptions:
                yield found

    def upcoming(self, now: datetime, *, count: int, after: datetime | None = None) -> list[Occurrence]:
        """The next `count` occurrences later than `now` (aware) and than `after` (naive local)."""
        return [*islice((one for one in self._near(now, after) if one.at > now), count)]

    def passed(self, now: datetime, *, after: datetime | None) -> list[Occurrence]:
        """Every occurrence up to `now` (aware) that is later than `after` (naive local), the oldest first."""
        found = []
        for one in self.unfold(after):
            if one.at > now:
                break
            found.append(one)
        return found

    def _near(self, now: datetime, after: datetime | None) -> Iterator[Occurrence]:
        """From a little before `now` on: no clock of the world is two days away from UTC."""
        nearly = now.astimezone(UTC).replace(tzinfo=None) - timedelta(days=2)
        return self.unfold(nearly if after is None else max(nearly, after))


def parts_of(rule: str) -> dict[str, str]:
    """The parts of an RRULE by name (RFC 5545, section 3.3.10), if it is one that a series may have.

    At most once a day, by days, weekdays or days of the month: everything finer or stranger raises `Unclear`.
    """
    named: dict[str, str] = {}
    for part in rule[: LONGEST_RULE + 1].split(";"):
        name, _, value = part.partition("=")
        shape = _PARTS.get(name)
        if shape is None or name in named or not shape.fullmatch(value):
            raise _not_ours(part)
        named[name] = value
    if "FREQ" not in named or len(rule) > LONGEST_RULE:
        raise _not_ours(rule)
    _check_parts(named)
    return named


def _check_parts(named: dict[str, str]) -> None:
    monthly = named["FREQ"] == "MONTHLY"
    if "BYMONTHDAY" in named and (not monthly or "BYDAY" in named):
        raise _not_ours("BYMONTHDAY")
    days = named.get("BYDAY", "").split(",") if "BYDAY" in named else []
    if any(any(mark.isdigit() for mark in day) is not monthly for day in days) or (
        days and named["FREQ"] == "DAILY"
    ):
        raise _not_ours("BYDAY")
    if "COUNT" in named and "UNTIL" in named:
        raise _not_ours("COUNT and UNTIL")
    if int(named.get("INTERVAL", "1")) > MOST_APART:
        raise _not_ours("INTERVAL")


def _not_ours(part: str) -> Unclear:
    return Unclear(
        f"I cannot repeat by “{part[:40]}”.",
        "Say it in words, such as “every Monday at 9” or “monthly on the last Friday”.",
    )
