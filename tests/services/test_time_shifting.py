from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.time_shifting import LONGEST, shift
from services.timing import OutOfRange, Resolved, TooLate

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday, half past ten in Madrid."""

DUE = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
"""The Thursday after, half past six in the evening in Madrid."""


def moved(
    words: str, *, due_at: datetime = DUE, now: datetime = NOW, language: str = "en"
) -> Resolved | None:
    return shift(words, due_at=due_at, zone=MADRID, now=now, language=language)


def local(words: str, *, due_at: datetime = DUE, now: datetime = NOW) -> str | None:
    found = moved(words, due_at=due_at, now=now)
    return None if found is None else f"{found.local:%d.%m. %H:%M}"


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("two hours later", "26.11. 20:30"),
        ("2h later than planned", "26.11. 20:30"),
        ("an hour earlier", "26.11. 17:30"),
        ("10 minutes sooner, please", "26.11. 18:20"),
        ("half an hour later", "26.11. 19:00"),
        ("an hour and a half later", "26.11. 20:00"),
        ("push it back by 2 hours", "26.11. 20:30"),
        ("postpone 30 minutes", "26.11. 19:00"),
        ("bring it forward by a day", "25.11. 18:30"),
        ("a week later", "03.12. 18:30"),
        ("на два часа позже", "26.11. 20:30"),
        ("на час раньше", "26.11. 17:30"),
        ("отложи на полчаса", "26.11. 19:00"),
        ("dos horas más tarde", "26.11. 20:30"),
        ("una hora antes", "26.11. 17:30"),
        ("media hora después", "26.11. 19:00"),
        ("推迟两小时", "26.11. 20:30"),
        ("推遲兩小時", "26.11. 20:30"),
        ("提前一小时", "26.11. 17:30"),
        ("早一天", "25.11. 18:30"),
    ],
)
def test_later_and_earlier_count_from_the_moment_that_it_has(words: str, at: str) -> None:
    """Mutation: counted from now, "two hours later" would send next week's post today."""
    assert local(words) == at


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("tomorrow instead", "21.11. 18:30"),
        ("No, better tomorrow!", "21.11. 18:30"),
        ("move it to tomorrow please", "21.11. 18:30"),
        ("same time tomorrow", "21.11. 18:30"),
        ("next Monday same time", "23.11. 18:30"),
        ("on 24 December", "24.12. 18:30"),
        ("in 3 days", "23.11. 18:30"),
        ("next week", "26.11. 18:30"),
        ("next week at 9", "26.11. 09:00"),
        ("завтра", "21.11. 18:30"),
        ("перенеси на понедельник", "23.11. 18:30"),
        ("завтра в то же время", "21.11. 18:30"),
        ("mañana", "21.11. 18:30"),
        ("muévelo al lunes", "23.11. 18:30"),
        ("el lunes a la misma hora", "23.11. 18:30"),
        ("改到明天吧", "21.11. 18:30"),
        ("下周一同样的时间", "23.11. 18:30"),
    ],
)
def test_a_named_day_counts_from_today_and_keeps_the_time_of_day(words: str, at: str) -> None:
    assert local(words) == at
    found = moved(words)
    assert found is not None
    assert found.wall == found.local.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("Friday 18:30", "20.11. 18:30"),
        ("tomorrow 9am", "21.11. 09:00"),
        ("tomorrow evening", "21.11. 19:00"),
        ("in 2 hours", "20.11. 12:30"),
        ("через 2 часа", "20.11. 12:30"),
        ("两小时后", "20.11. 12:30"),
        ("18:00", "26.11. 18:00"),
        ("at 9 pm", "26.11. 21:00"),
        ("in the evening", "26.11. 19:00"),
        ("midnight", "27.11. 00:00"),
        ("晚上8点", "26.11. 20:00"),
    ],
)
def test_what_is_named_counts_and_a_bare_time_keeps_the_day(words: str, at: str) -> None:
    assert local(words) == at


def test_what_was_kept_is_said_back() -> None:
    for words, note in (
        ("tomorrow", "The time of day stays as it was, 18:30."),
        ("18:00", "The day stays as it was, Thu 26 Nov."),
        ("next week", "The weekday stays as it was, Thursday."),
    ):
        found = moved(words)
        assert found is not None
        assert note in found.notes
    exact = moved("tomorrow 14:00")
    assert exact is not None
    assert exact.notes == ()


def test_a_bare_time_of_a_day_that_is_over_means_the_next_time_it_is_so() -> None:
    missed = NOW - timedelta(days=2)
    assert local("18:00", due_at=missed) == "20.11. 18:00"
    assert local("9:00", due_at=missed) == "21.11. 09:00"
    assert local("tomorrow", due_at=missed) == "21.11. 10:30"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "later",
        "a bit later",
        "same time",
        "now",
        "no",
        "every day",
        "make it shorter",
        "tomorrow is a good word",
        "2 hours later tomorrow",
        "позже",
        "请",
        "please " * 20,
        "tomorrow" + " " * LONGEST + "9am",
    ],
)
def test_words_that_are_no_moment_are_none(words: str) -> None:
    assert moved(words) is None


def test_a_moment_that_has_passed_or_is_too_far_is_refused_with_a_reason() -> None:
    for words in ("a week earlier", "yesterday", "at 9 on 20 November"):
        with pytest.raises(TooLate):
            moved(words)
    for words in ("two years later", "in 3 years"):
        with pytest.raises(OutOfRange):
            moved(words)


def test_days_keep_the_clock_over_a_change_and_hours_are_hours() -> None:
    """In Madrid the clocks went forward on 29 March 2026 at 01:00 UTC."""
    due = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)
    now = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)
    assert local("tomorrow", due_at=due, now=now) == "29.03. 12:00"
    assert local("a day later", due_at=due, now=now) == "29.03. 12:00"
    found = moved("24 hours later", due_at=due, now=now)
    assert found is not None
    assert found.at - due == timedelta(hours=24)
    assert f"{found.local:%H:%M}" == "13:00"


def test_a_clock_that_does_not_exist_on_the_new_day_is_told() -> None:
    due = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)
    now = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)
    for words in ("a day later", "on Sunday"):
        found = moved(words, due_at=due, now=now)
        assert found is not None
        assert f"{found.local:%d.%m. %H:%M}" == "29.03. 03:00"
        assert any("02:30 does not exist" in note for note in found.notes)
        assert found.wall == datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001 - a wall is naive


def test_a_clock_that_comes_twice_is_told() -> None:
    """In Madrid the clocks went back on 25 October 2026 at 01:00 UTC."""
    due = datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
    now = datetime(2026, 10, 23, 8, 0, tzinfo=UTC)
    found = moved("a day later", due_at=due, now=now)
    assert found is not None
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert any("comes twice" in note for note in found.notes)


def test_another_zone_that_is_named_is_the_one_that_counts() -> None:
    found = moved("Monday 9am London time")
    assert found is not None
    assert found.at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@given(
    st.integers(1, 300),
    st.sampled_from(["minutes", "hours", "days", "weeks"]),
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
)
def test_later_is_later_and_earlier_brings_it_back(amount: int, unit: str, due: datetime) -> None:
    if unit in {"days", "weeks"}:
        amount = amount % 30 + 1
    now = datetime(2026, 2, 1, tzinfo=UTC)
    after = moved(f"{amount} {unit} later", due_at=due, now=now)
    assert after is not None
    assert after.at > due
    if unit in {"minutes", "hours"}:
        back = moved(f"{amount} {unit} earlier", due_at=after.at, now=now)
        assert back is not None
        assert back.at == due


@given(st.text(max_size=LONGEST))
def test_whatever_somebody_writes_is_a_moment_none_or_a_refusal(words: str) -> None:
    try:
        found = moved(words)
    except (TooLate, OutOfRange):
        return
    assert found is None or found.at > NOW
