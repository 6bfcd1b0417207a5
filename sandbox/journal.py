"""What was accepted, in which order? One JSON line per effect, flushed before anybody is answered."""

import json
from collections.abc import Iterator
from pathlib import Path

from sandbox.shapes import Doc


class Journal:
    """An append-only log; without a path it lives in memory only.

    Line `n` (from 1) is a JSON object with at least `n`, `at` (ISO 8601, UTC), `bot_id`, `person_id`,
    `method`, `chat_id`, `message_id`, `fault`. A torn last line (the process was killed inside the write)
    is cut off at the next start: it was never answered for.
    """

    def __init__(self, path: Path | None) -> None:
        self.lines: list[str] = []
        self._file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._load(path)
            self._file = path.open("ab", buffering=0)

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        raw = path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        if len(whole) != len(raw):
            with path.open("r+b") as file:
                file.truncate(len(whole))
        self.lines = whole.decode().splitlines()

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Doc]:
        for line in self.lines:
            yield json.loads(line)

    def append(self, record: Doc) -> None:
        """Number the record, write it in one piece and keep it."""
        record = {"n": len(self.lines) + 1, **record}
        line = json.dumps(record, ensure_ascii=True, separators=(",", ":"))
        if self._file is not None:
            self._file.write(line.encode() + b"\n")
        self.lines.append(line)

    def since(self, after: int, limit: int) -> list[Doc]:
        """The lines behind number `after`, at most `limit`."""
        return [json.loads(line) for line in self.lines[after : after + limit]]

    def close(self) -> None:
        """Let go of the file; the journal cannot be written afterwards."""
        if self._file is not None:
            self._file.close()
