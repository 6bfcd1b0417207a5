"""What does the team keep together? Collections, and what goes into them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.authorising import Action, Actor, authorise
from services.refusals import NotFound, Refusal
from services.vetting import clean
from storage import Transaction
from storage.collections import Collection, CollectionItem

LONGEST_NAME = 64
MOST_COLLECTIONS = 200


@dataclass(frozen=True, slots=True)
class Curating:
    """Makes collections and fills them; the same thing is in a collection once."""

    async def collection(self, tx: Transaction, actor: Actor, name: str) -> Collection:
        """The collection with this name, made when there is none."""
        authorise(actor, Action.CURATE)
        name = " ".join(clean(name).split())
        if not name:
            raise Refusal("A collection needs a name.", "Send the name, for example: Autumn ideas.")
        if len(name) > LONGEST_NAME:
            raise Refusal(f"That name has {len(name)} characters.", f"Use at most {LONGEST_NAME}.")
        found = await tx.collections.named(name)
        if found is not None:
            return found
        if len(await tx.collections.list()) >= MOST_COLLECTIONS:
            raise Refusal(f"There are {MOST_COLLECTIONS} collections already.", "Use one of them.")
        made = tx.collections.add(
            Collection(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                name=name,
                created_by_user_id=actor.user_id,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        await tx.flush()
        return made

    async def save(
        self, tx: Transaction, actor: Actor, *, collection_id: UUID, item_kind: str, item_id: UUID
    ) -> tuple[Collection, bool]:
        """Puts one thing into a collection; whether it was new there."""
        authorise(actor, Action.CURATE)
        collection = await tx.collections.find(collection_id)
        if collection is None:
            raise NotFound("That collection is not here any more.", "See /collections.")
        present = await tx.collections.item(collection_id=collection.id, item_kind=item_kind, item_id=item_id)
        if present is not None:
            return collection, False
        if await tx.collections.size(collection.id) >= collection.max_items:
            raise Refusal(
                f"{collection.name} is full ({collection.max_items}).", "Choose another collection."
            )
        tx.collections.add_item(
            CollectionItem(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                collection_id=collection.id,
                item_kind=item_kind,
                item_id=item_id,
                added_by_user_id=actor.user_id,
                added_at=tx.now,
            )
        )
        collection.updated_at = tx.now
        return collection, True
