"""What is told about a checked file? Plain sentences, the same at the terminal and in the chat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from services.import_checking import Row
from services.importing import MOST_TROUBLES, Checked
from services.time_saying import say_moment
from storage.accounts import Account

FIRST = 5
"""Rows that a preview shows."""

_MOST_NOTES = 8
_NUMBERS = 5
_TEXT = 60


def headline(checked: Checked) -> str:
    """How many posts, from which file, and whether they fit."""
    posts = f"{checked.total:,} {'post' if checked.total == 1 else 'posts'}"
    if not checked.unfit:
        return f"{posts} from {checked.file_name}: {'it fits' if checked.total == 1 else 'all of them fit'}."
    fit = f"{len(checked.rows):,} {'fits' if len(checked.rows) == 1 else 'fit'}"
    return f"{posts} from {checked.file_name}: {fit}, {checked.unfit:,} {'does' if checked.unfit == 1 else 'do'} not."


def next_step(checked: Checked) -> str:
    """What to do with a file that does not fit as a whole; nothing for one that does."""
    if not checked.unfit:
        return ""
    shown = f" The first {MOST_TROUBLES} are listed." if len(checked.troubles) >= MOST_TROUBLES else ""
    return f"Nothing is saved before all rows fit.{shown} Mend these and send the file again."


def first_rows(
    checked: Checked, accounts: Mapping[UUID, Account], zone: ZoneInfo, *, quote: Callable[[str], str]
) -> list[str]:
    """The rows that leave first: moment in the reader's zone, account, and what `quote` makes of the text (Markdown)."""
    soonest = sorted(checked.rows, key=lambda row: (row.at, row.number))[:FIRST]
    lines = [_line(row, accounts.get(row.account_id), zone, quote) for row in soonest]
    rest = len(checked.rows) - len(lines)
    if rest:
        last = max(row.at for row in checked.rows).astimezone(zone)
        lines.append(f"and {rest:,} more, the last on {say_moment(last)}")
    return lines


def notes_of(checked: Checked) -> list[str]:
    """What to know before it is confirmed: repetitions, assumptions; the same note of many rows is told once."""
    by_note: dict[str, list[int]] = {}
    for row in checked.rows:
        for note in row.notes:
            by_note.setdefault(note, []).append(row.number)
    told = [f"{_rows(numbers)}: {note}" for note, numbers in by_note.items()]
    rest = len(told) - _MOST_NOTES
    more = [f"And {rest:,} more such notes."] if rest > 0 else []
    return [*checked.notes, *told[:_MOST_NOTES], *more]


def report(checked: Checked, zone: ZoneInfo) -> list[str]:
    """Everything about a checked file, for a terminal."""
    lines = [headline(checked), *(str(one) for one in checked.troubles)]
    if not checked.unfit:
        lines += [
            f"Times are in {zone.key}.",
            *(f"  {one}" for one in first_rows(checked, {}, zone, quote=as_written)),
        ]
    step = next_step(checked)
    return [*lines, *(f"Note: {one}" for one in notes_of(checked)), *([step] if step else [])]


def _line(row: Row, account: Account | None, zone: ZoneInfo, quote: Callable[[str], str]) -> str:
    where = "" if account is None else f" on {f'@{account.handle}' if account.handle else account.name}"
    return f"{say_moment(row.at.astimezone(zone))}{where}: {quote(row.text)}"


def as_written(text: str) -> str:
    """The beginning of a text on one line, with its formatting as it was typed."""
    line = " ".join(text.split())
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1]}…"


def _rows(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Row {numbers[0]:,}"
    if len(numbers) > _NUMBERS:
        return f"Rows {_said(numbers[:_NUMBERS])} and {len(numbers) - _NUMBERS:,} more"
    return f"Rows {_said(numbers[:-1])} and {numbers[-1]:,}"


def _said(numbers: Iterable[int]) -> str:
    return ", ".join(f"{one:,}" for one in numbers)
