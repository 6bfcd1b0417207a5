"""Which standing times do some words mean, and how are standing times said? "Mon-Fri 09:00, 17:30; Sat 10:00".

Weekdays (names, short names, ranges, "daily", "weekdays", "weekends") stand before or after their times of day. Words
that are not understood refuse the whole: nothing is guessed, and everything is said back before it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.refusals import Unclear
from services.time_placing import WEEKDAYS

LONGEST = 200
EXAMPLE = "Send days and times, such as “Mon-Fri 09:00, 17:30” or “weekends 10am”."

_GROUPS = {
    "daily": range(7),
    "day": range(7),
    "days": range(7),
    "everyday": range(7),
    "weekday": range(5),
    "weekdays": range(5),
    "workdays": range(5),
    "weekend": range(5, 7),
    "weekends": range(5, 7),
}
_SHORT = {
    "mo": 0,
    "tu": 1,
    "tues": 1,
    "we": 2,
    "weds": 2,
    "th": 3,
    "thur": 3,
    "thurs": 3,
    "fr": 4,
    "sa": 5,
    "su": 6,
}
_NAMED_TIMES = {"noon": "12:00", "midnight": "00:00"}
_RANGE = {"-", "–", "—", "to", "through", "till", "until"}
_FILLERS = {"at", "and", "on", "every", "each", "the", "slot", "slots"}
_TOKEN = re.compile(
    r"(?P<time>[0-9]{1,2}(?:[:.][0-9]{2})?\s?(?:am|pm)?)(?![\w:])|(?P<word>[a-z]+)|(?P<mark>[-–—])|[\s,;&+/.]+|(?P<odd>.)"
)
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s?(am|pm)?")


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """A weekday (Monday 0) and a local clock such as 09:30."""

    weekday: int
    at_local: str


@dataclass(slots=True)
class _Clause:
    """Days with the times that belong to them; which kind came first tells where the next clause begins."""

    days: list[int] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def ends_with(self, kind: str) -> bool:
        """Whether a further token of this kind belongs to the next clause."""
        return len(self.kinds) > 1 and self.kinds[0] == kind

    def note(self, kind: str) -> None:
        if not self.kinds or self.kinds[-1] != kind:
            self.kinds.append(kind)


def read_standing(words: str) -> list[Standing]:
    """The standing times that the words mean, in the order of the week; raises `Unclear` with an example."""
    text = words.casefold().strip()
    if not text or len(text) > LONGEST:
        raise Unclear("No days and times are named." if not text else "That is too long.", EXAMPLE)
    reader = _Reader()
    for match in _TOKEN.finditer(text):
        if match["time"]:
            reader.time(_clock(match["time"]))
        elif match["odd"]:
            raise Unclear(f"I do not understand “{match['odd']}” there.", EXAMPLE)
        elif token := match["word"] or match["mark"]:
            reader.word(token)
    return reader.done()


@dataclass(slots=True)
class _Reader:
    """Takes words and times one by one; `_is_range` after a dash that waits for its second weekday."""

    _clauses: list[_Clause] = field(default_factory=lambda: [_Clause()])
    _is_range: bool = False

    def word(self, word: str) -> None:
        if word in _RANGE:
            if self._is_range or not self._clauses[-1].days:
                raise Unclear("A range goes from one weekday to another.", EXAMPLE)
            self._is_range = True
        elif word in _NAMED_TIMES:
            self.time(_NAMED_TIMES[word])
        elif word not in _FILLERS:
            self._days(word)

    def _days(self, word: str) -> None:
        days = _GROUPS.get(word) or _weekday(word)
        clause = self._clause("day")
        if self._is_range:
            if len(days) > 1:
                raise Unclear("A range goes from one weekday to another.", EXAMPLE)
            first = clause.days[-1]
            days = [(first + ahead) % 7 for ahead in range((days[0] - first) % 7 + 1)]
            self._is_range = False
        clause.days += days

    def time(self, clock: str) -> None:
        if self._is_range:
            raise Unclear("A range goes from one weekday to another.", EXAMPLE)
        self._clause("time").times.append(clock)

    def _clause(self, kind: str) -> _Clause:
        if self._clauses[-1].ends_with(kind) and not self._is_range:
            self._clauses.append(_Clause())
        self._clauses[-1].note(kind)
        return self._clauses[-1]

    def done(self) -> list[Standing]:
        if self._is_range:
            raise Unclear("The range has no end.", EXAMPLE)
        found: set[Standing] = set()
        for clause in self._clauses:
            if not clause.times:
                raise Unclear("No time of day is named.", EXAMPLE)
            found |= {Standing(day, at) for day in clause.days or range(7) for at in clause.times}
        return sorted(found)


def _weekday(word: str) -> Sequence[int]:
    name = word.removesuffix("s") if word.endswith("days") else word
    for number, proper in enumerate(WEEKDAYS):
        if name in {proper.casefold(), proper[:3].casefold()}:
            return [number]
    if name in _SHORT:
        return [_SHORT[name]]
    raise Unclear(f"I do not understand “{word}” there.", EXAMPLE)


def _clock(text: str) -> str:
    match = _TIME.fullmatch(text.strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    if match and match[3]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - hours of half a day
            raise Unclear(f"There is no {text.strip()}.", EXAMPLE)
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - hours of a day, minutes of an hour
        raise Unclear(f"There is no {text.strip()} o'clock.", EXAMPLE)
    return f"{hour:02}:{minute:02}"


def say_standing(standing: Iterable[Standing]) -> list[str]:
    """Such as ["Mon–Fri 09:00, 17:30", "Sat 10:00"]: days in a row with the same times are told together."""
    by_day: dict[int, list[str]] = {}
    for one in sorted(set(standing)):
        by_day.setdefault(one.weekday, []).append(one.at_local)
    lines: list[tuple[int, int, list[str]]] = []
    for day, times in by_day.items():
        if lines and lines[-1][1] == day - 1 and lines[-1][2] == times:
            lines[-1] = (lines[-1][0], day, times)
        else:
            lines.append((day, day, times))
    return [f"{_days_text(first, last)} {', '.join(times)}" for first, last, times in lines]


def _days_text(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "Every day"
    short = [name[:3] for name in WEEKDAYS]
    if first == last:
        return short[first]
    return f"{short[first]}{', ' if last == first + 1 else '–'}{short[last]}"
