"""What goes out this week? A calendar in text, by week and by day, in the person's zone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bot.cards import calendar as screens
from bot.cards import publication as leaving
from bot.cards import schedule as moments
from bot.cards.calendar import CHOICES, DAY_PAGE, Day, View, monday_of, share
from bot.cards.listing import Page
from bot.cards.origin import Origin, Plan
from bot.commands.schedule import account_for, check, clock_of, refuse_unfit
from bot.turn import Command, Doors, Face, Press, Turn
from services.authorising import Action, may
from services.refusals import NotFound

_DRAFTS = ("draft",)


async def show(turn: Turn) -> None:
    """This week."""
    view = await _view(turn)
    turn.say(await _week(turn, view, monday_of(view.today)))


async def turn_week(turn: Turn) -> None:
    """Another week, or the same one for another account, in the same message."""
    view = await _view(turn)
    turn.edit(await _week(turn, view, _week_of(turn, view)))


async def open_day(turn: Turn) -> None:
    """The posts of one day."""
    turn.edit(await _day(turn, await _view(turn), _named_day(turn), int(turn.argument("page", 0))))


async def open_item(turn: Turn) -> None:
    """One post of a day with everything that can be done about it; Back leads to the day."""
    found = await turn.tx.publications.find(turn.subject)
    if found is None:
        raise NotFound("That is not on the calendar any more.", "See /calendar.")
    page, day, only = int(turn.argument("page", 0)), turn.argument("day"), turn.argument("account")
    origin = Origin(found.post_id, "calendar", found.id, page, day, only)
    sight = await leaving.look(turn.tx, turn.desk, found, turn.actor)
    turn.edit(leaving.item_face(sight, origin=origin))


async def choose_account(turn: Turn) -> None:
    """Whose posts?"""
    accounts = await turn.tx.accounts.list()
    page = Page.within(int(turn.argument("page", 0)), total=len(accounts), size=CHOICES)
    shown = accounts[page.offset : page.offset + page.size]
    turn.edit(screens.accounts_face(shown, _week_of(turn, await _view(turn)), page))


async def choose_draft(turn: Turn) -> None:
    """Which draft shall go out on that day?"""
    total = await turn.tx.posts.count(states=_DRAFTS)
    page = Page.within(int(turn.argument("page", 0)), total=total, size=CHOICES)
    drafts = await turn.tx.posts.list(states=_DRAFTS, limit=page.size, offset=page.offset)
    turn.edit(screens.drafts_face(_named_day(turn), drafts, await _view(turn), page))


async def plan_draft(turn: Turn) -> None:
    """The times of that day for the draft; with several accounts, the account first."""
    view, day = await _view(turn), _named_day(turn)
    chosen = None if view.account is None else view.account.id
    plan = Plan(Origin(turn.subject), turn.version, account_id=chosen)
    post = await check(turn, plan)
    account = await account_for(turn, plan)
    if account is None:
        active = [one for one in await turn.tx.accounts.list() if one.status == "active"]
        turn.edit(screens.place_face(plan, day, active, view))
        return
    await refuse_unfit(turn, post, account)
    turn.edit(moments.times_face(plan.on(account.id), clock_of(turn), day=day, number=0))


async def _view(turn: Turn) -> View:
    chosen = turn.argument("account")
    account = None if chosen is None else await turn.tx.accounts.find(UUID(chosen))
    zone = turn.actor.zone
    return View(zone, screens.today_in(zone, now=turn.now), account)


def _named_day(turn: Turn) -> date:
    return date.fromisoformat(turn.argument("day"))


def _week_of(turn: Turn, view: View) -> date:
    named = turn.argument("week")
    return monday_of(view.today if named is None else date.fromisoformat(named))


async def _week(turn: Turn, view: View, monday: date) -> Face:
    dates = [monday.fromordinal(monday.toordinal() + ahead) for ahead in range(7)]
    counts = [await _count(turn, view, one) for one in dates]
    days = [
        Day(one, total, await _sights(turn, view, one, limit=room) if room else ())
        for one, total, room in zip(dates, counts, share(counts), strict=True)
    ]
    several = len(await turn.tx.accounts.list()) > 1
    repeats = await turn.tx.series.count() > 0
    return screens.week_face(days, view, has_several=several, has_repeats=repeats)


async def _day(turn: Turn, view: View, day: date, number: int) -> Face:
    page = Page.within(number, total=await _count(turn, view, day), size=DAY_PAGE)
    sights = await _sights(turn, view, day, limit=page.size, offset=page.offset)
    can_plan = may(turn.actor, Action.SCHEDULE)
    return screens.day_face(Day(day, page.total, sights), view, page, can_plan=can_plan)


async def _count(turn: Turn, view: View, day: date) -> int:
    start, end = view.span(day)
    account_id = None if view.account is None else view.account.id
    return await turn.tx.calendars.count(start=start, end=end, account_id=account_id)


async def _sights(turn: Turn, view: View, day: date, *, limit: int, offset: int = 0) -> list[leaving.Sight]:
    start, end = view.span(day)
    rows = await turn.tx.calendars.between(
        start=start,
        end=end,
        account_id=None if view.account is None else view.account.id,
        limit=limit,
        offset=offset,
    )
    return [await leaving.look(turn.tx, turn.desk, one, turn.actor) for one in rows]


DOORS = Doors(
    commands=(Command("calendar", "What goes out this week", Action.LOOK, show),),
    presses=(
        Press("calendar.week", Action.LOOK, turn_week),
        Press("calendar.day", Action.LOOK, open_day),
        Press("calendar.item", Action.LOOK, open_item),
        Press("calendar.accounts", Action.LOOK, choose_account),
        Press("calendar.drafts", Action.SCHEDULE, choose_draft),
        Press("calendar.plan", Action.SCHEDULE, plan_draft),
    ),
)
