"""Do posts leave on time? Lateness is measured at the sandbox: the moment in its journal against the moment that was due.

A steady stream, then many at the same moment; first with an empty calendar, then again while a million posts wait for the
future. The empty calendar of the same run is what the full one is compared with.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.checking import Verdict, visible
from bench.posts import Staged
from bench.publish import judged
from bench.scene import Pace, Scene, scene
from bench.staging import Desk, open_desk

N = 300
"""Posts a minute."""

MUTATIONS = ("bell",)
TOGETHER = 1_000
MOST_P50, MOST_P99, MOST_BURST = 0.3, 2.0, 30.0
MOST_SLOWER = 1.2
NOISE = 0.05
"""Seconds by which two runs on the same machine differ anyway."""

FAR = timedelta(days=30)
SPREAD = 300 * 86_400.0
PATIENCE = 60.0


@dataclass(frozen=True)
class Figures:
    """Seconds: the middle and the hundredth-latest of the stream, and when the last of the burst started."""

    p50: float
    p99: float
    burst: float


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Measures with an empty and with a full calendar."""
    with scene(given, folder, pace=Pace(request=10.0, late=0.1, lag=2.0)) as world:
        desk = open_desk(world, accounts=50)
        planned: list[Staged] = []
        empty = _measure(world, desk, planned)
        began = time.monotonic()
        ahead = desk.plan(given.waiting, seconds=SPREAD, after=FAR.total_seconds(), label="Later")
        desk.stage(ahead)
        staging = time.monotonic() - began
        full = _measure(world, desk, planned)
        verdict = judged(world, planned)
        early = {one.text for one in ahead} & {effect.text for effect in visible(world.world.effects())}
        verdict.faults += [f"{text!r} left a month early" for text in early]
        verdict.facts |= {
            "posts_a_minute": given.n,
            "minutes": given.minutes,
            "together": TOGETHER,
            **_named(empty),
            "waiting": len(ahead),
            "staging_seconds": round(staging, 1),
            **_named(full, before="full_"),
        }
        verdict.faults += [*_misses(empty, "empty"), *_misses(full, "full"), *_slower(empty, full)]
        return verdict


def _measure(world: Scene, desk: Desk, planned: list[Staged]) -> Figures:
    """A stream and a burst, one after the other."""
    given = world.given
    count = round(given.n * given.minutes)
    now = datetime.now(UTC)
    first = now + timedelta(seconds=4)
    stream = [
        replace(one, due_at=first + timedelta(seconds=60 / given.n * number))
        for number, one in enumerate(desk.plan(count, seconds=0, label=f"Stream {now:%H%M%S}"))
    ]
    together = stream[-1].due_at + timedelta(seconds=5)
    burst = [
        replace(one, due_at=together) for one in desk.plan(TOGETHER, seconds=0, label=f"Burst {now:%H%M%S}")
    ]
    desk.stage([*stream, *burst])
    planned += [*stream, *burst]
    program = world.program()
    program.start()
    time.sleep(max(0.0, (together - datetime.now(UTC)).total_seconds()))
    world.database.waits_until_quiet(PATIENCE, due_before=together + timedelta(seconds=1))
    program.stop()
    late = _lateness(world, stream)
    return Figures(
        statistics.median(late),
        statistics.quantiles(late, n=100)[98],
        max(_lateness(world, burst)),
    )


def _lateness(world: Scene, posts: Sequence[Staged]) -> list[float]:
    """Seconds from due to visible; what never became visible counts as an hour."""
    due = {one.text: one.due_at for one in posts}
    seen = {effect.text: effect.at for effect in visible(world.world.effects()) if effect.text in due}
    return [(seen[text] - at).total_seconds() if text in seen else 3600.0 for text, at in due.items()]


def _named(figures: Figures, *, before: str = "") -> dict[str, float]:
    return {
        f"{before}p50": round(figures.p50, 3),
        f"{before}p99": round(figures.p99, 3),
        f"{before}burst": round(figures.burst, 2),
    }


def _misses(figures: Figures, name: str) -> list[str]:
    bounds = (
        ("p50", figures.p50, MOST_P50),
        ("p99", figures.p99, MOST_P99),
        ("burst", figures.burst, MOST_BURST),
    )
    return [
        f"{name} calendar: {what} is {seconds:.2f} s, at most {most} s"
        for what, seconds, most in bounds
        if seconds > most
    ]


def _slower(empty: Figures, full: Figures) -> list[str]:
    pairs = (("p50", empty.p50, full.p50), ("p99", empty.p99, full.p99), ("burst", empty.burst, full.burst))
    return [
        f"{what} is {later:.2f} s with a full calendar, {before:.2f} s with an empty one"
        for what, before, later in pairs
        if later > max(before * MOST_SLOWER, before + NOISE)
    ]
