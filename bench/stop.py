"""Is anything cut when the program is told to stop under load? SIGTERM again and again while it publishes at full rate.

After every stop the exit status has to be 0, within thirty seconds, and every try that was armed has to have its answer.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bench.checking import Verdict
from bench.publish import judged
from bench.scene import Pace, Scene, scene
from bench.staging import open_desk

N = 20
MUTATIONS = ("drain",)
WITHIN = 30.0
"""Seconds from SIGTERM to the end of the process."""

POSTS_PER_LIFE = 400
LIVES = (0.5, 1.2)
SLOW = (("slow", 0.5, {"seconds": 0.4}),)
"""Half of all requests take their time, so that every stop finds some under way."""

UNANSWERED = "SELECT count(*) AS n FROM attempts WHERE outcome IS NULL"


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Starts and stops `--n` times, lets the rest be worked off, and checks."""
    with scene(given, folder, pace=Pace(request=3.0, late=0.5, lag=1.0)) as world:
        desk = open_desk(world, accounts=60)
        planned = desk.plan(given.n * POSTS_PER_LIFE, seconds=1.0, after=0.0)
        desk.stage(planned)
        world.spoil(SLOW)
        faults, seconds, under_way = _stop_often(world, given.n)
        last = world.program()
        last.start()
        quiet = world.database.waits_until_quiet(120 + len(planned) / 50)
        last.stop()
        verdict = judged(world, planned)
        verdict.faults += faults
        if not quiet:
            verdict.faults.append(f"{world.database.open_count()} publications never came to rest")
        verdict.facts |= {
            "stops": given.n,
            "slowest_stop_seconds": round(max(seconds), 2),
            "requests_under_way_at_a_stop": round(under_way / given.n, 1),
            "traces": world.traces(),
        }
        return verdict


def _stop_often(world: Scene, times: int) -> tuple[list[str], list[float], int]:
    """What went wrong, how long each stop took, and how many requests all of them found under way."""
    faults: list[str] = []
    seconds, under_way = [], 0
    program = world.program()
    for number in range(1, times + 1):
        program.start()
        program.let_live(*LIVES)
        under_way += int(world.database.query(UNANSWERED)[0]["n"])
        began = time.monotonic()
        status = program.stop(patience=WITHIN * 2)
        seconds.append(time.monotonic() - began)
        cut = int(world.database.query(UNANSWERED)[0]["n"])
        if status:
            faults.append(f"stop {number}: the exit status was {status}")
        if seconds[-1] > WITHIN:
            faults.append(f"stop {number}: it took {seconds[-1]:.0f} s")
        if cut:
            faults.append(f"stop {number}: {cut} requests were cut")
    return faults, seconds, under_way
