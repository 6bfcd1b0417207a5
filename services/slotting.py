"""Which standing times has an account? Making, naming and removing its queues and their slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.authorising import Action, Actor, authorise
from services.queueing import Queueing, is_held
from services.refusals import NotFound, Refusal
from services.slot_phrases import Standing
from services.vetting import clean
from storage import Transaction
from storage.publications import Publication
from storage.queues import Queue, Slot

LONGEST_NAME = 40
MOST_QUEUES = 20
"""Queues of one account; more cannot be told apart on a phone."""

MOST_SLOTS = 200
"""Slots of one queue: one for every hour of the week, and some."""

_LONG_AGO = timedelta(days=366 * 10)


@dataclass(frozen=True, slots=True)
class Slotting:
    """Changes queues and slots. What sits in a removed one keeps its moment and is plainly scheduled from then on."""

    queueing: Queueing

    async def open(self, tx: Transaction, actor: Actor, account_id: UUID, *, name: str) -> Queue:
        """A new queue of the account, in the account's zone (the workspace's, if it has none)."""
        authorise(actor, Action.CONFIGURE)
        await tx.queues.lock_account(account_id)
        account = await tx.accounts.find(account_id)
        if account is None:
            raise NotFound("That account is not here.", "See /settings.")
        present = await tx.queues.of_account(account_id)
        if len(present) >= MOST_QUEUES:
            raise Refusal(f"There are {MOST_QUEUES} queues already.", "Use one of them, or remove one.")
        workspace = await tx.workspaces.get(actor.workspace_id)
        made = tx.queues.add(
            Queue(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                account_id=account_id,
                name=_usable(name, present),
                zone=account.zone or workspace.zone,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        await tx.flush()
        return made

    async def rename(self, tx: Transaction, actor: Actor, queue_id: UUID, *, name: str) -> Queue:
        """Gives the queue another name; what sits in it is not touched."""
        queue = await self.queueing.locked(tx, actor, queue_id, Action.CONFIGURE)
        await tx.queues.lock_account(queue.account_id)
        others = [one for one in await tx.queues.of_account(queue.account_id) if one.id != queue_id]
        queue.name, queue.updated_at = _usable(name, others), tx.now
        await tx.flush()
        return queue

    async def add(
        self, tx: Transaction, actor: Actor, queue_id: UUID, standing: Iterable[Standing]
    ) -> Sequence[Slot]:
        """Adds the standing times that the queue has not yet; the new ones."""
        queue = await self.queueing.locked(tx, actor, queue_id, Action.CONFIGURE)
        present = {Standing(one.weekday, one.at_local) for one in await tx.queues.slots(queue_id)}
        new = sorted(set(standing) - present)
        if len(present) + len(new) > MOST_SLOTS:
            raise Refusal(f"A queue has at most {MOST_SLOTS} slots.", "Choose fewer times.")
        made = [
            tx.queues.add_slot(
                Slot(
                    workspace_id=actor.workspace_id,
                    id=tx.new_id(),
                    queue_id=queue.id,
                    weekday=one.weekday,
                    at_local=one.at_local,
                )
            )
            for one in new
        ]
        queue.updated_at = tx.now
        await tx.flush()
        return made

    async def remove_slot(self, tx: Transaction, actor: Actor, slot_id: UUID) -> tuple[Slot, int]:
        """Removes one standing time; it, and how many posts keep the moment that they had from it."""
        authorise(actor, Action.CONFIGURE)
        slot = await tx.queues.slot(slot_id)
        if slot is None:
            raise NotFound("That time is gone already.", "See /queue.")
        queue = await self.queueing.locked(tx, actor, slot.queue_id, Action.CONFIGURE)
        sitting = await self._waiting(tx, queue)
        freed = await self._free(tx, [one for one in sitting if one.slot_id == slot_id])
        await tx.flush()
        await tx.queues.drop_slot(slot_id)
        return slot, freed

    async def remove(self, tx: Transaction, actor: Actor, queue_id: UUID) -> int:
        """Removes the queue with its slots; how many posts keep the moments that they had from it."""
        queue = await self.queueing.locked(tx, actor, queue_id, Action.CONFIGURE)
        freed = await self._free(tx, await self._waiting(tx, queue))
        await tx.flush()
        await tx.queues.drop(queue_id)
        return freed

    async def _waiting(self, tx: Transaction, queue: Queue) -> Sequence[Publication]:
        since = tx.now - _LONG_AGO
        return await tx.queues.sitting(queue.id, states=("scheduled",), since=since, is_locked=True)

    async def _free(self, tx: Transaction, sitting: Sequence[Publication]) -> int:
        """Lets them stand by themselves; refused while one has missed its slot, because it would leave at once."""
        if any(is_held(one) and one.due_at <= tx.now for one in sitting):
            raise Refusal("Posts have missed their slot while this queue was paused.", "Resume it first.")
        for one in sitting:
            if is_held(one):
                await self.queueing.let_go(tx, one)
            one.queue_id, one.slot_id, one.slot_on = None, None, None
            one.updated_at = tx.now
        return len(sitting)


def _usable(name: str, others: Iterable[Queue]) -> str:
    """The name on one line; raises a `Refusal` for none, a long one, or one that another queue of the account has."""
    name = " ".join(clean(name).split())
    if not name:
        raise Refusal("A queue needs a name.", "Send the name, for example: News.")
    if len(name) > LONGEST_NAME:
        raise Refusal(f"That name has {len(name)} characters.", f"Use at most {LONGEST_NAME}.")
    if name.casefold() in {one.name.casefold() for one in others}:
        raise Refusal(f"There is a queue “{name}” already.", "Send another name.")
    return name
