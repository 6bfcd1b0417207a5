"""How long does the publishing machine wait? For an answer, for a late acceptance to show, and for a worker that is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from integrations.contract import Platform

LONGEST_START = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Timing:
    """`request` bounds one request; `lag` None takes what each platform declares; `hold` None follows the request."""

    request: timedelta = timedelta(seconds=30)
    lag: timedelta | None = None
    hold: timedelta | None = None

    @property
    def start(self) -> timedelta:
        """How long after arming a request may still leave: a worker that slept longer must not send."""
        return min(self.request, LONGEST_START)

    @property
    def lease(self) -> timedelta:
        """How long a claim holds; longer than preparing and waiting for a turn usually take."""
        return self.hold or self.request * 4 + timedelta(seconds=60)

    def settle(self, platform: Platform) -> timedelta:
        """From arming until a look-up can be trusted: the request has left, was given up, and could show late."""
        return self.start + self.request + self.lag_of(platform)

    def lag_of(self, platform: Platform) -> timedelta:
        """How long the platform may take to show (or still accept) a post."""
        return platform.lag if self.lag is None else self.lag
