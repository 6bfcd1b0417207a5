"""Are series found when they are due, by one worker at a time, across workspaces and on both databases?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from storage.accounts import Account
from storage.posts import Post
from storage.publications import Publication
from storage.series import ORIGIN, Series

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage import Storage, Transaction
    from tests.conftest import HandClock

STATES = ("scheduled", "published")


def account(tx: Transaction) -> UUID:
    return tx.accounts.add(
        Account(
            workspace_id=tx.workspace_id,
            id=tx.new_id(),
            platform="short",
            remote_id="us",
            name="Us",
            connected_at=tx.now,
            updated_at=tx.now,
        )
    ).id


def post(tx: Transaction, author: UUID, **facts: str) -> Post:
    return tx.posts.add(
        Post(
            workspace_id=tx.workspace_id,
            id=tx.new_id(),
            author_user_id=author,
            text="Hello",
            facts=facts,
            created_at=tx.now,
            updated_at=tx.now,
        )
    )


async def series(tx: Transaction, author: UUID, *, after: timedelta = timedelta(0), **more: Any) -> Series:
    account_id, post_id = more.pop("account_id", None) or account(tx), post(tx, author).id
    await tx.flush()
    made = tx.series.add(
        Series(
            workspace_id=tx.workspace_id,
            id=tx.new_id(),
            account_id=account_id,
            post_id=post_id,
            author_user_id=author,
            rule="FREQ=DAILY",
            starts_local="2026-11-21T09:00",
            zone="UTC",
            next_at=tx.now + after,
            created_at=tx.now,
            updated_at=tx.now,
            **more,
        )
    )
    await tx.flush()
    return made


def publication(tx: Transaction, one: Post, account_id: UUID, *, day: int, **more: Any) -> Publication:
    at = datetime(2026, 11, day, tzinfo=UTC)
    return tx.publications.add(
        Publication(
            workspace_id=tx.workspace_id,
            id=tx.new_id(),
            post_id=one.id,
            account_id=account_id,
            platform="short",
            post_version=1,
            due_at=at,
            zone="UTC",
            next_at=None,
            created_at=tx.now,
            updated_at=tx.now,
            **more,
        )
    )


async def test_what_is_due_is_found_across_workspaces_the_longest_due_first(
    storage: Storage, clock: HandClock, new_member: Callable[..., Any]
) -> None:
    ada, eve = await new_member(storage), await new_member(storage, telegram_id=2, name="Eve")
    async with storage.begin(ada.workspace_id) as tx:
        late = await series(tx, ada.user_id, after=timedelta(minutes=2))
        await series(tx, ada.user_id, account_id=late.account_id, after=timedelta(days=1))
    async with storage.begin(eve.workspace_id) as tx:
        early = await series(tx, eve.user_id, after=timedelta(minutes=1))
    clock.move(timedelta(minutes=5))
    async with storage.read(None) as tx:
        found = await tx.series.due(now=tx.now, limit=10)
        assert found == [(early.workspace_id, early.id), (late.workspace_id, late.id)]
        assert await tx.series.next_due_at() == early.next_at


async def test_only_a_running_and_due_series_is_taken(
    storage: Storage, new_member: Callable[..., Any]
) -> None:
    ada = await new_member(storage)
    async with storage.begin(ada.workspace_id) as tx:
        due = await series(tx, ada.user_id)
        later = await series(tx, ada.user_id, account_id=due.account_id, after=timedelta(hours=1))
        paused = await series(tx, ada.user_id, account_id=due.account_id, state="paused")
    async with storage.begin(ada.workspace_id) as tx:
        taken = [await tx.series.take(one.id, now=tx.now) for one in (due, later, paused)]
    assert [one is not None for one in taken] == [True, False, False]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_series_in_the_hands_of_another_worker_is_left_to_it(
    storage: Storage, new_member: Callable[..., Any]
) -> None:
    ada = await new_member(storage)
    async with storage.begin(ada.workspace_id) as tx:
        one = await series(tx, ada.user_id)
    async with storage.begin(ada.workspace_id) as tx, storage.begin(ada.workspace_id) as other:
        assert await tx.series.take(one.id, now=tx.now) is not None
        assert await other.series.take(one.id, now=other.now) is None


async def test_the_last_use_of_a_post_is_its_copies_or_its_own(
    storage: Storage, new_member: Callable[..., Any]
) -> None:
    ada = await new_member(storage)
    async with storage.begin(ada.workspace_id) as tx:
        one = await series(tx, ada.user_id)
        account_id = one.account_id
        used, own, fresh = (post(tx, ada.user_id) for _ in range(3))
        await tx.flush()
        for day in (2, 9, 5):
            copy = post(tx, ada.user_id, **{ORIGIN: str(used.id)})
            await tx.flush()
            publication(tx, copy, account_id, day=day, series_id=one.id, occurrence=f"2026-11-{day:02}T09:00")
        publication(tx, own, account_id, day=3, state="published")
        publication(tx, fresh, account_id, day=4, state="cancelled")
        await tx.flush()
        ids = [used.id, own.id, fresh.id]
        found = await tx.series.last_uses(account_id, post_ids=ids, states=STATES)
        assert {key: at.day for key, at in found.items()} == {used.id: 9, own.id: 3}
        assert await tx.series.last_uses(tx.new_id(), post_ids=ids, states=STATES) == {}
        assert await tx.series.has_made(one.id, "2026-11-09T09:00")
        assert not await tx.series.has_made(one.id, "2026-11-10T09:00")
        assert [row.due_at.day for row in await tx.series.waiting(one.id)] == [2, 5, 9]
