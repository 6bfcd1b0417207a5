"""What does an agent know of the calendar? What waits, and which moments a member is usually offered."""

from __future__ import annotations

from agents.context import RunContext
from agents.tools.door import Door, NoArguments
from services.authorising import Action, Actor
from services.seating import seats_of
from services.timing import describe, quick_choices
from storage import Transaction
from storage.posts import Post
from storage.publications import MOVING, NEEDS_A_PERSON, WAITING

MOST = 20
_SHOWN = 80


async def list_queue(context: RunContext, given: NoArguments) -> str:
    """List what is scheduled, on its way, or waiting for a member's decision: moment, account and first words."""
    del given
    states = (*WAITING, *MOVING, *NEEDS_A_PERSON)
    async with context.begin(Action.LOOK) as (tx, actor):
        rows = await tx.publications.list(states=states, limit=MOST)
        count = await tx.publications.count(states=states)
        names = {account.id: account.name for account in await tx.accounts.list()}
        posts = [await tx.posts.get(row.post_id) for row in rows]
        moments = [describe(row.due_at, zone=actor.zone, now=tx.now) for row in rows]
    if any(post.is_tainted for post in posts):
        context.progress.is_tainted = True
    lines = [
        f"- {moment}: {names.get(row.account_id, row.platform)}, {row.state}: {_opening(post)}"
        for row, post, moment in zip(rows, posts, moments, strict=True)
    ]
    if not lines:
        return "The queue is empty."
    return "\n".join([f"{count} in the queue:", *lines, *(["…"] if count > len(lines) else [])])


async def propose_times(context: RunContext, given: NoArguments) -> str:
    """List moments at which a post could be scheduled, free slots of the queues among them. Nothing is scheduled by this."""
    del given
    async with context.begin(Action.LOOK) as (tx, actor):
        choices = quick_choices(now=tx.now, zone=actor.zone)
        lines = [f"- {describe(choice.at, zone=actor.zone, now=tx.now)}" for choice in choices]
        lines += await _free_slots(tx, actor)
    return "\n".join(["Times to choose from; a member taps Schedule under the draft:", *lines])


async def _free_slots(tx: Transaction, actor: Actor) -> list[str]:
    """The next free slot of every queue that is not paused."""
    lines: list[str] = []
    for account in await tx.accounts.list():
        for queue in await tx.queues.of_account(account.id):
            free = next((await seats_of(tx, queue)).free(), None)
            if free is not None and not queue.is_paused and len(lines) < MOST:
                said = describe(free.at, zone=actor.zone, now=tx.now)
                lines.append(f"- {said}: the next free slot of the queue {queue.name} of {account.name}")
    return lines


def _opening(post: Post) -> str:
    first = " ".join(post.text.split())
    return first if len(first) <= _SHOWN else first[:_SHOWN].rstrip() + "…"


DOORS = (
    Door(list_queue, NoArguments, Action.LOOK, "Looking at the queue…"),
    Door(propose_times, NoArguments, Action.LOOK, "Looking at the calendar…"),
)
