"""What do the tests of the agents stand on? A real database, a real graph, and a scripted model behind a real socket."""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import pytest
import uvicorn
from pydantic import SecretStr

from agents.context import Hands
from agents.finishing import Finishing
from agents.loading import Lazily
from agents.models import Models
from agents.roster import SEEDS
from agents.running import Runner, lazy_thinking
from integrations.contract import Answer, Certainty, Draft, Limits, Platform, Problem, Rejected, Surroundings
from sandbox.model import ModelEndpoint
from services.accounting import Accounting
from services.asking import Asking
from services.authorising import Actor, Role
from services.curating import Curating
from services.drafting import Drafting
from services.joining import Joining, Person
from services.scheduling import Scheduling
from services.telling import Place
from storage import Storage, Transaction
from storage.engines import Engines, open_engines
from storage.migrations import upgrade
from storage.outbox import OutboxItem
from storage.shared import InProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.thinking import Thinking
    from storage.generations import Generation
    from storage.posts import Post

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
KEY = "sk-very-secret-0123456789"
CHAT = Place(77)


class Board(Platform):
    """A network with room for 60 letters."""

    slug: ClassVar[str] = "board"
    title: ClassVar[str] = "Board"
    documentation: ClassVar[str] = "none"
    certainty: ClassVar[Certainty] = Certainty.BLIND
    limits: ClassVar[Limits] = Limits(text=300, caption=60, attachments=4, unit="letters")
    kinds: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def settle_in(cls, surroundings: Surroundings) -> Board:
        del surroundings
        return cls()

    def length(self, text: str) -> int:
        return len(text)

    def problems(self, draft: Draft) -> Sequence[Problem]:
        del draft
        return ()

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        del draft, anchor, key
        return Rejected("never")


@dataclass
class Seats:
    """A stage that remembers, and tells whoever waits for a text to appear."""

    shown: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def show(self, markdown: str) -> None:
        async with self.changed:
            self.shown.append(markdown)
            self.changed.notify_all()

    async def status(self, line: str) -> None:
        self.lines.append(line)

    async def sees(self, part: str) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: any(part in text for text in self.shown))


@dataclass
class House:
    """Everything under test, put together as the program does it."""

    storage: Storage
    engines: Engines
    shared: InProcess
    platforms: dict[str, Platform]
    actor: Actor
    address: str
    endpoint: ModelEndpoint
    thinking: Lazily[Thinking]
    asking: Asking = field(default_factory=Asking)
    stages: dict[UUID, Seats] = field(default_factory=dict)
    opened: list[Models] = field(default_factory=list)

    def runner(self, *, key: str | None = None, owner: str = "this", **changed: Any) -> Runner:
        models = Models(
            default="openai:sandbox-small" if key else None,
            key=None if key is None else SecretStr(key),
            base_url=f"{self.address}/v1",
            timeout=changed.pop("timeout", 10.0),
        )
        self.opened.append(models)
        drafting = Drafting(self.platforms)
        hands = Hands(drafting, Scheduling(drafting), Curating(), Accounting())
        return Runner(
            storage=self.storage,
            finishing=Finishing(self.storage, self.asking, owner),
            hands=hands,
            models=models,
            thinking=self.thinking,
            stage_for=lambda generation: self.stage(generation.id),
            owner=owner,
            monotonic=time.monotonic,
            **changed,
        )

    def stage(self, generation_id: UUID) -> Seats:
        return self.stages.setdefault(generation_id, Seats())

    async def ask(self, prompt: str, *, agent: str = "Writer", place: Place = CHAT, **more: Any) -> UUID:
        async with self.storage.begin(self.actor.workspace_id) as tx:
            found = await tx.agents.named(agent)
            assert found is not None
            asked = await self.asking.ask(tx, self.actor, place, prompt=prompt, agent_id=found.id, **more)
        return asked.id

    async def generation(self, generation_id: UUID) -> Generation:
        async with self.storage.read(self.actor.workspace_id) as tx:
            return await tx.generations.get(generation_id)

    async def posts(self) -> Sequence[Post]:
        async with self.storage.read(self.actor.workspace_id) as tx:
            return await tx.posts.list(states=("draft", "queued"), limit=50)

    async def told(self, kind: str = "reply") -> list[OutboxItem]:
        from sqlalchemy import select
        from sqlalchemy.ext.asyncio import AsyncSession

        async with AsyncSession(self.engines.reading) as session:
            rows = await session.scalars(
                select(OutboxItem).where(OutboxItem.kind == kind).order_by(OutboxItem.id)
            )
            return [*rows]

    async def said(self) -> str:
        return str((await self.told())[-1].payload["text"])

    async def role(self, role: Role) -> None:
        async with self.storage.begin(self.actor.workspace_id) as tx:
            member = await tx.members.find(self.actor.user_id)
            assert member is not None
            member.role = role

    async def aclose(self) -> None:
        for models in self.opened:
            await models.aclose()

    async def received(self, count: int) -> None:
        """Waits until the model was asked so often."""
        while len(self.endpoint.requests) < count:  # noqa: ASYNC110 - the double rings no bell of ours
            await asyncio.sleep(0)

    async def run(self, runner: Runner) -> None:
        while await runner.work_off():
            await runner.idle()


async def _unfurnished(tx: Transaction, actor: Actor) -> None:
    del tx, actor


@asynccontextmanager
async def _serving(endpoint: ModelEndpoint) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(endpoint.app(), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        endpoint.released.set()
        server.should_exit = True
        await serving
        listening.close()


@pytest.fixture
async def endpoint() -> ModelEndpoint:
    return ModelEndpoint(key=KEY)


@pytest.fixture(scope="session")
def thinking() -> Lazily[Thinking]:
    """The one compiled graph of the session, as it is the one of a process."""
    return lazy_thinking(monotonic=time.monotonic, preview_every=0.0)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and nothing in them; migrated once, copied for each test."""
    file = tmp_path_factory.mktemp("blank") / "desk.db"

    async def make() -> None:
        engines = open_engines(f"sqlite+aiosqlite:///{file}")
        await upgrade(engines)
        await engines.aclose()

    asyncio.run(make())
    return file


@pytest.fixture
async def house(
    tmp_path: Path, endpoint: ModelEndpoint, blank: Path, thinking: Lazily[Thinking]
) -> AsyncIterator[House]:
    shutil.copy(blank, tmp_path / "desk.db")
    engines = open_engines(f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}")
    shared = InProcess(monotonic=time.monotonic)
    storage = Storage(engines, clock=lambda: NOW, shared=shared)
    joining = Joining(seeds=SEEDS, furnish=_unfurnished, is_open_to_first=True, zone="Europe/Madrid")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engines.aclose)
        async with storage.begin(None) as tx:
            actor = await joining.claim(tx, Person(telegram_id=5, first_name="Ada", language="en"), None)
        assert actor is not None
        address = await stack.enter_async_context(_serving(endpoint))
        house = House(storage, engines, shared, {"board": Board()}, actor, address, endpoint, thinking)
        stack.push_async_callback(house.aclose)
        yield house


@pytest.fixture
def writes() -> Callable[..., dict[str, Any]]:
    """A turn of the scripted model that hands over a post."""

    def turn(text: str, *, name: str = "draft_post", **more: Any) -> dict[str, Any]:
        return {"tools": [{"name": name, "arguments": {"text": text}}], **more}

    return turn
