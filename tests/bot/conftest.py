"""What do the tests of the bot share? A desk that somebody owns, on a fresh database."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from services.joining import Person
from storage import Storage
from storage.engines import open_engines
from storage.schema import Base
from storage.shared import InProcess
from tests.bot.desk import desk_on
from tests.bot.house import START, House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An owner called Ada in Madrid; nothing connected, nothing written."""
    engines = open_engines(f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}")
    clock = [START]
    shared = InProcess(monotonic=time.monotonic)
    try:
        async with engines.writing.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        yield await _owned(Storage(engines, clock=lambda: clock[0], shared=shared), clock)
    finally:
        await shared.aclose()
        await engines.aclose()


async def _owned(storage: Storage, clock: list[datetime]) -> House:
    desk = desk_on(storage)
    async with storage.begin(None) as tx:
        owner = await desk.joining.claim(tx, Person(7, "Ada", language="en"), None)
    assert owner is not None
    return House(storage, desk, clock, owner)
