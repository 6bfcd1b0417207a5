"""What platforms find around them in tests: the real renderer and the real wire, with a transport that is told what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from bot.rendering import render
from integrations.contract import Platform, Surroundings
from integrations.egress import Egress
from integrations.registry import discover
from sandbox.scenery import BOT_TOKEN
from sandbox.server import Sandbox, build

SECRET = "7000001:AAE-secret-of-the-bot-0123456789"  # noqa: S105 - it opens nothing
CREDENTIALS = {"bot_token": SECRET, "client_id": "id", "client_secret": "client-secret-0123456789"}


@dataclass
class Outside:
    """What is beyond the wire: answers every request with `answer`, and keeps what was asked."""

    answer: Callable[[httpx.Request], httpx.Response]
    asked: list[httpx.Request] = field(default_factory=list)
    waited_for: list[int] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)


def _transport(outside: Outside | None, world: Sandbox | None) -> httpx.AsyncBaseTransport | None:
    if world is not None:
        return httpx.ASGITransport(world.app)
    return None if outside is None else httpx.MockTransport(outside)


Settle = Callable[..., Any]


@pytest.fixture
async def settle(tmp_path: Path, clock: Callable[[], datetime]) -> AsyncIterator[Settle]:
    """Sets a platform up by its slug: behind it an `Outside`, or the real wire to `base`."""
    async with AsyncExitStack() as stack:

        async def settled(
            slug: str,
            outside: Outside | None = None,
            *,
            base: str = "https://far.test",
            world: Sandbox | None = None,
        ) -> Platform:
            transport = _transport(outside, world)
            wire = await stack.enter_async_context(
                Egress(monotonic=monotonic, timeout=10, transport=transport)
            )

            async def wait_for_chat(chat_id: int) -> None:
                if outside is not None:
                    outside.waited_for.append(chat_id)

            around = Surroundings(
                call=wire.call,
                settings={**CREDENTIALS, "api_base": base, **({"bot_token": BOT_TOKEN} if world else {})},
                render=render,
                now=clock,
                media_dir=tmp_path,
                wait_for_chat=wait_for_chat,
            )
            platform = discover()[slug].settle_in(around)
            assert platform is not None
            return platform

        yield settled


@pytest.fixture
def outside() -> type[Outside]:
    return Outside


@pytest.fixture
async def world() -> AsyncIterator[Sandbox]:
    """The sandbox with its demo scenery, in memory, called without a socket."""
    sandbox = build(journal=None, files=None, scenery="demo")
    yield sandbox
    await sandbox.close()
