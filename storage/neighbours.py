"""What else goes out on an account around a moment? The texts that a new one is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from storage.posts import Variant
from storage.publications import MOVING, WAITING, Publication
from storage.session import ShieldedSession

STANDING = (*WAITING, *MOVING, "published", "unconfirmed", "handed_off")
"""What went out, may have gone out, or still will; what failed, was missed or was cancelled repeats nothing."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One publication by its text (Markdown) and its moment, aware; `state` says whether it has left."""

    publication_id: UUID
    post_id: UUID
    due_at: datetime
    state: str
    text: str


class Neighbours:
    """Queries over publications and their texts, on the index (workspace, account, due moment)."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    async def around(
        self,
        *,
        account_id: UUID,
        since: datetime,
        until: datetime,
        limit: int,
        but_post_id: UUID | None = None,
        lengths: tuple[int, int] | None = None,
    ) -> Sequence[Neighbour]:
        """What stands on the account from `since` to `until` (both included), the latest first, at most `limit`.

        `lengths` leaves out, inside the database, every text with fewer or more characters.
        """
        query = _standing(account_id).where(Publication.due_at >= since, Publication.due_at <= until)
        if but_post_id is not None:
            query = query.where(Publication.post_id != but_post_id)
        if lengths is not None:
            query = query.where(func.length(Variant.text).between(*lengths))
        found = await self._session.execute(query.order_by(Publication.due_at.desc()).limit(limit))
        return [Neighbour(*row) for row in found]


def _standing(account_id: UUID) -> Select[UUID, UUID, datetime, str, str]:
    """What stands on one account, with the words that it shows there."""
    its_text = and_(
        Variant.workspace_id == Publication.workspace_id,
        Variant.post_id == Publication.post_id,
        Variant.account_id == Publication.account_id,
    )
    return (
        select(Publication.id, Publication.post_id, Publication.due_at, Publication.state, Variant.text)
        .join(Variant, its_text)
        .where(Publication.account_id == account_id, Publication.state.in_(STANDING))
    )
