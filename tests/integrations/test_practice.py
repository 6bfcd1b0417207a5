from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from integrations.contract import Absent, Certainty, Draft, OutcomeUnknown, RateLimited, Receipt, Unauthorized

if TYPE_CHECKING:
    from tests.conftest import HandClock

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def practice(settle: Any, world: Any) -> Any:
    return await settle("practice", world=world, base="http://sandbox/networks/practice")


async def find(platform: Any, account: str, text: str, *taken: str, since: datetime = LONG_AGO) -> Any:
    return await platform.find(Draft(account, text), {}, key="k", since=since, taken=frozenset(taken))


async def test_what_was_published_is_found_again(practice: Any) -> None:
    receipt = await practice.fire(Draft("us", "Hello"), {}, key="k1")
    assert isinstance(receipt, Receipt)
    assert await find(practice, "us", "Hello") == receipt
    assert await find(practice, "us", "Something else") == Absent()
    assert await find(practice, "them", "Hello") == Absent()


async def test_an_equal_text_that_is_known_to_be_another_post_is_passed_over(practice: Any) -> None:
    first = await practice.fire(Draft("us", "Hello"), {}, key="k1")
    assert await find(practice, "us", "Hello", first.remote_id) == Absent()
    second = await practice.fire(Draft("us", "Hello"), {}, key="k2")
    assert await find(practice, "us", "Hello", first.remote_id) == second


async def test_what_is_older_than_asked_for_is_not_found(practice: Any) -> None:
    await practice.fire(Draft("us", "Hello"), {}, key="k1")
    assert await find(practice, "us", "Hello", since=datetime(2100, 1, 1, tzinfo=UTC)) == Absent()


async def test_a_keyed_account_takes_the_same_key_once(practice: Any) -> None:
    first = await practice.fire(Draft("keyed-us", "Hello"), {}, key="k1")
    assert await practice.fire(Draft("keyed-us", "Hello"), {}, key="k1") == first
    assert (await practice.fire(Draft("keyed-us", "Hello"), {}, key="k2")) != first
    assert practice.certainty_for("keyed-us") is Certainty.KEYED
    assert practice.certainty_for("us") is Certainty.LOOKUP


async def test_another_account_takes_the_same_key_twice(practice: Any) -> None:
    first = await practice.fire(Draft("us", "Hello"), {}, key="k1")
    assert await practice.fire(Draft("us", "Hello"), {}, key="k1") != first


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("17", 17), ("Fri, 20 Nov 2026 12:00:09 GMT", 1), ("-5", 1), ("", 1), ("9" * 400, 86_400)],
)
async def test_a_limit_is_waited_for_as_long_as_it_says(
    settle: Any, outside: Any, clock: HandClock, header: str, seconds: int
) -> None:
    beyond = outside(lambda _: httpx.Response(429, json={"error": "x"}, headers={"Retry-After": header}))
    answer = await (await settle("practice", beyond)).fire(Draft("us", "Hello"), {}, key="k")
    assert answer == RateLimited(until=clock() + timedelta(seconds=seconds))


async def test_a_question_that_is_not_answered_is_never_taken_for_a_no(settle: Any, outside: Any) -> None:
    """Mutation: an `Absent` here would send the post a second time."""
    for answer in (
        httpx.Response(503, json={"error": "x"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"posts": "none"}),
        httpx.Response(200, json={}),
        httpx.Response(200, json={"posts": [{"no": "post"}]}),
    ):
        beyond = outside(lambda _, answer=answer: answer)
        assert isinstance(await find(await settle("practice", beyond), "us", "Hello"), OutcomeUnknown)


async def test_an_account_is_spoken_for_with_its_own_credential_only(settle: Any, outside: Any) -> None:
    beyond = outside(lambda _: httpx.Response(401, json={"error": "x"}))
    answer = await (await settle("practice", beyond)).fire(Draft("us", "Hello"), {}, key="k")
    assert isinstance(answer, Unauthorized)
    (asked,) = beyond.asked
    assert asked.headers["authorization"] == "Bearer practice-us"
    assert asked.headers["idempotency-key"] == "k"
