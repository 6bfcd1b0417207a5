"""What is said again and again? Making a repeat from a post or a collection, and everything that is done with one."""

from __future__ import annotations

from uuid import UUID

from bot.cards import repeating as screens
from bot.cards.clocks import clocks_of
from bot.cards.listing import Page
from bot.cards.repeating import SHOWN, Wish, look
from bot.cards.schedule import accounts_face
from bot.cards.wording import excerpt
from bot.commands.returning import leave
from bot.commands.schedule import account_for, check, refuse_unfit
from bot.rendering import escape
from bot.turn import Answer, Button, Command, Doors, Face, Press, Turn
from services.authorising import Action, may
from services.refusals import OutOfDate, Refusal, Unclear
from services.rule_reading import read_rule
from services.rule_saying import say_repeat
from services.time_rules import Repeat
from storage.accounts import Account

AWAITED = "repeat.words"
_QUEUE = Button("See the queue", "queue.page")


def wish_of(turn: Turn) -> Wish:
    """The wish that the pressed button (or the awaited answer) carries."""
    return Wish.of({} if turn.tap is None else turn.tap.arguments)


async def show(turn: Turn) -> None:
    """The first page of the repeats."""
    turn.say(await _list(turn, 0))


async def turn_page(turn: Turn) -> None:
    """Another page, in the same message."""
    turn.edit(await _list(turn, int(turn.argument("page", 0))))


async def _list(turn: Turn, number: int) -> Face:
    page = Page.within(number, total=await turn.tx.series.count())
    found = await turn.desk.repeating.list(turn.tx, turn.actor, limit=page.size, offset=page.offset)
    sights = [await look(turn.tx, turn.desk, one, turn.actor) for one in found]
    return screens.list_face(sights, page, can_make=may(turn.actor, Action.SCHEDULE))


async def open_one(turn: Turn) -> None:
    """One repeat with its deeds."""
    await _show(turn, turn.subject)


async def _show(turn: Turn, series_id: UUID) -> None:
    await turn.tx.flush()
    series = await turn.desk.repeating.current(turn.tx, turn.actor, series_id)
    turn.edit(screens.series_face(await look(turn.tx, turn.desk, series, turn.actor)))


async def choose_collection(turn: Turn) -> None:
    """The collections that have something in them."""
    found = [pair for pair in await turn.tx.collections.list() if pair[1] and pair[0].kind != "smart"]
    page = Page.within(int(turn.argument("page", 0)), total=len(found))
    turn.edit(screens.collections_face(found[page.offset : page.offset + page.size], page))


async def ask(turn: Turn) -> None:
    """How often? Before it, on which channel, where there are several."""
    wish = wish_of(turn)
    account = await _account(turn, wish)
    if account is None:
        await _choose_account(turn, wish)
        return
    if wish.plan is not None:
        await refuse_unfit(turn, await check(turn, wish.plan), account)
    wish = _on(wish, account)
    await turn.await_words(AWAITED, **wish.arguments())
    turn.edit(screens.ask_face(wish, today=turn.now.astimezone(clocks_of(account, turn.actor.zone))))


async def choose_time(turn: Turn) -> None:
    """The time of day for a tapped rhythm."""
    wish = wish_of(turn)
    zone = clocks_of(await _ready(turn, wish), turn.actor.zone)
    turn.edit(screens.times_face(wish, rhythm=str(turn.argument("rhythm")), zone=zone.key))


async def read_tapped(turn: Turn) -> None:
    """A rhythm and a time that were tapped."""
    await _read(turn, str(turn.argument("words")))


async def read_words(turn: Turn) -> None:
    """The rule in words; what cannot be understood is asked for again."""
    await _read(turn, turn.words)


async def _read(turn: Turn, words: str) -> None:
    wish = wish_of(turn)
    account = await _ready(turn, wish)
    zone = clocks_of(account, turn.actor.zone)
    try:
        found = read_rule(words, now=turn.now, zone=zone)
    except Unclear as refusal:
        await turn.await_words(AWAITED, **wish.arguments())
        today = turn.now.astimezone(zone)
        face = screens.ask_face(wish, today=today, trouble=refusal.message, example=refusal.next_step)
        turn.edit(face)
        return
    if wish.plan is None:
        turn.edit(screens.rests_face(wish, found.repeat, found.notes))
        return
    await _confirm(turn, wish, account, found.repeat, notes=found.notes)


async def choose_rest(turn: Turn) -> None:
    """The rest of a collection's posts is said; everything is said back."""
    wish, notes = wish_of(turn), tuple(map(str, turn.argument("notes", [])))
    repeat = screens.repeat_from({} if turn.tap is None else turn.tap.arguments)
    await _confirm(turn, wish, await _ready(turn, wish), repeat, notes=notes)


async def _confirm(
    turn: Turn, wish: Wish, account: Account, repeat: Repeat, *, notes: tuple[str, ...]
) -> None:
    first = repeat.upcoming(turn.now, count=3)
    if wish.plan is not None:
        post = await check(turn, wish.plan)
        body = [escape(excerpt(post.text, most=200))]
        turn.edit(screens.confirm_face(wish, account, repeat, first, notes=notes, body=body))
        return
    found = await turn.desk.repeating.candidates(turn.tx, wish.collection_id or turn.subject, account)
    if not found:
        raise Refusal("No post of this collection fits there.", "Save a post in it, or shorten one.")
    shown, rest = found[:SHOWN], int(turn.argument("rest", 0))
    seen = {str(one.post.id): one.hash for one in shown}
    body = screens.posts_lines(shown, more=len(found) - len(shown))
    notes = (*notes, f"A post rests {rest} days before it comes again.") if rest else notes
    turn.edit(
        screens.confirm_face(wish, account, repeat, first, notes=notes, body=body, rest=rest, seen=seen)
    )


async def save(turn: Turn) -> None:
    """Makes the repeat, exactly as it was said back."""
    wish, repeating = wish_of(turn), turn.desk.repeating
    repeat = screens.repeat_from({} if turn.tap is None else turn.tap.arguments)
    if wish.plan is not None:
        await repeating.create(
            turn.tx,
            turn.actor,
            wish.plan.origin.post_id,
            version=wish.plan.version,
            repeat=repeat,
            account_id=wish.account_id,
        )
        await leave(turn, wish.plan.origin, said=f"It repeats {say_repeat(repeat)}. See /repeat.")
        return
    series = await repeating.create_evergreen(
        turn.tx,
        turn.actor,
        wish.collection_id or turn.subject,
        repeat=repeat,
        cool_down_days=int(turn.argument("rest", 0)),
        seen=dict(turn.argument("seen", {})),
        account_id=wish.account_id,
    )
    await _show(turn, series.id)


async def pause(turn: Turn) -> None:
    """Stops it for now."""
    await turn.desk.repeating.pause(turn.tx, turn.actor, turn.subject, version=turn.version)
    await _show(turn, turn.subject)


async def resume(turn: Turn) -> None:
    """Lets it go on."""
    await turn.desk.repeating.resume(turn.tx, turn.actor, turn.subject, version=turn.version)
    await _show(turn, turn.subject)


async def skip(turn: Turn) -> None:
    """Leaves the next one out."""
    await turn.desk.repeating.skip(
        turn.tx,
        turn.actor,
        turn.subject,
        occurrence=str(turn.argument("occurrence")),
        version=turn.version,
    )
    await _show(turn, turn.subject)


async def skip_publication(turn: Turn) -> None:
    """Leaves out the one that stands in the queue."""
    series = await turn.desk.repeating.skip_publication(
        turn.tx, turn.actor, turn.subject, version=turn.version
    )
    open_it = Button("Open the repeat", "repeat.open", subject=series.id)
    turn.edit(Face("Skipped. The others come as planned.", [[_QUEUE, open_it]]))


async def ask_end(turn: Turn) -> None:
    """The one question before it ends."""
    series = await turn.desk.repeating.current(turn.tx, turn.actor, turn.subject)
    if series.state == "ended":
        raise OutOfDate("That repeat has ended.", "See /repeat for the others.")
    turn.edit(screens.end_face(await look(turn.tx, turn.desk, series, turn.actor)))


async def end(turn: Turn) -> None:
    """Ends it for good."""
    await turn.desk.repeating.end(turn.tx, turn.actor, turn.subject, version=turn.version)
    await _show(turn, turn.subject)


async def approve(turn: Turn) -> None:
    """Allows what the post says now."""
    seen = str(turn.argument("seen"))
    await turn.desk.repeating.approve(turn.tx, turn.actor, turn.subject, version=turn.version, seen=seen)
    await _show(turn, turn.subject)


async def show_posts(turn: Turn) -> None:
    """The posts that wait for approval."""
    series = await turn.desk.repeating.current(turn.tx, turn.actor, turn.subject)
    waiting = await turn.desk.repeating.waiting_for_approval(turn.tx, series)
    if not waiting:
        raise OutOfDate("No post waits for approval any more.", "See /repeat.")
    sight, shown = await look(turn.tx, turn.desk, series, turn.actor), waiting[:SHOWN]
    turn.edit(screens.posts_face(sight, shown, more=len(waiting) - len(shown)))


async def approve_posts(turn: Turn) -> None:
    """Allows the posts that were shown."""
    await turn.desk.repeating.approve_posts(
        turn.tx, turn.actor, turn.subject, version=turn.version, seen=dict(turn.argument("seen", {}))
    )
    await _show(turn, turn.subject)


async def _account(turn: Turn, wish: Wish) -> Account | None:
    """The account of the wish; None when there are several and nobody has said which."""
    if wish.plan is not None:
        return await account_for(turn, wish.plan)
    if wish.account_id is None and len(await turn.tx.accounts.list()) > 1:
        return None
    return await turn.desk.scheduling.account(turn.tx, turn.actor, wish.account_id)


async def _ready(turn: Turn, wish: Wish) -> Account:
    account = await _account(turn, wish)
    if account is None:
        raise OutOfDate("There are several channels now.", "Begin again and choose one.")
    return account


async def _choose_account(turn: Turn, wish: Wish) -> None:
    accounts = await turn.tx.accounts.list()
    if wish.plan is not None:
        turn.edit(accounts_face(wish.plan, accounts, action="repeat.ask"))
        return
    ready = [[_on(wish, one).button(one.name, "repeat.ask")] for one in accounts if one.status == "active"]
    turn.edit(Face("**On which channel?**", [*ready, [wish.back()]]))


def _on(wish: Wish, account: Account) -> Wish:
    plan = None if wish.plan is None else wish.plan.on(account.id)
    return Wish(plan, wish.collection_id, account.id)


DOORS = Doors(
    commands=(Command("repeat", "What is repeated", Action.LOOK, show, is_in_menu=False),),
    presses=(
        Press("repeats.page", Action.LOOK, turn_page),
        Press("repeat.open", Action.LOOK, open_one),
        Press("repeat.collections", Action.SCHEDULE, choose_collection),
        Press("repeat.ask", Action.SCHEDULE, ask),
        Press("repeat.times", Action.SCHEDULE, choose_time),
        Press("repeat.read", Action.SCHEDULE, read_tapped),
        Press("repeat.rest", Action.SCHEDULE, choose_rest),
        Press("repeat.confirm", Action.PUBLISH, save),
        Press("repeat.pause", Action.SCHEDULE, pause),
        Press("repeat.resume", Action.PUBLISH, resume),
        Press("repeat.skip", Action.SCHEDULE, skip),
        Press("repeat.skip.one", Action.SCHEDULE, skip_publication),
        Press("repeat.end.ask", Action.SCHEDULE, ask_end),
        Press("repeat.end", Action.SCHEDULE, end),
        Press("repeat.approve", Action.PUBLISH, approve),
        Press("repeat.posts", Action.PUBLISH, show_posts),
        Press("repeat.posts.go", Action.PUBLISH, approve_posts),
    ),
    answers=(Answer(AWAITED, Action.SCHEDULE, read_words),),
)
