"""What is to be said in Telegram? Events become outbox rows here; how they look is decided when they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.pacing import Priority
from storage import NOBODYS, Transaction
from storage.outbox import OutboxItem

TOPIC = "outbox"
"""The bell that rings when there is something to send."""


class Kind(StrEnum):
    """What an outbox row speaks of; the bot has one way to show each."""

    REPLY = "reply"
    POST_CARD = "post_card"
    PLACEHOLDER = "placeholder"
    PUBLISHED = "published"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    MISSED = "missed"
    MISSED_LIST = "missed_list"
    HELD = "held"
    PAUSED = "paused"
    IMPORT = "import"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class Place:
    """A Telegram chat and topic; thread 0 is the chat itself."""

    chat_id: int
    thread_id: int = 0


def tell(
    tx: Transaction,
    kind: Kind,
    place: Place,
    *,
    payload: Mapping[str, Any] | None = None,
    subject: tuple[str, UUID] | None = None,
    dedupe: str | None = None,
    priority: Priority = Priority.FINAL,
) -> OutboxItem:
    """Writes one outbox row into this unit of work and rings the sender's bell when it is saved."""
    tx.wake(TOPIC)
    return tx.outbox.add(
        OutboxItem(
            workspace_id=tx.workspace_id or NOBODYS,
            id=tx.new_id(),
            kind=kind.value,
            telegram_chat_id=place.chat_id,
            thread_id=place.thread_id,
            priority=int(priority),
            payload=dict(payload or {}),
            subject_kind=None if subject is None else subject[0],
            subject_id=None if subject is None else subject[1],
            dedupe=dedupe,
            next_at=tx.now,
            created_at=tx.now,
        )
    )


async def tell_team(
    tx: Transaction,
    kind: Kind,
    *,
    payload: Mapping[str, Any],
    subject: tuple[str, UUID],
    dedupe: str,
    priority: Priority,
) -> int:
    """Tells every team chat of the workspace once per `dedupe`; how many chats were told."""
    places = [Place(chat.telegram_chat_id, chat.thread_id) for chat in await tx.chats.with_purpose("team")]
    told = 0
    for place in places:
        cause = f"{dedupe}@{place.chat_id}/{place.thread_id}"
        if not await tx.outbox.has(cause):
            tell(tx, kind, place, payload=payload, subject=subject, dedupe=cause, priority=priority)
            told += 1
    return told


def show_card(tx: Transaction, *, post_id: UUID, place: Place, is_fresh: bool = False) -> None:
    """Shows (or brings up to date) the card of a post; `is_fresh` puts a new message instead of an edit."""
    tell(tx, Kind.POST_CARD, place, payload={"is_fresh": is_fresh}, subject=("post", post_id))
