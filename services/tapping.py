"""What happens when a button is pressed? A random handle is exchanged for what it means, once and only by who may."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.refusals import OutOfDate
from storage import Transaction
from storage.handles import Handle

LIFE = timedelta(days=30)
_PREFIX = "f:"
_SHAPE = re.compile(r"f:[A-Za-z0-9_-]{22}")
"""What `mint` makes; anything else was written by hand and is not even looked up."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What a pressed button asks for."""

    action: str
    workspace_id: UUID
    subject_id: UUID | None
    subject_version: int | None
    arguments: Mapping[str, Any]


def mint(
    tx: Transaction,
    *,
    chat_id: int,
    action: str,
    user_id: UUID | None = None,
    subject_id: UUID | None = None,
    subject_version: int | None = None,
    arguments: Mapping[str, Any] | None = None,
    is_once: bool = False,
) -> str:
    """Makes callback data (24 bytes of the 64 that Telegram allows) for one button in one chat."""
    handle = secrets.token_urlsafe(16)
    tx.handles.add(
        Handle(
            handle=handle,
            workspace_id=tx.workspace_id,
            user_id=user_id,
            telegram_chat_id=chat_id,
            action=action,
            subject_id=subject_id,
            subject_version=subject_version,
            arguments=dict(arguments or {}),
            is_once=is_once,
            created_at=tx.now,
            expires_at=tx.now + LIFE,
        )
    )
    return _PREFIX + handle


async def redeem(tx: Transaction, data: str, *, chat_id: int, user_id: UUID) -> Tap:
    """What the button means, inside the unit of work that will do it.

    Raises `OutOfDate` for data that we never made, that expired, that was used up, or that was pressed in another
    chat or by another person than it was made for: all of them in the same words, so that nobody learns which.
    """
    handle = await _find(tx, data)
    if (
        handle is None
        or handle.workspace_id != tx.workspace_id
        or handle.telegram_chat_id != chat_id
        or handle.expires_at <= tx.now
        or (handle.user_id is not None and handle.user_id != user_id)
        or (handle.is_once and handle.used_at is not None)
    ):
        raise OutOfDate("This button is out of date.", "Open the card again with /posts or /queue.")
    handle.used_at = tx.now
    return Tap(
        handle.action, handle.workspace_id, handle.subject_id, handle.subject_version, handle.arguments
    )


async def _find(tx: Transaction, data: str) -> Handle | None:
    return await tx.handles.find(data.removeprefix(_PREFIX)) if _SHAPE.fullmatch(data) else None
