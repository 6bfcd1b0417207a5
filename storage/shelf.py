"""How is one table reached? A shelf holds the queries on one noun inside one unit of work."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from storage.schema import Base, Owned
from storage.session import ShieldedSession

AnyRow = TypeVar("AnyRow", bound=Base)
OwnedRow = TypeVar("OwnedRow", bound=Owned)


class Missing(LookupError):
    """`get` was asked for a row that is not there (or belongs to another workspace)."""


class GlobalShelf(Generic[AnyRow]):
    """Rows that belong to no workspace: `get` returns or raises `Missing`, `find` returns or None."""

    row: ClassVar[type[Base]]

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    async def find(self, key: object) -> AnyRow | None:
        """The row with this primary key, or None."""
        found: AnyRow | None = await self._session.get(self.row, key)
        return found

    async def get(self, key: object) -> AnyRow:
        """The row with this primary key; raises `Missing`."""
        found = await self.find(key)
        if found is None:
            raise Missing(f"{self.row.__name__} {key}")
        return found

    def add(self, row: AnyRow) -> AnyRow:
        """Puts a new row into the unit of work and hands it back."""
        self._session.add(row)
        return row


class Shelf(Generic[OwnedRow]):
    """Rows of one workspace, keyed (workspace_id, id)."""

    row: ClassVar[type[Owned]]

    def __init__(self, session: ShieldedSession, workspace_id: UUID) -> None:
        self._session = session
        self._workspace_id = workspace_id

    async def find(self, row_id: UUID) -> OwnedRow | None:
        """The row of this workspace with this id, or None."""
        found: OwnedRow | None = await self._session.get(self.row, (self._workspace_id, row_id))
        return found

    async def get(self, row_id: UUID) -> OwnedRow:
        """The row of this workspace with this id; raises `Missing`."""
        found = await self.find(row_id)
        if found is None:
            raise Missing(f"{self.row.__name__} {row_id}")
        return found

    def add(self, row: OwnedRow) -> OwnedRow:
        """Puts a new row into the unit of work and hands it back."""
        self._session.add(row)
        return row
