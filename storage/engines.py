"""How is the database opened? One writer connection and several readers on SQLite, a pool on PostgreSQL.

Facts: SQLite versions 3.7.0 to 3.51.2 can corrupt a WAL that two connections write or checkpoint at once, so one
process has exactly one writing connection and readers never checkpoint. The driver's own way of opening
transactions loses concurrent read-modify-writes without a word, so every write begins with BEGIN IMMEDIATE.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as SQLAlchemyTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.one_hop import connect

WAIT_FOR_WRITER = 3600.0
"""Seconds that a unit of work may wait for its turn on the one writing connection; it is a queue, not an error."""


_PASSING = frozenset({"08", "40", "53", "55", "57", "58"})
_AROUND = (
    "locked",
    "disk is full",
    "disk i/o error",
    "readonly database",
    "unable to open",
    "connection",
    "closed",
)


class Busy(RuntimeError):
    """Another process holds this database file; the message says which."""


class Unreachable(RuntimeError):
    """The database does not answer, or what is there is no database; the message says what it said."""


class BadAddress(ValueError):
    """The database address cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The engine that writes, the one that reads (the same on PostgreSQL) and what keeps other processes off."""

    writing: AsyncEngine
    reading: AsyncEngine
    lock: TextIO | None

    @property
    def is_alone(self) -> bool:
        """Whether no other process can be working on this database."""
        return self.lock is not None

    async def aclose(self) -> None:
        """Closes every connection, then lets go of the file."""
        if self.reading is not self.writing:
            await self.reading.dispose()
        await self.writing.dispose()
        if self.lock is not None:
            self.lock.close()


def open_engines(address: str, *, pool_size: int = 10) -> Engines:
    """Opens `sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`; raises `BadAddress` or `Busy`."""
    url = _read(address)
    if url.drivername == "sqlite+aiosqlite":
        return _open_sqlite(url)
    if url.drivername == "postgresql+asyncpg":
        engine = create_async_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
        return Engines(engine, engine, None)
    raise BadAddress(
        f"DATABASE_URL names {url.drivername!r}; use sqlite+aiosqlite:///… or postgresql+asyncpg://…"
    )


def open_readers(address: str) -> Engines:
    """Opens a database only for looking, beside the process that owns it; on SQLite both engines refuse to write."""
    url = _read(address)
    if url.drivername != "sqlite+aiosqlite":
        return open_engines(address)
    if not Path(url.database or "").is_file():
        raise BadAddress(f"There is no database at {url.database} yet.")
    reading = _readers(url)
    return Engines(reading, reading, None)


def _read(address: str) -> URL:
    try:
        return make_url(address)
    except Exception:  # noqa: BLE001 - whatever is wrong, the address itself may hold a password and is not repeated
        raise BadAddress(
            "DATABASE_URL is not an address; it looks like sqlite+aiosqlite:///data/fanfare.db."
        ) from None


def _readers(url: URL) -> AsyncEngine:
    reading = create_async_engine(
        url,
        async_creator=partial(connect, str(url.database)),
        pool_size=4,
        max_overflow=0,
        pool_timeout=WAIT_FOR_WRITER,
    )
    event.listen(reading.sync_engine, "connect", _prepare_reader)
    event.listen(reading.sync_engine, "begin", _begin_deferred)
    return reading


def _open_sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise BadAddress("DATABASE_URL needs a file: the readers would not see a database in memory.")
    file = Path(url.database)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = _hold(file)
    except OSError as error:
        raise BadAddress(f"{file} cannot be opened ({error.strerror}). Is the folder yours?") from error
    writing = create_async_engine(
        url,
        async_creator=partial(connect, str(url.database)),
        pool_size=1,
        max_overflow=0,
        pool_timeout=WAIT_FOR_WRITER,
    )
    event.listen(writing.sync_engine, "connect", _prepare_writer)
    event.listen(writing.sync_engine, "begin", _begin_immediate)
    return Engines(writing, _readers(url), lock)


def _hold(file: Path) -> TextIO:
    if file.is_dir():
        raise BadAddress(f"{file} is a folder; name a file in it.")
    lock = Path(f"{file}.lock").open("a+", encoding="utf-8")  # noqa: SIM115 - held until the engines close
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise Busy(
            f"{file} is in use by process {holder}. Stop that one first; SQLite serves one Fanfare process per file."
        ) from error
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _prepare_writer(connection: Any, record: object) -> None:  # noqa: ANN401 - the driver's connection has no public type
    del record
    _run(connection, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
    _run(connection, "PRAGMA busy_timeout=60000")


def _prepare_reader(connection: Any, record: object) -> None:  # noqa: ANN401 - as above
    del record
    _run(connection, "PRAGMA busy_timeout=60000", "PRAGMA query_only=ON", "PRAGMA wal_autocheckpoint=0")


def _run(connection: Any, *statements: str) -> None:  # noqa: ANN401 - as above
    connection.isolation_level = None
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()


def _begin_immediate(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event hands over a plain Connection
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Any) -> None:  # noqa: ANN401 - as above
    connection.exec_driver_sql("BEGIN")


def is_passing(fault: BaseException) -> bool:
    """Whether what failed is around the database (locked, full, read-only, gone away) and may work in a while.

    Source: SQLSTATE classes 08, 40, 53, 55, 57 and 58 of PostgreSQL; on SQLite every OperationalError that is no
    mistake in a statement.
    """
    if isinstance(fault, TimeoutError | OSError | SQLAlchemyTimeout):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    state = str(getattr(fault.orig, "sqlstate", "") or "")
    if state:
        return state[:2] in _PASSING
    said = str(fault.orig).casefold()
    return fault.connection_invalidated or any(words in said for words in _AROUND)
