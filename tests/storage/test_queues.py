from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from storage.accounts import Account
from storage.posts import Post
from storage.publications import Publication
from storage.queues import Queue, Slot

if TYPE_CHECKING:
    from storage import Storage, Transaction

OURS, THEIRS = UUID(int=1), UUID(int=2)
HOUR = timedelta(hours=1)


async def queue(storage: Storage, workspace_id: UUID = OURS, name: str = "Main") -> Queue:
    """A queue with a slot, on an account of its own."""
    async with storage.begin(workspace_id) as tx:
        owned: dict[str, Any] = {"workspace_id": workspace_id, "updated_at": tx.now}
        account = tx.accounts.add(
            Account(
                **owned,
                id=tx.new_id(),
                platform="somewhere",
                remote_id=name,
                name=name,
                connected_at=tx.now,
            )
        )
        await tx.flush()
        made = tx.queues.add(
            Queue(**owned, id=tx.new_id(), account_id=account.id, name=name, zone="UTC", created_at=tx.now)
        )
        await tx.flush()
        tx.queues.add_slot(slot(tx, made))
    return made


def slot(tx: Transaction, made: Queue, *, weekday: int = 0, at_local: str = "09:00") -> Slot:
    return Slot(
        workspace_id=made.workspace_id,
        id=tx.new_id(),
        queue_id=made.id,
        weekday=weekday,
        at_local=at_local,
    )


async def sits(storage: Storage, made: Queue, *, hours: int, state: str = "scheduled") -> UUID:
    """A publication that sits in the queue and is due so many hours from now."""
    async with storage.begin(made.workspace_id) as tx:
        owned: dict[str, Any] = {
            "workspace_id": made.workspace_id,
            "created_at": tx.now,
            "updated_at": tx.now,
        }
        post = tx.posts.add(Post(**owned, id=tx.new_id(), author_user_id=OURS, text="Hello"))
        await tx.flush()
        at = tx.now + hours * HOUR
        row = Publication(
            **owned,
            id=tx.new_id(),
            post_id=post.id,
            account_id=made.account_id,
            platform="somewhere",
            post_version=1,
            state=state,
            due_at=at,
            zone="UTC",
            next_at=at,
            queue_id=made.id,
        )
        return tx.publications.add(row).id


async def test_slots_come_in_the_order_of_the_week(storage: Storage) -> None:
    made = await queue(storage)
    async with storage.begin(OURS) as tx:
        for weekday, at_local in ((6, "08:00"), (0, "17:30"), (0, "08:15")):
            tx.queues.add_slot(slot(tx, made, weekday=weekday, at_local=at_local))
        await tx.flush()
        found = [(one.weekday, one.at_local) for one in await tx.queues.slots(made.id)]
    assert found == [(0, "08:15"), (0, "09:00"), (0, "17:30"), (6, "08:00")]


async def test_a_standing_time_is_in_a_queue_once(storage: Storage) -> None:
    made = await queue(storage)
    with pytest.raises(IntegrityError):
        async with storage.begin(OURS) as tx:
            tx.queues.add_slot(slot(tx, made))


async def test_who_sits_there_comes_by_moment_and_only_in_the_states_asked_for(storage: Storage) -> None:
    made = await queue(storage)
    late, soon = await sits(storage, made, hours=5), await sits(storage, made, hours=1)
    await sits(storage, made, hours=2, state="cancelled")
    past = await sits(storage, made, hours=-3)
    async with storage.begin(OURS) as tx:
        sitting = tx.queues.sitting
        ahead = await sitting(made.id, states=["scheduled"], since=tx.now, is_locked=False)
        ever = await sitting(made.id, states=["scheduled"], since=tx.now - 9 * HOUR, is_locked=True)
        assert await tx.queues.waiting(made.id) == 3
    assert [one.id for one in ahead] == [soon, late]
    assert [one.id for one in ever] == [past, soon, late]


async def test_locked_rows_are_read_as_they_are_saved_now(storage: Storage) -> None:
    """Mutation: without reading anew, a unit of work decides on what it has looked at before the lock."""
    made = await queue(storage)
    row_id = await sits(storage, made, hours=1)
    async with storage.begin(OURS) as looking:
        before = await looking.publications.get(row_id), await looking.queues.get(made.id)
        if storage.is_alone:
            return  # SQLite has one writer: nobody else can change anything meanwhile
        async with storage.begin(OURS) as tx:
            (await tx.publications.get(row_id)).state = "claimed"
            (await tx.queues.get(made.id)).is_paused = True
        again = await looking.queues.locked(made.id)
        gone = await looking.queues.sitting(
            made.id, states=["scheduled", "claimed"], since=looking.now, is_locked=True
        )
        assert (gone[0], again) == before
        assert again is not None
        assert (again.is_paused, gone[0].state) == (True, "claimed")


async def test_dropping_takes_the_slots_along_and_nothing_else(storage: Storage) -> None:
    made, other = await queue(storage), await queue(storage, name="Other")
    async with storage.begin(OURS) as tx:
        await tx.queues.drop(made.id)
    async with storage.begin(OURS) as tx:
        assert await tx.queues.find(made.id) is None
        assert len(await tx.queues.slots(made.id)) == 0
        (kept,) = await tx.queues.slots(other.id)
        await tx.queues.drop_slot(kept.id)
    async with storage.begin(OURS) as tx:
        assert await tx.queues.slot(kept.id) is None
        assert [one.name for one in await tx.queues.of_account(other.account_id)] == ["Other"]


async def test_a_queue_of_one_workspace_is_nothing_to_another(storage: Storage) -> None:
    made = await queue(storage)
    await sits(storage, made, hours=1)
    async with storage.begin(THEIRS) as tx:
        assert await tx.queues.locked(made.id) is None
        assert len(await tx.queues.slots(made.id)) == 0
        assert await tx.queues.waiting(made.id) == 0
        await tx.queues.drop(made.id)
    async with storage.begin(OURS) as tx:
        assert len(await tx.queues.slots(made.id)) == 1
