"""For which place is a post written? The account that the member publishes on, and what fits there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from integrations.contract import Platform
from services.authorising import Actor
from services.refusals import Refusal
from services.scheduling import Scheduling
from storage import Transaction


@dataclass(frozen=True, slots=True)
class Target:
    """A place with its limit; `count` measures a text in the place's own `unit`."""

    title: str
    limit: int
    unit: str
    count: Callable[[str], int]


ANYWHERE = Target("a social network", 4096, "characters", len)
"""When nothing is connected and no platform is known: what most places take."""


async def target_for(tx: Transaction, actor: Actor, scheduling: Scheduling, *, has_media: bool) -> Target:
    """The member's own account or the default one; with none connected, the first platform there is.

    With media the limit is that of a caption. A paused account is still the one that is written for.
    """
    platforms = scheduling.drafting.platforms
    try:
        account = await scheduling.account(tx, actor, None)
    except Refusal:
        first = next(iter(platforms.values()), None)
        return ANYWHERE if first is None else _fitting(first, first.title, has_media=has_media)
    platform = platforms.get(account.platform)
    if platform is None:
        return ANYWHERE
    return _fitting(platform, f"{platform.title} ({account.name})", has_media=has_media)


def _fitting(platform: Platform, title: str, *, has_media: bool) -> Target:
    limits = platform.limits
    return Target(title, limits.caption if has_media else limits.text, limits.unit, platform.length)
