from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.refusals import Unclear
from services.slot_phrases import LONGEST, Standing, read_standing, say_standing


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Mon-Fri 09:00, 17:30", ["Mon–Fri 09:00, 17:30"]),
        ("monday to WEDNESDAY at 9", ["Mon–Wed 09:00"]),
        ("weekends 10am; Mon 9", ["Mon 09:00", "Sat, Sun 10:00"]),
        ("every day at noon and 5 pm", ["Every day 12:00, 17:00"]),
        ("weekdays 8.30", ["Mon–Fri 08:30"]),
        ("Mondays and Thursdays at 9", ["Mon 09:00", "Thu 09:00"]),
        ("Sat-Mon 8:30", ["Mon 08:30", "Sat, Sun 08:30"]),
        ("9am Mon, 10am Tue", ["Mon 09:00", "Tue 10:00"]),
        ("tues, thurs 12am", ["Tue 00:00", "Thu 00:00"]),
        ("Mo-Fr 9, sa, su 10:00", ["Mon–Fri 09:00", "Sat, Sun 10:00"]),
        ("daily 09:00 09:00", ["Every day 09:00"]),
        ("23:59", ["Every day 23:59"]),
        ("Mon–Tue 7:00\nSun midnight", ["Mon, Tue 07:00", "Sun 00:00"]),
    ],
)
def test_days_and_times_are_read_and_said_back(words: str, said: list[str]) -> None:
    assert say_standing(read_standing(words)) == said


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "   ",
            "Mon",
            "Mon purple 9:00",
            "Mon 25:00",
            "Mon 9:60",
            "Mon 13pm",
            "Mon 0am",
            "Mon-",
            "-Fri 9",
        ),
        *(
            "9:00-17:00",
            "Mon-weekends 9",
            "Mon 9:00 Tue",
            "Mon 9:0",
            "Mon 123",
            "понедельник 9",
            "Mon 9:00 €",
        ),
        "Mon 9:00 " * LONGEST,
    ],
)
def test_what_is_not_understood_is_refused_as_a_whole_with_an_example(words: str) -> None:
    with pytest.raises(Unclear) as caught:
        read_standing(words)
    assert "Mon-Fri 09:00" in caught.value.next_step


times = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
weeks = st.sets(st.builds(Standing, st.integers(0, 6), times), min_size=1, max_size=10)


@given(week=weeks)
def test_what_is_said_is_read_as_the_same_again(week: set[Standing]) -> None:
    words = "; ".join(say_standing(week))
    if len(words) <= LONGEST:
        assert read_standing(words) == sorted(week)


@given(words=st.text(max_size=60))
def test_any_words_are_either_read_or_refused(words: str) -> None:
    try:
        found = read_standing(words)
    except Unclear:
        return
    assert found
    assert all(0 <= one.weekday <= 6 for one in found)
