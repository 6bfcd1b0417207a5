"""How far back and ahead does the desk look before it warns of a repetition? The team's choice in /settings."""

from __future__ import annotations

from bot.cards.listing import in_rows
from bot.commands import settings
from bot.turn import Button, Doors, Face, Press, Turn
from services.authorising import Action
from services.comparing import WINDOWS, set_window

_ASKS = (
    "**Warn of posts that say the same again?**\n"
    "Before a post is saved I compare it with what the channel has within so many days before and after, and tell when "
    "another one goes out in the same hour. A warning never keeps you from anything."
)


async def choose(turn: Turn) -> None:
    """Within how many days?"""
    buttons = [Button(_label(days), "repetition.keep", arguments={"days": days}) for days in WINDOWS]
    workspace = await turn.tx.workspaces.get(turn.actor.workspace_id)
    now = f"Now: {_label(workspace.duplicate_days).lower()}."
    turn.edit(Face(f"{_ASKS} {now}", [*in_rows(buttons, width=2), [Button("Back", "settings.open")]]))


async def keep(turn: Turn) -> None:
    """Keeps it for the whole team."""
    days = int(turn.argument("days"))
    await set_window(turn.tx, turn.actor, days)
    turn.note(f"Noted. Warnings of repetition: {_label(days).lower()}.")
    turn.edit(await settings.face(turn))


def _label(days: int) -> str:
    return f"{days} days" if days else "Off"


DOORS = Doors(
    presses=(
        Press("repetition.open", Action.CONFIGURE, choose),
        Press("repetition.keep", Action.CONFIGURE, keep),
    )
)
