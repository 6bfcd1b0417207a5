"""Is the moment always said back, and is exactly that moment saved?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.authorising import Role
from services.refusals import NotAllowed, OutOfDate
from storage.posts import Post
from tests.bot.house import CHANNEL, OTHER, House


async def scheduled(house: House, post: Post) -> list[datetime]:
    return [one.due_at for one in await house.publications(post.id) if one.state == "scheduled"]


async def test_a_quick_moment_is_said_back_and_then_saved(house: House) -> None:
    await house.connect()
    post = await house.draft()
    card = house.last
    await house.press("Schedule")
    await house.press("Tomorrow 09:00")
    assert "Sat 21 Nov 2026, 09:00 (Europe/Madrid, UTC+1) — in 22 hours 30 minutes" in house.last.text
    assert "@autumn_lane" in house.last.text
    assert await scheduled(house, post) == []
    await house.press("Schedule")
    assert await scheduled(house, post) == [datetime(2026, 11, 21, 8, 0, tzinfo=UTC)]
    assert house.last.message_id == card.message_id
    assert "Scheduled on @autumn_lane for Sat 21 Nov 2026, 09:00" in house.last.text
    assert house.toasts[-1].startswith("Scheduled for Sat 21 Nov")


async def test_a_day_and_a_time_are_picked_in_the_persons_zone(house: House) -> None:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("Pick a day")
    await house.press("Mon 23 Nov")
    await house.press("Later ›")
    await house.press("18:30")
    await house.press("Schedule")
    assert await scheduled(house, post) == [datetime(2026, 11, 23, 17, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("language", "words", "at"),
    [
        ("en", "tomorrow 9am", datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
        ("ru", "завтра в 9", datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
        ("es", "mañana a las 9", datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
        ("zh", "明天上午9点", datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
    ],
)
async def test_words_in_four_languages_are_said_back_and_saved(
    house: House, language: str, words: str, at: datetime
) -> None:
    await house.say("/settings")
    await house.press("Language")
    await house.press({"en": "English", "ru": "Русский", "es": "Español", "zh": "简体中文"}[language])
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("Write it")
    await house.say(words)
    assert "Sat 21 Nov 2026, 09:00" in house.last.text
    await house.press("Schedule")
    assert await scheduled(house, post) == [at]
    card = house.screens[(await house.post(post.id)).card_message_id or 0]
    assert "Scheduled on" in card.text


@pytest.mark.parametrize("words", ["purple elephants", "yesterday at 9", "in 5 years"])
async def test_nonsense_the_past_and_the_far_future_are_asked_again(house: House, words: str) -> None:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("Write it")
    await house.say(words)
    assert "Pick a day" in house.last.labels
    await house.say("tomorrow 9am")
    await house.press("Schedule")
    assert len(await scheduled(house, post)) == 1


async def test_the_second_tap_on_the_same_button_schedules_nothing_more(house: House) -> None:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("In one hour")
    confirm = house.last
    await house.press("Schedule")
    assert "scheduled there already" in await house.refused("Schedule", on=confirm)
    assert len(await scheduled(house, post)) == 1


async def test_a_card_from_before_a_change_schedules_nothing(house: House) -> None:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("In one hour")
    confirm = house.last
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.revise(tx, house.owner, post.id, text="Something else")
    assert "has changed since" in await house.refused("Schedule", on=confirm)
    assert await scheduled(house, post) == []


async def test_a_viewer_cannot_press_what_he_sees_in_anothers_screen(house: House) -> None:
    await house.connect()
    await house.draft()
    viewer = await house.member(8, "Vera", Role.VIEWER)
    with pytest.raises(NotAllowed):
        await house.press("Schedule", by=viewer)


async def test_a_button_of_one_workspace_means_nothing_in_another(house: House) -> None:
    await house.connect()
    await house.draft()
    card = house.last
    stranger = await house.elsewhere(99, "Eve")
    with pytest.raises(OutOfDate):
        await house.press("Schedule", on=card, by=stranger)


async def test_with_several_channels_and_no_preference_the_channel_is_asked_first(house: House) -> None:
    await house.connect()
    await house.connect(OTHER)
    post = await house.draft()
    await house.press("Schedule")
    assert house.last.labels == ["@autumn_lane", "@second_lane", "Back"]
    await house.press("@second_lane")
    await house.press("In one hour")
    await house.press("Schedule")
    (one,) = await house.publications(post.id)
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert (await tx.accounts.get(one.account_id)).remote_id == "-1009"


async def test_without_a_channel_the_way_to_one_is_told(house: House) -> None:
    await house.draft()
    assert "No channel is connected yet" in house.last.text
    assert "Add the bot to your channel" in await house.refused("Schedule")


async def test_a_text_that_does_not_fit_is_refused_before_a_moment_is_chosen(house: House) -> None:
    await house.connect()
    await house.draft("a long word " * 500)
    assert "Problem:" in house.last.text
    assert "Make it shorter" in await house.refused("Schedule")


async def test_back_leads_to_the_card_in_the_same_message(house: House) -> None:
    await house.connect()
    post = await house.draft()
    card = house.last
    await house.press("Schedule")
    await house.press("Back")
    assert (house.last.message_id, house.last.text) == (card.message_id, card.text)
    assert await scheduled(house, post) == []


async def test_a_moment_that_passed_while_the_screen_stood_there_is_refused(house: House) -> None:
    await house.connect()
    await house.draft()
    await house.press("Schedule")
    screen = house.last
    house.later(hours=2)
    assert "has passed" in await house.refused("In one hour", on=screen)


async def test_a_reply_with_a_moment_moves_what_is_scheduled(house: House) -> None:
    await house.connect()
    post = await house.draft()
    card = house.last
    await house.press("Schedule")
    await house.press("In one hour")
    await house.press("Schedule")
    await house.say("tomorrow 9am instead", reply_to=card.message_id)
    assert "Sat 21 Nov 2026, 09:00" in house.last.text
    await house.press("Move")
    assert await scheduled(house, post) == [datetime(2026, 11, 21, 8, 0, tzinfo=UTC)]
    assert await house.runs() == []


async def test_the_preferred_channel_is_taken_without_asking(house: House) -> None:
    await house.connect(CHANNEL)
    await house.connect(OTHER)
    await house.say("/settings")
    await house.press("Where I publish")
    await house.press("@second_lane")
    await house.draft()
    await house.press("Schedule")
    assert "published on @second_lane" in house.last.text


async def test_a_moment_written_while_the_screen_stands_there_counts_without_a_tap(house: House) -> None:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.say("tomorrow 9am")
    await house.press("Schedule")
    assert await scheduled(house, post) == [datetime(2026, 11, 21, 8, 0, tzinfo=UTC)]
    said = house.screens[max(house.screens)]
    assert "Scheduled for Sat 21 Nov 2026, 09:00 (Europe/Madrid, UTC+1)" in said.text


async def test_other_words_written_while_the_screen_stands_there_go_to_the_agent(house: House) -> None:
    await house.connect()
    await house.draft()
    await house.press("Schedule")
    await house.say("Write about our new bakery")
    assert [one.prompt for one in await house.runs()] == ["Write about our new bakery"]
