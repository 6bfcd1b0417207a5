"""Do people's words become the moments they mean, and is everything else refused with a way on?"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import time_words
from services.refusals import Refusal, Unclear
from services.timing import OutOfRange, Resolved, TooLate, describe, resolve

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
MADRID, NEW_YORK, KOLKATA = ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
ZONES = (MADRID, NEW_YORK, KOLKATA, ZoneInfo("UTC"))


def local(words: str, zone: ZoneInfo = MADRID, now: datetime = NOW, language: str | None = None) -> str:
    return f"{resolve(words, now=now, zone=zone, language=language).local:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("words", "zone", "expected"),
    [
        ("tomorrow 9am", NEW_YORK, "2026-11-21 09:00"),
        ("tomorrow 9am", KOLKATA, "2026-11-22 09:00"),
        ("tonight", NEW_YORK, "2026-11-20 20:00"),
        ("tonight at 8", NEW_YORK, "2026-11-20 20:00"),
        ("今晚8点", NEW_YORK, "2026-11-20 20:00"),
        ("сегодня вечером", NEW_YORK, "2026-11-20 19:00"),
        ("esta noche", NEW_YORK, "2026-11-20 20:00"),
        ("hoy a las 20h", NEW_YORK, "2026-11-20 20:00"),
        ("this evening", NEW_YORK, "2026-11-20 19:00"),
        ("friday 6 pm", NEW_YORK, "2026-11-20 18:00"),
        ("friday 5 pm", NEW_YORK, "2026-11-27 17:00"),
        ("next friday 6 pm", NEW_YORK, "2026-11-27 18:00"),
        ("saturday 9:00", KOLKATA, "2026-11-21 09:00"),
        ("tonight at 2", KOLKATA, "2026-11-22 02:00"),
        ("at 18:30", KOLKATA, "2026-11-21 18:30"),
        ("at 22:31", ZoneInfo("UTC"), "2026-11-20 22:31"),
        ("at 22:30", ZoneInfo("UTC"), "2026-11-21 22:30"),
    ],
)
def test_the_same_words_follow_the_clock_of_the_person(words: str, zone: ZoneInfo, expected: str) -> None:
    assert local(words, zone) == expected


def test_tonight_at_two_said_after_midnight_is_the_night_that_is_running() -> None:
    assert local("tonight at 2", now=datetime(2026, 11, 21, 0, 30, tzinfo=UTC)) == "2026-11-21 02:00"


def test_only_an_american_reader_puts_the_month_first() -> None:
    assert local("5/12 14:00", language="en-US") == "2027-05-12 14:00"
    assert local("5/12 14:00", language="en-GB") == "2026-12-05 14:00"
    assert (
        local("12/25 14:00", language="en-US") == local("25/12 14:00", language="en-US") == "2026-12-25 14:00"
    )
    assert "day first" in resolve("5/12 14:00", now=NOW, zone=MADRID).notes[0]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("next friday 9:00", "Friday of next week"),
        ("25 december", "09:00 is taken"),
        ("tomorrow evening", "19:00 is taken"),
        ("tomorrow at 6", "add “pm”"),
        ("tomorrow midnight", "end of the day"),
        ("next week at 9", "Monday is taken"),
    ],
)
def test_what_was_assumed_is_said(words: str, part: str) -> None:
    assert any(part in note for note in resolve(words, now=NOW, zone=MADRID).notes)


def test_the_moment_is_aware_and_the_words_are_kept() -> None:
    found = resolve("  tomorrow 9am ", now=NOW, zone=MADRID)
    at = datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert found == Resolved(at, at.astimezone(MADRID), "tomorrow 9am", ())
    assert found.local.tzinfo is MADRID


@pytest.mark.parametrize(
    "words",
    [
        "yesterday at 9",
        "today",
        "this evening",
        "today at 9",
        "hoy a las 9",
        "сегодня в 9",
        "今天上午9点",
        "20 November 14:00",
        "2026-11-20 14:00",
        "2 hours ago",
        "2 часа назад",
        "hace 2 horas",
        "2小时前",
        "this monday 9:00",
        "25.12.2025 14:00",
        "in 0 minutes",
    ],
)
def test_the_past_is_refused_by_name(words: str) -> None:
    with pytest.raises(TooLate, match=r"20\d\d, \d\d:\d\d .*passed"):
        resolve(words, now=NOW, zone=MADRID)


@pytest.mark.parametrize(
    "words",
    [
        "in 13 months",
        "in 400 days",
        "in 999999999999 hours",
        "25.12.2027 14:00",
        "in 2 years",
        "через 2 года",
    ],
)
def test_more_than_a_year_ahead_is_refused(words: str) -> None:
    with pytest.raises(OutOfRange):
        resolve(words, now=NOW, zone=MADRID)


def test_exactly_a_year_ahead_is_allowed() -> None:
    assert local("in 1 year", ZoneInfo("UTC")) == "2027-11-20 22:30"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "9",
        "soon",
        "banana",
        "tomorrow 9 10 11",
        "tomorrow at 9 5",
        "tomorrow 25:00",
        "tomorrow 9:5",
        "tomorrow 9:75",
        "tomorrow 18:30 am",
        "13:00 in the morning tomorrow",
        "tomorrow 9am 10pm",
        "tomorrow monday 9:00",
        "friday 24 december 14:00",
        "31 february 10:00",
        "29.02.2027 10:00",
        "32.12. 10:00",
        "tomorrow today 9:00",
        "10:00-12:00 tomorrow",
        "in 2 hours at 9",
        "every friday at 9",
        "каждую пятницу в 9",
        "cada viernes a las 9",
        "每天9点",
        "at once",
        "now",
        "сейчас",
        "friday, 3 posts",
        "20 mins before 9",
        "tomrrow at 9",
        "not tomorrow 9:00",
        "9h",
        "1h30m",
        "in 1.3 hours",
        "in 2.5 days",
        "в ночь на субботу",
        "1797500000",
        "next month",
        "december 14:00",
        "mon-fri 9:00",
        "½ hour",
        "tomorrow ⅓:00",
        "9e99",
        "十十点",
        "'; drop table posts; --",
        "25.12.10000000 10:00",
        "9999-12-31 23:59",
        "0001-01-01 00:00",
        "tomorrow " + "9" * 150,
    ],
)
@pytest.mark.parametrize("language", [None, "en", "ru", "es", "zh-hans", "de"])
def test_what_is_not_understood_is_refused_with_examples(words: str, language: str | None) -> None:
    with pytest.raises(Unclear) as refusal:
        resolve(words, now=NOW, zone=MADRID, language=language)
    assert refusal.value.message
    assert refusal.value.next_step


def test_a_repeat_is_told_from_nonsense() -> None:
    with pytest.raises(Unclear, match="repeat"):
        resolve("every friday at 9", now=NOW, zone=MADRID)


def test_the_examples_are_in_the_language_of_the_person_and_can_be_read() -> None:
    with pytest.raises(Unclear, match="через 2 часа"):
        resolve("абракадабра", now=NOW, zone=MADRID, language="ru")
    for texts in time_words.EXAMPLES.values():
        for words in re.findall(r"[“«](.+?)[”»]", texts):
            assert resolve(words, now=NOW, zone=MADRID).at > NOW


def test_a_number_the_general_reader_cannot_use_refuses_its_answer() -> None:
    assert local("demain 10:00", language="fr") == "2026-11-21 10:00"
    for words in ("20 mins before 9", "½ hour", "20 mins before ٩"):
        with pytest.raises(Unclear, match="could not work out"):
            resolve(words, now=NOW, zone=MADRID, language="en")


def test_the_general_reader_is_said_to_have_read() -> None:
    assert "general reader" in resolve("demain 10:00", now=NOW, zone=MADRID, language="fr").notes[0]


def test_the_general_reader_is_loaded_only_when_needed() -> None:
    program = (
        "import sys; from datetime import UTC, datetime; from zoneinfo import ZoneInfo; from services.timing import resolve;"
        "resolve('tomorrow 9am', now=datetime(2026, 11, 20, tzinfo=UTC), zone=ZoneInfo('UTC'));"
        "sys.exit('dateparser' in sys.modules)"
    )
    house = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=house, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0


@pytest.mark.parametrize(
    "words", ["morgen 9:00 UTC", "morgen 9:00 NZST", "morgen 9:00 Uhr EST", "morgen 9:00 +05:00"]
)
def test_the_general_reader_does_not_drop_a_time_zone(words: str) -> None:
    with pytest.raises(Unclear):
        resolve(words, now=NOW, zone=MADRID, language="de")


def test_hours_from_now_are_real_hours_in_other_languages_too() -> None:
    before = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert local("in 3 Stunden", now=before, language="de") == "2027-03-28 04:00"


def test_over_long_words_are_refused_before_they_are_read() -> None:
    with pytest.raises(Unclear, match="too long"):
        resolve("tomorrow 9am" + " " * 189, now=NOW, zone=MADRID)


HOSTILE = (
    "1:" * 100,
    "in " * 66,
    "1 hour " * 28,
    "1.1." * 50,
    "+" * 200,
    "utc+" * 50,
    "a/" * 100,
    "ﷺ" * 200,
    "一" * 200,
    "\x00\u202e\ud800" * 60,
    "9" * 200,
    "(" * 200,
    "tomorrow\n\n9am\t",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_get_a_refusal_or_a_moment(words: str) -> None:
    outcome(words, MADRID, None)


def outcome(words: str, zone: ZoneInfo, language: str | None) -> None:
    try:
        found = resolve(words, now=NOW, zone=zone, language=language)
    except Refusal as refusal:
        is_helpful = bool(refusal.message and refusal.next_step)
    else:
        is_helpful = NOW < found.at <= NOW.replace(year=2027) and found.at.utcoffset() == timedelta()
    assert is_helpful


LANGUAGES = st.sampled_from(
    [None, "en", "en-US", "ru", "es", "zh-hans", "de", "fr", "pt", "uk", "xx", "", "\ud800"]
)
PIECES = """
tomorrow next friday at 9 18:30 25.12 in 2 hours pm am midnight tonight в завтра 2026 : . / - через ч a las en mañana de la
noche 下周五 点 半 小时后 UTC+3 Europe/Madrid EST Dubai 12 0 31 uhr demain dezember month 9999 дня quarter to ago week 月 日
""".split()  # noqa: SIM905 - sixty quoted words read worse


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=7),
    st.sampled_from([" ", ""]),
    st.sampled_from(ZONES),
    LANGUAGES,
)
def test_any_mixture_of_our_own_words_is_a_moment_or_a_refusal(
    pieces: list[str], joint: str, zone: ZoneInfo, language: str | None
) -> None:
    outcome(joint.join(pieces), zone, language)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(2, 365 * 24 * 60 - 2),
    st.sampled_from(ZONES),
    st.sampled_from(["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d %B %Y, %H:%M"]),
)
def test_what_is_said_back_is_read_as_the_same_moment(minutes: int, zone: ZoneInfo, form: str) -> None:
    wall = (NOW + timedelta(minutes=minutes)).astimezone(zone)
    found = resolve(wall.strftime(form), now=NOW, zone=zone)
    if wall.fold == 0:
        assert found.at == wall.astimezone(UTC)
    for moment in (found.at, wall.astimezone(UTC)):
        said = describe(moment, zone=zone, now=NOW)
        assert resolve(said, now=NOW, zone=zone).at == moment


def test_the_order_of_day_and_clock_does_not_matter() -> None:
    chance = random.Random(7)
    for _ in range(20):
        parts = ["tomorrow", "at 18:30", "in dubai"]
        chance.shuffle(parts)
        assert local(" ".join(parts), ZoneInfo("Asia/Dubai")) == "2026-11-22 18:30"
