"""How does a fault spoil one call? The same for the Bot API and the practice network."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from starlette.types import Receive, Scope, Send

from sandbox.faults import Rule
from sandbox.wire import NoAnswer


class Answer(Protocol):
    """What can be sent back: an ASGI app with a status."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""


A = TypeVar("A", bound=Answer)
A_co = TypeVar("A_co", bound=Answer, covariant=True)


@dataclass(frozen=True)
class Complaints(Generic[A_co]):
    """The service's own words for a broken server (by status) and for too many calls (seconds to wait)."""

    broken: Callable[[int], A_co]
    too_many: Callable[[int], A_co]


async def spoil(
    rule: Rule, act: Callable[[], Awaitable[A]], complaints: Complaints[A], late: set[asyncio.Task[None]]
) -> A | NoAnswer:
    """The answer to a call that a rule strikes; `act` does the deed, `late` keeps what is put off."""
    if rule.fault in {"reset", "accept_late"}:
        if rule.fault == "accept_late":
            task = asyncio.create_task(_later(rule.seconds, act))
            late.add(task)
            task.add_done_callback(late.discard)
        return NoAnswer()
    if rule.fault == "error_before":
        return complaints.broken(rule.status)
    if rule.fault == "flood":
        return complaints.too_many(max(1, round(rule.seconds)))
    return await _after(rule, await act(), complaints)


async def _after(rule: Rule, answer: A, complaints: Complaints[A]) -> A | NoAnswer:
    if rule.fault == "slow":
        await asyncio.sleep(rule.seconds)
        return answer
    if rule.fault == "error_after":
        return complaints.broken(rule.status) if answer.status_code < 400 else answer
    return NoAnswer()


async def _later(seconds: float, act: Callable[[], Awaitable[A]]) -> None:
    await asyncio.sleep(seconds)
    await act()
