"""How does a newcomer find his way? The tour, the state of the desk, and what he may do here."""

from __future__ import annotations

from bot.cards.wording import count, where
from bot.rendering import escape
from bot.turn import Button, Command, Doors, Face, Press, Turn
from services.authorising import Action, may
from storage.accounts import Account
from storage.chats import Chat

_EXAMPLE = "Write a post about our autumn sale, 20 % off until Sunday"
HOW_CHANNEL = (
    "**Connect a channel**\n"
    "1. Open your channel, then its administrators.\n"
    "2. Add me as an admin and allow me to post messages.\n"
    "3. I ask you here whether to publish there."
)
HOW_TEAM = (
    "**Connect a team chat**\n"
    "1. Add me to your team's group or channel.\n"
    "2. Tap “Tell the team there” when I ask you here."
)


async def start(turn: Turn) -> None:
    """The tour, and what is still missing."""
    await welcome(turn)


async def welcome(turn: Turn) -> None:
    """Greets a member, also the very first one; works in a unit of work that belongs to no workspace yet."""
    accounts = [one for one in await turn.tx.accounts.list() if one.workspace_id == turn.actor.workspace_id]
    teams = [
        one for one in await turn.tx.chats.with_purpose("team") if one.workspace_id == turn.actor.workspace_id
    ]
    turn.say(Face(_tour(turn, accounts, teams), _next_steps(turn, accounts)))


def _tour(turn: Turn, accounts: list[Account], teams: list[Chat]) -> str:
    return "\n".join(
        [
            f"**Hello {escape(turn.actor.name)}, this is Fanfare, your social-media desk.**",
            "",
            "1. Write what you want to post. An agent answers with a draft.",
            "2. On the draft, tap Schedule or Publish now, or reply to say what to change.",
            "3. /queue shows what waits, /posts shows everything, /help the rest.",
            "",
            _state(accounts, teams),
            "",
            f"Try it: _{_EXAMPLE}_",
        ]
    )


def _state(accounts: list[Account], teams: list[Chat]) -> str:
    if not accounts:
        return "**Next:** no channel is connected yet. Add me to your channel as an admin that may post."
    said = f"Connected: {', '.join(where(one) for one in accounts[:5])}"
    if len(accounts) > 5:  # noqa: PLR2004 - as many as the slice above names
        said += f" and {count(len(accounts) - 5, 'more')}"
    if not teams:
        return f"{said}.\n**Next:** add me to your team's chat, and I report there what was published."
    return f"{said}. The team is told in {', '.join(escape(one.title) for one in teams[:5])}."


def _next_steps(turn: Turn, accounts: list[Account]) -> list[list[Button]]:
    rows = [
        [Button("Posts", "posts.page"), Button("Queue", "queue.page"), Button("Settings", "settings.open")]
    ]
    if may(turn.actor, Action.DRAFT):
        rows.insert(0, [Button("Write an example post", "start.example", style="primary")])
    if not accounts and may(turn.actor, Action.CONNECT):
        rows.append([Button("How to connect a channel", "start.how")])
    return rows


async def example(turn: Turn) -> None:
    """Asks the agent for the example, so that a newcomer sees a draft after one tap."""
    await turn.desk.asking.ask(turn.tx, turn.actor, turn.place, prompt=_EXAMPLE, details={"kind": "request"})
    turn.note("The agent is on it.")


async def how(turn: Turn) -> None:
    """How to connect a channel and a team chat."""
    turn.say(Face(f"{HOW_CHANNEL}\n\n{HOW_TEAM}"))


async def help_(turn: Turn) -> None:
    """What this member may do, command by command."""
    from bot.commands import doors

    commands = [
        one for door in doors() for one in door.commands if one.is_in_menu and may(turn.actor, one.action)
    ]
    lines = [f"/{one.name} — {one.description}" for one in commands]
    role = turn.actor.role.value
    text = f"**What you can do here as {role}**\n\n" + "\n".join(lines) + f"\n\n{_also(turn)}"
    turn.say(Face(text))


def _also(turn: Turn) -> str:
    if not may(turn.actor, Action.DRAFT):
        return "You may look. Ask an admin of this workspace for the right to write and publish."
    return (
        "Everything else you write goes to the agent. Send photos or forward a message to make a post of it. "
        "Reply to a draft's card to change it, or to a scheduled one with a time to move it.\n\n"
        "A line with only --- divides a post into the parts of a thread.\n"
        "Standing times: /queue, then Slots & queues.\n"
        "A post again and again: Schedule on its card, then Repeat…; /repeat lists what is repeated.\n"
        "Many posts at once: send a CSV or XLSX file with the columns text, when and account."
    )


DOORS = Doors(
    commands=(
        Command("start", "What this is, and what to do next", Action.GREET, start),
        Command("help", "What you can do here", Action.GREET, help_),
    ),
    presses=(
        Press("start.example", Action.DRAFT, example),
        Press("start.how", Action.LOOK, how),
    ),
)
