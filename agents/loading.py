"""When are the heavy libraries loaded? Once, in a thread, when somebody first needs them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Lazily(Generic[Thing]):
    """Makes a thing at the first `get` and hands out that one ever after.

    `make` may import what takes a second: it runs in a thread so that the loop goes on. If it raises, whoever
    asked gets the error and the next one tries again.
    """

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
        self._made: list[Thing] = []
        self._lock = threading.Lock()

    async def get(self) -> Thing:
        """The thing, made now if it was not yet."""
        return self._made[0] if self._made else await asyncio.to_thread(self._once)

    def _once(self) -> Thing:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]
