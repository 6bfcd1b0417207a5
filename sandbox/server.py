"""How is the sandbox put together and served?"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import admin, description, page, people
from sandbox.bot_api import dispatch
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.floods import Floods
from sandbox.journal import Journal
from sandbox.network_posting import Posting
from sandbox.networks import Networks
from sandbox.parameters import Description
from sandbox.parts import Parts
from sandbox.scenery import stage
from sandbox.webhooks import Webhooks
from sandbox.wire import Droppable
from sandbox.world import World


@dataclass
class Sandbox:
    """A running outside world. Serve `app`, or mount it; call `close` when done with it.

    `app` starts the webhook deliverer with the first request (or with the server's lifespan) and stops it with
    the lifespan's end; where it is mounted, the host calls `close` itself.
    """

    parts: Parts
    app: ASGIApp
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def world(self) -> World:
        """The state, for checks in the same process."""
        return self.parts.world

    def start(self) -> None:
        """Start what runs in the background; again is harmless."""
        if not self._tasks:
            self._tasks.add(asyncio.create_task(Webhooks(self.parts).run()))

    async def close(self) -> None:
        """Stop what runs, let long polls end, and let go of the journal."""
        for ended in self.parts.pollers.values():
            ended.set()
        for queue in self.world.queues.values():
            queue.bell.ring()
        self.world.live.end()
        running = [*self._tasks, *self.parts.late]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._tasks.clear()
        self.world.journal.close()


def build(
    *,
    journal: Path | None,
    files: Path | None,
    scenery: Literal["bare", "demo"] = "bare",
    seed: int = 0,
    clock: Clock | None = None,
    strict: bool = True,
) -> Sandbox:
    """A sandbox with its state from the journal (None: in memory only).

    Files go to `files`, or beside the journal, or stay in memory. The scenery is set up only when the journal is
    empty. `seed` is that of fault plans which name none; `strict` refuses unknown parameter names.
    """
    clock = clock or Clock()
    world = World(Journal(journal), clock)
    if files is None and journal is not None:
        files = journal.with_suffix(".files")
    if scenery == "demo" and not len(world.journal):
        stage(world)
    parts = Parts(
        world=world,
        files=Files(files),
        faults=Faults(seed),
        floods=Floods(clock),
        description=Description(description.load(), strict),
        clock=clock,
    )
    sandbox = Sandbox(parts, app=Starlette())
    inside = Networks(parts, Posting(parts), beyond=_starlette(sandbox))
    sandbox.app = Droppable(_Waking(sandbox, inside))
    return sandbox


def _starlette(sandbox: Sandbox) -> Starlette:
    parts = sandbox.parts

    async def call(request: Request) -> Response:
        try:
            return await dispatch.answer(parts, request)
        except ClientDisconnect:
            return Response(status_code=400)  # whoever asked was killed in the middle of asking

    async def download(request: Request) -> Response:
        return await dispatch.download(parts, request)

    table: list[BaseRoute] = [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download),
        *people.routes(parts),
        *admin.routes(parts),
        *page.routes(sandbox),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sandbox.start()
        yield
        await sandbox.close()

    return Starlette(routes=table, lifespan=lifespan)


@dataclass(frozen=True)
class _Waking:
    """Starts the background with the first request, for hosts that run no lifespan of mounted apps."""

    sandbox: Sandbox
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.sandbox.start()
        await self.app(scope, receive, send)
