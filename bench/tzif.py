"""What do the clocks of a zone do, read without Python's own reader? TZif files and their footer, by RFC 9636 and POSIX TZ.

The oracle of `bench.transitions`: whole seconds of UTC and plain integers, no `datetime` arithmetic with zones.
"""

from __future__ import annotations

import calendar
import re
import struct
import zoneinfo
from bisect import bisect_right
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

FIRST_YEAR, LAST_YEAR = 2023, 2038
"""Years that are read: one on each side of those that are tried."""

_DAY = 86_400
_HEADER = struct.Struct(">4sc15x6l")
_NAME = r"(?:<[^>]+>|[A-Za-z]{3,})"
_CLOCK = r"[+-]?[0-9]{1,3}(?::[0-9]{2}){0,2}"
_FOOTER = re.compile(rf"{_NAME}({_CLOCK})(?:{_NAME}({_CLOCK})?(?:,([^,]+),([^,]+))?)?")


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks jump at `at` (seconds of UTC) from `before` to `after` (seconds east of UTC)."""

    at: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Clocks:
    """Every change of a zone's clocks in the years that are read, and the offset before the first of them."""

    first: int
    changes: tuple[Change, ...]

    def place(self, wall: int) -> tuple[int, str]:
        """When the clocks show `wall` (a local time, counted as if it were UTC): the moment, and `gap`, `twice` or nothing.

        A time in a gap is the moment of the jump; of one that comes twice it is the first.
        """
        near = bisect_right([one.at for one in self.changes], wall - 2 * _DAY)
        shown = []
        for number in range(near, len(self.changes) + 1):
            begins = self.changes[number - 1].at if number else None
            ends = self.changes[number].at if number < len(self.changes) else None
            at = wall - (self.changes[number - 1].after if number else self.first)
            if (begins is None or begins <= at) and (ends is None or at < ends):
                shown.append(at)
            if begins is not None and begins > wall + 2 * _DAY:
                break
        if shown:
            return min(shown), "twice" if len(shown) > 1 else ""
        jump = next(one for one in self.changes if one.at + one.before <= wall < one.at + one.after)
        return jump.at, "gap"


def clocks_of(name: str) -> Clocks:
    """The clocks of a zone, from the same file that `zoneinfo` would read."""
    times, offsets, first, footer = _table(_bytes(name))
    moves = [*zip(times, offsets, strict=True)]
    last = times[-1] if times else None
    moves += [one for one in _by_footer(footer) if last is None or one[0] > last]
    begin = calendar.timegm((FIRST_YEAR, 1, 1, 0, 0, 0))
    offset, changes, start = first, [], None
    for at, after in sorted(moves):
        if at >= begin and start is None:
            start = offset
        if at >= begin and after != offset:
            changes.append(Change(at, offset, after))
        offset = after
    return Clocks(offset if start is None else start, tuple(changes))


def _bytes(name: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        if (file := Path(folder, name)).is_file():
            return file.read_bytes()
    return resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()


def _table(data: bytes) -> tuple[list[int], list[int], int, str]:
    """The moments of the 64-bit block, the offset after each, the offset before all of them, and the footer."""
    magic, version, *counts = _HEADER.unpack_from(data)
    if magic != b"TZif" or version < b"2":
        raise ValueError("no TZif file of version 2 or later")
    start = _HEADER.size + _size(counts, wide=4)
    counts = [*_HEADER.unpack_from(data, start)[2:]]
    _, _, _, times, types, _ = counts
    body = start + _HEADER.size
    moments = [*struct.unpack_from(f">{times}q", data, body)]
    kinds = [*struct.unpack_from(f">{times}B", data, body + 8 * times)]
    where = body + 9 * times
    offsets = [struct.unpack_from(">l", data, where + 6 * number)[0] for number in range(types)]
    footer = data[body + _size(counts, wide=8) :].strip(b"\n").decode("ascii")
    return moments, [offsets[kind] for kind in kinds], offsets[0], footer


def _size(counts: list[int], *, wide: int) -> int:
    is_utc, is_standard, leaps, times, types, letters = counts
    return times * (wide + 1) + types * 6 + letters + leaps * (wide + 4) + is_standard + is_utc


def _by_footer(footer: str) -> list[tuple[int, int]]:
    """The changes that the footer's rule makes in the years that are read; none without one."""
    match = _FOOTER.fullmatch(footer)
    if match is None or match[3] is None:
        return []
    standard = -_seconds(match[1])
    summer = standard + 3_600 if match[2] is None else -_seconds(match[2])
    found = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        found.append((_moment(match[3], year) - standard, summer))
        found.append((_moment(match[4], year) - summer, standard))
    return found


def _seconds(clock: str) -> int:
    sign = -1 if clock.startswith("-") else 1
    hours, minutes, seconds = [*map(int, clock.lstrip("+-").split(":")), 0, 0][:3]
    return sign * (hours * 3_600 + minutes * 60 + seconds)


def _moment(rule: str, year: int) -> int:
    """The local time of a rule such as M3.5.0/2, counted as if it were UTC; without a clock it is two o'clock."""
    day, _, clock = rule.partition("/")
    january = calendar.timegm((year, 1, 1, 0, 0, 0))
    after = _seconds(clock) if clock else 7_200
    if day.startswith("J"):
        number = int(day[1:])
        number += calendar.isleap(year) and number > 59
        return january + (number - 1) * _DAY + after
    if not day.startswith("M"):
        return january + int(day) * _DAY + after
    month, week, weekday = map(int, day[1:].split("."))
    first, days = calendar.monthrange(year, month)
    number = 1 + (weekday - (first + 1)) % 7 + (week - 1) * 7
    while number > days:
        number -= 7
    return calendar.timegm((year, month, number, 0, 0, 0)) + after
