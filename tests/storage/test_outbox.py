from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from storage.outbox import OutboxItem

if TYPE_CHECKING:
    from storage import Storage
    from tests.conftest import HandClock

OURS, THEIRS = UUID(int=1), UUID(int=2)
LEASE = timedelta(minutes=5)


async def say(storage: Storage, chat: int, *, after: timedelta = timedelta(0), **more: Any) -> OutboxItem:
    workspace_id = more.pop("workspace_id", OURS)
    async with storage.begin(workspace_id) as tx:
        return tx.outbox.add(
            OutboxItem(
                workspace_id=workspace_id,
                id=tx.new_id(),
                kind="reply",
                telegram_chat_id=chat,
                next_at=tx.now + after,
                created_at=tx.now,
                **more,
            )
        )


async def claim(
    storage: Storage, owner: str = "one", *, limit: int = 50, but: Sequence[int] = ()
) -> list[OutboxItem]:
    async with storage.begin(None) as tx:
        return [*await tx.outbox.claim(owner=owner, now=tx.now, lease=LEASE, limit=limit, but_chats=[*but])]


async def sent(storage: Storage, item: OutboxItem, state: str = "sent") -> None:
    async with storage.begin(None) as tx:
        row = await tx.outbox.find(item.workspace_id, item.id)
        assert row is not None
        row.state, row.sent_at = state, tx.now


async def next_at(storage: Storage) -> Any:
    async with storage.read(None) as tx:
        return await tx.outbox.next_at()


async def test_each_chat_is_told_in_the_order_in_which_things_were_said(storage: Storage) -> None:
    first, second, other = await say(storage, 1), await say(storage, 1), await say(storage, 2)
    assert {one.id for one in await claim(storage)} == {first.id, other.id}
    assert await claim(storage) == []
    await sent(storage, first)
    assert [one.id for one in await claim(storage)] == [second.id]


async def test_nothing_urgent_overtakes_what_was_said_before_it_in_the_same_chat(storage: Storage) -> None:
    calm = await say(storage, 1, priority=3)
    await say(storage, 1, priority=0)
    other = await say(storage, 2, priority=1)
    assert [one.id for one in await claim(storage, limit=1)] == [calm.id]
    assert [one.id for one in await claim(storage)] == [other.id]


async def test_what_has_to_wait_holds_up_its_own_chat_only(storage: Storage, clock: HandClock) -> None:
    await say(storage, 1, after=timedelta(minutes=3))
    await say(storage, 1)
    other = await say(storage, 2)
    assert [one.id for one in await claim(storage)] == [other.id]
    clock.move(timedelta(minutes=3))
    assert len(await claim(storage)) == 1


async def test_what_cannot_be_sent_gives_way_to_what_stands_behind_it(storage: Storage) -> None:
    hopeless, behind = await say(storage, 1), await say(storage, 1)
    await sent(storage, hopeless, "failed")
    assert [one.id for one in await claim(storage)] == [behind.id]


async def test_chats_that_are_being_served_are_left_alone(storage: Storage) -> None:
    await say(storage, 1)
    other = await say(storage, 2)
    assert [one.id for one in await claim(storage, but=[1])] == [other.id]


async def test_a_claim_is_taken_over_when_its_lease_has_ended_and_not_before(
    storage: Storage, clock: HandClock
) -> None:
    item = await say(storage, 1)
    await claim(storage, "dead")
    clock.move(LEASE)
    assert await claim(storage, "me") == []
    clock.move(timedelta(seconds=1))
    assert [(one.id, one.claimed_by) for one in await claim(storage, "me")] == [(item.id, "me")]


async def test_a_process_that_is_alone_frees_what_others_held_at_once(storage: Storage) -> None:
    await say(storage, 1)
    await claim(storage, "dead")
    async with storage.begin(None) as tx:
        assert await tx.outbox.release_all_but("me") == 1
    assert len(await claim(storage, "me")) == 1
    async with storage.begin(None) as tx:
        assert await tx.outbox.release_all_but("me") == 0


async def test_senders_that_claim_at_once_never_get_the_same_chat(storage: Storage) -> None:
    for number in range(24):
        await say(storage, number % 8)
    claims = await asyncio.gather(*(claim(storage, f"sender {one}", limit=3) for one in range(6)))
    chats = [item.telegram_chat_id for one in claims for item in one]
    assert len(chats) == len(set(chats))
    chats += [item.telegram_chat_id for item in await claim(storage)]
    assert sorted(chats) == list(range(8))


async def test_one_cause_speaks_once_in_each_workspace(storage: Storage) -> None:
    await say(storage, 1, dedupe="published:7")
    async with storage.read(OURS) as ours, storage.read(THEIRS) as theirs:
        assert await ours.outbox.has("published:7")
        assert not await theirs.outbox.has("published:7")
    await say(storage, 1, dedupe="published:7", workspace_id=THEIRS)
    with pytest.raises(IntegrityError):
        await say(storage, 1, dedupe="published:7")


async def test_the_next_moment_is_that_of_the_first_item_of_a_chat_that_nobody_serves(
    storage: Storage, clock: HandClock
) -> None:
    """Mutation: counting what stands behind another item would make the sender run in circles."""
    assert await next_at(storage) is None
    being_sent = await say(storage, 1)
    await say(storage, 1)
    await claim(storage)
    assert await next_at(storage) is None
    paused = await say(storage, 2, after=timedelta(minutes=2))
    await say(storage, 2)
    assert await next_at(storage) == paused.next_at
    await sent(storage, being_sent)
    assert await next_at(storage) == clock()


async def test_a_group_that_got_another_number_is_told_there(storage: Storage) -> None:
    first, elsewhere = await say(storage, -1), await say(storage, -2)
    await claim(storage)
    async with storage.begin(None) as tx:
        assert await tx.outbox.move(old=-1, new=-100) == 1
    (item,) = await claim(storage)
    assert (item.id, item.telegram_chat_id) == (first.id, -100)
    assert elsewhere.telegram_chat_id == -2


async def test_only_what_was_sent_long_ago_is_forgotten(storage: Storage, clock: HandClock) -> None:
    old, failed, fresh = await say(storage, 1), await say(storage, 2), await say(storage, 3)
    await sent(storage, old)
    await sent(storage, failed, "failed")
    clock.move(timedelta(days=15))
    await sent(storage, fresh)
    async with storage.begin(None) as tx:
        assert await tx.outbox.prune(before=tx.now - timedelta(days=14)) == 1
        assert (await tx.outbox.count(state="sent"), await tx.outbox.count(state="failed")) == (1, 1)


async def test_a_message_is_about_what_it_was_last_changed_to(storage: Storage) -> None:
    """Mutation: without the order, a message that has become a list again would still be about a publication."""
    first, second = UUID(int=11), UUID(int=12)

    async def sent_as(number: int, chat: int, kind: str | None, subject: UUID | None, **more: Any) -> None:
        item = await say(storage, chat, subject_kind=kind, subject_id=subject, message_id=number, **more)
        await sent(storage, item)

    await sent_as(5, 1, "publication", first)
    await sent_as(6, 1, "post", second)
    await sent_as(7, 1, "publication", first)
    await sent_as(7, 1, None, None)
    await sent_as(8, 1, "publication", first)
    await sent_as(8, 1, "publication", second)
    await sent_as(9, 1, "publication", first, workspace_id=THEIRS)
    async with storage.read(OURS) as tx:
        for number, about in ((5, first), (6, None), (7, None), (8, second), (9, None), (10, None)):
            assert await tx.outbox.publication_in(telegram_chat_id=1, message_id=number) == about
        assert await tx.outbox.publication_in(telegram_chat_id=2, message_id=5) is None
