"""Is every occurrence of a rule named once, in order, and by nothing but the rule? Against an oracle that walks day by day."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.refusals import Unclear
from services.time_rules import WEEKDAY_CODES, Repeat, parts_of

ZONES = (
    "UTC",
    "Europe/Madrid",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Santiago",
)
MADRID = "Europe/Madrid"


@st.composite
def repeats(draw: st.DrawFn) -> Repeat:
    parts = {"FREQ": draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY")))}
    if (interval := draw(st.integers(1, 5))) > 1:
        parts["INTERVAL"] = str(interval)
    if parts["FREQ"] == "WEEKLY":
        days = draw(st.sets(st.integers(0, 6), min_size=1))
        parts["BYDAY"] = ",".join(WEEKDAY_CODES[day] for day in sorted(days))
    elif parts["FREQ"] == "MONTHLY" and draw(st.booleans()):
        parts["BYDAY"] = f"{draw(st.sampled_from((-1, 1, 2, 3, 4, 5)))}{draw(st.sampled_from(WEEKDAY_CODES))}"
    elif parts["FREQ"] == "MONTHLY":
        days = draw(st.sets(st.sampled_from((-1, *range(1, 32))), min_size=1, max_size=3))
        parts["BYMONTHDAY"] = ",".join(map(str, sorted(days)))
    start = draw(st.dates(date(2025, 1, 1), date(2029, 12, 31)))
    end = draw(st.sampled_from(("", "COUNT", "UNTIL")))
    if end == "COUNT":
        parts["COUNT"] = str(draw(st.integers(1, 30)))
    elif end == "UNTIL":
        parts["UNTIL"] = f"{start + timedelta(days=draw(st.integers(0, 400))):%Y%m%d}T235959"
    clock = draw(st.times(time(0), time(23, 59))).replace(second=0, microsecond=0)
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    return Repeat(rule, datetime.combine(start, clock), draw(st.sampled_from(ZONES)))


def wall(said: str) -> datetime:
    """A local time; it has no zone."""
    return datetime.fromisoformat(said)


def days_by_walking(repeat: Repeat, *, most: int) -> list[date]:
    """What the rule means, day by day, without any library."""
    parts, start = parts_of(repeat.rule), repeat.starts.date()
    until = date.fromisoformat(parts["UNTIL"][:8]) if "UNTIL" in parts else date(2040, 1, 1)
    found, day = list[date](), start
    while day <= min(until, start + timedelta(days=1500)) and len(found) < int(parts.get("COUNT", most)):
        if is_named(day, parts, start):
            found.append(day)
        day += timedelta(days=1)
    return found[:most]


def is_named(day: date, parts: dict[str, str], start: date) -> bool:
    every = int(parts.get("INTERVAL", "1"))
    if parts["FREQ"] == "DAILY":
        return (day - start).days % every == 0
    if parts["FREQ"] == "WEEKLY":
        monday, first = day - timedelta(days=day.weekday()), start - timedelta(days=start.weekday())
        return (monday - first).days // 7 % every == 0 and WEEKDAY_CODES[day.weekday()] in parts["BYDAY"]
    if ((day.year - start.year) * 12 + day.month - start.month) % every:
        return False
    last = calendar.monthrange(day.year, day.month)[1]
    if "BYMONTHDAY" in parts:
        wanted = [int(one) for one in parts["BYMONTHDAY"].split(",")]
        return day.day in wanted or (day.day == last and -1 in wanted)
    number, code = int(parts["BYDAY"][:-2]), parts["BYDAY"][-2:]
    is_last = day.day + 7 > last
    return WEEKDAY_CODES[day.weekday()] == code and (
        is_last if number == -1 else (day.day + 6) // 7 == number
    )


@settings(max_examples=300, deadline=None)
@given(repeats())
def test_a_rule_names_what_walking_through_the_calendar_finds(repeat: Repeat) -> None:
    horizon = repeat.starts + timedelta(days=1500)
    found = [one for one in islice(repeat.unfold(), 40) if one.local <= horizon]
    assert [one.local.date() for one in found] == days_by_walking(repeat, most=40)
    assert {one.local.time() for one in found} <= {repeat.starts.time()}


@settings(max_examples=200, deadline=None)
@given(repeats())
def test_occurrences_rise_in_local_time_and_in_moments_and_are_the_clock_that_was_said(
    repeat: Repeat,
) -> None:
    found, zone = [*islice(repeat.unfold(), 400)], ZoneInfo(repeat.zone)
    for before, after in pairwise(found):
        assert before.local < after.local
        assert before.at < after.at
    for one in found:
        shown = one.at.astimezone(zone).replace(tzinfo=None)
        if shown != one.local:
            assert "does not exist" in one.note
            just_before = (one.at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
            assert just_before < one.local < shown


@settings(max_examples=150, deadline=None)
@given(repeats(), st.integers(0, 39))
def test_going_on_after_any_occurrence_names_the_same_rest(repeat: Repeat, place: int) -> None:
    whole = [*islice(repeat.unfold(), 45)]
    if place < len(whole):
        rest = [*islice(repeat.unfold(whole[place].local), 45 - place - 1)]
        assert rest == whole[place + 1 :]
        now = whole[place].at
        assert repeat.passed(now, after=None) == whole[: place + 1]
        assert repeat.upcoming(now, count=3) == whole[place + 1 : place + 4] or place > 41


def test_a_skipped_hour_is_the_first_moment_after_it_and_comes_once() -> None:
    spring = Repeat("FREQ=DAILY", wall("2027-03-27T02:30"), MADRID)
    first, second, third = islice(spring.unfold(), 3)
    assert [one.at for one in (first, second, third)] == [
        datetime(2027, 3, 27, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
        datetime(2027, 3, 29, 0, 30, tzinfo=UTC),
    ]
    assert "does not exist" in second.note


def test_an_hour_that_comes_twice_counts_once_the_first_time() -> None:
    autumn = Repeat("FREQ=DAILY", wall("2026-10-25T02:30"), MADRID)
    first, second = islice(autumn.unfold(), 2)
    assert first.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert second.at == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_day_that_a_country_left_out_does_not_come_twice() -> None:
    samoa = Repeat("FREQ=DAILY", wall("2011-12-29T00:00"), "Pacific/Apia")
    found = [*islice(samoa.unfold(), 3)]
    assert [one.key for one in found] == ["2011-12-29T00:00", "2011-12-30T00:00", "2012-01-01T00:00"]


def test_exceptions_are_left_out_and_do_not_lengthen_a_count() -> None:
    three = Repeat("FREQ=DAILY;COUNT=3", wall("2026-12-01T09:00"), "UTC", frozenset({"2026-12-02T09:00"}))
    assert [one.local.day for one in three.unfold()] == [1, 3]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY",
        "FREQ=SECONDLY;INTERVAL=1",
        "INTERVAL=2",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101T000000",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;INTERVAL=999",
        "",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 200),
    ],
)
def test_a_rule_that_no_series_may_have_is_refused(rule: str) -> None:
    with pytest.raises(Unclear):
        Repeat(rule, wall("2026-12-01T09:00"), "UTC")


def test_a_zone_that_is_gone_is_refused_and_never_taken_for_another() -> None:
    with pytest.raises(Unclear, match="not known here"):
        Repeat("FREQ=DAILY", wall("2026-12-01T09:00"), "Europe/Atlantis")


def test_a_year_of_downtime_is_unfolded_without_trouble() -> None:
    daily = Repeat("FREQ=DAILY", wall("2016-01-01T09:00"), MADRID)
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert len(daily.passed(now, after=wall("2025-01-01T09:00"))) == 365
    assert daily.upcoming(now, count=1)[0].key == "2026-01-02T09:00"
