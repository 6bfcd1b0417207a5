import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from sandbox.scenery import ADA, BOT_ID


class Hook:
    """A bot's end of a webhook: keeps what came, answers what the test wants."""

    def __init__(self, answers: Any) -> None:
        self.answers = list(answers)
        self.seen = []
        self.secrets = set()
        self.together = 0
        self.most = 0
        self.arrived = asyncio.Condition()

    async def take(self, request: Any) -> web.Response:
        self.together += 1
        self.most = max(self.most, self.together)
        body = await request.json()
        await asyncio.sleep(0)
        self.together -= 1
        async with self.arrived:
            self.seen.append(body)
            self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
            self.arrived.notify_all()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def has(self, count: int) -> list[str]:
        async with asyncio.timeout(20), self.arrived:
            await self.arrived.wait_for(lambda: len(self.seen) >= count)
        return [u["message"]["text"] for u in self.seen]


@asynccontextmanager
async def hook(*answers: Any) -> AsyncIterator[tuple[Hook, str]]:
    taker = Hook(answers)
    app = web.Application()
    app.router.add_post("/hook", taker.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    try:
        yield taker, f"http://127.0.0.1:{port}/hook"
    finally:
        await runner.cleanup()


async def empty_handed(stage: Any) -> bool:
    """The first delivery has failed."""
    async with asyncio.timeout(20):
        while not stage.box.parts.webhook_errors:
            await stage.box.world.queues[BOT_ID].bell.heard(0.05)
    return "last_error_message" in await stage.bot("getWebhookInfo")


async def empty(stage: Any) -> None:
    async with asyncio.timeout(20):
        while stage.box.world.queues[BOT_ID].waiting:
            await stage.box.world.queues[BOT_ID].bell.heard(0.1)


async def test_updates_arrive_in_order_with_the_secret_and_again_after_a_failure(stage: Any) -> None:
    await stage.start()
    async with hook(200, 500, 200) as (taker, url):
        await stage.bot("setWebhook", url=url, secret_token="s-3cret", max_connections=1)  # noqa: S106 - made up
        for text in ("a", "b", "c"):
            await stage.say(ADA, BOT_ID, text)
        assert await taker.has(4) == ["a", "b", "b", "c"]
        assert taker.secrets == {"s-3cret"}
        assert taker.most == 1
        await empty(stage)
        info = await stage.bot("getWebhookInfo")
        assert "500" in info["last_error_message"]
        await stage.bot("deleteWebhook")


async def test_while_one_update_fails_no_newer_one_is_sent(stage: Any) -> None:
    await stage.start()
    async with hook(500, 200) as (taker, url):
        await stage.bot("setWebhook", url=url, max_connections=5)
        await stage.say(ADA, BOT_ID, "a")
        assert await empty_handed(stage)
        for text in ("b", "c"):
            await stage.say(ADA, BOT_ID, text)
        assert (await taker.has(4))[:2] == ["a", "a"]
        await empty(stage)


async def test_an_unreachable_webhook_loses_nothing(stage: Any) -> None:
    await stage.start()
    await stage.bot("setWebhook", url="http://127.0.0.1:9/hook")
    await stage.say(ADA, BOT_ID, "kept")
    assert await empty_handed(stage)
    await stage.bot("deleteWebhook")
    assert [u["message"]["text"] for u in await stage.updates()] == ["kept"]


async def test_no_more_connections_than_asked_for(stage: Any) -> None:
    await stage.start()
    async with hook() as (taker, url):
        for n in range(20):
            await stage.say(ADA, BOT_ID, str(n))
        await stage.bot("setWebhook", url=url, max_connections=2)
        assert sorted(await taker.has(20), key=int) == [str(n) for n in range(20)]
        assert taker.most <= 2
        await empty(stage)


@pytest.mark.parametrize(
    ("fault", "seen"), [("duplicate_updates", ["a", "a", "b"]), ("reorder_updates", ["a", "b"])]
)
async def test_a_fault_doubles_or_swaps_what_is_delivered(stage: Any, fault: str, seen: Any) -> None:
    await stage.start()
    await stage.say(ADA, BOT_ID, "a")
    await stage.say(ADA, BOT_ID, "b")
    await stage.post("/admin/faults", seed=1, rules=[{"fault": fault, "methods": ["webhook"], "times": 1}])
    async with hook() as (taker, url):
        await stage.bot("setWebhook", url=url, max_connections=1)
        texts = await taker.has(len(seen))
        assert sorted(texts) == seen
        assert texts != ["a", "b"]
        await empty(stage)
