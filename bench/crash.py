"""Is there a place in the code where dying costs a post? Every failpoint, every class of network, several seeds.

A cell is one failpoint, one class and one seed: twelve posts and a person who writes, a program that kills itself when it
reaches that place for the n-th time, and another one that finds what the first one left. Cells run in lanes of their own,
each with its sandbox and its database; the failpoints are read from the code.
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
from bench.people import Somebody
from bench.posts import Staged
from bench.program import WORKER, Program, warm_up
from bench.publish import judged
from bench.scene import Pace, Scene, scene
from bench.staging import CLASSES, OWNER, Desk, open_desk

N = 12
MUTATIONS = ("intent",)
LANES = 6
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

TALK = (
    "SELECT count(*) AS n FROM posts WHERE generation_id IS NOT NULL",
    "SELECT count(*) AS n FROM inbox WHERE state <> 'done'",
    "SELECT count(*) AS n FROM outbox WHERE state = 'pending'",
)
"""The drafts that agents have written, and what still waits to be read or said."""

SHAPES = {"single": 0.5, "thread": 0.15, "comment": 0.1, "picture": 0.25}
"""Every shape in every cell, as far as the dice allow: some places are passed only by some."""

ROOMS = ("services", "storage", "integrations", "bot")
ALL = frozenset({"bot", "worker"})
DRAFTS = 2
LEASE = "2"
"""Seconds after which another worker on PostgreSQL may take over what a dead one held."""

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
    """One sandbox and one database, on which cells run one after the other. `asked` counts what a person asked for."""

    world: Scene
    desk: Desk
    person: Somebody
    of_the_bot: set[str]
    planned: list[Staged] = field(default_factory=list)
    died: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    asked: int = 0
    found: Verdict = field(default_factory=Verdict)


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Runs all cells in lanes and adds up."""
    began = time.monotonic()
    names = places(given.only)
    seeds = range(given.seed, given.seed + given.seeds)
    cells = [Cell(name, kind, seed) for seed in seeds for name in names for kind in CLASSES]
    warm_up(agents=True)
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


def places(only: str = "", rooms: Sequence[str] = ROOMS) -> list[str]:
    """The failpoints of the code in these rooms, in the order of the files; those that begin with `only`."""
    from services.failpoints import places as read

    found = dict.fromkeys(one.name for one in read(ROOT, tuple(rooms)))
    return [name for name in found if name.startswith(only)]


def _lane(given: argparse.Namespace, folder: Path, cells: Sequence[Cell]) -> Verdict:
    folder.mkdir(mode=0o755)
    with scene(given, folder, pace=TINY) as world:
        desk = open_desk(world, accounts=4)
        world.spoil(FAULTS)
        lane = Lane(world, desk, Somebody.arrives(world.world, OWNER), set(places(rooms=("bot",))))
        stuck = [cell.name for cell in cells if not _cell(lane, cell)]
        lane.found = judged(world, lane.planned)
        lane.found.faults += [f"{name}: not everything came to rest" for name in stuck]
        lane.found.faults += lane.faults
        lane.found.facts |= {"died": lane.died, "missed": lane.missed, "drafts": lane.asked}
        return lane.found


def _cell(lane: Lane, cell: Cell) -> bool:
    """Lets a program die and another one finish; when it did not come by so often, once more at the first visit.

    Whether everything of the cell came to rest.
    """
    visit = Random(cell.name).randint(1, FURTHEST)
    world = lane.world
    for count in dict.fromkeys((visit, 1)):
        talks = cell.place in lane.of_the_bot
        program = world.program(
            parts=ALL if talks else WORKER, FANFARE_PACE="off", FANFARE_LEASE_SECONDS=LEASE
        )
        posts = lane.desk.plan(
            world.given.n, seconds=0.2, after=0.05, kinds=(cell.kind,), label=cell.name, shapes=SHAPES
        )
        lane.planned += posts
        lane.desk.stage(posts)
        if talks:
            _talk(lane, cell)
        has_died = _dies(world, program, f"{cell.place}:{count}")
        if has_died:
            lane.died[cell.place] += 1
            program.start()
        quiet = world.database.waits_until_quiet(PATIENCE)
        if talks:
            quiet = _is_answered(lane, cell) and quiet
        program.kill()
        if has_died or not quiet:
            return quiet
    lane.missed.append(cell.name)
    return True


def _talk(lane: Lane, cell: Cell) -> None:
    """A person asks for drafts; each has to be made once, and its card be seen."""
    for number in range(DRAFTS):
        lane.asked += 1
        lane.person.says(f"Write a post about {cell.name} {lane.asked} {number}")


def _is_answered(lane: Lane, cell: Cell) -> bool:
    """Whether every message became exactly one draft, and everything that is to be said is said."""
    deadline = time.monotonic() + PATIENCE
    made, waiting = 0, 1
    while time.monotonic() < deadline and (made < lane.asked or waiting):
        counts = lane.world.database.queries(TALK)
        made, unread, unsaid = (int(rows[0]["n"]) for rows in counts)
        waiting = unread + unsaid
        time.sleep(0.05)
    if made != lane.asked:
        lane.faults.append(f"{cell.name}: {lane.asked} messages made {made} drafts")
        lane.asked = made
    return not waiting


def _dies(world: Scene, program: Program, order: str) -> bool:
    """Whether a program with this order died before its work was done."""
    program.start(FANFARE_FAILPOINT=order)
    deadline = time.monotonic() + HOPELESS
    while program.is_alive() and time.monotonic() < deadline:
        time.sleep(0.03)
        if program.parts == WORKER and not world.database.open_count():
            break
    return not program.is_alive()


def _sum(found: Sequence[Verdict], names: Sequence[str], cells: Sequence[Cell], *, seconds: float) -> Verdict:
    died: Counter[str] = Counter()
    states: Counter[str] = Counter()
    total = Verdict()
    for lane in found:
        died.update(lane.facts["died"])
        states.update(lane.facts["states"])
        total.faults += lane.faults
    total.faults += [f"{name}: no run came by this place" for name in names if not died[name]]
    total.facts = {
        "failpoints": len(names),
        "cells": len(cells),
        "deaths": sum(died.values()),
        "cells_that_never_came_by": sum(len(lane.facts["missed"]) for lane in found),
        "states": dict(sorted(states.items())),
        **{name: sum(lane.facts[name] for lane in found) for name in ("live", "doubled", "lost", "drafts")},
        "seconds": round(seconds, 1),
        "seconds_per_cell": round(seconds / max(len(cells), 1), 2),
        "cores": os.cpu_count(),
    }
    return total
