"""How is the database copied while it is in use, and put back?

A copied file is no backup: half of them are damaged or miss what was acknowledged. SQLite's own `VACUUM INTO` takes a
consistent copy under writing; PostgreSQL has pg_dump for it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from storage.engines import Engines

_SIDECARS = ("-wal", "-shm")


class CannotBackUp(RuntimeError):
    """This database is copied with its own tools, or the target cannot be written; the message says what to do."""


async def back_up(engines: Engines, target: Path) -> int:
    """Writes a consistent copy of a SQLite database to `target`, which must not exist; its size in bytes."""
    if engines.writing.dialect.name != "sqlite":
        raise CannotBackUp("This database is PostgreSQL: use pg_dump -Fc, and pg_restore to put it back.")
    part = Path(f"{target}.part")
    try:
        await asyncio.to_thread(_make_room, target, part)
        await asyncio.to_thread(_copy, Path(str(engines.writing.url.database)), part)
        return await asyncio.to_thread(_finish, part, target)
    except (sqlite3.Error, OSError) as fault:
        raise CannotBackUp(f"{target} cannot be written ({fault}).") from fault


def _make_room(target: Path, part: Path) -> None:
    if target.exists():
        raise CannotBackUp(f"{target} exists already; choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)


def _copy(file: Path, part: Path) -> None:
    """On a connection of its own: the engines' connections are in a transaction, where SQLite does not copy."""
    connection = sqlite3.connect(file, timeout=60, isolation_level=None)
    try:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("VACUUM INTO ?", (str(part),))
    finally:
        connection.close()


def _finish(part: Path, target: Path) -> int:
    """Half a copy must not bear the name of a whole one: it gets its name when it lies on the disk."""
    with part.open("rb+") as copy:
        os.fsync(copy.fileno())
    part.rename(target)
    return target.stat().st_size


def lay_ready(address: str, source: Path) -> str:
    """Checks a copy and lays it beside the database that it will replace; the address under which it lies there."""
    file = _file(address)
    _check(source)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = _fresh(file)
    for ending in ("", *_SIDECARS):
        Path(f"{fresh}{ending}").unlink(missing_ok=True)
    shutil.copyfile(source, fresh)
    return f"sqlite+aiosqlite:///{fresh}"


def put_in_place(address: str) -> None:
    """Lets what `lay_ready` laid there, by now closed, take the place of the database that nobody has open.

    The old one is kept beside it as `.before-restore`, with everything that was acknowledged in it.
    """
    file = _file(address)
    fresh = _fresh(file)
    kept = Path(f"{file}.before-restore")
    if file.exists():
        _gather(file)
        kept.unlink(missing_ok=True)
        _keep(file, kept)
    for ending in _SIDECARS:  # left only by a database too damaged to be gathered; they belong to it
        if Path(f"{file}{ending}").exists():
            Path(f"{file}{ending}").replace(f"{kept}{ending}")
    _gather(fresh)
    fresh.replace(file)
    Path(f"{fresh}.lock").unlink(missing_ok=True)


def _keep(file: Path, kept: Path) -> None:
    """Both names at once, so that there is a database under the right one at every moment."""
    try:
        kept.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, kept)


def _gather(file: Path) -> None:
    """Writes what still lies in the log beside a database into the database itself."""
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        return
    finally:
        connection.close()


def _file(address: str) -> Path:
    url = make_url(address)
    if url.drivername != "sqlite+aiosqlite" or not url.database:
        raise CannotBackUp("This database is PostgreSQL: use pg_restore.")
    return Path(url.database)


def _fresh(file: Path) -> Path:
    return Path(f"{file}.restoring")


def _check(source: Path) -> None:
    if not source.is_file():
        raise CannotBackUp(f"There is no file {source}.")
    try:
        connection = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
        try:
            state = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as fault:
        raise CannotBackUp(f"{source} is not a backup of Fanfare.") from fault
    if state != "ok":
        raise CannotBackUp(f"{source} is damaged; use another backup.")
