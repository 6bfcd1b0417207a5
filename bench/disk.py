"""What happens when the disk is full, takes no writes, or somebody holds the database? Said politely, resumed, nothing lost.

A person writes to the bot, and posts are due, while the disturbance lasts. The program has to stay up, say something fit for
a person, go on by itself when it is over, and keep what it had acknowledged. Needs root: it mounts a small disk.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from bench.checking import Verdict
from bench.outside import ROOT
from bench.people import NotSeen, Somebody, text_of
from bench.posts import Staged
from bench.program import Program
from bench.publish import judged
from bench.scene import Pace, Scene, scene
from bench.staging import OWNER, Desk, open_desk

N = 30
"""Posts that fall due while a disturbance lasts."""

MUTATIONS = ("acknowledge", "silence")
SIZE = "48m"
CHANNEL = "keyed-0"
RAW = ("Traceback", "sqlite3", "OperationalError", "sqlalchemy", "Errno")
"""Words that no person is to read."""

ALL = frozenset({"bot", "worker"})
PATIENCE = 60.0
SOON = 15.0
"""Seconds within which a person is told something, and after which all works again."""


@dataclass
class Story:
    """What a person lived through: how many posts he was told are scheduled, and what did not go as promised."""

    world: Scene
    desk: Desk
    person: Somebody
    disk: Path
    planned: list[Staged] = field(default_factory=list)
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Plays every disturbance, one after the other, with the same database."""
    disk = folder / "disk"
    with (
        _small_disk(disk),
        scene(given, folder, pace=Pace(request=3.0, late=0.2, lag=1.0), data=disk) as world,
    ):
        story = Story(world, open_desk(world, accounts=4), Somebody.arrives(world.world, OWNER), disk)
        program = world.program(parts=ALL)
        disturbances: dict[str, Callable[[], AbstractContextManager[None]]] = {
            "disk full": lambda: _filled(disk),
            "disk takes no writes": lambda: _unwritable(program),
            "database locked": lambda: _locked(world),
        }
        for name, disturbance in disturbances.items():
            if name.startswith(given.only):
                _play(story, program, name, disturbance)
        program.stop()
        _read_only(story)
        return _verdict(story)


def _play(
    story: Story, program: Program, name: str, disturbance: Callable[[], AbstractContextManager[None]]
) -> None:
    """One disturbance, with what a person does before, during and after it."""
    given, person = story.world.given, story.person
    program.stop()
    posts = story.desk.plan(given.n, seconds=given.seconds, after=12.0, label=f"During {name}")
    story.planned += posts
    story.desk.stage(posts)
    program.start()
    _schedules(story, f"before: {name}")
    with disturbance():
        written = person.says(f"Write a post about the time of {name}")
        try:
            answer = person.sees(after=written, patience=min(SOON, given.seconds))
            story.told[name] = text_of(answer)[:120]
        except NotSeen:
            story.faults.append(f"{name}: the person was told nothing for {SOON:.0f} s")
        time.sleep(given.seconds)
        if not program.is_alive():
            story.faults.append(f"{name}: the program ended with status {program.status}")
            program.start()
    try:
        person.sees(label="Schedule", after=written, patience=PATIENCE)
        _schedules(story, f"after: {name}")
    except NotSeen as fault:
        story.faults.append(f"{name}: it did not resume ({fault})")
    if not story.world.database.waits_until_quiet(PATIENCE, due_before=posts[-1].due_at):
        story.faults.append(f"{name}: due posts were not worked off afterwards")


def _schedules(story: Story, about: str) -> None:
    """From words to a scheduled post, as a person does it; only what the card says counts as acknowledged."""
    person = story.person
    try:
        said = person.says(f"Write a post about {about}")
        person.taps(person.sees(label="Schedule", after=said), "Schedule")
        person.taps(person.sees(label=CHANNEL, after=said), CHANNEL)
        person.taps(person.sees(label="Write it", after=said), "Write it")
        when = person.says("in 2 hours")
        person.taps(person.sees(label="Another time", after=when), "Schedule")
        person.sees("Scheduled on", label="Move", after=said)
        story.acknowledged += 1
    except NotSeen as fault:
        story.faults.append(f"{about}: could not be scheduled ({fault})")


def _verdict(story: Story) -> Verdict:
    """All posts that fell due, all that were acknowledged, and every word that the person has read."""
    verdict = judged(story.world, story.planned)
    verdict.faults += story.faults
    by_hand = "SELECT count(*) AS n FROM publications WHERE state = 'scheduled' AND due_at > created_at"
    kept = int(story.world.database.query(by_hand)[0]["n"])
    if kept < story.acknowledged:
        verdict.faults.append(f"{story.acknowledged} were acknowledged and {kept} are there")
    for message in story.person.messages():
        verdict.faults += [f"raw words: {text_of(message)!r}" for word in RAW if word in text_of(message)]
    found = sqlite3.connect(story.world.database.file or "").execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        verdict.faults.append(f"the database is damaged: {found}")
    verdict.facts |= {"acknowledged": story.acknowledged, "kept": kept, "told": story.told}
    return verdict


@contextlib.contextmanager
def _small_disk(place: Path) -> Iterator[None]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=True)  # noqa: S607 - the system's own
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607 - as above


@contextlib.contextmanager
def _filled(disk: Path) -> Iterator[None]:
    """Not a byte is free while the block runs."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def _unwritable(program: Program) -> Iterator[None]:
    """Every write of the program to a file fails, as on a disk that has gone read-only under it."""
    free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(program.pid or 0, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(program.pid or 0, resource.RLIMIT_FSIZE, free)


@contextlib.contextmanager
def _locked(world: Scene) -> Iterator[None]:
    """Another process holds the database for itself."""
    hold = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None); "
        "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(world.database.file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if holder.stdout is None or holder.stdout.readline() != b"held\n":
        raise OSError(errno.EBUSY, "the database could not be locked")
    try:
        yield
    finally:
        holder.communicate()


def _read_only(story: Story) -> None:
    """A start on a read-only disk ends with one sentence and a status; a start afterwards works."""
    remount = ["mount", "-o", "remount", str(story.disk)]
    subprocess.run([*remount[:2], "remount,ro", remount[3]], check=True)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "fanfare", "run"],
            cwd=ROOT,
            env={**os.environ, **story.world.environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        subprocess.run([*remount[:2], "remount,rw", remount[3]], check=True)
    story.told["start on a read-only disk"] = ended.stderr.strip()[:200]
    if ended.returncode == 0 or "Traceback" in ended.stderr or len(ended.stderr.strip().splitlines()) != 1:
        story.faults.append(f"read-only start: status {ended.returncode}, {ended.stderr.strip()[-300:]!r}")
