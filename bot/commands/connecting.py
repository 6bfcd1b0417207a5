"""What is a chat for? The bot was added somewhere: whoever did it says in private what shall happen there.

`on_added(turn, seen)` and `on_removed(tx, desk, seen)` are called for changes of the bot's own membership.
"""

from __future__ import annotations

from typing import Any

from bot.cards.wording import cut, where
from bot.rendering import escape
from bot.turn import Button, Desk, Doors, Face, Press, Turn
from services.authorising import Action, Role, may
from services.binding import Seen
from services.refusals import NotFound
from services.telling import Kind, Place, tell
from storage import Transaction
from storage.chats import Chat

_LOST = "I was taken out of the chat, or lost my rights there."
_NO_RIGHT = (
    "I may not post in **{title}** yet. Open its administrators and allow me to post messages; "
    "then I ask again what it is for."
)


async def on_added(turn: Turn, seen: Seen) -> None:
    """Asks whoever may connect what the chat is for, in private; brings a known chat up to date without asking."""
    if not may(turn.actor, Action.CONNECT):
        return
    known = [one for one in await turn.tx.chats.bound_to(seen.chat_id) if one.is_active]
    channel = await turn.tx.accounts.of_platform(turn.desk.binding.platform, str(seen.chat_id))
    if known or channel is not None:
        await _again(turn, seen, has_channel=channel is not None)
    elif _is_mute(seen):
        turn.say(Face(_NO_RIGHT.format(title=escape(seen.title))))
    else:
        turn.say(_question(seen))


async def _again(turn: Turn, seen: Seen, *, has_channel: bool) -> None:
    """A chat that is bound already: its channel works again, or has to rest."""
    if not has_channel:
        return
    if _is_mute(seen):
        await turn.desk.binding.lost(turn.tx, seen.chat_id, why="I may not post there.")
        turn.say(Face(_NO_RIGHT.format(title=escape(seen.title))))
        return
    account = await turn.tx.accounts.of_platform(turn.desk.binding.platform, str(seen.chat_id))
    was_resting = account is not None and account.status != "active"
    await turn.desk.binding.as_channel(turn.tx, turn.actor, seen)
    if was_resting:
        turn.say(Face(f"**{escape(seen.title)}** is connected again. What waited for it goes on."))


def _is_mute(seen: Seen) -> bool:
    return seen.kind == "channel" and not (seen.rights or {}).get("can_post_messages")


def _question(seen: Seen) -> Face:
    facts = _facts(seen)
    rows = [
        [Button("Publish there", "connect.channel", arguments=facts, style="success")],
        [Button("Tell the team there", "connect.team", arguments=facts, style="primary")],
        [Button("Neither", "connect.neither", arguments=facts)],
    ]
    return Face(f"I was added to **{escape(seen.title)}**. What is it for?", rows)


def _facts(seen: Seen) -> dict[str, Any]:
    return {
        "chat_id": seen.chat_id,
        "kind": seen.kind,
        "title": seen.title,
        "username": seen.username,
        "rights": dict(seen.rights or {}),
    }


def _seen(turn: Turn) -> Seen:
    return Seen(
        chat_id=int(turn.argument("chat_id")),
        kind=str(turn.argument("kind")),
        title=str(turn.argument("title")),
        username=turn.argument("username"),
        rights=turn.argument("rights"),
    )


async def on_removed(tx: Transaction, desk: Desk, seen: Seen) -> None:
    """The bot is out: what was bound rests, and the owners of its workspace are told. `tx` belongs to no workspace."""
    bound = [one for one in await tx.chats.bound_to(seen.chat_id) if one.is_active]
    await desk.binding.lost(tx, seen.chat_id, why=_LOST)
    for chat in bound:
        chat.rights = {}
    workspaces = {chat.workspace_id for chat in bound}
    for member, user in await tx.members.list_with_users():
        if member.role == Role.OWNER and member.workspace_id in workspaces:
            text = (
                f"I was taken out of **{escape(seen.title)}**. What is scheduled there waits. "
                "Add me again and it goes on; see /settings."
            )
            tell(tx, Kind.REPLY, Place(user.telegram_id), payload={"text": text})


async def as_channel(turn: Turn) -> None:
    """Publishes there from now on."""
    account = await turn.desk.binding.as_channel(turn.tx, turn.actor, _seen(turn))
    rows = [
        [Button("Tell the team there too", "connect.team", arguments=_arguments(turn))],
        [Button("Settings", "settings.open")],
    ]
    text = f"Posts can go to **{where(account)}** now. Write what you want to post, and I make a draft."
    turn.edit(Face(text, rows))


async def as_team(turn: Turn) -> None:
    """Tells the team there from now on."""
    chat = await turn.desk.binding.as_team_chat(turn.tx, turn.actor, _seen(turn))
    said = f"I tell the team in **{escape(chat.title)}** what was published, what failed and what waits for a person."
    turn.edit(Face(said, [[Button("Settings", "settings.open")]]))


async def neither(turn: Turn) -> None:
    """Nothing happens there."""
    title = escape(str(turn.argument("title")))
    turn.edit(Face(f"I do nothing in **{title}**. Add me again, or make me an admin anew, and I ask again."))


def _arguments(turn: Turn) -> dict[str, Any]:
    return {} if turn.tap is None else dict(turn.tap.arguments)


async def open_connections(turn: Turn) -> None:
    """Every bound chat, with a way to let go of it or to take it up again."""
    turn.edit(await _connections(turn))


async def _connections(turn: Turn) -> Face:
    chats = await _bound(turn)
    rows = [[_toggle(one)] for one in chats]
    lines = [
        f"{_PURPOSES[one.purpose]}: {escape(one.title)}{'' if one.is_active else ' (resting)'}"
        for one in chats
    ]
    text = (
        "\n".join(["**Connections**", *lines])
        if chats
        else "Nothing is connected. Add me to a channel or group."
    )
    return Face(text, [*rows, [Button("How to connect", "start.how"), Button("Back", "settings.open")]])


_PURPOSES = {"channel": "Channel", "team": "Team chat", "desk": "Desk"}


async def _bound(turn: Turn) -> list[Chat]:
    """The bound chats, active and resting; a channel's account knows of one whose binding rests."""
    found = [*await turn.tx.chats.with_purpose("channel"), *await turn.tx.chats.with_purpose("team")]
    for account in await turn.tx.accounts.list():
        if account.platform == turn.desk.binding.platform and account.status != "active":
            resting = await turn.tx.chats.bound_to(int(account.remote_id))
            found += [one for one in resting if not one.is_active and one.purpose == "channel"]
    return found


def _toggle(chat: Chat) -> Button:
    title = cut(chat.title, most=36)
    if chat.is_active:
        return Button(f"Disconnect {title}", "connections.ask", subject=chat.id, style="danger")
    return Button(f"Connect {title} again", "connections.again", subject=chat.id)


async def ask_disconnect(turn: Turn) -> None:
    """One question before a chat is let go of."""
    chat = await _chat(turn)
    text = (
        f"**Disconnect {escape(chat.title)}?** What is scheduled there waits until it is connected again."
        if chat.purpose == "channel"
        else f"**Disconnect {escape(chat.title)}?** The team is not told there any more."
    )
    sure = Button("Disconnect", "connections.drop", subject=chat.id, style="danger")
    turn.edit(Face(text, [[sure, Button("Back", "connections.open")]]))


async def disconnect(turn: Turn) -> None:
    """Lets go of a channel (its account rests) or of a team chat."""
    chat = await _chat(turn)
    await turn.desk.binding.disconnect(turn.tx, turn.actor, chat)
    turn.note(f"{chat.title} is disconnected.")
    turn.edit(await _connections(turn))


async def connect_again(turn: Turn) -> None:
    """Takes a resting channel up again, if the bot still has the right."""
    chat = await _chat(turn)
    seen = Seen(chat.telegram_chat_id, chat.kind, chat.title, chat.username, dict(chat.rights))
    account = await turn.desk.binding.as_channel(turn.tx, turn.actor, seen)
    turn.note(f"{account.name} is connected again.")
    turn.edit(await _connections(turn))


async def _chat(turn: Turn) -> Chat:
    chat = await turn.tx.chats.find(turn.subject)
    if chat is None:
        raise NotFound("That chat is not connected.", "See /settings.")
    return chat


DOORS = Doors(
    presses=(
        Press("connect.channel", Action.CONNECT, as_channel),
        Press("connect.team", Action.CONNECT, as_team),
        Press("connect.neither", Action.CONNECT, neither),
        Press("connections.open", Action.CONNECT, open_connections),
        Press("connections.ask", Action.CONNECT, ask_disconnect),
        Press("connections.drop", Action.CONNECT, disconnect),
        Press("connections.again", Action.CONNECT, connect_again),
    )
)
