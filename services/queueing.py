"""Which standing time does a post get? Next free slot, top of the queue, pause and resume.

Whoever changes what sits in a queue locks the queue first, so two people never get the same slot. A slot keeps its
occupant when others move or are cancelled; only "top of the queue" moves others, and says whom before it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.authorising import Action, Actor, authorise
from services.refusals import NotFound, OutOfDate, Refusal
from services.scheduling import LOCAL, QUEUE_PAUSED, TOPIC, Scheduling, refuse_twice
from services.seating import Front, seats_of
from services.slots_in_time import SlotTime
from storage import Transaction
from storage.publications import Publication
from storage.queues import Queue, Slot

_LONG_AGO = timedelta(days=366 * 10)
"""How far back what still waits in a paused queue is looked for."""

_NO_ROOM = Refusal("No slot of this queue is free within a year.", "Add times to it in /queue.")


class SlotTaken(OutOfDate):
    """The slots have changed since they were shown; nothing was saved."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to take a slot: a post at `version`, or (`moves`) a publication of it at `version`."""

    post_id: UUID
    version: int
    moves: UUID | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """A queue with its standing times, how many posts wait in it, and its next free place within a year."""

    queue: Queue
    slots: Sequence[Slot]
    waiting: int
    free: SlotTime | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """What missed its slot while its queue was paused, and the free place that it would take."""

    publication: Publication
    place: SlotTime


@dataclass(frozen=True, slots=True)
class Queueing:
    """Gives posts their slots. Every change goes through `scheduling`, so each moment is somebody's approval."""

    scheduling: Scheduling

    async def queue(self, tx: Transaction, actor: Actor, queue_id: UUID) -> Queue:
        """The queue, to look at; raises `NotFound`."""
        return _there(actor, Action.LOOK, await tx.queues.find(queue_id))

    async def locked(self, tx: Transaction, actor: Actor, queue_id: UUID, action: Action) -> Queue:
        """The queue, for changing what sits in it: everybody else waits. Raises `NotFound` or `NotAllowed`."""
        return _there(actor, action, await tx.queues.locked(queue_id))

    async def overviews(self, tx: Transaction, actor: Actor, account_id: UUID) -> Sequence[Overview]:
        """The queues of an account, the oldest first."""
        authorise(actor, Action.LOOK)
        return [await self.overview(tx, actor, one.id) for one in await tx.queues.of_account(account_id)]

    async def overview(self, tx: Transaction, actor: Actor, queue_id: UUID) -> Overview:
        """How a queue stands now."""
        queue = await self.queue(tx, actor, queue_id)
        seats = await seats_of(tx, queue)
        waiting = await tx.queues.waiting(queue_id)
        return Overview(queue, seats.slots, waiting, next(seats.free(), None))

    async def front(
        self, tx: Transaction, actor: Actor, queue_id: UUID, *, moves: UUID | None = None
    ) -> Front:
        """What "top of the queue" would do now, for a new post or for the publication `moves`; raises a `Refusal`."""
        queue = await self.queue(tx, actor, queue_id)
        found = (await seats_of(tx, queue, without=moves)).front()
        if found is None:
            raise _NO_ROOM
        return found

    async def take_next(
        self, tx: Transaction, actor: Actor, queue_id: UUID, entry: Entry, *, seen: datetime | None
    ) -> Publication:
        """Puts it into the first free place. If that is not the moment that was `seen`, raises `SlotTaken`."""
        queue = await self.locked(tx, actor, queue_id, Action.SCHEDULE)
        await self._refuse_unfit(tx, actor, queue, entry)
        place = next((await seats_of(tx, queue, is_locked=True)).free(), None)
        if place is None:
            raise _NO_ROOM
        if seen is not None and place.at != seen:
            raise SlotTaken("That slot was taken a moment ago.", "Look at the next free one and tap again.")
        return await self._seat(tx, actor, queue, entry, place)

    async def take_top(
        self,
        tx: Transaction,
        actor: Actor,
        queue_id: UUID,
        entry: Entry,
        *,
        seen: tuple[datetime, int] | None,
    ) -> Publication:
        """Puts it into the first place; who sits there and behind moves on by one, until a free place ends it.

        `seen` is the moment and the number of those who move that the person was told; otherwise `SlotTaken`.
        """
        queue = await self.locked(tx, actor, queue_id, Action.SCHEDULE)
        await self._refuse_unfit(tx, actor, queue, entry)
        front = (await seats_of(tx, queue, is_locked=True, without=entry.moves)).front()
        if front is None:
            raise _NO_ROOM
        if seen is not None and seen != (front.place.at, len(front.shifts)):
            raise SlotTaken("The queue has changed a moment ago.", "Look at it and tap again.")
        made = await self._seat(tx, actor, queue, entry, front.place)
        for publication, place in front.shifts:
            await self._shift(tx, actor, queue, publication, place)
        return made

    async def pause(self, tx: Transaction, actor: Actor, queue_id: UUID) -> int:
        """Holds everything that waits in the queue until it is resumed; how many posts wait."""
        queue = await self.locked(tx, actor, queue_id, Action.SCHEDULE)
        queue.is_paused, queue.updated_at = True, tx.now
        waiting = await self._waiting(tx, queue)
        for one in waiting:
            if one.next_at is not None:
                one.next_at, one.reason, one.updated_at = None, QUEUE_PAUSED, tx.now
        return len(waiting)

    async def overdue(self, tx: Transaction, actor: Actor, queue_id: UUID) -> Sequence[Overdue]:
        """What missed its slot while the queue was paused, and where it would go, in its old order."""
        queue = await self.queue(tx, actor, queue_id)
        late = [one for one in await self._waiting(tx, queue) if is_held(one) and one.due_at <= tx.now]
        free = (await seats_of(tx, queue)).free()
        placed = [Overdue(one, place) for one, place in zip(late, free, strict=False)]
        if len(placed) < len(late):
            raise _NO_ROOM
        return placed

    async def resume(self, tx: Transaction, actor: Actor, queue_id: UUID, *, seen: int) -> int:
        """Lets the queue go on; how many posts leave as planned.

        What missed its slot takes the next free ones, never all at once; `seen` is how many that are as the person was
        told, otherwise `SlotTaken`. What is held for another reason stays held.
        """
        queue = await self.locked(tx, actor, queue_id, Action.SCHEDULE)
        held = [one for one in await self._waiting(tx, queue) if is_held(one)]
        late = await self.overdue(tx, actor, queue_id)
        if len(late) != seen:
            raise SlotTaken("The queue has changed a moment ago.", "Look at it and tap again.")
        queue.is_paused, queue.updated_at = False, tx.now
        for one in late:
            await self._move(tx, actor, queue, one.publication.id, one.place)
        for waiting in held:
            await self.let_go(tx, waiting)
        tx.wake(TOPIC)
        return len(held) - len(late)

    async def let_go(self, tx: Transaction, publication: Publication) -> None:
        """Ends a queue's hold; while the account itself is paused, that is what it waits for from now on."""
        account = await tx.accounts.get(publication.account_id)
        publication.next_at, publication.reason = publication.due_at, None
        if account.status != "active":
            publication.next_at = None
            publication.reason = account.last_error or f"{account.name} is {account.status}."
        publication.updated_at = tx.now

    async def _refuse_unfit(self, tx: Transaction, actor: Actor, queue: Queue, entry: Entry) -> None:
        """Before anything is said about slots: whether it may take one at all. A second tap stops here."""
        if entry.moves is None:
            await tx.posts.lock(entry.post_id)
            await self.scheduling.drafting.current(tx, actor, entry.post_id, version=entry.version)
            await refuse_twice(tx, entry.post_id, queue.account_id)
            return
        moved = await self.scheduling.waiting(tx, actor, entry.moves, version=entry.version, also=("missed",))
        if moved.account_id != queue.account_id:
            raise Refusal("That queue belongs to another account.", "Choose one of this post's own.")

    async def _seat(
        self, tx: Transaction, actor: Actor, queue: Queue, entry: Entry, place: SlotTime
    ) -> Publication:
        if entry.moves is not None:
            return await self._move(tx, actor, queue, entry.moves, place, version=entry.version)
        made = await self.scheduling.schedule(
            tx,
            actor,
            entry.post_id,
            version=entry.version,
            at=place.at,
            account_id=queue.account_id,
            slot=(queue.id, *place.key),
        )
        return _in_local_time(made, queue, place)

    async def _move(
        self,
        tx: Transaction,
        actor: Actor,
        queue: Queue,
        publication_id: UUID,
        place: SlotTime,
        *,
        version: int | None = None,
    ) -> Publication:
        slot = (queue.id, *place.key)
        moved = await self.scheduling.move(tx, actor, publication_id, version=version, at=place.at, slot=slot)
        return _in_local_time(moved, queue, place)

    async def _shift(
        self, tx: Transaction, actor: Actor, queue: Queue, one: Publication, place: SlotTime
    ) -> None:
        """Moves an occupant on. What nobody has approved stays so: being pushed along is not being read."""
        next_at, reason = one.next_at, one.reason
        if one.approval_id is None:
            one.due_at, one.updated_at = place.at, tx.now
            one.slot_id, one.slot_on = place.key
            one.version += 1
            _in_local_time(one, queue, place)
            return
        moved = await self._move(tx, actor, queue, one.id, place)
        if next_at is None:
            moved.next_at, moved.reason = None, reason

    async def _waiting(self, tx: Transaction, queue: Queue) -> Sequence[Publication]:
        return await tx.queues.sitting(
            queue.id, states=("scheduled",), since=tx.now - _LONG_AGO, is_locked=True
        )


def is_held(publication: Publication) -> bool:
    """Whether nothing but the pause of its queue keeps a waiting publication."""
    return (
        publication.next_at is None
        and publication.approval_id is not None
        and publication.reason == QUEUE_PAUSED
    )


def _in_local_time(publication: Publication, queue: Queue, place: SlotTime) -> Publication:
    """Keeps by which clock the moment was chosen: the slot's own, whatever zone the person is in."""
    publication.zone = queue.zone
    publication.facts = {**publication.facts, LOCAL: place.local.isoformat()}
    return publication


def _there(actor: Actor, action: Action, queue: Queue | None) -> Queue:
    if queue is None:
        raise NotFound("That queue is not there any more.", "See /queue.")
    authorise(actor, action, queue)
    return queue
