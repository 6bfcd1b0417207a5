from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.engines import BadAddress, Busy, Unreachable, open_engines, open_readers
from storage.migrations import revision

ROOT = Path(__file__).parents[2]


def _file(address: str) -> Path:
    return Path(address.removeprefix("sqlite+aiosqlite:///"))


async def _asked(engine: object, *statements: str) -> list[object]:
    async with engine.connect() as connection:  # type: ignore[attr-defined]  # an engine, whichever
        return [(await connection.execute(text(one))).scalar() for one in statements]


async def test_a_second_process_on_the_same_file_is_refused_with_the_reason(sqlite: str) -> None:
    script = (
        "import asyncio, sys\n"
        "from storage.engines import Busy, open_engines\n"
        "try:\n    open_engines(sys.argv[1])\n"
        "except Busy as fault:\n    print(fault)\n"
    )
    command = [sys.executable, "-c", script, sqlite]
    async with contextlib.aclosing(open_engines(sqlite)):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: ASYNC221, S603 - ourselves
    expected = (
        f"{_file(sqlite)} is in use by process {os.getpid()}. "
        "Stop that one first; SQLite serves one Fanfare process per file."
    )
    assert done.stdout.strip() == expected


async def test_the_file_is_free_again_when_the_first_one_has_closed(sqlite: str) -> None:
    engines = open_engines(sqlite)
    with pytest.raises(Busy):
        open_engines(sqlite)
    await engines.aclose()
    async with contextlib.aclosing(open_engines(sqlite)) as again:
        assert again.is_alone


async def test_the_writer_keeps_what_was_acknowledged_and_checks_what_points_where(sqlite: str) -> None:
    async with contextlib.aclosing(open_engines(sqlite)) as engines:
        asked = await _asked(
            engines.writing, "PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys"
        )
        assert asked == ["wal", 2, 1]
        orphan = "INSERT INTO members (workspace_id, user_id, role, preferences, joined_at) VALUES (x'01', x'02', 'owner', '{}', '2026-11-20')"
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            async with engines.writing.begin() as connection:
                await connection.execute(text(orphan))


async def test_readers_neither_write_nor_checkpoint(sqlite: str) -> None:
    async with contextlib.aclosing(open_engines(sqlite)) as engines:
        for engine in (engines.reading, open_readers(sqlite).reading):
            assert await _asked(engine, "PRAGMA wal_autocheckpoint") == [0]
            with pytest.raises(OperationalError, match="readonly"):
                await _asked(engine, "DELETE FROM posts")
            await engine.dispose()


async def test_a_writer_takes_its_turn_before_it_reads(sqlite: str) -> None:
    """Mutation: a transaction that begins without IMMEDIATE lets both of two writers read the old value."""
    async with contextlib.aclosing(open_engines(sqlite)) as engines, engines.writing.connect() as connection:
        await connection.execute(text("SELECT 1"))
        import sqlite3

        other = sqlite3.connect(_file(sqlite), timeout=0, isolation_level=None)
        with contextlib.closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


async def test_postgresql_is_one_pool_that_shares_its_database(postgresql: object) -> None:
    async with contextlib.aclosing(open_engines(postgresql())) as engines:  # type: ignore[operator]  # see the fixture
        assert engines.reading is engines.writing
        assert not engines.is_alone


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "mysql://me:hunter22@host/x",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "://",
    ],
)
def test_an_address_that_cannot_be_used_gets_one_line_without_what_is_secret_in_it(address: str) -> None:
    with pytest.raises(BadAddress) as caught:
        open_engines(address)
    told = str(caught.value)
    assert told.startswith("DATABASE_URL")
    assert "\n" not in told
    assert "hunter22" not in told


def test_a_place_where_nothing_can_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path, tmp_path / "file" / "fanfare.db"):
        with pytest.raises(BadAddress) as caught:
            open_engines(f"sqlite+aiosqlite:///{place}")
        assert str(place) in str(caught.value)


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(BadAddress, match="There is no database"):
        open_readers(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(BadAddress, match="is not an address"):
        open_readers("nonsense")
    assert list(tmp_path.iterdir()) == []


async def test_a_server_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path) -> None:
    address = f"postgresql+asyncpg://me:hunter22@/fanfare?host={tmp_path}"
    async with contextlib.aclosing(open_engines(address)) as engines:
        with pytest.raises(Unreachable) as caught:
            await revision(engines)
    assert "\n" not in str(caught.value)
    assert "hunter22" not in str(caught.value)
