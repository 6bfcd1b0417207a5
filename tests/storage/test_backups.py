from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from storage.backups import CannotBackUp, back_up, lay_ready, put_in_place
from storage.engines import open_engines, open_readers
from storage.posts import Post

if TYPE_CHECKING:
    from storage import Storage
    from tests.conftest import HandClock

OURS = UUID(int=1)


def _file(address: str) -> Path:
    return Path(address.removeprefix("sqlite+aiosqlite:///"))


async def write(storage: Storage, text: str) -> None:
    async with storage.begin(OURS) as tx:
        for part in ("a", "b"):
            tx.posts.add(
                Post(
                    workspace_id=OURS,
                    id=tx.new_id(),
                    author_user_id=OURS,
                    text=f"{text} {part}",
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            )
            await tx.flush()


def texts(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT text FROM posts ORDER BY id")]
    finally:
        connection.close()


async def test_a_copy_taken_while_others_write_is_whole_and_has_everything_acknowledged_before(
    sqlite: str, storage_on_sqlite: Storage, tmp_path: Path
) -> None:
    for number in range(20):
        await write(storage_on_sqlite, f"before {number}")
    readers = open_readers(sqlite)
    copy = tmp_path / "copies" / "copy.db"
    writing = asyncio.gather(*(write(storage_on_sqlite, f"during {number}") for number in range(60)))
    size = await back_up(readers, copy)
    await writing
    await readers.aclose()
    found = texts(copy)
    assert size == copy.stat().st_size
    assert found[:40] == [f"before {number} {part}" for number in range(20) for part in "ab"]
    assert len(found) % 2 == 0
    assert os.listdir(copy.parent) == ["copy.db"]  # noqa: PTH208 - the loop stands still for it


async def test_a_copy_never_takes_the_place_of_another_one(sqlite: str, tmp_path: Path) -> None:
    engines = open_engines(sqlite)
    copy = tmp_path / "copy.db"
    await back_up(engines, copy)
    before = copy.read_bytes()
    with pytest.raises(CannotBackUp, match="exists already"):
        await back_up(engines, copy)
    assert copy.read_bytes() == before
    with pytest.raises(CannotBackUp, match="cannot be written"):
        await back_up(engines, copy / "below a file")
    await engines.aclose()


async def test_postgresql_is_copied_with_its_own_tools(postgresql: Any, tmp_path: Path) -> None:
    address = postgresql()
    engines = open_engines(address)
    with pytest.raises(CannotBackUp, match="pg_dump"):
        await back_up(engines, tmp_path / "copy")
    await engines.aclose()
    for deed in (lambda: lay_ready(address, tmp_path), lambda: put_in_place(address)):
        with pytest.raises(CannotBackUp, match="pg_restore"):
            deed()


async def test_what_was_copied_can_be_put_back_and_what_was_there_is_kept(
    sqlite: str, clock: HandClock, tmp_path: Path
) -> None:
    from tests.conftest import opened

    async with opened(sqlite, clock) as storage:
        await write(storage, "old")
        await back_up(storage._engines, tmp_path / "copy #1?.db")
        await write(storage, "new")
    assert texts(_file(lay_ready(sqlite, tmp_path / "copy #1?.db"))) == ["old a", "old b"]
    assert len(texts(_file(sqlite))) == 4
    put_in_place(sqlite)
    assert texts(_file(sqlite)) == ["old a", "old b"]
    assert texts(Path(f"{_file(sqlite)}.before-restore")) == ["old a", "old b", "new a", "new b"]


def _left_by_a_killed_process(file: Path) -> Path:
    """What lies on the disk while a process that has just acknowledged something is alive."""
    killed = sqlite3.connect(file)
    killed.execute("PRAGMA journal_mode=WAL")
    killed.execute("CREATE TABLE acknowledged AS SELECT 7 AS number")
    killed.commit()
    for name in file.parent.glob("fanfare.db*"):
        shutil.copy(name, name.with_name(f"left-{name.name}"))
    killed.close()
    left = file.with_name("left-fanfare.db")
    assert Path(f"{left}-wal").exists()
    return left


def test_what_a_killed_process_had_acknowledged_is_kept_when_a_copy_is_put_back(
    sqlite: str, tmp_path: Path
) -> None:
    """Mutation: throwing away the log beside the old database would lose what is only there."""
    shutil.copy(_file(sqlite), tmp_path / "copy.db")
    left = _left_by_a_killed_process(_file(sqlite))
    lay_ready(f"sqlite+aiosqlite:///{left}", tmp_path / "copy.db")
    put_in_place(f"sqlite+aiosqlite:///{left}")
    kept = sqlite3.connect(f"{left}.before-restore")
    assert kept.execute("SELECT number FROM acknowledged").fetchone() == (7,)
    kept.close()
    assert texts(left) == []


async def test_a_damaged_or_foreign_file_is_refused_and_nothing_is_touched(
    sqlite: str, storage_on_sqlite: Storage, tmp_path: Path
) -> None:
    for number in range(200):
        await write(storage_on_sqlite, f"{number} " * 40)
    whole = tmp_path / "whole.db"
    await back_up(storage_on_sqlite._engines, whole)
    torn, scribbled, foreign = tmp_path / "torn.db", tmp_path / "scribbled.db", tmp_path / "foreign.db"
    content = whole.read_bytes()
    torn.write_bytes(content[: len(content) // 2])
    middle = len(content) // 3
    scribbled.write_bytes(content[:middle] + b"\xff" * 60_000 + content[middle + 60_000 :])
    foreign.write_text("Dear diary", encoding="utf-8")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE recipes (name)")
    other.close()
    for bad in (torn, scribbled, foreign, tmp_path / "other.db", tmp_path / "none.db", tmp_path):
        with pytest.raises(CannotBackUp):
            lay_ready(sqlite, bad)
    assert not [name for name in os.listdir(tmp_path) if "restoring" in name]  # noqa: PTH208 - the loop stands still for it
