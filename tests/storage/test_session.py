from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from storage.session import to_its_end

if TYPE_CHECKING:
    from storage import Storage


async def cancelled_after(steps: int, work: Any) -> Any:
    """How a task ended that was cancelled after so many turns of the loop."""
    task = asyncio.ensure_future(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    (end,) = await asyncio.gather(task, return_exceptions=True)
    return end


async def test_work_that_has_begun_comes_to_its_end_before_its_cancelled_caller_does() -> None:
    done = []

    async def work() -> str:
        for _ in range(20):
            await asyncio.sleep(0)
        done.append(True)
        return "done"

    end = await cancelled_after(3, to_its_end(work()))
    assert (type(end), done) == (asyncio.CancelledError, [True])
    assert await to_its_end(work()) == "done"


async def test_a_caller_that_is_cancelled_twice_still_waits() -> None:
    may_end, done = asyncio.Event(), []

    async def work() -> None:
        await may_end.wait()
        done.append(True)

    task = asyncio.ensure_future(to_its_end(work()))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [True]


async def test_who_cancelled_hears_of_the_cancellation_and_not_of_what_broke_meanwhile() -> None:
    async def breaks() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        raise ZeroDivisionError

    assert isinstance(await cancelled_after(2, to_its_end(breaks())), asyncio.CancelledError)
    with pytest.raises(ZeroDivisionError):
        await to_its_end(breaks())


@pytest.mark.parametrize("steps", range(1, 13, 2))
async def test_a_statement_is_never_torn_and_its_session_stays_usable(storage: Storage, steps: int) -> None:
    """Mutation: without the shield a cancelled statement costs PostgreSQL's connection and all that was done on it."""
    values = "SELECT count(*) FROM (VALUES (1), (2)) AS pairs"
    async with storage.begin(None) as tx:
        await tx._session.execute(text("CREATE TEMPORARY TABLE kept (number INTEGER)"))
        await tx._session.execute(text("INSERT INTO kept VALUES (7)"))
        end = await cancelled_after(steps, tx._session.scalar(text(values)))
        assert end == 2 or isinstance(end, asyncio.CancelledError)
        assert await tx._session.scalar(text("SELECT number FROM kept")) == 7
        await tx._session.execute(text("DROP TABLE kept"))
