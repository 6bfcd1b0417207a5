"""How does a member want it? Zone, language, the channel to publish on, and what is connected."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.cards.lateness import in_words
from bot.cards.listing import in_rows, only_full
from bot.cards.wording import place_name, sentence, where
from bot.commands.conversation import CANCEL
from bot.rendering import escape
from bot.turn import Answer, Button, Command, Doors, Face, Press, Turn
from services.authorising import Action, may
from services.lateness import policy_for
from services.preferring import LANGUAGES
from services.refusals import Unclear
from services.timing import zone_named
from storage.accounts import Account

AWAITED = "settings.zone"
_BACK = Button("Back", "settings.open")
_ASKS_ZONE = "**Where are your clocks?** Send a city or a zone, such as Madrid or Europe/Madrid."


async def show(turn: Turn) -> None:
    """What is set now."""
    turn.say(await face(turn))


async def show_again(turn: Turn) -> None:
    """The same, in the pressed message."""
    turn.edit(await face(turn))


async def face(turn: Turn) -> Face:
    """The member's settings and what the workspace is connected to."""
    actor = turn.actor
    account = await _default_account(turn)
    clock = f"{turn.now.astimezone(actor.zone):%H:%M}"
    lines = [
        "**Settings**",
        f"Time zone: {escape(str(actor.zone))} (now {clock})",
        f"Language of dates: {LANGUAGES.get(actor.language[:2], escape(actor.language))}",
        f"You publish on: {where(account) if account else 'nothing yet'}",
        f"Late posts: {in_words(policy_for(await turn.tx.workspaces.get(actor.workspace_id)))}",
        "",
        *await _connected(turn),
    ]
    rows = [
        [Button("Time zone", "settings.zone"), Button("Language", "settings.languages")],
        [Button("Where I publish", "settings.accounts")] if account else [],
        [Button("Connections", "connections.open"), Button("How to connect", "start.how")]
        if may(actor, Action.CONNECT)
        else [],
        [
            Button("Late posts", "late.workspace"),
            Button("Repetition", "repetition.open"),
            *_channel_times(account),
        ]
        if may(actor, Action.CONFIGURE)
        else [],
    ]
    return Face("\n".join(lines), only_full(rows))


def _channel_times(account: Account | None) -> list[Button]:
    return [] if account is None else [Button("Channel times", "clocks.accounts")]


async def _default_account(turn: Turn) -> Account | None:
    accounts = await turn.tx.accounts.list()
    member = await turn.tx.members.find(turn.actor.user_id)
    wanted = None if member is None else member.default_account_id
    return next((one for one in accounts if one.id == wanted), accounts[0] if accounts else None)


async def _connected(turn: Turn) -> list[str]:
    accounts = await turn.tx.accounts.list()
    teams = await turn.tx.chats.with_purpose("team")
    lines = [f"Channel: {where(one)}{_trouble(one)}" for one in accounts]
    lines += [f"Team chat: {escape(one.title)}" for one in teams]
    if not accounts:
        lines.append("No channel is connected. Add me to your channel as an admin that may post messages.")
    if not teams:
        lines.append("No team chat is connected. Add me to your team's group, and I report there.")
    return lines


def _trouble(account: Account) -> str:
    return (
        "" if account.status == "active" else f" (paused: {sentence(account.last_error or account.status)})"
    )


async def ask_zone(turn: Turn) -> None:
    """Asks for a city or a zone."""
    await turn.await_words(AWAITED)
    turn.edit(Face(_ASKS_ZONE, [[CANCEL, _BACK]]))


async def take_zone(turn: Turn) -> None:
    """Reads and shows moments in that zone from now on; asks again for what is none."""
    try:
        zone = zone_named(turn.words)
    except Unclear as refusal:
        await turn.await_words(AWAITED)
        turn.say(Face(f"{sentence(refusal.message)} {_ASKS_ZONE}", [[CANCEL, _BACK]]))
        return
    await turn.desk.preferring.zone(turn.tx, turn.actor, ZoneInfo(zone.key))
    clock = f"{turn.now.astimezone(zone):%H:%M}"
    turn.say(
        Face(
            f"Your time zone is **{escape(zone.key)}**, where it is {clock}. Nothing scheduled moves.",
            [[_BACK]],
        )
    )


async def choose_language(turn: Turn) -> None:
    """In which language are moments written?"""
    buttons = [
        Button(name, "settings.language", arguments={"language": code}) for code, name in LANGUAGES.items()
    ]
    text = "**In which language do you write times?** Dates such as 5/6 are read accordingly."
    turn.edit(Face(text, [*in_rows(buttons, width=2), [_BACK]]))


async def set_language(turn: Turn) -> None:
    """Keeps the language."""
    language = turn.argument("language")
    await turn.desk.preferring.language(turn.tx, turn.actor, language)
    turn.actor = replace(turn.actor, language=language)
    turn.note(f"Noted: {LANGUAGES[language]}.")
    turn.edit(await face(turn))


async def choose_account(turn: Turn) -> None:
    """Which account, when none is named?"""
    rows = [
        [Button(place_name(one), "settings.account", subject=one.id)] for one in await turn.tx.accounts.list()
    ]
    turn.edit(Face("**Where do you publish when you name no channel?**", [*rows, [_BACK]]))


async def set_account(turn: Turn) -> None:
    """Keeps the account."""
    account = await turn.desk.preferring.account(turn.tx, turn.actor, turn.subject)
    await turn.tx.flush()
    turn.note(f"You publish on {place_name(account)} from now on.")
    turn.edit(await face(turn))


DOORS = Doors(
    commands=(Command("settings", "Time zone, language, connections", Action.PREFER, show),),
    presses=(
        Press("settings.open", Action.PREFER, show_again),
        Press("settings.zone", Action.PREFER, ask_zone),
        Press("settings.languages", Action.PREFER, choose_language),
        Press("settings.language", Action.PREFER, set_language),
        Press("settings.accounts", Action.PREFER, choose_account),
        Press("settings.account", Action.PREFER, set_account),
    ),
    answers=(Answer(AWAITED, Action.PREFER, take_zone),),
)
