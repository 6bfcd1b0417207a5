"""What can be done with an answer? The buttons under it, as the JSON that the bot turns into a keyboard."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def button(label: str, action: str, subject: UUID) -> dict[str, Any]:
    """One button in the shape that `bot.turn.Button.from_data` reads."""
    return {
        "label": label,
        "action": action,
        "subject": str(subject),
        "version": None,
        "arguments": {},
        "style": None,
        "url": None,
        "is_once": False,
    }


def again(generation_id: UUID) -> dict[str, Any]:
    """Asks the same once more."""
    return button("Try again", "answer.again", generation_id)


def use(generation_id: UUID) -> dict[str, Any]:
    """Makes a post of the answer."""
    return button("Use as a post", "answer.use", generation_id)
