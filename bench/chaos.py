"""Does anything get lost or doubled when the network lies and the process is killed? Run it and see.

`python -m bench.chaos publish --n 1000 --kills 50 --seed 1` runs the real engine; the verdict comes from the sandbox's
journal and the database alone. `--settle 0` switches the settle window off: then it must find doubles.
`python -m bench.chaos inbox --n 10000 --kills 20` does the same for updates.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bench import checking, outside, staging
from bench.program import Program

FAULTS = (
    ("accept_and_drop", 0.07, {}),
    ("accept_late", 0.06, {}),
    ("error_after", 0.04, {"status": 502}),
    ("error_before", 0.04, {"status": 503}),
    ("reset", 0.03, {}),
    ("flood", 0.02, {"seconds": 1}),
)
"""A bit more than a quarter of all calls goes wrong; seven in a hundred are carried out and never answered."""

REQUEST, LAG, LATE = 0.6, 3.4, 3.0
"""Seconds: how long the program waits for an answer, then for a late acceptance, and how late the sandbox may be."""


def publish(given: argparse.Namespace, folder: Path) -> int:
    """Schedules, kills, waits for the end and has it checked; the exit status."""
    random = Random(given.seed)
    world = outside.start(folder, seed=given.seed)
    database = staging.Database.make(given.db, folder)
    environment = {
        "TELEGRAM_BOT_TOKEN": outside.TOKEN,
        "TELEGRAM_API_BASE": world.base,
        "PRACTICE_API_BASE": f"{world.base}/networks/practice",
        "DATABASE_URL": database.address,
        "FANFARE_DATA_DIR": str(folder),
        "FANFARE_REQUEST_TIMEOUT": str(REQUEST),
        "FANFARE_SETTLE_SECONDS": str(LAG if given.settle is None else given.settle),
    }
    began = time.monotonic()
    try:
        spread = max(given.kills * 0.35, given.n / 60)
        staged = asyncio.run(staging.stage(environment, world, count=given.n, seconds=spread, random=random))
        rules = [
            {
                "methods": ["sendMessage", "practice.post"],
                "fault": fault,
                "share": share,
                "seconds": LATE,
                **more,
            }
            for fault, share, more in FAULTS
        ]
        rules.append({"methods": ["practice.list"], "fault": "error_before", "share": 0.05, "status": 500})
        world.admin("POST", "/admin/faults", {"seed": given.seed, "rules": rules})
        program = Program(environment, frozenset({"worker"}), random)
        _run(program, database, kills=given.kills)
        struck = world.admin("GET", "/admin/faults")
    finally:
        world.stop()
    verdict = checking.check_publications(world.effects(), database.rows(), staged)
    verdict.facts |= {
        "kills": program.kills,
        "seconds": round(time.monotonic() - began, 1),
        "faults": struck.get("struck"),
    }
    database.drop()
    return _report(given, verdict)


def _run(program: Program, database: staging.Database, *, kills: int) -> None:
    """Kills the program again and again, then lets it finish; bounded, so that a stuck row ends the bench."""
    for _ in range(kills):
        program.start()
        program.let_live(0.12, 0.6)
        program.kill()
    program.start()
    deadline = time.monotonic() + 120
    while database.open_count() and time.monotonic() < deadline:
        time.sleep(0.3)
    program.stop()


def inbox(given: argparse.Namespace, folder: Path) -> int:
    """Sends updates with repeats and shuffles through a program that is killed; the exit status."""
    from bench import arrivals

    return _report(given, arrivals.run(given, folder))


def _report(given: argparse.Namespace, verdict: checking.Verdict) -> int:
    seen = {"what": given.what, "n": given.n, "seed": given.seed, "db": given.db, **verdict.facts}
    sys.stdout.write(json.dumps(seen) + "\n")
    for fault in verdict.faults[:20]:
        sys.stdout.write(f"VIOLATION {fault}\n")
    sys.stdout.write(f"{'FAILED' if verdict.faults else 'held'}: {len(verdict.faults)} violations\n")
    return 1 if verdict.faults else 0


def main() -> int:
    """Reads the command line; 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="bench.chaos", description=__doc__)
    parser.add_argument("what", choices=["publish", "inbox"])
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--settle", type=float, help="seconds of the settle window beyond the request; 0 must fail"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fanfare-chaos-") as folder:
        return (publish if given.what == "publish" else inbox)(given, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
