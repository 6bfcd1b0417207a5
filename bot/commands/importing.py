"""What becomes of a file of posts that was sent? It is shown as it was checked, and one tap saves it or drops it."""

from __future__ import annotations

from uuid import UUID

from bot.cards.importing import Words, applied_face, face_of_import
from bot.cards.wording import count
from bot.sheets import SUBJECT, Opened
from bot.turn import Doors, Press, Turn
from services.authorising import Action
from services.refusals import NotFound
from services.telling import Kind, tell


async def on_sheet(turn: Turn, opened: Opened) -> None:
    """Keeps what was checked, and shows it in place of the message that told how far the checking was."""
    kept = await turn.desk.importing.keep(turn.tx, turn.actor, opened.checked, import_id=opened.import_id)
    words = Words(turn.words.strip(), tuple(str(one.id) for one in turn.media))
    tell(turn.tx, Kind.IMPORT, turn.place, payload=words.arguments(), subject=(SUBJECT, kept.id))


async def turn_page(turn: Turn) -> None:
    """More of what is the matter with it."""
    found = await turn.tx.imports.find(turn.subject)
    if found is None:
        raise NotFound("That file is not here any more.", "Send it again.")
    words = Words.of({} if turn.tap is None else turn.tap.arguments)
    page = int(turn.argument("page", 0))
    turn.edit(await face_of_import(turn.tx, found, turn.actor.zone, page=page, words=words))


async def apply(turn: Turn) -> None:
    """Schedules every row of it, or none."""
    found = await turn.desk.importing.apply(turn.tx, turn.actor, turn.subject)
    verb = "is" if len(found.rows) == 1 else "are"
    turn.note(f"{count(len(found.rows), 'post')} {verb} scheduled.")
    turn.edit(applied_face(found, turn.actor.zone))


async def drop(turn: Turn) -> None:
    """Forgets it."""
    found = await turn.desk.importing.drop(turn.tx, turn.actor, turn.subject)
    turn.edit(await face_of_import(turn.tx, found, turn.actor.zone))


async def attach(turn: Turn) -> None:
    """It was no plan but a file for a post: its caption goes to the agent, and the file goes along."""
    from bot.commands import talking

    words = Words.of({} if turn.tap is None else turn.tap.arguments)
    await drop(turn)
    found = [await turn.tx.media.find(UUID(one)) for one in words.media]
    turn.words, turn.media, turn.tap = words.caption, [one for one in found if one is not None], None
    await talking.on_words(turn)


DOORS = Doors(
    presses=(
        Press("imports.page", Action.SCHEDULE, turn_page),
        Press("imports.apply", Action.SCHEDULE, apply),
        Press("imports.drop", Action.SCHEDULE, drop),
        Press("imports.attach", Action.DRAFT, attach),
    )
)
