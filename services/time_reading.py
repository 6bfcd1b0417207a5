"""What terms of time stand in these words? Folds the spelling and looks phrases up, longest first.

Everything here is linear in the length of the words, which `timing` bounds before they come here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from services import time_words
from services.time_zones import ABBREVIATIONS, AMBIGUOUS, CITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    Phrases = dict[tuple[str, ...], tuple["Term", ...]]

_ATOM = re.compile(r"[0-9]+|[一-鿿〇]|[^\W\d_一-鿿]+|[^\s]")
_DOTTED_MERIDIEM = re.compile(r"(?<![^\W\d_])([ap])\. ?m\b\.?")
_SILENT = re.compile(r"[,;!?()\[\]\"“”«»，。、；！？（）]| - ")
_CHINESE_NUMERAL = frozenset(time_words.CHINESE_DIGITS) | {"十"}
_MARKS = frozenset(":./-+")
_LARGEST = 10**8
_IN_WORDS = "in words"
_TENS = frozenset({20, 30, 40, 50})
_HALF_AFTER_COMMA = re.compile(r"(?<=[0-9]),(?=5(?![0-9:]))")


class Term(NamedTuple):
    """One term: its kind (see `time_words`), its number or name, and how many digits it was written with."""

    kind: str
    number: int = 0
    name: str = ""
    width: int = 0


def fold(words: str) -> str:
    """The words without case, accents, invisible characters and full-width forms; digits of any script are 0-9."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", words).casefold())
    kept = "".join(_letter(character) for character in apart)
    plain = kept.translate(time_words.TRADITIONAL).replace("’", "").replace("'", "")
    plain = re.sub(r"[‐-―]", "-", plain)
    plain = _HALF_AFTER_COMMA.sub(".", plain)
    plain = _DOTTED_MERIDIEM.sub(r"\1m", plain)
    return " ".join(_SILENT.sub(" ", f" {plain} ").split())


def _letter(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in {"Mn", "Cf", "Cs"}:
        return ""
    return " " if category.startswith(("C", "Z")) else character


def terms(folded: str) -> list[Term]:
    """The terms of folded words in order; what is not known comes as kind `u` under its own name."""
    atoms = _ATOM.findall(folded)
    found: list[Term] = []
    place = 0
    while place < len(atoms):
        taken, said = _longest(atoms, place)
        found.extend(said)
        place += taken
    return _joined([term for term in found if term.kind != "f"])


def _joined(found: list[Term]) -> list[Term]:
    """Tens and ones in words make one number: twenty one, сорок пять."""
    joined: list[Term] = []
    for term in found:
        tens = joined[-1] if joined else term
        if tens.name == term.name == _IN_WORDS and tens.number in _TENS and term.number in range(1, 10):
            joined[-1] = tens._replace(number=tens.number + term.number)
        else:
            joined.append(term)
    return joined


def _longest(atoms: list[str], place: int) -> tuple[int, tuple[Term, ...]]:
    phrases, longest = _vocabulary()
    for size in range(min(longest, len(atoms) - place), 0, -1):
        said = phrases.get(tuple(atoms[place : place + size]))
        if said is not None:
            return size, said
    atom = atoms[place]
    if atom.isascii() and atom.isdigit():
        return 1, (_number(atom),)
    if atom in _CHINESE_NUMERAL:
        return _chinese_number(atoms, place)
    return 1, (Term(atom if atom in _MARKS else "u", name=atom),)


def _number(digits: str) -> Term:
    """A written number; four digits that look like a year of this century have a kind of their own, `R`."""
    number = min(int(digits), _LARGEST)
    is_year = len(digits) == 4 and digits.startswith("20")  # noqa: PLR2004 - a year has four digits
    return Term("R" if is_year else "N", number, width=len(digits))


def _chinese_number(atoms: list[str], place: int) -> tuple[int, tuple[Term, ...]]:
    """Numerals up to ninety-nine: 九, 十二, 二十, 三十五."""
    run = place
    while run < len(atoms) and atoms[run] in _CHINESE_NUMERAL and run - place < 3:  # noqa: PLR2004 - 三十五 is longest
        run += 1
    text = "".join(atoms[place:run])
    tens, ten, ones = text.rpartition("十")
    digits = time_words.CHINESE_DIGITS
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return run - place, (Term("u", name=text),)
    value = digits.get(ones, 0) + (10 * digits.get(tens, 1) if ten else 0)
    return run - place, (Term("N", value, width=2),)


@cache
def _vocabulary() -> tuple[Phrases, int]:
    """All phrases of all languages by their atoms, and the length of the longest one."""
    phrases: Phrases = {}
    for text, said in _entries():
        phrases.setdefault(tuple(_ATOM.findall(fold(text))), said)
    return phrases, max(len(atoms) for atoms in phrases)


def _entries() -> Iterator[tuple[str, tuple[Term, ...]]]:
    for table in (time_words.ENGLISH, time_words.RUSSIAN, time_words.SPANISH, time_words.CHINESE):
        for key, texts in table.items():
            yield from _spread(texts, *(_term(word) for word in key.split()))
    for number, texts in time_words.NUMERALS.items():
        yield from _spread(texts, Term("N", number, _IN_WORDS, width=2))
    for kind, names in (("W", time_words.WEEKDAYS), ("M", ("", *time_words.MONTHS))):
        for number, texts in enumerate(names):
            yield from _spread(texts, Term(kind, number))
    for kind, zones in (("C", CITIES), ("C", ABBREVIATIONS)):
        for zone, texts in zones.items():
            yield from _spread(texts, Term(kind, name=zone))
    for name in AMBIGUOUS:
        yield name, (Term("b", name=name),)
    yield from _grown()


def _spread(texts: str, *said: Term) -> Iterator[tuple[str, tuple[Term, ...]]]:
    return ((text, said) for text in texts.split("|") if text)


def _grown() -> Iterator[tuple[str, tuple[Term, ...]]]:
    """Phrases that follow a rule: Chinese weekdays with their week, and the Russian half hours."""
    for place, name in enumerate(time_words.CHINESE_WEEKDAYS):
        weekday = Term("W", min(place, 6))
        for prefix, week in time_words.CHINESE_WEEKS.items():
            said = (weekday,) if week is None else (Term("v", week), weekday)
            for unit in ("周", "星期", "礼拜"):
                yield f"{prefix}{unit}{name}", said
    for hour, ordinal in enumerate(time_words.RUSSIAN_RUNNING_HOURS.split()):
        for half in ("пол", "пол ", "половина ", "половине "):
            yield half + ordinal, (Term("N", hour or 12, width=2), Term("s", 30))


def _term(written: str) -> Term:
    kind, _, value = written.partition(":")
    if value.lstrip("-").isdigit():
        return Term(kind, int(value), width=2)
    return Term(kind, name=value)
