"""How is the house put together? One function whose parameters are the substitutes, and nothing built by importing."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from telegram.ext import ExtBot

from agents.context import Hands
from agents.finishing import Finishing
from agents.models import Models
from agents.roster import SEEDS
from agents.running import Runner, lazy_thinking
from bot import rendering
from bot.album import Files
from bot.commands import doors
from bot.delivering import Delivering
from bot.dispatch import Dispatcher
from bot.doors import Table
from bot.intake import TOPIC as INBOX
from bot.intake import Intake, Polling
from bot.lanes import Lanes
from bot.limiter import DeskLimiter, Pace
from bot.request import AiohttpRequest
from bot.sender import Sender
from bot.stage import Stages
from bot.turn import Desk
from integrations.contract import Platform, Surroundings
from integrations.egress import Egress
from integrations.registry import discover
from services import clock
from services.accounting import Accounting
from services.asking import TOPIC as RUNS
from services.asking import Asking
from services.authorising import Actor
from services.binding import Binding, Seen
from services.catching_up import CatchingUp
from services.curating import Curating
from services.deciding import Deciding
from services.drafting import Drafting
from services.failpoints import Failpoint, nowhere
from services.importing import Importing
from services.joining import Joining
from services.lateness import Lateness
from services.pacing import Allowance, Budgets, Pacer, Priority
from services.patience import Timing
from services.preferring import Preferring
from services.publishing import Publishing, machine
from services.queueing import Queueing
from services.recording import Recording
from services.repeating import Repeating
from services.rezoning import Rezoning
from services.rounds import Round
from services.scheduling import TOPIC as PUBLICATIONS
from services.scheduling import Scheduling
from services.slotting import Slotting
from services.telling import TOPIC as OUTBOX
from services.tidying import Tidying
from services.unfolding import TOPIC as SERIES
from services.unfolding import Unfolding
from settings import Settings
from storage import Storage, Transaction
from storage.engines import open_engines
from storage.migrations import upgrade
from storage.shared import InProcess, OnRedis, SharedState
from web.server import Web

LAST_WORDS = 3.0
"""Seconds that messages in flight are given when everything else has come to its end."""

NO_TOKEN = "0:absent"  # noqa: S105 - the opposite of a secret
"""What the bot is built with when no bot is to speak; nothing is sent with it."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """A chat that a new workspace is connected to from the first day: the sandbox's channel and team chat."""

    seen: Seen
    purpose: str


@dataclass(frozen=True, slots=True)
class App:
    """The assembled house. `web` are its routes, `rounds` its recurring work, the rest what a door may need."""

    settings: Settings
    storage: Storage
    shared: SharedState
    desk: Desk
    bot: ExtBot[Pace]
    intake: Intake
    polling: Polling
    lanes: Lanes
    sender: Sender
    runner: Runner
    publishing: Publishing
    unfolding: Unfolding
    tidying: Tidying
    rezoning: Rezoning
    web: Web
    webhook_secret: str | None
    clock: Callable[[], datetime]

    def asgi(self, extra: Sequence[BaseRoute] = ()) -> Starlette:
        """The ASGI application with the routes of others beside its own."""
        return self.web.app(extra)

    def bot_rounds(self) -> tuple[Round, ...]:
        """What a process that speaks with people does again and again."""
        net = timedelta(seconds=1)
        return (
            Round("zones", self.rezoning.recheck, timedelta(days=1)),
            Round("inbox", self.lanes.work_off, net, INBOX),
            Round("outbox", self.sender.send_due, net, OUTBOX, self._next_outbox),
            Round("runs", self.runner.work_off, net, RUNS),
        )

    def worker_rounds(self) -> tuple[Round, ...]:
        """What a process that publishes does again and again."""
        return (
            Round("zones of the worker", self.rezoning.recheck, timedelta(days=1)),
            Round(
                "publications",
                self.publishing.publish_due,
                timedelta(seconds=1),
                PUBLICATIONS,
                self.publishing.next_due_at,
            ),
            Round(
                "series", self.unfolding.unfold_due, timedelta(seconds=30), SERIES, self.unfolding.next_due_at
            ),
        )

    async def recover(self) -> None:
        """Takes up what a former process left lying; safe to call whenever a process starts."""
        await self.lanes.recover()
        await self.sender.recover()
        await self.runner.recover()
        await self.publishing.recover()

    async def drain(self) -> None:
        """Takes on nothing more and lets what is in flight come to its end, all at once; what it says is sent last."""
        patience = self.settings.fanfare_drain_seconds
        async with asyncio.TaskGroup() as group:
            group.create_task(self.lanes.drain(timeout=patience))
            group.create_task(self.runner.drain(timeout=patience))
            group.create_task(self.publishing.drain(timeout=patience))
        await self.sender.drain(timeout=LAST_WORDS)

    async def _next_outbox(self) -> datetime | None:
        async with self.storage.read(None) as tx:
            return await tx.outbox.next_at()


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] = clock.now,
    monotonic: Callable[[], float] = clock.monotonic,
    transport: httpx.AsyncBaseTransport | None = None,
    timing: Timing | None = None,
    is_open_to_first: bool = False,
    furniture: Sequence[Furniture] = (),
    zone: str = "UTC",
    album_quiet: float = 0.7,
    offline_delay: float = 0.02,
) -> AsyncIterator[App]:
    """Opens everything that the settings ask for and takes it down in reverse order.

    Raises `storage.engines.Busy` or `BadAddress`, and `storage.migrations.Newer`. The bot does not speak before its
    `initialize` is awaited, which is up to the caller: a worker without a bot needs none.
    """
    owner = f"{os.getpid()}-{secrets.token_hex(4)}"
    timing = timing or _timing(settings)
    reach = nowhere if settings.fanfare_failpoint is None else Failpoint.read(settings.fanfare_failpoint)
    async with AsyncExitStack() as stack:
        shared = _shared(settings, monotonic)
        stack.push_async_callback(shared.aclose)
        engines = open_engines(settings.database)
        stack.push_async_callback(engines.aclose)
        await upgrade(engines)
        storage = Storage(engines, clock=now, shared=shared, reach=reach)
        egress = await stack.enter_async_context(
            Egress(
                timeout=settings.fanfare_request_timeout,
                transport=transport,
                reach=reach,
                monotonic=monotonic,
            )
        )
        pacer = Pacer(shared, monotonic=monotonic, sleep=asyncio.sleep, budgets=_budgets(settings))
        bot = _bot(settings, pacer)
        poller = AiohttpRequest(connections=2)
        stack.push_async_callback(poller.shutdown)
        platforms = _platforms(settings, egress, pacer, now)
        importing = Importing(storage, platforms, monotonic)
        desk = _desk(platforms, importing, is_open_to_first=is_open_to_first, furniture=furniture, zone=zone)
        stages = Stages(bot, monotonic)
        models = Models(
            default=settings.fanfare_model,
            key=_model_key(settings),
            base_url=settings.openai_base_url,
            offline_delay=offline_delay,
        )
        stack.push_async_callback(models.aclose)
        runner = Runner(
            storage=storage,
            finishing=Finishing(storage, desk.asking, owner),
            hands=Hands(desk.drafting, desk.scheduling, desk.curating, desk.accounting),
            models=models,
            thinking=lazy_thinking(monotonic=monotonic),
            stage_for=stages.stage_for,
            end_stage=stages.finish,
            owner=owner,
            monotonic=monotonic,
        )
        bot_id = int(_token(settings).partition(":")[0])
        dispatcher = Dispatcher(
            storage=storage,
            bot=bot,
            desk=desk,
            table=Table.of(doors()),
            files=Files(bot, settings.fanfare_data_dir / "media", quiet=album_quiet),
            owner=owner,
            stop_runs=runner.stop,
        )
        intake = Intake(storage, bot_id, reach)
        lanes = Lanes(storage, bot_id, owner, dispatcher.handle, dispatcher.park, reach=reach)
        sender = Sender(storage, desk, Delivering(bot), stages, owner, reach=reach)
        publishing = machine(
            storage,
            platforms,
            desk.deciding.recording,
            owner=owner,
            now=now,
            monotonic=monotonic,
            timing=timing,
            workers=settings.fanfare_workers,
            reach=reach,
        )
        tidying, rezoning = Tidying(storage), Rezoning(storage)
        secret = _webhook_secret(settings) if settings.fanfare_webhook else None
        yield App(
            settings=settings,
            storage=storage,
            shared=shared,
            desk=desk,
            bot=bot,
            intake=intake,
            polling=Polling(poller, bot.base_url, intake, monotonic),
            lanes=lanes,
            sender=sender,
            runner=runner,
            publishing=publishing,
            unfolding=Unfolding(storage, desk.drafting),
            tidying=tidying,
            rezoning=rezoning,
            web=Web(intake.take, tidying.missing, tidying.figures, secret),
            webhook_secret=secret,
            clock=now,
        )


def _webhook_secret(settings: Settings) -> str:
    """What Telegram shows us with every update: made from the token, so that `fanfare bot` and `fanfare web` agree."""
    return hmac.new(_token(settings).encode(), b"fanfare webhook", hashlib.sha256).hexdigest()


def _token(settings: Settings) -> str:
    return NO_TOKEN if settings.telegram_bot_token is None else settings.telegram_bot_token.get_secret_value()


def _model_key(settings: Settings) -> SecretStr | None:
    """The key of the endpoint; one of your own that asks for none gets a word in its place."""
    if settings.openai_api_key is None and settings.openai_base_url is not None:
        return SecretStr("none")
    return settings.openai_api_key


def _timing(settings: Settings) -> Timing:
    """How long the machine waits, as the operator or the platforms say."""
    lag, hold = settings.fanfare_settle_seconds, settings.fanfare_lease_seconds
    return Timing(
        request=timedelta(seconds=settings.fanfare_request_timeout),
        lag=None if lag is None else timedelta(seconds=lag),
        hold=None if hold is None else timedelta(seconds=hold),
    )


def _shared(settings: Settings, monotonic: Callable[[], float]) -> SharedState:
    if settings.redis_url is None:
        return InProcess(monotonic=monotonic)
    return OnRedis(settings.redis_url, monotonic=monotonic)


def _budgets(settings: Settings) -> Budgets:
    """Telegram's flood limits, or none for a Bot API server that has none."""
    if settings.fanfare_pace == "telegram":
        return Budgets()
    free = Allowance(per_second=100_000.0, burst=100_000)
    return Budgets(free, free, free, free, free)


def _bot(settings: Settings, pacer: Pacer) -> ExtBot[Pace]:
    """The bot on our own wire and our own limiter; getUpdates has a connection of its own."""
    return ExtBot(
        _token(settings),
        base_url=f"{settings.telegram_api_base}/bot",
        base_file_url=f"{settings.telegram_api_base}/file/bot",
        request=AiohttpRequest(),
        # Updates are asked for by our own poller; PTB's default would load every certificate of the machine for nothing.
        get_updates_request=AiohttpRequest(connections=1),
        rate_limiter=DeskLimiter(pacer),
    )


def _platforms(
    settings: Settings, egress: Egress, pacer: Pacer, now: Callable[[], datetime]
) -> Mapping[str, Platform]:
    """Every network that this installation has set up, by slug."""

    async def wait_for_chat(chat_id: int) -> None:
        await pacer.admit(chat_id=chat_id, is_group=chat_id < 0, priority=Priority.FINAL)

    found = {}
    for slug, kind in discover().items():
        surroundings = Surroundings(
            call=egress.call,
            settings=settings.for_platform(slug),
            render=rendering.render,
            now=now,
            media_dir=settings.fanfare_data_dir / "media",
            wait_for_chat=wait_for_chat,
        )
        platform = kind.settle_in(surroundings)
        if platform is not None:
            found[slug] = platform
    return found


def _desk(
    platforms: Mapping[str, Platform],
    importing: Importing,
    *,
    is_open_to_first: bool,
    furniture: Sequence[Furniture],
    zone: str,
) -> Desk:
    """Every service that a door may call."""
    drafting = Drafting(platforms)
    scheduling = Scheduling(drafting)
    queueing = Queueing(scheduling)
    deciding = Deciding(Recording(), scheduling)
    binding = Binding(next(slug for slug, kind in discover().items() if kind.is_own_chat))

    async def furnish(tx: Transaction, actor: Actor) -> None:
        for piece in furniture:
            if piece.purpose == "channel":
                await binding.as_channel(tx, actor, piece.seen)
            else:
                await binding.as_team_chat(tx, actor, piece.seen)

    return Desk(
        joining=Joining(SEEDS, furnish, is_open_to_first=is_open_to_first, zone=zone),
        asking=Asking(),
        drafting=drafting,
        scheduling=scheduling,
        queueing=queueing,
        slotting=Slotting(queueing),
        deciding=deciding,
        curating=Curating(),
        binding=binding,
        preferring=Preferring(),
        accounting=Accounting(),
        importing=importing,
        lateness=Lateness(scheduling),
        catching_up=CatchingUp(deciding),
        repeating=Repeating(scheduling),
    )
