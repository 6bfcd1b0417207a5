from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.authorising import Action, Actor, Role, authorise, may
from services.refusals import NotAllowed, NotFound
from storage.settings import Setting

if TYPE_CHECKING:
    from tests.conftest import HandClock

VIEWER = {Action.GREET, Action.LOOK, Action.PREFER}
EDITOR = {
    *VIEWER,
    Action.DRAFT,
    Action.RATE,
    Action.CURATE,
    Action.SCHEDULE,
    Action.PUBLISH,
    Action.DECIDE,
    Action.STOP,
}
ADMIN = {*EDITOR, Action.CONFIGURE, Action.CONNECT}
ALLOWED = {Role.VIEWER: VIEWER, Role.EDITOR: EDITOR, Role.ADMIN: ADMIN, Role.OWNER: ADMIN}
"""The table as it was promised, written down a second time on purpose."""

OURS, THEIRS = UUID(int=1), UUID(int=2)


def actor(role: Role) -> Actor:
    return Actor(OURS, UUID(int=9), 1001, role, "Ada", ZoneInfo("UTC"), "en")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_role_may_do_exactly_what_was_promised(role: Role, action: Action) -> None:
    assert may(actor(role), action) is (action in ALLOWED[role])
    if action in ALLOWED[role]:
        authorise(actor(role), action)
        return
    with pytest.raises(NotAllowed) as caught:
        authorise(actor(role), action)
    assert role.value in caught.value.message
    assert caught.value.next_step


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_what_belongs_to_another_workspace_is_not_there_for_anybody(
    role: Role, action: Action, clock: HandClock
) -> None:
    """Mutation: the same words as for what does not exist, whatever the role, so that nobody learns that it does."""
    with pytest.raises(NotFound, match="not here"):
        authorise(actor(role), action, Setting(workspace_id=THEIRS, scope="s", name="n", updated_at=clock()))


def test_what_belongs_to_the_own_workspace_is_judged_by_the_role(clock: HandClock) -> None:
    ours = Setting(workspace_id=OURS, scope="s", name="n", updated_at=clock())
    authorise(actor(Role.EDITOR), Action.PUBLISH, ours)
    with pytest.raises(NotAllowed):
        authorise(actor(Role.VIEWER), Action.PUBLISH, ours)
