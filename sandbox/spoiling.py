"""How does a fault spoil one call? The same for the Bot API and the practice network."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from sandbox.faults import Rule
from sandbox.wire import NoAnswer


@dataclass(frozen=True)
class Complaints:
    """The service's own words for a broken server (by status) and for too many calls (seconds to wait)."""

    broken: Callable[[int], Response]
    too_many: Callable[[int], Response]


async def spoil(
    rule: Rule, act: Callable[[], Awaitable[Response]], complaints: Complaints, late: set[asyncio.Task[None]]
) -> Response:
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


async def _after(rule: Rule, response: Response, complaints: Complaints) -> Response:
    if rule.fault == "slow":
        await asyncio.sleep(rule.seconds)
        return response
    if rule.fault == "error_after":
        return complaints.broken(rule.status) if response.status_code < 400 else response
    return NoAnswer()


async def _later(seconds: float, act: Callable[[], Awaitable[Response]]) -> None:
    await asyncio.sleep(seconds)
    await act()
