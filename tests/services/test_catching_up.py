"""Is a heap of late posts worked off at one word without a burst, and is what changed meanwhile left alone?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.authorising import Role
from services.catching_up import CatchingUp, Listed, Outcome
from services.deciding import Deciding
from services.refusals import NotAllowed
from storage.accounts import Account

if TYPE_CHECKING:
    from uuid import UUID

    from storage.publications import Publication
    from tests.conftest import HandClock

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def catching_up(bureau: Any) -> CatchingUp:
    # What is let go or moved is written without the machine's recording.
    return CatchingUp(Deciding(recording=None, scheduling=bureau.scheduling))  # type: ignore[arg-type]  # never called


async def missed(
    bureau: Any, clock: HandClock, count: int, *, account_id: UUID | None = None
) -> list[Listed]:
    """Posts whose moment went by, as the machine leaves them."""
    found = []
    for number in range(count):
        async with bureau.begin() as tx:
            post = await bureau.post(tx, f"Hello {number}")
            made: Publication = await bureau.scheduling.schedule(
                tx, bureau.actor, post.id, version=1, at=clock() + HOUR, account_id=account_id
            )
            await tx.flush()
            made.state, made.next_at, made.version = "missed", None, made.version + 1
            found.append(Listed(made.id, made.version, post.version))
    return found


async def publish(bureau: Any, listed: list[Listed]) -> Outcome:
    async with bureau.begin() as tx:
        return await catching_up(bureau).publish(tx, bureau.actor, listed)


async def second_account(bureau: Any) -> UUID:
    async with bureau.begin() as tx:
        account: Account = tx.accounts.add(
            Account(
                workspace_id=bureau.actor.workspace_id,
                id=tx.new_id(),
                platform="short",
                remote_id="them",
                name="Them",
                connected_at=tx.now,
                updated_at=tx.now,
            )
        )
    return account.id


async def test_late_posts_leave_one_a_minute_on_each_account(bureau: Any, clock: HandClock) -> None:
    """Mutation: with the same moment for all of them, a morning's posts would stand in the channel at once."""
    ours = await missed(bureau, clock, 3)
    theirs = await missed(bureau, clock, 2, account_id=await second_account(bureau))
    clock.move(3 * HOUR)
    outcome = await publish(bureau, [*ours, *theirs])
    assert outcome.left == []
    assert [one.due_at - clock() for one in outcome.done] == [
        0 * MINUTE,
        1 * MINUTE,
        2 * MINUTE,
        0 * MINUTE,
        1 * MINUTE,
    ]
    assert {one.state for one in outcome.done} == {"scheduled"}
    assert all(one.next_at == one.due_at and one.approval_id for one in outcome.done)


async def test_a_second_word_goes_on_behind_the_first_one(bureau_on_both: Any, clock: HandClock) -> None:
    bureau = bureau_on_both
    first, second = await missed(bureau, clock, 2), await missed(bureau, clock, 2)
    clock.move(3 * HOUR)
    await publish(bureau, first)
    clock.move(timedelta(seconds=20))
    outcome = await publish(bureau, second)
    gaps = [one.due_at - clock() for one in outcome.done]
    assert gaps == [2 * MINUTE, 3 * MINUTE]


async def test_what_changed_since_the_list_was_made_is_left_alone(bureau: Any, clock: HandClock) -> None:
    """Mutation: without the versions, words that nobody on the list has seen would be published."""
    moved, edited, dropped, whole = await missed(bureau, clock, 4)
    clock.move(3 * HOUR)
    async with bureau.begin() as tx:
        await bureau.scheduling.move(
            tx, bureau.actor, moved.publication_id, version=moved.version, at=clock() + HOUR
        )
        row = await tx.publications.get(edited.publication_id)
        await bureau.drafting.revise(tx, bureau.actor, row.post_id, text="Other words")
        await bureau.scheduling.cancel(tx, bureau.actor, dropped.publication_id)
    outcome = await publish(bureau, [moved, edited, dropped, whole])
    assert [one.id for one in outcome.done] == [whole.publication_id]
    assert dict(outcome.left) == {
        moved.publication_id: "It is scheduled already.",
        edited.publication_id: "It was changed since the list was made.",
        dropped.publication_id: "It is cancelled already.",
    }
    async with bureau.begin() as tx:
        assert (await tx.publications.get(edited.publication_id)).state == "missed"


async def test_pressed_twice_it_happens_once(bureau: Any, clock: HandClock) -> None:
    listed = await missed(bureau, clock, 2)
    clock.move(3 * HOUR)
    await publish(bureau, listed)
    again = await publish(bureau, listed)
    assert (again.done, len(again.left)) == ([], 2)


async def test_what_is_let_go_is_a_draft_again(bureau: Any, clock: HandClock) -> None:
    listed = await missed(bureau, clock, 2)
    async with bureau.begin() as tx:
        outcome = await catching_up(bureau).let_go(tx, bureau.actor, listed)
        assert {one.state for one in outcome.done} == {"cancelled"}
        posts = [await tx.posts.get(one.post_id) for one in outcome.done]
    assert {one.state for one in posts} == {"draft"}


async def test_only_who_may_decide_decides_and_only_on_his_own(bureau: Any, clock: HandClock) -> None:
    listed = await missed(bureau, clock, 1)
    async with bureau.begin() as tx:
        with pytest.raises(NotAllowed):
            await catching_up(bureau).publish(tx, bureau.acting(Role.VIEWER), listed)
    async with bureau.begin(bureau.stranger) as tx:
        outcome = await catching_up(bureau).let_go(tx, bureau.stranger, listed)
    assert (outcome.done, outcome.left) == ([], [(listed[0].publication_id, "It is not here any more.")])
