"""Are an account's zones set in words, confirmed, and said where somebody schedules? And does a card say what the clocks do?"""

from __future__ import annotations

from datetime import UTC, datetime

from services.authorising import Role
from storage.accounts import Account
from tests.bot.house import House


async def account(house: House) -> Account:
    async with house.storage.read(house.owner.workspace_id) as tx:
        return (await tx.accounts.list())[0]


async def open_times(house: House) -> None:
    await house.connect()
    await house.say("/settings")
    await house.press("Channel times")
    await house.press("@autumn_lane")


async def set_zone(house: House, which: str, words: str) -> None:
    await house.press(which)
    await house.say(words)
    await house.press("Yes, keep it")


async def test_a_zone_is_said_back_before_it_is_kept(house: House) -> None:
    await open_times(house)
    await house.press("Its audience's zone")
    await house.say("Dubai")
    assert "Asia/Dubai, where it is 13:30 now. Is that right for @autumn_lane?" in house.last.text
    assert (await account(house)).audience_zone is None
    await house.press("Yes, keep it")
    assert "Its audience: Asia/Dubai (now 13:30)" in house.last.text
    assert (await account(house)).audience_zone == "Asia/Dubai"


async def test_an_unknown_zone_is_asked_again_and_a_kept_one_can_be_forgotten(house: House) -> None:
    await open_times(house)
    await house.press("Its own zone")
    await house.say("Berlinn")
    assert "Did you mean Europe/Berlin?" in house.last.text
    await house.say("Europe/Berlin")
    await house.press("Yes, keep it")
    assert (await account(house)).zone == "Europe/Berlin"
    await house.press("Its own zone")
    await house.press("Forget this zone")
    assert (await account(house)).zone is None


async def test_an_editor_does_not_set_the_clocks_of_an_account(house: House) -> None:
    await house.connect()
    await house.say("/settings")
    shown = house.last
    editor = await house.member(8, "Emil", Role.EDITOR)
    assert "cannot configure here" in await house.refused("Channel times", on=shown, by=editor)


async def test_the_audiences_time_stands_beside_the_persons_before_anything_is_saved(house: House) -> None:
    await open_times(house)
    await set_zone(house, "Its audience's zone", "New York")
    await house.draft()
    await house.press("Schedule")
    await house.press("Tomorrow 09:00")
    assert "09:00 in Madrid is 03:00 in New York, where the audience is." in house.last.text


async def test_an_audience_with_the_same_clock_needs_no_second_line(house: House) -> None:
    await open_times(house)
    await set_zone(house, "Its audience's zone", "Berlin")
    await house.draft()
    await house.press("Schedule")
    await house.press("Tomorrow 09:00")
    assert "where the audience is" not in house.last.text


async def test_another_day_over_there_is_named(house: House) -> None:
    await open_times(house)
    await set_zone(house, "Its audience's zone", "Auckland")
    await house.draft()
    await house.press("Schedule")
    await house.press("Tonight 20:00")
    assert "20:00 in Madrid is Saturday 08:00 in Auckland" in house.last.text


async def test_the_cards_of_an_account_speak_in_its_own_zone(house: House) -> None:
    await open_times(house)
    await set_zone(house, "Its own zone", "Tokyo")
    await house.draft()
    await house.press("Schedule")
    await house.press("Tomorrow 09:00")
    assert "09:00 in Madrid is 17:00 in Tokyo, the account's own zone." in house.last.text
    await house.press("Schedule")
    assert "Sat 21 Nov 2026, 17:00 (Asia/Tokyo, UTC+9)" in house.last.text


async def test_a_time_in_a_gap_is_explained_before_and_after_it_is_saved(house: House) -> None:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.say("28.03.2027 02:30")
    said = "02:30 does not exist, it goes out at 03:00."
    assert said in house.last.text
    assert "Sun 28 Mar 2027, 03:00" in house.last.text
    await house.press("Schedule")
    assert said in house.last.text
    (one,) = await house.publications(post.id)
    assert (one.due_at, one.facts["local"]) == (
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
        "2027-03-28T02:30:00",
    )
    await house.say("/queue")
    await house.press("1 · 03:00")
    assert said in house.last.text


async def test_a_tapped_time_that_comes_twice_says_which_of_the_two_it_is(house: House) -> None:
    await house.connect()
    house.clock[0] = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    await house.draft()
    await house.press("Schedule")
    await house.press("In one hour")
    said = "02:30 comes twice, it goes out at the second."
    assert said in house.last.text
    await house.press("Schedule")
    assert said in house.last.text


async def test_a_member_whose_zone_vanished_is_still_served(house: House) -> None:
    async with house.storage.begin(None) as tx:
        (await tx.users.get(house.owner.user_id)).zone = "Europe/Atlantis"
    await house.say("/settings")
    assert "Time zone: UTC (now 09:30)" in house.last.text
