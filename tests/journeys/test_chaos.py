"""Does the proof hold in small, and can it fail? `python -m bench.chaos publish` in full is 100,000 publications and 500 kills."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
MANY = int(os.environ.get("CHAOS_N", "5000"))
"""How many publications the test makes; CHAOS_N takes another number."""


def chaos(*words: str) -> tuple[int, dict[str, Any], str]:
    """Runs the bench in a process of its own: its status, its figures, and all that it said."""
    done = subprocess.run(  # noqa: S603 - this repository's own program
        [sys.executable, "-m", "bench.chaos", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[0]), done.stdout


def test_nothing_is_lost_or_doubled_when_the_network_lies_and_the_process_is_killed() -> None:
    kills = max(5, MANY // 350)
    status, figures, said = chaos("publish", "--n", str(MANY), "--kills", str(kills), "--late", "0.4")
    assert status == 0, said
    assert (figures["lost"], figures["doubled"], figures["kills"]) == (0, 0, kills)
    assert figures["faulty_share"] > 0.15
    assert sum(count for state, count in figures["states"].items() if "published" in state) > MANY * 0.8


def test_the_proof_sees_doubles_when_nobody_waits_before_looking() -> None:
    status, figures, said = chaos(
        "publish", "--n", "450", "--kills", "1", "--late", "1.8", "--mutate", "settle"
    )
    assert status == 1, said
    assert figures["doubled"] > 0
