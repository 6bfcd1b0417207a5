"""How is a moment chosen? The screens from "Schedule" to the moment that is said back before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.cards.clocks import elsewhere
from bot.cards.listing import Page, in_rows, only_full
from bot.cards.origin import Plan
from bot.cards.slots import offers
from bot.cards.wording import excerpt, moment, place_name, sentence, where
from bot.rendering import escape
from bot.turn import Button, Face
from services.queueing import Overview
from services.time_saying import say_day
from services.timing import days, quick_choices, times
from storage.accounts import Account

TIMES = 12
"""Times on one screen: four rows of three."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The reader's present: `now` is aware, `zone` is where his clocks are read."""

    now: datetime
    zone: ZoneInfo


def moments_face(
    plan: Plan, account: Account, clock: Clock, *, has_others: bool, queues: Sequence[Overview] = ()
) -> Face:
    """The first screen: a few quick moments, a slot of the account's queues, a day to pick, or words."""
    quick = [
        plan.button(one.label, "when.pick", at=one.at.isoformat())
        for one in quick_choices(now=clock.now, zone=clock.zone)
    ]
    other = [plan.button("Other channel…", "when.accounts")] if has_others and plan.moves is None else []
    again = [plan.button("Repeat…", "repeat.ask")] if plan.moves is None else []
    rows = [
        *in_rows(quick, width=2),
        *offers(plan, queues, zone=clock.zone, now=clock.now),
        [plan.button("Pick a day", "when.days"), plan.button("Write it", "when.write")],
        [*again, *other],
        [plan.origin.back()],
    ]
    text = f"**When shall it be published on {where(account)}?**\nTap a moment, or write it. Times are in {escape(str(clock.zone))}."
    hint = "" if queues else "\nStanding times are made in /queue, Slots & queues."
    return Face(text + hint, only_full(rows))


def days_face(plan: Plan, clock: Clock) -> Face:
    """The next days."""
    buttons = [
        plan.button(one.label, "when.times", day=one.date.isoformat())
        for one in days(now=clock.now, zone=clock.zone, count=8)
    ]
    back = plan.button("Back", "when.open")
    return Face(
        "**On which day?**\nFor a later one tap Back, then Write it.", [*in_rows(buttons, width=2), [back]]
    )


def times_face(plan: Plan, clock: Clock, *, day: date, number: int) -> Face:
    """The half hours of a day, in pages; without a `number` below zero the page with the morning comes first."""
    choices = times(day, now=clock.now, zone=clock.zone)
    page = Page.within(number, total=len(choices), size=TIMES)
    buttons = [
        plan.button(one.label, "when.pick", at=one.at.isoformat())
        for one in choices[page.offset : page.offset + page.size]
    ]
    turning = page.row(
        "when.times", before="‹ Earlier", after="Later ›", day=day.isoformat(), **plan.arguments()
    )
    named = [
        Button(one.label, one.action, plan.moves or plan.origin.post_id, plan.version, one.arguments)
        for one in turning
    ]
    rows = [*in_rows(buttons, width=3), named, [plan.button("Back", "when.days")]]
    said = f"**At what time on {say_day(day)}?**\nTimes are in {escape(str(clock.zone))}."
    return Face(
        said if choices else f"{say_day(day)} is over. Tap Back and pick another day.", only_full(rows)
    )


def words_face(plan: Plan, clock: Clock, *, trouble: str = "", example: str = "") -> Face:
    """Asks for the moment in words; `trouble` says what was wrong with the last ones."""
    asked = example or "Say when, such as “tomorrow 9am”, “next Friday 18:30” or “in 2 hours”."
    text = f"{sentence(trouble)}\n\n{escape(asked)}".strip()
    zone = f"Times are in {escape(str(clock.zone))}. /cancel forgets the question."
    rows = [[plan.button("Pick a day", "when.days"), plan.origin.back()]]
    return Face(f"{text}\n{zone}", rows)


def confirm_face(
    plan: Plan,
    account: Account,
    clock: Clock,
    *,
    at: datetime,
    notes: Sequence[str],
    text: str,
    local: datetime | None = None,
    save: Button | None = None,
    warnings: Sequence[str] = (),
) -> Face:
    """The moment said back with weekday and zone; nothing is saved before the button here (or `save`) is pressed.

    `local` is the naive local time that was asked for, where a change of the clocks makes it another one than `at`.
    `warnings` (Markdown) say what this repeats; whoever presses nevertheless does it knowingly.
    """
    asked = {} if local is None else {"local": local.isoformat()}
    verb, style = ("Move", "primary") if plan.moves else ("Schedule", "success")
    lines = [
        f"**{moment(at, zone=clock.zone, now=clock.now)}**",
        *elsewhere(at, account, zone=clock.zone),
        f"on {where(account)}",
        *[sentence(note) for note in notes],
        *warnings,
        "",
        escape(excerpt(text, most=200)),
    ]
    saving = save or plan.button(verb, "when.confirm", style=style, at=at.isoformat(), **asked)
    rows = [
        [_knowingly(saving, warnings)],
        [plan.button("Another time", "when.open"), plan.origin.back()],
    ]
    return Face("\n".join(lines), rows)


def accounts_face(plan: Plan, accounts: Sequence[Account], *, action: str) -> Face:
    """On which account? Paused ones are named with what is the matter."""
    ready = [[plan.on(one.id).button(place_name(one), action)] for one in accounts if one.status == "active"]
    resting = [
        f"{where(one)} is paused: {sentence(one.last_error or one.status)}"
        for one in accounts
        if one.status != "active"
    ]
    return Face("\n".join(["**On which channel?**", *resting]), [*ready, [plan.origin.back()]])


def publish_face(plan: Plan, account: Account, text: str, *, warnings: Sequence[str] = ()) -> Face:
    """The one question before something leaves at once; `warnings` (Markdown) say what it repeats."""
    verb = _knowingly(plan.button("Publish", "publish.go", style="success"), warnings)
    lines = [f"**Publish on {where(account)} now?**", *warnings, "", escape(excerpt(text, most=200))]
    return Face("\n".join(lines), [[verb, plan.origin.back()]])


def _knowingly(button: Button, warnings: Sequence[str]) -> Button:
    """The button that saves, as it is called after a warning."""
    return replace(button, label=f"{button.label} anyway", style="primary") if warnings else button
