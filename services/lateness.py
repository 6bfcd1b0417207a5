"""How late may a post be? The rule of the workspace or of the post, and what becomes of what is later than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.authorising import Action, Actor, Role, authorise
from services.pacing import Priority
from services.refusals import Refusal
from services.scheduling import Scheduling
from services.telling import Kind, Place, tell
from storage import Transaction
from storage.publications import Publication
from storage.workspaces import Workspace

QUEUEING = timedelta(minutes=1)
"""Not lateness: a busy minute, or a worker that starts again, takes that long."""

MOST_MINUTES = 24 * 60

TOLD_FOR = timedelta(days=1)
"""How long a post that was let go stays on the list of the late ones."""


class Mode(StrEnum):
    """What becomes of a post that is later than it may be: a person is asked, or it is let go."""

    ASK = "ask"
    DROP = "drop"


class Verdict(StrEnum):
    """What is to be done with a post that is due now."""

    SEND = "send"
    ASK = "ask"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Policy:
    """Sent while it is at most `minutes` (0 to 1440) late; what happens after that is the `mode`."""

    minutes: int
    mode: Mode

    def __post_init__(self) -> None:
        """Raises a `Refusal` for minutes that no policy can have."""
        if not 0 <= self.minutes <= MOST_MINUTES:
            raise Refusal("A post may be up to a day late.", f"Choose 0 to {MOST_MINUTES} minutes.")


def policy_for(workspace: Workspace, publication: Publication | None = None) -> Policy:
    """The policy of a publication: its own where it has one, the workspace's for the rest."""
    minutes, mode = workspace.late_minutes, workspace.late_mode
    if publication is not None:
        minutes = minutes if publication.late_minutes is None else publication.late_minutes
        mode = publication.late_mode or mode
    return Policy(minutes, Mode(mode))


def verdict(*, due_at: datetime, now: datetime, minutes: int, mode: str) -> Verdict:
    """Whether a post that was due at `due_at` is sent `now` (both aware), asked about, or let go.

    Up to a minute of waiting for its turn is never late, not even when no lateness at all is allowed.
    """
    if now - due_at <= max(timedelta(minutes=minutes), QUEUEING):
        return Verdict.SEND
    return Verdict.DROP if mode == Mode.DROP else Verdict.ASK


_LET_GO = "late and the team lets such posts go."


def why_let_go(minutes: int) -> str:
    """What stands on a post that was let go by the policy; `was_let_go` and the list of the missed know it again."""
    if minutes == 0:
        return f"It was {_LET_GO}"
    return f"It was more than {minutes:,} {'minute' if minutes == 1 else 'minutes'} {_LET_GO}"


async def let_go_lately(tx: Transaction) -> Sequence[Publication]:
    """What was let go by the policy within the last day, the soonest due first."""
    return await tx.moments.ended_with(state="cancelled", reason=_LET_GO, since=tx.now - TOLD_FOR)


async def tell_missed(tx: Transaction) -> int:
    """Tells of everything that is late, in one message for each team chat; how many messages were added.

    A list that still waits to be sent is made when it is sent, so it gets no second one beside it. A workspace without
    a team chat tells its owners in private.
    """
    told = 0
    for place in await who_is_told(tx):
        chat, thread = place.chat_id, place.thread_id
        if not await tx.outbox.has_unsent(kind=Kind.MISSED_LIST, chat_id=chat, thread_id=thread):
            tell(tx, Kind.MISSED_LIST, place, priority=Priority.ALERT)
            told += 1
    return told


async def who_is_told(tx: Transaction) -> list[Place]:
    """Where the team is told: in its chats, or its owners in private where it has none."""
    if chats := await tx.chats.with_purpose("team"):
        return [Place(chat.telegram_chat_id, chat.thread_id) for chat in chats]
    members = await tx.members.list_with_users()
    return [Place(user.telegram_id) for member, user in members if member.role == Role.OWNER]


@dataclass(frozen=True, slots=True)
class Lateness:
    """Keeps what a team and its members want to become of late posts."""

    scheduling: Scheduling

    async def for_workspace(self, tx: Transaction, actor: Actor, policy: Policy) -> Policy:
        """The policy of every post that has none of its own, from now on; hands back the one before."""
        authorise(actor, Action.CONFIGURE)
        workspace = await tx.workspaces.get(actor.workspace_id)
        before = policy_for(workspace)
        workspace.late_minutes, workspace.late_mode = policy.minutes, policy.mode.value
        workspace.updated_at = tx.now
        return before

    async def for_publication(
        self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int, policy: Policy | None
    ) -> Publication:
        """A waiting publication's own policy, or (None) the workspace's; a change raises the version.

        Raises a `Refusal` when it waits no more or is not at `version`.
        """
        authorise(actor, Action.SCHEDULE)
        row = await self.scheduling.waiting(tx, actor, publication_id, version=version)
        wanted = (None, None) if policy is None else (policy.minutes, policy.mode.value)
        if wanted != (row.late_minutes, row.late_mode):
            row.late_minutes, row.late_mode = wanted
            row.version, row.updated_at = row.version + 1, tx.now
        return row
