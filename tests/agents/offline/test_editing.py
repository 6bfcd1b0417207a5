"""Are mechanical edits done exactly as told?"""

from __future__ import annotations

import pytest

from agents.offline.editing import as_list, edit
from agents.offline.intents import wish_of
from agents.offline.reading import tongue_of

BODY = (
    "**Autumn sale**\n\n🍂 20 % off until Sunday. Coats are included.\n\nTell a friend who would like this."
)
TAGS = ("#Sale",)


def change(said: str, body: str = BODY) -> tuple[str, tuple[str, ...]]:
    return edit(wish_of(said, draft=body), body, TAGS, tongue_of(body), hashtag_limit=5)


@pytest.mark.parametrize(
    "said", ["remove the hashtags", "no hashtags", "убери хэштеги", "quita los hashtags", "去掉话题"]
)
def test_hashtags_go_at_the_end_and_inside(said: str) -> None:
    assert change(said, "Come to #Porto, it is number #1") == ("Come to Porto, it is number #1", ())


def test_hashtags_are_added_from_the_text_or_as_named() -> None:
    assert change("add hashtags #Coats #Sale")[1] == ("#Sale", "#Coats")
    assert len(change("add hashtags")[1]) > 1


@pytest.mark.parametrize("said", ["no emoji", "убери эмодзи", "sin emojis", "不要表情"])
def test_emoji_go_and_leave_no_gap(said: str) -> None:
    assert "\n\n20 % off until Sunday." in change(said)[0]


def test_an_emoji_is_added_once() -> None:
    body, _ = change("add emoji", "Coffee for everyone")
    assert body == "☕ Coffee for everyone"
    assert change("add emoji", body)[0] == body


@pytest.mark.parametrize(
    "said",
    [
        "replace autumn with winter",
        "change “Autumn” to winter",
        "замени autumn на winter",
        "cambia autumn por winter",
        "把autumn换成winter",
    ],
)
def test_words_are_replaced_whatever_their_case(said: str) -> None:
    assert change(said)[0].startswith("**winter sale**")


def test_what_is_put_in_is_taken_literally() -> None:
    assert change(r"replace Autumn with \1 \g<0>")[0].startswith(r"**\1 \g<0> sale**")


@pytest.mark.parametrize(
    "said",
    [
        "add the link https://e.org/a",
        "добавь ссылку https://e.org/a",
        "añade el enlace https://e.org/a",
        "加上链接https://e.org/a",
    ],
)
def test_a_link_is_added_once(said: str) -> None:
    body, _ = change(said)
    assert body.endswith("https://e.org/a")
    assert change(said, body)[0] == body


def test_a_fact_is_added_as_a_sentence() -> None:
    assert change("add that delivery is free")[0].endswith("\n\nDelivery is free.")


def test_words_are_removed() -> None:
    assert "Coats" not in change("remove “Coats are included.”")[0]


def test_a_list_has_a_bullet_for_every_sentence_between_hook_and_call() -> None:
    body, _ = change("make it a list")
    assert (
        body
        == "**Autumn sale**\n\n• 20 % off until Sunday\n• Coats are included\n\nTell a friend who would like this."
    )


def test_one_sentence_is_no_list() -> None:
    assert as_list("Only one sentence here.") == "Only one sentence here."
