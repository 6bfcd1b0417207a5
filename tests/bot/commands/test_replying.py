"""Does a reply to any message about a post move it, only after a tap, and is every other reply what it was?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.commands.replying import speaks_of_post
from bot.turn import Turn
from services.authorising import Role
from services.refusals import Refusal
from services.telling import Kind, Place, tell
from storage.posts import Post
from tests.bot.house import OTHER, House, Screen


async def waiting(house: House) -> tuple[Post, Screen]:
    """A post that is due tomorrow at nine in Madrid, and its card."""
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("Tomorrow 09:00")
    await house.press("Schedule")
    return post, house.screens[(await house.post(post.id)).card_message_id or 0]


async def due(house: House, post: Post) -> datetime:
    (one,) = await house.publications(post.id)
    return one.due_at


async def noticed(house: House, post: Post, state: str) -> Screen:
    """A notice about the post's publication, which has come to this state."""
    async with house.storage.begin(house.owner.workspace_id) as tx:
        row = (await tx.publications.of_post(post.id))[0]
        row.state = state
        tell(tx, Kind.MISSED, Place(house.owner.telegram_id), subject=("publication", row.id))
    await house.deliver()
    return house.last


NINE = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "said", "at"),
    [
        ("two hours later", "Sat 21 Nov 2026, 11:00", datetime(2026, 11, 21, 10, 0, tzinfo=UTC)),
        ("next Monday same time", "Mon 23 Nov 2026, 09:00", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("18:30", "Sat 21 Nov 2026, 18:30", datetime(2026, 11, 21, 17, 30, tzinfo=UTC)),
        ("на час позже", "Sat 21 Nov 2026, 10:00", datetime(2026, 11, 21, 9, 0, tzinfo=UTC)),
    ],
)
async def test_a_reply_to_the_card_is_said_back_and_moves_nothing_before_the_tap(
    house: House, words: str, said: str, at: datetime
) -> None:
    """Mutation: saved unasked, a misread word would move a post behind somebody's back."""
    post, card = await waiting(house)
    await house.say(words, reply_to=card.message_id)
    assert said in house.last.text
    assert await due(house, post) == NINE
    await house.press("Move")
    assert await due(house, post) == at
    assert await house.runs() == []


async def test_what_was_kept_is_said_with_the_moment(house: House) -> None:
    _, card = await waiting(house)
    await house.say("next Monday", reply_to=card.message_id)
    assert "The time of day stays as it was, 09:00." in house.last.text


async def test_an_item_of_the_queue_and_of_the_calendar_are_moved_by_reply_too(house: House) -> None:
    post, _ = await waiting(house)
    await house.say("/queue")
    await house.press("1 · 09:00")
    await house.say("an hour later", reply_to=house.last.message_id)
    await house.press("Move")
    assert await due(house, post) == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    await house.say("/calendar")
    await house.press("Sat 21 · 1")
    await house.press("1 · 10:00")
    await house.say("an hour earlier", reply_to=house.last.message_id)
    await house.press("Move")
    assert await due(house, post) == NINE


async def test_a_message_that_has_become_a_list_again_is_about_no_post_any_more(house: House) -> None:
    """Mutation: found by the number alone, words under the queue would move what was open in it before."""
    post, _ = await waiting(house)
    await house.say("/queue")
    queue = house.last.message_id
    await house.press("1 · 09:00")
    await house.press("Back to the queue")
    await house.say("an hour later", reply_to=queue)
    assert await due(house, post) == NINE
    assert [run.prompt for run in await house.runs()] == ["an hour later"]


async def test_a_notice_of_a_missed_post_is_answered_with_another_day(house: House) -> None:
    post, _ = await waiting(house)
    house.later(days=2)
    notice = await noticed(house, post, "missed")
    await house.say("tomorrow instead", reply_to=notice.message_id)
    assert "Mon 23 Nov 2026, 09:00" in house.last.text
    await house.press("Move")
    (one,) = await house.publications(post.id)
    assert (one.state, one.due_at) == ("scheduled", datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("state", "said"), [("armed", "already on its way"), ("published", "is published already")]
)
async def test_what_is_on_its_way_or_out_is_not_moved(house: House, state: str, said: str) -> None:
    post, _ = await waiting(house)
    notice = await noticed(house, post, state)
    with pytest.raises(Refusal, match=said):
        await house.say("two hours later", reply_to=notice.message_id)
    assert await house.runs() == []


async def test_a_moment_that_has_passed_is_refused(house: House) -> None:
    _, card = await waiting(house)
    with pytest.raises(Refusal, match="has passed"):
        await house.say("a day earlier", reply_to=card.message_id)


async def test_a_tap_on_an_old_question_moves_nothing(house: House) -> None:
    post, card = await waiting(house)
    await house.say("two hours later", reply_to=card.message_id)
    question = house.last
    await house.say("an hour later", reply_to=card.message_id)
    await house.press("Move")
    assert "was moved or changed" in await house.refused("Move", on=question)
    assert await due(house, post) == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("words", ["make it shorter", "later", "say that it starts tomorrow"])
async def test_words_that_are_no_moment_are_a_wish_to_the_agent_as_before(house: House, words: str) -> None:
    post, card = await waiting(house)
    await house.say(words, reply_to=card.message_id)
    (run,) = await house.runs()
    assert (run.prompt, run.post_id) == (words, post.id)
    assert await due(house, post) == NINE


async def test_with_several_channels_it_is_asked_which_one_is_meant(house: House) -> None:
    _, card = await waiting(house)
    await house.connect(OTHER)
    await house.press("Another channel…", on=await refreshed(house, card))
    await house.press("@second_lane")
    await house.press("In one hour")
    await house.press("Schedule")
    with pytest.raises(Refusal, match="several channels"):
        await house.say("an hour later", reply_to=card.message_id)


async def refreshed(house: House, card: Screen) -> Screen:
    async with house.storage.begin(house.owner.workspace_id) as tx:
        post = await tx.posts.on_card(telegram_chat_id=card.chat_id, message_id=card.message_id)
        assert post is not None
        tell(tx, Kind.POST_CARD, Place(card.chat_id), subject=("post", post.id))
    await house.deliver()
    return house.screens[card.message_id]


async def test_a_viewers_reply_moves_nothing(house: House) -> None:
    post, card = await waiting(house)
    viewer = await house.member(8, "Vera", Role.VIEWER)
    with pytest.raises(Refusal):
        await house.say("two hours later", reply_to=card.message_id, by=viewer, chat_id=card.chat_id)
    assert await due(house, post) == NINE


async def test_only_messages_about_a_post_of_this_workspace_speak_of_one(house: House) -> None:
    post, card = await waiting(house)
    notice = await noticed(house, post, "missed")
    stranger = await house.elsewhere(99, "Eve")
    for actor, is_ours in ((house.owner, True), (stranger, False)):
        async with house.storage.read(actor.workspace_id) as tx:
            turn = Turn(house.desk, tx, actor, Place(card.chat_id))
            for number in (card.message_id, notice.message_id):
                assert await speaks_of_post(turn, number) is is_ours
            assert not await speaks_of_post(turn, 9_999)


async def test_a_reply_that_names_the_moment_it_has_says_so_and_offers_no_button(house: House) -> None:
    """Mutation: said back with "Move", it would promise a change that is none."""
    _, card = await waiting(house)
    with pytest.raises(Refusal, match="It is due then already: Sat 21 Nov 2026, 09:00"):
        await house.say("tomorrow instead", reply_to=card.message_id)


async def test_after_a_reply_has_been_said_back_another_moment_may_simply_be_written(house: House) -> None:
    """Mutation: without the open question the second moment would become the subject of a new post."""
    post, card = await waiting(house)
    await house.say("two hours later", reply_to=card.message_id)
    await house.say("18:30 tomorrow")
    assert "Sat 21 Nov 2026, 18:30" in house.last.text
    await house.press("Move")
    assert await due(house, post) == datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
    assert await house.runs() == []
