"""How does a file of posts look before it is saved, while it is checked, and afterwards?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.cards.listing import Page, only_full
from bot.cards.wording import count, excerpt
from bot.rendering import escape
from bot.turn import Button, Face
from services.authorising import Actor
from services.import_saying import first_rows, headline, next_step, notes_of
from services.importing import Checked, checked_of
from services.time_saying import say_moment
from storage import Transaction
from storage.accounts import Account
from storage.imports import Import
from storage.outbox import OutboxItem

TROUBLES = 10
"""Troubles on one page."""


@dataclass(frozen=True, slots=True)
class Words:
    """What came along with the file: its caption, and the files' own ids, for whoever meant it as an attachment."""

    caption: str = ""
    media: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """As JSON, for a button or an outbox row."""
        return {"caption": self.caption, "media": [*self.media]} if self.caption else {}

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Words:
        """What `arguments` wrote."""
        return cls(str(arguments.get("caption", "")), tuple(arguments.get("media", ())))


async def look(tx: Transaction, item: OutboxItem, viewer: Actor | None) -> Face | None:
    """What an outbox row about a file shows at the moment of sending; progress that is overtaken shows nothing."""
    found = None if item.subject_id is None else await tx.imports.find(item.subject_id)
    if "done" in item.payload:
        return None if found is not None else progress_face(item.payload)
    if found is None:
        return None
    zone = ZoneInfo("UTC") if viewer is None else viewer.zone
    return await face_of_import(tx, found, zone, words=Words.of(item.payload))


async def face_of_import(
    tx: Transaction, found: Import, zone: ZoneInfo, *, page: int = 0, words: Words | None = None
) -> Face:
    """The file as it stands: to be confirmed, to be mended, saved or dropped. `zone` is the reader's."""
    if found.state == "applied":
        return applied_face(found, zone)
    if found.state == "dropped":
        return Face(f"Dropped {escape(found.file_name)}. Nothing was saved.")
    accounts = {one.id: one for one in await tx.accounts.list()}
    checked, words = checked_of(found), words or Words()
    if checked.unfit:
        return _mending_face(found, checked, page=page, words=words)
    return _confirming_face(found, checked, accounts, zone, words=words)


def progress_face(payload: Mapping[str, Any]) -> Face:
    """How far the checking is."""
    name = escape(str(payload.get("file", "")))
    return Face(f"Checking row {payload['done']:,} of {payload['total']:,} in {name}…")


def applied_face(found: Import, zone: ZoneInfo) -> Face:
    """What was saved, and when the first of it leaves."""
    first = min(datetime.fromisoformat(one["at"]) for one in found.rows).astimezone(zone)
    posts = count(len(found.rows), "post")
    verb = "is" if len(found.rows) == 1 else "are"
    said = escape(f"{say_moment(first)} ({zone.key})")
    text = f"**{posts} from {escape(found.file_name)} {verb} scheduled.**\nThe first goes out on {said}."
    return Face(text, [[Button("See the queue", "queue.page"), Button("See the calendar", "calendar.week")]])


def _confirming_face(
    found: Import, checked: Checked, accounts: Mapping[UUID, Account], zone: ZoneInfo, *, words: Words
) -> Face:
    lines = [
        f"**{escape(headline(checked))}**",
        f"Times are in {escape(zone.key)}. Nothing is saved yet.",
        "",
        *(escape(line) for line in first_rows(checked, accounts, zone, quote=excerpt)),
        *_noted(checked),
    ]
    save = Button(f"Schedule {checked.total:,}", "imports.apply", subject=found.id, style="success")
    return Face("\n".join(lines), only_full([[save, _drop(found)], _attaching(found, words)]))


def _mending_face(found: Import, checked: Checked, *, page: int, words: Words) -> Face:
    shown = Page.within(page, total=len(checked.troubles), size=TROUBLES)
    listed = checked.troubles[shown.offset : shown.offset + shown.size]
    lines = [
        f"**{escape(headline(checked))}**",
        escape(next_step(checked)),
        "",
        *(escape(str(one)) for one in listed),
        *([shown.position] if shown.position else []),
        *_noted(checked),
    ]
    turning = [
        Button(one.label, one.action, subject=found.id, arguments=one.arguments)
        for one in shown.row("imports.page", **words.arguments())
    ]
    return Face("\n".join(lines), only_full([turning, [_drop(found)], _attaching(found, words)]))


def _noted(checked: Checked) -> list[str]:
    notes = notes_of(checked)
    return ["", *(f"⚠ {escape(note)}" for note in notes)] if notes else []


def _drop(found: Import) -> Button:
    return Button("Drop", "imports.drop", subject=found.id)


def _attaching(found: Import, words: Words) -> Sequence[Button]:
    if not words.caption:
        return []
    return [
        Button("Make a post with the file", "imports.attach", subject=found.id, arguments=words.arguments())
    ]
