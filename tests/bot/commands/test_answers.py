"""Does an answer become a post once, with what belongs to it?"""

from __future__ import annotations

from uuid import UUID

from bot.turn import Button, Face, Turn
from services.telling import Place
from tests.bot.house import House


async def answered(house: House, *, media: int = 0) -> UUID:
    """An answer that is no post, with the buttons that a run puts under it."""
    await house.say("What could we say about bread?", media=media)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        (run,) = await tx.generations.open_in(house.owner.telegram_id)
        run.status, run.output_text = "completed", "Bread is **good**."
        turn = Turn(house.desk, tx, house.owner, Place(house.owner.telegram_id))
        actions = (("Use as a post", "answer.use"), ("Try again", "answer.again"), ("Open", "answer.open"))
        turn.say(Face("Bread", [[Button(label, action, subject=run.id) for label, action in actions]]))
    await house.deliver()
    return run.id


async def test_an_answer_becomes_one_post_however_often_it_is_pressed(house: House) -> None:
    run = await answered(house, media=2)
    buttons = house.last
    await house.press("Use as a post", on=buttons)
    assert "2 photos" in house.last.text
    await house.press("Use as a post", on=buttons)
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert await tx.posts.count(states=("draft",)) == 1
        post = await tx.posts.from_generation(run)
        assert post is not None
        assert (post.text, len(await tx.media.of_post(post.id))) == ("Bread is **good**.", 2)


async def test_trying_again_asks_the_same(house: House) -> None:
    await answered(house)
    await house.press("Try again")
    assert [one.prompt for one in await house.runs()] == ["What could we say about bread?"]


async def test_a_kept_answer_can_be_opened_and_rated(house: House) -> None:
    run = await answered(house)
    await house.press("Open")
    assert "Bread is good." in house.last.text
    await house.press("👎 Bad")
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert (await tx.generations.get(run)).rating == 1
