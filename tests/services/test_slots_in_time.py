from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.slots_in_time import SlotTime, slot_times
from storage.queues import Slot

MADRID = ZoneInfo("Europe/Madrid")
YEAR = timedelta(days=366)
PLACES = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Gaza", "UTC"]


def slot(weekday: int, at_local: str, number: int = 1) -> Slot:
    return Slot(
        workspace_id=UUID(int=1),
        id=UUID(int=number),
        queue_id=UUID(int=2),
        weekday=weekday,
        at_local=at_local,
    )


def first(after: datetime, *slots: Slot, zone: ZoneInfo = MADRID) -> SlotTime:
    return next(slot_times(slots, after=after, until=after + YEAR, zone=zone))


@pytest.mark.parametrize(
    ("after", "at"),
    [
        (datetime(2026, 11, 20, 7, 59, 59, tzinfo=UTC), datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), datetime(2026, 11, 27, 8, 0, tzinfo=UTC)),
        (datetime(2027, 3, 26, 8, 0, tzinfo=UTC), datetime(2027, 4, 2, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_slot_keeps_its_local_time_and_never_comes_at_the_moment_itself(
    after: datetime, at: datetime
) -> None:
    assert first(after, slot(4, "09:00")).at == at


def test_a_skipped_slot_comes_at_the_first_moment_after_the_gap_and_says_so() -> None:
    found = first(datetime(2027, 3, 27, 12, tzinfo=UTC), slot(6, "02:30"))
    assert found.at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert (found.on, "02:30" in found.note, "03:00" in found.note) == ("2027-03-28", True, True)


def test_a_repeated_slot_comes_once_and_at_the_first_of_the_two() -> None:
    after = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = [*slot_times([slot(6, "02:30")], after=after, until=after + timedelta(days=3), zone=MADRID)]
    assert [one.at for one in found] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert "twice" in found[0].note


def test_a_whole_day_that_a_country_skipped_still_has_its_slots() -> None:
    """Samoa had no 30 December 2011 (a Friday; IANA tz database, `australasia`)."""
    apia = ZoneInfo("Pacific/Apia")
    after = datetime(2011, 12, 30, 9, 59, tzinfo=UTC)
    found = first(after, slot(4, "09:00"), zone=apia)
    assert (found.on, found.at) == ("2011-12-30", datetime(2011, 12, 30, 10, 0, tzinfo=UTC))


standing = st.tuples(st.integers(0, 6), st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


@settings(max_examples=60, deadline=None)
@given(
    places=st.sets(standing, min_size=1, max_size=8),
    zone=st.sampled_from(PLACES),
    hours=st.integers(0, 24 * 365 * 4),
)
def test_each_slot_comes_once_a_week_in_order_whatever_the_clocks_do(
    places: set[tuple[int, int, int]], zone: str, hours: int
) -> None:
    slots = [slot(day, f"{hour:02}:{minute:02}", number) for number, (day, hour, minute) in enumerate(places)]
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    until = after + timedelta(weeks=30)
    found = [*slot_times(slots, after=after, until=until, zone=ZoneInfo(zone))]
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert len({one.key for one in found}) == len(found)
    assert all(after < one.at <= until for one in found)
    for one in slots:
        days = [date.fromisoformat(place.on) for place in found if place.slot_id == one.id]
        assert {day.weekday() for day in days} == {one.weekday}
        assert 29 <= len(days) <= 31
        assert all(later - day == timedelta(weeks=1) for day, later in pairwise(days))
