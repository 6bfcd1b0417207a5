"""Is only that shown of a stream which a person should read?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.faults import Unusable
from agents.partial import GrowingArgument
from agents.visible import MOST_CHARACTERS, Visible


def _call(args: str, *, name: str | None = None, index: int = 0) -> dict[str, Any]:
    return {"name": name, "args": args, "index": index, "id": None}


@settings(max_examples=200, deadline=None)
@given(text=st.text(), size=st.integers(min_value=1, max_value=7), is_ascii=st.booleans())
def test_a_text_argument_is_read_from_pieces_of_any_size(text: str, size: int, is_ascii: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    whole = json.dumps(
        {"other": "text", "nested": {"text": ["no"]}, "text": text, "z": 1}, ensure_ascii=is_ascii
    )
    growing = GrowingArgument("text")
    seen = []
    for start in range(0, len(whole), size):
        growing.feed(whole[start : start + size])
        seen.append(growing.text)
    wanted = text.replace("\b", "").replace("\f", "")
    assert growing.text == wanted
    assert all(wanted.startswith(part) for part in seen)


@settings(max_examples=100, deadline=None)
@given(garbage=st.text(alphabet='{}[]":,\\ua1 ', max_size=60))
def test_broken_json_never_raises(garbage: str) -> None:
    growing = GrowingArgument("text")
    for letter in garbage:
        growing.feed(letter)
    assert isinstance(growing.text, str)


def test_a_new_message_begins_anew() -> None:
    visible = Visible()
    visible.feed("one", "Half of the first", [])
    visible.feed("two", "The second", [])
    assert visible.text == "The second"


def test_the_post_is_shown_instead_of_the_words_around_it() -> None:
    visible = Visible()
    assert visible.feed("one", "Let me write that.", [])
    assert not visible.feed("one", "", [_call("", name="draft_post")])
    assert visible.text == "Let me write that."
    assert visible.feed("one", "", [_call('{"text": "The po')])
    assert visible.text == "The po"


def test_other_tools_and_reasoning_are_not_shown() -> None:
    visible = Visible()
    assert not visible.feed("one", "", [_call('{"text": "secret"}', name="save_to_collection")])
    blocks = [{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "Yes."}]
    visible.feed("one", blocks, [])
    assert visible.text == "Yes."


def test_an_endless_stream_is_ended() -> None:
    visible = Visible()
    for number in range(3):
        visible.feed(f"message {number}", "x" * (MOST_CHARACTERS // 3), [])
    with pytest.raises(Unusable):
        visible.feed("message 3", "x", [])
