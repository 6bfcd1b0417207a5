"""Has this been said there already? The warning before a post is saved: the same words, or another post in the same hour.

A warning never keeps anybody from anything; how far back and ahead it looks is the workspace's (`duplicate_days`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.authorising import Action, Actor, authorise
from services.likeness import is_near, print_of
from services.refusals import NotFound
from storage import Transaction
from storage.neighbours import Neighbour

WINDOWS = (7, 30, 90, 0)
"""Days that a workspace may choose; 0 looks at nothing."""

MOST_COMPARED = 2_000
"""Publications that one text is compared with; of more, the latest due."""

HOUR = timedelta(hours=1)
_FEW_IN_AN_HOUR = 50
_LENGTHS = (0.5, 2.0)
"""How much shorter or longer a text may be and still be looked at: markup and hashtags make up for no more."""

_TOLD = 3


class Kind(StrEnum):
    """In what a publication is like the one in hand."""

    SAME = "same"
    NEAR = "near"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Likeness:
    """One publication that is like the one in hand; `due_at` is aware, `has_left` says on which side of now it is."""

    kind: Kind
    publication_id: UUID
    due_at: datetime
    text: str
    has_left: bool


async def alike(
    tx: Transaction,
    *,
    account_id: UUID,
    text: str,
    at: datetime,
    but_post_id: UUID | None,
    days: int,
) -> Sequence[Likeness]:
    """What repeats `text` on the account within `days` of `at` (aware), and what goes out within the hour.

    The same words come first, then nearly the same, then the hour; in each the nearest in time first, and no
    publication is told twice. Nothing for 0 days.
    """
    if days <= 0:
        return []
    window = timedelta(days=days)
    shortest, longest = (int(len(text) * factor) for factor in _LENGTHS)
    found = await tx.neighbours.around(
        account_id=account_id,
        since=at - window,
        until=at + window,
        limit=MOST_COMPARED,
        but_post_id=but_post_id,
        lengths=(shortest, longest + 1),
    )
    likenesses = _repeats(text, found)
    told = {one.publication_id for one in likenesses}
    close = await tx.neighbours.around(
        account_id=account_id,
        since=at - HOUR,
        until=at + HOUR,
        limit=_FEW_IN_AN_HOUR,
        but_post_id=but_post_id,
    )
    likenesses += [likeness(Kind.HOUR, one) for one in close if one.publication_id not in told]
    order = [*Kind]
    return sorted(likenesses, key=lambda one: (order.index(one.kind), abs(one.due_at - at)))


async def before_saving(
    tx: Transaction, *, account_id: UUID, post_id: UUID, text: str, at: datetime
) -> Sequence[Likeness]:
    """What a person should know before a post is scheduled: at most three, within the workspace's own window.

    `text` is the post's; where the account has a variant of its own, that is what is compared.
    """
    workspace = await tx.workspaces.get(tx.workspace_id)
    variant = await tx.posts.variant(post_id=post_id, account_id=account_id)
    found = await alike(
        tx,
        account_id=account_id,
        text=text if variant is None else variant.text,
        at=at,
        but_post_id=post_id,
        days=workspace.duplicate_days,
    )
    return _one_of_the_hour(found)[:_TOLD]


async def set_window(tx: Transaction, actor: Actor, days: int) -> None:
    """Chooses the workspace's window, one of `WINDOWS`; raises `NotFound` for another one."""
    authorise(actor, Action.CONFIGURE)
    if days not in WINDOWS:
        raise NotFound("That window is not there.", "Choose one in /settings.")
    workspace = await tx.workspaces.get(actor.workspace_id)
    workspace.duplicate_days, workspace.updated_at = days, tx.now


def likeness(kind: Kind, one: Neighbour) -> Likeness:
    """A neighbour as it is told."""
    has_left = one.state in {"published", "handed_off", "unconfirmed"}
    return Likeness(kind, one.publication_id, one.due_at, one.text, has_left)


def _repeats(text: str, neighbours: Sequence[Neighbour]) -> list[Likeness]:
    wanted, found = print_of(text), list[Likeness]()
    for one in neighbours:
        other = print_of(one.text)
        if other.same == wanted.same:
            found.append(likeness(Kind.SAME, one))
        elif is_near(wanted, other):
            found.append(likeness(Kind.NEAR, one))
    return found


def _one_of_the_hour(found: Sequence[Likeness]) -> list[Likeness]:
    """One post of the hour says it all, even where the hour is full."""
    hourly = [one for one in found if one.kind is Kind.HOUR]
    return [one for one in found if one.kind is not Kind.HOUR] + hourly[:1]
