"""How does a journey live in the real house? Everything that `fanfare demo` runs, in this process, with a clock of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import serving
from app import App, Furniture, build
from sandbox import scenery
from services import clock
from services.authorising import Role
from services.binding import Seen
from services.joining import Person
from settings import Settings
from storage.members import Member
from tests.journeys.cast import PATIENCE

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday, half past ten in Madrid."""

ZONE = "Europe/Madrid"
CHANNEL = Seen(scenery.AUTUMN_LANE, "channel", "Autumn Lane", "autumn_lane", {"can_post_messages": True})
TEAM = Seen(scenery.TEAM_DESK, "supergroup", "Team desk")
FURNITURE = (Furniture(CHANNEL, "channel"), Furniture(TEAM, "team"))
EVERYTHING = frozenset({"bot", "worker"})


@dataclass
class Calendar:
    """Time that begins on a Friday morning, goes on as real time does, and can be moved on by hand."""

    moved: timedelta = timedelta(0)
    began: float = field(default_factory=clock.monotonic)

    def __call__(self) -> datetime:
        return START + timedelta(seconds=clock.monotonic() - self.began) + self.moved


@dataclass
class Living:
    """A running house. `later` moves its clock on and rings every bell."""

    app: App
    calendar: Calendar
    stop: asyncio.Event
    task: asyncio.Task[None]

    async def later(self, **gap: float) -> None:
        self.calendar.moved += timedelta(**gap)
        for topic in ("inbox", "outbox", "runs", "publications"):
            await self.app.shared.wake(topic)

    async def ends(self) -> None:
        """Stops as SIGTERM does; raises what the program would end with."""
        self.stop.set()
        await self.task

    async def at_rest(self) -> None:
        """Waits until nothing of what arrived is waiting or being worked on, and everything is said."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._rest()
        except TimeoutError:
            raise AssertionError(f"not at rest: {await self._open()} rows") from None

    async def _rest(self) -> None:
        shared = self.app.shared
        async with shared.listen("inbox") as bell, shared.listen("outbox") as other:
            while await self._open():
                ringing = [asyncio.create_task(one.wait(0.5)) for one in (bell, other)]
                await asyncio.wait(ringing, return_when=asyncio.FIRST_COMPLETED)
                for one in ringing:
                    one.cancel()
                await asyncio.gather(*ringing, return_exceptions=True)

    async def _open(self) -> int:
        async with self.app.storage.read(None) as tx:
            waiting = await tx.inbox.count(state="pending") + await tx.inbox.count(state="working")
            return waiting + await tx.outbox.count(state="pending")

    async def inbox(self, state: str) -> int:
        async with self.app.storage.read(None) as tx:
            return await tx.inbox.count(state=state)

    async def role(self, telegram_id: int, role: Role) -> None:
        """Takes another person of the town into the owner's workspace (invitations are a later issue)."""
        async with self.app.storage.begin(None) as tx:
            workspace = await tx.workspaces.first()
            assert workspace is not None
            user = await self.app.desk.joining.know(tx, Person(telegram_id, f"Person {telegram_id}"))
            user.current_workspace_id = workspace.id
            tx.members.add(
                Member(workspace_id=workspace.id, user_id=user.id, role=role.value, joined_at=tx.now)
            )

    async def states(self) -> list[str]:
        """How every publication stands."""
        async with self.app.storage.read(None) as tx:
            workspace = await tx.workspaces.first()
        assert workspace is not None
        every = (
            "scheduled",
            "claimed",
            "prepared",
            "armed",
            "published",
            "failed",
            "unconfirmed",
            "missed",
            "cancelled",
        )
        async with self.app.storage.read(workspace.id) as tx:
            return [one.state for one in await tx.publications.list(states=every, limit=100)]


def settings_for(base: str, folder: Path, **more: Any) -> Settings:
    """What the demo sets, on this sandbox and this folder."""
    given: dict[str, Any] = {
        "telegram_bot_token": SecretStr(scenery.BOT_TOKEN),
        "telegram_api_base": base,
        "fanfare_data_dir": folder,
        "fanfare_pace": "off",
        "fanfare_model": "offline:drafter",
        "fanfare_drain_seconds": 5,
    }
    return Settings(**{**given, **more})


@contextlib.asynccontextmanager
async def opened(settings: Settings, calendar: Calendar, **substitutes: Any) -> AsyncIterator[App]:
    """The house, built but not at work."""
    given: dict[str, Any] = {
        "now": calendar,
        "is_open_to_first": True,
        "furniture": FURNITURE,
        "zone": ZONE,
        "album_quiet": 0.1,
        "offline_delay": 0.0,
    }
    async with build(settings, **{**given, **substitutes}) as app:
        yield app


@contextlib.asynccontextmanager
async def living(
    settings: Settings, calendar: Calendar, *, parts: frozenset[str] = EVERYTHING, **substitutes: Any
) -> AsyncIterator[Living]:
    """The house at work; stopped in order when the block ends."""
    async with opened(settings, calendar, **substitutes) as app:
        await serving.greet(app)
        async with at_work(app, calendar, parts) as house:
            yield house


@contextlib.asynccontextmanager
async def at_work(app: App, calendar: Calendar, parts: frozenset[str] = EVERYTHING) -> AsyncIterator[Living]:
    """A built house, working until the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(serving.work(app, parts, stop))
    house = Living(app, calendar, stop, task)
    try:
        yield house
    finally:
        stop.set()
        with contextlib.suppress(Exception):
            await task
