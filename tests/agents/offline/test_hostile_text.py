"""Does any text whatever leave the drafter unharmed: no error, no loss, no excess?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.offline.answering import Situation, Step, next_step
from agents.offline.changing import change_tone
from agents.offline.documents import fit, utf16_units
from agents.offline.facts import NUMBER, links
from agents.offline.reading import clean, tongue_of
from agents.offline.tongues.tongue import Tone

TOOLS = {"draft_post": frozenset({"text", "hashtags"}), "revise_post": frozenset({"text", "hashtags"})}
PIECES = st.sampled_from(
    [
        "Our sale",
        "20 % off",
        "until Sunday",
        "https://e.org/a?b=1!c",
        "1.234,56 €",
        "don’t",
        "!",
        "。",
        "**",
        "#Tag",
        "@anna",
        "\n\n",
        "• ",
        "4th",
        "😀",
        "1️⃣",
        "на 50 %",
        "八折",
        "¡Hola!",
        "see www.e.org.",
    ]
)
TEXTS = st.one_of(st.text(st.characters(), max_size=300), st.lists(PIECES, max_size=25).map(" ".join))
COMMANDS = st.sampled_from(
    [
        "shorter",
        "longer",
        "make it formal",
        "playful",
        "more urgent",
        "friendly",
        "neutral",
        "make it a list",
        "no emoji",
        "again",
        "summarise",
    ]
)


def step(said: str, *, draft: str = "", limit: int = 4096) -> Step:
    return next_step(
        Situation(said=said, draft=draft, limit=limit, count=utf16_units, hashtag_limit=5, tools=TOOLS)
    )


def published(result: Step) -> str:
    return " ".join([str(result.arguments.get("text", result.text)), *result.arguments.get("hashtags", [])])


@settings(max_examples=150, deadline=None)
@given(
    TEXTS,
    st.integers(min_value=20, max_value=400),
    st.sampled_from(
        ["", "Write a post about ", "Напиши пост про ", "Escribe un post sobre ", "写一篇帖子，关于"]
    ),
)
def test_any_text_becomes_a_clean_post_within_the_limit(text: str, limit: int, request: str) -> None:
    result = step(request + text, limit=limit)
    post = published(result)
    if result.tool:
        assert utf16_units(post) <= limit
        assert set(NUMBER.findall(post)) <= set(NUMBER.findall(clean(request + text))) or limit < utf16_units(
            text
        )
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in post if c != "\n")
    assert step(request + text, limit=limit) == result


@settings(max_examples=150, deadline=None)
@given(TEXTS, COMMANDS)
def test_any_draft_survives_any_command(draft: str, command: str) -> None:
    result = step(command, draft=draft)
    assert result.text or result.arguments["text"] is not None
    assert step(command, draft=draft) == result


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=25).map(" ".join),
    st.sampled_from(["shorter", "longer", "make it a list", "no emoji"]),
)
def test_changes_lose_no_number_and_no_link(draft: str, command: str) -> None:
    result = step(command, draft=clean(draft))
    if result.tool:
        post = published(result)
        assert set(NUMBER.findall(clean(draft))) <= set(NUMBER.findall(post))
        assert set(links(draft)) <= set(links(post))


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=25).map(" ".join), st.sampled_from(Tone))
def test_tones_lose_no_number_and_no_link(draft: str, tone: Tone) -> None:
    body = clean(draft)
    changed = change_tone(body, tone, tongue_of(body))
    assert set(NUMBER.findall(body)) <= set(NUMBER.findall(changed))
    assert set(links(body)) <= set(links(changed))


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.integers(min_value=0, max_value=200))
def test_fitting_never_exceeds_the_limit(text: str, limit: int) -> None:
    assert utf16_units(fit(clean(text), limit=limit, count=utf16_units)) <= limit


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "1.",
        "a-",
        "!",
        ",",
        "on ",
        "写",
        "的",
        "http://a",
        "#a ",
        "20 % off ",
        "\ud800",
        "• a\n",
        "** ",
    ],
)
def test_a_hundred_thousand_characters_are_worked_off(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert utf16_units(published(step(f"Write a post about {text}"))) <= 4096
    assert utf16_units(published(step("shorter", draft=text))) <= 4096
