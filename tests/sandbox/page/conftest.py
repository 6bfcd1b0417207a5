"""A sandbox with its page on a free port, a bot played by plain Bot API calls, and Ada's browser looking at it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect

from sandbox.scenery import ADA, BOT_ID, BOT_TOKEN
from sandbox.server import build

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]


@dataclass
class Scene:
    """A running sandbox at `root`, spoken to over HTTP alone."""

    root: str
    http: aiohttp.ClientSession

    async def bot(self, method: str, **args: object) -> Any:
        return await self.post(f"/bot{BOT_TOKEN}/{method}", args)

    async def say(self, person: int, chat: int, text: str) -> None:
        path = f"{self.root}/people/{person}/chats/{chat}/messages"
        async with self.http.post(path, json={"text": text}) as answer:
            assert answer.ok

    async def album(self, chat: int, colours: list[int], caption: str) -> Any:
        form = aiohttp.FormData({"chat_id": str(chat)})
        media = [{"type": "photo", "media": f"attach://p{n}"} for n in range(len(colours))]
        form.add_field("media", json.dumps([{**media[0], "caption": caption}, *media[1:]]))
        for n, colour in enumerate(colours):
            form.add_field(f"p{n}", draw(colour), filename=f"{n}.png", content_type="image/png")
        return await self.post(f"/bot{BOT_TOKEN}/sendMediaGroup", form)

    async def updates(self) -> list[dict[str, Any]]:
        """What the bot was told since it asked last; waits a little for the first."""
        fresh: list[dict[str, Any]] = await self.bot("getUpdates", timeout=5)
        if fresh:
            await self.bot("getUpdates", offset=fresh[-1]["update_id"] + 1)
        return fresh

    async def post(self, path: str, body: object) -> Any:
        form = body if isinstance(body, aiohttp.FormData) else None
        async with self.http.post(self.root + path, data=form, json=None if form else body) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def visit(self, page: Page, person: int, chat: int | None = None) -> None:
        """Open the page as a person, in a chat or at the list."""
        place = f"#person={person}" + (f"&chat={chat}" if chat else "")
        await page.goto(f"{self.root}/{place}")
        await expect(page.get_by_test_id("chats").locator("a")).not_to_have_count(0)


def draw(colour: int) -> bytes:
    """A grey PNG of 64 by 64 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = (b"\0" + bytes([colour]) * 64) * 64
    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def picture() -> Callable[[int], bytes]:
    return draw


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[str]:
    sandbox = build(journal=None, files=None, scenery="demo")
    config = uvicorn.Config(sandbox.app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment, method-assign]  # signals are the test runner's
    # The socket listens before the server runs, so that nobody has to wait for its start.
    door = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    await sandbox.close()
    server.should_exit = True
    await serving


@pytest_asyncio.fixture(loop_scope="session")
async def scene() -> AsyncIterator[Scene]:
    """The demo scenery; Ada has said /start to the bot, which has heard it."""
    async with listening() as root, aiohttp.ClientSession() as http:
        scene = Scene(root, http)
        await scene.say(ADA, BOT_ID, "/start")
        await scene.updates()
        yield scene


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def scratch(browser: Browser) -> AsyncIterator[Page]:
    """A window on a sandbox of its own, shared by tests that only call functions of the script."""
    async with listening() as root:
        page = await browser.new_page(timezone_id="Europe/Berlin", locale="en-GB")
        await page.goto(f"{root}/")
        yield page
        await page.close()


@pytest_asyncio.fixture(loop_scope="session")
async def blank(browser: Browser) -> AsyncIterator[Page]:
    """A desktop window that shows nothing yet; what goes wrong in the page's script fails the test."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = await context.new_page()
    wrongs: list[str] = []
    page.on("pageerror", lambda wrong: wrongs.append(str(wrong)))
    yield page
    await context.close()
    assert wrongs == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(scene: Scene, blank: Page) -> Page:
    """Ada's window, in her chat with the bot."""
    await scene.visit(blank, ADA, BOT_ID)
    return blank
