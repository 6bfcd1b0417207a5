"""How does a text become a post, and how does it change? Every change raises the version and voids approvals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from integrations.contract import Attachment, Draft, Platform, Problem
from services.authorising import Action, Actor, authorise
from services.parting import Size, in_parts, problems_of, sizes_of
from services.refusals import NotFound, OutOfDate, Refusal
from services.vetting import clean, hashtags_in, mentions_in
from storage import Transaction
from storage.accounts import Account
from storage.media import Medium
from storage.posts import Post, Variant
from storage.publications import MOVING, OPEN

FIRST_COMMENT = "first_comment"
"""Where a post's facts keep the words of its first comment."""

LONGEST = 50_000
"""Characters of a draft; more than any network takes, less than what hurts."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a post stands against one account's limits: the size of every part of it, and what is the matter."""

    account: Account
    sizes: tuple[Size, ...]
    problems: tuple[Problem, ...]
    has_comments: bool = False

    @property
    def length(self) -> int:
        """How long the first part is (all of it, where there is no thread), in the platform's own units."""
        return self.sizes[0].length

    @property
    def limit(self) -> int:
        """How long the first part may be."""
        return self.sizes[0].limit


def content_hash(draft: Draft, *, account_id: UUID, due_at: datetime) -> str:
    """The fingerprint of exactly this text, these files, this account (by our id: a group's number may change) and moment.

    Thread and first comment count only where there are any, so that what was allowed before they existed stays allowed.
    """
    said: dict[str, Any] = {
        "account": str(account_id),
        "text": draft.text,
        "files": [[one.kind, one.sha256 or one.remote, one.alt_text] for one in draft.attachments],
        "due": due_at.isoformat(),
    }
    if draft.thread:
        said["thread"] = [*draft.thread]
    if draft.comment is not None:
        said["comment"] = draft.comment
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def content_type(media: Sequence[Medium]) -> str:
    """The seeds' name for what a post consists of."""
    kinds = {one.kind for one in media}
    if not kinds:
        return "text"
    if len(media) > 1:
        return "carousel" if kinds == {"photo"} else "mixed"
    return {"photo": "image", "video": "video", "animation": "video"}.get(kinds.pop(), "mixed")


def first_comment(post: Post) -> str:
    """The words (Markdown) that go under the post as its first comment; empty when there are none."""
    return str(post.facts.get(FIRST_COMMENT) or "")


def compose(
    *,
    account: str,
    handle: str | None,
    account_facts: Mapping[str, Any],
    post_facts: Mapping[str, Any],
    text: str,
    media: Sequence[Medium],
) -> Draft:
    """What a platform is handed: `text` (Markdown) in its parts, the files in order and the first comment.

    The one place where a draft is made, so that what was approved and what is sent have the same fingerprint.
    """
    whole = Draft(
        account=account,
        text=text,
        attachments=tuple(_attachment(one) for one in media),
        facts={**account_facts, "handle": handle},
    )
    return in_parts(whole, comment=str(post_facts.get(FIRST_COMMENT) or ""))


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
        post = await self._changeable(tx, actor, post_id, version=version)
        text = self._usable(text)
        if text == post.text:
            return post
        post.text, post.hashtags, post.mentions = text, hashtags_in(text), mentions_in(text)
        for variant in await tx.posts.variants(post_id):
            if not variant.is_own:
                variant.text, variant.updated_at = text, tx.now
        await self.changed(tx, post, why="The text was changed.")
        return post

    async def comment(
        self, tx: Transaction, actor: Actor, post_id: UUID, *, text: str, version: int | None = None
    ) -> Post:
        """Sets the first comment (Markdown) that goes under the post; an empty one takes it away. A change like any."""
        post = await self._changeable(tx, actor, post_id, version=version)
        text = self._usable(text) if text.strip() else ""
        if text == first_comment(post):
            return post
        facts = {name: value for name, value in post.facts.items() if name != FIRST_COMMENT}
        post.facts = {**facts, FIRST_COMMENT: text} if text else facts
        await self.changed(tx, post, why="The first comment was changed.")
        return post

    async def _changeable(self, tx: Transaction, actor: Actor, post_id: UUID, *, version: int | None) -> Post:
        """The post and its publications, locked, if its words may still change; raises a `Refusal`."""
        authorise(actor, Action.DRAFT)
        # First the publications and then their post, as the machine does it: two orders would wait for each other.
        publications = await tx.publications.of_post(post_id, is_locked=True)
        await tx.posts.lock(post_id)
        post = await self.current(tx, actor, post_id, version=version)
        if any(one.part and one.state in OPEN for one in publications):
            raise Refusal(
                "Parts of this post are out already.", "Let it go on, or cancel it and send the new text."
            )
        if any(one.state in MOVING for one in publications):
            raise Refusal(
                "This post is already on its way.", "Wait a moment; its card will show how it ended."
            )
        if post.state == "done":
            raise Refusal(
                "This post is published and stays as it is.", "Send the new text to make another post."
            )
        return post

    async def changed(self, tx: Transaction, post: Post, *, why: str) -> None:
        """Raises the version, voids every standing approval and holds back what was about to leave by it."""
        post.version += 1
        post.updated_at = tx.now
        for approval in await tx.approvals.standing_for(post.id):
            approval.voided_at, approval.void_reason = tx.now, why
        for waiting in await tx.publications.of_post(post.id, is_locked=True):
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
        """What the platform would be handed for this post on this account: `text` in its parts, and the first comment."""
        return compose(
            account=account.remote_id,
            handle=account.handle,
            account_facts=account.facts,
            post_facts=post.facts,
            text=text,
            media=await tx.media.of_post(post.id),
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
            problems = tuple(problems_of(platform, draft))
            found.append(Fit(account, sizes_of(platform, draft), problems, platform.has_comments))
        return found

    async def attach(self, tx: Transaction, actor: Actor, post: Post, media: Sequence[Medium]) -> None:
        """Gives files to a post, after those that it has."""
        authorise(actor, Action.DRAFT, post)
        publications = await tx.publications.of_post(post.id, is_locked=True)
        if post.state == "done" or any(one.state in MOVING for one in publications):
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
