"""Do zones named by people, and the nights on which the clocks change, lead to the right moment?"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.refusals import Unclear
from services.time_zones import CITIES, zone_of
from services.timing import resolve, zone_named

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tomorrow 9am in Dubai", "2026-11-21T05:00"),
        ("tomorrow at 18:30 Dubai time", "2026-11-21T14:30"),
        ("9:00 UTC", "2026-11-21T09:00"),
        ("9am gmt tomorrow", "2026-11-21T09:00"),
        ("9:00 UTC+5:30", "2026-11-21T03:30"),
        ("9:00 GMT-3", "2026-11-21T12:00"),
        ("tomorrow 9:00 +02:00", "2026-11-21T07:00"),
        ("18:30 Europe/Madrid", "2026-11-21T17:30"),
        ("18:30 america/new_york", "2026-11-20T23:30"),
        ("tomorrow 9am EST", "2026-11-21T14:00"),
        ("tomorrow 9am CET", "2026-11-21T08:00"),
        ("завтра в 9 по Москве", "2026-11-21T06:00"),
        ("завтра в 9 по московскому времени", "2026-11-21T06:00"),
        ("завтра в 9 мск", "2026-11-21T06:00"),
        ("mañana a las 9 hora de Londres", "2026-11-21T09:00"),
        ("mañana a las 9 en Nueva York", "2026-11-21T14:00"),
        ("北京时间明天上午9点", "2026-11-21T01:00"),
        ("friday 9am in tokyo", "2026-11-27T00:00"),
        ("23:45 in london", "2026-11-20T23:45"),
        ("0:30 Asia/Kolkata", "2026-11-21T19:00"),
        ("5:30 Asia/Kolkata", "2026-11-21T00:00"),
    ],
)
def test_a_zone_in_the_words_is_the_zone_they_are_read_in(words: str, expected: str) -> None:
    found = resolve(words, now=NOW, zone=MADRID)
    assert f"{found.at:%Y-%m-%dT%H:%M}" == expected
    assert found.local.tzinfo is MADRID


def test_another_zone_is_named_in_a_note_with_its_own_clock() -> None:
    found = resolve("tomorrow 9am in Dubai", now=NOW, zone=MADRID)
    assert found.notes == (
        "The words were read in Asia/Dubai (UTC+4), where it will be Sat 21 Nov 2026, 09:00.",
    )


def test_the_own_zone_needs_no_note() -> None:
    assert resolve("tomorrow 18:30 in Madrid", now=NOW, zone=MADRID).notes == ()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("tomorrow 9am IST", "several time zones"),
        ("tomorrow 9am CST", "several time zones"),
        ("tomorrow 9am EST/CET", "two time zones"),
        ("tomorrow 9am in Dubai in Tokyo", "two time zones"),
        ("tomorrow 9:00 UTC+15", "widest"),
        ("tomorrow 9:00 UTC+5:75", "widest"),
        ("tomorrow 9am Mars/Olympus", "could not work out"),
        ("in Dubai", "no moment"),
    ],
)
def test_a_doubtful_zone_is_refused(words: str, reason: str) -> None:
    with pytest.raises(Unclear, match=reason):
        resolve(words, now=NOW, zone=MADRID, language="en")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("europe/madrid", "Europe/Madrid"),
        ("AMERICA/NEW_YORK", "America/New_York"),
        ("america/new york", "America/New_York"),
        (" utc ", "UTC"),
        ("Mexico City", "America/Mexico_City"),
        ("Ciudad de México", "America/Mexico_City"),
        ("Москва", "Europe/Moscow"),
        ("北京", "Asia/Shanghai"),
        ("new-york", "America/New_York"),
    ],
)
def test_a_zone_is_found_by_its_name_or_a_city(name: str, key: str) -> None:
    assert zone_named(name).key == key


@pytest.mark.parametrize(
    "name",
    ["", "EST", "Nowhere", "../etc/passwd", "/etc/localtime", "UTC+25", "x" * 5000, "\x00", "posixrules"],
)
def test_an_unknown_zone_is_refused_with_a_next_step(name: str) -> None:
    with pytest.raises(Unclear) as refusal:
        zone_named(name)
    assert refusal.value.next_step


def test_a_misspelt_city_is_asked_back_never_guessed() -> None:
    with pytest.raises(Unclear, match=r"Did you mean .*Europe/Madrid"):
        zone_named("Madird")


def test_every_city_of_the_table_lies_in_a_real_zone() -> None:
    assert sum(len(names.split("|")) for names in CITIES.values()) >= 40
    for zone in CITIES:
        assert zone_of(zone).utcoffset(NOW) is not None


# The European and American dates of 2027; Lord Howe moves by half an hour, Cairo and Santiago at midnight.
@pytest.mark.parametrize(
    ("zone", "words", "said", "moment"),
    [
        ("Europe/Madrid", "28.03.2027 02:30", "03:00", "2027-03-28T01:00"),
        ("America/New_York", "2027-03-14 02:15", "03:00", "2027-03-14T07:00"),
        ("Australia/Lord_Howe", "2027-10-03 02:10", "02:30", "2027-10-02T15:30"),
    ],
)
def test_a_skipped_time_becomes_the_first_moment_after_the_gap(
    zone: str, words: str, said: str, moment: str
) -> None:
    found = resolve(words, now=datetime(2026, 12, 20, tzinfo=UTC), zone=ZoneInfo(zone))
    assert f"{found.local:%H:%M}" == said
    assert f"{found.at:%Y-%m-%dT%H:%M}" == moment
    assert any(f"does not exist, it goes out at {said}." in note for note in found.notes)
    assert found.wall is not None
    assert f"{found.wall:%H:%M}" == words[-5:]


@pytest.mark.parametrize(
    ("zone", "words", "moment"),
    [
        ("Europe/Madrid", "31.10.2027 02:30", "2027-10-31T00:30"),
        ("America/New_York", "2027-11-07 01:30", "2027-11-07T05:30"),
        ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03T14:45"),
    ],
)
def test_of_a_time_that_happens_twice_the_first_is_taken(zone: str, words: str, moment: str) -> None:
    found = resolve(words, now=datetime(2026, 12, 20, tzinfo=UTC), zone=ZoneInfo(zone))
    assert f"{found.at:%Y-%m-%dT%H:%M}" == moment
    assert any("comes twice, it goes out at the first." in note for note in found.notes)


def test_hours_from_now_are_real_hours_while_days_keep_the_clock() -> None:
    before = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    hours = resolve("in 4 hours", now=before, zone=MADRID)
    day = resolve("in 1 day", now=before, zone=MADRID)
    assert f"{hours.local:%d %H:%M}" == "28 05:00"
    assert f"{day.local:%d %H:%M}" == "29 00:00"


def test_a_night_without_a_change_has_no_note() -> None:
    assert resolve("2027-03-29 02:30", now=NOW, zone=MADRID).notes == (
        "02:30 is in the morning; add “pm” for the evening.",
    )
