"""Which moment do the said things mean in a zone? The rules of the calendar and of the clock changes.

no day         the clock's next time, today or tomorrow
friday         the coming Friday; today only if the time is still ahead
this friday    the Friday of this calendar week, which starts on Monday
next friday    the Friday of the next calendar week; said back in a note, because people differ
25 December    the next one; today's date with a time gone by is in the past
no time        09:00, or the usual hour of the part of the day; said back in a note
midnight       the end of the named day, or the next one when no day is named
02:30 skipped  the first moment after the gap, 03:00; 02:30 twice: the first
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from services.refusals import Unclear
from services.time_words import PARTS

if TYPE_CHECKING:
    from services.time_grammar import Clock, Said, Written

_NINE = 9 * 60
_DAY = 24 * 60
_EARLY = 7 * 60
_NOON_HOUR = 12
_LENGTHS = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
# Amounts are cut to something that is surely beyond a year and surely within the calendar.
_MOST = {"second": 10**8, "minute": 10**6, "hour": 20_000, "day": 800, "week": 120, "month": 30, "year": 3}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - reads better
)


@dataclass(slots=True)
class Placing:
    """Places one saying: `now` is aware in the person's zone, whose calendar says which day is today.

    Clocks are those of `zone`, which is another one when the words name it. `notes` grows while rules are applied; `wall`
    becomes the naive local time that the words named, where they named one.
    """

    said: Said
    now: datetime
    zone: tzinfo
    month_first: bool = False
    notes: list[str] = field(default_factory=list)
    wall: datetime | None = None
    _change: str = ""

    def moment(self) -> datetime:
        """The moment in UTC, which may lie in the past. Raises `Unclear` when the said things contradict."""
        at = self._after_spans() if self.said.spans else self._on_a_day()
        if self._change:
            self.notes.append(self._change)
        return at

    def _on_a_day(self) -> datetime:
        said = self.said
        minutes = self._minutes()
        seconds = said.clock.seconds if said.clock else 0
        for day in self._days():
            at = self._at(day, minutes, seconds)
            if at > self.now or self._is_fixed():
                break
        self._check_weekday(day)
        return self._tonight(at, minutes)

    def _is_fixed(self) -> bool:
        said = self.said
        return bool(said.written or said.which) or said.day is not None or said.week is not None

    def _days(self) -> list[date]:
        """The days in question, the first that lies ahead counts."""
        said, today = self.said, self.now.date()
        if sum((said.written is not None, said.day is not None, said.week is not None)) > 1:
            raise Unclear("These words name two days.")
        if said.written is not None:
            return [self._written_day(said.written)]
        if said.day is not None:
            return [today + timedelta(days=said.day)]
        if said.weekday is None and said.week is None:
            return [today + timedelta(days=ahead) for ahead in (-1, 0, 1, 2)]
        return self._week_days(said.weekday, today)

    def _week_days(self, weekday: int | None, today: date) -> list[date]:
        said = self.said
        monday = today - timedelta(days=today.weekday())
        if said.week is not None:
            if weekday is None:
                self.notes.append("No weekday was named: Monday is taken.")
            return [monday + timedelta(weeks=said.week, days=weekday or 0)]
        ahead = timedelta(days=((weekday or 0) - today.weekday()) % 7)
        if said.which == "this":
            return [monday + timedelta(days=weekday or 0)]
        if said.which == "next":
            name = WEEKDAYS[weekday or 0]
            self.notes.append(f"“Next {name}” is read as the {name} of next week.")
            return [monday + timedelta(weeks=1, days=weekday or 0)]
        if said.which == "coming":
            return [today + (ahead or timedelta(weeks=1))]
        return [today + ahead, today + ahead + timedelta(weeks=1)]

    def _written_day(self, written: Written) -> date:
        named = dict(zip(self._order(written), written.numbers, strict=True))
        day, month, year = named["d"], named.get("m"), named.get("y")
        if month is None:
            return self._next_day_of_month(day)
        if year is not None:
            return _date(_whole_year(year), month, day)
        this_year = self.now.year
        if (month, day) < (self.now.month, self.now.day):
            this_year += 1
        return _date(this_year, month, day)

    def _order(self, written: Written) -> str:
        """Day and month in numbers: month first only for people who write so, unless only one order is possible."""
        if written.mark not in {"/", "."} or written.shape not in {"dm", "dmy"}:
            return written.shape
        one, two = written.numbers[:2]
        month_first = self.month_first and written.mark == "/"
        if max(one, two) <= _NOON_HOUR and one != two:
            self.notes.append(
                f"{one}{written.mark}{two} is read with the {'month' if month_first else 'day'} first."
            )
        elif (one if month_first else two) > _NOON_HOUR and written.mark == "/":
            month_first = not month_first
        return written.shape.replace("dm", "md") if month_first else written.shape

    def _next_day_of_month(self, day: int) -> date:
        first = self.now.date().replace(day=1)
        if not 1 <= day <= 31:  # noqa: PLR2004 - days of a month
            raise Unclear(f"No month has a day {day}.")
        for ahead in range(3):
            month = _months_later(first, ahead)
            is_there = day <= calendar.monthrange(month.year, month.month)[1]
            if is_there and month.replace(day=day) >= self.now.date():
                return month.replace(day=day)
        raise Unclear(f"No month has a day {day}.")

    def _minutes(self) -> int:
        """Minutes after the midnight that begins the day; more than a day's worth in the small hours after it."""
        said = self.said
        if said.is_midnight:
            if said.clock is not None:
                raise Unclear("These words name two times of day.")
            if self._is_fixed() or said.weekday is not None:
                self.notes.append("Midnight is read as the end of the day you name.")
            return _DAY
        if said.part:
            return self._minutes_of_part(said.part, said.clock)
        if said.clock is None:
            self.notes.append("No time of day was named: 09:00 is taken.")
            return _NINE
        if said.clock.is_plain and 0 < said.clock.minutes < _EARLY:
            self.notes.append(
                f"{_clock_text(said.clock.minutes)} is in the morning; add “pm” for the evening."
            )
        return said.clock.minutes

    def _minutes_of_part(self, part: str, clock: Clock | None) -> int:
        default, hours = PARTS[part]
        if clock is None:
            self.notes.append(f"No time of day was named: {_clock_text(default)} is taken.")
            return default
        said, half = clock.minutes, _DAY // 2
        candidates = (said, said + half, said + _DAY) if clock.is_plain else (said, said + _DAY)
        for minutes in candidates:
            if any(first * 60 <= minutes < end * 60 for first, end in hours):
                return minutes
        if not clock.is_plain and said >= half and part not in {"morning", "dawn"}:
            return said
        raise Unclear(f"{_clock_text(clock.minutes)} does not lie in the part of the day you name.")

    def _at(self, day: date, minutes: int, seconds: int = 0) -> datetime:
        self.wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes, seconds=seconds)
        at, self._change = place_wall(self.wall, self.zone)
        return at

    def _tonight(self, at: datetime, minutes: int) -> datetime:
        """After midnight, "tonight at 2" is the night that is running, not the next one."""
        running = at - timedelta(days=1)
        if self.said.day == 0 and minutes >= _DAY and not self.said.is_midnight and running > self.now:
            return running
        return at

    def _check_weekday(self, day: date) -> None:
        weekday = self.said.weekday
        if weekday is not None and day.weekday() != weekday:
            raise Unclear(f"{day.day} {MONTHS[day.month - 1]} {day.year} is a {WEEKDAYS[day.weekday()]}.")

    def _after_spans(self) -> datetime:
        said = self.said
        if said.written or said.day is not None or said.weekday is not None or said.week is not None:
            raise Unclear("These words name a span and a day.")
        amounts = [
            (min(amount, _MOST[unit]) * (-1 if said.is_gone else 1), unit) for amount, unit in said.spans
        ]
        short = sum((_LENGTHS[unit] * amount for amount, unit in amounts if unit in _LENGTHS), timedelta())
        day = self.now.date()
        for amount, unit in amounts:
            day = _later(day, amount, unit)
        if said.clock is None and not said.part and not said.is_midnight:
            if day == self.now.date():
                return self.now.astimezone(UTC) + short
            at, self._change = place_wall(datetime.combine(day, self.now.time()), self.now.tzinfo or UTC)
            return at + short
        if short:
            raise Unclear("These words name a span of hours and a time of day.")
        return self._at(day, self._minutes(), said.clock.seconds if said.clock else 0)


def place_wall(wall: datetime, zone: tzinfo) -> tuple[datetime, str]:
    """A naive local time as a moment in UTC, and a note when the clocks change over it (empty otherwise).

    Of a skipped time the first moment after the gap is taken, of a repeated one the first (PEP 495, fold 0): so each
    local time is exactly one moment, and a later one never comes before an earlier one.
    """
    first = wall.replace(tzinfo=zone, fold=0)
    before, after = first.utcoffset(), wall.replace(tzinfo=zone, fold=1).utcoffset()
    at = first.astimezone(UTC)
    if before is None or after is None or before == after:
        return at, ""
    said = f"The clocks change that night: {wall:%H:%M}"
    if before > after:
        return at, f"{said} comes twice, it goes out at the first."
    at = _end_of_gap(at, gap=after - before, zone=zone)
    then = at.astimezone(zone)
    day = "" if then.date() == wall.date() else f" on {WEEKDAYS[then.weekday()]}"
    return at, f"{said} does not exist, it goes out at {then:%H:%M}{day}."


def _end_of_gap(late: datetime, *, gap: timedelta, zone: tzinfo) -> datetime:
    """The moment at which the clocks jump, to the second: at `late` (UTC) they have, `gap` before it they have not."""
    late = late.replace(microsecond=0)
    early, after = late - gap, late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // timedelta(seconds=2) * timedelta(seconds=1)
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late


def wall_of(at: datetime, zone: tzinfo, *, said: datetime | None = None) -> datetime:
    """The naive local time that stands for the moment `at`: `said`, if it is placed there (02:30 in a gap), or the clock's."""
    if said is not None and place_wall(said, zone)[0] == at:
        return said
    return at.astimezone(zone).replace(tzinfo=None)


def note_on(at: datetime, zone: tzinfo, *, said: datetime | None = None) -> str:
    """How a change of the clocks was resolved for the moment `at`; empty where none was near.

    `said` is the naive local time that was asked for, which alone tells that it lay in a gap.
    """
    wall = wall_of(at, zone, said=said)
    first, note = place_wall(wall, zone)
    if note and first != at:
        return f"The clocks change that night: {wall:%H:%M} comes twice, it goes out at the second."
    return note


def _later(day: date, amount: int, unit: str) -> date:
    if unit in {"day", "week"}:
        return day + timedelta(days=amount * (7 if unit == "week" else 1))
    if unit in {"month", "year"}:
        return _months_later(day, amount * (12 if unit == "year" else 1))
    return day


def _months_later(day: date, months: int) -> date:
    """The same day some months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _whole_year(year: int) -> int:
    """26 is 2026; a year that nobody plans for is a slip."""
    whole = year + 2000 if year < 100 else year  # noqa: PLR2004 - two digits
    if not 1900 <= whole < 2200:  # noqa: PLR2004 - centuries that people type
        raise Unclear(f"{year} is no year I can plan for.")
    return whole


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        if not 1 <= month <= len(MONTHS):
            raise Unclear(f"There is no month {month}.") from None
        raise Unclear(f"There is no day {day} in {MONTHS[month - 1]} {year}.") from None


def _clock_text(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
