from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from services.authorising import Role
from services.refusals import NotAllowed, NotFound, OutOfDate, Refusal
from services.scheduling import FURTHEST, GRACE

if TYPE_CHECKING:
    from tests.conftest import HandClock

HOUR = timedelta(hours=1)


async def count(bureau: Any) -> int:
    async with bureau.begin() as tx:
        return int(await tx.publications.count(states=["scheduled"]))


async def test_a_post_is_queued_with_the_word_of_whoever_allowed_it(bureau: Any, clock: HandClock) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    async with bureau.begin() as tx:
        approval = await tx.approvals.get(made.approval_id)
        post = await tx.posts.get(made.post_id)
    assert (made.state, made.due_at, made.next_at, made.zone) == (
        "scheduled",
        clock() + HOUR,
        clock() + HOUR,
        "Europe/Madrid",
    )
    assert (approval.given_by_user_id, approval.due_at) == (bureau.actor.user_id, made.due_at)
    assert (approval.post_version, approval.account_id, post.state) == (1, bureau.account_id, "queued")


async def test_the_same_instant_in_any_zone_is_the_same_moment(bureau: Any, clock: HandClock) -> None:
    there = (clock() + HOUR).astimezone(ZoneInfo("Asia/Kolkata"))
    assert (await bureau.scheduled(there)).due_at == clock() + HOUR


@pytest.mark.parametrize(
    "away", [-GRACE - timedelta(seconds=1), -timedelta(days=400), FURTHEST + timedelta(seconds=1)]
)
async def test_the_past_and_what_is_beyond_a_year_are_refused(
    bureau: Any, clock: HandClock, away: timedelta
) -> None:
    with pytest.raises(Refusal) as caught:
        await bureau.scheduled(clock() + away)
    assert caught.value.next_step
    assert await count(bureau) == 0


async def test_reading_the_card_may_take_a_moment(bureau: Any, clock: HandClock) -> None:
    assert (await bureau.scheduled(clock() - GRACE)).due_at == clock()
    assert (await bureau.scheduled(clock() + FURTHEST)).due_at == clock() + FURTHEST


async def test_what_is_too_long_for_its_network_is_refused_before_it_waits(
    bureau: Any, clock: HandClock
) -> None:
    with pytest.raises(Refusal, match="Too long"):
        await bureau.scheduled(clock() + HOUR, "x" * 21)
    assert await count(bureau) == 0


async def test_a_post_waits_once_per_account(bureau: Any, clock: HandClock) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    with pytest.raises(Refusal, match="already"):
        async with bureau.begin() as tx:
            await bureau.scheduling.publish_now(tx, bureau.actor, made.post_id, version=1)
    assert await count(bureau) == 1


async def test_pressed_by_several_at_once_it_is_scheduled_once(bureau_on_both: Any, clock: HandClock) -> None:
    """Mutation: without the lock on the post, PostgreSQL lets each of them in and the post goes out twice."""
    bureau = bureau_on_both
    async with bureau.begin() as tx:
        post = await bureau.post(tx)

    async def press() -> None:
        async with bureau.begin() as tx:
            await bureau.scheduling.schedule(tx, bureau.actor, post.id, version=1, at=clock() + HOUR)

    pressed = await asyncio.gather(*(press() for _ in range(6)), return_exceptions=True)
    assert [type(one) for one in pressed if one is not None] == [Refusal] * 5
    assert await count(bureau) == 1


async def test_a_card_of_an_older_version_schedules_nothing(bureau: Any, clock: HandClock) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
        await bureau.drafting.revise(tx, bureau.actor, post.id, text="New")
    with pytest.raises(OutOfDate):
        async with bureau.begin() as tx:
            await bureau.scheduling.schedule(tx, bureau.actor, post.id, version=1, at=clock() + HOUR)
    assert await count(bureau) == 0


async def test_moving_is_a_new_word_for_the_new_moment_and_a_stale_card_moves_nothing(
    bureau: Any, clock: HandClock
) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    async with bureau.begin() as tx:
        moved = await bureau.scheduling.move(tx, bureau.actor, made.id, version=1, at=clock() + 2 * HOUR)
    assert (moved.due_at, moved.next_at, moved.version) == (clock() + 2 * HOUR, clock() + 2 * HOUR, 2)
    assert moved.approval_id != made.approval_id
    async with bureau.begin() as tx:
        assert (await tx.approvals.get(made.approval_id)).voided_at is not None
    with pytest.raises(OutOfDate):
        async with bureau.begin() as tx:
            await bureau.scheduling.move(tx, bureau.actor, made.id, version=1, at=clock() + 3 * HOUR)
    with pytest.raises(Refusal, match="passed"):
        async with bureau.begin() as tx:
            await bureau.scheduling.move(tx, bureau.actor, made.id, version=2, at=clock() - HOUR)


async def test_what_is_cancelled_is_a_draft_again_and_is_cancelled_once(
    bureau: Any, clock: HandClock
) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    async with bureau.begin() as tx:
        await bureau.scheduling.cancel(tx, bureau.actor, made.id, version=1)
    async with bureau.begin() as tx:
        row = await tx.publications.get(made.id)
        assert (row.state, row.next_at) == ("cancelled", None)
        assert (await tx.posts.get(made.post_id)).state == "draft"
        assert (await tx.approvals.get(made.approval_id)).voided_at is not None
    for deed, more in (("cancel", {}), ("move", {"version": None, "at": clock() + HOUR})):
        with pytest.raises(OutOfDate):
            async with bureau.begin() as tx:
                await getattr(bureau.scheduling, deed)(tx, bureau.actor, made.id, **more)


@pytest.mark.parametrize("state", ["claimed", "prepared", "armed"])
async def test_what_is_on_its_way_is_neither_moved_nor_cancelled(
    bureau: Any, clock: HandClock, state: str
) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    async with bureau.begin() as tx:
        (await tx.publications.get(made.id)).state = state
    for deed, more in (("cancel", {}), ("move", {"version": None, "at": clock() + HOUR})):
        with pytest.raises(Refusal, match="on its way"):
            async with bureau.begin() as tx:
                await getattr(bureau.scheduling, deed)(tx, bureau.actor, made.id, **more)


async def test_a_viewer_and_another_workspace_schedule_move_and_cancel_nothing(
    bureau: Any, clock: HandClock
) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    calls: list[tuple[str, Any, dict[str, Any]]] = [
        ("cancel", made.id, {}),
        ("move", made.id, {"version": None, "at": clock() + HOUR}),
        ("approve_again", made.id, {"version": None}),
        ("publish_now", made.post_id, {"version": 1}),
    ]
    for deed, target, more in calls:
        with pytest.raises(NotAllowed):
            async with bureau.begin() as tx:
                await getattr(bureau.scheduling, deed)(tx, bureau.acting(Role.VIEWER), target, **more)
        with pytest.raises(NotFound):
            async with bureau.begin(bureau.stranger) as tx:
                await getattr(bureau.scheduling, deed)(tx, bureau.stranger, target, **more)
    assert await count(bureau) == 1


async def test_nothing_is_scheduled_where_nothing_is_connected_or_what_is_paused(
    bureau: Any, clock: HandClock
) -> None:
    async with bureau.begin(bureau.stranger) as tx:
        post = await bureau.drafting.draft(tx, bureau.stranger, text="Hi")
    with pytest.raises(Refusal, match="No channel"):
        async with bureau.begin(bureau.stranger) as tx:
            await bureau.scheduling.publish_now(tx, bureau.stranger, post.id, version=1)
    async with bureau.begin() as tx:
        (await tx.accounts.get(bureau.account_id)).status = "paused"
    with pytest.raises(Refusal, match="paused"):
        await bureau.scheduled(clock() + HOUR)


async def test_an_account_of_another_workspace_cannot_be_named(bureau: Any, clock: HandClock) -> None:
    async with bureau.begin(bureau.stranger) as tx:
        post = await bureau.drafting.draft(tx, bureau.stranger, text="Hi")
    with pytest.raises(Refusal):
        async with bureau.begin(bureau.stranger) as tx:
            await bureau.scheduling.schedule(
                tx, bureau.stranger, post.id, version=1, at=clock() + HOUR, account_id=bureau.account_id
            )


async def test_a_moment_without_a_zone_is_a_fault_and_not_a_guess(bureau: Any) -> None:
    with pytest.raises(TypeError):
        await bureau.scheduled(datetime(2026, 11, 21, 9))  # noqa: DTZ001 - that is the fault
