from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from services import moving
from storage.accounts import Account
from storage.claims import Held
from storage.posts import Post
from storage.publications import Publication

if TYPE_CHECKING:
    from storage import Storage, Transaction
    from tests.conftest import HandClock

OURS = UUID(int=1)
LEASE = timedelta(minutes=2)


def _post(tx: Transaction) -> Post:
    return Post(
        workspace_id=OURS,
        id=tx.new_id(),
        author_user_id=OURS,
        text="Hello",
        created_at=tx.now,
        updated_at=tx.now,
    )


def _account(tx: Transaction) -> Account:
    return Account(
        workspace_id=OURS,
        id=tx.new_id(),
        platform="somewhere",
        remote_id="us",
        name="Us",
        connected_at=tx.now,
        updated_at=tx.now,
    )


async def due(storage: Storage, *offsets: int, **more: Any) -> list[UUID]:
    """Publications that are due these many seconds from now."""
    async with storage.begin(OURS) as tx:
        post, account = tx.posts.add(_post(tx)), await tx.accounts.of_platform("somewhere", "us")
        account = account or tx.accounts.add(_account(tx))
        await tx.flush()
        made = []
        for offset in offsets:
            at = tx.now + timedelta(seconds=offset)
            row = Publication(
                workspace_id=OURS,
                id=tx.new_id(),
                post_id=post.id,
                account_id=account.id,
                platform="somewhere",
                post_version=1,
                due_at=at,
                zone="UTC",
                next_at=at,
                created_at=tx.now,
                updated_at=tx.now,
                **more,
            )
            made.append(tx.publications.add(row).id)
        return made


async def claim(storage: Storage, owner: str = "one", *, limit: int = 50) -> list[Held]:
    async with storage.begin(None) as tx:
        return await _claim(tx, owner, limit=limit)


async def _claim(tx: Transaction, owner: str, *, limit: int) -> list[Held]:
    rows = await tx.claims.due(now=tx.now, limit=limit)
    for row in rows:
        moving.claim(row, owner=owner, now=tx.now, lease=LEASE)
    await tx.moves.claim(rows)
    return rows


async def next_due_at(storage: Storage) -> datetime | None:
    async with storage.read(None) as tx:
        return await tx.claims.next_due_at(after=tx.now - timedelta(days=1))


async def test_what_is_due_is_claimed_once_the_longest_due_first(storage: Storage, clock: HandClock) -> None:
    later, sooner, future = await due(storage, -5, -60, 30)
    assert [one.id for one in await claim(storage)] == [sooner, later]
    assert await claim(storage) == []
    clock.move(timedelta(seconds=30))
    assert [one.id for one in await claim(storage)] == [future]


async def test_workers_that_claim_at_once_never_get_the_same_row(storage: Storage) -> None:
    made = await due(storage, *range(-40, 0))
    claims = await asyncio.gather(*(claim(storage, f"worker {one}", limit=7) for one in range(10)))
    taken = [one.id for batch in claims for one in batch]
    assert len(taken) == len(set(taken))
    taken += [one.id for one in await claim(storage, "the last")]
    assert sorted(taken) == sorted(made)


async def test_on_postgresql_a_worker_passes_by_what_another_one_is_just_taking(
    postgresql: Any, clock: HandClock
) -> None:
    """Mutation: without SKIP LOCKED the second worker would stand still until the first has saved."""
    from tests.conftest import opened

    async with opened(postgresql(), clock) as storage:
        await due(storage, -3, -2, -1)
        async with storage.begin(None) as first:
            taken = await _claim(first, "one", limit=2)
            async with asyncio.timeout(20):
                others = await claim(storage, "two")
        assert len(taken) == 2
        assert len(others) == 1
        assert not {one.id for one in taken} & {one.id for one in others}


async def test_a_worker_that_was_overtaken_holds_nothing_any_more(storage: Storage, clock: HandClock) -> None:
    await due(storage, -1)
    (stale,) = await claim(storage, "frozen")
    clock.move(LEASE)
    assert await claim(storage, "two") == []
    clock.move(timedelta(seconds=1))
    (fresh,) = await claim(storage, "two")
    assert fresh.fence == stale.fence + 1
    async with storage.begin(None) as tx:
        assert await tx.claims.still_held([stale]) == []
        assert await tx.claims.still_held([fresh]) == [fresh]
        stale.state, fresh.state = "failed", "published"
        await tx.moves.record([stale])
        await tx.moves.record([fresh])
    async with storage.read(OURS) as tx:
        assert await tx.publications.count(states=["published"]) == 1


async def test_a_claimed_row_is_claimed_and_an_armed_one_stays_armed(storage: Storage) -> None:
    await due(storage, -2)
    await due(storage, -1, state="armed")
    assert sorted(one.state for one in await claim(storage)) == ["armed", "claimed"]
    async with storage.read(OURS) as tx:
        assert await tx.publications.count(states=["claimed"]) == 1
        assert await tx.publications.count(states=["armed"]) == 1


async def test_accounts_and_platforms_that_are_full_are_passed_by(storage: Storage, clock: HandClock) -> None:
    await due(storage, -5, 60)
    async with storage.begin(None) as tx:
        account = (await tx.claims.due(now=tx.now, limit=5))[0].account_id
        for spared in ({"but_accounts": [account]}, {"but_platforms": ["somewhere"]}):
            assert await tx.claims.due(now=tx.now, limit=5, **spared) == []
    async with storage.read(None) as tx:
        assert await tx.claims.next_due_at(after=clock()) == clock() + timedelta(seconds=60)


async def test_what_is_in_workers_hands_is_counted_until_their_lease_ends(
    storage: Storage, clock: HandClock
) -> None:
    await due(storage, -2, -1, 60)
    (first, *_) = await claim(storage)
    async with storage.read(None) as tx:
        load = await tx.claims.load(now=tx.now)
    assert (load.accounts[first.account_id].count, load.platforms) == (2, {"somewhere": 2})
    clock.move(LEASE + timedelta(seconds=1))
    async with storage.read(None) as tx:
        assert (await tx.claims.load(now=tx.now)).platforms == {}


async def test_a_resting_account_keeps_everything_that_is_due_waiting(
    storage: Storage, clock: HandClock
) -> None:
    await due(storage, -2, -1, 600)
    until = clock() + timedelta(minutes=3)
    async with storage.begin(None) as tx:
        row = (await tx.claims.due(now=tx.now, limit=1))[0]
        assert await tx.claims.defer(account_id=row.account_id, now=tx.now, until=until) == 2
        assert await tx.claims.due(now=tx.now, limit=5) == []
    assert await next_due_at(storage) == until


async def test_a_process_that_is_alone_frees_what_others_held(storage: Storage) -> None:
    await due(storage, -1)
    await claim(storage, "dead")
    async with storage.begin(None) as tx:
        assert await tx.publications.release_all_but("me") == 1
    assert len(await claim(storage, "me")) == 1


async def test_the_machine_wakes_for_what_nobody_has_claimed(storage: Storage, clock: HandClock) -> None:
    assert await next_due_at(storage) is None
    await due(storage, -5, 90)
    assert await next_due_at(storage) == clock() - timedelta(seconds=5)
    await claim(storage)
    assert await next_due_at(storage) == clock() + timedelta(seconds=90)


async def test_a_remote_post_is_known_to_be_a_publications(storage: Storage, clock: HandClock) -> None:
    (made,) = await due(storage, -1, state="published", remote_id="77", published_at=clock())
    await due(storage, -1, state="armed")
    async with storage.read(OURS) as tx:
        account = (await tx.accounts.list())[0].id
    async with storage.read(None) as tx:
        bound = await tx.claims.bound([(account, "77"), (account, "78"), (made, "77")])
        assert await tx.claims.bound([]) == {}
    assert bound == {(account, "77"): made}


@pytest.mark.parametrize("state", ["published", "cancelled", "unconfirmed", "missed", "failed"])
async def test_what_has_ended_or_waits_for_a_person_is_never_claimed(
    storage_on_sqlite: Storage, state: str
) -> None:
    (made,) = await due(storage_on_sqlite, -1, state=state)
    async with storage_on_sqlite.begin(OURS) as tx:
        (await tx.publications.get(made)).next_at = None
    assert await claim(storage_on_sqlite) == []
    assert await next_due_at(storage_on_sqlite) is None


async def test_a_question_about_what_may_be_out_never_waits_behind_a_crowd_of_new_posts(
    storage_on_sqlite: Storage,
) -> None:
    """Mutation: in one line by their moments, the doubtful one would come after all that is overdue."""
    await due(storage_on_sqlite, *range(-60, -20))
    (doubtful,) = await due(storage_on_sqlite, -1, state="armed")
    first = await claim(storage_on_sqlite, limit=4)
    assert (len(first), first[0].id) == (4, doubtful)
