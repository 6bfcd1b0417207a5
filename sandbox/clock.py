"""What time is it outside? The one place of the sandbox that asks."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """The wall and the stopwatch; tests hand in a child that answers what they want."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def unix(self) -> int:
        """The present moment as the Bot API writes it: whole Unix seconds."""
        return int(self.now().timestamp())

    def ticks(self) -> float:
        """Seconds of a clock that never goes back; for spans only."""
        return time.monotonic()
