"""How may formatting lie over a text? The arithmetic of Telegram's entities.

Telegram asks of entities (Bot API: Formatting options) that they nest properly, that quotations do not contain
quotations and that nothing formats code. `tidy` brings any spans into that shape without losing what they mean.
Offsets are UTF-16 units, as Telegram counts them.
"""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STYLES: Final = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES: Final = ("blockquote", "expandable_blockquote")
CODE: Final = ("code", "pre")
LINK: Final = "text_link"


@dataclass(frozen=True)
class Span:
    """One kind of formatting from `start` up to `end`; `url` belongs to links, `language` to blocks of code."""

    kind: str
    start: int
    end: int
    url: str | None = None
    language: str | None = None


def clip(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """What lies over the text from `start` to `end`, counted from `start`."""
    clipped = (
        replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start) for span in spans
    )
    return [span for span in clipped if span.start < span.end]


def tidy(spans: Iterable[Span]) -> list[Span]:
    """The same formatting as few, properly nested spans, ordered by start, outer before inner.

    Where two kinds exclude each other, a link outweighs code, and code outweighs styles.
    """
    kept = [span for span in spans if span.start < span.end]
    links = _apart([span for span in kept if span.kind == LINK])
    code = _outside(links, _apart([span for span in kept if span.kind in CODE]))
    styles = itertools.chain.from_iterable(_joined(kept, (kind,)) for kind in STYLES)
    bare = itertools.chain.from_iterable(_without(code, style) for style in styles)
    return _nested([*_joined(kept, QUOTES), *links, *code, *bare])


def _apart(spans: list[Span]) -> list[Span]:
    """The outermost of overlapping spans, in order; of equal ones the last, as an outer one ends later."""
    apart: list[Span] = []
    for span in sorted(spans[::-1], key=_outer_first):  # noqa: C415 - the order of equal ones matters
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _joined(spans: list[Span], kinds: tuple[str, ...]) -> list[Span]:
    """The spans of these kinds in order, those that touch or overlap made one."""
    joined: list[Span] = []
    touching = kinds is not QUOTES  # two quotations that touch are two
    for span in sorted((span for span in spans if span.kind in kinds), key=_outer_first):
        if joined and (span.start < joined[-1].end or (touching and span.start == joined[-1].end)):
            joined[-1] = replace(joined[-1], end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _outside(taken: list[Span], spans: list[Span]) -> list[Span]:
    """Those spans that touch nothing of `taken`; both are in order and apart."""
    starts = [span.start for span in taken]
    free: list[Span] = []
    for span in spans:
        before = bisect_right(starts, span.end - 1) - 1
        if before < 0 or taken[before].end <= span.start:
            free.append(span)
    return free


def _without(code: list[Span], style: Span) -> Iterator[Span]:
    """The pieces of a style between the stretches of code, which are in order and apart."""
    at = style.start
    first = bisect_right(code, style.start, key=lambda span: span.end)
    for stretch in itertools.islice(code, first, None):
        if stretch.start >= style.end:
            break
        if stretch.start > at:
            yield replace(style, start=at, end=stretch.start)
        at = stretch.end
    if at < style.end:
        yield replace(style, start=at)


def _nested(spans: list[Span]) -> list[Span]:
    """The spans in order; one that sticks out of another is cut at the other's end."""
    numbers = itertools.count()
    queue = [(*_outer_first(span), next(numbers), span) for span in spans]
    heapq.heapify(queue)
    around: list[Span] = []
    nested: list[Span] = []
    while queue:
        span = heapq.heappop(queue)[-1]
        while around and around[-1].end <= span.start:
            around.pop()
        if around and span.end > around[-1].end:
            rest = replace(span, start=around[-1].end)
            heapq.heappush(queue, (*_outer_first(rest), next(numbers), rest))
            span = replace(span, end=around[-1].end)
        nested.append(span)
        around.append(span)
    return nested


def _outer_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end
