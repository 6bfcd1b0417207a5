"""What does `dateparser` make of words that our own grammar does not know?

It knows two hundred languages and errs in silence: «завтра в 9» is the present moment to it, a number it cannot use is
dropped. So it gets a language always, and its answer counts only if every number in the words changes it.
It is heavy, and therefore imported when it is first needed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from services.time_placing import place_wall

OWN = ("en", "ru", "es", "zh")
FOREIGN = ("de", "fr", "pt", "uk")

# Clocks as they are spoken, put the way dateparser reads them.
_CLOCKS = {
    "de": r"(?:\bum )?\b([0-9]{1,2})(?:[:.]([0-9]{2}))? ?uhr(?: ([0-9]{2}))?\b|\bum ([0-9]{1,2})\b(?![:.])",
    "fr": r"(?:\bà )?(?<!dans )\b([0-9]{1,2}) ?h(?:eures?)? ?([0-9]{2})?\b|\bà ([0-9]{1,2})\b(?![:h ])",
    "pt": r"(?:\bàs )?(?<!em )\b([0-9]{1,2}) ?h(?:oras?)? ?([0-9]{2})?\b|\bàs ([0-9]{1,2})\b(?![:h ])",
    "uk": r"\bоб? ([0-9]{1,2})\b(?!:)",
}
_SILENT = {"de": r"\bam (?=[0-9]|[a-zäöü]+tag)"}
_LETTERS = re.compile(r"[^\W\d_]{2}")
_MOST_NUMBERS = 6
_NINE = 9


class Found(NamedTuple):
    """The moment in UTC and what should be said about it."""

    at: datetime
    notes: tuple[str, ...]


def languages_of(language: str | None) -> list[str]:
    """The languages to try for a person's language code such as `de` or `pt-BR`."""
    short = (language or "").replace("_", "-").casefold().partition("-")[0]
    return [short] if short in OWN + FOREIGN else list(OWN)


def find(words: str, *, now: datetime, languages: list[str], month_first: bool) -> Found | None:
    """The moment, or None when dateparser has none or left a number unused. `now` is aware, in the zone to read in."""
    text = _plain(words)
    if not _LETTERS.search(text) or any(unicodedata.category(one) in {"No", "Nl"} for one in text):
        return None
    if languages[0] in FOREIGN:
        text = re.sub(_CLOCKS[languages[0]], _as_clock, text)
        text = re.sub(_SILENT.get(languages[0], r"(?!)"), "", text)
    numbers = list(re.finditer(r"[0-9]{1,9}", text))
    if len(numbers) > _MOST_NUMBERS:
        return None
    parse = _Parser(languages, month_first=month_first)
    wall, has_time = parse(text, now)
    if wall is None or not _uses_all(text, numbers, wall, parse, now):
        return None
    return _place(text, wall, parse, now, has_time=has_time)


def _plain(words: str) -> str:
    """Lower case, single spaces, and the digits of every script as 0-9, so that each can be checked."""
    digits = (
        str(unicodedata.decimal(one)) if unicodedata.category(one) == "Nd" else one
        for one in words.casefold()
    )
    return " ".join("".join(digits).split())


def _place(text: str, wall: datetime, parse: _Parser, now: datetime, *, has_time: bool) -> Found:
    zone = now.tzinfo or UTC
    notes = ["This was read by the general reader: please check it."]
    if not has_time:
        notes.append("No time of day was named: 09:00 is taken.")
        wall = wall.replace(hour=_NINE, minute=0, second=0, microsecond=0)
    else:
        later = timedelta(days=1, hours=1, minutes=1)
        moved, _ = parse(text, now + later)
        if moved is not None and moved - wall == later:
            span = wall - now.replace(tzinfo=None)
            return Found(now.astimezone(UTC) + span, tuple(notes))
    at, change = place_wall(wall, zone)
    return Found(at, (*notes, change) if change else tuple(notes))


def _as_clock(match: re.Match[str]) -> str:
    hour, *minutes = [group for group in match.groups() if group]
    return f"{int(hour)}:{minutes[0] if minutes else '00'}"


def _uses_all(text: str, numbers: list[re.Match[str]], wall: datetime, parse: _Parser, now: datetime) -> bool:
    """Whether each number matters: with its neighbour in its place, the answer must be another one."""
    for number in numbers:
        value = int(number[0])
        other = str(value - 1 if value else 1).zfill(len(number[0]))
        if parse(text[: number.start()] + other + text[number.end() :], now)[0] == wall:
            return False
    return True


class _Parser:
    """dateparser for some languages, always with their names, the order of day and month, and a base."""

    def __init__(self, languages: list[str], *, month_first: bool) -> None:
        self._languages = languages
        self._order = "MDY" if month_first else "DMY"

    def __call__(self, text: str, now: datetime) -> tuple[datetime | None, bool]:
        """The local time, naive, and whether a time of day was told. None also for the base itself.

        None, too, when dateparser met a time zone in the words: abbreviations are no business of a guesser.
        """
        from dateparser.date import DateDataParser

        base = now.replace(tzinfo=None)
        settings = {
            "RELATIVE_BASE": base,
            "DATE_ORDER": self._order,
            "PREFER_DATES_FROM": "future",
            "PARSERS": ["relative-time", "absolute-time"],
            "RETURN_TIME_AS_PERIOD": True,
            "TIMEZONE": "UTC",
        }
        try:
            found = DateDataParser(languages=self._languages, settings=settings).get_date_data(text)
        except (ValueError, OverflowError, TypeError, AttributeError, IndexError, KeyError, re.error):
            return None, False
        wall: datetime | None = found.date_obj
        if wall is None or wall.tzinfo is not None or wall == base or found.period not in {"time", "day"}:
            return None, False
        return wall, found.period == "time"
