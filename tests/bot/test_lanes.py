from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.lanes import Lanes
from storage import Storage
from storage.inbox import Arrival, InboxItem
from tests.bot.house import House


async def _arrive(storage: Storage, *lanes: str) -> None:
    async with storage.begin(None) as tx:
        await tx.inbox.put(
            1, [Arrival(number, lane, "{}") for number, lane in enumerate(lanes, 1)], now=tx.now
        )


async def _worked_off(lanes: Lanes) -> None:
    while await lanes.work_off():
        await lanes.drain(timeout=5)
        lanes._is_closing = False


def _noting(heard: list[int]) -> Callable[[InboxItem], Any]:
    async def note(item: InboxItem) -> None:
        heard.append(item.update_id)

    return note


async def test_what_cannot_be_answered_again_and_again_is_set_aside_and_told(house: House) -> None:
    tried: list[int] = []
    parked: list[int] = []

    async def breaks(item: InboxItem) -> None:
        tried.append(item.update_id)
        raise RuntimeError("the disk is full")

    await _arrive(house.storage, "1/0")
    lanes = Lanes(house.storage, 1, "t", breaks, _noting(parked))
    for _ in range(5):
        await _worked_off(lanes)
    assert (tried, parked) == ([1, 1, 1, 1], [1])


async def test_what_cannot_even_be_set_aside_with_a_word_is_set_aside_without(house: House) -> None:
    async def breaks(item: InboxItem) -> None:
        raise RuntimeError(f"{item.update_id}")

    await _arrive(house.storage, "1/0")
    lanes = Lanes(house.storage, 1, "t", breaks, breaks)
    for _ in range(6):
        await _worked_off(lanes)
    async with house.storage.read(None) as tx:
        assert await tx.inbox.count(state="parked") == 1


async def test_what_was_in_work_when_a_process_died_is_tried_first_and_alone(house: House) -> None:
    """Mutation: claimed in company again, an innocent neighbour would be counted out with the culprit."""
    await _arrive(house.storage, "1/0", "2/0", "3/0")
    async with house.storage.begin(None) as tx:
        await tx.inbox.claim(1, owner="killed", now=tx.now, limit=2)
    async with house.storage.begin(None) as tx:
        await tx.inbox.give_back(owner="t", alive=[])
    in_company: list[int] = []
    seen: list[int] = []

    async def counts(item: InboxItem) -> None:
        in_company.append(len(lanes._working))
        seen.append(item.update_id)
        async with house.storage.begin(None) as tx:
            await tx.inbox.finish(item.id, owner="t", now=tx.now)

    lanes = Lanes(house.storage, 1, "t", counts, counts)
    for _ in range(3):
        await _worked_off(lanes)
    assert sorted(seen[:2]) == [1, 2]
    assert in_company[:2] == [1, 1]
