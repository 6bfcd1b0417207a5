"""Does what was asked come to an end in words, whatever happens on the way?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from services.telling import Place

if TYPE_CHECKING:
    from tests.agents.conftest import House

KEY = "sk-very-secret-0123456789"
Writes = Callable[..., dict[str, Any]]


async def test_a_request_becomes_a_draft_that_keeps_the_numbers_without_any_key(house: House) -> None:
    asked = await house.ask("Write a post about our autumn sale, 20 % off until Sunday")

    await house.run(house.runner())

    (post,) = await house.posts()
    row = await house.generation(asked)
    assert "20" in post.text
    assert "Sunday" in post.text
    assert (row.status, row.provider, row.cost, row.is_estimated) == (
        "completed",
        "offline",
        Decimal(0),
        True,
    )
    assert row.output["metadata"]["characters"] == len(post.text)
    assert row.post_id == post.id


async def test_a_model_that_calls_a_tool_makes_the_draft_and_its_card(house: House, writes: Writes) -> None:
    house.endpoint.turns.append(writes("**Sale!** 20 % off until Sunday. #sale"))
    asked = await house.ask("A post about the sale")
    async with house.storage.begin(house.actor.workspace_id) as tx:
        (await tx.generations.get(asked)).message_id = 4711

    await house.run(house.runner(key=KEY))

    (post,) = await house.posts()
    row = await house.generation(asked)
    (card,) = await house.told("post_card")
    assert post.text == "**Sale!** 20 % off until Sunday. #sale"
    assert (post.card_message_id, post.telegram_chat_id, card.subject_id) == (4711, 77, post.id)
    assert (row.status, row.model, row.is_estimated, row.cost) == ("completed", "sandbox-small", False, None)
    assert row.tokens_in > 0
    assert row.tokens_out > 0
    assert len(house.endpoint.requests) == 1, "a finished post needs no second call"


async def test_a_post_is_shown_while_it_grows_and_never_as_json(house: House, writes: Writes) -> None:
    house.endpoint.turns.append(writes('Line one\n"Two" of them', chunk=3))
    asked = await house.ask("A post")

    await house.run(house.runner(key=KEY))

    shown = house.stage(asked).shown
    assert len(shown) > 3
    assert all('Line one\n"Two" of them'.startswith(text) for text in shown)


async def test_a_plain_answer_is_told_in_place_of_the_placeholder(house: House) -> None:
    house.endpoint.turns.append({"text": "Mornings work best."})
    asked = await house.ask("When do people read?")
    async with house.storage.begin(house.actor.workspace_id) as tx:
        (await tx.generations.get(asked)).message_id = 12

    await house.run(house.runner(key=KEY))

    (reply,) = await house.told()
    assert reply.payload["text"] == "Mornings work best."
    assert reply.payload["edits"] == 12
    assert reply.payload["rows"][0][0]["action"] == "answer.use"
    assert reply.payload["rows"][0][0]["subject"] == str(asked)
    assert not await house.posts()


async def test_stop_ends_the_stream_at_once_and_keeps_the_part(house: House, writes: Writes) -> None:
    house.endpoint.turns.append(writes("The first half and the second half", chunk=5, holds_after=6))
    asked = await house.ask("A post")
    runner = house.runner(key=KEY)
    await runner.work_off()
    await house.stage(asked).sees("The f")

    runner.stop([asked])
    await runner.idle()

    row = await house.generation(asked)
    reply = (await house.told())[-1]
    assert row.status == "cancelled"
    assert row.is_estimated
    assert str(row.output_text).startswith("The f")
    assert "second half" not in reply.payload["text"]
    assert reply.payload["text"].endswith("Stopped.")
    assert [one["action"] for one in reply.payload["rows"][0]] == ["answer.use", "answer.again"]
    assert not await house.posts()


async def test_a_run_that_a_shutdown_cut_goes_on_after_the_restart(house: House, writes: Writes) -> None:
    house.endpoint.turns.append(writes("Never ends", holds_after=2))
    asked = await house.ask("A post")
    first = house.runner(key=KEY)
    await first.work_off()

    assert await first.drain(0) == 1
    assert await first.work_off() == 0
    row = await house.generation(asked)
    assert (row.status, row.claimed_by, row.tries) == ("pending", None, 0)

    house.endpoint.released.set()
    house.endpoint.turns.clear()
    house.endpoint.turns.append(writes("Written after the restart"))
    await house.run(house.runner(key=KEY, owner="next"))
    assert [post.text for post in await house.posts()] == ["Written after the restart"]


async def test_a_run_of_a_killed_process_waits_again_after_recovery(house: House, writes: Writes) -> None:
    asked = await house.ask("A post")
    async with house.storage.begin(None) as tx:
        await tx.generations.claim_next(owner="dead", now=tx.now, busy_lanes=[])
    house.endpoint.turns.append(writes("Here it is"))
    runner = house.runner(key=KEY)

    await house.run(runner)
    assert (await house.generation(asked)).status == "processing"
    assert await runner.recover() == 1
    await house.run(runner)
    assert (await house.generation(asked)).status == "completed"


async def test_a_run_killed_after_its_draft_was_saved_makes_no_second_one(
    house: House, writes: Writes
) -> None:
    asked = await house.ask("A post")
    runner = house.runner(key=KEY)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await runner.hands.drafting.draft(tx, house.actor, text="Saved before the kill", generation_id=asked)
    house.endpoint.turns.append(writes("A second one"))

    await house.run(runner)

    assert [post.text for post in await house.posts()] == ["Saved before the kill"]
    assert not house.endpoint.requests
    assert len(await house.told("post_card")) == 1


async def test_a_revision_that_was_saved_before_the_kill_is_not_made_twice(
    house: House, writes: Writes
) -> None:
    runner = house.runner(key=KEY)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        post = await runner.hands.drafting.draft(tx, house.actor, text="A long text of a post")
    asked = await house.ask("Shorter", post_id=post.id)
    house.endpoint.turns.extend([writes("A text", name="revise_post"), writes("A", name="revise_post")])
    await house.run(runner)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        row = await tx.generations.get(asked)
        row.status, row.claimed_by = "pending", None

    await house.run(runner)

    (post,) = await house.posts()
    assert (post.text, post.version) == ("A text", 2)
    assert len(house.endpoint.requests) == 1


async def test_a_run_that_took_its_process_with_it_three_times_is_given_up(house: House) -> None:
    asked = await house.ask("A post")
    for owner in ("first", "second", "third"):
        async with house.storage.begin(None) as tx:
            await tx.generations.claim_next(owner=owner, now=tx.now, busy_lanes=[])
            await tx.generations.give_back([owner])

    await house.run(house.runner())

    assert (await house.generation(asked)).status == "failed"
    assert "stopped three times" in await house.said()


async def test_two_conversations_run_at_once_and_one_stays_in_order(house: House) -> None:
    house.endpoint.turns.extend([{"text": "One", "holds_after": 1}, {"text": "Elsewhere", "holds_after": 1}])
    first = await house.ask("First question")
    second = await house.ask("Second question")
    other = await house.ask("Another chat", place=Place(78))
    runner = house.runner(key=KEY)

    assert await runner.work_off() == 2
    states = [(await house.generation(one)).status for one in (first, second, other)]
    assert states == ["processing", "pending", "processing"]

    house.endpoint.released.set()
    await runner.idle()
    await house.run(runner)
    assert (await house.generation(second)).status == "completed"


async def test_a_run_that_another_process_took_over_says_nothing(house: House) -> None:
    house.endpoint.turns.append({"text": "Late", "holds_after": 1})
    asked = await house.ask("A question")
    runner = house.runner(key=KEY)
    await runner.work_off()
    async with house.storage.begin(house.actor.workspace_id) as tx:
        (await tx.generations.get(asked)).claimed_by = "other"

    house.endpoint.released.set()
    await runner.idle()

    assert not await house.told()
    assert (await house.generation(asked)).status == "processing"


async def test_a_run_beyond_its_time_is_ended_with_a_sentence(house: House) -> None:
    house.endpoint.turns.append({"text": "So far so good", "holds_after": 2, "chunk": 6})
    asked = await house.ask("A question")

    await house.run(house.runner(key=KEY, time_limit=0.3))

    assert (await house.generation(asked)).status == "failed"
    assert "did not answer in time" in await house.said()


async def test_a_fault_of_ours_is_told_with_a_reference_and_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await house.ask("A question")
    runner = house.runner()

    def broken(generation: object) -> Any:
        raise ZeroDivisionError(str(generation))

    object.__setattr__(runner, "stage_for", broken)
    await house.run(runner)

    said = await house.said()
    reference = said.split("reference ")[1][:8]
    assert (await house.generation(asked)).status == "failed"
    assert reference in caplog.text
    assert "ZeroDivisionError" not in said


async def test_a_shutdown_lets_a_run_finish_that_can(house: House, writes: Writes) -> None:
    house.endpoint.turns.append(writes("Just in time", holds_after=2))
    asked = await house.ask("A post")
    runner = house.runner(key=KEY)
    await runner.work_off()
    await house.received(1)
    house.endpoint.released.set()

    assert await runner.drain(60) == 0
    assert (await house.generation(asked)).status == "completed"


async def test_no_more_run_at_once_than_there_is_room_for(house: House) -> None:
    house.endpoint.turns.extend([{"text": "One", "holds_after": 1}, {"text": "Two"}])
    await house.ask("First", place=Place(1))
    await house.ask("Second", place=Place(2))
    runner = house.runner(key=KEY, parallel=1)

    assert await runner.work_off() == 1
    assert await runner.work_off() == 0
    house.endpoint.released.set()
    await runner.idle()
    await house.run(runner)
    assert [one.payload["text"] for one in await house.told()] == ["One", "Two"]


async def test_previews_end_before_the_final_word_is_saved(house: House) -> None:
    ended: list[tuple[object, str]] = []

    async def end(generation_id: UUID) -> None:
        ended.append((generation_id, (await house.generation(generation_id)).status))

    house.endpoint.turns.append({"text": "Fine."})
    asked = await house.ask("A question")
    await house.run(house.runner(key=KEY, end_stage=end))

    assert ended == [(asked, "processing")]


async def test_what_is_not_counted_is_estimated_and_says_so(house: House) -> None:
    house.endpoint.turns.append({"text": "An answer of some length.", "usage": False})
    asked = await house.ask("A question")

    await house.run(house.runner(key=KEY))

    row = await house.generation(asked)
    assert row.is_estimated
    assert row.tokens_in > 100
    assert row.tokens_out > 0


async def test_a_draft_saved_in_the_moment_of_stopping_is_shown(house: House, writes: Writes) -> None:
    house.endpoint.turns.append(writes("The post", holds_after=1))
    asked = await house.ask("A post")
    runner = house.runner(key=KEY)
    await runner.work_off()
    await house.received(1)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        post = await runner.hands.drafting.draft(tx, house.actor, text="Saved", generation_id=asked)

    runner.stop([asked])
    await runner.idle()

    assert (await house.generation(asked)).post_id == post.id
    assert [card.subject_id for card in await house.told("post_card")] == [post.id]
