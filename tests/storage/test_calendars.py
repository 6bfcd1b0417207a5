from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.services.conftest import desk_on

if TYPE_CHECKING:
    from storage import Storage
    from tests.conftest import HandClock


@pytest.fixture
async def bureau(storage: Storage, new_member: Any) -> Any:
    """A member with an account on each kind of database, and the owner of another workspace."""
    return await desk_on(storage, new_member)


async def test_a_stretch_begins_with_its_first_moment_and_ends_before_its_last(
    bureau: Any, clock: HandClock
) -> None:
    start, hour = clock() + timedelta(hours=1), timedelta(hours=1)
    rows = [await bureau.scheduled(start + hour * number, f"Post {number}") for number in range(-1, 4)]
    async with bureau.begin() as tx:
        (await tx.publications.get(rows[3].id)).state = "cancelled"
    stretch: dict[str, Any] = {"start": start, "end": start + 3 * hour, "account_id": None}
    async with bureau.begin() as tx:
        found = await tx.calendars.between(**stretch, limit=10)
        assert [one.id for one in found] == [rows[1].id, rows[2].id]
        assert await tx.calendars.count(**stretch) == 2
        later = await tx.calendars.between(**stretch, limit=1, offset=1)
        assert [one.id for one in later] == [rows[2].id]
        stretch["account_id"] = bureau.account_id
        assert await tx.calendars.count(**stretch) == 2
        stretch["account_id"] = bureau.actor.user_id
        assert await tx.calendars.count(**stretch) == 0


async def test_nobody_sees_the_calendar_of_another_workspace(bureau: Any, clock: HandClock) -> None:
    await bureau.scheduled(clock() + timedelta(hours=1))
    async with bureau.begin(bureau.stranger) as tx:
        end = clock() + timedelta(days=1)
        assert await tx.calendars.count(start=clock(), end=end, account_id=None) == 0
        assert await tx.calendars.between(start=clock(), end=end, account_id=None, limit=5) == []
