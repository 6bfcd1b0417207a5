from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import storage  # noqa: F401 - importing the room declares every table on the metadata
from storage.engines import Engines, Unreachable, open_engines
from storage.migrations import HEAD, Newer, _upgrade, revision, upgrade
from storage.schema import Base

REVISIONS = Path(__file__).parents[2] / "storage" / "migrations" / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")()  # type: ignore[no-any-return]  # pytest types it as Any
    return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
async def empty(address: str) -> AsyncIterator[Engines]:
    """A database in which nothing is yet."""
    engines = open_engines(address)
    if not engines.is_alone:
        async with engines.writing.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    async with contextlib.aclosing(engines):
        yield engines


async def _seen(engines: Engines, look: Any) -> Any:
    async with engines.reading.connect() as connection:
        return await connection.run_sync(look)


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_all_migrations_together_make_exactly_the_tables_that_the_code_declares(empty: Engines) -> None:
    assert await revision(empty) is None
    assert await upgrade(empty) is True
    assert await revision(empty) == HEAD
    assert await _seen(empty, _differences) == []
    assert await _seen(empty, _tables) == {*Base.metadata.tables, "alembic_version"}


async def test_a_column_that_no_migration_makes_would_be_noticed(empty: Engines) -> None:
    """Mutation: were the comparison blind, it would also be blind to this."""
    await upgrade(empty)
    async with empty.writing.begin() as connection:
        await connection.execute(text("ALTER TABLE posts DROP COLUMN title"))
        await connection.execute(text("ALTER TABLE posts ADD COLUMN slogan INTEGER"))
    assert len(await _seen(empty, _differences)) == 2


async def test_migrating_again_changes_nothing(empty: Engines) -> None:
    assert await upgrade(empty) is True
    assert await upgrade(empty) is False
    async with empty.writing.begin() as connection:
        assert await connection.run_sync(_upgrade) is False


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(empty: Engines) -> None:
    await upgrade(empty)
    async with empty.writing.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '20991231_far_ahead'"))
    with pytest.raises(Newer, match="20991231_far_ahead"):
        await upgrade(empty)
    assert await revision(empty) == "20991231_far_ahead"


async def test_a_migration_that_breaks_in_the_middle_leaves_the_old_shape(empty: Engines) -> None:
    async def break_off() -> None:
        async with empty.writing.begin() as connection:
            assert await connection.run_sync(_upgrade) is True
            assert await connection.run_sync(_tables) > {"posts", "inbox"}
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await break_off()
    assert await _seen(empty, _tables) == set()
    assert await upgrade(empty) is True


async def test_what_is_no_database_is_told_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("Dear diary, " * 500, encoding="utf-8")
    engines = open_engines(f"sqlite+aiosqlite:///{file}")
    async with contextlib.aclosing(engines):
        with pytest.raises(Unreachable, match=r"^The database cannot be used: file is not a database\.$"):
            await upgrade(engines)


def test_every_constraint_and_index_has_a_name() -> None:
    nameless = [
        f"{table.name}: {one}"
        for table in Base.metadata.tables.values()
        for one in (*table.constraints, *table.indexes)
        if not one.name
    ]
    assert nameless == []


async def test_every_constraint_has_its_name_in_the_database_too(empty: Engines) -> None:
    await upgrade(empty)

    def nameless(connection: Connection) -> list[str]:
        inspector = inspect(connection)
        questions = (
            inspector.get_foreign_keys,
            inspector.get_unique_constraints,
            inspector.get_check_constraints,
            inspector.get_indexes,
        )
        return [
            table
            for table in Base.metadata.tables
            for question in questions
            for one in question(table)
            if not one["name"]
        ] + [table for table in Base.metadata.tables if not inspector.get_pk_constraint(table)["name"]]

    assert await _seen(empty, nameless) == []


def test_migrations_are_named_by_date_and_deed_and_the_last_one_is_the_head() -> None:
    names = sorted(one.stem for one in REVISIONS.glob("*.py"))
    assert names[-1] == HEAD
    assert all(name[:8].isdigit() and name[8] == "_" and len(name) > 12 for name in names)
