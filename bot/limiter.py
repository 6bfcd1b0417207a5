"""When does a call of the Bot API leave? python-telegram-bot's rate limiter, ruled by `services.pacing`.

What a call asks for is told by its `rate_limit_args`: `await bot.send_message(…, rate_limit_args=Pace(…))`.
Calls that speak to no chat pass untouched; calls that only read or hint use up no budget but respect a penalty.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from services.pacing import Pacer, Priority

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    Answer = bool | dict[str, Any] | list[dict[str, Any]]
    Call = Callable[[], Coroutine[Any, Any, Answer]]

_LOG: Final = logging.getLogger(__name__)


class Superseded(TelegramError):
    """The preview was not sent, because something newer replaced it or the chat is in a penalty; no harm done."""

    def __init__(self) -> None:
        super().__init__("The preview was superseded.")


@dataclass(frozen=True)
class Pace:
    """How urgent a call is, and which message it belongs to if a newer state of that message may replace it.

    `supersedes` is the same for all previews of one message and for its final state, and no other message's.
    """

    priority: Priority = Priority.FINAL
    supersedes: str | None = None


class DeskLimiter(BaseRateLimiter[Pace]):
    """Lets calls through as the pacer admits them; a call met by a flood limit is repeated up to `retries` times.

    A preview that met one is not repeated: it raises `Superseded`. Errors other than `RetryAfter`, among them
    `ChatMigrated`, are the caller's.
    """

    __slots__ = ("_pacer", "_retries")

    def __init__(self, pacer: Pacer, *, retries: int = 3) -> None:
        self._pacer = pacer
        self._retries = retries

    async def initialize(self) -> None:
        """Nothing to open: the pacer's state belongs to whoever built it."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0917 - PTB's contract
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,  # noqa: ANN401 - PTB's contract
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Pace | None,
    ) -> Answer:
        """The answer of the call; raises `Superseded`, or `RetryAfter` once it has been met too often."""
        chat = data.get("chat_id")

        async def call() -> Answer:
            return await callback(*args, **kwargs)

        if chat is None:
            return await call()
        chat_id = _number(chat)
        if endpoint == "sendChatAction":
            return await self._hint(call, chat_id)
        if endpoint.startswith("get"):
            return await self._retried(call, chat_id, None)
        return await self._retried(call, chat_id, rate_limit_args or Pace())

    async def _hint(self, call: Call, chat_id: int) -> Answer:
        """Shows that the bot is typing, unless that would cost a group's budget or comes in a penalty."""
        if chat_id < 0 or await self._pacer.paused(chat_id):
            return True
        try:
            return await call()
        except RetryAfter as error:
            await self._pacer.pause(chat_id, _seconds(error))
            return True

    async def _retried(self, call: Call, chat_id: int, pace: Pace | None) -> Answer:
        """The answer of a call that is repeated after each flood limit; `pace` is None if it needs no budget."""
        for left in range(self._retries, -1, -1):
            await self._admitted(chat_id, pace)
            try:
                return await call()
            except RetryAfter as error:
                await self._note(chat_id, error)
                if not left:
                    raise
        raise AssertionError("unreachable: the last round returns or raises")

    async def _admitted(self, chat_id: int, pace: Pace | None) -> None:
        if pace is None:
            await self._pacer.calm(chat_id)
        elif not await self._pacer.admit(
            chat_id=chat_id, is_group=chat_id < 0, priority=pace.priority, supersedes=pace.supersedes
        ):
            raise Superseded

    async def _note(self, chat_id: int, error: RetryAfter) -> None:
        seconds = _seconds(error)
        _LOG.warning("Telegram asks for %.0f seconds of silence in chat %d.", seconds, chat_id)
        await self._pacer.pause(chat_id, seconds)


def _seconds(error: RetryAfter) -> float:
    """The wait Telegram asks for; PTB hands it over as a number or, with PTB_TIMEDELTA set, as a timedelta."""
    wait: int | timedelta = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _number(chat: object) -> int:
    """The chat's numeric id: negative for groups and channels (Bot API: Chat.id), also for an @name.

    A name is given a number of its own, the same in every process: its budget is then not shared with calls that
    use the channel's id, so name channels by their ids.
    """
    if isinstance(chat, int):
        return chat
    text = str(chat).strip()
    if text.removeprefix("-").isdecimal():
        return int(text)
    return -int.from_bytes(hashlib.blake2b(text.lower().encode(), digest_size=7).digest(), "big") - 1
