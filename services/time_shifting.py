"""Where do some words move a publication that has its moment already? Read against that moment, said back, never saved here.

two hours later      so much after the moment it has (earlier: before it); hours are hours, days keep the clock
tomorrow             from today, as everybody says it, at the time of day that it has; so for a weekday, a date, "in 3 days"
next week            the weekday and the time of day that it has
next Monday, 9:00    both are named: exactly that
18:30, in the evening  the day that it has, or the next time it is so when that has passed
in 2 hours           from now

Words that are no moment are none: None, and whoever asked reads them as something else. The words of reading are those
of `timing` (English, Russian, Spanish, Chinese, and what `dateparser` knows); the words around them are below.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from services.refusals import Unclear
from services.time_grammar import Clock, Said, Written, read
from services.time_placing import WEEKDAYS, Placing, wall_of
from services.time_reading import fold
from services.time_saying import say_day
from services.time_zones import zone_of
from services.timing import Resolved, TooLate, refuse_outside, resolve

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LONGEST = 60
"""Characters of words that may be nothing but a moment; a longer text is a wish of another kind."""

_POLITE = (
    "please",
    "no",
    "better",
    "rather",
    "лучше",
    "нет",
    "пожалуиста",
    "даваи(?:те)?",
    "no mejor",
    "mejor",
    "por favor",
    "请",
)
_ASKING = (
    "lets do",
    "make (?:it|that)",
    "(?:re)?schedule(?: it| this| that)?(?: for| to)?",
    "(?:move|put|shift|push|postpone)(?: it| this| that)?(?: to| for| until| till)?",
    "(?:перенеси|отложи|сдвинь)(?:те)?(?: это| его)?(?: на| до)?",
    "запланируи(?:те)?(?: на)?",
    "(?:muevelo|pasalo|cambialo) (?:a|al|para)",
    "programalo para",
    "(?:改到|改成|改在|推迟到|提前到|安排在|换到)",
)
_AFTER = (
    "instead",
    "please",
    "then",
    "вместо этого",
    "пожалуиста",
    "en su lugar",
    "mejor",
    "por favor",
    "吧",
    "再发",
)
_SAME_TIME = (
    "at the same time(?: of day)?",
    "the same time",
    "same time",
    "в то же (?:самое )?время",
    "в это же время",
    "a la misma hora",
    "la misma hora",
    "misma hora",
    "同[一样](?:的)?时间",
    "同一时[候刻]",
)
_LATER = (
    "(?P<span>.+?) later(?: than (?:planned|that))?",
    "(?:delay|postpone|push)(?: it| this| that)?(?: back)?(?: by)? (?P<span>.+)",
    "(?:на )?(?P<span>.+?) (?:позже|позднее|попозже)",
    "(?:позже|позднее) на (?P<span>.+)",
    "(?:отложи|задержи|сдвинь)(?:те)?(?: это| его)? на (?P<span>.+)",
    "(?P<span>.+?) (?:mas tarde|despues)",
    "(?:retrasalo|aplazalo|posponlo)(?: en)? (?P<span>.+)",
    "(?:推[迟遲]|延后|往后推|推后|晚)(?P<span>.+)",
)
_EARLIER = (
    "(?P<span>.+?) (?:earlier|sooner)(?: than (?:planned|that))?",
    "(?:bring|pull)(?: it| this| that)? forward(?: by)? (?P<span>.+)",
    "(?:на )?(?P<span>.+?) (?:раньше|пораньше)",
    "раньше на (?P<span>.+)",
    "(?P<span>.+?) (?:antes|mas temprano)",
    "adelantalo(?: en)? (?P<span>.+)",
    "(?:提前|提早|早)(?P<span>.+)",
)
_LONG_UNITS = frozenset({"day", "week", "month", "year"})


def shift(
    words: str, *, due_at: datetime, zone: ZoneInfo, now: datetime, language: str | None = None
) -> Resolved | None:
    """The moment that `words` move a publication to that is due at `due_at` (aware); None when they are no moment.

    `zone` is the person's: his clocks say which day is today and what time of day it has. Raises `TooLate` or
    `OutOfRange`, each with a sentence and a next step, for a moment that has passed or lies more than a year ahead.
    """
    text = words.strip()
    if not text or len(text) > LONGEST:
        return None
    plain = _without(fold(text), _POLITE)
    bare = _without(plain, (*_POLITE, *_ASKING))
    for said in (plain, bare):
        found = _by_distance(said, text, due_at=due_at, zone=zone, now=now)
        if found is not None:
            return found
    return _by_name(bare, text, due_at=due_at, zone=zone, now=now, language=language)


def _by_distance(
    bare: str, words: str, *, due_at: datetime, zone: ZoneInfo, now: datetime
) -> Resolved | None:
    """So much later or earlier than planned."""
    for patterns, is_earlier in ((_LATER, False), (_EARLIER, True)):
        match = _whole(patterns).fullmatch(bare)
        said = None if match is None else _span(next(one for one in match.groups() if one is not None))
        if said is None:
            continue
        there = due_at.astimezone(zone)
        clock = _clock_of(there) if _names_no_time(said) else None
        placing = Placing(replace(said, is_gone=is_earlier, clock=clock), there, zone)
        at = placing.moment()
        refuse_outside(at, now=now, zone=zone)
        wall = wall_of(at, zone, said=placing.wall)
        return Resolved(at, at.astimezone(zone), words, tuple(placing.notes), wall)
    return None


def _span(words: str) -> Said | None:
    """What an amount of time says, and nothing but it: "two hours", "полчаса", "media hora", "一小时"."""
    try:
        said = read(f"in {words.strip()}")
    except Unclear:
        return None
    is_span = bool(said.spans) and said == Said(spans=said.spans)
    return said if is_span else None


def _by_name(
    bare: str, words: str, *, due_at: datetime, zone: ZoneInfo, now: datetime, language: str | None
) -> Resolved | None:
    """A named day, time or both; what is not named stays as it is."""
    if not bare:
        return None
    kept: list[str] = []

    def fill(said: Said, *, keeps_day: bool = True) -> Said:
        there = due_at.astimezone(zone_of(said.zone) if said.zone else zone)
        kept.clear()
        if _names_no_time(said):
            kept.append(f"The time of day stays as it was, {there:%H:%M}.")
            said = replace(said, clock=_clock_of(there))
        if said.week is not None and said.weekday is None:
            kept.append(f"The weekday stays as it was, {WEEKDAYS[there.weekday()]}.")
            said = replace(said, weekday=there.weekday())
        if keeps_day and _names_no_day(said):
            kept.append(f"The day stays as it was, {say_day(there)}.")
            return replace(said, written=Written("ymd", (there.year, there.month, there.day)))
        return said

    try:
        found = resolve(bare, now=now, zone=zone, language=language, fill=fill)
    except TooLate:
        if not any(note.startswith("The day") for note in kept):
            raise
        found = resolve(
            bare, now=now, zone=zone, language=language, fill=lambda said: fill(said, keeps_day=False)
        )
    except Unclear:
        return None
    return replace(found, words=words, notes=(*kept, *found.notes))


def _clock_of(there: datetime) -> Clock:
    return Clock(there.hour * 60 + there.minute, there.second, is_plain=False)


def _names_no_time(said: Said) -> bool:
    """Whether the time of day is left open: there is none, and no span of hours or minutes either."""
    is_open = said.clock is None and not said.part and not said.is_midnight
    return is_open and not said.is_gone and all(unit in _LONG_UNITS for _, unit in said.spans)


def _names_no_day(said: Said) -> bool:
    """Whether nothing but a time of day is named."""
    has_day = said.written is not None or said.day is not None or said.weekday is not None
    return not has_day and said.week is None and not said.spans


def _without(folded: str, before: tuple[str, ...]) -> str:
    """The words without those of `before` at their beginning, what ends them, and what says that the time of day stays."""
    text, last = folded, ""
    while text != last:
        last = text
        for pattern in _around(before):
            text = pattern.sub(" ", text).strip()
    return text


@cache
def _around(before: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """What stands before, after and anywhere in words that name a moment; Chinese has no spaces between words."""
    chinese = r"[一-鿿]"
    return (
        re.compile(rf"^(?:{'|'.join(before)})(?:$|(?<={chinese})|(?= ))"),
        re.compile(rf"(?:(?<={chinese})|(?<= ))(?:{'|'.join(_AFTER)})$"),
        re.compile(rf"(?:^|(?<= )|(?<={chinese}))(?:{'|'.join(_SAME_TIME)})(?=$| |{chinese})"),
    )


@cache
def _whole(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the patterns; each has its span in a group of its own."""
    return re.compile("|".join(one.replace("(?P<span>", "(") for one in patterns))
