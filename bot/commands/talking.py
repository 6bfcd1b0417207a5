"""What happens with plain words, files and forwarded messages? They go to the agent, or to the post that they reply to.

`on_words(turn)` is called for everything in a chat that is neither a command nor the answer to a question of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.wording import count
from bot.commands.conversation import CANCEL
from bot.commands.editing import ask_about
from bot.commands.importing import on_sheet
from bot.commands.replying import moves
from bot.turn import Answer, Doors, Face, Turn
from services.authorising import Action
from services.refusals import Refusal
from storage.media import Medium
from storage.posts import Post
from storage.publications import Publication

AWAITED = "media.caption"
FROM_SOURCE = "Write a post from this."
"""What the agent is asked when a message is forwarded; the message itself goes along as outside text."""


async def on_words(turn: Turn) -> None:
    """A reply to a card speaks of that post, and one that names a moment moves it; a forwarded message is material.

    Everything else is a request.
    """
    post = await _replied_to(turn)
    if turn.sheet is not None:
        await on_sheet(turn, turn.sheet)
    elif await moves(turn):
        return
    elif post is not None:
        await _about(turn, post)
    elif turn.is_forwarded:
        await _material(turn)
    elif not turn.words.strip():
        await _ask_caption(turn, [str(one.id) for one in turn.media])
    else:
        await _request(turn, turn.words, [str(one.id) for one in turn.media])


async def take_caption(turn: Turn) -> None:
    """What the post with the files should say; more files join those that are there."""
    media = [*turn.argument("media", ()), *(str(one.id) for one in turn.media)]
    if not turn.words.strip():
        await _ask_caption(turn, media)
        return
    await _request(turn, turn.words, media)


async def _replied_to(turn: Turn) -> Post | None:
    replied = None if turn.message is None else turn.message.reply_to_message
    if replied is None or turn.is_forwarded:
        return None
    return await turn.tx.posts.on_card(telegram_chat_id=turn.place.chat_id, message_id=replied.message_id)


async def _about(turn: Turn, post: Post) -> None:
    """Files are added to the post, words tell the agent what to change."""
    post = await turn.desk.drafting.current(turn.tx, turn.actor, post.id, version=None)
    if turn.media:
        await _attach(turn, post, turn.media)
    if turn.words.strip():
        await ask_about(turn, post, turn.words, kind="revise")
    elif not turn.media:
        raise Refusal("There are no words in that message.", "Say what to change, or send a picture.")


async def _attach(turn: Turn, post: Post, media: Sequence[Medium]) -> None:
    leaving = await turn.tx.publications.of_post(post.id)
    held = any(_is_allowed(one) for one in leaving)
    await turn.desk.drafting.attach(turn.tx, turn.actor, post, media)
    said = f"{count(len(media), 'file')} added to the post."
    turn.say(Face(f"{said} What was scheduled is held back until you approve it." if held else said))
    turn.card(post.id)


def _is_allowed(publication: Publication) -> bool:
    return publication.state == "scheduled" and publication.approval_id is not None


async def _material(turn: Turn) -> None:
    """What somebody else wrote is source material: it taints the run, so that it can draft and nothing else."""
    media = [str(one.id) for one in turn.media]
    if not turn.words.strip():
        await _ask_caption(turn, media, is_tainted=True)
        return
    await _ask(turn, FROM_SOURCE, {"kind": "source", "source": turn.words, "media": media}, is_tainted=True)


async def _ask_caption(turn: Turn, media: Sequence[str], *, is_tainted: bool = False) -> None:
    if not media:
        raise Refusal(
            "I cannot read that kind of message.",
            "Send text, photos, videos, or a document with a few words.",
        )
    is_tainted = is_tainted or bool(turn.argument("is_tainted", default=False))
    await turn.await_words(AWAITED, media=[*media], is_tainted=is_tainted)
    text = f"I have {count(len(media), 'file')}. **What should the post say?** A few words are enough."
    turn.say(Face(text, [[CANCEL]]))


async def _request(turn: Turn, words: str, media: Sequence[str]) -> None:
    is_tainted = bool(turn.argument("is_tainted", default=False))
    await _ask(turn, words, {"kind": "request", "media": [*media]}, is_tainted=is_tainted)


async def _ask(turn: Turn, words: str, details: Mapping[str, Any], *, is_tainted: bool) -> None:
    await turn.desk.asking.ask(
        turn.tx,
        turn.actor,
        turn.place,
        prompt=words,
        asked_in_message_id=None if turn.message is None else turn.message.message_id,
        details=details,
        is_tainted=is_tainted,
    )


DOORS = Doors(answers=(Answer(AWAITED, Action.DRAFT, take_caption),))
