"""For whom does a run act? For the member who asked, with the rights that he has at this very moment."""

from __future__ import annotations

from uuid import UUID

from services.authorising import Actor
from services.joining import actor_of
from services.refusals import NotAllowed
from storage import Transaction


async def actor_for(tx: Transaction, user_id: UUID) -> Actor:
    """The member in the workspace of `tx`; raises `NotAllowed` for one who is a member no more."""
    member = await tx.members.find(user_id)
    user = await tx.users.find(user_id)
    if member is None or user is None or not user.is_active:
        raise NotAllowed("You are not a member of this workspace any more.", "Ask its owner.")
    workspace = await tx.workspaces.get(tx.workspace_id)
    return actor_of(user, workspace, role=member.role)
