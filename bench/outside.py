"""How does a bench start the outside world? The sandbox in a process of its own, which no kill of ours touches."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BOT_ID = 7000001
TOKEN = f"{BOT_ID}:a-token-that-only-the-sandbox-knows"


@dataclass(frozen=True)
class Outside:
    """A running sandbox: its address, its journal, its process."""

    base: str
    journal: Path
    process: subprocess.Popen[str]

    def admin(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Calls the sandbox's admin door."""
        request = urllib.request.Request(  # noqa: S310 - our own loopback address
            f"{self.base}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.loads(answer.read() or b"null")

    def effects(self) -> Iterator[dict[str, Any]]:
        """Every accepted effect, read from the journal's file and not from the sandbox's word."""
        with self.journal.open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)

    def stop(self) -> None:
        """Ends the sandbox."""
        self.process.terminate()
        self.process.wait(timeout=10)


def start(folder: Path, *, seed: int) -> Outside:
    """Starts a sandbox without anybody in it but our bot."""
    journal = folder / "sandbox.jsonl"
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--journal", str(journal), "--seed", str(seed)]
    # Long polls that its end cuts short are traces in its log and not in ours.
    with (folder / "sandbox.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    line = process.stdout.readline() if process.stdout else ""
    outside = Outside(line.rsplit(" ", 1)[-1].strip(), journal, process)
    outside.admin("POST", "/admin/bots", {"token": TOKEN, "username": "bench_bot", "first_name": "Bench"})
    return outside
