"""How does a person say when? By taps or by words, and always with the moment said back before anything is saved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from bot.cards import schedule as screens
from bot.cards.likeness import warnings_of
from bot.cards.origin import Plan
from bot.cards.schedule import Clock
from bot.commands.returning import leave
from bot.turn import Answer, Button, Doors, Face, Press, Turn
from services.authorising import Action
from services.comparing import Kind, before_saving
from services.refusals import OutOfDate, Refusal, Unclear
from services.time_placing import note_on
from services.timing import OutOfRange, TooLate, describe, resolve
from storage.accounts import Account
from storage.posts import Post

AWAITED = "when"


def plan_of(turn: Turn) -> Plan:
    """The plan that the pressed button (or the awaited answer) carries."""
    return Plan.of({} if turn.tap is None else turn.tap.arguments)


def clock_of(turn: Turn) -> Clock:
    """The person's present."""
    return Clock(turn.now, turn.actor.zone)


async def check(turn: Turn, plan: Plan) -> Post:
    """The post of the plan, still as it was seen; raises `OutOfDate` or `NotFound` before anybody chooses in vain."""
    if plan.moves is not None:
        await turn.desk.scheduling.waiting(
            turn.tx, turn.actor, plan.moves, version=plan.version, also=("missed",)
        )
        return await turn.tx.posts.get(plan.origin.post_id)
    return await turn.desk.drafting.current(turn.tx, turn.actor, plan.origin.post_id, version=plan.version)


async def account_for(turn: Turn, plan: Plan) -> Account | None:
    """The account of the plan; None when there are several and nobody has said which."""
    if plan.moves is not None:
        publication = await turn.tx.publications.get(plan.moves)
        return await turn.tx.accounts.get(publication.account_id)
    if plan.account_id is None and await _must_choose(turn):
        return None
    return await turn.desk.scheduling.account(turn.tx, turn.actor, plan.account_id)


async def refuse_unfit(turn: Turn, post: Post, account: Account) -> None:
    """Raises a `Refusal` when the post cannot go to the account as it is, before a moment is chosen."""
    for fit in await turn.desk.drafting.fits(turn.tx, post):
        if fit.account.id == account.id and fit.problems:
            raise Refusal(fit.problems[0].message, fit.problems[0].next_step)


async def warnings_on(
    turn: Turn, post: Post, account: Account, *, at: datetime, leaving: Collection[UUID] = ()
) -> list[str]:
    """What a person should know before the post is saved for this moment on this account.

    Publications that are `leaving` their moment for it are no neighbours of it in time.
    """
    found = await before_saving(turn.tx, account_id=account.id, post_id=post.id, text=post.text, at=at)
    staying = [one for one in found if one.kind is not Kind.HOUR or one.publication_id not in leaving]
    return warnings_of(staying, zone=turn.actor.zone, now=turn.now)


async def open_moments(turn: Turn) -> None:
    """The first screen, or the choice of a channel before it."""
    plan = plan_of(turn)
    post = await check(turn, plan)
    account = await account_for(turn, plan)
    if account is None:
        await choose_account(turn)
        return
    await refuse_unfit(turn, post, account)
    accounts = await turn.tx.accounts.list()
    has_others = sum(one.status == "active" for one in accounts) > 1
    plan = plan.on(account.id)
    await turn.await_words(AWAITED, **plan.arguments(), is_by_the_way=True)
    queues = await turn.desk.queueing.overviews(turn.tx, turn.actor, account.id)
    turn.edit(screens.moments_face(plan, account, clock_of(turn), has_others=has_others, queues=queues))


async def choose_account(turn: Turn) -> None:
    """Which channel?"""
    plan = plan_of(turn)
    await check(turn, plan)
    turn.edit(screens.accounts_face(plan, await turn.tx.accounts.list(), action="when.open"))


async def choose_day(turn: Turn) -> None:
    """The next days."""
    turn.edit(screens.days_face(plan_of(turn), clock_of(turn)))


async def choose_time(turn: Turn) -> None:
    """The half hours of a day; at first the page that begins at nine, if it is still ahead."""
    day = date.fromisoformat(turn.argument("day"))
    number = int(turn.argument("page", 0))
    turn.edit(screens.times_face(plan_of(turn), clock_of(turn), day=day, number=number))


async def ask_in_words(turn: Turn) -> None:
    """Waits for the moment in words."""
    plan = plan_of(turn)
    await check(turn, plan)
    await turn.await_words(AWAITED, **plan.arguments())
    turn.edit(screens.words_face(plan, clock_of(turn)))


async def read_words(turn: Turn) -> None:
    """The moment that the words mean is said back; words that mean none are asked for again, if we had asked."""
    plan = plan_of(turn)
    try:
        found = resolve(turn.words, now=turn.now, zone=turn.actor.zone, language=turn.actor.language)
    except (Unclear, TooLate, OutOfRange) as refusal:
        if isinstance(refusal, Unclear) and turn.argument("is_by_the_way"):
            await _as_usual(turn)
            return
        await turn.await_words(AWAITED, **plan.arguments())
        turn.edit(
            screens.words_face(plan, clock_of(turn), trouble=refusal.message, example=refusal.next_step)
        )
        return
    await confirm(turn, plan, at=found.at, notes=found.notes, local=found.wall)


async def _as_usual(turn: Turn) -> None:
    """Words that were written while the screen with moments stood there, and that mean something else."""
    from bot.commands import talking

    turn.tap = None
    await talking.on_words(turn)


async def pick(turn: Turn) -> None:
    """A tapped moment is said back."""
    at = datetime.fromisoformat(turn.argument("at"))
    if at <= turn.now:
        raise Refusal("That moment has passed.", "Choose one that is still to come.")
    change = note_on(at, turn.actor.zone)
    await confirm(turn, plan_of(turn), at=at, notes=(change,) if change else ())


async def confirm(
    turn: Turn,
    plan: Plan,
    *,
    at: datetime,
    notes: tuple[str, ...] = (),
    local: datetime | None = None,
    save: Button | None = None,
    leaving: Collection[UUID] = (),
) -> None:
    """The moment with weekday and zone, and the one button that saves it (`save`, where it is not just a moment).

    `leaving` are the publications that make room for it.
    """
    post = await check(turn, plan)
    account = await account_for(turn, plan)
    if account is None:
        raise OutOfDate("There are several channels now.", "Open the post again with /posts and choose one.")
    face = screens.confirm_face(
        plan,
        account,
        clock_of(turn),
        at=at,
        notes=notes,
        text=post.text,
        local=local,
        save=save,
        warnings=await warnings_on(turn, post, account, at=at, leaving=leaving),
    )
    turn.edit(face)


async def save(turn: Turn) -> None:
    """Puts it on the calendar, exactly as it was said back."""
    plan, at = plan_of(turn), datetime.fromisoformat(turn.argument("at"))
    said = turn.argument("local")
    local = None if said is None else datetime.fromisoformat(said)
    scheduling, tx, actor = turn.desk.scheduling, turn.tx, turn.actor
    if plan.moves is not None:
        saved = await scheduling.move(tx, actor, plan.moves, version=plan.version, at=at, local=local)
    else:
        saved = await scheduling.schedule(
            tx,
            actor,
            plan.origin.post_id,
            version=plan.version,
            at=at,
            account_id=plan.account_id,
            local=local,
        )
    await turn.tx.flush()
    described = describe(saved.due_at, zone=turn.actor.zone, now=turn.now)
    await leave(turn, plan.origin, said=f"{'Moved to' if plan.moves else 'Scheduled for'} {described}")


async def propose(
    turn: Turn, plan: Plan, *, at: datetime, notes: tuple[str, ...], local: datetime | None = None
) -> None:
    """Says a moment back in a message of its own, for words that came without a screen; another one may be written then."""
    account = await account_for(turn, plan)
    post = await check(turn, plan)
    if account is None:
        turn.say(Face("There are several channels. Tap Schedule on the card and choose one."))
        return
    warnings = await warnings_on(turn, post, account, at=at)
    await turn.await_words(AWAITED, **plan.arguments(), is_by_the_way=True)
    face = screens.confirm_face(
        plan, account, clock_of(turn), at=at, notes=notes, text=post.text, local=local, warnings=warnings
    )
    turn.say(face)


async def _must_choose(turn: Turn) -> bool:
    member = await turn.tx.members.find(turn.actor.user_id)
    has_default = member is not None and member.default_account_id is not None
    return not has_default and len(await turn.tx.accounts.list()) > 1


DOORS = Doors(
    presses=(
        Press("when.open", Action.SCHEDULE, open_moments),
        Press("when.accounts", Action.SCHEDULE, choose_account),
        Press("when.days", Action.SCHEDULE, choose_day),
        Press("when.times", Action.SCHEDULE, choose_time),
        Press("when.write", Action.SCHEDULE, ask_in_words),
        Press("when.pick", Action.SCHEDULE, pick),
        Press("when.confirm", Action.SCHEDULE, save),
    ),
    answers=(Answer(AWAITED, Action.SCHEDULE, read_words),),
)
