"""Which facts does a text state that no rewriting may lose or invent?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.offline.reading import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.offline.tongues.tongue import Tongue

# The bounded repeats keep the search linear on hostile text.
LINK = re.compile(
    r"https?://[^\s<>\"*。，！？、；（）《》\u4e00-\u9fff]+|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,4}"
    r"(?:com|org|net|io|app|ru|es|cn|de|shop|me|eu|info|dev|coffee)\b(?:/[^\s<>\"*。，！？、；（）《》\u4e00-\u9fff]*)?",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
HASHTAG = re.compile(r"(?<![\w&/#])#(?=[^\W_]*[^\W\d])\w{1,100}")
MENTION = re.compile(r"(?<![\w.])@\w{2,64}")
_PRICE = re.compile(
    r"(?:[$€£¥₽₹] ?\d[\d.,]{0,15})|(?<!\d)\d[\d.,]{0,15} ?(?:[€£₽¥$]|(?:usd|eur|euros?|dollars?|pounds?|руб\w*|pesos)\b|元|块)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"(?<!\d)\d{1,9}(?:[.,]\d{1,4})? ?(?:[%％]|percent\b|per cent\b|процент\w*|por ciento\b)", re.IGNORECASE
)
_QUANTITY = re.compile(r"(?<!\d)\d{1,9} [^\W\d_]{3,}")
_NAME = re.compile(r"(?<=[^\W_][ ,])[A-ZА-ЯЁÀ-Þ][^\W\d_]+(?: [A-ZА-ЯЁÀ-Þ][^\W\d_]+){0,2}")
_PLACE = re.compile(
    r"\b(?:in|at|near|en|cerca de|в|во|на) (?:the |el |la )?([A-ZА-ЯЁÀ-Þ][^\W\d_]+(?: [A-ZА-ЯЁÀ-Þ][^\W\d_]+){0,2})"
)
_LINK_TAIL = ".,;:!?)]}'”»…"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a text states, each in the words of the text and in its order, without repeats."""

    percentages: tuple[str, ...]
    prices: tuple[str, ...]
    deadlines: tuple[str, ...]
    moments: tuple[str, ...]
    offers: tuple[str, ...]
    places: tuple[str, ...]
    names: tuple[str, ...]
    links: tuple[str, ...]
    quantities: tuple[str, ...]
    hashtags: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def binding(self) -> frozenset[str]:
        """The facts that must survive every change: numbers, links, deadlines, moments and mentions of persons."""
        return frozenset((*self.numbers, *self.links, *(d.lower() for d in (*self.deadlines, *self.moments))))


def links(text: str) -> tuple[str, ...]:
    """Addresses in `text`, without the punctuation that ends the sentence around them."""
    return _unique(link for found in LINK.findall(text) if (link := _trimmed(found)))


def _trimmed(link: str) -> str:
    """A closing bracket belongs to the address only if it was opened in it (as in encyclopedias)."""
    while link and link[-1] in _LINK_TAIL and not (link[-1] == ")" and link.count("(") >= link.count(")")):
        link = link[:-1]
    return link


def facts_of(text: str, tongue: Tongue | None) -> Facts:
    """Everything in `text` that can be recognised as a fact; moments only in a tongue that is known."""
    bare = LINK.sub(" ", text)
    timed = tongue.moments if tongue else None
    deadlines = _all(timed.deadline, bare) if timed else ()
    without_deadlines = timed.deadline.sub(" ; ", bare) if timed else bare
    names = tuple(name for name in _all(_NAME, bare) if not tongue or name.lower() not in tongue.stop_words)
    return Facts(
        percentages=_all(_PERCENT, bare),
        prices=_all(_PRICE, bare),
        deadlines=deadlines,
        moments=_all(timed.when, without_deadlines) if timed else (),
        offers=_all(timed.offer, bare) if timed else (),
        places=_unique(_PLACE.findall(bare)),
        names=names,
        links=links(text),
        quantities=_all(_QUANTITY, bare),
        hashtags=_unique(HASHTAG.findall(text)),
        numbers=(*_all(NUMBER, bare), *(mention for mention in _all(MENTION, bare))),
    )


def weight(text: str, tongue: Tongue | None) -> int:
    """How many facts `text` states: the measure by which sentences are picked."""
    facts = facts_of(text, tongue)
    groups = (
        facts.percentages,
        facts.prices,
        facts.deadlines,
        facts.moments,
        facts.links,
        facts.quantities,
        facts.places,
    )
    return sum(len(group) for group in groups)


def is_content(text: str, tongue: Tongue | None) -> bool:
    """Whether there is enough in `text` to write a post about."""
    enough = 4 if tongue and tongue.code == "zh" else 2
    length = len(text) if tongue and tongue.code == "zh" else len(words(text))
    return length >= enough or bool(facts_of(text, tongue).binding)


def _all(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return _unique(match.group().strip(" ,") for match in pattern.finditer(text))


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for item in found if item))
