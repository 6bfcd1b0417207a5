"""How do the queues of an account look? Their standing times, who waits in them, and the screens that change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.cards.listing import Page, in_rows, only_full
from bot.cards.slots import slot_label
from bot.cards.wording import count, cut, excerpt, moment, place_name, sentence, where
from bot.rendering import escape
from bot.turn import Button, Face
from services.queueing import Overdue, Overview
from services.slot_phrases import EXAMPLE, Standing, say_standing
from services.time_placing import WEEKDAYS
from storage.accounts import Account
from storage.queues import Queue

HOURS = tuple(f"{hour:02}:00" for hour in (7, 8, 9, 10, 12, 13, 15, 17, 18, 19, 20, 21))
"""The hours that are offered as taps; any other can be written."""

NAMES = ("Main", "News", "Evenings", "Weekend")
"""Names that are offered as taps; any other can be written."""

SLOTS = 12
"""Slots on one screen: four rows of three."""

_TOLD = 5
"""Posts that a question names one by one."""

_BACK = Button("All queues", "queues.open")


Picked: TypeAlias = Mapping[str, Any]
"""What has been tapped so far, as JSON: `days` (Monday 0) and `times` (such as 09:30)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: the present and the clocks (`now` aware), and whether he may change queues, or pause and resume them."""

    now: datetime
    zone: ZoneInfo
    may_change: bool
    may_pause: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A queue of an account as the list of all shows it; an account without one has None."""

    account: Account
    overview: Overview | None


def standing_of(overview: Overview) -> list[Standing]:
    """The standing times of a queue."""
    return [Standing(one.weekday, one.at_local) for one in overview.slots]


def home_face(lines: Sequence[Line], page: Page, reader: Reader) -> Face:
    """Every queue of every account, numbered."""
    told = [f"**Slots & queues**{f' · {page.position}' if page.position else ''}"]
    items = []
    for number, one in enumerate(lines, start=page.offset + 1):
        told += ["", *_brief(number, one, reader)]
        if one.overview is not None:
            label = f"{number} · {cut(one.overview.queue.name, most=20)}"
            items.append(Button(label, "queues.one", subject=one.overview.queue.id))
    if not lines:
        told.append("No channel is connected yet. Add me to your channel as an admin that may post messages.")
    new = [Button("New queue", "queues.new")] if lines and reader.may_change else []
    rows = [*in_rows(items, width=2), page.row("queues.open"), [*new, Button("To the queue", "queue.page")]]
    return Face("\n".join(told), only_full(rows))


def _brief(number: int, line: Line, reader: Reader) -> list[str]:
    if line.overview is None:
        return [f"{number}\\. {where(line.account)} has no queue yet."]
    queue = line.overview.queue
    zone = "" if queue.zone == str(reader.zone) else f" · {escape(queue.zone)}"
    paused = " — **paused**" if queue.is_paused else ""
    times = "; ".join(say_standing(standing_of(line.overview))) or "No times yet."
    return [
        f"{number}\\. **{escape(queue.name)}** · {where(line.account)}{zone}{paused}",
        times,
        _standing_line(line.overview, reader),
    ]


def _standing_line(overview: Overview, reader: Reader) -> str:
    waiting = (
        f"{count(overview.waiting, 'post')} {'waits' if overview.waiting == 1 else 'wait'} here."
        if overview.waiting
        else "Nothing waits here."
    )
    if overview.free is None:
        return waiting
    free = slot_label(overview.free.at, zone=reader.zone, now=reader.now)
    return f"{waiting} Next free slot: {free}."


def one_face(account: Account, overview: Overview, reader: Reader, *, note: str = "") -> Face:
    """One queue: its times by weekday, who waits, and everything that can be done with it."""
    queue = overview.queue
    lines = [
        *([note, ""] if note else []),
        f"**{escape(queue.name)}** · {where(account)}",
        *(["**Paused:** nothing of it leaves, and what is put into it waits."] if queue.is_paused else []),
        "",
        *(say_standing(standing_of(overview)) or ["It has no times yet."]),
        f"Times are in {escape(queue.zone)}.",
        "",
        _free_line(overview, reader),
    ]
    return Face("\n".join(lines), only_full([*_deeds(overview, reader), [_BACK]]))


def _free_line(overview: Overview, reader: Reader) -> str:
    said = _standing_line(Overview(overview.queue, overview.slots, overview.waiting, None), reader)
    if overview.free is None:
        return said
    free = moment(overview.free.at, zone=reader.zone, now=reader.now)
    return f"{said} Next free slot: {free}. {sentence(overview.free.note)}".rstrip()


def _deeds(overview: Overview, reader: Reader) -> list[list[Button]]:
    queue = overview.queue
    pause = _of(queue, "Resume", "queues.resume") if queue.is_paused else _of(queue, "Pause", "queues.pause")
    less = [_of(queue, "Remove times", "queues.less")] if overview.slots else []
    change = [_of(queue, "Add times", "queues.days"), *less]
    naming = [_of(queue, "Rename", "queues.rename"), _of(queue, "Remove queue", "queues.remove")]
    return [
        change if reader.may_change else [],
        [*([pause] if reader.may_pause else []), *(naming if reader.may_change else [])],
    ]


def _of(
    queue: Queue, label: str, action: str, arguments: Picked | None = None, *, style: str | None = None
) -> Button:
    """A button about a queue."""
    return Button(label, action, subject=queue.id, arguments=arguments or {}, style=style)


def days_face(queue: Queue, *, days: Sequence[int], times: Sequence[str]) -> Face:
    """On which weekdays? A tap chooses one or lets go of it."""
    picked: Picked = {"days": [*days], "times": [*times]}
    toggles = [
        _of(queue, _ticked(name[:3], is_on=day in days), "queues.days", _toggled(picked, "days", day))
        for day, name in enumerate(WEEKDAYS)
    ]
    sets = [
        _of(queue, label, "queues.days", {"days": [*which], "times": [*times]})
        for label, which in (("Weekdays", range(5)), ("Weekend", range(5, 7)), ("Every day", range(7)))
    ]
    write = _of(queue, "Write it", "queues.write")
    onward = [_of(queue, "Choose the hours", "queues.hours", picked, style="primary")] if days else []
    rows = [*in_rows(toggles, width=3), sets, onward, [write, _of(queue, "Back", "queues.one")]]
    return Face(f"**On which days shall “{escape(queue.name)}” have new times?**", only_full(rows))


def hours_face(queue: Queue, *, days: Sequence[int], times: Sequence[str]) -> Face:
    """At which hours? Those that people usually take; others can be written."""
    picked: Picked = {"days": [*days], "times": [*times]}
    toggles = [
        _of(queue, _ticked(at, is_on=at in times), "queues.hours", _toggled(picked, "times", at))
        for at in HOURS
    ]
    standing = [pack(Standing(day, at)) for day in days for at in times]
    onward = (
        [_of(queue, "Check", "queues.check", {"standing": standing}, style="primary")] if standing else []
    )
    rows = [*in_rows(toggles, width=3), onward, [_of(queue, "Back", "queues.days", picked)]]
    return Face(f"**At which hours?** Times are in {escape(queue.zone)}.", only_full(rows))


def _ticked(label: str, *, is_on: bool) -> str:
    return f"✓ {label}" if is_on else label


def _toggled(picked: Picked, name: str, value: int | str) -> Picked:
    present = picked[name]
    changed = [one for one in present if one != value] if value in present else sorted([*present, value])
    return {**picked, name: changed}


def pack(one: Standing) -> str:
    """A standing time as a button carries it, such as "0 09:30"."""
    return f"{one.weekday} {one.at_local}"


def unpack(text: str) -> Standing:
    """What `pack` wrote."""
    weekday, _, at_local = text.partition(" ")
    return Standing(int(weekday), at_local)


def check_face(
    account: Account, overview: Overview | None, standing: Sequence[Standing], *, zone: str
) -> Face:
    """New times said back; nothing is saved before the button here is pressed. Without a queue one is made."""
    present = set() if overview is None else {*standing_of(overview)}
    name = NAMES[0] if overview is None else overview.queue.name
    known = len(present & {*standing})
    lines = [
        f"**Add {count(len({*standing} - present), 'slot')} to “{escape(name)}”?**",
        f"on {where(account)}",
        "",
        *say_standing(standing),
        f"Times are in {escape(zone)}.",
        *(
            [f"{count(known, 'slot')} of these {'is' if known == 1 else 'are'} there already."]
            if known
            else []
        ),
    ]
    arguments = {"standing": [pack(one) for one in standing], "account": str(account.id)}
    subject = None if overview is None else overview.queue.id
    save = Button("Save", "queues.save", subject=subject, arguments=arguments, style="success")
    back = _BACK if overview is None else _of(overview.queue, "Back", "queues.one")
    return Face("\n".join(lines), [[save], [back]])


def which_face(overviews: Sequence[Overview], standing: Sequence[Standing]) -> Face:
    """To which queue shall the times be added?"""
    packed = [pack(one) for one in standing]
    rows = [
        [_of(one.queue, f"{number} · {cut(one.queue.name, most=30)}", "queues.check", {"standing": packed})]
        for number, one in enumerate(overviews, start=1)
    ]
    said = "; ".join(say_standing(standing))
    return Face(f"**To which queue?**\n{said}", [*rows, [_BACK]])


def words_face(queue: Queue, *, trouble: str = "") -> Face:
    """Asks for days and times in words; `trouble` says what was wrong with the last ones."""
    text = f"{sentence(trouble)}\n\n{EXAMPLE}".strip()
    return Face(
        f"{text}\nTimes are in {escape(queue.zone)}. /cancel forgets the question.",
        [[_of(queue, "Pick days", "queues.days"), _of(queue, "Back", "queues.one")]],
    )


def less_face(overview: Overview, page: Page, *, note: str = "") -> Face:
    """Which times go? What sits in one keeps its moment."""
    queue = overview.queue
    shown = overview.slots[page.offset : page.offset + page.size]
    items = [
        Button(
            f"{WEEKDAYS[one.weekday][:3]} {one.at_local}",
            "queues.drop",
            subject=one.id,
            arguments={"queue": str(queue.id), "page": page.number},
            style="danger",
        )
        for one in shown
    ]
    turning = [
        _of(queue, one.label, "queues.less", one.arguments)
        for one in page.row("queues.less", before="‹ Earlier", after="Later ›")
    ]
    text = (
        f"{note}\n\n**Tap the times of “{escape(queue.name)}” that shall go.**\n"
        "A post that has one keeps its moment, and no other post moves."
    ).strip()
    return Face(text, only_full([*in_rows(items, width=3), turning, [_of(queue, "Back", "queues.one")]]))


def resume_face(overview: Overview, late: Sequence[Overdue], words: Sequence[str], reader: Reader) -> Face:
    """What missed its slot during the pause, and which slot it would take; `words` are the posts' own."""
    number = len(late)
    verb = (
        "has missed its slot and takes the next free one"
        if number == 1
        else "have missed their slots and take the next free ones"
    )
    lines = [f"**{count(number, 'post')} {verb}, in the old order:**", ""]
    for one, text in list(zip(late, words, strict=True))[:_TOLD]:
        at = slot_label(one.place.at, zone=reader.zone, now=reader.now)
        lines.append(f"{at} · {escape(excerpt(text, most=60))}")
    if number > _TOLD:
        lines.append(f"… and {number - _TOLD:,} more, one slot after the other.")
    queue = overview.queue
    return Face(
        "\n".join(lines),
        [
            [_of(queue, f"Resume and move {number:,}", "queues.go", {"seen": number}, style="success")],
            [_of(queue, "Leave it paused", "queues.one")],
        ],
    )


def remove_face(overview: Overview) -> Face:
    """The one question before a queue goes."""
    queue, waiting = overview.queue, overview.waiting
    stays = f" {count(waiting, 'post')} keep{'s' if waiting == 1 else ''} the moment." if waiting else ""
    text = f"**Remove “{escape(queue.name)}” with its {count(len(overview.slots), 'slot')}?**{stays}"
    gone = _of(queue, "Remove it", "queues.gone", style="danger")
    return Face(text, [[gone, _of(queue, "Back", "queues.one")]])


def accounts_face(accounts: Sequence[Account]) -> Face:
    """For which account is the new queue?"""
    rows = [
        [Button(f"{number} · {place_name(one)}", "queues.new", subject=one.id)]
        for number, one in enumerate(accounts, start=1)
    ]
    return Face("**For which channel is the new queue?**", [*rows, [_BACK]])


def names_face(taken: Sequence[str], *, account_id: UUID, queue: Queue | None, trouble: str = "") -> Face:
    """How shall it be called? A tap or words."""
    known = {one.casefold() for one in taken}
    subject = None if queue is None else queue.id
    items = [
        Button(name, "queues.name", subject=subject, arguments={"account": str(account_id), "name": name})
        for name in NAMES
        if name.casefold() not in known
    ]
    asked = "**How shall the queue be called?** Tap a name, or send one."
    if queue is not None:
        asked = f"**How shall “{escape(queue.name)}” be called?** Tap a name, or send one."
    text = f"{sentence(trouble)}\n\n{asked}".strip()
    back = _BACK if queue is None else _of(queue, "Back", "queues.one")
    return Face(f"{text}\n/cancel forgets the question.", only_full([*in_rows(items, width=2), [back]]))
