"""Is a person warned before a post says the same again, and free to save it nevertheless?"""

from __future__ import annotations

from services.authorising import Role
from services.telling import Kind
from storage.posts import Post
from tests.bot.house import House

WORDS = "Autumn sale! 20 % off all our hiking boots until Sunday. Come by or order in our shop"


async def scheduled(house: House, words: str, when: str) -> Post:
    post = await house.draft(words)
    await house.press("Schedule")
    await house.say(when)
    await house.press(next(one for one in house.last.labels if one.startswith("Schedule")))
    return post


async def asked(house: House, words: str, when: str) -> None:
    await house.draft(words)
    await house.press("Schedule")
    await house.say(when)


async def test_the_same_words_are_warned_of_and_saved_anyway_by_the_same_tap(house: House) -> None:
    await house.connect()
    await scheduled(house, WORDS, "tomorrow 9am")
    await asked(house, WORDS.upper(), "next Friday 18:30")
    assert (
        "⚠ The same as what is scheduled there for Sat 21 Nov 2026, 09:00: “Autumn sale!" in house.last.text
    )
    assert "Schedule anyway" in house.last.labels
    await house.press("Schedule anyway")
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert await tx.publications.count(states=["scheduled"]) == 2


async def test_nearly_the_same_words_that_went_out_are_named_by_their_day(house: House) -> None:
    await house.connect()
    post = await scheduled(house, WORDS, "tomorrow 9am")
    house.later(days=1)
    await house.ended(post.id, "published", Kind.PUBLISHED)
    await asked(house, WORDS.replace("until Sunday", "until 30 November") + " 🍂 #sale", "tomorrow 9am")
    assert "⚠ Nearly the same as what went out there on Sat 21 Nov: “Autumn sale!" in house.last.text


async def test_another_post_in_the_same_hour_is_told(house: House) -> None:
    await house.connect()
    await scheduled(house, "Our bakery has new opening hours", "tomorrow 9:30")
    await asked(house, WORDS, "tomorrow 9am")
    assert "⚠ Another post goes out there within the hour, at 09:30: “Our bakery" in house.last.text
    assert "Schedule anyway" in house.last.labels


async def test_another_text_at_another_hour_is_saved_without_a_word(house: House) -> None:
    await house.connect()
    await scheduled(house, WORDS, "tomorrow 9am")
    await asked(house, WORDS.replace("hiking boots", "rain jackets"), "tomorrow 6pm")
    assert "⚠" not in house.last.text
    assert "Schedule" in house.last.labels


async def test_who_moves_a_post_is_warned_of_others_and_not_of_itself(house: House) -> None:
    await house.connect()
    post = await scheduled(house, WORDS, "tomorrow 9am")
    card = (await house.post(post.id)).card_message_id
    assert card is not None
    await house.press("Move", on=house.screens[card])
    await house.say("tomorrow 9:15")
    assert "⚠" not in house.last.text
    assert "Move" in house.last.labels


async def test_publishing_at_once_is_warned_of_too(house: House) -> None:
    await house.connect()
    await scheduled(house, WORDS, "tomorrow 9am")
    await house.draft(WORDS)
    await house.press("Publish now")
    assert "⚠ The same as what is scheduled there" in house.last.text
    await house.press("Publish anyway")
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert await tx.publications.count(states=["scheduled"]) == 2


async def test_formatting_of_the_other_post_does_not_leak_into_the_warning(house: House) -> None:
    await house.connect()
    await scheduled(house, f"**{WORDS}**", "tomorrow 9am")
    await asked(house, f"**{WORDS}**", "next Friday 18:30")
    warning = next(line for line in house.last.face.text.split("\n") if line.startswith("⚠"))
    assert "**" not in warning


async def test_the_team_chooses_how_far_to_look_in_the_settings(house: House) -> None:
    await house.connect()
    await scheduled(house, WORDS, "tomorrow 9am")
    await house.say("/settings")
    await house.press("Repetition")
    assert house.last.labels == ["7 days", "30 days", "90 days", "Off", "Back"]
    await house.press("Off")
    assert house.toasts[-1] == "Noted. Warnings of repetition: off."
    await asked(house, WORDS, "tomorrow 9am")
    assert "⚠" not in house.last.text


async def test_an_editor_does_not_choose_for_the_team(house: House) -> None:
    editor = await house.member(9, "Ben", Role.EDITOR)
    await house.say("/settings", by=editor)
    assert "Repetition" not in house.last.labels
