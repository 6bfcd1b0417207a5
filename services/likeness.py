"""Do two texts say the same? Exactly, nearly, or not: after everything that a repeated post changes has been put aside.

The same: equal after Unicode normalisation (NFKC), without case, with one space between words and without the
parameters by which links are tracked. Nearly the same: the sets of pairs of neighbouring words have a Jaccard
similarity of at least `NEAR` (w-shingling: A. Broder, On the resemblance and containment of documents, 1997); emoji,
hashtags, formatting, dates and times do not count as words, because they are what changes when a post is repeated.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from services.time_words import MONTHS, WEEKDAYS

NEAR = 0.85
"""Pairs of words in common, of all that there are: one word changed in a text of about 25 words."""

LONGEST = 8_000
"""Characters of a text that are looked at; who repeats so much, repeats it at the beginning too."""

_FEWEST_WORDS = 4
"""Words below which nothing is nearly the same: in so short a text every word is its meaning."""

_MOST_CANDIDATES = 40
"""Texts that one is measured against at most; those with whom it shares the rarest pairs of words come first."""

_TRACKING = re.compile(
    r"(?<=[?&])(?:utm_[a-z_]+|fbclid|gclid|yclid|dclid|msclkid|ttclid|twclid|mc_[ce]id|igsh(?:id)?|_openstat)=[^&#\s)]*&?",
    re.IGNORECASE,
)
_DANGLING = re.compile(r"[?&]+(?=[)#\s]|$)")
_CJK = "\u3040-\u30ff\u3400-\u9fff"
_TOKENS = re.compile(rf"https?://[^\s)\]>]+|[{_CJK}]|[^\W_{_CJK}]+(?:['’-][^\W_{_CJK}]+)*")
_HASHTAGS = re.compile(r"(?<![\w&/])#\w+")
_TODAY = "today|tomorrow|tonight|yesterday|сегодня|завтра|вчера|hoy|mañana|ayer|今天|明天|今晚|昨天"


@dataclass(frozen=True, slots=True)
class Print:
    """A text as it is compared: `same` is equal for texts that are the same, `pairs` are its pairs of words (hashed)."""

    same: str
    pairs: frozenset[int]


def print_of(text: str) -> Print:
    """The print of a text (Markdown); only its first `LONGEST` characters count."""
    same = _plain(text[:LONGEST])
    words = _TOKENS.findall(_dates().sub(" ", _HASHTAGS.sub(" ", same)))
    if len(words) < _FEWEST_WORDS:
        return Print(same, frozenset())
    return Print(same, frozenset(hash(pair) for pair in pairwise(words)))


def is_near(one: Print, other: Print) -> bool:
    """Whether two texts are nearly the same; those that are the same are."""
    if one.same == other.same:
        return True
    fewer, more = sorted((len(one.pairs), len(other.pairs)))
    if not fewer or fewer < NEAR * more:
        return False
    common = len(one.pairs & other.pairs)
    return common >= NEAR * (fewer + more - common)


class Repeats:
    """Finds, among many texts, those that one repeats, without measuring it against every one of them.

    Two texts that are near share one of their rarest pairs (prefix filtering: Chaudhuri, Ganti, Kaushik, A primitive
    operator for similarity joins, 2006). Only the `_MOST_CANDIDATES` latest of those that share one are measured; the
    same text is always found.
    """

    def __init__(self, prints: Iterable[Print]) -> None:
        """`prints` are all that will be added or asked for: how rare a pair is, is counted among them."""
        self._rarity = Counter(pair for one in prints for pair in one.pairs)
        self._added: list[Print] = []
        self._same: dict[str, list[int]] = {}
        self._holding: dict[int, list[int]] = {}

    def add(self, one: Print) -> int:
        """Takes a text in; its number, counted from 0."""
        number = len(self._added)
        self._added.append(one)
        self._same.setdefault(one.same, []).append(number)
        for pair in self._rarest(one):
            self._holding.setdefault(pair, []).append(number)
        return number

    def same(self, one: Print) -> list[int]:
        """The numbers of the texts that are the same, in the order of adding."""
        return self._same.get(one.same, [])

    def near(self, one: Print) -> Iterator[int]:
        """The numbers of texts that are nearly the same, and not the same."""
        measured: set[int] = set()
        for pair in self._rarest(one):
            for number in reversed(self._holding.get(pair, ())):
                if len(measured) >= _MOST_CANDIDATES:
                    return
                if number not in measured:
                    measured.add(number)
                    other = self._added[number]
                    if other.same != one.same and is_near(one, other):
                        yield number

    def _rarest(self, one: Print) -> list[int]:
        """So many of a text's rarest pairs that no near one can be without all of them."""
        needed = len(one.pairs) - math.ceil(NEAR * len(one.pairs)) + 1 if one.pairs else 0
        return sorted(one.pairs, key=lambda pair: (self._rarity[pair], pair))[:needed]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_DANGLING.sub("", _TRACKING.sub("", folded)).split())


@cache
def _dates() -> re.Pattern[str]:
    """What is a date or a time of day in a folded text."""
    months = "|".join(sorted("|".join(MONTHS).split("|"), key=len, reverse=True))
    weekdays = "|".join(sorted("|".join(WEEKDAYS).split("|"), key=len, reverse=True))
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    return re.compile(
        rf"\b(?:{day}\.? ?(?:de |of )?(?:{months})|(?:{months}) {day})(?:,?(?: de)? 20\d\d)?\b\.?"
        rf"|\b(?:{weekdays}|{_TODAY})\b\.?|[今明昨](?:天|晚)|(?:周|星期|礼拜)[一二三四五六日天]|\d{{1,2}}[月日号]"
        r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b\d{1,2}[./]\d{1,2}\b\.?"
        r"|\b\d{1,2}(?::\d{2})(?:\s?[ap]m)?\b|\b\d{1,2}\s?[ap]m\b"
    )
