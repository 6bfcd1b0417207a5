from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from integrations.contract import (
    Answer,
    Certainty,
    Draft,
    OutcomeUnknown,
    RateLimited,
    Receipt,
    Rejected,
    Unauthorized,
    Unavailable,
)
from services.patience import Timing
from services.refusals import OutOfDate, Refusal
from tests.services.scripted import Scripted
from tests.services.works import TIMING, House, open_house, works

if TYPE_CHECKING:
    from uuid import UUID

    from storage import Storage
    from tests.conftest import HandClock


@pytest.fixture(params=[Certainty.KEYED, Certainty.LOOKUP, Certainty.BLIND], ids=lambda one: one.value)
def certainty(request: pytest.FixtureRequest) -> Certainty:
    return request.param  # type: ignore[no-any-return]  # pytest types it as Any


@pytest.fixture
async def house(
    storage: Storage, clock: HandClock, certainty: Certainty, new_member: Any
) -> AsyncIterator[House]:
    opened = await open_house(storage, clock, await new_member(storage), Scripted(certainty))
    yield opened
    await opened.publishing.finish_moving()


async def test_a_due_post_is_published_once_and_not_before(house: House) -> None:
    number = await house.scheduled("Hello")
    await house.pass_time(timedelta(minutes=4))
    assert house.network.live == []
    await house.pass_time(timedelta(minutes=2))
    await house.pass_time(timedelta(hours=2))
    row = await house.row(number)
    assert (row.state, [text for _, text in house.network.live]) == ("published", ["Hello"])
    assert row.remote_id == "0"


async def test_a_lost_answer_never_makes_a_second_post(house: House, certainty: Certainty) -> None:
    house.network.answers = ["accept and say nothing"]
    number = await house.scheduled("Hello")
    await house.pass_time(timedelta(minutes=5))
    assert (await house.row(number)).state == "armed"
    await house.pass_time(timedelta(seconds=39))
    assert house.network.calls == 1
    await house.pass_time(timedelta(seconds=2))
    await house.pass_time(timedelta(minutes=2))
    expected = "unconfirmed" if certainty is Certainty.BLIND else "published"
    assert (await house.row(number)).state == expected
    assert len(house.network.live) == 1


async def test_an_answer_that_cannot_be_read_is_looked_into_and_never_retried_blindly(
    house: House, certainty: Certainty
) -> None:
    house.network.answers = ["break"]
    number = await house.scheduled("Hello")
    await house.pass_time(timedelta(minutes=5))
    assert (await house.row(number)).state == "armed"
    await house.pass_time(timedelta(minutes=1))
    await house.pass_time(timedelta(minutes=1))
    expected = "unconfirmed" if certainty is Certainty.BLIND else "published"
    assert (await house.row(number)).state == expected
    assert len(house.network.live) == (0 if certainty is Certainty.BLIND else 1)


async def test_what_was_surely_not_sent_is_sent_later(house: House) -> None:
    house.network.answers = [Unavailable("no route"), Unavailable("no route")]
    number = await house.scheduled()
    await house.pass_time(timedelta(minutes=5))
    assert (await house.row(number)).state == "scheduled"
    for _ in range(4):
        await house.pass_time(timedelta(seconds=30))
    assert (await house.row(number)).state == "published"
    assert len(house.network.live) == 1


async def test_a_limit_is_waited_for_to_its_end(house: House) -> None:
    number = await house.scheduled()
    house.network.answers = [RateLimited(until=house.clock() + timedelta(minutes=8))]
    await house.pass_time(timedelta(minutes=5))
    await house.pass_time(timedelta(minutes=2, seconds=59))
    assert house.network.calls == 1
    await house.pass_time(timedelta(seconds=2))
    assert (await house.row(number)).state == "published"


async def test_a_refused_post_fails_with_the_reason_and_is_not_sent_again(house: House) -> None:
    house.network.answers = [Rejected("They do not like it.")]
    number = await house.scheduled()
    await house.pass_time(timedelta(minutes=6))
    await house.pass_time(timedelta(hours=1))
    row = await house.row(number)
    assert (row.state, row.reason, house.network.calls) == ("failed", "They do not like it.", 1)


async def test_a_lost_permission_pauses_the_account_and_everything_keeps_waiting(house: House) -> None:
    house.network.answers = [Unauthorized("We were thrown out.")]
    first, second = await house.scheduled("One"), await house.scheduled("Two", after=timedelta(minutes=7))
    await house.pass_time(timedelta(minutes=6))
    await house.pass_time(timedelta(minutes=6))
    assert {(await house.row(one)).state for one in (first, second)} == {"scheduled"}
    assert house.network.calls == 1


async def test_a_worker_that_died_after_arming_is_settled_by_the_next_one(
    house: House, certainty: Certainty
) -> None:
    number = await house.scheduled("Hello")
    house.clock.move(timedelta(minutes=5))

    async def die(*_: Any, **__: Any) -> Answer:
        raise asyncio.CancelledError

    alive, house.network.fire = house.network.fire, die  # type: ignore[method-assign]  # the process dies here
    await house.publishing.publish_due()
    await house.publishing.finish_moving()
    house.network.fire = alive  # type: ignore[method-assign]  # and comes back
    house.publishing = house.another_worker("worker-2")
    await house.publishing.recover()
    await house.pass_time(timedelta(seconds=1))
    assert house.network.calls == 0
    await house.pass_time(TIMING.lease + timedelta(seconds=1))
    expected = "unconfirmed" if certainty is Certainty.BLIND else "published"
    assert (await house.row(number)).state == expected


async def test_a_worker_whose_claim_was_taken_over_writes_nothing(house: House) -> None:
    """Mutation: without the fence the answer of the one that slept would be written over what was found meanwhile."""
    number = await house.scheduled("Hello")
    house.clock.move(timedelta(minutes=5))
    alive, awake = house.network.fire, asyncio.Event()

    async def sleep(draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        del draft, anchor, key
        await awake.wait()
        return Receipt("from the one that slept")

    house.network.fire = sleep  # type: ignore[method-assign]  # the worker is frozen in the middle of it
    asleep = house.publishing
    await asleep.publish_due()
    house.network.fire = alive  # type: ignore[method-assign]  # the others are not
    house.publishing = house.another_worker("worker-2")
    await house.pass_time(TIMING.settle(house.network) + timedelta(seconds=1))
    await house.pass_time(timedelta(minutes=1))
    found = await house.row(number)
    awake.set()
    await asleep.finish_moving()
    row = await house.row(number)
    assert (row.state, row.remote_id, row.fence) == (found.state, found.remote_id, found.fence)
    assert row.remote_id != "from the one that slept"
    assert len(house.network.live) <= 1


async def test_a_worker_that_slept_between_arming_and_sending_does_not_send(house: House) -> None:
    """Mutation: by the time that it wakes up, another one may have looked and sent."""
    number = await house.scheduled("Hello")

    def sleep(name: str) -> None:
        if name == "publishing.armed" and house.network.calls == 0:
            house.network.calls = 1
            house.clock.move(timedelta(seconds=20))

    house.publishing.reach = sleep
    await house.pass_time(timedelta(minutes=5))
    assert (house.network.live, (await house.row(number)).state) == ([], "scheduled")
    await house.pass_time(timedelta(seconds=10))
    assert (len(house.network.live), (await house.row(number)).state) == (1, "published")


async def test_an_hour_late_is_asked_and_not_sent(house: House) -> None:
    number = await house.scheduled()
    await house.pass_time(timedelta(hours=1))
    row = await house.row(number)
    assert (row.state, house.network.calls) == ("missed", 0)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await house.deciding.send_again(tx, house.actor, number, version=row.version)
    await house.pass_time(timedelta(seconds=1))
    assert (await house.row(number)).state == "published"


async def test_a_changed_text_is_held_until_somebody_allows_it(house: House) -> None:
    number = await house.scheduled("Old words")
    row = await house.row(number)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await house.scheduling.drafting.revise(tx, house.actor, row.post_id, text="New words")
    await house.pass_time(timedelta(minutes=6))
    assert house.network.calls == 0
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await house.scheduling.approve_again(tx, house.actor, number, version=None)
    await house.pass_time(timedelta(seconds=1))
    assert [text for _, text in house.network.live] == ["New words"]


async def test_a_text_changed_behind_the_approvals_back_is_not_sent(house: House) -> None:
    """Mutation: with the hash out of `_is_allowed` this text would go out."""
    number = await house.scheduled("Approved words")
    row = await house.row(number)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        variants = await tx.posts.variants(row.post_id)
        variants[0].text = "Smuggled words"
    await house.pass_time(timedelta(minutes=6))
    assert house.network.calls == 0
    assert (await house.row(number)).reason == "Nobody has approved exactly this text yet."


async def test_what_is_cancelled_never_leaves_and_what_left_cannot_be_cancelled(house: House) -> None:
    kept, cancelled = await house.scheduled("Kept"), await house.scheduled("Cancelled")
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await house.scheduling.cancel(tx, house.actor, cancelled)
    await house.pass_time(timedelta(minutes=6))
    assert [text for _, text in house.network.live] == ["Kept"]
    with pytest.raises(Refusal):
        async with house.storage.begin(house.actor.workspace_id) as tx:
            await house.scheduling.cancel(tx, house.actor, kept)


async def test_a_doubtful_one_is_decided_once_by_a_person(house: House, certainty: Certainty) -> None:
    if certainty is not Certainty.BLIND:
        house.network.is_blind_to_itself = True
        house.network.present = Certainty.BLIND
    house.network.answers = ["accept and say nothing"]
    number = await house.scheduled("Hello")
    await house.pass_time(timedelta(minutes=5))
    await house.pass_time(timedelta(minutes=1))
    row = await house.row(number)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await house.deciding.it_is_there(tx, house.actor, number, version=row.version)
    assert (await house.row(number)).state == "published"
    with pytest.raises(OutOfDate):
        async with house.storage.begin(house.actor.workspace_id) as tx:
            await house.deciding.send_again(tx, house.actor, number, version=row.version)
    await house.pass_time(timedelta(hours=1))
    assert len(house.network.live) == 1


@pytest.mark.parametrize("certainty", [Certainty.LOOKUP], indirect=True)
async def test_an_older_post_with_the_same_words_is_not_taken_for_the_new_one(house: House) -> None:
    first = await house.scheduled("Same words")
    await house.pass_time(timedelta(minutes=6))
    house.network.answers = [OutcomeUnknown("lost before it arrived")]
    second = await house.scheduled("Same words")
    await house.pass_time(timedelta(minutes=6))
    await house.pass_time(timedelta(minutes=1))
    await house.pass_time(timedelta(minutes=1))
    rows = [await house.row(first), await house.row(second)]
    assert [row.state for row in rows] == ["published", "published"]
    assert len({row.remote_id for row in rows}) == 2


@pytest.mark.parametrize("certainty", [Certainty.LOOKUP], indirect=True)
@pytest.mark.parametrize(("lag", "copies"), [(timedelta(seconds=10), 1), (timedelta(0), 2)])
async def test_the_settle_window_is_what_keeps_a_late_acceptance_from_being_doubled(
    house: House, lag: timedelta, copies: int
) -> None:
    timing = Timing(request=timedelta(0), lag=lag)
    house.publishing = works(house.storage, house.clock, house.network, "worker-3", timing)
    number = await house.scheduled("Hello")
    house.clock.move(timedelta(minutes=5))
    await _armed_without_an_answer(house, number)
    await house.pass_time(timedelta(seconds=5))
    house.network.accept(Draft("us", "Hello"), "late")
    await house.pass_time(timedelta(seconds=10))
    assert len(house.network.live) == copies
    assert (await house.row(number)).state == "published"


async def _armed_without_an_answer(house: House, number: UUID) -> None:
    """As a worker leaves a row that was killed after arming: nothing has answered, nobody holds it."""
    settle = house.publishing.timing.settle(house.network)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        row = await tx.publications.get(number)
        draft = {"account": "us", "text": "Hello"}
        row.state, row.payload, row.armed_at = "armed", draft, tx.now
        row.settle_until_at = row.next_at = tx.now + settle
        approval = await tx.approvals.get(row.approval_id)
        row.payload_hash, approval.consumed_at = approval.content_hash, tx.now
