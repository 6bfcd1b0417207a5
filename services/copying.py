"""How is a post said again? As a copy with exactly its content, which one fingerprint without a moment vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.drafting import Drafting, content_hash
from storage import Transaction
from storage.accounts import Account
from storage.posts import Post, Variant

ANY_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in a fingerprint for the moment that is not known yet."""


class CopyDiffers(RuntimeError):
    """A copy is not what was approved; that is a fault of ours, and nothing is sent."""


async def standing_hash(tx: Transaction, drafting: Drafting, post: Post, account: Account) -> str:
    """The fingerprint of what the post says on this account, whenever that is."""
    variant = await tx.posts.variant(post_id=post.id, account_id=account.id)
    text = post.text if variant is None else variant.text
    draft = await drafting.draft_for(tx, post, account, text)
    return content_hash(draft, account_id=account.id, due_at=ANY_MOMENT)


async def copied(
    tx: Transaction, drafting: Drafting, post: Post, account: Account, *, by: UUID, facts: Mapping[str, Any]
) -> Post:
    """A new post with the same text, files and variant for this account; `by` is whose it is, `facts` are added.

    Raises `CopyDiffers` when the copy would not say the same.
    """
    made = tx.posts.add(
        replace(
            post,
            id=tx.new_id(),
            author_user_id=by,
            generation_id=None,
            slug=None,
            facts={**post.facts, **facts},
            state="queued",
            version=1,
            telegram_chat_id=None,
            thread_id=0,
            card_message_id=None,
            created_at=tx.now,
            updated_at=tx.now,
        )
    )
    await tx.flush()
    await _copy_parts(tx, post, made, account)
    await tx.flush()
    if await standing_hash(tx, drafting, made, account) != await standing_hash(tx, drafting, post, account):
        raise CopyDiffers(str(post.id))
    return made


async def _copy_parts(tx: Transaction, post: Post, made: Post, account: Account) -> None:
    variant = await tx.posts.variant(post_id=post.id, account_id=account.id)
    tx.posts.add_variant(
        Variant(
            workspace_id=made.workspace_id,
            id=tx.new_id(),
            post_id=made.id,
            account_id=account.id,
            text=post.text if variant is None else variant.text,
            is_own=variant is not None and variant.is_own,
            facts={} if variant is None else dict(variant.facts),
            updated_at=tx.now,
        )
    )
    for medium in await tx.media.of_post(post.id):
        tx.media.add(
            replace(medium, id=tx.new_id(), post_id=made.id, album=None, created_at=tx.now, updated_at=tx.now)
        )
