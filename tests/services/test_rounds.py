from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from services.rounds import Round, Rounds
from storage.shared import InProcess

if TYPE_CHECKING:
    from tests.conftest import HandClock

NEVER = timedelta(hours=1)


@pytest.fixture
async def shared() -> AsyncIterator[InProcess]:
    found = InProcess(monotonic=time.monotonic)
    yield found
    await found.aclose()


@asynccontextmanager
async def going(rounds: Rounds) -> AsyncIterator[None]:
    """Runs the table while the block runs; it has to come to rest by itself when it is told to stop."""
    running = asyncio.create_task(rounds.run())
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        await rounds.stop()
        async with asyncio.timeout(20):
            await running


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - what is waited for rings no bell
        await asyncio.sleep(0)


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_work_is_done_at_once_and_as_long_as_there_is_some(shared: InProcess, clock: HandClock) -> None:
    left = [3, 2, 1, 0]

    async def work() -> int:
        return left.pop(0)

    async with going(Rounds((Round("work", work, NEVER),), shared, clock)):
        await until(lambda: not left)
        await settle()


async def test_a_bell_wakes_only_who_listens_to_it(shared: InProcess, clock: HandClock) -> None:
    done: list[str] = []

    def work(name: str) -> Callable[[], asyncio.Future[int]]:
        async def note() -> int:
            done.append(name)
            return 0

        return lambda: asyncio.ensure_future(note())

    table = tuple(Round(name, work(name), NEVER, topic=name) for name in ("posts", "runs"))
    async with going(Rounds(table, shared, clock)):
        await until(lambda: len(done) == 2)
        await settle()
        await shared.wake("runs")
        await until(lambda: len(done) == 3)
        await settle()
    assert done[2] == "runs"
    assert len(done) == 3


async def test_a_bell_that_rings_during_the_work_is_not_missed(shared: InProcess, clock: HandClock) -> None:
    rounds = 0

    async def work() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            await shared.wake("posts")
        return 0

    async with going(Rounds((Round("work", work, NEVER, topic="posts"),), shared, clock)):
        await until(lambda: rounds == 2)


async def test_what_falls_due_is_looked_at_when_it_does(shared: InProcess, clock: HandClock) -> None:
    rounds = 0

    async def work() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    async def next_at() -> datetime | None:
        return clock() + (timedelta(milliseconds=5) if rounds == 1 else NEVER)

    async with going(Rounds((Round("work", work, NEVER, next_at=next_at),), shared, clock)):
        await until(lambda: rounds == 2)
        await settle()
    assert rounds == 2


async def test_a_line_that_breaks_stops_no_other_and_goes_on_itself(
    shared: InProcess, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    tried, done = 0, 0

    async def breaks() -> int:
        nonlocal tried
        tried += 1
        raise ConnectionError

    async def works() -> int:
        nonlocal done
        done += 1
        return int(done < 20)

    table = (Round("broken", breaks, NEVER, topic="again"), Round("whole", works, NEVER))
    async with going(Rounds(table, shared, clock)):
        await until(lambda: done == 20 and tried == 1)
        await settle()
        await shared.wake("again")
        await until(lambda: tried == 2)
    assert "A round of broken broke" in caplog.text


async def test_told_to_stop_it_finishes_what_it_has_begun(shared: InProcess, clock: HandClock) -> None:
    began, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def work() -> int:
        began.set()
        await may_end.wait()
        ended.append(True)
        return 1

    rounds = Rounds((Round("work", work, NEVER),), shared, clock)
    running = asyncio.create_task(rounds.run())
    await began.wait()
    await rounds.stop()
    await settle()
    assert not running.done()
    may_end.set()
    async with asyncio.timeout(20):
        await running
    assert ended == [True]


async def test_a_clock_that_jumps_back_makes_the_wait_longer_and_never_a_rush(
    shared: InProcess, clock: HandClock
) -> None:
    """Mutation: with what is due an hour ahead by the new clock, an uncapped wait would sleep over new work."""
    rounds = 0
    due = clock() + timedelta(milliseconds=1)
    clock.move(timedelta(hours=-1))

    async def work() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    async def next_at() -> datetime | None:
        return due

    line = Round("work", work, timedelta(milliseconds=20), next_at=next_at)
    table = Rounds((line,), shared, clock)
    assert await table._once(line) == pytest.approx(0.02)
    assert rounds == 1


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=365)])
async def test_a_clock_that_jumps_ahead_is_answered_by_one_round(
    shared: InProcess, clock: HandClock, jump: timedelta
) -> None:
    left = [clock() + timedelta(minutes=5)]

    async def work() -> int:
        done = [one for one in left if one <= clock()]
        left[:] = [one for one in left if one > clock()]
        return len(done)

    async def next_at() -> datetime | None:
        return min(left, default=None)

    line = Round("work", work, timedelta(seconds=1), next_at=next_at)
    table = Rounds((line,), shared, clock)
    assert await table._once(line) == 1.0
    clock.move(jump)
    assert [await table._once(line) for _ in range(3)] == [0.0, 1.0, 1.0]
    clock.move(-2 * jump)
    assert await table._once(line) == 1.0
