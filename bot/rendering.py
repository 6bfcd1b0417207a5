"""How does Markdown become a Telegram message? The one renderer: text with entities, in parts that fit.

Text is kept as Markdown and turned into entities when it is sent, so nothing in it can break a parser at
Telegram's end, and no HTML or MarkdownV2 is ever written. What members and models write is Markdown; what
merely stands in a text of ours (a name, a title, a quotation) goes through `escape` first.

Limits (Bot API: sendMessage, sendPhoto, MessageEntity): 4096 UTF-16 units of text, 1024 of a caption, 100 entities.
"""

from __future__ import annotations

import functools
import logging
import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from telegram import MessageEntity

from bot.borders import best_border
from bot.spans import CODE, LINK, QUOTES, STYLES, Span, clip, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegramify_markdown import RenderConfig

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
ENTITY_LIMIT: Final = 100
NOTHING: Final = "—"

_LOG: Final = logging.getLogger(__name__)
_KINDS: Final = frozenset((*STYLES, *QUOTES, *CODE, LINK))

# Stand-ins for what our Markdown gives no meaning to: tags and definitions of links would be dropped without a
# trace, and two prices read as a formula.
_ANGLE, _DOLLAR, _COLON = "\uf5f1", "\uf5f2", "\uf5f3"
_STAND_INS: Final = {"<": _ANGLE, "$": _DOLLAR, "]:": f"]{_COLON}"}
_INERT: Final = re.compile(r"(?<!\\)(\\*)(<|\$|\]:)")
_RESTORED: Final = str.maketrans({_ANGLE: "<", _DOLLAR: "$", _COLON: ":"})

_LINE_ENDS: Final = str.maketrans(dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"))
# Controls, overrides and isolates of direction, interlinear marks, byte order marks and non-characters.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff]"
)
_UNKNOWN: Final = re.compile(f"[\ud800-\udfff{_ANGLE}{_DOLLAR}{_COLON}]")
_BLANK_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0x180B, 0x1810), range(0xE0100, 0xE01F0))

_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_EDGE_SPACE: Final = re.compile(r"(?<!\S) | (?!\S)")
_ASKS_FOR_USER: Final = re.compile(r"tg://user\?id=\d{1,19}")
_LANGUAGE: Final = re.compile(r"[\w+#.-]{1,32}")
_LONGEST_URL: Final = 2048


@dataclass(frozen=True)
class Rendered:
    """A message as Telegram takes it: plain text and what lies over it, in UTF-16 units, properly nested."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: characters beyond the basic plane are two units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """The text without what has no place in a message: controls, direction overrides, halves of characters.

    Every kind of line end becomes a line feed; nothing visible is lost.
    """
    if _UNKNOWN.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins pairs, marks halves
        text = _UNKNOWN.sub("\ufffd", text)
    return _UNSEEN.sub("", text.replace("\r\n", "\n").translate(_LINE_ENDS))


def escape(text: str) -> str:
    """Markdown that shows exactly this text and formats nothing; to put inside ours, within one paragraph."""
    literal = _PUNCTUATION.sub(r"\\\g<0>", clean(text))
    return _EDGE_SPACE.sub("&#32;", literal).replace("\n", "&#10;").replace("\t", "&#9;")


def render(markdown: str) -> Rendered:
    """The message a Markdown text makes; any text at all makes one, an empty one a dash."""
    source = clean(markdown)
    try:
        text, spans = _converted(_INERT.sub(_stand_in, source))
    except Exception:  # noqa: BLE001 - whatever the parser trips over, the person gets his text
        _LOG.exception(
            "A text of %d characters could not be read as Markdown; it is sent as it is.", len(source)
        )
        text, spans = source, []
    return _message(text, tidy(_allowed(spans))) or Rendered(NOTHING)


def plain(markdown: str) -> str:
    """The text of the message without its formatting, for places that know none."""
    return render(markdown).text


def split(rendered: Rendered, *, limit: int = TEXT_LIMIT, first_limit: int | None = None) -> list[Rendered]:
    """The message in parts of at most `limit` UTF-16 units (the first: `first_limit`) and 100 entities each.

    Nothing but blanks at the borders is lost; entities that cross a border go on in the next part. At least
    one part is returned. Limits below 2, the size of an emoji, are a ValueError.
    """
    room = limit if first_limit is None else first_limit
    if min(limit, room) < 2:  # noqa: PLR2004 - a surrogate pair
        raise ValueError("a part must have room for one character")
    text, spans = rendered.text, sorted(map(_span, rendered.entities), key=_start)
    units = [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]
    parts: list[Rendered] = []
    start = 0
    while start < len(text):
        spans = [span for span in spans if span.end > units[start]]
        stop = bisect_right(units, units[start] + (limit if parts else room)) - 1
        stop = _before_the_crowd(spans, units, start, stop)
        if stop < len(text):
            stop = best_border(text, start, stop)
        here = spans[: bisect_left(spans, units[stop], key=_start)]
        part = _message(text[start:stop], clip(here, units[start], units[stop])[:ENTITY_LIMIT])
        parts += [part] if part else []
        start = stop
    return parts or [Rendered(NOTHING)]


def _before_the_crowd(spans: list[Span], units: list[int], start: int, stop: int) -> int:
    """`stop`, or where the hundred and first entity begins if that is before; spans are ordered by start."""
    if len(spans) <= ENTITY_LIMIT:
        return stop
    crowded = bisect_right(units, spans[ENTITY_LIMIT].start) - 1
    return min(stop, crowded) if crowded > start else stop


def _converted(markdown: str) -> tuple[str, list[Span]]:
    """The text and the spans a Markdown text means."""
    from telegramify_markdown import convert

    text, entities = convert(markdown, latex_escape=False, config=_symbols())
    spans = [
        Span(entity.type, entity.offset, entity.offset + entity.length, entity.url, entity.language)
        for entity in entities
    ]
    # A reference such as &#8238; brings back what was cleaned away; a mark in its place keeps the offsets true.
    return _UNSEEN.sub("\ufffd", text.translate(_RESTORED).translate(_LINE_ENDS)), spans


@functools.cache
def _symbols() -> RenderConfig:
    """The library's settings for us alone: signs instead of emoji, and quotations that do not fold away."""
    from telegramify_markdown import RenderConfig

    config = RenderConfig.isolated()
    config.cite_expandable = False
    signs = config.markdown_symbol
    signs.heading_level_1 = signs.heading_level_2 = signs.heading_level_3 = signs.heading_level_4 = ""
    signs.image = signs.link = ""
    signs.task_completed, signs.task_uncompleted, signs.unordered_list_item = "☑", "☐", "•"
    return config


def _stand_in(found: re.Match[str]) -> str:
    """The stand-in, unless a backslash makes the original literal already."""
    slashes, original = found.groups()
    return found.group() if len(slashes) % 2 else slashes + _STAND_INS[original]


def _allowed(spans: Iterable[Span]) -> list[Span]:
    """The spans a message may carry: no link but to the web or to a person, no custom emoji."""
    allowed: list[Span] = []
    for span in spans:
        url = span.url.replace(_ANGLE, "%3C").translate(_RESTORED) if span.url else None
        language = span.language if span.language and _LANGUAGE.fullmatch(span.language) else None
        if span.kind in _KINDS and (span.kind != LINK or (url is not None and _is_safe(url))):
            allowed.append(Span(span.kind, span.start, span.end, url, language))
    return allowed


def _is_safe(url: str) -> bool:
    """Whether a link may be shown: http and https with a host and nothing posing as one, or `tg://user?id=`."""
    if len(url) > _LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
        return False
    if _ASKS_FOR_USER.fullmatch(url):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def _message(text: str, spans: list[Span]) -> Rendered | None:
    """The text without the blanks around it, with its entities; None if nothing of it can be seen."""
    if not any(map(_is_visible, text)):
        return None
    end = len(text.rstrip())
    start = _first_to_keep(text, spans)
    return Rendered(
        text[start:end], tuple(map(_entity, clip(spans, start, start + utf16_length(text[start:end]))))
    )


def _first_to_keep(text: str, spans: list[Span]) -> int:
    """Where the text begins: after its leading blanks (one unit each), but before the indentation of code."""
    blanks = len(text) - len(text.lstrip())
    indented = min((span.start for span in spans if span.kind in CODE), default=blanks)
    return blanks if indented >= blanks else max(indented, text.rfind("\n", 0, blanks) + 1)


def _is_visible(character: str) -> bool:
    if character.isspace() or character in _BLANK_LETTERS:
        return False
    if unicodedata.category(character) in {"Cc", "Cf", "Cs"}:
        return False
    return not any(ord(character) in selectors for selectors in _SELECTORS)


def _start(span: Span) -> int:
    return span.start


def _entity(span: Span) -> MessageEntity:
    return MessageEntity(span.kind, span.start, span.end - span.start, url=span.url, language=span.language)


def _span(entity: MessageEntity) -> Span:
    return Span(str(entity.type), entity.offset, entity.offset + entity.length, entity.url, entity.language)
