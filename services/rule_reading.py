"""How often do some words mean? English words (or an RRULE) become a repeat that is said back before it is saved.

every day at 9 · every 3 days 09:00 · every weekday at noon
every Monday and Thursday 18:30 · every other Friday 10:00 · every 2 weeks on Friday 10:00 until 2027-03-01
monthly on the 1st and 15th at 09:00 for 12 times · every month on the last day · the last Friday of the month 17:00

Nothing is guessed: without a day of the week or of the month, or with a word that no rule explains, it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.refusals import Unclear
from services.time_grammar import read
from services.time_placing import WEEKDAYS, Placing
from services.time_reading import fold
from services.time_rules import WEEKDAY_CODES, Repeat, parts_of

LONGEST = 200
EXAMPLE = "Say it such as “every day at 9”, “every Monday and Thursday 18:30” or “monthly on the last Friday at 10:00”."

_DAYS = ("mon(?:day)?", "tue(?:s(?:day)?)?", "wed(?:nesday)?", "thu(?:r(?:s(?:day)?)?)?", "fri(?:day)?", "sat(?:urday)?", "sun(?:day)?")  # fmt: skip
_DAY = rf"(?P<day>{'|'.join(_DAYS)})(?P<plural>s?)\b"
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "last": -1}  # fmt: skip
_NAMED = {"other": 2, "second": 2, "third": 3, "fourth": 4, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12}  # fmt: skip
_NUMBER = rf"(?P<number>[0-9]{{1,4}}|{'|'.join(_NAMED)})"
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS)})"
_ALONE = {"daily": "day", "weekly": "week", "monthly": "month"}
_FREQUENCY = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}
_END = r"(?= (?:at|for|from|starting|until|till|every|each|daily|weekly|monthly)\b|$)"
_FILLERS = re.compile(r"\b(?:on|and|of|the|repeat|publish|post)\b")
_TYPED = re.compile(r"\s*(?:RRULE:)?(?P<rule>FREQ=[A-Z0-9=;,+-]+)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_NEW_YEAR = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""A day without any change of clocks, on which times of day are read."""

_EVENING = 28
"""The last day that every month has."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the words mean: the repeat, which begins with its first occurrence to come, and what was assumed."""

    repeat: Repeat
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Words:
    """What is still to be explained."""

    left: str
    is_repeat: bool = False

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first place where the pattern is found, which is thereby explained."""
        match = re.search(pattern, self.left)
        if match is not None:
            self.left = f"{self.left[: match.start()]} {self.left[match.end() :]}"
            self.is_repeat = self.is_repeat or re.search(r"\b(?:every|each)\b", match[0]) is not None
        return match

    def take_all(self, pattern: str) -> list[re.Match[str]]:
        """Every place where it is found."""
        found = []
        while (match := self.take(pattern)) is not None:
            found.append(match)
        return found


@dataclass(slots=True)
class _Rhythm:
    """How often, before it is known when it begins. `unit` is day, week, month, or empty while nobody has said it."""

    unit: str = ""
    interval: int = 1
    days: list[str] = field(default_factory=list)
    month_days: list[int] = field(default_factory=list)

    def rule(self, *, interval: int, end: str = "") -> str:
        """The RRULE."""
        parts = {
            "FREQ": _FREQUENCY[self.unit],
            "INTERVAL": str(interval) if interval > 1 else "",
            "BYDAY": ",".join(self.days),
            "BYMONTHDAY": ",".join(str(day) for day in self.month_days),
        }
        return ";".join(
            [f"{name}={value}" for name, value in parts.items() if value] + ([end] if end else [])
        )


def read_rule(words: str, *, now: datetime, zone: ZoneInfo) -> Understood:
    """The repeat that `words` mean to a person in `zone`, with its first occurrence after `now` (aware).

    Raises `Unclear` with a sentence and a next step.
    """
    if not words.strip() or len(words) > LONGEST:
        raise Unclear("That is too long for a rule." if words.strip() else "No rule was named.", EXAMPLE)
    try:
        typed = _TYPED.fullmatch(words)
        if typed is not None:
            return _typed(typed["rule"].upper(), typed["rest"], now=now, zone=zone)
        return _spoken(fold(words), now=now, zone=zone)
    except Unclear as refusal:
        raise Unclear(refusal.message, refusal.next_step or EXAMPLE) from None


def _typed(rule: str, rest: str, *, now: datetime, zone: ZoneInfo) -> Understood:
    parts = parts_of(re.sub(r"(UNTIL=[0-9]{8})(?![0-9T])", r"\1T235959", rule.rstrip(";")))
    clock, notes, zone = _clock(fold(rest), zone)
    end = ";".join(f"{name}={parts.pop(name)}" for name in ("COUNT", "UNTIL") if name in parts)
    rhythm = _Rhythm(
        unit={name: unit for unit, name in _FREQUENCY.items()}[parts["FREQ"]],
        interval=int(parts.get("INTERVAL", "1")),
        days=parts["BYDAY"].split(",") if "BYDAY" in parts else [],
        month_days=[int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day],
    )
    _check_day_is_named(rhythm)
    return _begun(rhythm, clock, zone, now=now, start=None, end=end, notes=notes)


def _spoken(folded: str, *, now: datetime, zone: ZoneInfo) -> Understood:
    words = _Words(folded)
    until = words.take(rf"\b(?:until|till|through) (?P<date>.+?){_END}")
    count = words.take(rf"\b(?:for )?{_NUMBER} times\b")
    start = words.take(rf"\b(?:from|starting|beginning)(?: on)? (?P<date>.+?){_END}")
    if until and count:
        raise Unclear("These words name two ends.", "Say either until when, or how many times.")
    rhythm = _rhythm(words)
    clock, notes, zone = _clock(words.left, zone)
    end = f"COUNT={max(1, _number(count))}" if count else ""
    if until:
        end = f"UNTIL={_date(until['date'], now=now, zone=zone):%Y%m%d}T235959"
    first = _date(start["date"], now=now, zone=zone) if start else None
    _name_the_day(rhythm, first)
    return _begun(rhythm, clock, zone, now=now, start=first, end=end, notes=notes)


def _rhythm(words: _Words) -> _Rhythm:
    rhythm = _Rhythm()
    _take_unit(words, rhythm)
    if words.take(r"\b(?:of|in) (?:the )?months?\b"):
        _set_unit(rhythm, "month")
    if group := words.take(r"\b(?:(?:every|each|on) )?(weekday|working day|workday|weekend)s?\b"):
        _set_unit(rhythm, "week")
        rhythm.days = [*WEEKDAY_CODES[5:]] if group[1] == "weekend" else [*WEEKDAY_CODES[:5]]
        words.is_repeat = True
    _take_month_days(words, rhythm)
    _take_weekdays(words, rhythm)
    if not rhythm.unit or not words.is_repeat:
        raise Unclear("These words do not say how often: daily, weekly or monthly.")
    return rhythm


def _take_unit(words: _Words, rhythm: _Rhythm) -> None:
    if every := words.take(rf"\b(?:every|each) (?:{_NUMBER} )?(?P<unit>day|week|month)s?\b"):
        rhythm.unit, rhythm.interval = every["unit"], _number(every) if every["number"] else 1
    elif alone := words.take(rf"\b(?P<unit>{'|'.join(_ALONE)})\b"):
        rhythm.unit, words.is_repeat = _ALONE[alone["unit"]], True
    if rhythm.interval < 1:
        raise Unclear("Nothing repeats every 0 days.")


def _take_month_days(words: _Words, rhythm: _Rhythm) -> None:
    """Days of the month and ordinal weekdays: either makes it monthly."""
    for found in words.take_all(rf"\b(?:(?:every|each|the|on) )*{_ORDINAL} {_DAY}"):
        said, is_every = found["ordinal"], re.match(r"(?:every|each)", found[0]) is not None
        if is_every and said not in {"first", "1st", "last"} and rhythm.unit != "month":
            day = WEEKDAYS[WEEKDAY_CODES.index(_code(found))]
            raise Unclear(
                f"“Every {said} {day}” may mean two things.",
                f"Say “every other {day}”, or “the {said} {day} of the month”.",
            )
        _set_unit(rhythm, "month")
        words.is_repeat = words.is_repeat or is_every or rhythm.unit == "month"
        rhythm.days.append(f"{_ORDINALS[said]}{_code(found)}")
    days = [-1 for _ in words.take_all(r"\b(?:on )?(?:the )?last day\b")]
    days += [int(one[1]) for one in words.take_all(r"\b(?:on )?(?:the )?([0-9]{1,2})(?:st|nd|rd|th)\b")]
    if days:
        if rhythm.days or not all(day == -1 or 1 <= day <= 31 for day in days):  # noqa: PLR2004 - days of a month
            raise Unclear("No month has such a day.")
        _set_unit(rhythm, "month")
        rhythm.month_days = sorted(dict.fromkeys(days), key=lambda day: day % 32)


def _take_weekdays(words: _Words, rhythm: _Rhythm) -> None:
    """Names of weekdays without an ordinal: they make it weekly."""
    found = []
    if other := words.take(rf"\b(?:every|each) {_NUMBER} {_DAY}"):
        rhythm.interval = _number(other)
        found.append(other)
    found += words.take_all(rf"\b(?:(?:every|each|on|and) )*{_DAY}")
    if not found:
        return
    if rhythm.unit == "month":
        raise Unclear("Which of these weekdays in the month?", "Say “the first Monday” or “the last Friday”.")
    _set_unit(rhythm, "week")
    words.is_repeat = words.is_repeat or any(one["plural"] for one in found)
    codes = {*rhythm.days, *(_code(one) for one in found)}
    rhythm.days = [code for code in WEEKDAY_CODES if code in codes]


def _set_unit(rhythm: _Rhythm, unit: str) -> None:
    if rhythm.unit not in {"", unit}:
        raise Unclear(f"A day of the {unit} does not go with every {rhythm.unit}.")
    rhythm.unit = unit


def _name_the_day(rhythm: _Rhythm, start: date | None) -> None:
    """What is weekly or monthly falls on the day of the date with which it starts, if no other was named."""
    if start is not None and not rhythm.days and not rhythm.month_days:
        if rhythm.unit == "week":
            rhythm.days = [WEEKDAY_CODES[start.weekday()]]
        elif rhythm.unit == "month":
            rhythm.month_days = [start.day]
    _check_day_is_named(rhythm)


def _check_day_is_named(rhythm: _Rhythm) -> None:
    if rhythm.unit == "week" and not rhythm.days:
        raise Unclear("On which day of the week?", "Say it such as “every 2 weeks on Friday 10:00”.")
    if rhythm.unit == "month" and not rhythm.days and not rhythm.month_days:
        raise Unclear("On which day of the month?", "Say it such as “monthly on the 1st at 9”.")


def _begun(
    rhythm: _Rhythm,
    clock: time,
    zone: ZoneInfo,
    *,
    now: datetime,
    start: date | None,
    end: str,
    notes: Iterable[str],
) -> Understood:
    """The repeat from its first occurrence on, from which intervals and numbers of times are counted."""
    today = now.astimezone(zone).date()
    anchor = datetime.combine(max(start or today, today), clock)
    near = Repeat(rhythm.rule(interval=1), anchor, zone.key).upcoming(now, count=1)
    if not near:
        raise Unclear("No day is like that.")
    repeat = Repeat(rhythm.rule(interval=rhythm.interval, end=end), near[0].local, zone.key)
    if not repeat.upcoming(now, count=1):
        raise Unclear("It would end before it begins.", "Name a later end.")
    return Understood(repeat, (*notes, *_skipping(rhythm)))


def _skipping(rhythm: _Rhythm) -> list[str]:
    late = [day for day in rhythm.month_days if day > _EVENING]
    return (
        [f"Months without a day {late[-1]} are skipped; “the last day” comes in every month."] if late else []
    )


def _clock(rest: str, zone: ZoneInfo) -> tuple[time, tuple[str, ...], ZoneInfo]:
    """The time of day and zone that the rest of the words name, and what was assumed."""
    if re.search(r"[0-9] and [0-9]", rest):
        raise Unclear("A repeat has one time of day.", "Make one repeat for each time.")
    said = read(f"tomorrow {_FILLERS.sub(' ', rest)}")
    if said.spans or said.written or said.weekday is not None or said.week is not None:
        raise Unclear("I could not work out the rule from these words.")
    if said.zone.startswith("UTC") and said.zone != "UTC":
        raise Unclear("A distance from UTC does not follow summer time.", "Name a city instead.")
    placing = Placing(said, _NEW_YEAR, UTC)
    at = placing.moment()
    if at.date() != _NEW_YEAR.date() + timedelta(days=1):
        raise Unclear("Midnight lies between two days.", "Say 00:00 for the beginning of the day, or 23:59.")
    return at.time(), tuple(placing.notes), ZoneInfo(said.zone) if said.zone else zone


def _date(words: str, *, now: datetime, zone: ZoneInfo) -> date:
    said = read(words)
    if said.clock is not None or said.zone:
        raise Unclear("An end or a beginning is a day.", "Say it such as “until 1 March 2027”.")
    return Placing(said, now.astimezone(zone), zone).moment().astimezone(zone).date()


def _number(found: re.Match[str]) -> int:
    said = found["number"]
    return _NAMED[said] if said in _NAMED else int(said)


def _code(found: re.Match[str]) -> str:
    return found["day"][:2].upper()
