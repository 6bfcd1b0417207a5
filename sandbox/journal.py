"""What was accepted, in which order? One JSON line per effect, written before anybody is answered."""

import io
import json
from array import array
from collections.abc import Iterator
from errno import ENOSPC
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sandbox.shapes import Doc

STEP = 256
"""Every so many lines their place in the file is remembered."""

CHUNK = 1 << 18
"""Bytes that are read at once."""


class Journal:
    """An append-only log on disk; without a path it lives in memory only.

    Line `n` (from 1) is a JSON object with at least `n`, `at` (ISO 8601, UTC), `bot_id`, `person_id`,
    `method`, `chat_id`, `message_id`, `fault`. A torn last line (the process was killed inside the write)
    is cut off at the next start: it was never answered for. Lines are handed to the system one by one and not synced:
    they survive the end of this process, not that of the machine.
    """

    def __init__(self, path: Path | None) -> None:
        self._marks = array("Q")
        self._count = 0
        self._end = 0
        self._file = _opened(path)
        self._load()

    def _load(self) -> None:
        for line in self._lines_from(0):
            if not line.endswith(b"\n"):
                self._file.truncate(self._end)
                break
            self._note(len(line))
        self._file.seek(0, io.SEEK_END)

    def _note(self, length: int) -> None:
        if self._count % STEP == 0:
            self._marks.append(self._end)
        self._count += 1
        self._end += length

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Doc]:
        for line in self._lines_from(0):
            yield json.loads(line)

    def append(self, record: Doc) -> None:
        """Number the record and write it in one piece; raises `OSError` when there is no room."""
        text = json.dumps({"n": self._count + 1, **record}, ensure_ascii=True, separators=(",", ":"))
        line = text.encode() + b"\n"
        if self._file.write(line) != len(line):
            self._file.truncate(self._end)  # half a line would make every later one unreadable
            raise OSError(ENOSPC, "the journal cannot be written")
        self._note(len(line))

    def since(self, after: int, limit: int) -> list[Doc]:
        """The lines behind number `after`, at most `limit`."""
        after = max(0, after)
        if limit <= 0 or after >= self._count:
            return []
        lines = self._lines_from(self._marks[after // STEP])
        skipped = after % STEP
        return [json.loads(line) for line in islice(lines, skipped, skipped + limit)]

    def _lines_from(self, place: int) -> Iterator[bytes]:
        """The lines from a place on, read in chunks; between two of them the file stands at its end again."""
        rest = b""
        while True:
            self._file.seek(place)
            chunk = self._file.read(CHUNK)
            self._file.seek(0, io.SEEK_END)
            if not chunk:
                break
            place += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield line + b"\n"
        if rest:
            yield rest

    def close(self) -> None:
        """Let go of the file; the journal cannot be written or read afterwards."""
        self._file.close()


def _opened(path: Path | None) -> BinaryIO:
    if path is None:
        return io.BytesIO()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+b", buffering=0)
