"""Do the offered moments lie ahead, on the clock of the person, and do they say which they are?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from services.timing import days, describe, quick_choices, times

NOW = datetime(2026, 11, 20, 22, 30, 17, tzinfo=UTC)
MADRID, NEW_YORK, KOLKATA = ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
ZONES = st.sampled_from([MADRID, NEW_YORK, KOLKATA, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe")])


def quick(zone: ZoneInfo) -> list[tuple[str, str]]:
    return [
        (one.label, f"{one.at.astimezone(zone):%d %H:%M:%S}") for one in quick_choices(now=NOW, zone=zone)
    ]


def test_late_in_the_evening_the_next_evening_is_offered() -> None:
    assert quick(MADRID) == [
        ("In one hour", "21 00:30:17"),
        ("Full hour, 00:00", "21 00:00:00"),
        ("Tomorrow night 20:00", "21 20:00:00"),
        ("Tomorrow 09:00", "21 09:00:00"),
    ]


def test_a_full_hour_is_full_on_the_clock_of_the_person() -> None:
    assert ("Full hour, 05:00", "21 05:00:00") in quick(KOLKATA)
    assert ("Tonight 20:00", "20 20:00:00") in quick(NEW_YORK)


def test_days_begin_with_today_only_while_it_has_a_time_to_offer() -> None:
    assert [one.label for one in days(now=NOW, zone=NEW_YORK, count=3)] == [
        "Today, Fri 20 Nov",
        "Tomorrow, Sat 21 Nov",
        "Sun 22 Nov",
    ]
    found = days(now=NOW, zone=MADRID)
    assert found[0].label == "Tomorrow, Sat 21 Nov"
    assert found[-1].date == date(2026, 11, 27)
    assert len(found) == 7


def test_times_are_half_hours_of_the_waking_day_still_ahead() -> None:
    labels = [one.label for one in times(date(2026, 11, 20), now=NOW, zone=NEW_YORK)]
    assert labels[0] == "18:00"
    assert labels[-1] == "22:00"
    assert len(times(date(2026, 11, 21), now=NOW, zone=MADRID)) == 31
    assert times(date(2026, 11, 19), now=NOW, zone=MADRID) == []


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 366 * 24 * 60), ZONES)
def test_everything_offered_lies_ahead(minutes: int, zone: ZoneInfo) -> None:
    now = NOW + timedelta(minutes=minutes)
    offered = [*quick_choices(now=now, zone=zone)]
    for day in days(now=now, zone=zone):
        day_times = times(day.date, now=now, zone=zone)
        assert day_times
        offered += day_times
    assert all(now < one.at <= now + timedelta(days=9) for one in offered)


def test_a_moment_is_said_with_weekday_zone_and_distance() -> None:
    now = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    at = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
    assert (
        describe(at, zone=MADRID, now=now)
        == "Fri 27 Nov 2026, 18:30 (Europe/Madrid, UTC+1) — in 6 days 20 hours"
    )
    assert (
        describe(at, zone=KOLKATA, now=at)
        == "Fri 27 Nov 2026, 23:00 (Asia/Kolkata, UTC+5:30) — in less than a minute"
    )
    assert describe(at, zone=ZoneInfo("Etc/UTC"), now=at).partition(" — ")[0].endswith("(UTC)")
    assert describe(now, zone=ZoneInfo("UTC"), now=at) == "Fri 20 Nov 2026, 21:30 (UTC) — 6 days 20 hours ago"
    soon = now + timedelta(minutes=61)
    assert (
        describe(soon, zone=NEW_YORK, now=now)
        == "Fri 20 Nov 2026, 17:31 (America/New_York, UTC-5) — in 1 hour 1 minute"
    )
