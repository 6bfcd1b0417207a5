"""What does the team keep together? Collections of content, posts or generations: manual, auto or smart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, JsonMap, Owned
from storage.shelf import Shelf


class Collection(Owned, Base, kw_only=True):
    """A named list: `manual` by hand, `auto` filled by its rule, `smart` is its rule."""

    __tablename__ = "collections"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        CheckConstraint("kind IN ('manual', 'auto', 'smart')", name="kind"),
        Index(None, "workspace_id", "kind"),
        Index(None, "workspace_id", "is_public"),
        Index(None, "created_at"),
    )

    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="manual")
    rules: Mapped[JsonMap] = mapped_column(default_factory=dict)
    is_public: Mapped[bool] = mapped_column(default=False)
    is_sharing_allowed: Mapped[bool] = mapped_column(default=True)
    sort_by: Mapped[str] = mapped_column(default="added_at")
    is_ascending: Mapped[bool] = mapped_column(default=False)
    max_items: Mapped[int] = mapped_column(default=1000)
    views: Mapped[int] = mapped_column(default=0)
    permissions: Mapped[JsonList] = mapped_column(default_factory=list)
    tags: Mapped[JsonList] = mapped_column(default_factory=list)
    colour: Mapped[str | None] = mapped_column(default=None)
    icon: Mapped[str | None] = mapped_column(default=None)
    created_by_user_id: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CollectionItem(Owned, Base, kw_only=True):
    """One thing in a collection; the same thing is in it once."""

    __tablename__ = "collection_items"
    __table_args__ = (
        UniqueConstraint("workspace_id", "collection_id", "item_kind", "item_id"),
        ForeignKeyConstraint(
            ["workspace_id", "collection_id"], ["collections.workspace_id", "collections.id"]
        ),
        CheckConstraint("item_kind IN ('content', 'post', 'generation')", name="item_kind"),
        Index(None, "workspace_id", "item_kind", "item_id"),
    )

    collection_id: Mapped[UUID]
    item_kind: Mapped[str]
    item_id: Mapped[UUID]
    note: Mapped[str] = mapped_column(default="")
    added_by_user_id: Mapped[UUID]
    added_at: Mapped[datetime]


class Collections(Shelf[Collection]):
    """Queries on the collections of one workspace and what is in them."""

    row = Collection

    async def list(self) -> Sequence[tuple[Collection, int]]:
        """Every collection by name, with the number of its items."""
        rows = await self._session.execute(
            select(Collection, func.count(CollectionItem.id))
            .outerjoin(
                CollectionItem,
                (CollectionItem.collection_id == Collection.id)
                & (CollectionItem.workspace_id == Collection.workspace_id),
            )
            .group_by(Collection.workspace_id, Collection.id)
            .order_by(Collection.name)
        )
        return [(collection, count) for collection, count in rows]

    async def named(self, name: str) -> Collection | None:
        """The collection with exactly this name, or None."""
        found: Collection | None = await self._session.scalar(
            select(Collection).where(Collection.name == name)
        )
        return found

    async def item(self, *, collection_id: UUID, item_kind: str, item_id: UUID) -> CollectionItem | None:
        """The entry of one thing in one collection, or None."""
        found: CollectionItem | None = await self._session.scalar(
            select(CollectionItem).where(
                CollectionItem.collection_id == collection_id,
                CollectionItem.item_kind == item_kind,
                CollectionItem.item_id == item_id,
            )
        )
        return found

    async def items(self, collection_id: UUID, *, limit: int, offset: int = 0) -> Sequence[CollectionItem]:
        """What is in a collection, the latest added first."""
        found = await self._session.scalars(
            select(CollectionItem)
            .where(CollectionItem.collection_id == collection_id)
            .order_by(CollectionItem.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [*found]

    async def size(self, collection_id: UUID) -> int:
        """How many things are in a collection."""
        count = select(func.count()).where(CollectionItem.collection_id == collection_id)
        return int(await self._session.scalar(count) or 0)

    def add_item(self, item: CollectionItem) -> CollectionItem:
        """Puts a new entry into the unit of work and hands it back."""
        self._session.add(item)
        return item
