"""Does an open page find its way back when the sandbox was killed and started again?"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.scenery import ADA, BOT_ID, BOT_TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Program:
    """`python -m sandbox` in a process of its own, always on the same port and journal."""

    journal: Path
    port: int = 0
    process: Process | None = None

    async def start(self) -> None:
        told = ["--port", str(self.port), "--scenery", "demo", "--journal", str(self.journal)]
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sandbox", *told, stdout=PIPE, stderr=DEVNULL, cwd=Path(__file__).parents[3]
        )
        assert self.process.stdout
        line = (await self.process.stdout.readline()).decode()
        self.port = int(line.rsplit(":", 1)[1])
        await self._answering()

    async def _answering(self) -> None:
        # The address is told a moment before the port takes connections.
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                return await writer.wait_closed()

    async def kill(self) -> None:
        """End it as kill -9 does."""
        assert self.process
        self.process.kill()
        await self.process.communicate()

    async def post(self, path: str, body: dict[str, object]) -> None:
        address = f"http://127.0.0.1:{self.port}{path}"
        async with aiohttp.ClientSession() as http, http.post(address, json=body) as answer:
            assert answer.ok

    async def send(self, text: str) -> None:
        """The bot writes to Ada."""
        await self.post(f"/bot{BOT_TOKEN}/sendMessage", {"chat_id": ADA, "text": text})


@pytest_asyncio.fixture(loop_scope="session")
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    program = Program(tmp_path / "journal.jsonl")
    await program.start()
    await program.post(f"/people/{ADA}/chats/{BOT_ID}/messages", {"text": "/start"})
    yield program
    await program.kill()


async def test_the_page_comes_back_after_the_sandbox_was_killed(program: Program, blank: Page) -> None:
    page = blank
    await page.goto(f"http://127.0.0.1:{program.port}/#person={ADA}&chat={BOT_ID}")
    await expect(page.locator("article")).to_have_count(1)
    await page.get_by_test_id("field").fill("half a thought")
    await program.kill()
    await expect(page.get_by_test_id("offline")).to_be_visible()
    await program.start()
    await program.send("Said while nobody listened")
    await expect(page.get_by_text("Said while nobody listened").last).to_be_visible(timeout=10_000)
    await expect(page.get_by_test_id("offline")).to_be_hidden()
    await program.send("And now live again")
    await expect(page.locator("article").last).to_contain_text("And now live again")
    await expect(page.get_by_test_id("field")).to_have_value("half a thought")
