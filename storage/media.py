"""Which pictures, videos and files belong to posts? Bytes lie in the media store under a random key, facts here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap, Owned
from storage.shelf import Shelf


class Medium(Owned, Base, kw_only=True):
    """One file of a post. Sizes in bytes, lengths in seconds, `position` orders an album."""

    __tablename__ = "media"
    __table_args__ = (
        CheckConstraint("kind IN ('photo', 'video', 'animation', 'document', 'audio', 'voice')", name="kind"),
        Index(None, "workspace_id", "post_id", "position"),
        Index(None, "workspace_id", "album"),
        Index(None, "kind"),
        Index(None, "mime_type"),
    )

    post_id: Mapped[UUID | None] = mapped_column(default=None)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]
    album: Mapped[str | None] = mapped_column(default=None)
    mime_type: Mapped[str | None] = mapped_column(default=None)
    size: Mapped[int | None] = mapped_column(BigInteger, default=None)
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    duration: Mapped[int | None] = mapped_column(default=None)
    alt_text: Mapped[str | None] = mapped_column(Text, default=None)
    title: Mapped[str | None] = mapped_column(default=None)
    description: Mapped[str | None] = mapped_column(Text, default=None)
    file_name: Mapped[str | None] = mapped_column(default=None)
    url: Mapped[str | None] = mapped_column(default=None)
    provider: Mapped[str] = mapped_column(default="local")
    provider_key: Mapped[str | None] = mapped_column(default=None)
    thumbnail_key: Mapped[str | None] = mapped_column(default=None)
    sha256: Mapped[str | None] = mapped_column(default=None)
    telegram_file_id: Mapped[str | None] = mapped_column(default=None)
    telegram_unique_id: Mapped[str | None] = mapped_column(default=None)
    facts: Mapped[JsonMap] = mapped_column(default_factory=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Media(Shelf[Medium]):
    """Queries on the media of one workspace."""

    row = Medium

    async def of_post(self, post_id: UUID) -> Sequence[Medium]:
        """The media of a post in the order in which they are shown."""
        found = await self._session.scalars(
            select(Medium).where(Medium.post_id == post_id).order_by(Medium.position, Medium.id)
        )
        return list(found)

    async def of_album(self, album: str) -> Sequence[Medium]:
        """The parts of one Telegram album that have arrived so far."""
        found = await self._session.scalars(
            select(Medium).where(Medium.album == album).order_by(Medium.position, Medium.id)
        )
        return list(found)
