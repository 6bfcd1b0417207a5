"""What does a run have to know before it begins? One look at the database, taken apart from the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agents.acting import actor_for
from agents.memory import MOST_MESSAGES, window
from agents.models import Choice, Models
from agents.prompts import Moment, request, sources_in, system_message
from agents.targets import Target, target_for
from agents.tools.drafts import REVISED_BY
from services.authorising import Action, authorise
from services.refusals import NotFound
from services.scheduling import Scheduling
from storage import Transaction
from storage.generations import Generation
from storage.posts import Post


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that a run begins with.

    `conversation` is (role, text), the request last. `media` are the files that came with it. `post` is the draft on the desk; `is_written` says that a former
    try of this very run wrote it, so that only the telling is left.
    """

    choice: Choice
    parameters: dict[str, Any]
    tools: frozenset[str]
    system: str
    conversation: tuple[tuple[str, str], ...]
    target: Target
    post: Post | None
    media: tuple[UUID, ...]
    is_written: bool
    is_tainted: bool


async def brief(tx: Transaction, generation: Generation, *, models: Models, scheduling: Scheduling) -> Brief:
    """Reads what the run needs; raises a `Refusal` when the member or the draft is not there any more."""
    actor = await actor_for(tx, generation.user_id)
    authorise(actor, Action.DRAFT)
    version = await tx.agents.version(generation.agent_version_id)
    if version is None:
        raise NotFound("That agent is not here any more.", "See /agents for who is.")
    post, is_written = await _draft_on_the_desk(tx, generation)
    media = tuple(UUID(str(one)) for one in generation.input.get("media") or ())
    has_media = bool(media) or (post is not None and bool(await tx.media.of_post(post.id)))
    target = await target_for(tx, actor, scheduling, has_media=has_media)
    remembered = await tx.messages.latest(generation.lane, limit=MOST_MESSAGES)
    sources = sources_in(generation.input)
    choice = models.choose(version.model)
    mark = generation.id.hex
    return Brief(
        choice=choice,
        parameters=dict(version.parameters),
        tools=frozenset(str(one) for one in version.capabilities),
        system=system_message(
            version,
            target=target,
            moment=Moment(tx.now, actor.zone, actor.language),
            draft=None if post is None else post.text,
            mark=mark,
        ),
        conversation=(*window(remembered), ("person", _asked(generation, sources, choice, mark))),
        target=target,
        post=post,
        media=media,
        is_written=is_written,
        is_tainted=bool(sources)
        or generation.is_tainted
        or (post is not None and post.is_tainted)
        or any(message.is_tainted for message in remembered),
    )


def _asked(generation: Generation, sources: list[str], choice: Choice, mark: str) -> str:
    """The request. The offline drafter obeys no text and takes marks for words, so it gets the material bare."""
    if choice.provider == "offline":
        return "\n\n".join([generation.prompt, *sources])
    return request(generation.prompt, sources, mark=mark)


async def _draft_on_the_desk(tx: Transaction, generation: Generation) -> tuple[Post | None, bool]:
    made = await tx.posts.from_generation(generation.id)
    if made is not None:
        return made, True
    if generation.post_id is None:
        return None, False
    post = await tx.posts.find(generation.post_id)
    if post is None or post.state == "discarded":
        raise NotFound("The draft that this was about is not here any more.", "Send the idea again.")
    return post, post.facts.get(REVISED_BY) == str(generation.id)
