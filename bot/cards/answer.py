"""How does an agent's answer look while it waits, when it was stopped before it began, and when it is opened again?"""

from __future__ import annotations

from bot.cards.wording import model_name, money, seconds, shown
from bot.rendering import escape
from bot.turn import Button, Face
from storage.generations import OPEN, Generation


def waiting_face(generation: Generation, agent: str) -> Face | None:
    """What stands in the chat until the answer does; None once the run has ended, because the answer speaks."""
    if generation.status not in OPEN:
        return None
    return Face(
        f"{escape(agent or 'The agent')} is thinking…", [[Button("Stop", "run.stop", subject=generation.id)]]
    )


def stopped_face(generation: Generation) -> Face:
    """A request that was stopped before anybody worked on it."""
    return Face("Stopped before it began.", [[_again(generation)]])


def answer_face(generation: Generation, agent: str) -> Face:
    """An answer that was kept, opened again: its text, who gave it, and what can be done with it."""
    facts = [
        escape(agent),
        escape(model_name(generation)),
        money(generation.cost),
        seconds(generation.duration_ms),
    ]
    said = " · ".join(fact for fact in facts if fact)
    text = shown((generation.output_text or "").strip())
    if not text:
        return Face("There is no text in this answer.", [[_again(generation)]])
    return Face(f"{text}\n\n_{said}_" if said else text, _rows(generation))


def _rows(generation: Generation) -> list[list[Button]]:
    thumbs = [
        Button("👍 Good", "answer.rate", subject=generation.id, arguments={"rating": 5}),
        Button("👎 Bad", "answer.rate", subject=generation.id, arguments={"rating": 1}),
    ]
    return [[_use(generation), _again(generation)], thumbs]


def _use(generation: Generation) -> Button:
    return Button("Use as a post", "answer.use", subject=generation.id, style="primary")


def _again(generation: Generation) -> Button:
    return Button("Try again", "answer.again", subject=generation.id)
