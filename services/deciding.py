"""What does a person say about a publication that the machine cannot settle? One tap, and it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from integrations.contract import SEEN, Receipt
from services import moving
from services.authorising import Action, Actor, authorise
from services.freezing import thawed
from services.recording import Recording
from services.refusals import NotFound, OutOfDate
from services.scheduling import TOPIC as PUBLICATIONS
from services.scheduling import Scheduling
from services.telling import Place, show_card
from storage import Transaction
from storage.publications import Publication


@dataclass(frozen=True, slots=True)
class Deciding:
    """Carries out the answers to the cards of unconfirmed, missed and failed publications."""

    recording: Recording
    scheduling: Scheduling

    async def it_is_there(
        self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int
    ) -> Publication:
        """The person has seen it in the channel: published, without a number of ours to link to."""
        row = await self._undecided(tx, actor, publication_id, version=version, states=("unconfirmed",))
        seen = Receipt(remote_id=f"{SEEN}{row.id}", url=None, parts=())
        if row.part + 1 < thawed(row.payload).parts:
            step = moving.part_done(row, seen, now=tx.now)
            row.is_late_accepted = True
            row.version += 1
            tx.wake(PUBLICATIONS)
        else:
            step = moving.publish(row, seen, now=tx.now, note=f"Seen by {actor.name}.")
        await tx.flush()
        await self.recording.write(tx, [step])
        return row

    async def send_again(
        self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int
    ) -> Publication:
        """The person has looked and it is not there (or failed, or was missed): allowed anew, and sent at once."""
        row = await self._undecided(
            tx, actor, publication_id, version=version, states=("unconfirmed", "missed", "failed")
        )
        row.state = "scheduled"
        await tx.flush()
        again = await self.scheduling.move(tx, actor, publication_id, version=row.version, at=tx.now)
        again.is_late_accepted = True
        again.facts = {name: value for name, value in again.facts.items() if name != "unsent"}
        return again

    async def drop(self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int) -> Publication:
        """The person lets it go; the post is a draft again."""
        row = await self._undecided(
            tx, actor, publication_id, version=version, states=("unconfirmed", "missed", "failed")
        )
        row.state = "missed"
        await tx.flush()
        dropped = await self.scheduling.cancel(tx, actor, publication_id, version=row.version)
        dropped.reason = f"Dropped by {actor.name}."
        post = await tx.posts.get(row.post_id)
        if post.telegram_chat_id is not None:
            show_card(tx, post_id=post.id, place=Place(post.telegram_chat_id, post.thread_id))
        return dropped

    async def _undecided(
        self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int, states: tuple[str, ...]
    ) -> Publication:
        row = await tx.publications.locked(publication_id)
        if row is None:
            raise NotFound("That publication is not here any more.", "See /posts.")
        authorise(actor, Action.DECIDE, row)
        if row.state not in states or row.version != version:
            raise OutOfDate(f"That is settled already: {row.state}.", "Nothing was done twice; see /posts.")
        return row
