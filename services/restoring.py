"""What is done to a database that comes from a backup? The world has moved on: nothing that was due goes out unasked."""

from __future__ import annotations

from services.pacing import Priority
from services.telling import Kind, tell_team
from storage import Storage
from storage.publications import MOVING

WHY = "It was due between the backup and now, and may have gone out in that time."


async def hold_what_was_due(storage: Storage) -> int:
    """Puts every publication that was due by now before a person; how many. Run once, before anything else starts."""
    held = 0
    async with storage.begin(None) as tx:
        workspaces = [
            row.workspace_id
            for row in await tx.publications.list(states=("scheduled", *MOVING), limit=100_000)
        ]
    for workspace_id in dict.fromkeys(workspaces):
        async with storage.begin(workspace_id) as tx:
            for row in await tx.publications.list(states=("scheduled", *MOVING), limit=100_000):
                if row.due_at > tx.now:
                    continue
                row.state, row.reason, row.next_at, row.claimed_by = "unconfirmed", WHY, None, None
                row.version += 1
                held += 1
                await tell_team(
                    tx,
                    Kind.UNCONFIRMED,
                    payload={"publication_id": str(row.id)},
                    subject=("publication", row.id),
                    dedupe=f"restored:{row.id}:{row.version}",
                    priority=Priority.APPROVAL,
                )
    return held
