"""How does a statement reach SQLite's thread with one hop instead of four?

aiosqlite runs everything that touches SQLite in a thread of the connection's own, one call at a time: making a cursor,
executing, fetching and closing are four trips there and back for a statement of microseconds. This connection makes one
trip of them; it is handed to SQLAlchemy through `async_creator`, its door for such things. Fact: the thread's queue is
reached by `Connection._execute`, the method that every method of aiosqlite 0.21 and 0.22 is made of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Self

import aiosqlite


class WholeCursor:
    """A cursor whose rows have all arrived by the time that `execute` returns; SQLAlchemy buffers them anyway."""

    arraysize = 1

    def __init__(self, connection: OneHopConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Executes and fetches, in one trip to the connection's thread."""
        return await self._at_once("execute", sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Executes for many parameters, in one trip."""
        return await self._at_once("executemany", sql, parameters)

    async def fetchall(self) -> list[Any]:
        """What the last statement brought; fetched already."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open: the real cursor was closed with the statement."""

    async def _at_once(self, verb: str, sql: str, parameters: Sequence[Any]) -> Self:
        rows, self.description, self.rowcount, self.lastrowid = await self._connection.whole(
            verb, sql, parameters
        )
        self._rows = rows
        return self


class OneHopConnection(aiosqlite.Connection):
    """An aiosqlite connection whose cursors are whole."""

    def cursor(self) -> WholeCursor:  # type: ignore[override]  # SQLAlchemy needs of it only what `WholeCursor` has
        """A cursor that costs nothing to make."""
        return WholeCursor(self)

    async def whole(
        self, verb: str, sql: str, parameters: Sequence[Any]
    ) -> tuple[list[Any], Any, int, int | None]:
        """Runs one statement in the connection's thread: rows, description, row count, last row id."""

        def run() -> tuple[list[Any], Any, int, int | None]:
            cursor = self._conn.cursor()
            try:
                getattr(cursor, verb)(sql, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return rows, cursor.description, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        found: tuple[list[Any], Any, int, int | None] = await self._execute(run)  # type: ignore[no-untyped-call]  # aiosqlite's own method is untyped
        return found


async def connect(file: str) -> OneHopConnection:
    """Opens a SQLite file; the connection's thread does not keep the process alive."""
    connection = OneHopConnection(lambda: sqlite3.connect(file, check_same_thread=False), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy itself does with the connections that it makes
    await connection
    return connection
