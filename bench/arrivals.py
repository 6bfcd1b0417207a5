"""Is every update answered once and in order, when they come twice and shuffled and the process is killed?

Each update is a command that does not exist, with its number in its name: the answer names it, so that the outbox shows
which updates had their effect, how often, and in which order per chat. Effects and the mark that an update is done are
one unit of work for every handler, so what holds for this one holds for all.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from bench import outside
from bench.checking import Verdict
from bench.databases import Database
from bench.program import Program

N = 10000
CHATS = 60
FIRST_PERSON = 50_000
_NAMED = re.compile(r"/n(\d+)")


def run(given: argparse.Namespace, folder: Path) -> Verdict:
    """Injects, kills, waits until the inbox is empty, and checks."""
    world = outside.start(folder, seed=given.seed)
    database = Database.make(given.db, folder)
    environment = {
        "TELEGRAM_BOT_TOKEN": outside.TOKEN,
        "TELEGRAM_API_BASE": world.base,
        "DATABASE_URL": database.address,
        "FANFARE_DATA_DIR": str(folder),
        "FANFARE_DRAIN_SECONDS": "1",
    }
    random = Random(given.seed)
    began = time.monotonic()
    try:
        asyncio.run(_people(environment))
        updates = [
            _update(number, FIRST_PERSON + random.randrange(CHATS)) for number in range(1, given.n + 1)
        ]
        world.admin("POST", "/admin/faults", {"seed": given.seed, "rules": _rules()})
        program = Program(environment, frozenset({"bot"}), random)
        _feed(world, program, database, updates, kills=given.kills)
    finally:
        world.stop()
    verdict = _check(database, updates)
    verdict.facts |= {"kills": program.kills, "seconds": round(time.monotonic() - began, 1)}
    database.drop()
    return verdict


def _rules() -> list[dict[str, Any]]:
    return [
        {"methods": ["getUpdates"], "fault": "duplicate_updates", "share": 0.5},
        {"methods": ["getUpdates"], "fault": "reorder_updates", "share": 0.3},
        {"methods": ["getUpdates"], "fault": "accept_and_drop", "share": 0.05},
        {"methods": ["getUpdates"], "fault": "error_after", "share": 0.05, "status": 502},
    ]


def _feed(
    world: outside.Outside,
    program: Program,
    database: Database,
    updates: list[dict[str, Any]],
    *,
    kills: int,
) -> None:
    """Hands the updates over in as many parts as there are kills, each kill in the middle of its part."""
    size = -(-len(updates) // max(kills, 1))
    for start in range(0, len(updates), size):
        world.admin(
            "POST", "/admin/updates", {"bot_id": outside.BOT_ID, "updates": updates[start : start + size]}
        )
        program.start()
        program.let_live(0.6, 1.6)
        program.kill()
    program.start()
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and _done(database) < len(updates):
        time.sleep(0.3)
    program.stop()


def _done(database: Database) -> int:
    return int(database.query("SELECT count(*) AS n FROM inbox WHERE state = 'done'")[0]["n"])


def _check(database: Database, updates: list[dict[str, Any]]) -> Verdict:
    verdict = Verdict()
    answered: dict[int, list[int]] = defaultdict(list)
    for row in database.query("SELECT telegram_chat_id, payload FROM outbox ORDER BY id"):
        if found := _NAMED.search(str(row["payload"])):
            answered[int(row["telegram_chat_id"])].append(int(found[1]))
    sent: dict[int, list[int]] = defaultdict(list)
    for update in updates:
        sent[update["message"]["chat"]["id"]].append(update["update_id"])
    for chat, numbers in sent.items():
        got = answered[chat]
        if missing := set(numbers) - set(got):
            verdict.faults.append(f"chat {chat}: {len(missing)} updates had no effect, first {min(missing)}")
        if len(got) != len(set(got)):
            verdict.faults.append(f"chat {chat}: {len(got) - len(set(got))} effects happened twice")
        if got != sorted(got):
            verdict.faults.append(f"chat {chat}: the order was not kept")
    parked = database.query("SELECT count(*) AS n FROM inbox WHERE state NOT IN ('done')")[0]["n"]
    if parked:
        verdict.faults.append(f"{parked} updates are not done")
    verdict.facts = {"chats": len(sent), "effects": sum(len(got) for got in answered.values())}
    return verdict


def _update(number: int, person: int) -> dict[str, Any]:
    sender = {"id": person, "is_bot": False, "first_name": f"Person {person}"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_795_000_000,
            "chat": {"id": person, "type": "private", "first_name": sender["first_name"]},
            "from": sender,
            "text": f"/n{number}",
            "entities": [{"type": "bot_command", "offset": 0, "length": len(f"/n{number}")}],
        },
    }


async def _people(environment: Mapping[str, str]) -> None:
    """Makes a workspace with an editor for every chat."""
    import settings as reading
    from app import build
    from services.authorising import Role
    from services.joining import Person
    from storage.members import Member

    async with build(reading.read(environment), is_open_to_first=True) as app:
        async with app.storage.begin(None) as tx:
            owner = await app.desk.joining.claim(tx, Person(1, "Bench"), None)
        if owner is None:
            raise RuntimeError("the desk has an owner already")
        async with app.storage.begin(None) as tx:
            users = [await app.desk.joining.know(tx, Person(FIRST_PERSON + n, f"P{n}")) for n in range(CHATS)]
        async with app.storage.begin(owner.workspace_id) as tx:
            for user in users:
                tx.members.add(
                    Member(
                        workspace_id=owner.workspace_id,
                        user_id=user.id,
                        role=Role.EDITOR,
                        joined_at=datetime.now(UTC),
                    )
                )
