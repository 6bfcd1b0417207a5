"""How is a heap of late posts worked off? All at one word, but never as a burst, and never what changed meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.authorising import Action, Actor, authorise
from services.deciding import Deciding
from services.refusals import NotFound, OutOfDate, Refusal
from storage import Transaction
from storage.publications import Publication

APART = timedelta(minutes=1)
"""Between two posts on one account that leave because of one word."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A late publication, and its post, as they stood on the list that a person saw."""

    publication_id: UUID
    version: int
    post_version: int


@dataclass(slots=True)
class Outcome:
    """What became of a list: those that it was carried out for, and why each of the others was left alone."""

    done: list[Publication] = field(default_factory=list)
    left: list[tuple[UUID, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CatchingUp:
    """Carries out one word about many late posts; each is checked for itself."""

    deciding: Deciding

    async def publish(self, tx: Transaction, actor: Actor, listed: Sequence[Listed]) -> Outcome:
        """Allows each anew, as it is now: the first of an account leaves at once, the others a minute apart."""
        authorise(actor, Action.DECIDE)
        return await self._each(tx, actor, listed, self._publish)

    async def let_go(self, tx: Transaction, actor: Actor, listed: Sequence[Listed]) -> Outcome:
        """Lets each go; the posts are drafts again."""
        authorise(actor, Action.DECIDE)
        return await self._each(tx, actor, listed, self._let_go)

    async def _each(
        self,
        tx: Transaction,
        actor: Actor,
        listed: Sequence[Listed],
        deed: Callable[[Transaction, Actor, Publication], Awaitable[Publication]],
    ) -> Outcome:
        found = Outcome()
        for one in listed:
            try:
                row = await _still_missed(tx, actor, one)
                found.done.append(await deed(tx, actor, row))
            except Refusal as refusal:
                found.left.append((one.publication_id, str(refusal)))
            await tx.flush()
        return found

    async def _publish(self, tx: Transaction, actor: Actor, row: Publication) -> Publication:
        taken = await tx.moments.taken(account_id=row.account_id, since=tx.now - APART)
        at = _free_moment(taken, now=tx.now)
        again = await self.deciding.scheduling.move(tx, actor, row.id, version=row.version, at=at)
        again.facts = {**again.facts, "unsent": 0}
        return again

    async def _let_go(self, tx: Transaction, actor: Actor, row: Publication) -> Publication:
        return await self.deciding.drop(tx, actor, row.id, version=row.version)


async def _still_missed(tx: Transaction, actor: Actor, listed: Listed) -> Publication:
    row = await tx.publications.locked(listed.publication_id)
    if row is None:
        raise NotFound("It is not here any more.")
    authorise(actor, Action.DECIDE, row)
    if row.state != "missed":
        raise OutOfDate(f"It is {row.state} already.")
    post = await tx.posts.get(row.post_id)
    if (row.version, post.version) != (listed.version, listed.post_version):
        raise OutOfDate("It was changed since the list was made.")
    return row


def _free_moment(taken: Sequence[datetime], *, now: datetime) -> datetime:
    """The first moment from `now` on, in steps of a minute, with nothing else within a minute of it."""
    at = now
    while any(abs(at - one) < APART for one in taken):
        at += APART
    return at
