from typing import Any

import pytest

from sandbox.detect import detect
from sandbox.entities import MOST_TEXT, formatted, units
from sandbox.refusals import Refused


def found(text: str, mode: str | None = None, entities: Any = None) -> tuple[str, list[tuple[str, str]]]:
    plain, inside = formatted(text, mode, entities, MOST_TEXT)
    raw = plain.encode("utf-16-le")
    pieces = [
        (e["type"], raw[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le"))
        for e in inside
    ]
    return plain, pieces


@pytest.mark.parametrize(
    ("mode", "source", "plain", "pieces"),
    [
        ("HTML", "<b>a<i>b</i></b>&lt;&amp;&#128512;", "ab<&😀", [("bold", "ab"), ("italic", "b")]),
        ("HTML", "😀<u>x</u>", "😀x", [("underline", "x")]),
        ("HTML", '<a href="https://a.example/?b=1&amp;c">l</a>', "l", [("text_link", "l")]),
        ("HTML", '<pre><code class="language-py">x</code></pre>', "x", [("pre", "x")]),
        ("HTML", "<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ("HTML", '<span class="tg-spoiler">s</span>', "s", [("spoiler", "s")]),
        ("html", "<B>a</B>", "a", [("bold", "a")]),
        ("MarkdownV2", "*a _b_* ~c~ ||d||", "a b c d", [("bold", "a b"), ("italic", "b"), ("strikethrough", "c"), ("spoiler", "d")]),
        ("MarkdownV2", "__u__ `c\\`` \\*", "u c` *", [("underline", "u"), ("code", "c`")]),
        ("MarkdownV2", "```py\nx = 1\n```", "x = 1", [("pre", "x = 1")]),
        ("MarkdownV2", ">one\n>two\nend", "one\ntwo\nend", [("blockquote", "one\ntwo")]),
        ("MarkdownV2", "[l](https://a.example/\\))", "l", [("text_link", "l")]),
        ("Markdown", "*a* _b_ [c](https://a.example) \\_", "a b c _", [("bold", "a"), ("italic", "b"), ("text_link", "c")]),
    ],
)  # fmt: skip
def test_markup_becomes_text_and_entities(mode: str, source: str, plain: str, pieces: Any) -> None:
    assert found(source, mode) == (plain, pieces)


@pytest.mark.parametrize(
    ("mode", "source", "words"),
    [
        ("HTML", "<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "é<b><i>x</b>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
        ("HTML", "x</b>", "Unexpected end tag at byte offset 1"),
        ("HTML", "a<br>", 'Unsupported start tag "br" at byte offset 1'),
        ("HTML", "1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("HTML", "<b", 'Unclosed start tag "b" at byte offset 0'),
        ("MarkdownV2", "a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "*a", "Can't find end of Bold entity at byte offset 0"),
        ("MarkdownV2", "é __a_", "Can't find end of Italic entity at byte offset 6"),
        ("MarkdownV2", "[a](b", "Can't find end of a URL at byte offset 0"),
        ("Markdown", "a *b", "Can't find end of the entity starting at byte offset 2"),
    ],
)
def test_broken_markup_is_refused_with_the_place_in_bytes(mode: str, source: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        formatted(source, mode, None, MOST_TEXT)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ({"type": "bold", "offset": 3, "length": 1}, "begins after the end of the text"),
        ({"type": "bold", "offset": 0, "length": 4}, "ends after the end of the text"),
        ({"type": "bold", "offset": 1, "length": 1}, "begins in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": 0, "length": 1}, "ends in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": -1, "length": 1}, "negative offset"),
        ({"type": "shout", "offset": 0, "length": 2}, "Unsupported type shout"),
        ({"type": "text_link", "offset": 0, "length": 2}, "Can't find field"),
    ],
)
def test_entities_outside_the_text_are_refused(entity: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        formatted("😀x", None, [entity], MOST_TEXT)


def test_entities_beyond_a_hundred_are_ignored() -> None:
    entities = [{"type": "bold", "offset": i, "length": 1} for i in range(150)]
    assert len(formatted("x" * 150, None, entities, MOST_TEXT)[1]) == 100


def test_entities_shrink_with_the_text_that_is_trimmed_away() -> None:
    entities = [{"type": "bold", "offset": 2, "length": 5}]
    assert formatted("  hi   ", None, entities, MOST_TEXT) == (
        "hi",
        [{"type": "bold", "offset": 0, "length": 2}],
    )


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("/start@my_bot now", [("bot_command", "/start@my_bot")]),
        ("see https://a.example/b?c=1.", [("url", "https://a.example/b?c=1")]),
        ("mail me@a.example", [("email", "me@a.example")]),
        ("hi @ada_demo #tag #1 $USD", [("mention", "@ada_demo"), ("hashtag", "#tag"), ("cashtag", "$USD")]),
        ("a/b 20 % off", []),
    ],
)
def test_telegram_finds_entities_by_itself(text: str, pieces: Any) -> None:
    assert found(text)[1] == pieces


def test_nothing_is_found_inside_code() -> None:
    assert found("`/start #x`", "MarkdownV2")[1] == [("code", "/start #x")]


def test_length_counts_utf16_units() -> None:
    assert (units("a😀é"), detect("plain words")) == (4, [])
