"""What happens when nothing ran for thirty days? One send per series at most, and nothing old without a question.

`python -m bench.thirty_days --series 500 --days 30 --seed 1` builds the real house on SQLite with a clock in the hand,
lets it live a day, stops it, moves the clock, and lets it run until it is quiet. The verdict comes from the network's own
list of what arrived and from the database. `--mutate burst` makes up for every occurrence that passed: it must fail.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from bench.checking import Verdict

START = datetime(2026, 11, 18, 6, 20, tzinfo=UTC)
POLICIES = ((15, "ask"), (1440, "ask"), (15, "drop"))
"""Minutes that a post may be late, and what becomes of a later one: one workspace of each."""

ZONES = ("Europe/Madrid", "America/New_York", "Asia/Dubai", "Asia/Kolkata", "Australia/Sydney", "UTC")
RHYTHMS = (
    ("every day", 1),
    ("every weekday", 4),
    ("every 3 days", 3),
    ("every Monday and Thursday", 7),
    ("every other Friday", 14),
    ("monthly on the 1st", 31),
    ("monthly on the last Friday", 35),
)
"""How often, and the days within which one occurrence surely lies."""

ACCOUNTS = 20
GRACE = timedelta(seconds=61)
"""A minute of waiting for its turn is no lateness."""


@dataclass
class Network(httpx.AsyncBaseTransport):
    """A network that takes everything and keeps what arrived: when, and which text."""

    clock: list[datetime]
    arrived: list[tuple[datetime, str]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """A post gets its number; the list of posts is empty, as nothing here is ever in doubt."""
        body = await request.aread()
        if request.method != "POST":
            return httpx.Response(200, json={"posts": []})
        self.arrived.append((self.clock[0], json.loads(body)["text"]))
        return httpx.Response(201, json={"id": str(len(self.arrived))})


@dataclass
class World:
    """Everything that outlives the program."""

    folder: Path
    database: str
    clock: list[datetime]
    network: Network
    is_burst: bool
    made: dict[str, tuple[UUID, int]] = field(default_factory=dict)
    """Text of a series to its workspace and the days within which it surely comes."""

    policies: dict[UUID, tuple[int, str]] = field(default_factory=dict)

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[Any]:
        """The program, from its start to its orderly end."""
        import settings as reading
        from app import build

        environment = {
            "DATABASE_URL": self.database,
            "FANFARE_DATA_DIR": str(self.folder),
            "PRACTICE_API_BASE": "http://127.0.0.1:9/practice",
        }
        given = reading.read(environment)
        async with build(
            given, now=lambda: self.clock[0], transport=self.network, is_open_to_first=True
        ) as app:
            await app.recover()
            yield app
            await app.drain()

    async def run_until_quiet(self, app: Any) -> None:  # noqa: ANN401 - the program under test
        """Goes round until a whole round found nothing to do."""
        unfolding = replace(app.unfolding, catch_up=None) if self.is_burst else app.unfolding
        rounds = [unfolding.unfold_due if one.name == "series" else one.work for one in app.worker_rounds()]
        while sum([await work() for work in rounds]):
            await app.publishing.finish_moving()


async def stage(world: World, *, count: int, random: Random) -> None:
    """Three workspaces with accounts, and the series, said in words as people say them."""
    from services.joining import Person
    from services.rule_reading import read_rule

    async with world.alive() as app:
        actors = []
        for number, policy in enumerate(POLICIES, 1):
            async with app.storage.begin(None) as tx:
                user = await app.desk.joining.know(tx, Person(number, f"Bench {number}"))
                actor = await _owner(app, tx, user)
                workspace = await tx.workspaces.get(actor.workspace_id)
                workspace.late_minutes, workspace.late_mode = policy
            world.policies[actor.workspace_id] = policy
            async with app.storage.begin(actor.workspace_id) as tx:
                actors.append((actor, [_account(tx, place) for place in range(ACCOUNTS)]))
        for number in range(count):
            actor, accounts = actors[number % len(actors)]
            rhythm, within = random.choice(RHYTHMS)
            words = f"{rhythm} {random.randrange(24):02}:{random.randrange(60):02}"
            zone, text = ZoneInfo(random.choice(ZONES)), f"Series {number} of {count}"
            async with app.storage.begin(actor.workspace_id) as tx:
                post = await app.desk.drafting.draft(tx, actor, text=text)
                repeat = read_rule(words, now=tx.now, zone=zone).repeat
                await app.desk.repeating.create(
                    tx,
                    actor,
                    post.id,
                    version=post.version,
                    repeat=repeat,
                    account_id=random.choice(accounts),
                )
            world.made[text] = (actor.workspace_id, within)


async def _owner(app: Any, tx: Any, user: Any) -> Any:  # noqa: ANN401 - the program under test
    """The first one claims the desk, the others get a workspace of their own."""
    from services.joining import Person

    claimed = await app.desk.joining.claim(tx, Person(user.telegram_id, user.first_name), None)
    return claimed or await app.desk.joining._found(tx, user)  # noqa: SLF001 - a second workspace has no door yet


def _account(tx: Any, place: int) -> UUID:  # noqa: ANN401 - a unit of work of the program under test
    from storage.accounts import Account

    account_id: UUID = tx.new_id()
    tx.accounts.add(
        Account(
            workspace_id=tx.workspace_id,
            id=account_id,
            platform="practice",
            remote_id=f"keyed-{place}",
            name=f"keyed-{place}",
            connected_at=tx.now,
            updated_at=tx.now,
        )
    )
    return account_id


async def live_a_day(world: World) -> None:
    """A day of ordinary life, in steps of ten minutes."""
    async with world.alive() as app:
        for _ in range(24 * 6):
            world.clock[0] += timedelta(minutes=10)
            await world.run_until_quiet(app)


async def come_back(world: World, *, days: int) -> list[dict[str, Any]]:
    """The first minutes after the time off; the publications of every series, as the database has them."""
    world.clock[0] += timedelta(days=days)
    async with world.alive() as app:
        await world.run_until_quiet(app)
        return [row for workspace_id in world.policies for row in await _rows(app, workspace_id)]


async def _rows(app: Any, workspace_id: UUID) -> list[dict[str, Any]]:  # noqa: ANN401 - the program under test
    from storage.publications import STATES

    async with app.storage.read(workspace_id) as tx:
        return [
            {
                "workspace": workspace_id,
                "text": (await tx.posts.get(row.post_id)).text,
                "state": row.state,
                "due": row.due_at,
                "created": row.created_at,
            }
            for row in await tx.publications.list(states=STATES, limit=1_000_000)
        ]


def check(
    world: World, rows: Sequence[Mapping[str, Any]], arrived: Sequence[tuple[datetime, str]], *, days: int
) -> Verdict:
    """At most one send and one row for the time off each, none too late, and no series forgotten."""
    verdict = Verdict()
    now = world.clock[0]
    sends = Counter(text for _, text in arrived)
    made_up = [row for row in rows if row["created"] >= now and row["due"] <= now]
    per_series = Counter(row["text"] for row in made_up)
    verdict.faults += [f"{text!r} was sent {count} times" for text, count in sends.items() if count > 1]
    verdict.faults += [
        f"{text!r} was made up for {count} times" for text, count in per_series.items() if count > 1
    ]
    verdict.faults += _too_late(world, rows, sends, now=now)
    forgotten = [text for text, (_, within) in world.made.items() if within < days and not per_series[text]]
    verdict.faults += [f"{text!r} was forgotten" for text in forgotten]
    verdict.facts = {
        "sent_after": sum(sends.values()),
        "most_sends_of_one": max(sends.values(), default=0),
        "made_up": dict(sorted(Counter(row["state"] for row in made_up).items())),
        "most_made_up_of_one": max(per_series.values(), default=0),
        "waiting_ahead": sum(row["due"] > now and row["state"] == "scheduled" for row in rows),
    }
    return verdict


def _too_late(
    world: World, rows: Sequence[Mapping[str, Any]], sends: Mapping[str, int], *, now: datetime
) -> list[str]:
    """What was sent after the time off although its moment lay further back than its workspace allows."""
    found = []
    for text, count in sends.items():
        minutes = timedelta(minutes=world.policies[world.made[text][0]][0])
        allowed = [
            row
            for row in rows
            if row["text"] == text and row["state"] == "published" and now - row["due"] <= max(minutes, GRACE)
        ]
        if len(allowed) < count:
            found.append(f"{text!r} was sent without a question and was older than {minutes}")
    return found


async def prove(folder: Path, *, series: int, days: int, seed: int, is_burst: bool = False) -> Verdict:
    """The whole of it: a day of life, time off, the first minutes after it."""
    began, clock = time.monotonic(), [START]
    database = f"sqlite+aiosqlite:///{folder / 'fanfare.db'}"
    world = World(folder, database, clock, Network(clock), is_burst)
    await stage(world, count=series, random=Random(seed))
    await live_a_day(world)
    before = len(world.network.arrived)
    rows = await come_back(world, days=days)
    verdict = check(world, rows, world.network.arrived[before:], days=days)
    verdict.facts = {
        "sent_on_the_first_day": before,
        **verdict.facts,
        "seconds": round(time.monotonic() - began, 1),
    }
    return verdict


def main() -> int:
    """Reads the command line; 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="bench.thirty_days", description=__doc__)
    parser.add_argument("--series", type=int, default=500)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutate", choices=["burst"], help="switches a defence off; it must fail then")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fanfare-days-") as folder:
        verdict = asyncio.run(
            prove(
                Path(folder),
                series=given.series,
                days=given.days,
                seed=given.seed,
                is_burst=given.mutate == "burst",
            )
        )
    print(json.dumps({**vars(given), **verdict.facts}))
    for fault in verdict.faults[:20]:
        print(f"VIOLATION {fault}")
    print(f"{'FAILED' if verdict.faults else 'held'}: {len(verdict.faults)} violations")
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
