"""How does an outbox row look at the moment it is sent? Cards are made here, so that they always show the present state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bot.cards import answer, importing, missed, post, publication, repeating
from bot.cards.wording import sentence, where
from bot.turn import Button, Desk, Face
from services.authorising import Actor
from services.telling import Kind
from storage import Transaction
from storage.media import Medium
from storage.outbox import OutboxItem

_NOTICES = {Kind.PUBLISHED, Kind.FAILED, Kind.UNCONFIRMED, Kind.MISSED, Kind.HELD}


async def face_of(tx: Transaction, desk: Desk, item: OutboxItem, viewer: Actor | None) -> Face | None:
    """The face of an item, or None when there is nothing to show any more. `viewer` is None where a team reads."""
    kind = Kind(item.kind)
    if kind is Kind.REPLY:
        return await _reply(tx, item)
    if item.subject_id is None:
        is_list = kind is Kind.MISSED_LIST
        return missed.missed_face(await missed.look(tx, desk, viewer)) if is_list else None
    if kind in _NOTICES:
        return await _notice(tx, desk, item.subject_id, viewer)
    if kind in {Kind.POST_CARD, Kind.SERIES}:
        make = _card if kind is Kind.POST_CARD else _series
        return await make(tx, desk, item.subject_id, viewer)
    if kind is Kind.IMPORT:
        return await importing.look(tx, item, viewer)
    show = _placeholder if kind is Kind.PLACEHOLDER else _paused
    return await show(tx, item.subject_id)


async def _reply(tx: Transaction, item: OutboxItem) -> Face | None:
    """What a handler said: its own text, buttons and files, as `Turn` wrote them."""
    payload = item.payload
    if "generation_stopped" in payload:
        stopped = await tx.generations.find(UUID(payload["generation_stopped"]))
        return None if stopped is None else answer.stopped_face(stopped)
    media = await _media(tx, payload.get("media", ()))
    rows = [[Button.from_data(one) for one in row] for row in payload.get("rows", ())]
    text = str(payload.get("text", ""))
    return Face(text, rows, media) if text or media else None


async def _media(tx: Transaction, ids: Sequence[Any]) -> list[Medium]:
    found = [await tx.media.find(UUID(str(one))) for one in ids]
    return [one for one in found if one is not None]


async def _card(tx: Transaction, desk: Desk, post_id: UUID, viewer: Actor | None) -> Face | None:
    found = await tx.posts.find(post_id)
    return None if found is None else post.post_card(await post.look(tx, desk, found, viewer))


async def _notice(tx: Transaction, desk: Desk, publication_id: UUID, viewer: Actor | None) -> Face | None:
    found = await tx.publications.find(publication_id)
    if found is None:
        return None
    return publication.notice_face(await publication.look(tx, desk, found, viewer))


async def _placeholder(tx: Transaction, generation_id: UUID) -> Face | None:
    generation = await tx.generations.find(generation_id)
    if generation is None:
        return None
    agent = await tx.agents.find(generation.agent_id)
    return answer.waiting_face(generation, "" if agent is None else agent.name)


async def _series(tx: Transaction, desk: Desk, series_id: UUID, viewer: Actor | None) -> Face | None:
    found = await tx.series.find(series_id)
    return None if found is None else repeating.series_face(await repeating.look(tx, desk, found, viewer))


async def _paused(tx: Transaction, account_id: UUID) -> Face | None:
    """An account lost its permission; nothing to say when it is well again by now."""
    account = await tx.accounts.find(account_id)
    if account is None or account.status == "active":
        return None
    why = sentence(account.last_error or "The platform does not accept us any more.")
    return Face(
        f"**{where(account)} is paused**\n\n{why} What is scheduled there waits. "
        "Give me back the right to post there, and it goes on; see /settings."
    )
