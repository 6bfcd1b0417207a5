from __future__ import annotations

import logging
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.rendering import NOTHING, Rendered, clean, escape, plain, render, split, utf16_length

PIECES = st.sampled_from(
    [
        *"*_~`|[](){}<>#+-=.!$&\\:;@/ \t\n\r\0",
        "**",
        "||",
        "```",
        "~~",
        "\n\n",
        "    ",
        "> ",
        "- ",
        "1. ",
        "# ",
        "]:",
        "&#10;",
        "&#x202e;",
        "<b>",
        "<!--",
        "http://a.b/c",
        "[x](tg://user?id=1)",
        "(javascript:x)",
        "😀",
        "👨‍👩‍👧",
        "🇩🇪",
        "é",
        "שלום",
        "你好",
        "\u202e",
        "\u2066",
        "\ud83d",
        "\ude00",
        "\ufeff",
        "\u2028",
        "\uf5f1",
        "\uf5f3",
        "| a | b |\n|--|--|\n",
        "$1",
        "word ",
    ]
)
ANY_TEXT = st.one_of(
    st.lists(PIECES, max_size=60).map("".join),
    st.text(st.characters(exclude_categories=())),
    st.text(),
)
HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def formatted(rendered: Rendered) -> list[tuple[str, str]]:
    """The kinds of formatting and the text under each, read as Telegram reads them."""
    units = rendered.text.encode("utf-16-le")
    return [
        (str(entity.type), units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le"))
        for entity in rendered.entities
    ]


def assert_sound(rendered: Rendered) -> None:
    """What Telegram demands of a message, and we of what it looks like."""
    assert rendered.text
    assert rendered.text == rendered.text.rstrip()
    assert not HIDDEN.search(rendered.text)
    ends: list[int] = []
    for entity, (_, covered) in zip(rendered.entities, formatted(rendered), strict=True):
        assert entity.length > 0
        assert entity.offset + entity.length <= utf16_length(rendered.text)
        assert utf16_length(covered) == entity.length
        ends = [end for end in ends if end > entity.offset]
        assert all(entity.offset + entity.length <= end for end in ends)
        ends.append(entity.offset + entity.length)
        assert entity.url is None or re.match(r"https?://[^@/]+(/|$|\?|#)|tg://user\?id=\d+$", entity.url)


def bare(text: str) -> str:
    """Without blanks and letters nobody sees, which may get lost at borders."""
    return re.sub(r"[\s\u200b-\u200f\u2060-\u206f\u061c\u180e\u00ad\u2800\u3164\uffa0\u115f\u1160]", "", text)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
@example("**a ||b** c||")
@example("[![a](http://b)](http://c)")
def test_any_text_makes_a_sound_message(text: str) -> None:
    assert_sound(render(text))


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
@example(" \u00a0")
@example("x\\")
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    shown = render(escape(text))
    if any(character.isalnum() for character in bare(clean(text))):
        assert shown.text == clean(text).strip()
    assert shown.text in {clean(text).strip(), NOTHING}
    assert shown.entities == ()


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT, st.integers(2, 60), st.integers(2, 60))
def test_parts_fit_and_nothing_is_lost_between_them(text: str, limit: int, first_limit: int) -> None:
    whole = render(text)
    parts = split(whole, limit=limit, first_limit=first_limit)
    for part, room in zip(parts, [first_limit] + [limit] * len(parts), strict=False):
        assert utf16_length(part.text) <= room
        assert len(part.entities) <= 100
        assert_sound(part)
    assert bare("".join(part.text for part in parts)) == bare(whole.text)


@settings(deadline=None)
@given(st.integers(1, 400), st.sampled_from(["**a** b ", "`a` ", "***a***b ", "[a](http://b) "]))
def test_no_part_carries_more_entities_than_telegram_shows(count: int, piece: str) -> None:
    whole = render(piece * count)
    parts = split(whole)
    assert all(len(part.entities) <= 100 for part in parts)
    assert sum(len(part.entities) for part in parts) >= len(whole.entities)
    assert len(parts) <= 1 + len(whole.entities) // 50


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("<b>oops", "<b>oops"),
        ("a < b && c > d <!-- e -->", "a < b && c > d <!-- e -->"),
        (r"\<b\> and `\<b>`", r"<b> and \<b>"),
        ("From $20 to 30$, or $5 each", "From $20 to 30$, or $5 each"),
        ("[1]: https://a.b\n\nSee [1]", "[1]: https://a.b\n\nSee [1]"),
        ("# Sale\n\n- one\n- [x] two\n- [ ] three", "Sale\n\n• one\n☑ two\n☐ three"),
        ("half **open `text", "half **open `text"),
        ("&#8238;x&#13;y&#7;", "\ufffdx\ny\ufffd"),
        ("a\0b\u202ec\ufeff \ud83d\ude00 \ud83d\r\nd", "abc 😀 \ufffd\nd"),
        ("", NOTHING),
        (" \n\u200b\u3164\ufe0f", NOTHING),
        ("![](https://a.b/c.png)", NOTHING),
    ],
)
def test_what_was_written_is_what_is_read(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def test_formatting_lies_where_it_was_put() -> None:
    rendered = render("😀 **bold** _it_ ~~gone~~ ||hush|| `code` [link](https://a.b)\n> said")
    assert formatted(rendered) == [
        ("bold", "bold"),
        ("italic", "it"),
        ("strikethrough", "gone"),
        ("spoiler", "hush"),
        ("code", "code"),
        ("text_link", "link"),
        ("blockquote", "said"),
    ]


@pytest.mark.parametrize("url", ["https://a.b/c?d=<e>", "http://[::1]:80/", "tg://user?id=42"])
def test_links_to_the_web_and_to_people_work(url: str) -> None:
    (entity,) = render(f"[x]({url})").entities
    assert entity.url == url.replace("<", "%3C")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "tg://resolve?domain=a",
        "tg://user?id=1&x",
        "tg://emoji?id=5368324170671202286",
        "mailto:a@b.c",
        "https://bank.com@evil.com",
        "https:///x",
        "http://[x",
        "ftp://a",
        "//a.b",
        "/x",
        "data:text/html,x",
        "https://a.b/&#x202e;",
        "https://a.b/" + "x" * 3000,
        r"https:\\\\a.b",
    ],
)
def test_other_links_become_plain_text(url: str) -> None:
    assert render(f"[x]({url}) ![y]({url})") == Rendered("x y")


def test_a_name_cannot_format_or_mention() -> None:
    name = "*Eve* [x](tg://user?id=1) `||_<b>_||`"
    rendered = render(f"Approved by **{escape(name)}** now")
    assert rendered.text == f"Approved by {name} now"
    assert formatted(rendered) == [("bold", name)]


def test_the_library_keeps_its_own_settings_for_others() -> None:
    from telegramify_markdown import convert

    assert plain("# x") == "x"
    assert convert("# x")[0] != "x"


def test_a_text_the_parser_trips_over_is_sent_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import telegramify_markdown

    def broken(*_: object, **__: object) -> None:
        raise IndexError

    monkeypatch.setattr(telegramify_markdown, "convert", broken)
    with caplog.at_level(logging.ERROR):
        assert render("**secret** <text>") == Rendered("**secret** <text>")
    assert "secret" not in caplog.records[0].getMessage()


def test_a_block_of_code_goes_on_in_the_next_part_with_its_indentation() -> None:
    code = "def f():\n    return 1\n"
    first, second = split(render(f"```py\n{code}```"), limit=14)
    assert (first.text, second.text) == ("def f():", "    return 1")
    assert [(e.type, e.language) for part in (first, second) for e in part.entities] == [("pre", "py")] * 2


def test_the_first_part_may_be_a_caption() -> None:
    parts = split(render("word " * 1500), first_limit=1024)
    assert [
        utf16_length(part.text) <= room for part, room in zip(parts, (1024, 4096, 4096), strict=True)
    ] == [True] * 3
    assert utf16_length(parts[0].text) > 1000


def test_emoji_count_twice() -> None:
    parts = split(render("😀" * 3000))
    assert [utf16_length(part.text) for part in parts] == [4096, 1904]


def test_a_message_that_fits_is_not_touched() -> None:
    whole = render("**a** b")
    assert split(whole) == [whole]
    assert split(Rendered("")) == [Rendered(NOTHING)]


@pytest.mark.parametrize(("limit", "first_limit"), [(1, None), (4096, 0), (0, 100)])
def test_a_part_without_room_is_refused(limit: int, first_limit: int | None) -> None:
    with pytest.raises(ValueError, match="room"):
        split(Rendered("x"), limit=limit, first_limit=first_limit)


def test_entities_of_others_are_split_in_any_order() -> None:
    entities = (MessageEntity("italic", 4, 3), MessageEntity("bold", 0, 3))
    assert [formatted(part) for part in split(Rendered("one two", entities), limit=4)] == [
        [("bold", "one")],
        [("italic", "two")],
    ]


def test_hostile_repetitions_are_read_in_time_that_grows_with_their_length() -> None:
    for piece in ("\\", "[", "> ", "*a* ", "||a", "&#", "~a~ ", "`", "[a]: x\n", "\\<", "🇩", "_*"):
        assert split(render(piece * (20_000 // len(piece))))
