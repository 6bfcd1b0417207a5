"""Does the calendar show every post on its own day, and lead from there to everything that can be done?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.calendar import LINES, View, share
from services.authorising import Role
from services.refusals import NotAllowed
from storage.publications import Publication
from tests.bot.house import OTHER, House


async def planned(
    house: House, *moments: datetime, state: str = "scheduled", remote_id: str = "-1001"
) -> None:
    """Posts on the calendar, one for each moment, as they may stand after whatever happened to them."""
    actor = house.owner
    async with house.storage.begin(actor.workspace_id) as tx:
        account = next(one for one in await tx.accounts.list() if one.remote_id == remote_id)
        for number, at in enumerate(moments):
            post = await house.desk.drafting.draft(tx, actor, text=f"Post **{number}** of {state}")
            post.state = "queued"
            tx.publications.add(
                Publication(
                    workspace_id=actor.workspace_id,
                    id=tx.new_id(),
                    post_id=post.id,
                    account_id=account.id,
                    platform=account.platform,
                    post_version=1,
                    state=state,
                    due_at=at,
                    zone="Europe/Madrid",
                    next_at=at if state == "scheduled" else None,
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            )


def utc(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


async def test_an_empty_week_begins_on_monday_and_says_so(house: House) -> None:
    await house.say("/calendar")
    lines = house.last.text.splitlines()
    assert lines[0] == "Mon 16 Nov – Sun 22 Nov 2026 · Europe/Madrid"
    assert [line for line in lines if line.startswith("Fri")] == ["Fri 20 Nov, today –"]
    assert "Nothing is planned for this week" in lines[-1]
    assert house.last.labels[:7] == ["Mon 16", "Tue 17", "Wed 18", "Thu 19", "Fri 20", "Sat 21", "Sun 22"]
    assert house.last.labels[7:] == ["◀ Previous", "Today", "Next ▶"]


async def test_each_post_stands_on_its_local_day_with_its_state_in_words(house: House) -> None:
    """Mutation: days that are cut at midnight in UTC would show 00:15 in Madrid on the day before."""
    await house.connect()
    await planned(house, utc(20, 23, 15), utc(21, 22, 59))
    await planned(house, utc(17, 9), state="published")
    await planned(house, utc(18, 9), state="missed")
    await planned(house, utc(19, 9), state="cancelled")
    await planned(house, utc(20, 9), state="armed")
    await house.say("/calendar")
    lines = house.last.text.splitlines()
    saturday = lines.index("Sat 21 Nov")
    assert lines[saturday + 1] == "00:15 · @autumn_lane · Post 0 of scheduled"
    assert lines[saturday + 2].startswith("23:59 · @autumn_lane · Post 1")
    assert "10:00 · @autumn_lane · Post 0 of published — published" in lines
    assert "10:00 · @autumn_lane · Post 0 of missed — missed, please decide" in lines
    assert "10:00 · @autumn_lane · Post 0 of armed — on its way" in lines
    assert "cancelled" not in house.last.text
    assert "Sat 21 · 2" in house.last.labels


async def test_weeks_are_turned_and_today_leads_back(house: House) -> None:
    await house.connect()
    await planned(house, utc(27, 17, 30))
    await house.say("/calendar")
    first = house.last
    await house.press("Next ▶")
    assert house.last.message_id == first.message_id
    assert house.last.text.startswith("Mon 23 Nov – Sun 29 Nov")
    assert "18:30 · @autumn_lane · Post 0" in house.last.text
    await house.press("Today")
    await house.press("◀ Previous")
    assert house.last.text.startswith("Mon 9 Nov – Sun 15 Nov")


async def test_nobody_turns_further_than_one_can_plan(house: House) -> None:
    await house.say("/calendar")
    turned = 0
    while "Next ▶" in house.last.labels:
        await house.press("Next ▶")
        turned += 1
    assert turned == 53


async def test_a_full_day_says_how_many_more_there_are_and_leaves_room_for_its_neighbours(
    house: House,
) -> None:
    await house.connect()
    await planned(house, *(utc(18, 8) + timedelta(minutes=number) for number in range(60)))
    await planned(house, utc(19, 9), utc(19, 10))
    await house.say("/calendar")
    lines = house.last.text.splitlines()
    assert len(lines) <= 41
    assert "and 33 more" in lines
    assert sum("· Post" in line for line in lines) == 29
    await house.press("Wed 18 · 60")
    assert "Page 1 of 7" in house.last.text
    assert "1 · 09:00" in house.last.labels
    await house.press("Later ›")
    assert "10 · 09:09" in house.last.labels


@given(st.lists(st.integers(0, 2_000), min_size=7, max_size=7))
def test_a_week_is_never_longer_than_a_message_and_shows_what_it_can(counts: list[int]) -> None:
    shown = share(counts)
    assert sum(some + (some < whole) for some, whole in zip(shown, counts, strict=True)) <= LINES
    assert all(some <= whole and (some > 0) == (whole > 0) for some, whole in zip(shown, counts, strict=True))
    assert shown == counts or sum(counts) > LINES - 7


async def test_a_day_opens_a_post_where_it_can_be_cancelled_and_leads_back(house: House) -> None:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("Tomorrow 09:00")
    await house.press("Schedule")
    await house.say("/calendar")
    await house.press("Sat 21 · 1")
    await house.press("1 · 09:00")
    assert "Scheduled on @autumn_lane" in house.last.text
    item = house.last.message_id
    await house.press("Move")
    await house.press("Pick a day")
    await house.press("Mon 23 Nov")
    await house.press("09:00")
    await house.press("Move")
    assert "Mon 23 Nov 2026, 09:00" in house.screens[item].text
    await house.press("Back to the day", on=house.screens[item])
    assert house.last.text.startswith("Sat 21 Nov · Europe/Madrid")
    (one,) = await house.publications(post.id)
    assert one.due_at == utc(23, 8)


async def test_one_of_several_accounts_can_be_looked_at_alone(house: House) -> None:
    await house.connect()
    await house.connect(OTHER)
    await planned(house, utc(20, 12))
    await planned(house, utc(20, 13), remote_id="-1009")
    await house.say("/calendar")
    assert "@autumn_lane" in house.last.text
    await house.press("Show: All accounts")
    await house.press("@second_lane")
    assert "14:00 · Post 0" in house.last.text
    assert "@autumn_lane" not in house.last.text
    await house.press("Fri 20 · 1")
    assert "13:00" not in house.last.text
    await house.press("Back to the week")
    await house.press("Show: @second_lane")
    await house.press("All accounts")
    assert "Fri 20 · 2" in house.last.labels


async def test_a_draft_is_put_on_the_day_that_was_tapped(house: House) -> None:
    await house.connect()
    post = await house.draft("A draft for Sunday")
    await house.say("/calendar")
    await house.press("Sun 22")
    await house.press("Plan something here")
    await house.press("A draft for Sunday")
    await house.press("10:30")
    await house.press("Schedule")
    (one,) = await house.publications(post.id)
    assert one.due_at == utc(22, 9, 30)


async def test_with_several_accounts_the_account_is_asked_before_the_time(house: House) -> None:
    await house.connect()
    await house.connect(OTHER)
    post = await house.draft("A draft for Sunday")
    await house.say("/calendar")
    await house.press("Sun 22")
    await house.press("Plan something here")
    await house.press("A draft for Sunday")
    assert house.last.labels == ["@autumn_lane", "@second_lane", "Back"]
    await house.press("@second_lane")
    await house.press("10:30")
    await house.press("Schedule")
    (one,) = await house.publications(post.id)
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert (await tx.accounts.get(one.account_id)).remote_id == "-1009"


async def test_without_drafts_the_way_to_one_is_told_and_the_past_is_not_planned(house: House) -> None:
    await house.say("/calendar")
    week = house.last
    await house.press("Sun 22")
    await house.press("Plan something here")
    assert "Send me the text of a post" in house.last.text
    await house.press("Thu 19", on=week)
    assert "Plan something here" not in house.last.labels


async def test_a_viewer_looks_and_plans_nothing(house: House) -> None:
    viewer = await house.member(8, "Vera", Role.VIEWER)
    await house.say("/calendar", by=viewer)
    await house.press("Sun 22", by=viewer)
    assert "Plan something here" not in house.last.labels
    await house.say("/calendar")
    await house.press("Sun 22")
    with pytest.raises(NotAllowed):
        await house.press("Plan something here", by=viewer)


async def test_a_day_with_two_hours_of_two_o_clock_tells_them_apart(house: House) -> None:
    """In Madrid the clocks went back on 25 October 2026 at 01:00 UTC."""
    await house.connect()
    await planned(house, utc(24, 22, month=10), utc(25, 0, 30, month=10), utc(25, 1, 30, month=10))
    await planned(house, utc(25, 22, 59, month=10), utc(25, 23, month=10))
    house.clock[0] = utc(20, 9, month=10)
    await house.say("/calendar")
    lines = house.last.text.splitlines()
    sunday = lines.index("Sun 25 Oct, the clocks change")
    clocks = [line.partition(" ·")[0] for line in lines[sunday + 1 :]]
    assert clocks == ["00:00 (UTC+2)", "02:30 (UTC+2)", "02:30 (UTC+1)", "23:59 (UTC+1)"]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Madrid", date(2026, 3, 29), 23),
        ("Europe/Madrid", date(2026, 10, 25), 25),
        ("America/Havana", date(2026, 3, 8), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_says_and_the_next_begins_where_it_ends(
    zone: str, day: date, hours: float
) -> None:
    """Mutation: days of 24 hours would put posts on two days or on none when the clocks change."""
    view = View(ZoneInfo(zone), day)
    start, end = view.span(day)
    assert end - start == timedelta(hours=hours)
    assert view.span(day + timedelta(days=1))[0] == end
    assert view.changes_clock(day) is (hours != 24)


async def test_a_week_with_repeats_says_from_when_they_stand_there(house: House) -> None:
    """Mutation: a week in which a repeat goes out would pass for a free one."""
    await house.connect()
    await house.draft()
    await house.press("Schedule")
    await house.press("Repeat…")
    await house.say("every Monday 9:00")
    await house.press("Repeat it")
    await house.say("/calendar")
    await house.press("Next ▶")
    assert house.last.text.endswith("Repeats stand here from a day ahead; /repeat lists them all.")


async def test_a_week_that_is_over_is_not_offered_for_plans(house: House) -> None:
    await house.say("/calendar")
    await house.press("◀ Previous")
    assert house.last.text.endswith("Nothing was planned for that week.")
