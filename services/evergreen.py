"""Which post of a collection comes next? The one that rested longest, is allowed as it is, and not before all others.

What was allowed is kept beside the series, as the fingerprint of each post: one that was added or changed later waits
for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.copying import standing_hash
from services.drafting import Drafting
from services.time_rules import Occurrence
from storage import Transaction
from storage.accounts import Account
from storage.posts import Post
from storage.publications import STATES
from storage.series import Series
from storage.settings import Setting

MOST_POSTS = 1000
"""Posts of a collection that are looked at; a collection holds no more."""

_APPROVED = "approved"
_USED = tuple(state for state in STATES if state != "cancelled")
"""What was taken off the calendar was not said; everything else had its turn."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post of the collection, and the fingerprint of what it says now."""

    post: Post
    hash: str


async def posts_of(tx: Transaction, collection_id: UUID) -> Sequence[Post]:
    """The posts of a collection that are still there, the first added first."""
    items = await tx.collections.items(collection_id, limit=MOST_POSTS)
    found = [await tx.posts.find(one.item_id) for one in reversed(items) if one.item_kind == "post"]
    return [one for one in found if one is not None and one.state != "discarded"]


async def approved(tx: Transaction, series_id: UUID) -> Mapping[str, str]:
    """The fingerprints that a person has allowed, by post id as text."""
    return await tx.settings.find(scope=_scope(series_id), name=_APPROVED) or {}


async def approve(tx: Transaction, series: Series, hashes: Mapping[str, str]) -> None:
    """Allows these fingerprints, besides those that were allowed before."""
    value = {**await approved(tx, series.id), **hashes}
    await tx.settings.put(
        Setting(
            workspace_id=series.workspace_id,
            scope=_scope(series.id),
            name=_APPROVED,
            value=value,
            updated_at=tx.now,
        )
    )


async def next_post(
    tx: Transaction, drafting: Drafting, series: Series, account: Account, one: Occurrence
) -> Post | None:
    """The post whose turn it is at this occurrence, or None when none has rested long enough or is allowed."""
    if series.collection_id is None:
        return None
    posts = await posts_of(tx, series.collection_id)
    uses = await tx.series.last_uses(account.id, post_ids=[post.id for post in posts], states=_USED)
    allowed = await approved(tx, series.id)
    for post in sorted(posts, key=lambda post: uses.get(post.id, _NEVER)):
        if not _has_rested(series, uses.get(post.id), one):
            break
        if allowed.get(str(post.id)) == await standing_hash(tx, drafting, post, account):
            return post
    return None


def _has_rested(series: Series, last: datetime | None, one: Occurrence) -> bool:
    """Whether enough days of the calendar lie between; hours would make a week in spring too short."""
    if last is None:
        return True
    rested = one.local.date() - last.astimezone(ZoneInfo(series.zone)).date()
    return rested.days >= series.cool_down_days


def _scope(series_id: UUID) -> str:
    return f"series:{series_id}"
