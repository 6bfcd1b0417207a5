"""What becomes of a publication that nobody but a person can settle? One tap on its card, wherever it was read."""

from __future__ import annotations

from bot.commands.returning import leave
from bot.commands.schedule import plan_of
from bot.turn import Doors, Press, Turn
from services.authorising import Action


async def it_is_there(turn: Turn) -> None:
    """Somebody has seen it in the channel."""
    await turn.desk.deciding.it_is_there(turn.tx, turn.actor, turn.subject, version=turn.version)
    await _leave(turn, "Noted as published.")


async def send_again(turn: Turn) -> None:
    """Somebody has looked, and it is not there."""
    await turn.desk.deciding.send_again(turn.tx, turn.actor, turn.subject, version=turn.version)
    await _leave(turn, "It is being sent again.")


async def drop(turn: Turn) -> None:
    """It is let go; the post is a draft again."""
    await turn.desk.deciding.drop(turn.tx, turn.actor, turn.subject, version=turn.version)
    await _leave(turn, "Dropped. The post is a draft again.")


async def _leave(turn: Turn, said: str) -> None:
    await turn.tx.flush()
    await leave(turn, plan_of(turn).origin, said=said)


DOORS = Doors(
    presses=(
        Press("decide.there", Action.DECIDE, it_is_there),
        Press("decide.again", Action.DECIDE, send_again),
        Press("decide.drop", Action.DECIDE, drop),
    )
)
