"""Do the words of a repeat mean one rule, is it said back in words that mean the same, and is nothing guessed?"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from services.refusals import Unclear
from services.rule_reading import LONGEST, read_rule
from services.rule_saying import say_occurrence, say_repeat
from services.time_rules import Repeat
from tests.services.test_time_rules import repeats

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday, half past ten in Madrid."""

MADRID = ZoneInfo("Europe/Madrid")


def understood(words: str) -> tuple[str, str]:
    found = read_rule(words, now=NOW, zone=MADRID).repeat
    return found.rule, found.starts.isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("words", "rule", "starts"),
    [
        ("every day at 9", "FREQ=DAILY", "2026-11-21T09:00"),
        ("Daily 11am", "FREQ=DAILY", "2026-11-20T11:00"),
        ("every Monday and Thursday 18:30", "FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-23T18:30"),
        ("every Mon, Wed and Fri at noon", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-20T12:00"),
        ("Tuesdays at half past nine", "FREQ=WEEKLY;BYDAY=TU", "2026-11-24T09:30"),
        ("every weekday 8:15", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-23T08:15"),
        ("weekends 10am", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-21T10:00"),
        ("every weekday and Saturday 9:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", "2026-11-21T09:00"),
        ("every other Friday 10:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-11-27T10:00"),
        ("every third day 7:15", "FREQ=DAILY;INTERVAL=3", "2026-11-21T07:15"),
        (
            "every 2 weeks on Friday 10:00 until 2027-03-01",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270301T235959",
            "2026-11-27T10:00",
        ),
        (
            "monthly on the 1st at 09:00 for 12 times",
            "FREQ=MONTHLY;BYMONTHDAY=1;COUNT=12",
            "2026-12-01T09:00",
        ),
        ("monthly on the last Friday at 10:00", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27T10:00"),
        ("the second Tuesday of the month 9:00", "FREQ=MONTHLY;BYDAY=2TU", "2026-12-08T09:00"),
        ("every month on the last day 18:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30T18:00"),
        ("on the 15th and 1st of every month at 8", "FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-12-01T08:00"),
        (
            "every 2 weeks at 9 starting 4 December",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
            "2026-12-04T09:00",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,TH 18:30", "FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-23T18:30"),
        (
            "RRULE:FREQ=DAILY;UNTIL=20261231 10:00",
            "FREQ=DAILY;UNTIL=20261231T235959",
            "2026-11-21T10:00",
        ),
    ],
)
def test_words_mean_one_rule_that_begins_with_its_first_occurrence(
    words: str, rule: str, starts: str
) -> None:
    assert understood(words) == (rule, starts)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Monday at 9", "do not say how often"),
        ("every hour", "do not say how often"),
        ("every year", "daily, weekly or monthly"),
        ("weekly at 9", "On which day of the week?"),
        ("monthly at 9", "On which day of the month?"),
        ("monthly on Friday", "the first Monday"),
        ("every second Friday", "every other Friday"),
        ("every day at 9 and 18", "one time of day"),
        ("every day at midnight", "00:00"),
        ("every day in 2 hours", "could not work out"),
        ("every day at 9 until yesterday", "end before it begins"),
        ("every day at 9 until 1 March for 3 times", "two ends"),
        ("every day at 9 unless it rains", "“every day at 9”"),
        ("every 0 days", "Nothing repeats"),
        ("every day on the 5th", "does not go with"),
        ("every day at 9 UTC+3", "Name a city"),
        ("monthly on the 40th", "No month has"),
        ("", "No rule was named"),
        ("every day " * LONGEST, "too long"),
    ],
)
def test_what_is_not_a_rule_is_refused_with_a_next_step(words: str, said: str) -> None:
    with pytest.raises(Unclear, match=said) as refused:
        read_rule(words, now=NOW, zone=MADRID)
    assert refused.value.next_step


def test_what_was_assumed_is_said() -> None:
    assert read_rule("every day", now=NOW, zone=MADRID).notes == (
        "No time of day was named: 09:00 is taken.",
    )
    assert "skipped" in read_rule("monthly on the 31st at 9", now=NOW, zone=MADRID).notes[0]


def test_a_city_makes_its_clock_the_rules_own() -> None:
    found = read_rule("every day at 9 Dubai time", now=NOW, zone=MADRID).repeat
    assert (found.zone, say_repeat(found)) == ("Asia/Dubai", "every day 09:00 (Dubai time)")
    assert say_occurrence(found.upcoming(NOW, count=1)[0], zone=MADRID) == "Sat 21 Nov 2026, 06:00"


def test_a_skipped_hour_is_named_in_the_first_moments() -> None:
    found = read_rule("every day 2:30", now=datetime(2027, 3, 26, 12, tzinfo=UTC), zone=MADRID).repeat
    spring = found.upcoming(datetime(2027, 3, 27, 12, tzinfo=UTC), count=1)[0]
    assert say_occurrence(spring, zone=MADRID).startswith("Sun 28 Mar 2027, 03:00. The clocks change")


@settings(max_examples=300, deadline=None)
@given(repeats())
def test_what_is_said_back_is_read_as_the_same_rule(repeat: Repeat) -> None:
    first = next(repeat.unfold(), None)
    if first is None:
        return
    whole = Repeat(repeat.rule, first.local, repeat.zone)
    before = datetime(2024, 12, 20, tzinfo=UTC)
    words = f"{say_repeat(whole)} starting {first.local.date().isoformat()}"
    again = read_rule(words, now=before, zone=ZoneInfo("UTC")).repeat
    assert (again.zone, again.starts) == (whole.zone, whole.starts)
    assert [one.key for one in again.upcoming(before, count=5)] == [
        one.key for one in whole.upcoming(before, count=5)
    ]
