"""When may the next message go to a chat? The rules of Telegram's flood limits and of what goes first.

Every request stands in two lines, one of its chat and one of all chats, each ordered by priority and then by
arrival. Only the head of a line asks for its budgets, so nothing overtakes within a priority, and a chat that
is paused or has used up its share holds up nobody else.

Telegram does not publish its limits exactly. Known are one message a second to a chat with some slack, 20 a
minute to a group or channel, and 30 a second overall (Bot API FAQ: My bot is hitting limits); edits count like
messages. A bucket of `burst` that regains `rate` lets through at most `burst + rate * window` in any window, so
the default budgets stay below those figures: 4 + 16 a minute, 5 + 25 a second. Previews have a bucket of their
own inside the chat's: smaller by two tokens, which are left for what is not a preview, and slower, so that those
two grow back while previews go on.
"""

from __future__ import annotations

import asyncio
import bisect
import itertools
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from storage.shared import SharedState

    _Ask = Callable[["_Request", "_Line"], Awaitable[float]]

_ALL: Final = "all"


class Priority(IntEnum):
    """What a message is to the person who waits for it; the smaller goes first."""

    FINAL = 0
    APPROVAL = 1
    ALERT = 2
    PREVIEW = 3


@dataclass(frozen=True)
class Allowance:
    """A bucket: `burst` messages at once, `per_second` regained."""

    per_second: float
    burst: int


@dataclass(frozen=True)
class Budgets:
    """How much may be sent: in any chat, moreover in a group or channel, and to all chats together.

    The preview allowances are part of the others, never on top of them.
    """

    chat: Allowance = Allowance(per_second=1.0, burst=3)
    chat_previews: Allowance = Allowance(per_second=0.8, burst=1)
    group: Allowance = Allowance(per_second=16 / 60, burst=4)
    group_previews: Allowance = Allowance(per_second=10 / 60, burst=2)
    overall: Allowance = Allowance(per_second=25.0, burst=5)


@dataclass(eq=False)
class _Request:
    """One call that waits; `order` is its place among those of the same priority."""

    chat_id: int
    is_group: bool
    priority: Priority
    supersedes: str | None
    order: int
    dropped: bool = False
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def drop(self) -> None:
        self.dropped = True
        self.bell.set()


@dataclass(eq=False)
class _Line:
    """Requests in the order in which they are served; `asking` while the head's budgets are being asked for.

    `held` are the tokens already taken for whoever is served next while another bucket was still empty.
    """

    waiting: list[_Request] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    asking: bool = False

    def nudge(self, *, besides: _Request | None = None) -> None:
        """Wakes the head, unless it is the one who nudges."""
        if self.waiting and self.waiting[0] is not besides:
            self.waiting[0].bell.set()


class Pacer:
    """Admits requests one by one within budgets and pauses that all nodes share.

    `monotonic` returns seconds that never run backwards, `sleep` waits for seconds. Pauses are also noted here,
    so that the last look before a request is let go needs no answer from anywhere.
    """

    def __init__(
        self,
        shared: SharedState,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        budgets: Budgets | None = None,
    ) -> None:
        self._shared = shared
        self._monotonic = monotonic
        self._sleep = sleep
        self._budgets = budgets or Budgets()
        self._orders = itertools.count()
        self._chats: dict[int, _Line] = {}
        self._overall = _Line()
        self._penalties: dict[int | None, float] = {}
        self._previews: dict[str, _Request] = {}
        self._firm: Counter[str] = Counter()

    async def admit(
        self, *, chat_id: int, is_group: bool, priority: Priority, supersedes: str | None = None
    ) -> bool:
        """Waits until the request may be made at once; False if it is a preview that has become pointless.

        Pointless is a preview whose `supersedes` key (one per message being written) is also the key of a newer
        preview or of a waiting message of higher priority, and any preview in a penalty. A preview that was
        admitted is on its way: its sender awaits it before he asks for the final message.
        """
        request = _Request(chat_id, is_group, priority, supersedes, next(self._orders))
        if not self._enlist(request):
            return False
        try:
            while not request.dropped:
                await self._through_chat(request)
                await self._through(self._overall, request, self._ask_overall)
                if not request.dropped and not self._penalty(chat_id):
                    return True
            return False
        finally:
            self._retire(request)

    async def pause(self, chat_id: int | None, seconds: float) -> None:
        """Nothing more goes to the chat (None: to any chat) for that long (Bot API: `retry_after`)."""
        until = self._monotonic() + seconds
        self._penalties[chat_id] = max(until, self._penalties.get(chat_id, until))
        await self._shared.pause(_pause_key(chat_id), seconds)

    async def paused(self, chat_id: int) -> float:
        """The seconds for which nothing may go to the chat, on whatever node that was learnt; 0.0 if it may."""
        shared = [await self._shared.paused(_pause_key(scope)) for scope in (chat_id, None)]
        return max(self._penalty(chat_id), *shared)

    async def calm(self, chat_id: int) -> None:
        """Waits until the chat is not paused; for calls that use up no budget."""
        while (left := await self.paused(chat_id)) > 0:
            await self._sleep(left)

    def _penalty(self, chat_id: int) -> float:
        """The seconds this node knows the chat, or all, to be paused; forgets what is over."""
        left = 0.0
        for scope in (chat_id, None):
            until = self._penalties.get(scope)
            if until is None:
                continue
            if until <= self._monotonic():
                del self._penalties[scope]
            else:
                left = max(left, until - self._monotonic())
        return left

    def _enlist(self, request: _Request) -> bool:
        """Drops the preview that this request makes pointless; False if the request is pointless itself."""
        key = request.supersedes
        if key is None:
            return True
        if request.priority is Priority.PREVIEW and self._firm[key]:
            return False
        older = self._previews.pop(key, None)
        if older is not None:
            older.drop()
        if request.priority is Priority.PREVIEW:
            if older is not None:
                request.order = older.order  # or a fast writer would for ever go behind a slow one
            self._previews[key] = request
        else:
            self._firm[key] += 1
        return True

    def _retire(self, request: _Request) -> None:
        key = request.supersedes
        if key is None:
            return
        if request.priority is not Priority.PREVIEW:
            self._firm -= Counter((key,))  # a subtraction that forgets what has come to nothing
        elif self._previews.get(key) is request:
            del self._previews[key]

    async def _through_chat(self, request: _Request) -> None:
        line = self._chats.setdefault(request.chat_id, _Line())
        try:
            await self._through(line, request, self._ask_chat)
        finally:
            if not line.waiting:
                self._chats.pop(request.chat_id, None)

    async def _through(self, line: _Line, request: _Request, ask: _Ask) -> None:
        """Stands in the line until the budgets it guards are granted or the request is dropped."""
        bisect.insort(line.waiting, request, key=_rank)
        try:
            while not request.dropped:
                request.bell.clear()
                if line.asking or line.waiting[0] is not request:
                    await request.bell.wait()
                    continue
                line.asking = True
                try:
                    wait = await ask(request, line)
                finally:
                    line.asking = False
                if wait <= 0:
                    return
                line.nudge(besides=request)
                await self._rest(request, wait)
        finally:
            line.waiting.remove(request)
            line.nudge()

    async def _rest(self, request: _Request, seconds: float) -> None:
        """Sleeps, but wakes up early if the request's place or fate has changed."""
        either = [asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(request.bell.wait())]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for sleeper in either:
                sleeper.cancel()

    async def _ask_chat(self, request: _Request, line: _Line) -> float:
        """Seconds until the chat's own budgets may have room; 0.0 if they were granted."""
        penalty = await self.paused(request.chat_id)
        if penalty > 0:
            if request.priority is Priority.PREVIEW:
                request.drop()
            return penalty
        for key, allowance in self._chat_buckets(request):
            wait = 0.0 if key in line.held else await self._take(key, allowance)
            if wait > 0:
                return wait
            line.held.add(key)
        line.held.difference_update(key for key, _ in self._chat_buckets(request))
        return 0.0

    async def _ask_overall(self, _request: _Request, _line: _Line) -> float:
        return await self._take(_ALL, self._budgets.overall)

    async def _take(self, key: str, allowance: Allowance) -> float:
        return await self._shared.take(
            f"telegram:{key}", per_second=allowance.per_second, burst=allowance.burst
        )

    def _chat_buckets(self, request: _Request) -> list[tuple[str, Allowance]]:
        """The buckets the request draws from, the tightest first, so that the others are not taken in vain."""
        budgets, chat = self._budgets, request.chat_id
        previews = budgets.group_previews if request.is_group else budgets.chat_previews
        buckets = [(f"previews:{chat}", previews)] if request.priority is Priority.PREVIEW else []
        if request.is_group:
            buckets.append((f"group:{chat}", budgets.group))
        return [*buckets, (f"chat:{chat}", budgets.chat)]


def _pause_key(chat_id: int | None) -> str:
    return f"telegram:{_ALL if chat_id is None else chat_id}"


def _rank(request: _Request) -> tuple[Priority, int]:
    return request.priority, request.order
