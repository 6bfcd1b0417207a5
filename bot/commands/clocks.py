"""By which clocks does an account go? Its own, and those of the people who read it: said in words, confirmed by a tap."""

from __future__ import annotations

from uuid import UUID

from bot.cards.listing import only_full
from bot.cards.wording import place_name, sentence, where
from bot.rendering import escape
from bot.turn import Answer, Button, Doors, Face, Press, Turn
from services.authorising import Action
from services.preferring import Clocks
from services.refusals import NotFound, Unclear
from services.time_zones import stored_zone, zone_named
from storage.accounts import Account

AWAITED = "clocks.zone"
_SEND = "Send a city or a zone, such as Dubai or Europe/Berlin."
_QUESTIONS = {
    Clocks.OWN: "**By which clocks is {place} planned?** Its cards and its new queues go by them.",
    Clocks.AUDIENCE: "**Where are the readers of {place}?** Their time is shown before you schedule.",
}


async def choose_account(turn: Turn) -> None:
    """Whose times?"""
    accounts = await turn.tx.accounts.list()
    rows = [[Button(place_name(one), "clocks.open", subject=one.id)] for one in accounts]
    turn.edit(Face("**The times of which channel?**", [*rows, [Button("Back", "settings.open")]]))


async def open_account(turn: Turn) -> None:
    """The clocks of one account."""
    turn.edit(_face(turn, await _account(turn, turn.subject)))


def _face(turn: Turn, account: Account) -> Face:
    lines = [
        f"**Times of {where(account)}**",
        f"Its own zone: {_zone(turn, account.zone) or 'none; each reader sees it in his own'}",
        f"Its audience: {_zone(turn, account.audience_zone) or 'not said'}",
        "Nothing that is scheduled moves when you change this.",
    ]
    rows = [
        [_button("Its own zone", "clocks.ask", account, Clocks.OWN)],
        [_button("Its audience's zone", "clocks.ask", account, Clocks.AUDIENCE)],
        [Button("Back", "clocks.accounts")],
    ]
    return Face("\n".join(lines), rows)


def _zone(turn: Turn, name: str | None) -> str:
    if name is None:
        return ""
    return f"{escape(name)} (now {turn.now.astimezone(stored_zone(name)):%H:%M})"


def _button(
    label: str,
    action: str,
    account: Account,
    which: Clocks,
    *,
    zone: str | None = None,
    style: str | None = None,
) -> Button:
    arguments = {"account": str(account.id), "which": which.value, "zone": zone}
    return Button(label, action, subject=account.id, arguments=arguments, style=style)


async def ask(turn: Turn) -> None:
    """Asks for a city or a zone."""
    account, which = await _asked(turn)
    await _await(turn, account, which)
    turn.edit(_question(account, which))


def _question(account: Account, which: Clocks, *, trouble: str = "") -> Face:
    asked = _QUESTIONS[which].format(place=where(account))
    known = account.zone if which is Clocks.OWN else account.audience_zone
    forget = (
        [] if known is None else [_button("Forget this zone", "clocks.keep", account, which, style="danger")]
    )
    back = Button("Back", "clocks.open", subject=account.id)
    text = f"{trouble} {asked}\n{_SEND} /cancel forgets the question."
    return Face(text.strip(), only_full([forget, [back]]))


async def take_words(turn: Turn) -> None:
    """Says the zone back before anything is kept; asks again for what is none."""
    account, which = await _asked(turn)
    try:
        zone = zone_named(turn.words)
    except Unclear as refusal:
        await _await(turn, account, which)
        turn.say(_question(account, which, trouble=sentence(str(refusal))))
        return
    clock = f"{turn.now.astimezone(zone):%H:%M}"
    said = f"**{escape(zone.key)}**, where it is {clock} now. Is that right for {where(account)}?"
    rows = [
        [_button("Yes, keep it", "clocks.keep", account, which, zone=zone.key, style="success")],
        [
            _button("Another one", "clocks.ask", account, which),
            Button("Back", "clocks.open", subject=account.id),
        ],
    ]
    turn.say(Face(said, rows))


async def keep(turn: Turn) -> None:
    """Keeps the zone, or forgets it."""
    account, which = await _asked(turn)
    name = turn.argument("zone")
    zone = None if name is None else zone_named(name)
    kept = await turn.desk.preferring.account_clocks(turn.tx, turn.actor, account.id, which=which, zone=zone)
    turn.note("Forgotten." if zone is None else f"Noted: {zone.key}.")
    turn.edit(_face(turn, kept))


async def _asked(turn: Turn) -> tuple[Account, Clocks]:
    return await _account(turn, UUID(turn.argument("account"))), Clocks(turn.argument("which"))


async def _account(turn: Turn, account_id: UUID) -> Account:
    found = await turn.tx.accounts.find(account_id)
    if found is None:
        raise NotFound("That account is not here.", "See /settings.")
    return found


async def _await(turn: Turn, account: Account, which: Clocks) -> None:
    await turn.await_words(AWAITED, account=str(account.id), which=which.value)


DOORS = Doors(
    presses=(
        Press("clocks.accounts", Action.CONFIGURE, choose_account),
        Press("clocks.open", Action.CONFIGURE, open_account),
        Press("clocks.ask", Action.CONFIGURE, ask),
        Press("clocks.keep", Action.CONFIGURE, keep),
    ),
    answers=(Answer(AWAITED, Action.CONFIGURE, take_words),),
)
