"""Who may do what? The one gate: every door names its action and passes through here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from services.refusals import NotAllowed, NotFound
from storage.schema import Scoped


class Role(StrEnum):
    """What a member is in a workspace, from the least to the most powerful."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"
    OWNER = "owner"


class Action(StrEnum):
    """Everything that a door may ask for."""

    GREET = "greet"
    LOOK = "look"
    DRAFT = "draft"
    RATE = "rate"
    CURATE = "curate"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    DECIDE = "decide"
    STOP = "stop"
    PREFER = "prefer"
    CONFIGURE = "configure"
    CONNECT = "connect"


_EVERYONE = frozenset({Action.GREET})
_VIEWER = _EVERYONE | {Action.LOOK, Action.PREFER}
_EDITOR = _VIEWER | {
    Action.DRAFT,
    Action.RATE,
    Action.CURATE,
    Action.SCHEDULE,
    Action.PUBLISH,
    Action.DECIDE,
    Action.STOP,
}
_ADMIN = _EDITOR | {Action.CONFIGURE, Action.CONNECT}

RIGHTS: dict[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _ADMIN,
    Role.OWNER: _ADMIN,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A member in a workspace at this moment: who acts, with which role, in which zone and language."""

    workspace_id: UUID
    user_id: UUID
    telegram_id: int
    role: Role
    name: str
    zone: ZoneInfo
    language: str


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role permits the action; for showing or hiding a button, never instead of `authorise`."""
    return action in RIGHTS[actor.role]


def authorise(actor: Actor, action: Action, subject: Scoped | None = None) -> None:
    """Passes or raises: `NotAllowed` when the role does not permit it, `NotFound` for another workspace's row."""
    if subject is not None and subject.workspace_id != actor.workspace_id:
        raise NotFound("That is not here.", "Send /start to see what is.")
    if not may(actor, action):
        raise NotAllowed(
            f"As {actor.role.value} you cannot {action.value} here.",
            "Ask an admin of this workspace for the right.",
        )
