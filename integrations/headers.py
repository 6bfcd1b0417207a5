"""How long does an answer ask us to wait?

Networks say it in different words and different units (docs of X, Bluesky, Mastodon, Discord, Slack): `Retry-After` in
seconds or as a date (RFC 9110, 10.2.3), and resets as seconds from now, Unix seconds, Unix milliseconds or ISO 8601. Which
number is meant shows in its size: nobody asks to wait for three years, and nobody speaks of 1973.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST: Final = timedelta(hours=24)
"""The longest wait that is believed; whoever says more is asked again after this."""

_KINDS: Final = ("x-ratelimit", "x-rate-limit", "ratelimit")
_NUMBER: Final = re.compile(r"[0-9]{1,600}(\.[0-9]{1,30})?")
_SPAN_BELOW: Final = 1e8
_SECONDS_BELOW: Final = 1e11
_BEYOND: Final = 1e15


def wait_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Not before when (aware, UTC) the same may be asked again; None when no header says it in words one can read.

    `Retry-After` comes first, then the resets. What is over already is `now`; more than 24 hours is cut to 24 hours.
    `headers` ignore case or are lower case; `now` is aware.
    """
    for name in ("retry-after", *(f"{kind}-reset{end}" for kind in _KINDS for end in ("-after", ""))):
        if (until := _moment(headers.get(name, ""), now)) is not None:
            return until
    return None


def exhausted_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when (aware, UTC) nothing more may be sent, if this was the last one: nothing remains, and the reset is to come.

    None when something remains, when nothing is said about it, or when it is over already. Cut as in `wait_until`.
    """
    ends = []
    for kind in _KINDS:
        if _number(headers.get(f"{kind}-remaining", "")) == 0:
            said = (headers.get(f"{kind}-reset{end}", "") for end in ("-after", ""))
            ends += [until for one in said if (until := _moment(one, now)) is not None and until > now]
    return max(ends, default=None)


def _moment(said: str, now: datetime) -> datetime | None:
    """What one header says, between now and 24 hours from now."""
    now = now.astimezone(UTC)
    number = _number(said)
    until = _date(said.strip()) if number is None else _counted(number, now)
    return None if until is None else min(max(until, now), now + LONGEST)


def _number(said: str) -> float | None:
    """A figure without a sign; one that is too large for anything is as large as need be."""
    said = said.strip()
    return min(float(said), _BEYOND) if _NUMBER.fullmatch(said) else None


def _counted(number: float, now: datetime) -> datetime:
    if number < _SPAN_BELOW:
        return now + min(timedelta(seconds=number), LONGEST)
    seconds = number if number < _SECONDS_BELOW else number / 1000
    ahead = seconds - now.timestamp()
    return now + timedelta(seconds=max(0.0, min(ahead, LONGEST.total_seconds())))


def _date(said: str) -> datetime | None:
    """ISO 8601 or an HTTP-date; without a zone it is UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(said)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
    return None
