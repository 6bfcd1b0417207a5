"""Is every local time exactly one moment, whatever the clocks do, and does the card say so?

A sample; `python -m bench.transitions` tries all zones and all changes from 2024 to 2037.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bench.transitions import MUTATIONS, Report, try_zone
from bench.tzif import clocks_of
from services.time_placing import note_on, place_wall, wall_of
from services.time_zones import known_zone, stored_zone

MADRID = ZoneInfo("Europe/Madrid")
# An hour and half an hour, at night, at midnight and over the date; twice a year round Ramadan; never.
STRANGE = (
    "Europe/Madrid",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Nuuk",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Santiago",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Europe/Dublin",
    "Asia/Gaza",
    "Asia/Kolkata",
)


@pytest.mark.parametrize("zone", STRANGE)
def test_each_local_time_leaves_once_and_when_an_independent_reader_says(zone: str) -> None:
    report = Report()
    try_zone(zone, report)
    assert report.first_faults == []
    assert report.examples > 300


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_proof_finds_out_a_rule_that_is_switched_off(mutation: str) -> None:
    report = Report()
    try_zone("Europe/Madrid", report, place=MUTATIONS[mutation])
    assert report.faults


def test_the_independent_reader_knows_the_dates_of_2027() -> None:
    """The last Sundays of March and October at one o'clock UTC (Directive 2000/84/EC)."""
    changes = [(datetime.fromtimestamp(one.at, UTC), one) for one in clocks_of("Europe/Madrid").changes]
    assert [(at.isoformat(), one.before, one.after) for at, one in changes if at.year == 2027] == [
        ("2027-03-28T01:00:00+00:00", 3600, 7200),
        ("2027-10-31T01:00:00+00:00", 7200, 3600),
    ]


@pytest.mark.parametrize(
    ("zone", "wall", "said"),
    [
        ("Europe/Madrid", "2027-03-28T02:30", "02:30 does not exist, it goes out at 03:00."),
        ("Europe/Madrid", "2027-10-31T02:30", "02:30 comes twice, it goes out at the first."),
        ("America/Nuuk", "2027-03-27T23:30", "23:30 does not exist, it goes out at 00:00 on Sunday."),
        ("Australia/Lord_Howe", "2027-10-03T02:10", "02:10 does not exist, it goes out at 02:30."),
        ("Europe/Madrid", "2027-03-28T03:00", ""),
    ],
)
def test_the_note_says_what_becomes_of_a_strange_time(zone: str, wall: str, said: str) -> None:
    note = place_wall(datetime.fromisoformat(wall), ZoneInfo(zone))[1]
    assert note.removeprefix("The clocks change that night: ") == said


def test_a_moment_in_an_overlap_tells_which_of_the_two_it_is() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert note_on(first, MADRID).endswith("02:30 comes twice, it goes out at the first.")
    assert note_on(first + timedelta(hours=1), MADRID).endswith("it goes out at the second.")
    assert note_on(first + timedelta(hours=2), MADRID) == ""


def test_only_what_was_asked_for_tells_that_it_lay_in_a_gap() -> None:
    at, said = datetime(2027, 3, 28, 1, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, 30)  # noqa: DTZ001 - a local time
    assert note_on(at, MADRID) == ""
    assert note_on(at, MADRID, said=said).endswith("02:30 does not exist, it goes out at 03:00.")
    assert wall_of(at, MADRID, said=said) == said
    assert wall_of(at + timedelta(hours=1), MADRID, said=said) == datetime(2027, 3, 28, 4, 0)  # noqa: DTZ001 - a local time


def test_an_earlier_local_time_never_leaves_after_a_later_one() -> None:
    """Mutation: moved on by as much as the clocks are, 02:30 would leave after 03:00 of the same night."""
    start = datetime(2027, 3, 28, 0, 0)  # noqa: DTZ001 - a local time
    placed = [place_wall(start + timedelta(minutes=10 * step), MADRID)[0] for step in range(36)]
    assert placed == sorted(placed)


def test_a_zone_that_is_gone_is_read_as_utc_and_stops_nothing() -> None:
    assert known_zone("Europe/Atlantis") is None
    assert known_zone("Europe") is None
    assert stored_zone("Europe/Atlantis").key == "UTC"
    assert stored_zone("Europe/Madrid").key == MADRID.key


def test_every_zone_of_this_machine_can_be_read_by_the_proof() -> None:
    names = sorted(zoneinfo.available_timezones())
    assert all(clocks_of(name).changes is not None for name in names[::10])
