"""How does one wait for something that plain code will announce?"""

import asyncio


class Bell:
    """Wakes everybody who waits at the moment it rings; whoever comes later waits for the next ring."""

    def __init__(self) -> None:
        self._sleepers: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all who wait. Called from the event loop's own thread."""
        sleepers, self._sleepers = self._sleepers, set()
        for sleeper in sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def heard(self, seconds: float) -> bool:
        """Wait for the next ring, at most so many seconds; false when it did not ring."""
        if seconds <= 0:
            return False
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            async with asyncio.timeout(seconds):
                await sleeper
        except TimeoutError:
            return False
        finally:
            self._sleepers.discard(sleeper)
        return True
