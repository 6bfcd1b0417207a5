"""What shall stand as the first comment under a post? Asked for in words; a button takes it away again."""

from __future__ import annotations

from bot.cards.origin import Origin
from bot.cards.wording import shown
from bot.commands.returning import leave, refresh_card
from bot.turn import Answer, Button, Doors, Face, Press, Turn
from services.authorising import Action
from services.drafting import first_comment
from services.refusals import Refusal

AWAITED = "post.comment"


async def ask(turn: Turn) -> None:
    """Asks for the words of the first comment, and shows those that it has."""
    origin = Origin.of({} if turn.tap is None else turn.tap.arguments)
    post = await turn.desk.drafting.current(turn.tx, turn.actor, turn.subject, version=turn.version)
    await turn.await_words(AWAITED, **origin.arguments(), version=post.version)
    present = first_comment(post)
    text = f"**First comment**\n{shown(present)}\n\n" if present else ""
    asked = "**Send the words of the first comment.** It goes out right after the post, where the network takes one."
    rows = [[origin.back()]]
    if present:
        remove = Button("Remove it", "post.comment.drop", post.id, post.version, origin.arguments())
        rows = [[remove, origin.back()]]
    turn.edit(Face(f"{text}{asked}\n/cancel forgets the question.", rows))


async def take_words(turn: Turn) -> None:
    """The words become the first comment; what was scheduled needs a new approval."""
    if not turn.words.strip():
        raise Refusal("There are no words in that message.", "Send the words of the comment, or /cancel.")
    origin = Origin.of({} if turn.tap is None else turn.tap.arguments)
    version = int(turn.argument("version"))
    post = await turn.desk.drafting.comment(
        turn.tx, turn.actor, origin.post_id, text=turn.words, version=version
    )
    said = "The first comment is kept."
    if post.state == "queued":
        said += " What was scheduled is held back until you approve it."
    turn.edit(Face(said, [[Button("Show the card", "post.open", subject=post.id)]]))
    refresh_card(turn, post)


async def drop(turn: Turn) -> None:
    """Takes the first comment away."""
    post = await turn.desk.drafting.comment(turn.tx, turn.actor, turn.subject, text="", version=turn.version)
    await turn.tx.flush()
    await leave(turn, Origin(post.id), said="The first comment is removed.")


DOORS = Doors(
    presses=(
        Press("post.comment", Action.DRAFT, ask),
        Press("post.comment.drop", Action.DRAFT, drop),
    ),
    answers=(Answer(AWAITED, Action.DRAFT, take_words),),
)
