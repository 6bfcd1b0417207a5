"""What do the words say about a moment? Rules over the kinds of terms; a part that no rule explains refuses the whole.

Each term has a one-letter kind (`time_words`), so a phrase is a short string such as `DaNA` ("tomorrow at 9 am") and a
rule is a pattern over that string. What a rule took is blanked with `_`. The patterns have no nested repeats and the
string is at most a few hundred letters long, so reading is linear in practice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.refusals import Unclear
from services.time_reading import Term, fold, terms
from services.time_zones import take_zones

_SPAN = r"(?:S|N(?:\.N|s)?[UHJY]s?)"
_SPANS_TO_COME = (r"iN[UH]N(?=_*$)", rf"i{_SPAN}{{1,3}}", r"i[UHY]", rf"{_SPAN}{{1,3}}l")
_SPANS_GONE = (rf"{_SPAN}{{1,3}}g", rf"g{_SPAN}{{1,3}}")
_SPAN_ALONE = re.compile(r"_*(?:S|NUs?){1,3}_*")
_CLOCKS_BEFORE_DATES = (
    r"a?N:N(?::N)?A?",
    r"a?pNA?",
    r"a?NO(?:Nk?|s)?",
    r"a?N\.N[AH]",
    r"a(?:N|R)\.N(?!\.|[0-9])",
)
_CLOCKS_AFTER_DATES = (
    r"a?NH(?:N[kU]?|s)?",
    r"a?NNA",
    r"a?NA",
    r"a?Ns",
    r"aNN",
    r"aN",
    r"N(?=[PJ])",
    r"aH(?=[PJ])",
    r"N\.N",
)
_DATES = (
    ("ymd", r"R([-/.])N\1N"),
    ("dmy", r"N\.N\.[RN]\.?Y?|N/N/[RN]|N-N-R"),
    ("ymd", r"RYNnNd?"),
    ("dmy", r"N-?d?M(?:RY?)?|N\.M(?:RY?)?"),
    ("mdy", r"M\.?Nd?(?:RY?)?"),
    ("md", r"NnNd?"),
    ("dm", r"N/N(?!/)|N\.N\.?"),
    ("d", r"Nd"),
)
_UNITS = {"H": "hour", "J": "day", "Y": "year"}
_IGNORED = re.compile(r"[_a.]*")
_DOTTED_CLOCK = r"aN\.N(?=[PJA_]|$)"
_SPOKEN_HOUR = 12
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as minutes after midnight and seconds; `is_plain` when nothing said which half of the day."""

    minutes: int
    seconds: int = 0
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it was written: its numbers in the order told by `shape` (`dmy`, `md`, …), and `mark` between them."""

    shape: str
    numbers: tuple[int, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Everything the words said. `spans` are (amount, unit) from now; `which` is next, this or coming."""

    spans: tuple[tuple[int, str], ...] = ()
    is_gone: bool = False
    written: Written | None = None
    day: int | None = None
    weekday: int | None = None
    which: str = ""
    week: int | None = None
    clock: Clock | None = None
    part: str = ""
    is_midnight: bool = False
    zone: str = ""


@dataclass(slots=True)
class _Phrase:
    """The terms that are still to be explained."""

    terms: list[Term]
    kinds: str = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = "".join(term.kind for term in self.terms)

    def take(self, *patterns: str) -> list[Term]:
        """The terms of the first pattern that is found, which are thereby explained; empty when none is."""
        for pattern in patterns:
            match = re.search(pattern, self.kinds)
            if match is not None:
                start, end = match.span()
                self.kinds = self.kinds[:start] + "_" * (end - start) + self.kinds[end:]
                return self.terms[start:end]
        return []


class UnknownWords(Unclear):
    """Some words are not in our vocabulary; another reader may know them."""


def read(words: str) -> Said:
    """What the words say, every one of them explained. Raises `UnknownWords` or `Unclear` (without a next step)."""
    rest, zones = take_zones(fold(words))
    phrase = _Phrase(terms(rest))
    _refuse_what_is_no_moment(phrase)
    said = _read(phrase, zones)
    if "u" in phrase.kinds:
        raise UnknownWords("I could not work out the moment from these words.")
    if not _IGNORED.fullmatch(phrase.kinds):
        raise Unclear(_leftover(phrase))
    if said == Said(zone=said.zone):
        raise Unclear("These words name no moment.")
    return said


def _read(phrase: _Phrase, zones: list[str]) -> Said:
    zone = _zone(phrase, zones)
    spans, is_gone = _spans(phrase)
    clock = _clock(phrase.take(*_CLOCKS_BEFORE_DATES)) or _dotted_clock(phrase)
    written = _written(phrase)
    day = phrase.take("D")
    week = phrase.take("v")
    which, weekday = _weekday(phrase)
    is_midnight = bool(phrase.take("Z"))
    part = phrase.take("K") if clock is None else []
    if part:
        clock = Clock(part[0].number, is_plain=False)
    elif clock is None and not is_midnight:
        has_day = bool(written or day or week or spans) or weekday is not None
        clock = _late_clock(phrase, has_day=has_day)
    return Said(
        spans=spans,
        is_gone=is_gone,
        written=written,
        day=day[0].number if day else None,
        weekday=weekday,
        which=which,
        week=week[0].number if week else None,
        clock=clock,
        part=_part(phrase),
        is_midnight=is_midnight,
        zone=zone,
    )


def _refuse_what_is_no_moment(phrase: _Phrase) -> None:
    if "e" in phrase.kinds:
        raise Unclear("These words repeat, and one moment is needed here.")
    if "q" in phrase.kinds:
        raise Unclear(
            "A moment to come is needed here.", "Publish it at once instead, or name a later moment."
        )


def _zone(phrase: _Phrase, zones: list[str]) -> str:
    for term in phrase.terms:
        if term.kind == "b":
            raise Unclear(
                f"{term.name.upper()} means several time zones.",
                "Name a city, such as “in Dubai”, or a distance, such as UTC+5:30.",
            )
    while taken := phrase.take(r"[ia]?C"):
        zones.append(taken[-1].name)
    if len(set(zones)) > 1:
        raise Unclear("These words name two time zones.", "Name one of them.")
    return zones[0] if zones else ""


def _spans(phrase: _Phrase) -> tuple[tuple[tuple[int, str], ...], bool]:
    """Amounts from now, and whether they lie behind: "in 2 hours 30 minutes", "2 hours ago"."""
    gone = phrase.take(*_SPANS_GONE)
    found = gone or phrase.take(*_SPANS_TO_COME)
    if not found and _SPAN_ALONE.fullmatch(phrase.kinds):
        found = phrase.take(rf"{_SPAN}{{1,3}}")
    spans: list[tuple[int, str]] = []
    amount, half = 1, 0
    for place, term in enumerate(found):
        if term.kind == "N" and place and found[place - 1].kind == ".":
            half = _half(term)
        elif term.kind == "N":
            amount = term.number
        elif term.kind == "S":
            spans.append((term.number, "minute"))
        elif term.kind == "s":
            half = term.number
        elif term.kind in "UHJY":
            spans.append((amount, term.name or _UNITS[term.kind]))
            amount = 0
        if half and spans and not amount:
            spans.append(_fraction(spans[-1][1], half))
            half = 0
    if found and found[-1].kind == "N":
        spans.append(_fraction(spans[0][1], amount))
    return tuple(spans), bool(gone)


def _half(term: Term) -> int:
    if (term.number, term.width) != (5, 1):
        raise Unclear("Only halves of an hour can be written after the point.")
    return 30


def _fraction(unit: str, minutes: int) -> tuple[int, str]:
    if unit != "hour":
        raise Unclear("Only hours can be followed by a part of one.")
    return minutes, "minute"


def _clock(found: list[Term]) -> Clock | None:
    """The time of day of a taken clock; numbers come as hour, minute, second. Raises `Unclear` for 25:00."""
    if not found:
        return None
    numbers = [term for term in found if term.kind == "N"] or [Term("N", 1)]
    hour, minute, second = [*(term.number for term in numbers), 0, 0][:3]
    if len(numbers) == 1 and numbers[0].width == 4:  # noqa: PLR2004 - 1830
        hour, minute = divmod(hour, 100)
    kinds = {term.kind for term in found}
    if hour > 24 or max(minute, second) > 59 or _is_short(numbers, kinds):  # noqa: PLR2004 - a day's clock
        raise Unclear(f"{hour}:{minute:02} is no time of day.")
    is_plain = hour <= _SPOKEN_HOUR and "A" not in kinds
    for term in found:
        if term.kind == "A":
            hour = _halved(hour, term.number)
    minutes = hour * 60 + minute + sum(term.number for term in found if term.kind in "ps")
    return Clock(minutes if 0 <= minutes <= _DAY else minutes % _DAY, second, is_plain=is_plain)


def _late_clock(phrase: _Phrase, *, has_day: bool) -> Clock | None:
    """Clocks that look like a date or a span; a bare number is one only beside a day, and a bare "9h" neither."""
    found = phrase.take(*_CLOCKS_AFTER_DATES, *((r"N",) if has_day else ()))
    kinds = "".join(term.kind for term in found)
    if (
        kinds in {"NH", "NHNU"}
        and not has_day
        and found[0].number <= _SPOKEN_HOUR
        and not set("PJ") & set(phrase.kinds)
    ):
        raise Unclear("This may be a time of day or a number of hours.", "Say “at 9:00” or “in 9 hours”.")
    return _clock(found)


def _is_short(numbers: list[Term], kinds: set[str]) -> bool:
    """Whether minutes lack a digit: 9:5 may be 9:05 or 9:50."""
    return not kinds & {"O", "H"} and any(term.width != 2 for term in numbers[1:])  # noqa: PLR2004 - two digits


def _halved(hour: int, half: int) -> int:
    """The hour on a 24-hour clock; `half` is 0 for am and 12 for pm. 13 and above admit only pm."""
    if hour > _SPOKEN_HOUR and half:
        return hour
    if not 0 < hour <= _SPOKEN_HOUR:
        raise Unclear(f"{hour} {'pm' if half else 'am'} is no time of day.")
    return hour % _SPOKEN_HOUR + half


def _dotted_clock(phrase: _Phrase) -> Clock | None:
    """After "at", 9.30 is a clock and 25.12 a date: the numbers decide, and minutes have two digits."""
    match = re.search(_DOTTED_CLOCK, phrase.kinds)
    if match is None:
        return None
    hour, minute = phrase.terms[match.start() + 1], phrase.terms[match.start() + 3]
    if hour.number >= 24 or minute.number > 59 or minute.width != 2:  # noqa: PLR2004 - a day's clock
        return None
    return _clock(phrase.take(_DOTTED_CLOCK))


def _written(phrase: _Phrase) -> Written | None:
    for shape, pattern in _DATES:
        match = re.search(pattern, phrase.kinds)
        if match is None or (shape == "dm" and not _is_day_and_month(phrase, match.start())):
            continue
        found = phrase.take(pattern)
        numbers = tuple(term.number for term in found if term.kind in "NRM")
        mark = next((term.kind for term in found if term.kind in "./-"), "")
        return Written(shape[: len(numbers)], numbers, mark)
    return None


def _is_day_and_month(phrase: _Phrase, start: int) -> bool:
    """18.30 is a time of day: a date has a month in it."""
    one, two = phrase.terms[start].number, phrase.terms[start + 2].number
    return phrase.kinds[start + 1] == "/" or (0 < one <= 31 and 0 < two <= 12)  # noqa: PLR2004 - days and months


def _weekday(phrase: _Phrase) -> tuple[str, int | None]:
    """The weekday and the word that goes with it, on either side of it."""
    for which, kind in (("next", "x"), ("this", "t"), ("coming", "c")):
        found = phrase.take(f"{kind}W|W{kind}")
        if found:
            return which, next(term.number for term in found if term.kind == "W")
    found = phrase.take("W")
    return "", found[0].number if found else None


def _part(phrase: _Phrase) -> str:
    found = phrase.take("P") or phrase.take("J")
    return (found[0].name or "afternoon") if found else ""


def _leftover(phrase: _Phrase) -> str:
    digits = [str(term.number) for term, kind in zip(phrase.terms, phrase.kinds, strict=True) if kind in "NR"]
    if digits:
        return f"I cannot tell what {digits[0]} stands for in these words."
    return "These words can be read in more than one way."
