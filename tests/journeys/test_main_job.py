from __future__ import annotations

from datetime import timedelta

from sandbox.scenery import AUTUMN_LANE, TEAM_DESK
from tests.journeys.cast import Somebody, Town, buttons_of, picture, text_of
from tests.journeys.living import Living
from tests.journeys.plot import SALE, drafted, published, scheduled


async def test_a_post_is_written_scheduled_by_words_published_and_told(
    house: Living, owner: Somebody
) -> None:
    await drafted(owner, SALE)
    await scheduled(owner, "in 2 hours")
    await house.later(hours=2)
    assert "20 % off" in text_of(await owner.sees("autumn sale", chat=AUTUMN_LANE))
    notice = await owner.sees("Published", chat=TEAM_DESK)
    assert "@autumn_lane" in text_of(notice)
    assert "12:30 (Europe/Madrid" in text_of(notice)
    await owner.sees("Published on @autumn_lane")


async def test_nothing_leaves_before_its_moment(house: Living, owner: Somebody) -> None:
    await drafted(owner)
    await scheduled(owner, "in 2 hours")
    await house.later(hours=1, minutes=59)
    await house.at_rest()
    assert await owner.messages(AUTUMN_LANE) == []
    assert await house.states() == ["scheduled"]


async def test_the_moment_is_said_back_with_weekday_and_zone_before_anything_is_saved(
    house: Living, owner: Somebody
) -> None:
    await drafted(owner)
    await owner.taps("Schedule")
    await owner.taps("Write it")
    await owner.says("next Friday 18:30")
    asked = await owner.sees(label="Another time")
    assert "Fri 27 Nov" in text_of(asked)
    assert "Europe/Madrid" in text_of(asked)
    assert await house.states() == []


async def test_the_question_is_answered_by_replying_to_it_too(house: Living, owner: Somebody) -> None:
    await drafted(owner)
    await owner.taps("Schedule")
    await owner.taps("Write it")
    question = await owner.sees("Say when")
    await owner.says("in 2 hours", reply_to_message_id=question["message_id"])
    await owner.taps("Schedule", on=await owner.sees(label="Another time"))
    await owner.sees("Scheduled on")
    assert await house.states() == ["scheduled"]


async def test_a_post_can_leave_at_once(house: Living, owner: Somebody) -> None:
    await drafted(owner)
    await published(owner)
    await owner.sees("autumn sale", chat=AUTUMN_LANE)
    await owner.sees("Published", chat=TEAM_DESK)
    assert await house.states() == ["published"]


async def test_a_photo_goes_out_with_the_text_as_its_caption(house: Living, owner: Somebody) -> None:
    await owner.sends(picture(), caption=SALE)
    await owner.sees("1 photo", label="Schedule")
    await published(owner)
    post = await owner.sees("autumn sale", chat=AUTUMN_LANE)
    assert post["photo"]
    assert "autumn sale" in post["caption"]
    assert await house.states() == ["published"]


async def test_photos_without_words_are_asked_about_and_the_words_make_the_post(owner: Somebody) -> None:
    await owner.sends(picture(), picture(80))
    await owner.sees("I have 2 files")
    await owner.says(SALE)
    await owner.sees("2 photos", label="Schedule")


async def test_an_album_goes_out_as_one_album_with_one_caption(
    house: Living, owner: Somebody, town: Town
) -> None:
    await owner.sends(picture(10), picture(20), picture(30), caption=SALE)
    await owner.sees("3 photos", label="Schedule")
    await published(owner)
    await owner.sees("Published", chat=TEAM_DESK)
    posts = await owner.messages(AUTUMN_LANE)
    assert len({one["media_group_id"] for one in posts}) == 1
    assert ["autumn sale" in text_of(one) for one in posts] == [True, False, False]
    assert len([one for one in await town.effects("sendMediaGroup") if one["chat_id"] == AUTUMN_LANE]) == 1
    assert await house.states() == ["published"]


async def test_a_forwarded_message_becomes_source_material(owner: Somebody, ben: Somebody) -> None:
    said = await ben.says(
        "Our shop opens a second floor on Monday. There will be coffee for everybody who comes by.",
        chat=TEAM_DESK,
    )
    await owner.forwards(said["message_id"], from_chat=TEAM_DESK)
    card = await owner.sees(label="Schedule")
    assert "second floor" in text_of(card)


async def test_a_reply_to_the_card_changes_the_post_in_its_place(owner: Somebody) -> None:
    card = await drafted(owner)
    before = text_of(card)
    await owner.says("Make it shorter.", reply_to_message_id=card["message_id"])
    changed = await owner.awaits(
        lambda all_: (
            [
                one
                for one in all_
                if "Schedule" in buttons_of(one) and text_of(one).split("\n")[0] not in before
            ]
            or [one for one in all_ if "Schedule" in buttons_of(one) and len(text_of(one)) < len(before) - 20]
        )
    )
    assert "Schedule" in buttons_of(changed[-1])


async def test_a_changed_text_is_held_back_until_somebody_approves_it(house: Living, owner: Somebody) -> None:
    await drafted(owner)
    await scheduled(owner, "in 2 hours")
    await owner.taps("Edit…")
    await owner.taps("Replace the text")
    await owner.says("Nothing but this.")
    await owner.sees("Held back")
    await house.later(hours=2, minutes=1)
    await house.at_rest()
    assert await owner.messages(AUTUMN_LANE) == []
    await owner.taps("Approve")
    await owner.sees("Nothing but this.", chat=AUTUMN_LANE)


async def test_a_long_text_is_refused_for_a_caption_before_a_moment_is_chosen(owner: Somebody) -> None:
    await owner.sends(picture(), caption="A short post about our sale")
    await owner.sees("1 photo", label="Schedule")
    await owner.taps("Edit…")
    await owner.taps("Replace the text")
    await owner.says("word " * 300)
    await owner.sees("Problem:")
    said = await owner.taps("Schedule")
    assert "1,024" in said


async def test_a_missed_post_asks_before_it_leaves_late(house: Living, owner: Somebody) -> None:
    await drafted(owner)
    await scheduled(owner, "in 2 hours")
    house.calendar.moved += timedelta(hours=3)  # as if nothing had been running: no bell rings
    await house.later(seconds=1)
    await owner.sees("1 post is late", chat=TEAM_DESK)
    assert await owner.messages(AUTUMN_LANE) == []
    await owner.taps("1", chat=TEAM_DESK)
    await owner.taps("Publish now", chat=TEAM_DESK)
    await owner.taps("Publish", chat=TEAM_DESK)
    await owner.sees("autumn sale", chat=AUTUMN_LANE)
