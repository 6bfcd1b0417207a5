"""What did the runs find? Their figures are kept in docs/reliability.json, from which the page is printed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.checking import Verdict

FILE = Path(__file__).parent.parent / "docs" / "reliability.json"


def name_of(given: argparse.Namespace) -> str:
    """Under which name a run is kept: what, on which database, and with which defence switched off."""
    parts = [given.what, given.db, *([f"without {given.mutate}"] if given.mutate else [])]
    return ", ".join(parts)


def keep(given: argparse.Namespace, verdict: Verdict, *, command: Sequence[str]) -> None:
    """Merges one run into the file; the run before it under the same name is forgotten."""
    kept = read()
    kept[name_of(given)] = {
        "command": " ".join(["python -m bench.chaos", *(one for one in command if one != "--record")]),
        "row": given.what,
        "database": given.db,
        "mutation": given.mutate,
        "figures": verdict.facts,
        "violations": len(verdict.faults),
    }
    FILE.write_text(
        json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def read() -> dict[str, Any]:
    """Every run that was kept; empty when there was none."""
    if not FILE.exists():
        return {}
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
