"""What do the journeys stand on? The sandbox with the demo's people, and the real house at work in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox import scenery
from sandbox.server import build as build_sandbox
from settings import Settings
from tests.conftest import listening
from tests.journeys.cast import Somebody, Town
from tests.journeys.living import Calendar, Living, living, settings_for


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    sandbox = build_sandbox(journal=None, files=None, scenery="demo")
    async with listening(sandbox) as box, aiohttp.ClientSession() as http:
        yield Town(box.base, http, lambda: sandbox.world.live.last)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def settings(town: Town, tmp_path: Path, sqlite: str) -> Settings:
    """As the demo has them, on a database that is migrated already."""
    return settings_for(town.base, tmp_path, database_url=sqlite)


@pytest.fixture
async def house(settings: Settings, calendar: Calendar) -> AsyncIterator[Living]:
    async with living(settings, calendar) as found:
        yield found


@pytest.fixture
def ada(town: Town) -> Somebody:
    return town.person(scenery.ADA)


@pytest.fixture
def ben(town: Town) -> Somebody:
    return town.person(scenery.BEN)


@pytest.fixture
async def owner(house: Living, ada: Somebody) -> Somebody:
    """Ada, who has said /start and owns the desk."""
    del house
    await ada.says("/start")
    await ada.sees("this is Fanfare")
    return ada
