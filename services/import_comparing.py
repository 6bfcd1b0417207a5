"""What in a file repeats something? Rows against each other and against the calendar; these are words of warning only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.import_checking import Row
from services.likeness import Print, Repeats, print_of
from services.time_saying import say_moment
from storage.neighbours import Neighbour


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something that goes out or went out: its moment, and how a warning calls it."""

    at: datetime
    name: str
    has_left: bool = False


def compare(
    rows: Sequence[Row], calendar: Mapping[UUID, Sequence[Neighbour]], *, days: int, zone: ZoneInfo
) -> list[Row]:
    """The rows with what they repeat in their notes, in the same order.

    `calendar` is what stands on each account, `days` how far apart the same words are still a repetition (0: no matter
    what is said, only the same minute is told), `zone` the reader's. A second or two for 5,000 rows: call it in a thread.
    """
    by_account: dict[UUID, list[Row]] = {}
    for row in rows:
        by_account.setdefault(row.account_id, []).append(row)
    noted = {}
    for account_id, of_account in by_account.items():
        standing = calendar.get(account_id, ())
        for row in _of_one_account(of_account, standing, window=timedelta(days=days), zone=zone):
            noted[row.number] = row
    return [noted[row.number] for row in rows]


def _of_one_account(
    rows: Sequence[Row], standing: Sequence[Neighbour], *, window: timedelta, zone: ZoneInfo
) -> list[Row]:
    entries = [_entry_of(one, zone) for one in standing]
    minutes = {one.at.replace(second=0, microsecond=0): one for one in entries if not one.has_left}
    texts = [*(one.text for one in standing), *(row.text for row in rows)]
    prints = [print_of(text) for text in texts] if window else []
    repeats = Repeats(prints)
    for known in prints[: len(entries)]:
        repeats.add(known)
    found = []
    for place, row in enumerate(rows):
        notes = []
        if window:
            mine = prints[len(standing) + place]
            notes += _repeated(row, mine, repeats, entries, window=window)
            repeats.add(mine)
        minute = row.at.replace(second=0, microsecond=0)
        if minute in minutes:
            notes.append(f"At the very same minute as {minutes[minute].name}.")
        entry = _Entry(row.at, f"row {row.number:,}")
        entries.append(entry)
        minutes.setdefault(minute, entry)
        found.append(row.noted(*notes))
    return found


def _repeated(
    row: Row, mine: Print, repeats: Repeats, entries: Sequence[_Entry], *, window: timedelta
) -> list[str]:
    """The nearest in time of what says the same, else the first that says nearly the same."""
    same = [entries[one] for one in repeats.same(mine) if abs(entries[one].at - row.at) <= window]
    if same:
        nearest = min(same, key=lambda one: abs(one.at - row.at))
        return [f"The same words as {nearest.name}."]
    for one in repeats.near(mine):
        if abs(entries[one].at - row.at) <= window:
            return [f"Nearly the same words as {entries[one].name}."]
    return []


def _entry_of(one: Neighbour, zone: ZoneInfo) -> _Entry:
    has_left = one.state not in {"scheduled", "claimed", "prepared", "armed"}
    said = say_moment(one.due_at.astimezone(zone))
    return _Entry(
        one.due_at, f"{'what went out on' if has_left else 'what is scheduled for'} {said}", has_left
    )
