"""Where does a screen lead when it is done or given up? Back to what it replaced, which then shows the present state."""

from __future__ import annotations

from bot.cards import publication as leaving
from bot.cards.origin import Origin
from bot.rendering import escape
from bot.turn import Button, Doors, Face, Press, Turn
from services.authorising import Action
from services.refusals import NotFound
from services.telling import Place, show_card
from storage.posts import Post


async def leave(turn: Turn, origin: Origin, *, said: str = "") -> None:
    """Ends a screen: its message becomes the card, queue item or notice again; `said` tells what was done, in plain text."""
    post = await turn.desk.drafting.current(turn.tx, turn.actor, origin.post_id, version=None)
    if origin.kind != "card":
        if said:
            turn.note(said)
        await _show_publication(turn, origin)
        refresh_card(turn, post)
    elif _is_its_card(turn, post):
        if said:
            turn.note(said)
        _settle_here(turn, post)
    else:
        turn.edit(Face(escape(said) or "Nothing was changed.", [[_open(post)]]))
        refresh_card(turn, post)


async def back(turn: Turn) -> None:
    """Leaves a screen without doing anything."""
    await leave(turn, Origin.of({} if turn.tap is None else turn.tap.arguments))


def refresh_card(turn: Turn, post: Post) -> None:
    """Brings the post's card up to date, wherever it is; a post that has none gets none."""
    if post.telegram_chat_id is not None:
        place = Place(post.telegram_chat_id, post.thread_id)
        show_card(turn.tx, post_id=post.id, place=place)


def _open(post: Post) -> Button:
    return Button("Open the post", "post.open", subject=post.id)


def _is_its_card(turn: Turn, post: Post) -> bool:
    """Whether the pressed message is the post's card, or may become it because there is none in this chat."""
    if post.telegram_chat_id != turn.place.chat_id or post.card_message_id is None:
        return True
    return turn.tapped_message_id in {None, post.card_message_id}


def _settle_here(turn: Turn, post: Post) -> None:
    if turn.tapped_message_id is not None:
        post.telegram_chat_id, post.thread_id = turn.place.chat_id, turn.place.thread_id
        post.card_message_id = turn.tapped_message_id
    turn.card(post.id)


async def _show_publication(turn: Turn, origin: Origin) -> None:
    found = None
    if origin.publication_id is not None:
        found = await turn.tx.publications.find(origin.publication_id)
    if found is None:
        raise NotFound("That is not in the queue any more.", "See /queue.")
    sight = await leaving.look(turn.tx, turn.desk, found, turn.actor)
    if origin.kind in {"queue", "calendar"}:
        turn.edit(leaving.item_face(sight, origin=origin))
    else:
        turn.edit(leaving.notice_face(sight))


DOORS = Doors(presses=(Press("back", Action.LOOK, back),))
