"""What time is it? The one place that asks; everybody else is told."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never goes back; for leases and time-outs inside one process."""
    return time.monotonic()
