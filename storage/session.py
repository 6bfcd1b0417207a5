"""How does a database session survive a cancelled task?

A task that is cancelled in the middle of a statement leaves aiosqlite with an open cursor that keeps the write
lock until the garbage collector comes by. So each statement runs to its end in a task of its own, and the
cancellation is delivered right after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

Result = TypeVar("Result")


async def to_its_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Awaits `work` fully even when the caller is cancelled; the cancellation is raised afterwards."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                continue
            except BaseException:  # noqa: BLE001 - the cancellation in hand is what the caller must see
                break
        if not task.cancelled():
            task.exception()
        raise


class ShieldedSession(AsyncSession):
    """A session whose statements cannot be torn by cancelling the task that issued them."""

    async def execute(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the parent's own signature is open
        """As the parent's, to its end."""
        return await to_its_end(super().execute(*args, **kwargs))

    async def scalar(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """As the parent's, to its end."""
        return await to_its_end(super().scalar(*args, **kwargs))

    async def scalars(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """As the parent's, to its end."""
        return await to_its_end(super().scalars(*args, **kwargs))

    async def get(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
        """As the parent's, to its end."""
        return await to_its_end(super().get(*args, **kwargs))

    async def flush(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as above
        """As the parent's, to its end."""
        await to_its_end(super().flush(*args, **kwargs))

    async def commit(self) -> None:
        """As the parent's, to its end."""
        await to_its_end(super().commit())

    async def rollback(self) -> None:
        """As the parent's, to its end."""
        await to_its_end(super().rollback())

    async def close(self) -> None:
        """As the parent's, to its end."""
        await to_its_end(super().close())
