"""How is a finished text taken apart into lines and sentences, put together again, and fitted to a place?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.offline.facts import HASHTAG
from agents.offline.reading import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Count = Callable[[str], int]

_BULLET = re.compile(r"\A(?:[•▪◦*–—-]|👉|✅|\d{1,2}[.)])\s+")
_TAG_LINE = re.compile(r"\A(?:#\w+[\s,]*)+\Z")
_BOLD = "**"


def utf16_units(text: str) -> int:
    """Length of `text` in UTF-16 code units, the unit of Telegram's limits (Bot API: message entities)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True)
class Line:
    """One line of a post: what stands before the words (a bullet), and its sentences; none for an empty line."""

    prefix: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The line as it is shown."""
        return self.prefix + " ".join(self.sentences)


def parse(text: str) -> list[Line]:
    """The lines of `text`; a bold line counts as one sentence."""
    return [_line(raw.strip()) for raw in text.split("\n")]


def _line(raw: str) -> Line:
    bullet = _BULLET.match(raw)
    prefix = bullet.group() if bullet else ""
    rest = raw[len(prefix) :]
    whole = rest.startswith(_BOLD) and rest.endswith(_BOLD) and rest.count(_BOLD) == 2  # noqa: PLR2004 - one pair
    return Line(prefix, (rest,) if whole and rest else tuple(sentences(rest)))


def render(lines: Sequence[Line]) -> str:
    """The text of `lines`, with never more than one empty line in a row."""
    joined = "\n".join(line.text if line.sentences else "" for line in lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip()


def places(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Where the sentences stand, as (line, number in the line), in reading order."""
    return [(row, column) for row, line in enumerate(lines) for column in range(len(line.sentences))]


def without(lines: Sequence[Line], removed: frozenset[tuple[int, int]]) -> list[Line]:
    """`lines` without the sentences at the places `removed`."""
    return [
        replace(
            line,
            sentences=tuple(s for column, s in enumerate(line.sentences) if (row, column) not in removed),
        )
        for row, line in enumerate(lines)
    ]


def split_hashtags(text: str) -> tuple[str, tuple[str, ...]]:
    """(body, hashtags) where the hashtags are those of the closing lines that hold nothing else."""
    lines = text.rstrip().split("\n")
    tags: list[str] = []
    while lines and (not lines[-1].strip() or _TAG_LINE.match(lines[-1].strip())):
        tags[:0] = HASHTAG.findall(lines.pop())
    return "\n".join(lines).strip(), tuple(dict.fromkeys(tags))


def join_hashtags(body: str, hashtags: Sequence[str]) -> str:
    """The post as it is published: the body, an empty line, the hashtags."""
    return "\n\n".join(part for part in (body, " ".join(hashtags)) if part)


def fit(text: str, *, limit: int, count: Count) -> str:
    """`text` cut to at most `limit` by `count`: after a sentence if one fits, else after a word, else where it must be."""
    if count(text) <= limit:
        return text
    lines = parse(text)
    spots = places(lines)
    kept = _most(
        len(spots), lambda n: count(_balanced(render(without(lines, frozenset(spots[n:]))))) <= limit
    )
    if kept:
        return _balanced(render(without(lines, frozenset(spots[kept:]))))
    return _fit_words(text, limit=limit, count=count)


def _fit_words(text: str, *, limit: int, count: Count) -> str:
    pieces = text.replace(_BOLD, "").split()
    kept = _most(len(pieces), lambda n: count(" ".join(pieces[:n]) + "…") <= limit)
    if kept:
        return " ".join(pieces[:kept]).rstrip(",;:–—-") + "…"
    whole = pieces[0] if pieces else ""
    return whole[: _most(len(whole), lambda n: count(whole[:n]) <= limit)]


def _most(highest: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `highest` for which `fits` holds, found by halving; 0 if there is none."""
    low, high = 0, highest
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _balanced(text: str) -> str:
    """A cut must not leave bold type open."""
    if text.count(_BOLD) % 2 == 0:
        return text
    head, _, tail = text.rpartition(_BOLD)
    return (head + tail).strip()


def fit_post(body: str, hashtags: Sequence[str], *, limit: int, count: Count) -> tuple[str, tuple[str, ...]]:
    """(body, hashtags) that are within `limit` together; hashtags give way before words do."""
    tags = list(hashtags)
    while tags and count(join_hashtags(body, tags)) > limit:
        tags.pop()
    return fit(body, limit=limit, count=count), tuple(tags)
