"""How does an agent put something aside? It saves the draft on the desk to a collection."""

from __future__ import annotations

from pydantic import Field

from agents.context import RunContext
from agents.faults import CallDifferently
from agents.tools.door import Arguments, Door
from services.authorising import Action


class Named(Arguments):
    """A collection by its name."""

    name: str = Field(description="The collection's name as the member said it.")


async def save_to_collection(context: RunContext, given: Named) -> str:
    """Save the draft on the desk to a collection, which is made if there is none of that name."""
    if context.progress.post_id is None:
        raise CallDifferently("bad_arguments", "There is no draft to save yet. Call draft_post first.")
    async with context.begin(Action.CURATE) as (tx, actor):
        collection = await context.hands.curating.collection(tx, actor, given.name)
        _, is_new = await context.hands.curating.save(
            tx,
            actor,
            collection_id=collection.id,
            item_kind="post",
            item_id=context.progress.post_id,
        )
    return f"Saved to {collection.name}." if is_new else f"It is in {collection.name} already."


DOORS = (Door(save_to_collection, Named, Action.CURATE, "Saving to a collection…"),)
