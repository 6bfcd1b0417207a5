"""Which commands does the bot know? One module per noun the user sees; `doors` collects what they declare."""

from __future__ import annotations

from bot.commands import (
    agents,
    answers,
    collections,
    connecting,
    conversation,
    deciding,
    editing,
    posts,
    publishing,
    queue,
    returning,
    schedule,
    settings,
    starting,
    talking,
    usage,
)
from bot.turn import Doors

__all__ = ["doors"]


def doors() -> tuple[Doors, ...]:
    """Every declaration, in the order in which the menu shows the commands."""
    return (
        starting.DOORS,
        conversation.DOORS,
        posts.DOORS,
        queue.DOORS,
        agents.DOORS,
        collections.DOORS,
        settings.DOORS,
        usage.DOORS,
        talking.DOORS,
        answers.DOORS,
        editing.DOORS,
        schedule.DOORS,
        publishing.DOORS,
        deciding.DOORS,
        connecting.DOORS,
        returning.DOORS,
    )
