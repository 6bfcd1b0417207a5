"""How does a text become a post, and how does it change? Every change raises the version and voids approvals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from integrations.contract import Attachment, Draft, Platform, Problem
from services.authorising import Action, Actor, authorise
from services.refusals import NotFound, OutOfDate, Refusal
from services.vetting import clean, hashtags_in, mentions_in
from storage import Transaction
from storage.accounts import Account
from storage.media import Medium
from storage.posts import Post, Variant
from storage.publications import MOVING

LONGEST = 50_000
"""Characters of a draft; more than any network takes, less than what hurts."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a post stands against one account's limits, in the platform's own units."""

    account: Account
    length: int
    limit: int
    problems: tuple[Problem, ...]


def content_hash(draft: Draft, *, account_id: UUID, due_at: datetime) -> str:
    """The fingerprint of exactly this text, these files, this account (by our id: a group's number may change) and moment."""
    said = {
        "account": str(account_id),
        "text": draft.text,
        "files": [[one.kind, one.sha256 or one.remote, one.alt_text] for one in draft.attachments],
        "due": due_at.isoformat(),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def content_type(media: Sequence[Medium]) -> str:
    """The seeds' name for what a post consists of."""
    kinds = {one.kind for one in media}
    if not kinds:
        return "text"
    if len(media) > 1:
        return "carousel" if kinds == {"photo"} else "mixed"
    return {"photo": "image", "video": "video", "animation": "video"}.get(kinds.pop(), "mixed")


@dataclass(frozen=True, slots=True)
class Drafting:
    """Makes and changes posts. `platforms` are the networks of this installation by slug."""

    platforms: Mapping[str, Platform]

    async def draft(
        self,
        tx: Transaction,
        actor: Actor,
        *,
        text: str,
        generation_id: UUID | None = None,
        agent_id: UUID | None = None,
        is_tainted: bool = False,
    ) -> Post:
        """A new post from `text` (Markdown). A generation makes one post: asked twice, it changes that one."""
        authorise(actor, Action.DRAFT)
        text = self._usable(text)
        if generation_id is not None and (made := await tx.posts.from_generation(generation_id)) is not None:
            return await self.revise(tx, actor, made.id, text=text)
        post = tx.posts.add(
            Post(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                author_user_id=actor.user_id,
                agent_id=agent_id,
                generation_id=generation_id,
                text=text,
                hashtags=hashtags_in(text),
                mentions=mentions_in(text),
                is_tainted=is_tainted,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        await tx.flush()
        return post

    async def revise(
        self, tx: Transaction, actor: Actor, post_id: UUID, *, text: str, version: int | None = None
    ) -> Post:
        """Changes the text. What waits keeps waiting but needs a new approval; what left already refuses."""
        authorise(actor, Action.DRAFT)
        await tx.posts.lock(post_id)
        post = await self.current(tx, actor, post_id, version=version)
        text = self._usable(text)
        waiting = await tx.publications.of_post(post_id)
        if any(one.state in MOVING for one in waiting):
            raise Refusal(
                "This post is already on its way.", "Wait a moment; its card will show how it ended."
            )
        if post.state == "done":
            raise Refusal(
                "This post is published and stays as it is.", "Send the new text to make another post."
            )
        if text == post.text:
            return post
        post.text, post.hashtags, post.mentions = text, hashtags_in(text), mentions_in(text)
        for variant in await tx.posts.variants(post_id):
            if not variant.is_own:
                variant.text, variant.updated_at = text, tx.now
        await self.changed(tx, post, why="The text was changed.")
        return post

    async def changed(self, tx: Transaction, post: Post, *, why: str) -> None:
        """Raises the version, voids every standing approval and holds back what was about to leave by it."""
        post.version += 1
        post.updated_at = tx.now
        for approval in await tx.approvals.standing_for(post.id):
            approval.voided_at, approval.void_reason = tx.now, why
        for waiting in await tx.publications.of_post(post.id):
            if waiting.state == "scheduled":
                waiting.next_at, waiting.approval_id = None, None
                waiting.reason, waiting.version = why, waiting.version + 1

    async def discard(
        self, tx: Transaction, actor: Actor, post_id: UUID, *, version: int | None = None
    ) -> Post:
        """Puts a draft away; a post with something scheduled has to be cancelled first."""
        authorise(actor, Action.DRAFT)
        post = await self.current(tx, actor, post_id, version=version)
        if any(one.state in {"scheduled", *MOVING} for one in await tx.publications.of_post(post_id)):
            raise Refusal("This post is scheduled.", "Cancel it in /queue first, then discard it.")
        if post.state == "done":
            raise Refusal("This post is published.", "A published post stays in /posts.")
        post.state, post.updated_at = "discarded", tx.now
        post.version += 1
        return post

    async def current(self, tx: Transaction, actor: Actor, post_id: UUID, *, version: int | None) -> Post:
        """The post, if it is there and still at `version`; raises `NotFound` or `OutOfDate`."""
        post = await tx.posts.find(post_id)
        if post is None:
            raise NotFound("That post is not here any more.", "See /posts.")
        authorise(actor, Action.LOOK, post)
        if post.state == "discarded":
            raise NotFound("That post was discarded.", "Send a new idea to start another.")
        if version is not None and version != post.version:
            raise OutOfDate("The post has changed since this card was made.", "Open it again with /posts.")
        return post

    async def variant(self, tx: Transaction, post: Post, account: Account) -> Variant:
        """The post's variant for an account; made from the post's text when there is none yet."""
        found = await tx.posts.variant(post_id=post.id, account_id=account.id)
        if found is not None:
            return found
        made = tx.posts.add_variant(
            Variant(
                workspace_id=post.workspace_id,
                id=tx.new_id(),
                post_id=post.id,
                account_id=account.id,
                text=post.text,
                updated_at=tx.now,
            )
        )
        await tx.flush()
        return made

    async def draft_for(self, tx: Transaction, post: Post, account: Account, text: str) -> Draft:
        """What the platform would be handed for this post on this account."""
        media = await tx.media.of_post(post.id)
        return Draft(
            account=account.remote_id,
            text=text,
            attachments=tuple(_attachment(one) for one in media),
            facts={**account.facts, "handle": account.handle},
        )

    async def fits(self, tx: Transaction, post: Post) -> Sequence[Fit]:
        """How the post stands against every account it may go to; the default account comes first."""
        found = []
        for account in await tx.accounts.list():
            platform = self.platforms.get(account.platform)
            if platform is None:
                continue
            variant = await tx.posts.variant(post_id=post.id, account_id=account.id)
            text = post.text if variant is None else variant.text
            draft = await self.draft_for(tx, post, account, text)
            limit = platform.limits.caption if draft.attachments else platform.limits.text
            found.append(Fit(account, platform.length(text), limit, tuple(platform.problems(draft))))
        return found

    async def attach(self, tx: Transaction, actor: Actor, post: Post, media: Sequence[Medium]) -> None:
        """Gives files to a post, after those that it has."""
        authorise(actor, Action.DRAFT, post)
        if post.state == "done" or any(one.state in MOVING for one in await tx.publications.of_post(post.id)):
            raise Refusal(
                "This post has left and stays as it is.", "Send the files with a text for a new post."
            )
        present = await tx.media.of_post(post.id)
        for place, one in enumerate(media, start=len(present)):
            one.post_id, one.position, one.updated_at = post.id, place, tx.now
        await tx.flush()
        post.content_type = content_type(await tx.media.of_post(post.id))
        await self.changed(tx, post, why="Files were added.")

    def _usable(self, text: str) -> str:
        cleaned = clean(text)
        if not cleaned:
            raise Refusal("There is no text in it.", "Send the words of the post.")
        if len(cleaned) > LONGEST:
            raise Refusal(
                f"The text has {len(cleaned):,} characters; no network takes more than {LONGEST:,}.",
                "Shorten it.",
            )
        return cleaned


def _attachment(medium: Medium) -> Attachment:
    return Attachment(
        kind=medium.kind,
        key=medium.provider_key,
        sha256=medium.sha256,
        file_name=medium.file_name,
        mime_type=medium.mime_type,
        alt_text=medium.alt_text,
        remote=medium.telegram_file_id,
    )
