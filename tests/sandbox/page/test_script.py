"""Does the page's script turn whatever bots write into harmless elements, and choose the right words?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def page(scratch: Page) -> Page:
    return scratch


Entities: TypeAlias = "list[dict[str, Any]]"


async def drawn(page: Page, text: str, entities: Entities) -> str:
    """The HTML that a text with entities becomes."""
    script = """async ([text, entities]) => {
        const { formatted } = await import("./static/js/entities.js");
        const box = document.createElement("div");
        box.append(...formatted(text, entities));
        return box.innerHTML;
    }"""
    return str(await page.evaluate(script, [text, entities]))


def span(kind: str, offset: int, length: int, **more: object) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


async def test_offsets_count_utf_16_units_as_telegram_does(page: Page) -> None:
    assert await drawn(page, "🍂🍂 bold", [span("bold", 5, 4)]) == "🍂🍂 <strong>bold</strong>"


async def test_entities_nest(page: Page) -> None:
    html = await drawn(page, "all of it", [span("bold", 0, 9), span("italic", 4, 2), span("code", 7, 2)])
    assert html == "<strong>all <em>of</em> <code>it</code></strong>"


BROKEN = {
    "crossing": [span("bold", 0, 4), span("italic", 2, 6)],
    "too long": [span("bold", -3, 400)],
    "beyond the end": [span("bold", 90, 4)],
    "negative": [span("bold", 2, -1)],
    "empty": [span("bold", 3, 0)],
    "unknown kind": [span("no_such_kind<script>", 0, 4)],
    "three hundred": [span("bold", 0, 8)] * 300,
}


@pytest.mark.parametrize("entities", BROKEN.values(), ids=BROKEN.keys())
async def test_broken_entities_lose_no_word(page: Page, entities: Entities) -> None:
    html = await drawn(page, "a < b & c", entities)
    read = "html => new DOMParser().parseFromString(html, 'text/html').body.textContent"
    assert await page.evaluate(read, html) == "a < b & c"
    assert "<script" not in html


async def test_markup_in_a_text_stays_text(page: Page) -> None:
    html = await drawn(page, "<img src=x onerror=alert(1)>", [span("bold", 0, 28)])
    assert html == "<strong>&lt;img src=x onerror=alert(1)&gt;</strong>"


HARMFUL = [
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "data:text/html,<b>",
    "vbscript:x",
    "file:///etc",
    "http://",
]


@pytest.mark.parametrize("url", HARMFUL)
async def test_a_link_that_could_do_harm_is_no_link(page: Page, url: str) -> None:
    html = await drawn(page, "press me", [span("text_link", 0, 8, url=url)])
    assert "href" not in html
    assert "press me" in html


async def test_a_link_opens_elsewhere_and_tells_nothing_about_us(page: Page) -> None:
    html = await drawn(page, "example.org", [span("url", 0, 11)])
    assert 'href="https://example.org/"' in html
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer"' in html


async def test_the_line_break_after_a_block_makes_no_empty_line(page: Page) -> None:
    html = await drawn(page, "quote\nafter", [span("blockquote", 0, 5)])
    assert html == "<blockquote>quote</blockquote>after"


@pytest.mark.parametrize(
    ("form", "told"),
    [("", "then"), ("t", "13:00"), ("wD", "Tuesday, 14 November 2023"), ("d", "14/11/2023"), ("zz", "then")],
)
async def test_a_moment_is_told_in_the_readers_own_zone(page: Page, form: str, told: str) -> None:
    noon = 1_699_963_200  # 2023-11-14 12:00 UTC, one hour later in Berlin
    html = await drawn(page, "then", [span("date_time", 0, 4, unix_time=noon, date_time_format=form)])
    assert f">{told}</time>" in html


async def test_parts_of_an_album_stand_together_and_others_alone(page: Page) -> None:
    script = """async () => {
        const { grouped } = await import("./static/js/conversation.js");
        const of = (message_id, media_group_id) => ({ message_id, media_group_id });
        const groups = grouped([of(1, "a"), of(2, "a"), of(3), of(4), of(5, "b"), of(6, "a")]);
        return groups.map((group) => group.map((one) => one.message_id));
    }"""
    assert await page.evaluate(script) == [[1, 2], [3], [4], [5], [6]]


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("https://t.me/bakery/12", {"username": "bakery", "message": 12}),
        ("https://t.me/Bakery", {"username": "bakery", "message": None}),
        ("https://t.me/c/1234/7", {"chat": -1001234, "message": 7}),
        ("https://t.me.example.org/bakery/12", None),
    ],
)
async def test_links_to_telegram_lead_into_the_sandbox(page: Page, link: str, leads_to: object) -> None:
    script = "async (link) => (await import('./static/js/place.js')).chatLink(link)"
    assert await page.evaluate(script, link) == leads_to


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (["image/png"], "photo"),
        (["video/mp4", "video/mp4"], "video"),
        (["image/png", "video/mp4"], "document"),
        (["image/svg+xml"], "document"),
        (["image/png", "text/plain"], "document"),
        (["audio/ogg"], "audio"),
    ],
    ids=json.dumps,
)
async def test_files_travel_as_what_they_are(page: Page, types: list[str], kind: str) -> None:
    script = """async (types) => {
        const { kindOfFiles } = await import("./static/js/attachments.js");
        return kindOfFiles(types.map((type) => new File(["x"], "x", { type })));
    }"""
    assert await page.evaluate(script, types) == kind
