"""How does a week look? A line for every post under its day, in the reader's zone, and taps that lead into a day.

A day reaches from one local midnight to the next, so on the days on which the clocks change it has 23 or 25 hours; on
those, each time is said with its distance from UTC, because one of them may come twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.listing import Page, in_rows, only_full
from bot.cards.origin import Plan
from bot.cards.publication import Sight, mark
from bot.cards.wording import count, excerpt, place_name, where
from bot.rendering import escape
from bot.turn import Button, Face
from services.time_placing import WEEKDAYS, place_wall
from services.time_saying import say_day
from services.time_zones import offset_text
from storage.accounts import Account
from storage.posts import Post

LINES = 30
"""Lines of posts in a week: with the seven days above them what a phone still shows as one message."""

DAY_PAGE = 9
"""Posts on one page of a day: three rows of three buttons."""

CHOICES = 8
"""Drafts or accounts on one page."""

FURTHEST = timedelta(days=373)
"""How far ahead one can turn: nothing is planned for later than a year from now."""

_DAYS = 7


@dataclass(frozen=True, slots=True)
class View:
    """Whose calendar is shown: the zone of the reader, `today` in it, and the one account if it is narrowed down to one."""

    zone: ZoneInfo
    today: date
    account: Account | None = None

    def arguments(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - arguments are JSON
        """What a button has to carry to come back to this view."""
        return {"account": None if self.account is None else str(self.account.id), **more}

    def span(self, day: date) -> tuple[datetime, datetime]:
        """From the midnight that begins the day to the one that ends it, in UTC."""
        first, after = (datetime(one.year, one.month, one.day) for one in (day, day + timedelta(days=1)))  # noqa: DTZ001 - walls, placed below
        return place_wall(first, self.zone)[0], place_wall(after, self.zone)[0]

    def changes_clock(self, day: date) -> bool:
        """Whether the clocks change on that day."""
        start, end = self.span(day)
        return end - start != timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many posts it has, and those of them that are shown."""

    day: date
    total: int
    shown: Sequence[Sight] = ()


def monday_of(day: date) -> date:
    """The Monday with which the day's week begins."""
    return day - timedelta(days=day.weekday())


def share(counts: Sequence[int], *, most: int = LINES) -> list[int]:
    """How many posts of each day are shown, so that a full day takes the room of empty ones and not of its neighbours."""
    cap = most
    while cap > 1 and sum(min(number, cap) + (number > cap) for number in counts) > most:
        cap -= 1
    return [min(number, cap) for number in counts]


def week_face(days: Sequence[Day], view: View, *, has_several: bool, has_repeats: bool = False) -> Face:
    """A week, Monday first; where something repeats it says that this comes in a day ahead, so that no day passes for free."""
    first, last = days[0].day, days[-1].day
    head = f"**{say_day(first)} – {say_day(last)} {last.year}** · {escape(str(view.zone))}"
    if view.account is not None:
        head += f" · {where(view.account)}"
    lines = [head, ""]
    for one in days:
        lines += _day_lines(one, view)
    if not any(one.total for one in days):
        is_over = last < view.today
        nothing = "Nothing is planned for this week. Tap a day to plan something."
        lines += ["", "Nothing was planned for that week." if is_over else nothing]
    if has_repeats and last >= view.today:
        lines += ["", "Repeats stand here from a day ahead; /repeat lists them all."]
    return Face("\n".join(lines), _week_rows(days, view, has_several=has_several))


def _day_lines(one: Day, view: View) -> list[str]:
    lines = [_title(one.day, view) + ("" if one.total else " –")]
    lines += [_line(sight, view, one.day) for sight in one.shown]
    if one.total > len(one.shown):
        lines.append(f"and {one.total - len(one.shown):,} more")
    return lines


def _title(day: date, view: View) -> str:
    change = ", the clocks change" if view.changes_clock(day) else ""
    return f"**{say_day(day)}{', today' if day == view.today else ''}{change}**"


def _line(sight: Sight, view: View, day: date) -> str:
    local = sight.publication.due_at.astimezone(view.zone)
    clock = f"{local:%H:%M}"
    if view.changes_clock(day):
        clock += f" ({escape(offset_text(local.utcoffset() or timedelta()))})"
    place = [] if view.account is not None else [where(sight.account)]
    line = " · ".join([clock, *place, escape(excerpt(sight.text, most=32))])
    return f"{line} — **{state}**" if (state := mark(sight)) else line


def _week_rows(days: Sequence[Day], view: View, *, has_several: bool) -> list[Sequence[Button]]:
    first = days[0].day
    taps = [_day_button(one, view) for one in days]
    if has_several:
        label = "All accounts" if view.account is None else place_name(view.account)
        taps.append(
            Button(f"Show: {label}", "calendar.accounts", arguments=view.arguments(week=first.isoformat()))
        )
    return [*in_rows(taps, width=3), _turning(first, view)]


def _day_button(one: Day, view: View) -> Button:
    number = f" · {one.total:,}" if one.total else ""
    label = f"{WEEKDAYS[one.day.weekday()][:3]} {one.day.day}{number}"
    return Button(label, "calendar.day", arguments=view.arguments(day=one.day.isoformat()))


def _turning(first: date, view: View) -> list[Button]:
    before, after = (first + timedelta(days=gap) for gap in (-_DAYS, _DAYS))
    found = [Button("◀ Previous", "calendar.week", arguments=view.arguments(week=before.isoformat()))]
    found.append(Button("Today", "calendar.week", arguments=view.arguments()))
    if after <= view.today + FURTHEST:
        found.append(Button("Next ▶", "calendar.week", arguments=view.arguments(week=after.isoformat())))
    return found


def day_face(one: Day, view: View, page: Page, *, can_plan: bool) -> Face:
    """One day with a button for each of its posts; `can_plan` offers to put something there."""
    here = view.arguments(day=one.day.isoformat())
    position = f" · {page.position}" if page.position else ""
    lines = [f"{_title(one.day, view)} · {escape(str(view.zone))}{position}"]
    lines += [
        f"{number}\\. {_line(sight, view, one.day)}"
        for number, sight in enumerate(one.shown, start=page.offset + 1)
    ]
    if not one.total:
        lines.append("Nothing is planned for this day.")
    items = [
        _item(sight, number, {**here, "page": page.number}, view)
        for number, sight in enumerate(one.shown, start=page.offset + 1)
    ]
    plan = [Button("Plan something here", "calendar.drafts", arguments=here, style="primary")]
    week = Button(
        "Back to the week",
        "calendar.week",
        arguments=view.arguments(week=monday_of(one.day).isoformat()),
    )
    rows = [
        *in_rows(items, width=3),
        page.row("calendar.day", before="‹ Earlier", after="Later ›", **here),
        plan if can_plan and one.day >= view.today else [],
        [week],
    ]
    return Face("\n".join(lines), only_full(rows))


def _item(sight: Sight, number: int, arguments: dict[str, Any], view: View) -> Button:
    publication = sight.publication
    clock = f"{publication.due_at.astimezone(view.zone):%H:%M}"
    return Button(
        f"{number} · {clock}", "calendar.item", publication.id, publication.version, arguments=arguments
    )


def drafts_face(day: date, drafts: Sequence[Post], view: View, page: Page) -> Face:
    """Which draft shall go out on that day?"""
    here = view.arguments(day=day.isoformat())
    taps = [
        [Button(excerpt(one.text, most=44), "calendar.plan", one.id, one.version, arguments=here)]
        for one in drafts
    ]
    asked = f"**What shall go out on {say_day(day)}?**\n"
    hint = "Tap a draft, or send me the text of a new post and tap Schedule on its card."
    if not drafts:
        hint = "There are no drafts. Send me the text of a post (or an idea for one), then tap Schedule on its card."
    rows = [
        *taps,
        page.row("calendar.drafts", before="‹ Newer", after="Older ›", **here),
        [Button("Back to the day", "calendar.day", arguments=here)],
    ]
    return Face(asked + hint, only_full(rows))


def place_face(plan: Plan, day: date, accounts: Sequence[Account], view: View) -> Face:
    """On which account shall the draft go out on that day?"""
    here = view.arguments(day=day.isoformat())
    taps = [[plan.on(one.id).button(place_name(one), "when.times", day=day.isoformat())] for one in accounts]
    back = Button("Back", "calendar.drafts", arguments=here)
    return Face("**On which channel?**", [*taps, [back]])


def accounts_face(accounts: Sequence[Account], week: date, page: Page) -> Face:
    """Whose posts shall the calendar show?"""
    here = {"week": week.isoformat()}
    taps = [
        Button(place_name(one), "calendar.week", arguments={**here, "account": str(one.id)})
        for one in accounts
    ]
    everything = Button("All accounts", "calendar.week", arguments=here)
    rows = [
        *in_rows(taps, width=2),
        page.row("calendar.accounts", **here),
        [everything],
    ]
    return Face(f"**Whose posts?** There are {count(page.total, 'account')}.", only_full(rows))


def today_in(zone: ZoneInfo, *, now: datetime) -> date:
    """The day that the calendar on the reader's wall shows."""
    return now.astimezone(UTC).astimezone(zone).date()
