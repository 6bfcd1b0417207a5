from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.borders import best_border

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two\nthree four\n\nfive. six\nseven eight", "One. Two\nthree four"),
        ("One. Two, three four.\nFive six seven eight", "One. Two, three four."),
        ("One two three four. Five six seven eight", "One two three four."),
        ("He said “one two three.” Then he went away", "He said “one two three.”"),
        (
            "一二三四五六七八九十一二三四五六七。八九十一二三四五六七八九十",
            "一二三四五六七八九十一二三四五六七。",
        ),
        ("A version 1.2.3.4.5.6.7.8 and so on", "A version 1.2.3.4.5.6.7.8"),
        ("Short andthenonewordthatislongerthanthepart", "Short"),
        ("A paragraph\n\n", "A paragraph"),
    ],
)
def test_the_best_border_in_reach_is_taken(text: str, first: str) -> None:
    assert text[: best_border(text, 0, 25 if len(text) > 25 else 11)] == first


@pytest.mark.parametrize("character", ["é", "👍🏽", "🇩🇪", FAMILY, "1️⃣", "각", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_no_character_is_cut_in_two(character: str) -> None:
    text = character * 100
    for stop in range(len(character), 60):
        assert best_border(text, 0, stop) % len(character) == 0


def test_a_character_longer_than_a_part_is_cut_all_the_same() -> None:
    assert best_border("a" + "\u0301" * 500, 0, 100) == 100


@settings(deadline=None)
@given(st.text(st.sampled_from("ab .\n!。👍🏽\u200d🇩\u0301"), min_size=2), st.data())
def test_every_part_gets_something_and_none_too_much(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    stop = data.draw(st.integers(start + 1, len(text) - 1))
    assert start < best_border(text, start, stop) <= stop
