"""Who wins when a person edits, moves or cancels in the second in which a post leaves? Whoever commits first, and nobody else.

Real services change posts round their due moment while the machine works. What a person was told decides what may be
seen: an old text never after "changed", nothing after "cancelled", nothing before the new moment after "moved".
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import settings as reading
from bench.checking import Effect, Verdict, moment, visible
from bench.mutations import mutate
from bench.posts import Staged
from bench.program import WORKER
from bench.scene import Pace, Scene, scene
from bench.staging import Desk, open_desk

if TYPE_CHECKING:
    from app import App
    from services.authorising import Actor

N = 10_000
MUTATIONS = ("doors",)
PER_SECOND = 120
AROUND = (-0.02, 0.12)
"""Seconds from the due moment to the person's word: the machine needs some milliseconds to take a post."""

DEEDS = ("edit", "edit alone", "move", "cancel")
ON_THE_WAY = "This post is already on its way."
GONE = ("published already", "published and stays")
PATIENCE = 90.0

FOUND = (
    "SELECT p.id, p.post_id, p.state, p.reason, p.due_at, p.payload_hash, v.text, v.account_id FROM publications p "
    "JOIN variants v ON v.workspace_id = p.workspace_id AND v.post_id = p.post_id AND v.account_id = p.account_id"
)
TRIED = "SELECT publication_id, payload_hash FROM attempts"


@dataclass(frozen=True)
class Race:
    """A post and what a person wants of it; `said` is what the person was told ("done" or the refusal's words)."""

    staged: Staged
    post_id: UUID
    publication_id: UUID
    deed: str
    at: datetime
    said: str = ""
    moved_to: datetime | None = None
    is_approved: bool = False

    @property
    def changed_text(self) -> str:
        """The words after an edit."""
        return f"{self.staged.text}, changed"


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Stages, races, waits until all is at rest, and judges by what people were told."""
    with scene(given, folder, pace=Pace(request=5.0, late=0.1, lag=1.0)) as world:
        desk = open_desk(world, accounts=40)
        planned = desk.plan(given.n, seconds=given.n / PER_SECOND, after=4.0 + given.n / 6_000)
        desk.stage(planned)
        desk.verified(planned)
        races = _drawn(world, planned)
        began = time.monotonic()
        mutate(given.mutate, world.environment)
        run_races, quiet = asyncio.run(_run(world, desk, races))
        verdict = _judged(world, run_races)
        verdict.facts["seconds"] = round(time.monotonic() - began, 1)
        if not quiet:
            verdict.faults.append("not everything came to rest")
        return verdict


def _drawn(world: Scene, planned: Sequence[Staged]) -> list[Race]:
    """Every post with a deed and a moment by the dice."""
    random = Random(f"races {world.given.seed}")
    rows = {row["text"]: row for row in world.database.query(FOUND)}
    drawn = []
    for staged in planned:
        row = rows[staged.text]
        at = staged.due_at + timedelta(seconds=random.uniform(*AROUND))
        deed = random.choice(DEEDS)
        drawn.append(Race(staged, UUID(str(row["post_id"])), UUID(str(row["id"])), deed, at))
    return drawn


async def _run(world: Scene, desk: Desk, races: Sequence[Race]) -> tuple[list[Race], bool]:
    from app import build

    async with (
        build(reading.read({**world.environment, "FANFARE_PACE": "off"})) as app,
        _machine_at_work(world, app),
    ):
        done = await asyncio.gather(*(_raced(app, desk.actor, race) for race in races))
        quiet = await asyncio.to_thread(_rests, world)
    return [*done], quiet


@contextlib.asynccontextmanager
async def _machine_at_work(world: Scene, app: App) -> AsyncIterator[None]:
    """The rounds of the worker: in this process on SQLite, which serves one; in another one on PostgreSQL."""
    if world.database.file is None:
        worker = world.program()
        worker.start()
        yield
        await asyncio.to_thread(worker.stop)
        return
    import serving

    stop = asyncio.Event()
    working = asyncio.create_task(serving.work(app, WORKER, stop))
    yield
    stop.set()
    await working


def _rests(world: Scene) -> bool:
    """Whether nothing is left that would move by itself."""
    moving = "SELECT count(*) AS n FROM publications WHERE next_at IS NOT NULL"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not world.database.query(moving)[0]["n"]:
            return True
        time.sleep(0.3)
    return False


async def _raced(app: App, actor: Actor, race: Race) -> Race:
    """Does the deed at its moment; what the person was told. Anything but a refusal is kept as a fault's name."""
    from services.refusals import Refusal

    await asyncio.sleep(max(0.0, (race.at - datetime.now(UTC)).total_seconds()))
    try:
        return replace(await _done(app, actor, race), said="done")
    except Refusal as refusal:
        return replace(race, said=refusal.message)
    except Exception as fault:  # noqa: BLE001 - whatever a person would have seen as an apology is a finding
        return replace(race, said=f"{type(fault).__name__}: {fault}")


async def _done(app: App, actor: Actor, race: Race) -> Race:
    desk = app.desk
    if race.deed == "cancel":
        async with app.storage.begin(actor.workspace_id) as tx:
            await desk.scheduling.cancel(tx, actor, race.publication_id)
        return race
    if race.deed == "move":
        async with app.storage.begin(actor.workspace_id) as tx:
            later = tx.now + timedelta(seconds=1.5)
            moved = await desk.scheduling.move(tx, actor, race.publication_id, version=None, at=later)
            return replace(race, moved_to=moved.due_at)
    async with app.storage.begin(actor.workspace_id) as tx:
        await desk.drafting.revise(tx, actor, race.post_id, text=race.changed_text)
    if race.deed == "edit":
        async with app.storage.begin(actor.workspace_id) as tx:
            await desk.scheduling.approve_again(tx, actor, race.publication_id, version=None)
        return replace(race, is_approved=True)
    return race


def _judged(world: Scene, races: Sequence[Race]) -> Verdict:
    live: dict[str, list[Effect]] = defaultdict(list)
    for effect in visible(world.world.effects()):
        live[effect.text].append(effect)
    rows, attempts = world.database.queries([FOUND, TRIED])
    found = {UUID(str(row["id"])): row for row in rows}
    hashes = {(str(one["publication_id"]), one["payload_hash"]) for one in attempts}
    verdict = Verdict()
    told: Counter[str] = Counter()
    for race in races:
        told[f"{race.deed}: {_kind_of(race.said)}"] += 1
        verdict.faults += _faults(race, live, found[race.publication_id], hashes)
    verdict.facts = {"races": len(races), "told": dict(sorted(told.items())), "traces": world.traces()}
    return verdict


def _kind_of(said: str) -> str:
    if said in {"done", ON_THE_WAY}:
        return said
    return "published already" if any(word in said for word in GONE) else "something else"


def _faults(
    race: Race, live: Mapping[str, list[Effect]], row: Mapping[str, Any], hashes: set[tuple[str, str]]
) -> list[str]:
    """Everything that does not fit what the person was told."""
    old, new = live.get(race.staged.text, []), live.get(race.changed_text, [])
    name = f"{race.deed} of {race.staged.text!r}"
    found = []
    if len(old) + len(new) > 1:
        found.append(f"{name}: it is there {len(old) + len(new)} times")
    if _kind_of(race.said) == "something else":
        found.append(f"{name}: the answer was {race.said!r}")
    expected = _expected(race)
    if expected is None:
        found += [f"{name}: was confirmed, and {effect.text!r} went out" for effect in (*old, *new)]
    elif [effect.text for effect in (*old, *new)] != [expected]:
        found.append(
            f"{name}: told {race.said!r}, and {len(old)} old, {len(new)} new ones are there ({row['state']})"
        )
    if race.moved_to is not None:
        found += [f"{name}: left before its new moment" for effect in old if effect.at < race.moved_to]
    for effect in (*old, *new):
        if (str(row["id"]), _digest(race, row, effect.text)) not in hashes:
            found.append(f"{name}: {effect.text!r} is not what was claimed")
    return found


def _expected(race: Race) -> str | None:
    """The text that has to be there in the end; None when nothing may be."""
    if race.said != "done" or race.deed == "move":
        return race.staged.text
    return race.changed_text if race.is_approved else None


def _digest(race: Race, row: Mapping[str, Any], text: str) -> str:
    from integrations.contract import Draft
    from services.drafting import content_hash

    target = race.staged.target
    return content_hash(Draft(target.name, text), account_id=target.id, due_at=moment(row["due_at"]))
