from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vetting import clean, find_fault, hashtags_in, mentions_in


@given(st.text(alphabet=st.characters()))
def test_a_cleaned_text_can_be_stored_shown_and_cleaned_again(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert not [one for one in cleaned if unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n\t"]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("kept", ["👩‍👩‍👧‍👦", "a\n\n\tb", "नमस्ते", "می‌خواهم", "🇪🇸", "e\u0301" * 3, "שלום"])
def test_what_people_write_stays_what_it_was(kept: str) -> None:
    assert clean(kept) == unicodedata.normalize("NFC", kept)


def test_line_ends_become_one_kind() -> None:
    assert clean("a\r\nb\rc\n") == "a\nb\nc"


def test_hashtags_and_mentions_are_found_once_in_order() -> None:
    text = "#autumn #sale #autumn #осень c# a#b https://x.org/#top &#39; @ada @ben @ada me@example.org"
    assert hashtags_in(text) == ["autumn", "sale", "осень"]
    assert mentions_in(text) == ["ada", "ben"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\u200b \n", "empty"),
        ("...!", "empty"),
        ("__ --", "empty"),
        ("I’m sorry, but I can't write that.", "refusal"),
        ("As an AI language model, I have no opinion.", "refusal"),
        ("Sure!\nI cannot assist with that.", "refusal"),
        ("К сожалению\nЯ не могу помочь с этим", "refusal"),
        ("抱歉，我无法完成", "refusal"),
    ],
)
def test_what_is_no_post_is_named(text: str, code: str) -> None:
    fault = find_fault(text, length=len(text), limit=4096)
    assert fault is not None
    assert fault.code == code
    assert fault.told_model


@pytest.mark.parametrize(
    "text",
    [
        "Autumn sale!",
        "Скидки 20 %",
        "二十折",
        "We wrote: “I cannot help with that”, said no shop ever.",
        "5 % off",
    ],
)
def test_a_post_has_no_fault(text: str) -> None:
    assert find_fault(text, length=len(text), limit=4096) is None


def test_a_refusal_that_is_quoted_far_down_is_no_refusal() -> None:
    assert find_fault("A story. " * 40 + "\nI cannot help with that, he said.", length=1, limit=10) is None


def test_length_is_judged_in_the_units_it_is_told_in() -> None:
    fault = find_fault("🍂a🍂", length=4, limit=3)
    assert fault is not None
    assert (fault.code, "4 of 3" in fault.told_model) == ("too_long", True)
    assert find_fault("Leaf", length=3, limit=3) is None
