"""What is missing, and how does one get it? The examination behind `fanfare doctor`."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass

from settings import Settings

LEAST_FREE = 500_000_000
"""Bytes of disk below which media and the database soon run out of room."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; what is optional does not make the desk ill."""

    what: str
    is_well: bool
    words: str
    is_optional: bool = False


async def examine(settings: Settings) -> list[Finding]:
    """Looks at everything that the program needs or could use; changes nothing."""
    return [
        await _telegram(settings),
        await _database(settings),
        await _redis(settings),
        _model(settings),
        _disk(settings),
        _public(settings),
        _tool("ffmpeg", "video is taken as it is; apt-get install ffmpeg lets Fanfare convert it"),
    ]


async def _telegram(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding("Telegram", False, "TELEGRAM_BOT_TOKEN is not set; @BotFather gives you one.")
    from telegram import Bot
    from telegram.error import InvalidToken, TelegramError

    bot = Bot(settings.telegram_bot_token.get_secret_value(), base_url=f"{settings.telegram_api_base}/bot")
    try:
        async with bot:
            me = await bot.get_me()
            hook = await bot.get_webhook_info()
    except InvalidToken:
        return Finding(
            "Telegram", False, f"{settings.telegram_api_base} does not know the token; ask @BotFather for it."
        )
    except TelegramError as fault:
        return Finding(
            "Telegram", False, f"{settings.telegram_api_base} does not answer ({type(fault).__name__})."
        )
    if hook.url and not settings.fanfare_webhook:
        return Finding(
            "Telegram", True, f"@{me.username} has a webhook at {hook.url}; the next start removes it."
        )
    return Finding("Telegram", True, f"@{me.username} answers; {hook.pending_update_count} updates wait.")


async def _database(settings: Settings) -> Finding:
    from storage.engines import open_readers
    from storage.migrations import HEAD, revision

    try:
        engines = open_readers(settings.database)
        try:
            present = await revision(engines)
        finally:
            await engines.aclose()
    except Exception as fault:  # noqa: BLE001 - whatever a driver raises, this is what the operator has to know
        return Finding("Database", False, f"it cannot be opened: {fault}")
    kind = "SQLite " + sqlite3.sqlite_version if settings.database.startswith("sqlite") else "PostgreSQL"
    if present != HEAD:
        return Finding("Database", False, f"{kind} at {present or 'nothing'}; run fanfare migrate.")
    return Finding("Database", True, f"{kind}, at {HEAD}.")


async def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("Redis", True, "not set; one process needs none.", True)
    import redis.asyncio

    client = redis.asyncio.from_url(settings.redis_url)
    try:
        await client.ping()
    except (redis.RedisError, OSError) as fault:
        return Finding(
            "Redis", False, f"it does not answer ({type(fault).__name__}); everything works, slower.", True
        )
    finally:
        await client.aclose()
    return Finding("Redis", True, "answers.", True)


def _model(settings: Settings) -> Finding:
    if settings.openai_api_key is None and settings.openai_base_url is None:
        return Finding(
            "Model",
            True,
            "the offline drafter; set OPENAI_API_KEY or OPENAI_BASE_URL for a language model.",
            True,
        )
    return Finding(
        "Model",
        True,
        f"{settings.fanfare_model or 'the default'} at {settings.openai_base_url or 'OpenAI'}.",
        True,
    )


def _disk(settings: Settings) -> Finding:
    place = settings.fanfare_data_dir
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    return Finding("Disk", free > LEAST_FREE, f"{free / 1e9:,.1f} GB free for {settings.fanfare_data_dir}.")


def _public(settings: Settings) -> Finding:
    if settings.fanfare_public_url is None:
        return Finding(
            "Public address", True, "not set; updates are polled, nothing but loopback listens.", True
        )
    is_safe = settings.fanfare_public_url.startswith("https://")
    return Finding(
        "Public address", is_safe, settings.fanfare_public_url if is_safe else "Telegram only calls https://."
    )


def _tool(name: str, why: str) -> Finding:
    found = shutil.which(name)
    return Finding(name, found is not None, found or why, True)
