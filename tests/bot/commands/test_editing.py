"""Does a draft change exactly as the person said, and never behind his back?"""

from __future__ import annotations

import pytest

from bot.commands.editing import INSTRUCTIONS, TONES
from tests.bot.house import House, Screen


def card(house: House, message_id: int) -> Screen:
    return house.screens[message_id]


async def test_again_asks_the_same_of_the_same_agent_for_the_same_post(house: House) -> None:
    post = await house.draft()
    await house.press("Again")
    (run,) = await house.runs()
    assert (run.prompt, run.post_id, run.input["kind"]) == ("A post about our sale", post.id, "again")


@pytest.mark.parametrize("label", ["Shorter", "Longer"])
async def test_the_length_is_changed_by_the_agent(house: House, label: str) -> None:
    post = await house.draft()
    await house.press(label)
    (run,) = await house.runs()
    assert (run.post_id, run.prompt) == (post.id, INSTRUCTIONS[label.casefold()])


@pytest.mark.parametrize("tone", TONES)
async def test_the_tone_is_chosen_and_the_card_comes_back(house: House, tone: str) -> None:
    await house.draft()
    shown = house.last
    await house.press("Tone…")
    await house.press(tone.capitalize())
    (run,) = await house.runs()
    assert run.prompt == f"Make the tone {tone}."
    assert card(house, shown.message_id).labels == shown.labels


async def test_new_text_replaces_the_old_one_word_for_word(house: House) -> None:
    post = await house.draft()
    shown = house.last
    await house.press("Edit…")
    await house.press("Replace the text")
    await house.say("Winter *sale*")
    assert (await house.post(post.id)).text == "Winter *sale*"
    assert "Winter sale" in card(house, shown.message_id).text
    assert await house.runs() == []


async def test_words_without_a_choice_are_asked_about_and_then_used(house: House) -> None:
    post = await house.draft()
    await house.press("Edit…")
    await house.say("Winter sale")
    assert house.last.labels == ["Replace the text", "Tell the agent", "Back"]
    assert (await house.post(post.id)).text != "Winter sale"
    await house.press("Replace the text")
    assert (await house.post(post.id)).text == "Winter sale"


async def test_words_can_go_to_the_agent_instead(house: House) -> None:
    post = await house.draft()
    await house.press("Edit…")
    await house.say("Mention the date")
    await house.press("Tell the agent")
    (run,) = await house.runs()
    assert (run.prompt, run.post_id) == ("Mention the date", post.id)


async def test_an_edit_of_a_version_that_is_gone_is_refused(house: House) -> None:
    post = await house.draft()
    await house.press("Edit…")
    await house.say("Winter sale")
    asked = house.last
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.revise(tx, house.owner, post.id, text="Spring sale")
    assert "has changed since" in await house.refused("Replace the text", on=asked)
    assert (await house.post(post.id)).text == "Spring sale"


async def test_cancel_forgets_the_question(house: House) -> None:
    await house.draft()
    await house.press("Edit…")
    await house.say("/cancel")
    assert "I had asked for the new text" in house.last.text
    await house.say("A new idea")
    (run,) = await house.runs()
    assert run.post_id is None


async def test_a_thumb_is_kept_and_shown(house: House) -> None:
    post = await house.draft()
    await house.press("👍 Good")
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert (await tx.generations.get(post.generation_id or post.id)).rating == 5
    assert "You called it good." in house.last.text


async def test_discarding_asks_first_and_happens_once(house: House) -> None:
    post = await house.draft()
    shown = house.last
    await house.press("Discard")
    await house.press("Keep it")
    assert (await house.post(post.id)).state == "draft"
    await house.press("Discard")
    await house.press("Discard it")
    assert (await house.post(post.id)).state == "discarded"
    assert "was discarded" in await house.refused("Shorter", on=shown)


async def test_a_text_of_nothing_replaces_nothing(house: House) -> None:
    post = await house.draft("Keep me")
    await house.press("Edit…")
    await house.say("\u202e \u0007")
    assert "no text" in await house.refused("Replace the text")
    assert (await house.post(post.id)).text == "Keep me"
