"""Does a worker that was frozen and wakes up do harm? SIGSTOP for longer than its lease and the settle window, SIGCONT.

On PostgreSQL another worker takes over meanwhile; whatever appears afterwards without a try that explains it came from the
stale one. The worker is frozen at every failpoint (where it matters most) and at moments by chance.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bench.checking import Verdict
from bench.crash import places
from bench.posts import SHAPES, Staged
from bench.program import Program
from bench.publish import judged
from bench.scene import Pace, Scene, scene
from bench.staging import Desk, open_desk

N = 30
MUTATIONS = ("slept",)
PACE = Pace(request=0.5, late=0.2, lag=0.6)
LEASE = 2.0
FROZEN = 3.2
"""Seconds: longer than the lease and longer than the settle window."""

WORKERS_ROOMS = ("services", "storage", "integrations")
BY_CHANCE = 8
PATIENCE = 60.0
HOPELESS = 4.0


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Freezes again and again, `--n` posts each time, and checks."""
    with scene(given, folder, pace=PACE) as world:
        desk = open_desk(world, accounts=6)
        world.spoil()
        planned: list[Staged] = []
        orders = [*places(given.only, rooms=WORKERS_ROOMS), *[""] * BY_CHANCE]
        other = None if given.db == "sqlite" else _worker(world)
        frozen = sum(_freeze(world, desk, order, planned, other) for order in orders)
        last = other or _worker(world)
        last.start()
        quiet = world.database.waits_until_quiet(PATIENCE)
        last.stop()
        verdict = judged(world, planned, reach=None if other is None else PACE.reach)
        if not quiet:
            verdict.faults.append(f"{world.database.open_count()} publications never came to rest")
        verdict.facts |= {"freezes": frozen, "frozen_seconds": FROZEN, "traces": world.traces()}
        return verdict


def _worker(world: Scene) -> Program:
    made = world.program(FANFARE_LEASE_SECONDS=str(LEASE))
    made.start()
    return made


def _freeze(world: Scene, desk: Desk, place: str, planned: list[Staged], other: Program | None) -> bool:
    """One worker freezes (at `place`, or by chance) and thaws; whether it froze at all."""
    posts = desk.plan(world.given.n, seconds=0.8, after=0.1, label=place or "by chance", shapes=SHAPES)
    planned += posts
    stale = world.program(FANFARE_LEASE_SECONDS=str(LEASE))
    if other is None:
        desk.stage(posts)
    stale.start(**({"FANFARE_FAILPOINT": f"{place}:{world.random.randint(1, 8)}:stop"} if place else {}))
    if other is not None:
        desk.stage(posts)
    if not place:
        time.sleep(world.random.uniform(0.2, 1.0))
        stale.freeze()
    is_frozen = _waits_for_frost(world, stale)
    if is_frozen:
        time.sleep(FROZEN)
        stale.thaw()
        time.sleep(PACE.reach)
    stale.kill()
    return is_frozen


def _waits_for_frost(world: Scene, program: Program) -> bool:
    deadline = time.monotonic() + HOPELESS
    while time.monotonic() < deadline:
        if program.is_frozen():
            return True
        if not world.database.open_count():
            return False
        time.sleep(0.03)
    return False
