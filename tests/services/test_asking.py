from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from services.asking import LONGEST_PROMPT, MOST_WAITING, REMEMBERED, Asking, lane_of
from services.authorising import Role
from services.refusals import NotAllowed, NotFound, Refusal
from services.telling import Kind, Place
from storage.chats import Chat

ASKING = Asking()
HERE = Place(1001)


async def ask(bureau: Any, prompt: str = "A post about autumn", **more: Any) -> Any:
    async with bureau.begin() as tx:
        return await ASKING.ask(tx, bureau.actor, HERE, prompt=prompt, **more)


async def named(bureau: Any, name: str) -> Any:
    async with bureau.begin() as tx:
        return await tx.agents.named(name)


async def answers_here(bureau: Any) -> str:
    async with bureau.begin() as tx:
        agent, _ = await ASKING.agent(tx, bureau.actor, HERE)
        return str(agent.name)


async def test_a_request_waits_with_a_placeholder_in_its_conversation(bureau: Any) -> None:
    made = await ask(bureau, "  A post\x00 about autumn ", asked_in_message_id=7)
    assert (made.status, made.prompt, made.asked_in_message_id) == ("pending", "A post about autumn", 7)
    assert made.lane == lane_of(HERE, made.agent_id)
    async with bureau.storage.read(None) as tx:
        assert await tx.outbox.count(state="pending") == 1
        item = await tx.outbox.find(bureau.actor.workspace_id, (await _only_outbox(tx)).id)
    assert (item.kind, item.subject_id) == (Kind.PLACEHOLDER, made.id)


async def _only_outbox(tx: Any) -> Any:
    from sqlalchemy import select

    from storage.outbox import OutboxItem

    return (await tx._session.scalars(select(OutboxItem))).one()


@pytest.mark.parametrize("prompt", ["", " \n\t", "\x00\u202e", "x" * (LONGEST_PROMPT + 1)])
async def test_a_request_that_is_none_or_too_much_is_refused(bureau: Any, prompt: str) -> None:
    with pytest.raises(Refusal) as caught:
        await ask(bureau, prompt)
    assert caught.value.next_step


async def test_a_flood_of_requests_in_one_chat_is_stopped(bureau: Any) -> None:
    for _ in range(MOST_WAITING):
        await ask(bureau)
    with pytest.raises(Refusal, match="waiting"):
        await ask(bureau)
    async with bureau.begin() as tx:
        assert await ASKING.ask(tx, bureau.actor, Place(2), prompt="Elsewhere there is room")


async def test_a_viewer_asks_for_nothing(bureau: Any) -> None:
    with pytest.raises(NotAllowed):
        async with bureau.begin() as tx:
            await ASKING.ask(tx, bureau.acting(Role.VIEWER), HERE, prompt="Hello")


async def test_the_chats_agent_comes_before_the_members_and_that_before_the_default(bureau: Any) -> None:
    editor, scout = await named(bureau, "Editor"), await named(bureau, "scout")
    assert await answers_here(bureau) == "Writer"
    async with bureau.begin() as tx:
        await ASKING.use(tx, bureau.actor, editor.id)
    assert await answers_here(bureau) == "Editor"
    async with bureau.begin() as tx:
        tx.chats.add(
            Chat(
                workspace_id=bureau.actor.workspace_id,
                id=tx.new_id(),
                telegram_chat_id=HERE.chat_id,
                kind="private",
                purpose="desk",
                agent_id=scout.id,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
    assert await answers_here(bureau) == "Scout"
    async with bureau.begin() as tx:
        (await tx.agents.get(scout.id)).archived_at = tx.now
    assert await answers_here(bureau) == "Editor"


async def test_an_agent_that_is_gone_or_another_workspaces_is_not_used(bureau: Any) -> None:
    editor = await named(bureau, "Editor")
    with pytest.raises(NotFound):
        async with bureau.begin(bureau.stranger) as tx:
            await ASKING.use(tx, bureau.stranger, editor.id)
    for agent_id in (uuid4(), (await _foreign_agent(bureau)).id):
        with pytest.raises(NotFound):
            await ask(bureau, agent_id=agent_id)


async def _foreign_agent(bureau: Any) -> Any:
    async with bureau.begin(bureau.stranger) as tx:
        return (await tx.agents.list())[0]


async def test_stopping_ends_what_waits_and_names_what_is_being_written(bureau: Any) -> None:
    running, waiting = await ask(bureau), await ask(bureau)
    async with bureau.begin() as tx:
        (await tx.generations.get(running.id)).status = "processing"
    with pytest.raises(NotAllowed):
        async with bureau.begin() as tx:
            await ASKING.stop(tx, bureau.acting(Role.VIEWER), HERE)
    async with bureau.begin() as tx:
        assert await ASKING.stop(tx, bureau.actor, HERE) == [running.id]
    async with bureau.begin() as tx:
        assert (await tx.generations.get(waiting.id)).status == "cancelled"
        assert (await tx.generations.get(running.id)).status == "processing"
        assert await ASKING.stop(tx, bureau.actor, Place(2)) == []


async def test_a_conversation_is_remembered_in_order_and_does_not_grow_for_ever(bureau: Any) -> None:
    run = await ask(bureau)
    for number in range(REMEMBERED):
        async with bureau.begin() as tx:
            found = await tx.generations.get(run.id)
            found.prompt = f"question {number}"
            await ASKING.remember(tx, found, answer=f"answer {number}")
    async with bureau.begin() as tx:
        kept = await tx.messages.latest(run.lane, limit=1000)
        assert await tx.messages.latest("another lane", limit=10) == []
    assert len(kept) == REMEMBERED
    assert [one.text for one in kept[-2:]] == [f"question {REMEMBERED - 1}", f"answer {REMEMBERED - 1}"]
    assert [one.role for one in kept] == ["person", "agent"] * (REMEMBERED // 2)


async def test_a_thumb_is_kept_and_only_for_what_is_the_workspaces(bureau: Any) -> None:
    run = await ask(bureau)
    async with bureau.begin() as tx:
        await ASKING.rate(tx, bureau.actor, run.id, rating=5)
    with pytest.raises(NotFound):
        async with bureau.begin(bureau.stranger) as tx:
            await ASKING.rate(tx, bureau.stranger, run.id, rating=1)
    async with bureau.begin() as tx:
        assert (await tx.generations.get(run.id)).rating == 5
