"""What does the team want to say? A post, and its variants: the text and media for one account each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, JsonMap, Owned
from storage.shelf import Shelf


class Post(Owned, Base, kw_only=True):
    """What is to be said, as Markdown; `version` rises with every change and is what cards and approvals name."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "generation_id"),
        CheckConstraint("state IN ('draft', 'queued', 'done', 'discarded')", name="state"),
        CheckConstraint(
            "content_type IN ('text', 'image', 'video', 'carousel', 'story', 'reel', 'mixed')",
            name="content_type",
        ),
        Index(None, "workspace_id", "state", "updated_at"),
        Index(None, "workspace_id", "author_user_id", "created_at"),
        Index(None, "workspace_id", "content_type"),
        Index(None, "telegram_chat_id", "card_message_id"),
    )

    author_user_id: Mapped[UUID]
    agent_id: Mapped[UUID | None] = mapped_column(default=None)
    generation_id: Mapped[UUID | None] = mapped_column(default=None)
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(default=None)
    slug: Mapped[str | None] = mapped_column(default=None)
    content_type: Mapped[str] = mapped_column(default="text")
    hashtags: Mapped[JsonList] = mapped_column(default_factory=list)
    mentions: Mapped[JsonList] = mapped_column(default_factory=list)
    facts: Mapped[JsonMap] = mapped_column(default_factory=dict)
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    is_tainted: Mapped[bool] = mapped_column(default=False)
    telegram_chat_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    thread_id: Mapped[int] = mapped_column(BigInteger, default=0)
    card_message_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Variant(Owned, Base, kw_only=True):
    """The post as one account will show it; follows the post's text until somebody edits it by itself."""

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("workspace_id", "post_id", "account_id"),
        ForeignKeyConstraint(["workspace_id", "post_id"], ["posts.workspace_id", "posts.id"]),
        ForeignKeyConstraint(["workspace_id", "account_id"], ["accounts.workspace_id", "accounts.id"]),
    )

    post_id: Mapped[UUID]
    account_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    is_own: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[JsonMap] = mapped_column(default_factory=dict)
    updated_at: Mapped[datetime]


class Posts(Shelf[Post]):
    """Queries on the posts of one workspace and their variants."""

    row = Post

    async def list(self, *, states: Sequence[str], limit: int, offset: int = 0) -> Sequence[Post]:
        """Posts in these states, the latest changed first."""
        found = await self._session.scalars(
            select(Post)
            .where(Post.state.in_(list(states)))
            .order_by(Post.updated_at.desc(), Post.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [*found]

    async def count(self, *, states: Sequence[str]) -> int:
        """How many posts are in these states."""
        return int(await self._session.scalar(select(func.count()).where(Post.state.in_([*states]))) or 0)

    async def lock(self, post_id: UUID) -> None:
        """Makes whoever else wants to change or schedule this post wait until this unit of work ends."""
        await self._session.execute(select(Post.id).where(Post.id == post_id).with_for_update())

    async def from_generation(self, generation_id: UUID) -> Post | None:
        """The post that this run has made, or None; a run makes at most one."""
        found: Post | None = await self._session.scalar(
            select(Post).where(Post.generation_id == generation_id)
        )
        return found

    async def on_card(self, *, telegram_chat_id: int, message_id: int) -> Post | None:
        """The post whose card is this message, or None."""
        found: Post | None = await self._session.scalar(
            select(Post).where(Post.telegram_chat_id == telegram_chat_id, Post.card_message_id == message_id)
        )
        return found

    async def variant(self, *, post_id: UUID, account_id: UUID) -> Variant | None:
        """The variant of this post for this account, or None."""
        found: Variant | None = await self._session.scalar(
            select(Variant).where(Variant.post_id == post_id, Variant.account_id == account_id)
        )
        return found

    async def variants(self, post_id: UUID) -> Sequence[Variant]:
        """Every variant of a post."""
        return [*await self._session.scalars(select(Variant).where(Variant.post_id == post_id))]

    def add_variant(self, variant: Variant) -> Variant:
        """Puts a new variant into the unit of work and hands it back."""
        self._session.add(variant)
        return variant
