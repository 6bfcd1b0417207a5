"""Is there a place in the code where dying costs a post? Every failpoint, every class of network, several seeds.

A cell is one failpoint, one class and one seed: twelve posts, a worker that kills itself when it reaches that place for
the n-th time, and another worker that finds what the first one left. Cells run in lanes of their own, each with its
sandbox and its database; the failpoints are read from the code.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.checking import Verdict
from bench.outside import ROOT
from bench.posts import Staged
from bench.program import Program
from bench.publish import judged
from bench.scene import Pace, Scene, scene
from bench.staging import CLASSES, Desk, open_desk

N = 12
MUTATIONS = ("intent",)
LANES = 3
FURTHEST = 6
"""A cell dies at the first to the sixth visit of its place, by the seed."""

TINY = Pace(request=0.3, late=0.1, lag=0.2)
FAULTS: tuple[tuple[str, float, Mapping[str, Any]], ...] = (
    ("accept_and_drop", 0.15, {}),
    ("accept_late", 0.1, {}),
    ("error_after", 0.1, {"status": 502}),
    ("error_before", 0.08, {"status": 503}),
    ("reset", 0.05, {}),
    ("flood", 0.02, {"seconds": 1}),
)
"""Half of all requests goes wrong here: the places where an answer is doubted have to be passed, too."""

PATIENCE = 30.0
HOPELESS = 6.0
"""Seconds after which a worker that has not died is taken not to come by the place any more."""


@dataclass(frozen=True)
class Cell:
    """One run: where it dies, with which class of network, by which dice."""

    place: str
    kind: str
    seed: int

    @property
    def name(self) -> str:
        """How a violation names it."""
        return f"{self.place} {self.kind} {self.seed}"


@dataclass
class Lane:
    """What one lane has found: the verdict on all its posts, and which places it has died at, how often."""

    verdict: Verdict
    died: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Runs all cells in lanes and adds up."""
    began = time.monotonic()
    names = places(given.only)
    seeds = range(given.seed, given.seed + given.seeds)
    cells = [Cell(name, kind, seed) for seed in seeds for name in names for kind in CLASSES]
    lanes = [cells[number::LANES] for number in range(LANES)]
    # Forked, not spawned: what has been imported need not be imported again.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(LANES, mp_context=context) as pool:
        work = [
            pool.submit(_lane, given, folder / f"lane{number}", lane)
            for number, lane in enumerate(lanes)
            if lane
        ]
        found = [one.result() for one in work]
    return _sum(found, names, cells, seconds=time.monotonic() - began)


def places(only: str = "") -> list[str]:
    """The failpoints of the code that a worker can reach, in the order of the files; those that begin with `only`."""
    from services.failpoints import places as read

    found = dict.fromkeys(one.name for one in read(ROOT, ("services", "storage", "integrations")))
    return [name for name in found if name.startswith(only)]


def _lane(given: argparse.Namespace, folder: Path, cells: Sequence[Cell]) -> Lane:
    folder.mkdir(mode=0o755)
    with scene(given, folder, pace=TINY) as world:
        desk = open_desk(world, accounts=4)
        world.spoil(FAULTS)
        lane = Lane(Verdict())
        planned: list[Staged] = []
        stuck = [cell.name for cell in cells if not _cell(world, desk, cell, lane, planned)]
        verdict = judged(world, planned)
        verdict.faults += [f"{name}: not everything came to rest" for name in stuck]
        lane.verdict = verdict
        return lane


def _cell(world: Scene, desk: Desk, cell: Cell, lane: Lane, planned: list[Staged]) -> bool:
    """Lets a worker die and another one finish; when it did not come by so often, once more at the first visit.

    Whether everything of the cell came to rest.
    """
    visit = Random(cell.name).randint(1, FURTHEST)
    for count in dict.fromkeys((visit, 1)):
        program = world.program()
        posts = desk.plan(
            world.given.n, seconds=0.2, after=0.05, kinds=(cell.kind,), label=cell.name, shapes=True
        )
        planned += posts
        desk.stage(posts)
        has_died = _dies(world, program, f"{cell.place}:{count}")
        if has_died:
            lane.died[cell.place] += 1
            program.start()
        quiet = world.database.waits_until_quiet(PATIENCE)
        program.kill()
        if has_died or not quiet:
            return quiet
    lane.missed.append(cell.name)
    return True


def _dies(world: Scene, program: Program, order: str) -> bool:
    """Whether a worker with this order died before its work was done."""
    program.start(FANFARE_FAILPOINT=order)
    deadline = time.monotonic() + HOPELESS
    while program.is_alive() and time.monotonic() < deadline and world.database.open_count():
        time.sleep(0.03)
    return not program.is_alive()


def _sum(found: Sequence[Lane], names: Sequence[str], cells: Sequence[Cell], *, seconds: float) -> Verdict:
    died: Counter[str] = Counter()
    states: Counter[str] = Counter()
    total = Verdict()
    for lane in found:
        died.update(lane.died)
        states.update(lane.verdict.facts["states"])
        total.faults += lane.verdict.faults
    never = [name for name in names if not died[name]]
    total.faults += [f"{name}: no run came by this place" for name in never]
    total.facts = {
        "failpoints": len(names),
        "cells": len(cells),
        "deaths": sum(died.values()),
        "cells_that_never_came_by": sum(len(lane.missed) for lane in found),
        "states": dict(sorted(states.items())),
        "live": sum(lane.verdict.facts["live"] for lane in found),
        "doubled": sum(lane.verdict.facts["doubled"] for lane in found),
        "lost": sum(lane.verdict.facts["lost"] for lane in found),
        "seconds": round(seconds, 1),
        "seconds_per_cell": round(seconds / max(len(cells), 1), 2),
        "cores": os.cpu_count(),
    }
    return total
