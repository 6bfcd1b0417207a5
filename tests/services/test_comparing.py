"""Is a person told what he is about to repeat, and never kept from it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.authorising import Role
from services.comparing import Kind, Likeness, alike, before_saving, set_window
from services.refusals import NotAllowed, NotFound
from tests.services.conftest import Bureau

if TYPE_CHECKING:
    from tests.conftest import HandClock

DAY = timedelta(days=1)
WORDS = "one two 3 four five"
"""Twenty characters are all that the network of these tests takes."""


async def found(
    bureau: Bureau, at: datetime, *, text: str = WORDS, days: int = 30, **more: Any
) -> list[Likeness]:
    async with bureau.begin() as tx:
        more = {"account_id": bureau.account_id, "but_post_id": None, **more}
        return [*await alike(tx, text=text, at=at, days=days, **more)]


async def test_the_same_words_within_the_window_are_found_on_both_sides(
    bureau_on_both: Bureau, clock: HandClock
) -> None:
    here = bureau_on_both
    before = await here.scheduled(clock() + DAY, WORDS)
    after = await here.scheduled(clock() + 40 * DAY, WORDS.upper())
    near = await found(here, clock() + 20 * DAY)
    assert [(one.kind, one.publication_id) for one in near] == [(Kind.SAME, before.id), (Kind.SAME, after.id)]
    assert [one.publication_id for one in await found(here, clock() + 20 * DAY, days=19)] == [before.id]
    assert await found(here, clock() + 20 * DAY, days=18) == []


async def test_only_the_account_in_question_counts_and_not_the_post_itself(
    bureau: Bureau, clock: HandClock
) -> None:
    mine = await bureau.scheduled(clock() + DAY, WORDS)
    assert await found(bureau, clock() + DAY, account_id=mine.id) == []
    assert await found(bureau, clock() + DAY, but_post_id=mine.post_id) == []


async def test_another_workspace_is_never_looked_at(bureau: Bureau, clock: HandClock) -> None:
    await bureau.scheduled(clock() + DAY, WORDS)
    async with bureau.begin(bureau.stranger) as tx:
        seen = await alike(
            tx, account_id=bureau.account_id, text=WORDS, at=clock() + DAY, but_post_id=None, days=90
        )
    assert [*seen] == []


@pytest.mark.parametrize("state", ["cancelled", "failed", "missed"])
async def test_what_never_went_out_is_no_repetition(bureau: Bureau, clock: HandClock, state: str) -> None:
    row = await bureau.scheduled(clock() + DAY, WORDS)
    async with bureau.begin() as tx:
        (await tx.publications.get(row.id)).state = state
    assert await found(bureau, clock() + DAY) == []


@pytest.mark.parametrize(
    ("state", "has_left"), [("armed", False), ("published", True), ("unconfirmed", True)]
)
async def test_it_is_told_whether_it_went_out(
    bureau: Bureau, clock: HandClock, *, state: str, has_left: bool
) -> None:
    row = await bureau.scheduled(clock() + DAY, WORDS)
    async with bureau.begin() as tx:
        (await tx.publications.get(row.id)).state = state
    assert [one.has_left for one in await found(bureau, clock() + DAY)] == [has_left]


async def test_another_post_in_the_same_hour_is_told_once_and_only_then(
    bureau: Bureau, clock: HandClock
) -> None:
    at = clock() + 5 * DAY
    other = await bureau.scheduled(at + timedelta(minutes=60), "something else")
    await bureau.scheduled(at + timedelta(minutes=61), "and more")
    assert [(one.kind, one.publication_id) for one in await found(bureau, at)] == [(Kind.HOUR, other.id)]
    assert await found(bureau, at - timedelta(minutes=1)) == []
    repeated = await found(bureau, at, text="something else")
    assert [one.kind for one in repeated] == [Kind.SAME]


async def test_nothing_is_looked_at_where_the_workspace_wants_no_warnings(
    bureau: Bureau, clock: HandClock
) -> None:
    row = await bureau.scheduled(clock() + DAY, WORDS)
    async with bureau.begin() as tx:
        post = await bureau.post(tx, WORDS)
        asked: dict[str, Any] = {
            "account_id": row.account_id,
            "post_id": post.id,
            "text": WORDS,
            "at": clock() + DAY,
        }
        assert [one.kind for one in await before_saving(tx, **asked)] == [Kind.SAME]
        await set_window(tx, bureau.actor, 0)
        assert [*await before_saving(tx, **asked)] == []


async def test_the_words_of_the_accounts_own_variant_are_compared(bureau: Bureau, clock: HandClock) -> None:
    row = await bureau.scheduled(clock() + DAY, WORDS)
    async with bureau.begin() as tx:
        account = await tx.accounts.get(row.account_id)
        post = await bureau.post(tx, "quite another text")
        variant = await bureau.drafting.variant(tx, post, account)
        variant.text = WORDS
        await tx.flush()
        seen = await before_saving(
            tx, account_id=account.id, post_id=post.id, text=post.text, at=clock() + 3 * DAY
        )
    assert [one.publication_id for one in seen] == [row.id]


async def test_at_most_three_are_told_and_one_of_the_hour(bureau: Bureau, clock: HandClock) -> None:
    for minutes in range(5):
        await bureau.scheduled(clock() + DAY + timedelta(minutes=minutes), f"{minutes}")
    row = await bureau.scheduled(clock() + 2 * DAY, WORDS)
    async with bureau.begin() as tx:
        post = await bureau.post(tx, WORDS)
        seen = await before_saving(
            tx, account_id=row.account_id, post_id=post.id, text=WORDS, at=clock() + DAY
        )
    assert [one.kind for one in seen] == [Kind.SAME, Kind.HOUR]


async def test_the_window_is_an_admins_to_choose_and_one_of_four(bureau: Bureau) -> None:
    async with bureau.begin() as tx:
        await set_window(tx, bureau.actor, 90)
        assert (await tx.workspaces.get(tx.workspace_id)).duplicate_days == 90
        with pytest.raises(NotFound):
            await set_window(tx, bureau.actor, 31)
        with pytest.raises(NotAllowed):
            await set_window(tx, bureau.acting(Role.EDITOR), 7)
