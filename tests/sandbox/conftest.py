"""The sandbox, in process or served on a free loopback port, and short words to speak to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from sandbox import scenery
from sandbox.server import Sandbox, build


@dataclass
class Stage:
    """An open sandbox: `url`, and calls that return decoded JSON."""

    box: Sandbox
    url: str
    http: httpx.AsyncClient
    token: str = scenery.BOT_TOKEN

    async def call(self, method: str, *, token: str = "", **args: Any) -> Any:
        """The whole envelope of a Bot API call."""
        answer = await self.http.post(f"/bot{token or self.token}/{method}", json=args)
        return answer.json()

    async def bot(self, method: str, *, token: str = "", **args: Any) -> Any:
        """The result of a Bot API call that is expected to succeed."""
        body = await self.call(method, token=token, **args)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **args: Any) -> str:
        """The description of a Bot API call that is expected to be refused."""
        body = await self.call(method, **args)
        assert not body["ok"], body
        return str(body["description"])

    async def get(self, path: str, **query: Any) -> Any:
        return (await self.http.get(path, params=query)).json()

    async def post(self, path: str, **body: Any) -> Any:
        return (await self.http.post(path, json=body)).json()

    async def say(self, person: int, chat: int, text: str, **more: Any) -> Any:
        return await self.post(f"/people/{person}/chats/{chat}/messages", text=text, **more)

    async def updates(self, *, token: str = "", **args: Any) -> list[Any]:
        """What waits for the bot; confirmed at once, so that the next call gives only what is new."""
        found = await self.bot("getUpdates", token=token, **args)
        if found:
            await self.bot("getUpdates", token=token, offset=found[-1]["update_id"] + 1, limit=1)
        return list(found)

    async def polled(self) -> None:
        """A long poll of the bot has begun."""
        await until(lambda: scenery.BOT_ID in self.box.parts.pollers)

    async def start(self, person: int = scenery.ADA) -> None:
        """The person says /start and the bot has read everything."""
        await self.say(person, scenery.BOT_ID, "/start")
        await self.updates()


async def until(is_so: Callable[[], bool]) -> None:
    """Let the others run until something is so."""
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - neither uvicorn nor a starting poll rings a bell
            await asyncio.sleep(0)


@asynccontextmanager
async def served(box: Sandbox) -> AsyncIterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config = uvicorn.Config(box.app, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await box.close()
        server.should_exit = True
        await task


Opened = Callable[..., Awaitable[Stage]]


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Opens as many sandboxes as a test wants, with the arguments of `build`."""
    async with AsyncExitStack() as stack:

        async def open_one(*, over_tcp: bool = False, wrap: Any = None, **how: Any) -> Stage:
            how = {"journal": None, "files": None, "scenery": "demo", **how}
            box = build(**how)
            box.app = wrap(box.app) if wrap else box.app
            stack.push_async_callback(box.close)
            url = await stack.enter_async_context(served(box)) if over_tcp else "http://sandbox"
            transport = None if over_tcp else httpx.ASGITransport(box.app)
            client = httpx.AsyncClient(base_url=url, timeout=15, transport=transport)
            return Stage(box, url, await stack.enter_async_context(client))

        yield open_one


@pytest.fixture
async def stage(opened: Opened) -> Stage:
    """The demo scenery, in memory, called without a socket."""
    return await opened()


@pytest.fixture
async def served_stage(opened: Opened) -> Stage:
    """The demo scenery behind a real socket, for clients of their own and for broken connections."""
    return await opened(over_tcp=True)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"
