"""Does it hold? Runs the real program against the sandbox, breaks things, and lets an independent checker judge.

`python -m bench.chaos publish --n 1000 --seed 1` and so on, a row of docs/reliability.md each. The verdict comes from the
sandbox's journal and the database alone. `--mutate NAME` switches one defence off: then the row has to fail.
"""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import tempfile
from pathlib import Path

from bench import results
from bench.checking import Verdict
from bench.mutations import NAMES

ROWS = {
    "publish": "publish",
    "crash": "crash",
    "frozen": "frozen",
    "races": "races",
    "punctuality": "punctuality",
    "disk": "disk",
    "stop": "stop",
    "inbox": "arrivals",
}
"""What can be run, and the module of this folder that runs it: `run(given, folder)` gives the verdict."""

MOST_SHOWN = 20


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.chaos", description=__doc__)
    parser.add_argument("what", choices=[*ROWS])
    parser.add_argument("--n", type=int, help="how many publications, updates, races or stops")
    parser.add_argument("--kills", type=int, default=50, help="how often a worker is killed with -9")
    parser.add_argument("--server-kills", type=int, default=10, help="how often PostgreSQL's postmaster is")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=2, help="crash: how many seeds, beginning with --seed")
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--late", type=float, default=3.0, help="seconds after which a late request is done")
    parser.add_argument("--minutes", type=float, default=10.0, help="punctuality: how long each part is")
    parser.add_argument("--waiting", type=int, default=1_000_000, help="punctuality: posts of the future")
    parser.add_argument("--seconds", type=float, default=60.0, help="disk: how long the database is locked")
    parser.add_argument("--only", default="", help="crash: failpoints whose names begin so")
    parser.add_argument("--mutate", choices=NAMES, help="the defence that is switched off; the row must fail")
    parser.add_argument("--record", action="store_true", help="keep the figures for docs/reliability.md")
    return parser


def main() -> int:
    """Reads the command line; 0 when every promise held."""
    given = _parser().parse_args()
    module = importlib.import_module(f"bench.{ROWS[given.what]}")
    given.n = given.n or module.N
    # Whoever stops the bench (a time limit, CI) is to find no child, mount or server left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="fanfare-chaos-") as folder:
        Path(folder).chmod(0o755)
        verdict: Verdict = module.run(given, Path(folder))
    _report(given, verdict)
    if given.record:
        results.keep(given, verdict, command=sys.argv[1:])
    return 1 if verdict.faults else 0


def _report(given: argparse.Namespace, verdict: Verdict) -> None:
    """One line of figures, and every broken promise (the first ones) in words."""
    seen = {"what": given.what, "n": given.n, "seed": given.seed, "db": given.db, "mutation": given.mutate}
    sys.stdout.write(json.dumps({**seen, **verdict.facts, "violations": len(verdict.faults)}) + "\n")
    for fault in verdict.faults[:MOST_SHOWN]:
        sys.stdout.write(f"VIOLATION {fault}\n")
    sys.stdout.write(f"{'FAILED' if verdict.faults else 'held'}: {len(verdict.faults)} violations\n")


if __name__ == "__main__":
    sys.exit(main())
