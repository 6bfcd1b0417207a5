"""Does any post get lost or doubled when the network lies and the process is killed? Schedule, kill, wait, count.

One worker on SQLite; on PostgreSQL two at the same time, and the database itself is killed too.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from bench.checking import READ, Checker, Verdict
from bench.posts import SHAPES, Staged
from bench.program import Program
from bench.scene import Pace, Scene, scene
from bench.staging import open_desk

N = 1000
MUTATIONS = ("settle", "keys", "retry")
SHORT, LONG = (0.1, 0.35), (1.0, 2.4)
"""Seconds between two kills of a worker: mostly as in a crash loop, in which it hardly comes to work, and then a life."""

LONG_SHARE = 0.2
MEAN_LIFE = sum(SHORT) / 2 * (1 - LONG_SHARE) + sum(LONG) / 2 * LONG_SHARE

PATIENCE = 240.0
"""Seconds after the last kill within which everything has to come to rest."""


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Stages, kills, waits for the end and has it checked."""
    pace = Pace(late=given.late, lag=given.late + 0.4)
    with scene(given, folder, pace=pace) as world:
        began = time.monotonic()
        desk = open_desk(world)
        planned = desk.plan(given.n, seconds=_spread(given), after=2.0 + given.n / 8_000, shapes=SHAPES)
        desk.stage(planned)
        staged = time.monotonic()
        desk.verified(planned)
        world.spoil()
        is_quiet = _break(world, given)
        ended = time.monotonic()
        verdict = judged(world, planned)
        verdict.facts |= {
            "staging_seconds": round(staged - began, 1),
            "seconds": round(ended - staged, 1),
            "checking_seconds": round(time.monotonic() - ended, 1),
            "kills": sum(one.kills for one in world.programs),
            **_database_facts(world),
            "traces": world.traces(),
        }
        if not is_quiet:
            verdict.faults.append(f"{world.database.open_count()} publications never came to rest")
        return verdict


def judged(world: Scene, planned: list[Staged], *, reach: float | None = None) -> Verdict:
    """What an independent reader finds, with how many of the calls were spoilt."""
    publications, attempts = world.database.queries(READ)
    expected = {one.whole: one.parts for one in planned}
    verdict = Checker(expected, reach).judge(world.world.effects(), publications, attempts)
    struck = world.faults()
    on_posts = sum(count for name, count in struck.items() if name != "slow")
    verdict.facts |= {
        "attempts": len(attempts),
        "faults": struck,
        "faulty_share": round(on_posts / max(len(attempts), 1), 3),
    }
    return verdict


def _spread(given: argparse.Namespace) -> float:
    """Over how many seconds the posts fall due: as long as there is killing, so that every kill hits work."""
    return max(float(given.kills) * MEAN_LIFE / _workers(given), 2.0)


def _workers(given: argparse.Namespace) -> int:
    return 1 if given.db == "sqlite" else 2


def _break(world: Scene, given: argparse.Namespace) -> bool:
    """Kills workers (and the database, at even distances) and lets the rest be worked off; whether all came to rest."""
    workers = [world.program() for _ in range(_workers(given))]
    server = world.database.server
    every = 0 if server is None or not given.server_kills else max(1, given.kills // given.server_kills)
    for worker in workers:
        worker.start()
    for number in range(1, given.kills + 1):
        worker = workers[number % len(workers)]
        _life(world, len(workers))
        worker.kill()
        if every and server is not None and number % every == 0 and server.kills < given.server_kills:
            server.kill()
        worker.start()
    quiet = world.database.waits_until_quiet(PATIENCE, also=lambda: _restart(workers))
    for worker in workers:
        worker.stop()
    return quiet


def _restart(workers: list[Program]) -> None:
    """A worker that ended by itself (it found no database when it started) is started again, as systemd would."""
    for worker in workers:
        worker.start()


def _life(world: Scene, workers: int) -> None:
    shortest, longest = LONG if world.random.random() < LONG_SHARE else SHORT
    time.sleep(world.random.uniform(shortest, longest) / workers)


def _database_facts(world: Scene) -> dict[str, Any]:
    server = world.database.server
    if server is None:
        return {}
    return {"database_kills": server.kills, "slowest_recovery_seconds": round(server.slowest, 2)}
