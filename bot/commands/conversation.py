"""How does a conversation begin anew, end early, or forget a question?"""

from __future__ import annotations

from bot.rendering import escape
from bot.turn import Button, Command, Doors, Face, Press, Turn
from services.authorising import Action

CANCEL = Button("Forget it", "question.cancel")
"""The button under a question of ours that waits for words."""

_ASKED = {
    "when": "when to publish",
    "post.edit": "the new text",
    "post.comment": "the first comment",
    "media.caption": "what the post should say",
    "collection.name": "the name of a collection",
    "repeat.words": "how often to repeat",
    "settings.zone": "your time zone",
    "clocks.zone": "the time zone of a channel",
    "queue.slots": "days and times for a queue",
    "queue.name": "the name of a queue",
}


async def begin_anew(turn: Turn) -> None:
    """Forgets what was said to the agent here; words after the command are the first of the new topic."""
    agent = await turn.desk.asking.forget(turn.tx, turn.actor, turn.place)
    if turn.words.strip():
        await turn.desk.asking.ask(
            turn.tx,
            turn.actor,
            turn.place,
            prompt=turn.words,
            asked_in_message_id=None if turn.message is None else turn.message.message_id,
            details={"kind": "request"},
        )
        return
    name = escape(agent.name)
    turn.say(Face(f"A fresh start: {name} has forgotten what was said here. What shall we write?"))


async def stop(turn: Turn) -> None:
    """Ends what the agents are doing in this chat; what is written so far stays."""
    before = len(await turn.tx.generations.open_in(turn.place.chat_id))
    running = await turn.desk.asking.stop(turn.tx, turn.actor, turn.place)
    turn.stopped.extend(running)
    turn.note("Stopped. The part that is there stays." if before else "Nothing is being written here.")


async def cancel(turn: Turn) -> None:
    """Forgets the question that the next words would have answered."""
    awaited = await turn.awaited()
    if awaited is None:
        turn.say(Face("There is no open question. To end what an agent writes, send /stop."))
        return
    asked = _ASKED.get(awaited["kind"], "something")
    turn.say(Face(f"Forgotten. I had asked for {asked}; your next words go to the agent again."))


async def cancel_by_tap(turn: Turn) -> None:
    """The same with the button under the question; the tap itself has forgotten it."""
    await turn.awaited()
    turn.edit(Face("Forgotten. Your next words go to the agent again."))


DOORS = Doors(
    commands=(
        Command("new", "Begin a new topic", Action.DRAFT, begin_anew),
        Command("stop", "Stop what is being written", Action.STOP, stop),
        Command("cancel", "Forget the open question", Action.GREET, cancel),
    ),
    presses=(
        Press("run.stop", Action.STOP, stop),
        Press("question.cancel", Action.GREET, cancel_by_tap),
    ),
)
