from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from integrations.contract import Answer, Budget, Certainty, Draft, RateLimited, Receipt, Unavailable, Window
from services.recording import FIRST_REST, MOST_FAILURES, MOST_PLATFORM_FAILURES
from tests.services.scripted import Scripted
from tests.services.works import House, open_house

if TYPE_CHECKING:
    from uuid import UUID

    from storage import Storage
    from tests.conftest import HandClock

SECOND = timedelta(seconds=1)


@pytest.fixture
async def house(storage_on_sqlite: Storage, clock: HandClock, new_member: Any) -> AsyncIterator[House]:
    actor = await new_member(storage_on_sqlite)
    opened = await open_house(storage_on_sqlite, clock, actor, Scripted(Certainty.LOOKUP))
    yield opened
    await opened.publishing.finish_moving()


async def due(house: House, count: int, account_id: UUID | None = None) -> list[UUID]:
    return [
        await house.scheduled(f"Post {number} {account_id}", after=SECOND, account_id=account_id)
        for number in range(count)
    ]


async def states(house: House, rows: list[UUID]) -> Counter[str]:
    return Counter([(await house.row(one)).state for one in rows])


def mute(house: House, account: str) -> asyncio.Event:
    """The network says nothing to this account until the event is set."""
    answering, honest = asyncio.Event(), house.network.fire

    async def fire(draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        if draft.account == account:
            await answering.wait()
        return await honest(draft, anchor, key=key)

    house.network.fire = fire  # type: ignore[method-assign]  # a platform of which one account gets no answer
    return answering


async def test_an_account_moves_no_more_posts_at_once_than_its_platform_takes(house: House) -> None:
    house.network.budget = Budget(at_once_per_account=2)
    rows = await due(house, 5)
    answering = mute(house, "us")
    house.clock.move(SECOND)
    assert await house.publishing.publish_due() == 2
    assert await house.publishing.publish_due() == 0
    assert await house.publishing.next_due_at() is None
    answering.set()
    await house.publishing.finish_moving()
    await house.pass_time(SECOND)
    assert await states(house, rows) == {"published": 5}


async def test_a_full_account_holds_up_no_other(house: House) -> None:
    house.network.budget = Budget(at_once_per_account=1)
    other = await house.account("other")
    await due(house, 30)
    (late,) = await due(house, 1, other)
    answering = mute(house, "us")
    house.clock.move(SECOND)
    while await house.publishing.publish_due():
        pass
    if (task := house.publishing._moving.get(late)) is not None:
        await task
    assert (await house.row(late)).state == "published"
    answering.set()


async def test_no_platform_gets_every_hand(house: House) -> None:
    """Mutation: one network that answers nothing would keep all workers waiting, and every other post with them."""
    house.network.budget = Budget(at_once_per_account=None)
    await due(house, 40)
    answering = mute(house, "us")
    house.clock.move(SECOND)
    while await house.publishing.publish_due():
        pass
    assert len(house.publishing._moving) == house.publishing.workers * 3 // 4
    answering.set()


async def test_a_window_is_kept_and_what_is_over_it_waits_for_the_first_to_leave_it(house: House) -> None:
    hour = timedelta(hours=1)
    house.network.budget = Budget(at_once_per_account=None, windows=(Window(3, hour),))
    async with house.storage.begin(None) as tx:
        (await tx.workspaces.get(house.actor.workspace_id)).late_minutes = 600
    rows = await due(house, 5)
    await house.pass_time(SECOND)
    assert await states(house, rows) == {"published": 3, "scheduled": 2}
    await house.pass_time(hour - SECOND)
    assert len(house.network.live) == 3
    await house.pass_time(2 * SECOND)
    assert await states(house, rows) == {"published": 5}


async def test_a_limit_of_one_account_keeps_all_its_posts_from_it_and_no_others(house: House) -> None:
    """Mutation: asked again for every post, a network that says 429 is asked a hundred times in its penalty."""
    other = await house.account("other")
    house.network.budget = Budget(at_once_per_account=1)
    await due(house, 10)
    house.network.answers = [RateLimited(house.clock() + timedelta(minutes=5))]
    await house.pass_time(SECOND)
    assert house.network.calls == 1
    await due(house, 3, other)
    await house.pass_time(timedelta(minutes=4))
    assert set(house.network.accounts) == {"other"}
    await house.pass_time(timedelta(minutes=1))
    assert len(house.network.live) == 13


async def test_a_limit_of_the_platform_keeps_every_account_from_it(house: House) -> None:
    other = await house.account("other")
    house.network.budget = Budget(at_once_per_account=1)
    await due(house, 2)
    house.network.answers = [RateLimited(house.clock() + timedelta(minutes=5), is_for_all=True)]
    await house.pass_time(SECOND)
    await due(house, 2, other)
    await house.pass_time(timedelta(minutes=4))
    assert house.network.calls == 1
    await house.pass_time(timedelta(minutes=1))
    assert len(house.network.live) == 4


async def test_an_answer_that_says_it_was_the_last_one_is_believed(house: House) -> None:
    house.network.budget = Budget(at_once_per_account=1)
    rows = await due(house, 3)
    house.network.answers = [Receipt("1", rests_until=house.clock() + timedelta(minutes=2))]
    await house.pass_time(SECOND)
    assert await states(house, rows) == {"published": 1, "scheduled": 2}
    await house.pass_time(timedelta(minutes=2))
    assert await states(house, rows) == {"published": 3}


async def test_an_account_that_fails_again_and_again_rests_and_is_tried_by_one_post_first(
    house: House,
) -> None:
    """Mutation: without the circuit every post would run into the dead network by itself."""
    house.network.budget = Budget(at_once_per_account=1)
    await due(house, 30)
    house.network.answers = [Unavailable("dead")] * (MOST_FAILURES + 1)
    await house.pass_time(SECOND)
    assert house.network.calls == MOST_FAILURES
    await house.pass_time(FIRST_REST - SECOND)
    assert house.network.calls == MOST_FAILURES
    house.clock.move(2 * SECOND)
    house.network.budget = Budget(at_once_per_account=None)
    assert await house.publishing.publish_due() == 1
    await house.publishing.finish_moving()
    async with house.storage.read(house.actor.workspace_id) as tx:
        (account,) = await tx.accounts.list()
    assert (account.failures, account.rests_until_at) == (MOST_FAILURES + 1, house.clock() + 2 * FIRST_REST)
    for _ in range(12):
        await house.pass_time(timedelta(minutes=1))
    assert len(house.network.live) == 30


async def test_a_platform_on_which_everybody_fails_rests_as_a_whole(house: House) -> None:
    house.network.budget = Budget(at_once_per_account=1)
    accounts = [await house.account(f"account-{number}") for number in range(MOST_PLATFORM_FAILURES + 5)]
    for account in accounts:
        await due(house, 1, account)
    house.network.answers = [Unavailable("dead")] * 100
    await house.pass_time(SECOND)
    tried = house.network.calls
    assert MOST_PLATFORM_FAILURES <= tried <= MOST_PLATFORM_FAILURES + house.publishing.workers
    await house.pass_time(timedelta(seconds=20))
    assert house.network.calls == tried
    house.network.answers = []
    for _ in range(6):
        await house.pass_time(timedelta(minutes=1))
    assert len(house.network.live) == len(accounts)


async def test_limits_are_seen_by_every_worker(storage: Storage, clock: HandClock, new_member: Any) -> None:
    """Mutation: counted in the process, two workers would send twice as much as the network takes."""
    opened = await open_house(storage, clock, await new_member(storage), Scripted(Certainty.LOOKUP))
    opened.network.budget = Budget(at_once_per_account=3)
    await due(opened, 10)
    clock.move(SECOND)
    second = opened.another_worker("worker-2")
    answering = mute(opened, "us")
    taken = [await opened.publishing.publish_due(), await second.publish_due()]
    assert taken == [3, 0]
    answering.set()
    await opened.publishing.finish_moving()
    await opened.pass_time(SECOND)
    assert len(opened.network.live) == 10
