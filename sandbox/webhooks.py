"""How do updates travel to a bot's webhook? In order, up to its `max_connections`, again until it says yes."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.deed import Deed
from sandbox.parts import Parts
from sandbox.queues import Waiting
from sandbox.shapes import Doc

if TYPE_CHECKING:
    from aiohttp import ClientSession

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
FIRST_PAUSE, LONGEST_PAUSE, PATIENCE = 0.2, 30.0, 60.0
IDLE = 3600.0


class Webhooks:
    """One deliverer per bot that has a webhook; `run` starts and ends them as webhooks come and go."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._session: ClientSession | None = None

    async def run(self) -> None:
        """Serve until cancelled."""
        from aiohttp import ClientSession, ClientTimeout, TCPConnector

        deliverers: dict[int, asyncio.Task[None]] = {}
        connector = TCPConnector(limit=0)
        async with ClientSession(timeout=ClientTimeout(total=PATIENCE), connector=connector) as self._session:
            try:
                while True:
                    self._match(deliverers)
                    await self._parts.webhook_bell.heard(IDLE)
            finally:
                for task in deliverers.values():
                    task.cancel()
                await asyncio.gather(*deliverers.values(), return_exceptions=True)

    def _match(self, deliverers: dict[int, asyncio.Task[None]]) -> None:
        """A deliverer for each bot with a webhook that has none; those without one end by themselves."""
        for key, row in self._parts.world.tables.get("settings", {}).items():
            bot_id = int(key)
            if row.get("url") and (bot_id not in deliverers or deliverers[bot_id].done()):
                assert self._session is not None  # noqa: S101 - opened by the only caller
                worker = _Deliverer(self._parts, bot_id, self._session)
                deliverers[bot_id] = asyncio.create_task(worker.run())


@dataclass
class _Deliverer:
    """Sends one bot's updates; while one of them fails, no newer one is started."""

    parts: Parts
    bot_id: int
    session: "ClientSession"
    flying: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    failing: set[int] = field(default_factory=set)
    clear: asyncio.Event = field(default_factory=asyncio.Event)

    def settings(self) -> Doc:
        return self.parts.world.row("settings", self.bot_id) or {}

    async def run(self) -> None:
        queue = self.parts.world.queues[self.bot_id]
        self.clear.set()
        try:
            while self.settings().get("url"):
                await self.clear.wait()
                item = self._next()
                if item is None or len(self.flying) >= self.settings().get("max_connections", 1):
                    await queue.bell.heard(IDLE)
                    continue
                self.flying[id(item)] = asyncio.create_task(self._deliver(item))
        finally:
            for task in self.flying.values():
                task.cancel()
            await asyncio.gather(*self.flying.values(), return_exceptions=True)

    def _next(self) -> Waiting | None:
        free: list[Waiting] = []
        for item in self.parts.world.queues[self.bot_id].waiting:
            if id(item) not in self.flying:
                free.append(item)
            if len(free) == 2:
                break
        if len(free) == 2:
            rule = self.parts.faults.pick_for_updates("webhook")
            if rule is not None and rule.fault == "reorder_updates":
                return free[1]
            if rule is not None:
                self.flying[-id(free[0])] = asyncio.create_task(self._again(free[0]))
        return free[0] if free else None

    async def _again(self, item: Waiting) -> None:
        """The same update a second time, whatever comes of it."""
        await self._post(item)
        self._landed(-id(item))

    async def _deliver(self, item: Waiting) -> None:
        pause = FIRST_PAUSE
        while not await self._post(item):
            self.failing.add(id(item))
            self.clear.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            if not self.settings().get("url"):
                break
        else:
            if item in self.parts.world.queues[self.bot_id].waiting:
                self._confirm(item)
        self.failing.discard(id(item))
        if not self.failing:
            self.clear.set()
        self._landed(id(item))

    def _confirm(self, item: Waiting) -> None:
        with Deed(self.parts.world, "webhook", bot_id=self.bot_id) as deed:
            deed.confirm(self.bot_id, update_id=item.update_id)

    def _landed(self, key: int) -> None:
        self.flying.pop(key, None)
        self.parts.world.queues[self.bot_id].bell.ring()

    async def _post(self, item: Waiting) -> bool:
        from aiohttp import ClientError

        row = self.settings()
        headers = {"Content-Type": "application/json"}
        if row.get("secret_token"):
            headers[SECRET_HEADER] = row["secret_token"]
        try:
            async with self.session.post(
                row.get("url", ""), data=json.dumps(item.payload), headers=headers
            ) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return True
                reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            reason = f"Connection failed: {type(error).__name__}"
        self.parts.webhook_errors[self.bot_id] = {
            "last_error_date": self.parts.clock.unix(),
            "last_error_message": reason,
        }
        return False
