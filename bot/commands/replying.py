"""What does a reply to one of our messages speak of, and does it name another moment for that?

A message of ours speaks of a publication when it is the card of its post, a notice about it, or its item in the queue or
the calendar. The moment that a reply names is said back with a button; nothing is moved before that is pressed.
"""

from __future__ import annotations

from bot.cards.origin import Origin, Plan
from bot.commands.schedule import propose
from bot.turn import Turn
from services.authorising import Action, may
from services.refusals import Refusal
from services.time_shifting import shift
from services.timing import Resolved, describe
from storage.publications import MOVING, Publication

_HAS_A_MOMENT = ("scheduled", "missed", *MOVING)


async def speaks_of_post(turn: Turn, message_id: int) -> bool:
    """Whether the message with this number in the turn's chat is about a post, so that words under it are too."""
    chat_id = turn.place.chat_id
    if await turn.tx.posts.on_card(telegram_chat_id=chat_id, message_id=message_id) is not None:
        return True
    return await turn.tx.outbox.publication_in(telegram_chat_id=chat_id, message_id=message_id) is not None


async def moves(turn: Turn) -> bool:
    """Says the moment back that a reply names; False when the words are no moment or reply to nothing that has one.

    Raises a `Refusal` for a moment that has passed or is its own, and for what is on its way or has left.
    """
    replied = None if turn.message is None else turn.message.reply_to_message
    if replied is None or turn.is_forwarded or turn.media or not may(turn.actor, Action.SCHEDULE):
        return False
    meant = await _meant(turn, replied.message_id)
    moment = _moment_in(turn, meant[0]) if meant else None
    if moment is None:
        return False
    if len(meant) > 1:
        raise Refusal(
            "This post waits for several channels.", "Open the one to move on its card, then tap Move."
        )
    if moment.at == meant[0].due_at:
        due = describe(moment.at, zone=turn.actor.zone, now=turn.now)
        raise Refusal(f"It is due then already: {due}.", "Name another moment to move it.")
    plan = Plan(Origin(meant[0].post_id), meant[0].version, moves=meant[0].id)
    await propose(turn, plan, at=moment.at, notes=moment.notes, local=moment.wall)
    return True


async def _meant(turn: Turn, message_id: int) -> list[Publication]:
    tx, chat_id = turn.tx, turn.place.chat_id
    post = await tx.posts.on_card(telegram_chat_id=chat_id, message_id=message_id)
    if post is not None:
        return [one for one in await tx.publications.of_post(post.id) if one.state in _HAS_A_MOMENT]
    named = await tx.outbox.publication_in(telegram_chat_id=chat_id, message_id=message_id)
    found = None if named is None else await tx.publications.find(named)
    return [] if found is None else [found]


def _moment_in(turn: Turn, publication: Publication) -> Resolved | None:
    actor = turn.actor
    return shift(
        turn.words, due_at=publication.due_at, zone=actor.zone, now=turn.now, language=actor.language
    )
