"""Does a newcomer get from the page to a post in the channel, and does it survive kill -9? In headless Chromium.

Leaves pictures of what he sees in `artefacts/`, which the README shows.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from sandbox.scenery import ADA, AUTUMN_LANE, BOT_ID, TEAM_DESK

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "artefacts"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
SALE = "Write a post about our autumn sale, 20 % off until Sunday"
PATIENCE = 20_000
"""Milliseconds for what the page is to show; it takes a fraction of that unless the machine is very busy."""

pytestmark = pytest.mark.browser


@dataclass
class Demo:
    """`fanfare demo` as a process of its own, which can be killed and started again on the same data and port."""

    folder: Path
    port: str = "0"
    address: str = ""
    process: asyncio.subprocess.Process | None = field(default=None)

    async def start(self) -> None:
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("FANFARE_", "OPENAI_"))
            },
            "FANFARE_DATA_DIR": str(self.folder),
            "FANFARE_PORT": self.port,
            "FANFARE_PACE": "off",
            "FANFARE_DRAIN_SECONDS": "3",
        }
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "fanfare", "demo", cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout is not None
        line = (await self.process.stdout.readline()).decode()
        found = re.search(r"http://[\d.]+:(\d+)/", line)
        assert found, f"the program said {line!r}"
        self.address, self.port = found[0], found[1]

    async def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        await self.process.communicate()
        return int(self.process.returncode or 0)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    demo = Demo(tmp_path)
    await demo.start()
    yield demo
    await demo.end(signal.SIGKILL)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield page
        await browser.close()


async def _say(page: Page, text: str) -> None:
    await page.get_by_test_id("field").fill(text)
    await page.get_by_test_id("field").press("Enter")


def _last(page: Page, text: str) -> Locator:
    """The newest message with this text."""
    return page.locator("article").filter(has_text=text).last


async def _tap(page: Page, label: str) -> None:
    await page.locator("article").get_by_role("button", name=label, exact=True).last.click()


async def _visit(page: Page, demo: Demo, chat: int) -> None:
    await page.goto(f"{demo.address}sandbox/#person={ADA}&chat={chat}")


async def _shoot(page: Page, name: str) -> None:
    await asyncio.to_thread(PICTURES.mkdir, exist_ok=True)
    await page.screenshot(path=PICTURES / name)


async def test_a_newcomer_gets_a_post_published_and_a_kill_changes_nothing(demo: Demo, page: Page) -> None:
    await page.goto(demo.address)
    await _visit(page, demo, BOT_ID)
    await _say(page, "/start")
    await expect(_last(page, "this is Fanfare")).to_be_visible()
    await _say(page, SALE)
    await expect(page.get_by_role("button", name="Schedule", exact=True)).to_be_visible()
    await _shoot(page, "desk.png")
    await page.set_viewport_size({"width": 390, "height": 844})
    await _shoot(page, "phone.png")
    await page.set_viewport_size({"width": 1280, "height": 860})

    await _tap(page, "Schedule")
    await _tap(page, "Write it")
    await expect(_last(page, "Say when")).to_be_visible()
    await _say(page, "in 5 seconds")
    await expect(page.get_by_role("button", name="Another time")).to_be_visible()
    await _tap(page, "Schedule")
    await expect(_last(page, "Scheduled on")).to_be_visible()
    assert await demo.end(signal.SIGKILL) == -signal.SIGKILL

    await demo.start()
    await _visit(page, demo, AUTUMN_LANE)
    await page.reload()
    await expect(_last(page, "20 % off")).to_be_visible()
    await _shoot(page, "channel.png")
    await expect(page.locator("article").filter(has_text="20 % off")).to_have_count(1)
    await _visit(page, demo, TEAM_DESK)
    await expect(_last(page, "Published on @autumn_lane")).to_be_visible()
    await _shoot(page, "team.png")
    await _visit(page, demo, BOT_ID)
    await expect(_last(page, "Published on @autumn_lane")).to_be_visible()
    assert await demo.end(signal.SIGTERM) == 0
