"""Does every local time leave exactly once, whatever the clocks do? All zones, all changes 2024 to 2037.

`python -m bench.transitions` places daily local times round every change (and on quiet days in zones that have none)
by the desk's own code (alone, and as occurrences of a daily series) and by `bench.tzif`, which reads the zone files by
itself. `--mutate fold` takes the second of a
time that comes twice, `--mutate shift` moves a skipped one on by as much as the clocks do, `--mutate silent` says nothing
about either: each of them has to be found out.
"""

from __future__ import annotations

import argparse
import calendar
import json
import sys
import time
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from zoneinfo import ZoneInfo

from bench.tzif import Change, Clocks, clocks_of
from services.time_placing import place_wall
from services.time_rules import Repeat

Place = Callable[[datetime, tzinfo], tuple[datetime, str]]

FROM, UNTIL = (calendar.timegm((year, 1, 1, 0, 0, 0)) for year in (2024, 2038))
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local times are counted from it
DAY, HALF_HOUR, MINUTE = 86_400, 1_800, 60


@dataclass
class Report:
    """What was tried, and every local time that was lost, doubled or moved in silence."""

    zones: int = 0
    changes: int = 0
    examples: int = 0
    series: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    first_faults: list[str] = field(default_factory=list)

    def fault(self, kind: str, zone: str, wall: int, told: str) -> None:
        """Counts a broken promise and keeps the first few in words."""
        self.faults[kind] += 1
        if len(self.first_faults) < 5:
            self.first_faults.append(f"{kind}: {zone} {_local(wall)} {told}")


def try_zone(name: str, report: Report, *, place: Place = place_wall) -> None:
    """Every change of one zone, and quiet days where it has none."""
    trial = Trial(name, ZoneInfo(name), clocks_of(name), place, report)
    changes = [one for one in trial.clocks.changes if FROM <= one.at < UNTIL]
    report.zones += 1
    report.changes += len(changes)
    for change in changes:
        days = _days_round(change)
        for clock in _clocks_round(change):
            trial.daily(day + clock for day in days)
        for edge in (change.before, change.after, (change.before + change.after) // 2):
            trial.series((change.at + edge) // MINUTE * MINUTE - 2 * DAY)
    if not changes:
        for year in range(2024, 2038):
            start = calendar.timegm((year, 3, 30, 0, 0, 0))
            for clock in range(0, DAY, 2 * 3_600):
                trial.daily((start + clock, start + DAY + clock))


def _days_round(change: Change) -> list[int]:
    """The local midnights of the day of a change and its neighbours, counted as if they were UTC."""
    first, last = sorted((change.at + change.before, change.at + change.after))
    return [*range(first // DAY * DAY - DAY, last // DAY * DAY + DAY + 1, DAY)]


def _clocks_round(change: Change) -> Iterator[int]:
    """Seconds after midnight: each half hour, and the edges of the gap or overlap to the second."""
    low, high = sorted((change.at + change.before, change.at + change.after))
    middle = (low + high) // 2
    edges = {one + by for one in (low, middle, high) for by in (-MINUTE, -1, 0, 1, MINUTE)}
    yield from sorted({*range(0, DAY, HALF_HOUR), *(one % DAY for one in edges)})


@dataclass(frozen=True, slots=True)
class Trial:
    """One zone, placed by `place` and by the oracle's `clocks`."""

    name: str
    zone: ZoneInfo
    clocks: Clocks
    place: Place
    report: Report

    def daily(self, walls: Iterable[int]) -> None:
        """One time of day on successive days: each fires once, when the oracle says, and never two at one moment."""
        last = None
        for wall in walls:
            at, note = self.place(_local(wall), self.zone)
            moment = round(at.timestamp())
            if last is not None and moment <= last:
                self.report.fault("twice", self.name, wall, "leaves no later than the day before")
            self._compare(wall, moment, note)
            last = moment

    def series(self, starts: int, *, days: int = 5) -> None:
        """A daily series from a local time on: exactly one occurrence a day, each when the oracle says."""
        repeat = Repeat(f"FREQ=DAILY;COUNT={days}", _local(starts), self.name)
        fired = [(one.local, round(one.at.timestamp())) for one in repeat.unfold()]
        walls = [starts + DAY * day for day in range(days)]
        wanted = [(_local(wall), self.clocks.place(wall)[0]) for wall in walls]
        self.report.series += 1
        self.report.examples += days
        if fired != wanted:
            kind = "twice" if len(fired) > len(wanted) else "missed"
            self.report.fault(kind, self.name, starts, f"as a daily series fires at {fired}")

    def _compare(self, wall: int, moment: int, note: str) -> None:
        wanted, what = self.clocks.place(wall)
        self.report.examples += 1
        self.report.seen[what or "plain"] += 1
        if moment != wanted:
            told = f"is {_local(moment):%d %H:%M:%S}Z and not {_local(wanted):%d %H:%M:%S}Z"
            self.report.fault("missed", self.name, wall, told)
        if bool(note) != bool(what):
            told = f"{what or 'nothing'} happened, and the card says: {note!r}"
            self.report.fault("silent", self.name, wall, told)


def _local(wall: int) -> datetime:
    return EPOCH + timedelta(seconds=wall)


def _second(wall: datetime, zone: tzinfo) -> tuple[datetime, str]:
    return wall.replace(tzinfo=zone, fold=1).astimezone(UTC), place_wall(wall, zone)[1]


def _shifted(wall: datetime, zone: tzinfo) -> tuple[datetime, str]:
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC), place_wall(wall, zone)[1]


def _silent(wall: datetime, zone: tzinfo) -> tuple[datetime, str]:
    return place_wall(wall, zone)[0], ""


MUTATIONS: dict[str, Place] = {"fold": _second, "shift": _shifted, "silent": _silent}


def run(*, zones: int | None, seed: int, mutation: str | None) -> Report:
    """Tries all zones, or as many drawn by the seed."""
    names = sorted(zoneinfo.available_timezones())
    if zones is not None:
        names = sorted(Random(seed).sample(names, min(zones, len(names))))
    report = Report()
    for name in names:
        try_zone(name, report, place=place_wall if mutation is None else MUTATIONS[mutation])
    return report


def main() -> int:
    """Prints one line of JSON; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, help="only so many zones, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutate", choices=MUTATIONS, help="switch the rule off; the run has to fail")
    asked = parser.parse_args()
    began = time.monotonic()
    report = run(zones=asked.zones, seed=asked.seed, mutation=asked.mutate)
    found = {
        "zones": report.zones,
        "changes": report.changes,
        "examples": report.examples,
        "series": report.series,
        "by_kind": dict(sorted(report.seen.items())),
        "violations": sum(report.faults.values()),
        "by_violation": dict(sorted(report.faults.items())),
        "first": report.first_faults,
        "seed": asked.seed,
        "mutation": asked.mutate,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(found, ensure_ascii=False))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
