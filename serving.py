"""How does a process live? It opens the house, says where it listens, works until it is told to stop, and ends in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from pydantic import SecretStr
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from telegram import BotCommand, BotCommandScopeAllPrivateChats, MenuButtonCommands
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError

from app import App, Furniture, build
from bot.commands import doors
from bot.intake import TokenRefused
from bot.updates import ALLOWED
from services.binding import Seen
from services.rounds import Rounds
from settings import Settings

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger("fanfare")

FIRST_CALL_TRIES = 6
"""How often Telegram is tried at the start, with growing pauses, before giving up: half a minute in all."""


class CannotListen(RuntimeError):
    """The address is taken or not ours."""


class _Server(uvicorn.Server):
    """uvicorn inside our own loop: signals are ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves the signal handlers as they are."""
        yield


async def serve(settings: Settings, *, parts: frozenset[str]) -> int:
    """Runs the named parts (`bot`, `web`, `worker`) until SIGTERM or SIGINT; the exit status."""
    async with (
        build(settings, zone=local_zone()) as app,
        _listening(app, settings, parts, extra=()) as address,
    ):
        if address is not None:
            _say(f"Listening on {address}")
        if "bot" in parts:
            await greet(app)
        await _live(app, parts)
    return 0


async def serve_demo(settings: Settings, *, data_dir: Path, reset: bool) -> int:
    """Runs everything with the sandbox in the same process; the sandbox's page is the front door."""
    from sandbox import scenery
    from sandbox.server import build as build_sandbox

    if reset:
        await asyncio.to_thread(shutil.rmtree, data_dir, ignore_errors=True)
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        box = build_sandbox(
            journal=data_dir / "sandbox.jsonl", files=data_dir / "sandbox-files", scenery="demo"
        )
        listener = _socket(settings.fanfare_host, settings.fanfare_port)
        base = f"http://{settings.fanfare_host}:{listener.getsockname()[1]}/sandbox"
        own = settings.model_copy(
            update={
                "telegram_bot_token": SecretStr(scenery.BOT_TOKEN),
                "telegram_api_base": base,
                "fanfare_data_dir": data_dir,
                "fanfare_webhook": False,
                "platforms": {**settings.platforms, "practice": {"api_base": f"{base}/networks/practice"}},
            }
        )
        channel = Seen(
            scenery.AUTUMN_LANE, "channel", "Autumn Lane", "autumn_lane", {"can_post_messages": True}
        )
        team = Seen(scenery.TEAM_DESK, "supergroup", "Team desk")
        furniture = (Furniture(channel, "channel"), Furniture(team, "team"))
        app = await stack.enter_async_context(
            build(own, is_open_to_first=True, furniture=furniture, zone=local_zone())
        )
        extra = [Route("/", _to_sandbox), Mount("/sandbox", app=box.app)]
        parts = frozenset({"bot", "web", "worker"})
        address = await stack.enter_async_context(
            _listening(app, own, parts, extra=extra, listener=listener, ending=box.close)
        )
        _say(
            f"Open {address}/ and say /start to Fanfare. Stop with Ctrl+C; everything is kept in {data_dir}."
        )
        await greet(app)
        await _live(app, parts)
    return 0


async def _to_sandbox(request: object) -> RedirectResponse:
    del request
    return RedirectResponse("sandbox/")


@asynccontextmanager
async def _listening(
    app: App,
    settings: Settings,
    parts: frozenset[str],
    *,
    extra: Sequence[BaseRoute],
    listener: socket.socket | None = None,
    ending: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[str | None]:
    """Serves HTTP while the block runs; yields the address, or None when this process has no web part.

    `ending` is called before the server stops, so that whoever holds requests open can let them go.
    """
    if "web" not in parts:
        yield None
        return
    listener = listener or _socket(settings.fanfare_host, settings.fanfare_port)
    routes = app.asgi(extra)
    server = _Server(
        uvicorn.Config(
            routes,
            log_level="warning",
            lifespan="off",
            access_log=False,
            timeout_graceful_shutdown=2,
            server_header=False,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]), name="web")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells it by a flag only
            await asyncio.sleep(0.005)
        host, port = listener.getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        if ending is not None:
            await ending()
        server.should_exit = True
        await task
        listener.close()


def _socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise CannotListen(
            f"{host}:{port} cannot be listened on ({fault.strerror}). Set FANFARE_PORT to a free port."
        ) from fault
    listener.listen(128)
    listener.setblocking(False)
    return listener


async def greet(app: App) -> None:
    """The first words with Telegram: who we are, how updates come, what the menu offers; and the claim code, if needed."""
    await _persistently(app, app.bot.initialize)
    if app.webhook_secret is not None:
        set_webhook = partial(
            app.bot.set_webhook,
            f"{app.settings.fanfare_public_url}/telegram",
            secret_token=app.webhook_secret,
            allowed_updates=[*ALLOWED],
        )
        await _persistently(app, set_webhook)
    else:
        await _persistently(app, partial(app.bot.delete_webhook, drop_pending_updates=False))
    await _print_menu(app)
    async with app.storage.begin(None) as tx:
        if not await app.desk.joining.is_claimed(tx) and not app.desk.joining.is_open_to_first:
            code = await app.desk.joining.issue_code(tx)
            _say(f"Send this to @{app.bot.username} within 30 minutes to become the owner: {code}")


async def _print_menu(app: App) -> None:
    """The menu is a convenience: without it everything can still be typed, so its failure stops nothing."""
    try:
        await app.bot.set_my_commands(_menu(), scope=BotCommandScopeAllPrivateChats())
        await app.bot.set_my_commands(_menu())
        await app.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except TelegramError as fault:
        log.warning("Telegram did not take the menu of commands (%s).", type(fault).__name__)


async def _persistently(app: App, ask: Callable[[], Awaitable[object]]) -> None:
    """Asks again with growing pauses while Telegram cannot be reached; raises `TokenRefused` when it is no use."""
    for attempt in range(FIRST_CALL_TRIES):
        try:
            await ask()
        except InvalidToken as fault:
            raise TokenRefused(
                "Telegram does not know this bot token; ask @BotFather for the right one."
            ) from fault
        except BadRequest as fault:
            raise TokenRefused(f"Telegram refused to begin: {fault.message}.") from fault
        except NetworkError as fault:
            if attempt + 1 == FIRST_CALL_TRIES:
                raise TokenRefused(
                    f"Telegram cannot be reached at {app.settings.telegram_api_base}. Check the network, or TELEGRAM_API_BASE."
                ) from fault
            await asyncio.sleep(2**attempt)
        else:
            return


def _menu() -> list[BotCommand]:
    return [
        BotCommand(one.name, one.description)
        for declared in doors()
        for one in declared.commands
        if one.is_in_menu
    ]


async def _live(app: App, parts: frozenset[str]) -> None:
    """Works until SIGTERM or SIGINT comes, or the poller has to give way."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await work(app, parts, stop)


async def work(app: App, parts: frozenset[str], stop: asyncio.Event) -> None:
    """Works until `stop` is set, then lets everything in flight come to its end.

    Raises what the poller raises when it has to give way: `AnotherPoller` or `TokenRefused`.
    """
    table = (
        *(app.bot_rounds() if "bot" in parts else ()),
        *(app.worker_rounds() if "worker" in parts else ()),
    )
    rounds = Rounds(table, app.shared, app.clock)
    await app.recover()
    working = asyncio.create_task(rounds.run(), name="rounds")
    polling = asyncio.create_task(app.polling.run(), name="polling") if _polls(app, parts) else None
    ticking = _tick(app) if "worker" in parts else None
    warming = asyncio.create_task(app.runner.warm_up()) if "bot" in parts else None
    stopped = asyncio.create_task(stop.wait())
    try:
        # Rounds end by themselves only when there are none: a process that is web alone has no recurring work.
        watched = {one for one in (polling, stopped, working if table else None) if one}
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in (polling, stopped, warming):
            if one is not None and not one.done():
                one.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await one
        if ticking is not None:
            ticking.shutdown(wait=False)
        await rounds.stop()
        await working
        await app.drain()
        if "bot" in parts:
            await app.bot.shutdown()
    if polling is not None and polling.done() and not polling.cancelled():
        polling.result()


def _polls(app: App, parts: frozenset[str]) -> bool:
    return "bot" in parts and app.webhook_secret is None


def _tick(app: App) -> AsyncIOScheduler:
    """Housekeeping by the clock; a missed tick loses nothing, as the next one does the same."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    scheduler = AsyncIOScheduler(timezone="UTC")
    every = timedelta(minutes=1)
    scheduler.add_job(
        app.tidying.tidy,
        "interval",
        seconds=every.total_seconds(),
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
    )
    scheduler.start()
    return scheduler


def local_zone() -> str:
    """The IANA name of this machine's zone, for a workspace that has not chosen one; UTC when it has none."""
    from tzlocal import get_localzone_name

    try:
        return get_localzone_name() or "UTC"
    except Exception:  # noqa: BLE001 - whatever is wrong with the machine's zone, UTC is a zone
        return "UTC"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
