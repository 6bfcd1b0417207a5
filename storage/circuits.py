"""Which networks are resting? One circuit per platform, seen by every worker; an account's own is in its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base
from storage.shelf import GlobalShelf


class Circuit(Base, kw_only=True):
    """How a platform has answered lately: `failures` in a row, and until when nothing is sent to it."""

    __tablename__ = "circuits"

    platform: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    rests_until_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    updated_at: Mapped[datetime]


class Circuits(GlobalShelf[Circuit]):
    """Queries on circuits; they belong to the installation and not to a workspace."""

    row = Circuit

    async def list(self) -> Sequence[Circuit]:
        """Every circuit that was ever touched."""
        return [*await self._session.scalars(select(Circuit).order_by(Circuit.platform))]
