"""What does every row of the proof begin with? A sandbox, a database, the settings of the program, and an end to all of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench import outside
from bench.databases import Database
from bench.mutations import ENVIRONMENT
from bench.program import WORKER, Program, warm_up

FAULTS: tuple[tuple[str, float, Mapping[str, Any]], ...] = (
    ("accept_and_drop", 0.07, {}),
    ("accept_late", 0.06, {}),
    ("error_after", 0.04, {"status": 502}),
    ("error_before", 0.04, {"status": 503}),
    ("reset", 0.03, {}),
    ("flood", 0.02, {"seconds": 1}),
)
"""About a quarter of all requests that publish goes wrong; seven in a hundred are carried out and never answered."""

UNANSWERED_LOOKS = 0.1
"""The share of look-ups that fails."""

PENDING = 0.2
"""Seconds that the practice network works on a picture that takes its time."""

ON_POSTS = ("practice.post", "practice.comment", "practice.pending")


@dataclass(frozen=True)
class Pace:
    """Seconds: how long the program waits for an answer, how late the sandbox may carry a request out, and the lag.

    The lag is what the program adds to its request time-out before it trusts a look-up, so it has to cover `late`.
    """

    request: float = 0.6
    late: float = 3.0
    lag: float = 3.4

    @property
    def reach(self) -> float:
        """How long after arming a request may still have an effect: leaving, waiting for the answer, being late."""
        return min(self.request, 5.0) + self.request + self.late + 0.1


@dataclass
class Scene:
    """Everything round the program under test."""

    given: argparse.Namespace
    folder: Path
    data: Path
    world: outside.Outside
    database: Database
    random: Random
    pace: Pace
    programs: list[Program] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the program, with those of the mutation that was asked for."""
        plain = {
            "TELEGRAM_BOT_TOKEN": outside.TOKEN,
            "TELEGRAM_API_BASE": self.world.base,
            "PRACTICE_API_BASE": f"{self.world.base}/networks/practice",
            "DATABASE_URL": self.database.address,
            "FANFARE_DATA_DIR": str(self.data),
            "FANFARE_WORKERS": "128",
            "FANFARE_REQUEST_TIMEOUT": str(self.pace.request),
            "FANFARE_SETTLE_SECONDS": str(self.pace.lag),
        }
        return {**plain, **ENVIRONMENT.get(self.given.mutate or "", {})}

    def program(self, *, parts: frozenset[str] = WORKER, **more: str) -> Program:
        """A program with these parts that is not running yet; `more` is added to its settings."""
        number = len(self.programs)
        made = Program(
            {**self.environment, **more},
            parts,
            Random(f"{self.given.seed}/{number}"),
            mutation=self.given.mutate,
            log=self.folder / "program.log",
        )
        self.programs.append(made)
        return made

    def spoil(self, faults: tuple[tuple[str, float, Mapping[str, Any]], ...] = FAULTS) -> None:
        """Lets the practice network lie and break from here on, by the seed."""
        rules = [
            {"methods": [*ON_POSTS], "fault": fault, "share": share, "seconds": self.pace.late, **more}
            for fault, share, more in faults
        ]
        broken = {"fault": "error_before", "share": UNANSWERED_LOOKS, "status": 500}
        rules.append({"methods": ["practice.list"], **broken})
        self.world.admin("POST", "/admin/faults", {"seed": self.given.seed, "rules": rules})

    def faults(self) -> dict[str, int]:
        """How often each fault has struck."""
        struck: dict[str, int] = self.world.admin("GET", "/admin/faults").get("struck", {})
        return dict(sorted(struck.items()))

    def traces(self) -> int:
        """How many traces the program has written: faults of ours, or of a database that went away."""
        log = self.folder / "program.log"
        return log.read_text(encoding="utf-8", errors="replace").count("Traceback") if log.exists() else 0


@contextmanager
def scene(
    given: argparse.Namespace, folder: Path, *, pace: Pace | None = None, data: Path | None = None
) -> Iterator[Scene]:
    """Sets the scene in `folder` and clears it away, whatever happens; no child is left behind.

    `data` is where the program keeps its files, if that is not `folder` itself.
    """
    warm_up()
    database = Database.make(given.db, data or folder)
    world = outside.start(folder, seed=given.seed)
    world.admin("POST", "/admin/networks", {"pending_seconds": PENDING})
    made = Scene(given, folder, data or folder, world, database, Random(given.seed), pace or Pace())
    try:
        yield made
    finally:
        for program in made.programs:
            program.kill()
        world.stop()
        database.drop()
