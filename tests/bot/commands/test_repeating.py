"""Is a repeat said back before it is saved, and does every button of it do one thing or say why not?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from services.authorising import Role
from services.refusals import NotAllowed
from services.unfolding import Unfolding
from tests.bot.house import CHANNEL, OTHER, House

if TYPE_CHECKING:
    from storage.posts import Post
    from storage.series import Series


async def to_the_question(house: House, text: str = "Autumn sale") -> Post:
    post = await house.draft(text)
    await house.press("Schedule")
    await house.press("Repeat…")
    return post


async def repeated(house: House, words: str = "every Monday 9:00") -> Post:
    post = await to_the_question(house)
    await house.say(words)
    await house.press("Repeat it")
    return post


async def all_series(house: House) -> list[Series]:
    async with house.storage.read(house.owner.workspace_id) as tx:
        return [*await tx.series.list(limit=10)]


async def unfold(house: House, **gap: float) -> None:
    house.clock[0] += timedelta(**gap)
    await Unfolding(house.storage, house.desk.drafting).unfold_due()
    await house.deliver()


async def collect(house: House, *posts: Post) -> None:
    async with house.storage.begin(house.owner.workspace_id) as tx:
        collection = await house.desk.curating.collection(tx, house.owner, "Evergreen")
        for post in posts:
            await house.desk.curating.save(
                tx, house.owner, collection_id=collection.id, item_kind="post", item_id=post.id
            )


async def test_nothing_is_saved_before_the_rule_and_its_first_three_moments_were_said_back(
    house: House,
) -> None:
    await house.connect()
    await to_the_question(house)
    await house.say("every Monday and Thursday 18:30")
    said = house.last.text
    assert "Every Monday and Thursday 18:30 (Madrid time)" in said
    assert "on @autumn_lane" in said
    assert "Next: Mon 23 Nov 2026, 18:30 (Europe/Madrid, UTC+1)" in said
    assert said.count("Then:") == 2
    assert await all_series(house) == []
    await house.press("Repeat it")
    (made,) = await all_series(house)
    assert (made.rule, made.zone) == ("FREQ=WEEKLY;BYDAY=MO,TH", "Europe/Madrid")


async def test_it_can_be_made_by_taps_alone(house: House) -> None:
    await house.connect()
    await to_the_question(house)
    await house.press("Every Friday")
    await house.press("16:00")
    assert "Every Friday 16:00 (Madrid time)" in house.last.text
    await house.press("Repeat it")
    assert [one.rule for one in await all_series(house)] == ["FREQ=WEEKLY;BYDAY=FR"]


async def test_words_that_are_no_rule_are_asked_for_again(house: House) -> None:
    await house.connect()
    await to_the_question(house)
    await house.say("now and then")
    assert "I could not" in house.last.text or "do not say how often" in house.last.text
    await house.say("every day at 9")
    assert "Every day 09:00" in house.last.text


async def test_a_screen_of_before_a_change_saves_nothing(house: House) -> None:
    await house.connect()
    post = await to_the_question(house)
    await house.say("every day at 9")
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.revise(tx, house.owner, post.id, text="Winter sale")
    assert "changed" in await house.refused("Repeat it")
    assert await all_series(house) == []


async def test_a_screen_that_lay_past_its_first_moment_saves_nothing(house: House) -> None:
    await house.connect()
    await to_the_question(house)
    await house.say("every day at 11:00")
    house.later(hours=2)
    assert "first of these moments has passed" in await house.refused("Repeat it")


async def test_of_several_channels_one_is_chosen_first(house: House) -> None:
    await house.connect(CHANNEL)
    await house.connect(OTHER)
    await house.draft("Autumn sale")
    await house.press("Schedule")
    await house.press("@second_lane")
    await house.press("Repeat…")
    await house.say("every day at 9")
    assert "on @second_lane" in house.last.text


async def test_the_list_shows_what_comes_next_and_leads_to_each(house: House) -> None:
    await house.connect()
    await house.say("/repeat")
    assert "Nothing is repeated yet" in house.last.text
    await repeated(house)
    await house.say("/repeat")
    assert "Every Monday 09:00 (Madrid time) · @autumn_lane · Autumn sale" in house.last.text
    assert "Next: Mon 23 Nov 2026, 09:00" in house.last.text
    await house.press("1 · Autumn sale")
    assert {"Pause", "Skip the next", "End it…"} <= {*house.last.labels}


async def test_pause_resume_skip_and_end_by_taps(house: House) -> None:
    await house.connect()
    await repeated(house)
    await house.say("/repeat")
    await house.press("1 · Autumn sale")
    await house.press("Skip the next")
    assert "Next: Mon 30 Nov 2026" in house.last.text
    await house.press("Pause")
    assert "Paused by Ada." in house.last.text
    old = house.last
    await house.press("Resume")
    assert "changed since" in await house.refused("Resume", on=old)
    await house.press("End it…")
    assert "End this repeat?" in house.last.text
    await house.press("End it")
    assert "ended" in house.last.text
    assert await all_series(house) == []


async def test_what_stands_in_the_queue_says_that_it_repeats_and_can_be_skipped(house: House) -> None:
    await house.connect()
    await repeated(house)
    await unfold(house, days=2)
    await house.say("/queue")
    await house.press("1 · 09:00")
    assert "Repeats: every Monday 09:00 (Madrid time)" in house.last.text
    item = house.last
    await house.press("Skip this one")
    assert "Skipped" in house.last.text
    assert "cancelled already" in await house.refused("Skip this one", on=item)
    (series,) = await all_series(house)
    assert series.exceptions == ["2026-11-23T09:00"]


async def test_ending_from_the_queue_asks_once_and_takes_it_off(house: House) -> None:
    await house.connect()
    await repeated(house)
    await unfold(house, days=2)
    await house.say("/queue")
    await house.press("1 · 09:00")
    await house.press("End the series…")
    await house.press("End it")
    await house.say("/queue")
    assert "Nothing waits" in house.last.text


async def test_a_changed_post_is_told_and_goes_on_after_one_tap(house: House) -> None:
    await house.connect()
    post = await repeated(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.revise(tx, house.owner, post.id, text="Winter sale")
    await unfold(house, days=2)
    assert "The post was changed after the repeat was allowed." in house.last.text
    assert "Winter sale" in house.last.text
    await house.press("Approve as it is now")
    assert [one.state for one in await all_series(house)] == ["active"]
    await unfold(house)
    await house.say("/queue")
    assert "Winter sale" in house.last.text


async def test_a_collection_is_said_back_with_its_posts_and_their_rest(house: House) -> None:
    await house.connect()
    first, second = await house.draft("First tip"), await house.draft("Second tip")
    await collect(house, first, second)
    await house.say("/repeat")
    await house.press("Repeat a collection…")
    await house.press("Evergreen · 2")
    await house.say("every day at 9")
    await house.press("7 days")
    said = house.last.text
    assert "1. First tip" in said
    assert "2. Second tip" in said
    assert "A post rests 7 days" in said
    await house.press("Repeat it")
    (series,) = await all_series(house)
    assert (series.cool_down_days, series.post_id) == (7, None)
    await unfold(house)
    await house.say("/queue")
    assert "First tip" in house.last.text


async def test_a_post_added_later_waits_for_a_tap_of_its_own(house: House) -> None:
    await house.connect()
    await collect(house, await house.draft("First tip"))
    await house.say("/repeat")
    await house.press("Repeat a collection…")
    await house.press("Evergreen · 1")
    await house.say("every day at 9")
    await house.press("Not at all")
    await house.press("Repeat it")
    await collect(house, await house.draft("Second tip"))
    await house.say("/repeat")
    assert "1 post to approve" in house.last.text
    await house.press("1 · Evergreen")
    await house.press("Look at what waits")
    assert "1. Second tip" in house.last.text
    await house.press("Approve these")
    assert "approval" not in house.last.text


async def test_a_viewer_looks_and_changes_nothing(house: House) -> None:
    await house.connect()
    await repeated(house)
    viewer = await house.member(8, "Vi", Role.VIEWER)
    await house.say("/repeat", by=viewer)
    await house.press("1 · Autumn sale", by=viewer)
    assert house.last.labels == ["All repeats"]
    await house.say("/repeat")
    await house.press("1 · Autumn sale")
    with pytest.raises(NotAllowed):
        await house.press("Pause", by=viewer)


async def test_back_from_the_rhythms_leads_to_the_moments_where_one_came_from(house: House) -> None:
    await house.connect()
    await to_the_question(house)
    await house.press("Back")
    assert "When shall it be published" in house.last.text


async def test_the_repeats_are_two_taps_from_the_queue_and_back(house: House) -> None:
    await house.connect()
    await repeated(house)
    await house.say("/queue")
    await house.press("Repeats")
    assert "Repeats (1)" in house.last.text
    await house.press("To the queue")
    assert "Nothing waits" in house.last.text
