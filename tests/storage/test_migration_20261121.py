"""Does a desk of the previous release keep everything when queues, series and parts arrive?"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, Connection, Row, Table, column, insert, inspect, select, table, text

import storage
from storage.engines import Engines, open_engines
from storage.migrations import revision, upgrade
from storage.schema import Base, Moment

PREVIOUS = "20261120_first_tables"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DESK, OTHER = UUID(int=0xA), UUID(int=0xB)
"""Two workspaces. Their rows have the same ids: a key here is a pair, and a migration that forgets it mixes them up."""

POST, PUBLICATION, ATTEMPT = UUID(int=1), UUID(int=2), UUID(int=3)
ACCOUNTS = {DESK: UUID(int=0x10), OTHER: UUID(int=0x20)}
WIDENED: dict[str, dict[str, object]] = {
    "workspaces": {"late_minutes": 15, "late_mode": "ask", "duplicate_days": 30},
    "accounts": {
        "zone": None,
        "audience_zone": None,
        "failures": 0,
        "rests_until_at": None,
        "rest_reason": None,
    },
    "publications": {
        "part": 0,
        "late_minutes": None,
        "late_mode": None,
        "queue_id": None,
        "slot_id": None,
        "slot_on": None,
        "series_id": None,
        "occurrence": None,
    },
    "attempts": {"part": 0},
}
"""What the rows of the previous release have to say in the columns that it did not know."""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")()  # type: ignore[no-any-return]  # pytest types it as Any
    return f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"


@pytest.fixture
async def previous(address: str) -> AsyncIterator[Engines]:
    """A database of the previous release with rows in every table that is widened, no column of them empty."""
    engines = open_engines(address)
    async with contextlib.aclosing(engines):
        async with engines.writing.begin() as connection:
            if not engines.is_alone:
                await connection.execute(text("DROP SCHEMA public CASCADE"))
                await connection.execute(text("CREATE SCHEMA public"))
            await connection.run_sync(_go_to_previous)
            await connection.run_sync(_fill)
        yield engines


def _go_to_previous(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, PREVIOUS)


def _fill(connection: Connection) -> None:
    for workspace_id in (DESK, OTHER):
        owned = {"workspace_id": workspace_id, "account_id": ACCOUNTS[workspace_id], "post_id": POST}
        _add(connection, "workspaces", {"id": workspace_id})
        _add(
            connection,
            "accounts",
            {**owned, "id": ACCOUNTS[workspace_id], "status": "active", "health": "healthy"},
        )
        _add(connection, "posts", {**owned, "id": POST, "state": "queued", "content_type": "text"})
        _add(connection, "publications", {**owned, "id": PUBLICATION, "state": "armed"})
        _add(connection, "attempts", {**owned, "id": ATTEMPT, "publication_id": PUBLICATION})


def _add(connection: Connection, name: str, given: Mapping[str, Any]) -> None:
    """A row with something in every column that the previous release had."""
    known = {one["name"] for one in inspect(connection).get_columns(name)}
    columns = [one for one in Base.metadata.tables[name].columns if one.name in known]
    then = table(name, *(column(one.name, one.type) for one in columns))
    connection.execute(insert(then).values({one.name: given.get(one.name, _sample(one)) for one in columns}))


def _sample(one: Column[Any]) -> object:
    if isinstance(one.type, Moment):
        return NOON
    samples: dict[type, object] = {
        bool: True,
        int: 7,
        str: f"{one.name} of then",
        bytes: b"sealed",
        UUID: UUID(int=0xC),
        object: {"said": ["of", {"then": 1}]},
        Decimal: Decimal("12.5"),
    }
    return samples[one.type.python_type]


def _rows(connection: Connection, of: Table, known: set[str]) -> list[Row[Any]]:
    columns = [one for one in of.columns if one.name in known]
    return [*connection.execute(select(*columns).order_by(*of.primary_key.columns))]


def _everything(connection: Connection, known: Mapping[str, set[str]]) -> dict[str, list[Row[Any]]]:
    tables = Base.metadata.tables
    return {name: _rows(connection, tables[name], columns) for name, columns in known.items()}


def _columns(connection: Connection) -> dict[str, set[str]]:
    return {
        name: {one["name"] for one in inspect(connection).get_columns(name)} for name in (*WIDENED, "posts")
    }


async def test_rows_of_the_previous_release_survive_in_every_column(previous: Engines) -> None:
    assert await revision(previous) == PREVIOUS
    async with previous.reading.connect() as connection:
        known = await connection.run_sync(_columns)
        before = await connection.run_sync(_everything, known)
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(known, 2)
    assert all(value is not None for rows in before.values() for row in rows for value in row)
    assert await upgrade(previous) is True
    async with previous.reading.connect() as connection:
        assert await connection.run_sync(_everything, known) == before


async def test_what_the_previous_release_did_not_know_has_its_default(previous: Engines) -> None:
    async with previous.reading.connect() as connection:
        known = await connection.run_sync(_columns)
    await upgrade(previous)
    async with previous.reading.connect() as connection:
        now = await connection.run_sync(_columns)
        for name, defaults in WIDENED.items():
            assert now[name] - known[name] == {*defaults} | ({"account_id"} if name == "attempts" else set())
            for row in await connection.run_sync(_rows, Base.metadata.tables[name], {*defaults}):
                assert dict(row._mapping) == defaults


async def test_every_attempt_learns_on_which_account_of_its_own_workspace_it_was(previous: Engines) -> None:
    await upgrade(previous)
    attempts = Base.metadata.tables["attempts"]
    async with previous.reading.connect() as connection:
        found = await connection.execute(select(attempts.c.workspace_id, attempts.c.account_id))
        assert {one.workspace_id: one.account_id for one in found} == ACCOUNTS
