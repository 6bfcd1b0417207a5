"""When does a person mean? Words become one moment that is said back before anything is saved.

`resolve` reads English, Russian, Spanish and Chinese by our own grammar (`time_grammar`, rules in `time_placing`), and
leaves other phrases and languages to `dateparser` (`time_fallback`). It never guesses in silence: what was assumed
stands in the notes, and a number nobody can explain refuses the whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from services import time_fallback
from services.refusals import Refusal, Unclear
from services.time_choices import Choice, DayChoice, days, quick_choices, times
from services.time_grammar import Said, UnknownWords, read
from services.time_placing import Placing, wall_of
from services.time_saying import describe, say_moment
from services.time_words import EXAMPLES
from services.time_zones import offset_text, zone_named, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

__all__ = [
    "Choice",
    "DayChoice",
    "OutOfRange",
    "Resolved",
    "TooLate",
    "days",
    "describe",
    "quick_choices",
    "resolve",
    "times",
    "zone_named",
]

LONGEST = 200
_OWN_WORDS = re.compile(
    r"([^()]{8,40}) \((?:[^(),]{1,60}, )?(UTC(?:[+-][0-9]{1,2}(?::[0-9]{2})?)?)\)(?: — .{1,80})?"
)


class TooLate(Refusal):
    """The moment has passed; the message names it."""


class OutOfRange(Refusal):
    """The moment lies more than a year ahead."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The moment that some words mean: `at` in UTC, `local` in the person's zone, and what was assumed on the way.

    `wall` is the naive local time in the person's zone: that of `local`, or the one in a gap for which it stands.
    """

    at: datetime
    local: datetime
    words: str
    notes: tuple[str, ...] = ()
    wall: datetime | None = field(default=None, compare=False)


def resolve(
    words: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: str | None = None,
    fill: Callable[[Said], Said] | None = None,
) -> Resolved:
    """The one moment that `words` mean to a person in `zone`, after `now` (aware) and within a year of it.

    `language` is the person's code, such as `ru` or `en-US` (which alone puts the month before the day in 12/25).
    `fill` may complete what our grammar has read by what is known already, such as the time of day that stays.
    Raises `Unclear`, `TooLate` or `OutOfRange`, each with a sentence and a next step.
    """
    now = now.astimezone(UTC)
    text = words.strip() if len(words) <= LONGEST else ""
    if not text:
        raise Unclear(_empty(words), _next_step(language))
    try:
        at, notes, said = _moment(_unwrapped(text), now=now, zone=zone, language=language, fill=fill)
    except Unclear as refusal:
        raise Unclear(refusal.message, refusal.next_step or _next_step(language)) from None
    refuse_outside(at, now=now, zone=zone)
    return Resolved(at, at.astimezone(zone), text, notes, wall_of(at, zone, said=said))


def _empty(words: str) -> str:
    if len(words) > LONGEST:
        return f"That is more than {LONGEST} characters, too long for a moment."
    return "No moment was named."


def _next_step(language: str | None) -> str:
    short = (language or "").casefold()[:2]
    return f"Say when, such as {EXAMPLES.get(short, EXAMPLES['en'])}."


def _unwrapped(text: str) -> str:
    """What `describe` says, without the distance: its clock and its distance from UTC fix the moment."""
    match = _OWN_WORDS.fullmatch(text)
    return f"{match[1]} {match[2]}" if match else text


def _moment(
    words: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: str | None,
    fill: Callable[[Said], Said] | None,
) -> tuple[datetime, tuple[str, ...], datetime | None]:
    month_first = (language or "").replace("_", "-").casefold() == "en-us"
    languages = time_fallback.languages_of(language)
    try:
        said = read(words)
        if fill is not None:
            said = fill(said)
        there = zone_of(said.zone) if said.zone else zone
        placing = Placing(said, now.astimezone(zone), there, month_first=month_first)
        at = placing.moment()
    except Unclear as refusal:
        if not isinstance(refusal, UnknownWords) and languages[0] not in time_fallback.FOREIGN:
            raise
        found = time_fallback.find(
            words, now=now.astimezone(zone), languages=languages, month_first=month_first
        )
        if found is None:
            raise
        return *found, None
    wall = None if said.zone else placing.wall
    return at, (*placing.notes, *_other_zone(said.zone, at, zone)), wall


def _other_zone(name: str, at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    if not name:
        return ()
    there = at.astimezone(zone_of(name))
    away = there.utcoffset() or timedelta()
    if away == at.astimezone(zone).utcoffset():
        return ()
    label = offset_text(away) if name.startswith("UTC") else f"{name} ({offset_text(away)})"
    return (f"The words were read in {label}, where it will be {say_moment(there)}.",)


def refuse_outside(at: datetime, *, now: datetime, zone: ZoneInfo) -> None:
    """Raises `TooLate` or `OutOfRange` for a moment that has passed or lies more than a year ahead; all are aware."""
    if at <= now:
        raise TooLate(f"{describe(at, zone=zone, now=now)}: that has passed.", "Name a moment to come.")
    if at > _year_after(now):
        raise OutOfRange("That is more than a year ahead.", "Name a moment within the next twelve months.")


def _year_after(now: datetime) -> datetime:
    if (now.month, now.day) == (2, 29):
        return now.replace(year=now.year + 1, month=3, day=1)
    return now.replace(year=now.year + 1)
