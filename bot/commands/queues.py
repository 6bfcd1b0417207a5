"""Which standing times do the accounts have? Queues are made, filled, paused and removed here, by taps or by words."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.cards import queues as screens
from bot.cards.listing import Page
from bot.cards.queues import Line, Reader
from bot.cards.wording import count, sentence
from bot.turn import Answer, Doors, Press, Turn
from services.authorising import Action, authorise, may
from services.queueing import Overview, SlotTaken
from services.refusals import NotFound, Refusal, Unclear
from services.slot_phrases import Standing, read_standing
from services.time_placing import WEEKDAYS
from storage.accounts import Account

AWAITED_TIMES = "queue.slots"
AWAITED_NAME = "queue.name"
FIRST_NAME = screens.NAMES[0]


async def open_home(turn: Turn) -> None:
    """Every queue of every account."""
    lines: list[Line] = []
    for account in await turn.tx.accounts.list():
        found = await turn.desk.queueing.overviews(turn.tx, turn.actor, account.id)
        lines += [Line(account, one) for one in found] or [Line(account, None)]
    page = Page.within(int(turn.argument("page", 0)), total=len(lines))
    shown = lines[page.offset : page.offset + page.size]
    turn.edit(screens.home_face(shown, page, _reader(turn)))


async def open_one(turn: Turn) -> None:
    """One queue with everything that can be done with it."""
    await _show(turn, turn.subject)


async def propose(turn: Turn, words: str) -> None:
    """Days and times that were written after /queue slots are said back; nothing is saved by it."""
    if not words.strip():
        await open_home(turn)
        return
    authorise(turn.actor, Action.CONFIGURE)
    standing = read_standing(words)
    account = await turn.desk.scheduling.account(turn.tx, turn.actor, None)
    found = await turn.desk.queueing.overviews(turn.tx, turn.actor, account.id)
    if len(found) > 1:
        turn.say(screens.which_face(found, standing))
        return
    await _check(turn, account, found[0] if found else None, standing)


async def choose_days(turn: Turn) -> None:
    """The weekdays of new times."""
    queue = await turn.desk.queueing.queue(turn.tx, turn.actor, turn.subject)
    turn.edit(screens.days_face(queue, days=turn.argument("days", []), times=turn.argument("times", [])))


async def choose_hours(turn: Turn) -> None:
    """The hours of new times."""
    queue = await turn.desk.queueing.queue(turn.tx, turn.actor, turn.subject)
    turn.edit(screens.hours_face(queue, days=turn.argument("days"), times=turn.argument("times")))


async def ask_times(turn: Turn) -> None:
    """Waits for days and times in words."""
    queue = await turn.desk.queueing.queue(turn.tx, turn.actor, turn.subject)
    await turn.await_words(AWAITED_TIMES, queue=str(queue.id))
    turn.edit(screens.words_face(queue))


async def take_times(turn: Turn) -> None:
    """The times that the words mean are said back; words that mean none are asked for again."""
    queue_id = UUID(turn.argument("queue"))
    found = await turn.desk.queueing.overview(turn.tx, turn.actor, queue_id)
    try:
        standing = read_standing(turn.words)
    except Unclear as refusal:
        await turn.await_words(AWAITED_TIMES, queue=str(queue_id))
        turn.edit(screens.words_face(found.queue, trouble=refusal.message))
        return
    await _check(turn, await turn.tx.accounts.get(found.queue.account_id), found, standing)


async def check(turn: Turn) -> None:
    """The times that were tapped are said back."""
    found = await turn.desk.queueing.overview(turn.tx, turn.actor, turn.subject)
    await _check(turn, await turn.tx.accounts.get(found.queue.account_id), found, _standing(turn))


async def save(turn: Turn) -> None:
    """Adds the times as they were said back, to a new queue if the account has none."""
    slotting, tx, actor = turn.desk.slotting, turn.tx, turn.actor
    queue_id = None if turn.tap is None else turn.tap.subject_id
    if queue_id is None:
        account_id = UUID(turn.argument("account"))
        present = await turn.desk.queueing.overviews(tx, actor, account_id)
        queue = present[0].queue if present else None
        queue_id = (queue or await slotting.open(tx, actor, account_id, name=FIRST_NAME)).id
    made = await slotting.add(tx, actor, queue_id, _standing(turn))
    turn.note(f"{count(len(made), 'slot')} added." if made else "They were there already.")
    await _show(turn, queue_id)


async def choose_less(turn: Turn) -> None:
    """Which times go?"""
    await _show_less(turn, turn.subject)


async def drop(turn: Turn) -> None:
    """Removes one standing time; what sits in it keeps its moment."""
    slot, freed = await turn.desk.slotting.remove_slot(turn.tx, turn.actor, turn.subject)
    said = f"{WEEKDAYS[slot.weekday][:3]} {slot.at_local} is gone."
    kept = f" {count(freed, 'post')} keep{'s' if freed == 1 else ''} the moment." if freed else ""
    turn.note(f"{said}{kept}")
    await _show_less(turn, slot.queue_id)


async def pause(turn: Turn) -> None:
    """Holds everything that waits in the queue."""
    held = await turn.desk.queueing.pause(turn.tx, turn.actor, turn.subject)
    waits = f"{count(held, 'post')} {'waits' if held == 1 else 'wait'} until you resume it."
    turn.note(f"Paused. {waits if held else 'Nothing waits in it yet.'}")
    await _show(turn, turn.subject)


async def ask_resume(turn: Turn) -> None:
    """Resumes at once where nothing has missed its slot; otherwise says first where it would go."""
    late = await turn.desk.queueing.overdue(turn.tx, turn.actor, turn.subject)
    if not late:
        await _resume(turn, seen=0)
        return
    found = await turn.desk.queueing.overview(turn.tx, turn.actor, turn.subject)
    words = [(await turn.tx.posts.get(one.publication.post_id)).text for one in late]
    turn.edit(screens.resume_face(found, late, words, _reader(turn)))


async def resume(turn: Turn) -> None:
    """Resumes as it was said; if more has missed its slot since, that is said first."""
    try:
        await _resume(turn, seen=int(turn.argument("seen")))
    except SlotTaken:
        await ask_resume(turn)


async def ask_new(turn: Turn) -> None:
    """For which account, and how shall it be called?"""
    chosen = None if turn.tap is None else turn.tap.subject_id
    accounts = await turn.tx.accounts.list()
    if chosen is None and len(accounts) != 1:
        turn.edit(screens.accounts_face(accounts))
        return
    await _ask_name(turn, chosen or accounts[0].id, None)


async def ask_rename(turn: Turn) -> None:
    """How shall it be called from now on?"""
    queue = await turn.desk.queueing.queue(turn.tx, turn.actor, turn.subject)
    await _ask_name(turn, queue.account_id, queue.id)


async def tap_name(turn: Turn) -> None:
    """A tapped name."""
    queue_id = None if turn.tap is None else turn.tap.subject_id
    await _name(turn, UUID(turn.argument("account")), queue_id, turn.argument("name"))


async def take_name(turn: Turn) -> None:
    """A written name; asked for again when it cannot be taken."""
    account_id, queue = UUID(turn.argument("account")), turn.argument("queue")
    queue_id = None if queue is None else UUID(queue)
    try:
        await _name(turn, account_id, queue_id, turn.words)
    except NotFound:
        raise
    except Refusal as refusal:
        await _ask_name(turn, account_id, queue_id, trouble=str(refusal))


async def ask_remove(turn: Turn) -> None:
    """Asks once before a queue goes."""
    turn.edit(screens.remove_face(await turn.desk.queueing.overview(turn.tx, turn.actor, turn.subject)))


async def remove(turn: Turn) -> None:
    """Removes the queue; what waits in it keeps its moment."""
    kept = await turn.desk.slotting.remove(turn.tx, turn.actor, turn.subject)
    await turn.tx.flush()
    stays = f" {count(kept, 'post')} keep{'s' if kept == 1 else ''} the moment." if kept else ""
    turn.note(f"The queue is gone.{stays}")
    await open_home(turn)


async def _check(turn: Turn, account: Account, found: Overview | None, standing: Sequence[Standing]) -> None:
    workspace = await turn.tx.workspaces.get(turn.actor.workspace_id)
    zone = found.queue.zone if found is not None else account.zone or workspace.zone
    turn.edit(screens.check_face(account, found, standing, zone=zone))


async def _resume(turn: Turn, *, seen: int) -> None:
    left = await turn.desk.queueing.resume(turn.tx, turn.actor, turn.subject, seen=seen)
    await turn.tx.flush()
    moved = f", {count(seen, 'post')} moved to the next free slots" if seen else ""
    planned = f" {count(left, 'post')} as planned{moved}." if left or seen else " Nothing waits in it yet."
    turn.note(f"Resumed.{planned}")
    await _show(turn, turn.subject)


async def _ask_name(turn: Turn, account_id: UUID, queue_id: UUID | None, *, trouble: str = "") -> None:
    present = await turn.tx.queues.of_account(account_id)
    queue = next((one for one in present if one.id == queue_id), None)
    named = {"account": str(account_id), "queue": None if queue_id is None else str(queue_id)}
    await turn.await_words(AWAITED_NAME, **named)
    taken = [one.name for one in present]
    turn.edit(screens.names_face(taken, account_id=account_id, queue=queue, trouble=trouble))


async def _name(turn: Turn, account_id: UUID, queue_id: UUID | None, name: str) -> None:
    slotting = turn.desk.slotting
    if queue_id is None:
        made = await slotting.open(turn.tx, turn.actor, account_id, name=name)
        said = f"“{made.name}” is there. Now give it its times."
    else:
        made = await slotting.rename(turn.tx, turn.actor, queue_id, name=name)
        said = f"It is called “{made.name}” now."
    await turn.tx.flush()
    await _show(turn, made.id, note=sentence(said))


async def _show(turn: Turn, queue_id: UUID, *, note: str = "") -> None:
    await turn.tx.flush()
    found = await turn.desk.queueing.overview(turn.tx, turn.actor, queue_id)
    account = await turn.tx.accounts.get(found.queue.account_id)
    turn.edit(screens.one_face(account, found, _reader(turn), note=note))


async def _show_less(turn: Turn, queue_id: UUID) -> None:
    await turn.tx.flush()
    found = await turn.desk.queueing.overview(turn.tx, turn.actor, queue_id)
    if not found.slots:
        await _show(turn, queue_id)
        return
    number = int(turn.argument("page", 0))
    page = Page.within(number, total=len(found.slots), size=screens.SLOTS)
    turn.edit(screens.less_face(found, page))


def _standing(turn: Turn) -> list[Standing]:
    return [screens.unpack(one) for one in turn.argument("standing")]


def _reader(turn: Turn) -> Reader:
    actor = turn.actor
    return Reader(turn.now, actor.zone, may(actor, Action.CONFIGURE), may(actor, Action.SCHEDULE))


DOORS = Doors(
    presses=(
        Press("queues.open", Action.LOOK, open_home),
        Press("queues.one", Action.LOOK, open_one),
        Press("queues.days", Action.CONFIGURE, choose_days),
        Press("queues.hours", Action.CONFIGURE, choose_hours),
        Press("queues.write", Action.CONFIGURE, ask_times),
        Press("queues.check", Action.CONFIGURE, check),
        Press("queues.save", Action.CONFIGURE, save),
        Press("queues.less", Action.CONFIGURE, choose_less),
        Press("queues.drop", Action.CONFIGURE, drop),
        Press("queues.pause", Action.SCHEDULE, pause),
        Press("queues.resume", Action.SCHEDULE, ask_resume),
        Press("queues.go", Action.SCHEDULE, resume),
        Press("queues.new", Action.CONFIGURE, ask_new),
        Press("queues.name", Action.CONFIGURE, tap_name),
        Press("queues.rename", Action.CONFIGURE, ask_rename),
        Press("queues.remove", Action.CONFIGURE, ask_remove),
        Press("queues.gone", Action.CONFIGURE, remove),
    ),
    answers=(
        Answer(AWAITED_TIMES, Action.CONFIGURE, take_times),
        Answer(AWAITED_NAME, Action.CONFIGURE, take_name),
    ),
)
