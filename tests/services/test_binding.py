from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.authorising import Role
from services.binding import Binding, Seen
from services.drafting import content_hash
from services.refusals import NotAllowed, Refusal

if TYPE_CHECKING:
    from tests.conftest import HandClock

BINDING = Binding("short")
LANE = Seen(-1001, "channel", "Autumn Lane", "autumn_lane", {"can_post_messages": True})
TEAM = Seen(-1002, "supergroup", "Team desk")


async def connect(bureau: Any, seen: Seen = LANE) -> Any:
    async with bureau.begin() as tx:
        return await BINDING.as_channel(tx, bureau.actor, seen)


async def test_a_channel_becomes_an_account_once(bureau: Any) -> None:
    first, again = await connect(bureau), await connect(bureau, replace(LANE, title="Renamed"))
    assert (first.id, first.remote_id, first.handle) == (again.id, "-1001", "autumn_lane")
    assert (again.name, again.status) == ("Renamed", "active")
    async with bureau.begin() as tx:
        assert len(await tx.accounts.list()) == 2
        assert len(await tx.chats.with_purpose("channel")) == 1


@pytest.mark.parametrize("rights", [None, {}, {"can_post_messages": False}, {"can_edit_messages": True}])
async def test_where_the_bot_may_not_post_nothing_is_connected(
    bureau: Any, rights: dict[str, Any] | None
) -> None:
    with pytest.raises(Refusal, match="may not post"):
        await connect(bureau, replace(LANE, rights=rights))
    async with bureau.begin() as tx:
        assert await tx.chats.bound_to(LANE.chat_id) == []


async def test_only_an_admin_says_what_a_chat_is_for(bureau: Any) -> None:
    for role in (Role.VIEWER, Role.EDITOR):
        with pytest.raises(NotAllowed):
            async with bureau.begin() as tx:
                await BINDING.as_channel(tx, bureau.acting(role), LANE)
        with pytest.raises(NotAllowed):
            async with bureau.begin() as tx:
                await BINDING.as_team_chat(tx, bureau.acting(role), TEAM)
    async with bureau.begin() as tx:
        assert await BINDING.as_team_chat(tx, bureau.acting(Role.ADMIN), TEAM)


async def test_a_team_chat_is_bound_once_per_topic(bureau: Any) -> None:
    async with bureau.begin() as tx:
        for thread_id in (0, 3, 3):
            await BINDING.as_team_chat(tx, bureau.actor, TEAM, thread_id=thread_id)
        assert {one.thread_id for one in await tx.chats.with_purpose("team")} == {0, 3}
        assert len(await tx.chats.bound_to(TEAM.chat_id)) == 2


async def test_a_lost_channel_pauses_and_a_found_one_goes_on_with_what_waited(
    bureau: Any, clock: HandClock
) -> None:
    account = await connect(bureau)
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
        waiting = await bureau.scheduling.schedule(
            tx, bureau.actor, post.id, version=1, at=clock() + timedelta(hours=1), account_id=account.id
        )
        (lost,) = await BINDING.lost(tx, LANE.chat_id, why="Thrown out.")
        assert not lost.is_active
    async with bureau.begin() as tx:
        row = await tx.publications.get(waiting.id)
        found = await tx.accounts.get(account.id)
        assert (found.status, found.last_error) == ("paused", "Thrown out.")
        row.next_at = None  # as the publishing machine does when it meets a paused account
    await connect(bureau)
    async with bureau.begin() as tx:
        row = await tx.publications.get(waiting.id)
        assert (await tx.accounts.get(account.id)).status == "active"
        assert (row.state, row.next_at) == ("scheduled", row.due_at)


async def test_what_nobody_allows_any_more_does_not_go_on_by_connecting_again(
    bureau: Any, clock: HandClock
) -> None:
    account = await connect(bureau)
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
        waiting = await bureau.scheduling.schedule(
            tx, bureau.actor, post.id, version=1, at=clock() + timedelta(hours=1), account_id=account.id
        )
        await bureau.drafting.revise(tx, bureau.actor, post.id, text="Unseen")
    await connect(bureau)
    async with bureau.begin() as tx:
        assert (await tx.publications.get(waiting.id)).next_at is None


async def test_a_group_that_becomes_a_supergroup_keeps_its_account_and_what_was_allowed(
    bureau: Any, clock: HandClock
) -> None:
    group = Seen(-5, "group", "Friends")
    account = await connect(bureau, group)
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
        waiting = await bureau.scheduling.schedule(
            tx, bureau.actor, post.id, version=1, at=clock() + timedelta(hours=1), account_id=account.id
        )
        await BINDING.migrated(tx, old=-5, new=-1005)
    async with bureau.begin() as tx:
        moved = await tx.accounts.get(account.id)
        assert moved.remote_id == "-1005"
        draft = await bureau.drafting.draft_for(tx, await tx.posts.get(post.id), moved, "Hello")
        approval = await tx.approvals.get(waiting.approval_id)
        assert approval.content_hash == content_hash(draft, account_id=moved.id, due_at=waiting.due_at)
        assert await tx.chats.bound_to(-5) == []
        assert len(await tx.chats.bound_to(-1005)) == 1


async def test_losing_a_chat_of_another_workspace_changes_nothing_here(bureau: Any) -> None:
    account = await connect(bureau)
    async with bureau.begin(bureau.stranger) as tx:
        assert await BINDING.lost(tx, LANE.chat_id, why="x") == []
    async with bureau.begin() as tx:
        assert (await tx.accounts.get(account.id)).status == "active"
