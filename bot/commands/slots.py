"""How does a post get a standing time? The slot is said back with weekday and zone, and one tap takes exactly that one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bot.cards import slots as screens
from bot.cards.listing import Page
from bot.cards.origin import Plan
from bot.commands.returning import leave
from bot.commands.schedule import account_for, check, confirm, plan_of
from bot.turn import Doors, Press, Turn
from services.authorising import Action
from services.queueing import Entry, SlotTaken
from services.refusals import OutOfDate, Refusal
from services.timing import describe
from storage.publications import Publication


async def choose(turn: Turn) -> None:
    """Every queue of the account, with its next free slot and its top."""
    plan = plan_of(turn)
    await check(turn, plan)
    account = await account_for(turn, plan)
    if account is None:
        raise OutOfDate("There are several channels now.", "Open the post again with /posts and choose one.")
    queueing, tx, actor = turn.desk.queueing, turn.tx, turn.actor
    found = [one for one in await queueing.overviews(tx, actor, account.id) if one.free is not None]
    if not found:
        raise Refusal("No queue of this channel has a free slot.", "Add times to one in /queue.")
    fronts = {one.queue.id: await queueing.front(tx, actor, one.queue.id, moves=plan.moves) for one in found}
    page = Page.within(int(turn.argument("at_page", 0)), total=len(found))
    turn.edit(screens.more_face(plan, found, fronts, page, zone=actor.zone, now=turn.now))


async def show_next(turn: Turn, *, note: str = "") -> None:
    """The next free slot is said back."""
    plan, queue_id = plan_of(turn), _queue(turn)
    found = await turn.desk.queueing.overview(turn.tx, turn.actor, queue_id)
    if found.free is None:
        raise Refusal("No slot of this queue is free within a year.", "Add times to it in /queue.")
    notes = screens.notes_of(found, said="The next free slot", change=found.free.note)
    button = plan.button(
        _verb(plan), "slots.take", style="success", queue=str(queue_id), at=found.free.at.isoformat()
    )
    await confirm(turn, plan, at=found.free.at, notes=(*_said(note), *notes), save=button)


async def show_top(turn: Turn, *, note: str = "") -> None:
    """The first slot is said back, with how many move on for it."""
    plan, queue_id = plan_of(turn), _queue(turn)
    found = await turn.desk.queueing.overview(turn.tx, turn.actor, queue_id)
    front = await turn.desk.queueing.front(turn.tx, turn.actor, queue_id, moves=plan.moves)
    moved = screens.moving(front)
    told = screens.notes_of(
        found, said="The top", change=front.place.note, moved=moved[:1].upper() + moved[1:]
    )
    button = plan.button(
        _verb(plan),
        "slots.lead",
        style="success",
        queue=str(queue_id),
        at=front.place.at.isoformat(),
        moving=len(front.shifts),
    )
    await confirm(
        turn,
        plan,
        at=front.place.at,
        notes=(*_said(note), *told),
        save=button,
        leaving={one.id for one, _ in front.shifts},
    )


async def take_next(turn: Turn) -> None:
    """Takes the slot that was said back; if somebody was quicker, the next one is said back instead."""
    plan = plan_of(turn)
    try:
        saved = await turn.desk.queueing.take_next(
            turn.tx, turn.actor, _queue(turn), _entry(plan), seen=_seen(turn)
        )
    except SlotTaken as taken:
        await show_next(turn, note=taken.message)
        return
    await _leave(turn, plan, saved)


async def take_top(turn: Turn) -> None:
    """Takes the top as it was said back; if the queue has changed since, it is said back anew."""
    plan = plan_of(turn)
    seen = (_seen(turn), int(turn.argument("moving")))
    try:
        saved = await turn.desk.queueing.take_top(turn.tx, turn.actor, _queue(turn), _entry(plan), seen=seen)
    except SlotTaken as taken:
        await show_top(turn, note=taken.message)
        return
    await _leave(turn, plan, saved)


async def _leave(turn: Turn, plan: Plan, saved: Publication) -> None:
    await turn.tx.flush()
    described = describe(saved.due_at, zone=turn.actor.zone, now=turn.now)
    held = " The queue is paused; it waits for that too." if saved.next_at is None else ""
    said = f"{'Moved to' if plan.moves else 'Scheduled for'} {described}.{held}"
    await leave(turn, plan.origin, said=said)


def _entry(plan: Plan) -> Entry:
    return Entry(plan.origin.post_id, plan.version, moves=plan.moves)


def _queue(turn: Turn) -> UUID:
    return UUID(turn.argument("queue"))


def _seen(turn: Turn) -> datetime:
    return datetime.fromisoformat(turn.argument("at"))


def _verb(plan: Plan) -> str:
    return "Move" if plan.moves else "Schedule"


def _said(note: str) -> tuple[str, ...]:
    return (note,) if note else ()


DOORS = Doors(
    presses=(
        Press("slots.more", Action.SCHEDULE, choose),
        Press("slots.free", Action.SCHEDULE, show_next),
        Press("slots.top", Action.SCHEDULE, show_top),
        Press("slots.take", Action.SCHEDULE, take_next),
        Press("slots.lead", Action.SCHEDULE, take_top),
    )
)
