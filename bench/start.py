"""How long does a start take, and how much memory does it hold? Measured from outside, against a bare interpreter.

`python -m bench.start` starts `fanfare demo` on a fresh data directory and again on the same one, waits for the first
answered request, and reads the resident memory of the idle process.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Prints one line of JSON: seconds to the first answer (first and later starts), MiB idle, and the ratios."""
    with tempfile.TemporaryDirectory(prefix="fanfare-start-") as folder:
        first, _ = _start(Path(folder))
        later = [_start(Path(folder)) for _ in range(3)]
    bare = _bare()
    seconds = statistics.median(one for one, _ in later)
    memory = statistics.median(one for _, one in later)
    found = {
        "first_start_seconds": round(first, 2),
        "start_seconds": round(seconds, 2),
        "idle_mib": round(memory, 1),
        "bare_python_mib": round(bare, 1),
        "memory_ratio": round(memory / bare, 1),
    }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _start(folder: Path) -> tuple[float, float]:
    """Starts the demo; seconds until its page answers, and its resident MiB five seconds later."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "FANFARE_DATA_DIR": str(folder), "FANFARE_PORT": str(port)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "fanfare", "demo"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while not _answers(port):
            time.sleep(0.01)
        took = time.perf_counter() - began
        time.sleep(5)
        return took, psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sandbox/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _bare() -> float:
    process = subprocess.Popen([sys.executable, "-c", "import asyncio, time; time.sleep(2)"])
    time.sleep(1)
    memory = psutil.Process(process.pid).memory_info().rss / 2**20
    process.wait()
    return float(memory)


if __name__ == "__main__":
    sys.exit(main())
