"""How does an agent hand over a text? As a new draft, or as the new text of the draft on the desk."""

from __future__ import annotations

from pydantic import Field

from agents.context import RunContext
from agents.faults import CallDifferently
from agents.tools.door import Arguments, Door
from services.authorising import Action
from services.vetting import clean, find_fault
from storage.posts import Post

REVISED_BY = "revised_by_generation"
"""The post's fact that names the run which last revised it, so that a repeated run does not revise twice."""


class WholeText(Arguments):
    """A complete post."""

    text: str = Field(
        description="The complete text of the post in Markdown, hashtags included, and nothing else."
    )
    then_continue: bool = Field(
        default=False,
        description="True only if the member also asked for something that needs another tool after this one.",
    )


async def draft_post(context: RunContext, given: WholeText) -> str:
    """Hand over a finished new post to the member."""
    text = _vetted(context, given.text)
    async with context.begin(Action.DRAFT) as (tx, actor):
        post = await context.hands.drafting.draft(
            tx,
            actor,
            text=text,
            generation_id=context.generation_id,
            agent_id=context.agent_id,
            is_tainted=context.progress.is_tainted,
        )
        found = [await tx.media.find(one) for one in context.media]
        if loose := [one for one in found if one is not None and one.post_id is None]:
            await context.hands.drafting.attach(tx, actor, post, loose)
    _handed_over(context, post, given)
    return "The draft is saved; the member sees it with its buttons."


async def revise_post(context: RunContext, given: WholeText) -> str:
    """Replace the text of the draft on the desk by a new one."""
    progress = context.progress
    if progress.post_id is None:
        raise CallDifferently("bad_arguments", "There is no draft to revise. Call draft_post instead.")
    text = _vetted(context, given.text)
    async with context.begin(Action.DRAFT) as (tx, actor):
        post = await context.hands.drafting.revise(
            tx, actor, progress.post_id, text=text, version=progress.post_version
        )
        post.facts = {**post.facts, REVISED_BY: str(context.generation_id)}
        post.is_tainted = post.is_tainted or progress.is_tainted
    _handed_over(context, post, given)
    return "The new text is saved; the member sees it with its buttons."


def _vetted(context: RunContext, text: str) -> str:
    cleaned = clean(text)
    fault = find_fault(cleaned, length=context.target.count(cleaned), limit=context.target.limit)
    if fault is not None:
        raise CallDifferently(fault.code, fault.told_model)
    return cleaned


def _handed_over(context: RunContext, post: Post, given: WholeText) -> None:
    progress = context.progress
    progress.post_id, progress.post_version = post.id, post.version
    progress.is_written, progress.is_enough = True, not given.then_continue


DOORS = (
    Door(draft_post, WholeText, Action.DRAFT, "Writing the draft…"),
    Door(revise_post, WholeText, Action.DRAFT, "Rewriting the draft…"),
)
