"""Would the proof see it? Each mutation switches one defence off, in the forked child only; then the row has to fail.

There are no switches in the program for this. A mutation replaces a piece of the program in the child's memory, or says
which settings the child is started with. That a row fails under its mutation shows that the row can see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

ENVIRONMENT: Mapping[str, Mapping[str, str]] = {"settle": {"FANFARE_SETTLE_SECONDS": "0.05"}}
"""Mutations that are settings: no time for a late acceptance to show."""


def mutate(name: str | None, environment: Mapping[str, str]) -> None:
    """Switches the named defence off in this process, which is to be the program in this environment."""
    if name is not None and name not in ENVIRONMENT:
        TABLE[name](environment)


def _forget_keys(environment: Mapping[str, str]) -> None:
    """The practice network gets another key with every try, as a client without idempotency would send."""
    del environment
    import secrets

    from integrations.practice import Practice

    fire = Practice.fire

    async def keyless(self: Practice, draft: Any, anchor: Any, *, key: str) -> Any:  # noqa: ANN401 - passed on
        return await fire(self, draft, anchor, key=f"{key}-{secrets.token_hex(4)}")

    Practice.fire = keyless  # type: ignore[method-assign]  # that is the mutation


def _retry_everything(environment: Mapping[str, str]) -> None:
    """An answer that says nothing counts as "not sent", as in every scheduler that retries on any error."""
    del environment
    from integrations.contract import OutcomeUnknown, Unavailable
    from integrations.practice import Practice

    fire = Practice.fire

    async def hopeful(self: Practice, draft: Any, anchor: Any, *, key: str) -> Any:  # noqa: ANN401 - passed on
        answer = await fire(self, draft, anchor, key=key)
        return Unavailable(answer.why) if isinstance(answer, OutcomeUnknown) else answer

    Practice.fire = hopeful  # type: ignore[method-assign]  # that is the mutation


def _believe_at_once(environment: Mapping[str, str]) -> None:
    """A look-up that cannot be answered counts as "it is not there"."""
    del environment
    from integrations.contract import Absent, OutcomeUnknown
    from integrations.practice import Practice

    find = Practice.find

    async def credulous(self: Practice, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - passed on
        found = await find(self, *given, **named)
        return Absent() if isinstance(found, OutcomeUnknown) else found

    Practice.find = credulous  # type: ignore[method-assign]  # that is the mutation


def _leave_at_once(environment: Mapping[str, str]) -> None:
    """A stop does not wait for the requests that are under way."""
    del environment
    from services.publishing import Publishing

    async def hasty(self: Publishing, *, timeout: float) -> bool:  # noqa: ASYNC109 - the signature of what it replaces
        del timeout
        self._is_closing = True
        return False

    Publishing.drain = hasty  # type: ignore[method-assign]  # that is the mutation


def _forget_intents(environment: Mapping[str, str]) -> None:
    """A new process does not know that a request was about to leave: what was armed is due again."""
    import asyncio

    from sqlalchemy import text

    from storage.engines import open_engines

    async def forget() -> None:
        engines = open_engines(environment["DATABASE_URL"])
        async with engines.writing.begin() as connection:
            await connection.execute(
                text(
                    "UPDATE publications SET state = 'scheduled', next_at = due_at, claimed_by = NULL, "
                    "lease_until_at = NULL WHERE state = 'armed'"
                )
            )
        await engines.aclose()

    asyncio.run(forget())


def _send_after_sleep(environment: Mapping[str, str]) -> None:
    """A worker that slept after arming sends all the same; what others may have found meanwhile is not asked."""
    del environment
    from datetime import timedelta

    from services.patience import Timing

    settle = Timing.settle

    def as_before(self: Timing, platform: Any) -> timedelta:  # noqa: ANN401 - passed on
        return settle(self, platform) - timedelta(hours=1) + min(self.request, timedelta(seconds=5))

    Timing.settle = as_before  # type: ignore[method-assign]  # that is the mutation
    Timing.start = property(lambda _: timedelta(hours=1))  # type: ignore[method-assign,assignment]  # as above


def _open_the_doors(environment: Mapping[str, str]) -> None:
    """A post that is on its way may be changed, moved and cancelled as if it still waited."""
    del environment
    from services import drafting, scheduling

    for module in (drafting, scheduling):
        vars(module)["MOVING"] = ()
    waiting = scheduling.Scheduling.waiting

    async def obliging(self: Any, *given: Any, also: Any = (), **named: Any) -> Any:  # noqa: ANN401 - passed on
        return await waiting(self, *given, also=(*also, "claimed", "prepared", "armed"), **named)

    scheduling.Scheduling.waiting = obliging  # type: ignore[method-assign]  # that is the mutation


def _silence_the_bell(environment: Mapping[str, str]) -> None:
    """The worker does not wake up at the due moment; only the net of one look a second is left."""
    del environment
    from services.publishing import Publishing

    async def never(self: Publishing) -> None:
        del self

    Publishing.next_due_at = never  # type: ignore[method-assign]  # that is the mutation


def _acknowledge_anyway(environment: Mapping[str, str]) -> None:
    """What arrives is acknowledged to Telegram even when it could not be kept."""
    del environment
    from bot.intake import Intake

    take = Intake.take

    async def careless(self: Intake, raw: Any) -> int:  # noqa: ANN401 - passed on
        try:
            return await take(self, raw)
        except Exception:  # noqa: BLE001 - that is the mutation
            return 0

    Intake.take = careless  # type: ignore[method-assign]  # that is the mutation


def _say_nothing(environment: Mapping[str, str]) -> None:
    """Nobody is told that nothing can be written down."""
    del environment
    from bot.excusing import Excusing

    async def silent(self: Excusing, updates: Any) -> int:  # noqa: ANN401 - passed on
        del self, updates
        return 0

    Excusing.excuse = silent  # type: ignore[method-assign]  # that is the mutation


TABLE: dict[str, Callable[[Mapping[str, str]], None]] = {
    "keys": _forget_keys,
    "retry": _retry_everything,
    "belief": _believe_at_once,
    "drain": _leave_at_once,
    "intent": _forget_intents,
    "slept": _send_after_sleep,
    "doors": _open_the_doors,
    "bell": _silence_the_bell,
    "acknowledge": _acknowledge_anyway,
    "silence": _say_nothing,
}
NAMES = (*ENVIRONMENT, *TABLE)
