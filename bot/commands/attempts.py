"""What happened to a publication? One tap on its card shows every try."""

from __future__ import annotations

from bot.cards import publication as leaving
from bot.cards.attempts import attempts_face
from bot.cards.origin import Origin
from bot.turn import Doors, Press, Turn
from services.authorising import Action
from services.refusals import NotFound


async def show(turn: Turn) -> None:
    """Every try of the publication that the pressed card is about."""
    found = await turn.tx.publications.find(turn.subject)
    if found is None:
        raise NotFound("That publication is not here any more.", "See /queue.")
    sight = await leaving.look(turn.tx, turn.desk, found, turn.actor)
    attempts = await turn.tx.publications.attempts(found.id)
    origin = Origin.of({} if turn.tap is None else turn.tap.arguments)
    turn.edit(attempts_face(sight, attempts, origin))


DOORS = Doors(presses=(Press("attempts.show", Action.LOOK, show),))
