from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from storage.inbox import Arrival, InboxItem

if TYPE_CHECKING:
    from storage import Storage
    from tests.conftest import HandClock

BOT = 7000001


async def put(storage: Storage, *arrivals: tuple[int, str], bot_id: int = BOT) -> int:
    found = [Arrival(number, lane, f'{{"update_id": {number}}}') for number, lane in arrivals]
    async with storage.begin(None) as tx:
        return await tx.inbox.put(bot_id, found, now=tx.now)


async def claim(storage: Storage, owner: str = "one", *, limit: int = 50) -> Sequence[InboxItem]:
    async with storage.begin(None) as tx:
        return await tx.inbox.claim(BOT, owner=owner, now=tx.now, limit=limit)


async def finish(storage: Storage, item: InboxItem, owner: str = "one") -> bool:
    async with storage.begin(None) as tx:
        return await tx.inbox.finish(item.id, owner=owner, now=tx.now)


async def count(storage: Storage, state: str) -> int:
    async with storage.read(None) as tx:
        return await tx.inbox.count(state=state)


async def test_the_same_update_is_kept_once(storage: Storage) -> None:
    assert await put(storage, (5, "a"), (6, "a"), (5, "a")) == 2
    assert await put(storage, (6, "a"), (7, "a")) == 1
    assert await put(storage) == 0
    assert await count(storage, "pending") == 3


async def test_an_update_that_was_worked_off_is_not_worked_off_again_when_it_comes_twice(
    storage: Storage,
) -> None:
    await put(storage, (5, "a"))
    (item,) = await claim(storage)
    assert await finish(storage, item)
    assert await put(storage, (5, "a")) == 0
    assert await claim(storage) == []


async def test_two_bots_may_have_the_same_numbers(storage: Storage) -> None:
    assert await put(storage, (5, "a")) == 1
    assert await put(storage, (5, "a"), bot_id=BOT + 1) == 1
    assert len(await claim(storage)) == 1


async def test_one_item_of_each_lane_is_worked_on_at_a_time_in_the_order_of_their_numbers(
    storage: Storage,
) -> None:
    await put(storage, (12, "a"), (11, "a"), (14, "b"), (13, "b"), (15, "c"))
    first = await claim(storage)
    assert [(one.update_id, one.lane) for one in first] == [(11, "a"), (13, "b"), (15, "c")]
    assert await claim(storage) == []
    await finish(storage, first[1])
    assert [one.update_id for one in await claim(storage)] == [14]
    await finish(storage, first[0])
    assert [one.update_id for one in await claim(storage)] == [12]


async def test_no_more_is_taken_than_there_is_room_for(storage: Storage) -> None:
    await put(storage, *((number, f"lane {number}") for number in range(9)))
    assert [one.update_id for one in await claim(storage, limit=4)] == [0, 1, 2, 3]


async def test_workers_that_claim_at_once_never_get_the_same_item_or_lane(storage: Storage) -> None:
    await put(storage, *((number, f"lane {number % 12}") for number in range(36)))
    claims = await asyncio.gather(
        *(claim(storage, f"worker {number}", limit=3) for number in range(8)), return_exceptions=True
    )
    assert {type(one) for one in claims if isinstance(one, BaseException)} <= {IntegrityError}
    items = [item for one in claims if not isinstance(one, BaseException) for item in one]
    assert len({item.id for item in items}) == len({item.lane for item in items}) == len(items)
    items += await claim(storage, "the last")
    assert sorted(item.update_id for item in items) == list(range(12))


async def test_the_database_itself_refuses_two_workers_in_one_lane(storage: Storage) -> None:
    """Mutation: were the claim's own check gone, this would still hold."""
    await put(storage, (1, "a"), (2, "a"))

    async def take_both() -> None:
        async with storage.begin(None) as tx:
            for number in (1, 2):
                item = await tx.inbox.find(number)
                assert item is not None
                item.state = "working"

    with pytest.raises(IntegrityError):
        await take_both()


async def test_what_a_dead_process_held_comes_back_and_counts_its_tries(storage: Storage) -> None:
    await put(storage, (1, "a"), (2, "b"), (3, "c"))
    for owner in ("dead", "alive", "me"):
        await claim(storage, owner, limit=1)
    async with storage.begin(None) as tx:
        assert await tx.inbox.give_back(owner="me", alive=["alive"]) == 1
    (again,) = await claim(storage, "me")
    assert (again.update_id, again.tries, again.claimed_by) == (1, 2, "me")


async def test_only_who_holds_an_item_can_finish_it_and_only_once(storage: Storage) -> None:
    await put(storage, (1, "a"))
    (item,) = await claim(storage, "one")
    assert not await finish(storage, item, "another")
    async with storage.begin(None) as tx:
        await tx.inbox.give_back(owner="another", alive=[])
    assert not await finish(storage, item, "one")
    await claim(storage, "another")
    assert await finish(storage, item, "another")
    assert not await finish(storage, item, "another")


async def test_an_effect_and_its_end_are_saved_together_or_not_at_all(storage: Storage) -> None:
    await put(storage, (1, "a"))
    (item,) = await claim(storage)

    async def finish_and_break() -> None:
        async with storage.begin(None) as tx:
            assert await tx.inbox.finish(item.id, owner="one", now=tx.now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await finish_and_break()
    assert await count(storage, "working") == 1


async def test_the_parts_of_an_album_are_finished_with_the_first_of_them(storage: Storage) -> None:
    await put(storage, (1, "a"), (2, "a"), (3, "a"), (4, "b"))
    (item, _) = await claim(storage)
    async with storage.begin(None) as tx:
        behind = await tx.inbox.waiting_behind(item)
        assert [one.update_id for one in behind] == [2, 3]
        await tx.inbox.finish_also([one.id for one in behind], now=tx.now)
        await tx.inbox.finish(item.id, owner="one", now=tx.now)
    assert await claim(storage) == []
    assert await count(storage, "done") == 3


async def test_only_what_was_done_long_ago_is_forgotten(storage: Storage, clock: HandClock) -> None:
    await put(storage, (1, "a"), (2, "a"), (3, "a"))
    await finish(storage, (await claim(storage))[0])
    clock.move(timedelta(days=4))
    await finish(storage, (await claim(storage))[0])
    async with storage.begin(None) as tx:
        assert await tx.inbox.prune(before=tx.now - timedelta(days=3)) == 1
    assert (await count(storage, "done"), await count(storage, "pending")) == (1, 1)


async def test_what_was_taken_long_ago_and_never_finished_comes_back(
    storage: Storage, clock: HandClock
) -> None:
    await put(storage, (1, "a"), (2, "b"))
    await claim(storage, "stuck", limit=1)
    clock.move(timedelta(minutes=10))
    await claim(storage, "alive", limit=1)
    async with storage.begin(None) as tx:
        assert await tx.inbox.give_back_older(than=tx.now - timedelta(minutes=5)) == 1
    assert [one.update_id for one in await claim(storage, "me")] == [1]
