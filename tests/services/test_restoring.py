from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.restoring import hold_what_was_due
from services.telling import Kind
from storage.chats import Chat

if TYPE_CHECKING:
    from tests.conftest import HandClock

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("state", ["scheduled", "claimed", "prepared", "armed"])
async def test_what_fell_due_since_the_copy_waits_for_a_person_and_is_never_claimed(
    bureau: Any, clock: HandClock, state: str
) -> None:
    due, later = (
        await bureau.scheduled(clock() + HOUR, "Due"),
        await bureau.scheduled(clock() + 2 * DAY, "Later"),
    )
    async with bureau.begin() as tx:
        (await tx.publications.get(due.id)).state = state
    clock.move(DAY)
    assert await hold_what_was_due(bureau.storage) == 1
    async with bureau.storage.begin(None) as tx:
        assert await tx.claims.due(now=tx.now + HOUR, limit=50) == []
    async with bureau.begin() as tx:
        held, waiting = await tx.publications.get(due.id), await tx.publications.get(later.id)
    assert (held.state, held.next_at, held.version) == ("unconfirmed", None, due.version + 1)
    assert (waiting.state, waiting.next_at) == ("scheduled", waiting.due_at)


async def test_the_team_is_asked_once_and_doing_it_again_changes_nothing(
    bureau: Any, clock: HandClock
) -> None:
    async with bureau.begin() as tx:
        tx.chats.add(
            Chat(
                workspace_id=bureau.actor.workspace_id,
                id=tx.new_id(),
                telegram_chat_id=-100,
                kind="supergroup",
                purpose="team",
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
    await bureau.scheduled(clock() + HOUR)
    clock.move(DAY)
    assert await hold_what_was_due(bureau.storage) == 1
    assert await hold_what_was_due(bureau.storage) == 0
    async with bureau.storage.begin(None) as tx:
        told = await tx.outbox.claim(owner="w", now=tx.now, lease=HOUR, limit=50, but_chats=[])
    assert [one.kind for one in told] == [Kind.UNCONFIRMED]


async def test_every_workspace_is_looked_after(bureau: Any, clock: HandClock) -> None:
    await bureau.scheduled(clock() + HOUR)
    clock.move(DAY)
    async with bureau.begin(bureau.stranger) as tx:
        assert await tx.publications.count(states=["scheduled"]) == 0
    assert await hold_what_was_due(bureau.storage) == 1
