"""Which commands does the bot know? One module per noun the user sees; `doors` collects what they declare."""

from __future__ import annotations

from bot.commands import (
    agents,
    answers,
    attempts,
    calendar,
    clocks,
    collections,
    commenting,
    connecting,
    conversation,
    deciding,
    editing,
    importing,
    lateness,
    missed,
    posts,
    publishing,
    queue,
    queues,
    repeating,
    repetition,
    returning,
    schedule,
    settings,
    slots,
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
        repeating.DOORS,
        calendar.DOORS,
        agents.DOORS,
        collections.DOORS,
        settings.DOORS,
        usage.DOORS,
        talking.DOORS,
        answers.DOORS,
        editing.DOORS,
        importing.DOORS,
        commenting.DOORS,
        attempts.DOORS,
        schedule.DOORS,
        slots.DOORS,
        queues.DOORS,
        publishing.DOORS,
        deciding.DOORS,
        lateness.DOORS,
        missed.DOORS,
        clocks.DOORS,
        connecting.DOORS,
        repetition.DOORS,
        returning.DOORS,
    )
