"""What rows are in this file? Bytes of a CSV or XLSX file become rows of plain text, numbered as the spreadsheet shows them.

Whatever the bytes are, the answer is a `Sheet` or a `Refusal` with a sentence for the person. Nothing is run: of a
formula the value that was saved with it is taken, and what merely looks like one is text. Facts: CSV is RFC 4180 with
the delimiters that spreadsheets write; XLSX is a ZIP of XML parts (ECMA-376).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from services.refusals import Refusal

LARGEST = 5_000_000
"""Bytes of a file."""

MOST_ROWS = 5_000
"""Rows with something in them, the header not counted."""

MOST_COLUMNS = 64
LONGEST_CELL = 50_000
_MOST_LINES = 20_000
"""Rows altogether, empty ones included: a spreadsheet can claim a million of them with one number."""

_LARGEST_UNPACKED = 32_000_000
"""Bytes of all parts of an XLSX together; what it claims is checked before anything is unpacked."""

_MOST_PARTS = 500
_DELIMITERS = (",", ";", "\t")
_HIGH_LETTER = re.compile(rb"[\xa8\xb8\xc0-\xff]")
_CYRILLIC_WORD = re.compile(
    rb"(?<![A-Za-z\xa8\xb8\xc0-\xff])[\xa8\xb8\xc0-\xff]+(?![A-Za-z\xa8\xb8\xc0-\xff])"
)
_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ENDINGS = (".csv", ".tsv", ".xlsx")
_TYPES = (
    "text/csv",
    "text/comma-separated-values",
    "text/tab-separated-values",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HOW = "Save the sheet as CSV (UTF-8) or XLSX and send it again."

NOT_READABLE = Refusal("That file cannot be read as a spreadsheet.", _HOW)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the spreadsheet (the first is 1) and its cells as text, trimmed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file that have something in them, the header first; `notes` say what was left out."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


def is_sheet(*, file_name: str | None, mime_type: str | None) -> bool:
    """Whether a file looks like one that `read` takes, by its name or by its type."""
    return (file_name or "").casefold().endswith(_ENDINGS) or (mime_type or "").partition(";")[0] in _TYPES


def read(data: bytes, *, language: str = "en") -> Sheet:
    """The rows of a file; takes up to a second or two, so call it in a thread.

    `language` is the person's: it decides between old encodings that bytes alone do not tell apart. Raises `Refusal`
    for what is too large, empty or no spreadsheet.
    """
    if len(data) > LARGEST:
        raise Refusal(
            f"That file has {len(data) / 1e6:,.1f} MB; {LARGEST / 1e6:,.0f} MB is the most.",
            "Send it in parts.",
        )
    if data.startswith(b"PK"):
        rows, notes = _from_xlsx(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal("That is the old Excel format.", _HOW)
    else:
        rows, notes = _from_csv(data, language=language), ()
    lines = tuple(_bounded(rows))
    if not lines:
        raise Refusal(
            "There is nothing in that file.", "The first row names the columns: text, when, account."
        )
    return Sheet(lines, notes)


def _bounded(rows: Iterable[Iterable[str]]) -> Iterator[Line]:
    """The rows that have something in them; raises `Refusal` when there are too many rows, columns or letters."""
    found = 0
    for number, row in enumerate(rows, start=1):
        cells = tuple(cell.strip() for cell in row)
        if number > _MOST_LINES or found > MOST_ROWS:
            raise Refusal(f"That file has more than {MOST_ROWS:,} rows.", "Send it in parts.")
        if not any(cells):
            continue
        while not cells[-1]:
            cells = cells[:-1]
        if len(cells) > MOST_COLUMNS:
            raise Refusal(
                f"Row {number:,} has more than {MOST_COLUMNS} columns.", "Delete those that are not needed."
            )
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise _too_long(number)
        found += 1
        yield Line(number, cells)


def _too_long(number: int) -> Refusal:
    return Refusal(f"Row {number:,} has a cell of more than {LONGEST_CELL:,} characters.", "Shorten it.")


def _from_csv(data: bytes, *, language: str) -> Iterator[list[str]]:
    text = _decoded(data, language=language)
    if "\x00" in text:
        raise NOT_READABLE
    told = _SEP.match(text)
    if told is not None:
        text = text[told.end() :]
    delimiter = told[1] if told is not None and told[1] in _DELIMITERS else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            if "field larger" in str(fault):
                raise _too_long(number) from fault
            raise Refusal(
                f"Row {number:,} cannot be read: its quotation marks are not in order.",
                "A cell with a quotation mark in it stands in quotation marks, and the mark is doubled.",
            ) from fault
        yield row


def _delimiter(text: str) -> str:
    """The one that stands most often in the first row, outside of quotation marks."""
    first = re.sub(r'"[^"]*"', "", text[:LONGEST_CELL]).lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _decoded(data: bytes, *, language: str) -> str:
    """The text of a CSV: by its byte order mark, as UTF-8, or in the old encoding that its bytes look like."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\x00" in data[:2]:
        return _strictly(data, "utf-16-be" if data[:1] == b"\x00" else "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if language.startswith("zh"):
        return _strictly(data, "gb18030")
    return data.decode("cp1251" if _is_cyrillic(data) else "cp1252", errors="replace")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise NOT_READABLE from fault


def _is_cyrillic(data: bytes) -> bool:
    """Whether most letters beyond ASCII are in words of their own kind, and not among Latin letters as in "mañana"."""
    alone = sum(map(len, _CYRILLIC_WORD.findall(data)))
    return alone * 2 > len(_HIGH_LETTER.findall(data))


def _from_xlsx(data: bytes) -> tuple[Iterator[list[str]], tuple[str, ...]]:
    """The rows of the first sheet. Whatever the library trips over in a file from outside, the file is what is wrong."""
    try:
        _check_parts(data)
        names, rows = _opened(data)
    except Refusal:
        raise
    except Exception as fault:  # a broken file shows itself by any exception there is
        raise NOT_READABLE from fault
    notes = (f"Only the first sheet, “{names[0][:40]}”, was read.",) if len(names) > 1 else ()
    return _cells(rows), notes


def _check_parts(data: bytes) -> None:
    """Refuses a file that would grow too large; a part is never unpacked beyond the size that it claims (zipfile)."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
    if len(parts) > _MOST_PARTS or sum(one.file_size for one in parts) > _LARGEST_UNPACKED:
        raise Refusal(
            "That file unpacks to more than a plan of posts can have.", "Save the one sheet as CSV."
        )
    if not any(one.filename == "xl/workbook.xml" for one in parts):
        raise NOT_READABLE


def _opened(data: bytes) -> tuple[list[str], Iterator[Any]]:
    """The names of the sheets, and the rows of the first one."""
    import openpyxl  # type: ignore[import-untyped]  # it comes without types

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet, *others = book.worksheets
    names = [str(one.title) for one in (sheet, *others)]
    return names, iter(sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=_MOST_LINES + 1))


def _cells(rows: Iterator[Any]) -> Iterator[list[str]]:
    while True:
        try:
            row = next(rows)
            found = [_said(cell) for cell in row]
        except StopIteration:
            return
        except Exception as fault:  # as above: the file is what is wrong
            raise NOT_READABLE from fault
        yield found


def _said(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    """A cell as a person would have typed it: dates as ISO 8601 without a zone, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        has_clock = value.time() != time() or "h" in str(cell.number_format).casefold()
        return f"{value:%Y-%m-%d %H:%M}" if has_clock else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
