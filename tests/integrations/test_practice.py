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


@pytest.mark.parametrize(
    ("account", "certainty", "life"),
    [
        ("keyed-us", Certainty.KEYED, None),
        ("brief-us", Certainty.KEYED, timedelta(hours=1)),
        ("blind-us", Certainty.BLIND, None),
        ("us", Certainty.LOOKUP, None),
        ("unkeyed", Certainty.LOOKUP, None),
    ],
)
async def test_the_name_says_what_an_account_can_do(
    practice: Any, account: str, certainty: Certainty, life: timedelta | None
) -> None:
    assert practice.certainty_for(account) is certainty
    assert practice.key_life_for(account) == life


@pytest.mark.parametrize("account", ["keyed-us", "brief-us"])
async def test_a_keyed_account_takes_the_same_key_once(practice: Any, account: str) -> None:
    first = await practice.fire(Draft(account, "Hello"), {}, key="k1")
    assert await practice.fire(Draft(account, "Hello"), {}, key="k1") == first
    assert (await practice.fire(Draft(account, "Hello"), {}, key="k2")) != first
    assert await find(practice, account, "Hello") == first


async def test_what_nobody_can_read_is_never_taken_for_a_no(practice: Any) -> None:
    """Mutation: an `Absent` here would send the post of a blind account a second time."""
    assert isinstance(await practice.fire(Draft("blind", "Hello"), {}, key="k"), Receipt)
    for text in ("Hello", "Something else"):
        assert isinstance(await find(practice, "blind", text), OutcomeUnknown)


async def test_another_account_takes_the_same_key_twice(practice: Any) -> None:
    first = await practice.fire(Draft("us", "Hello"), {}, key="k1")
    assert await practice.fire(Draft("us", "Hello"), {}, key="k1") != first


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("17", 17), ("Fri, 20 Nov 2026 12:00:09 GMT", 9), ("-5", 1), ("0", 1), ("", 1), ("9" * 400, 86_400)],
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


async def test_a_question_may_be_refused_for_now_or_for_good(
    settle: Any, outside: Any, clock: HandClock
) -> None:
    told = {"Retry-After": "7"}
    for answer, found in (
        (httpx.Response(429, headers=told), RateLimited(clock() + timedelta(seconds=7))),
        (httpx.Response(401), Unauthorized("The practice network does not know this account.")),
    ):
        beyond = outside(lambda _, answer=answer: answer)
        assert await find(await settle("practice", beyond), "us", "Hello") == found


async def test_a_list_that_is_cut_off_is_no_reliable_no(settle: Any, outside: Any) -> None:
    others = [{"id": "1", "text": "Hello", "reply_to": "0"}]
    beyond = outside(lambda _: httpx.Response(200, json={"posts": others, "more": True}))
    assert isinstance(await find(await settle("practice", beyond), "us", "Hello"), OutcomeUnknown)


async def test_the_last_one_of_a_window_says_until_when_the_account_rests(
    settle: Any, outside: Any, clock: HandClock
) -> None:
    ends = clock() + timedelta(seconds=50)
    told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(ends.timestamp()))}
    beyond = outside(lambda _: httpx.Response(201, json={"id": "5"}, headers=told))
    assert await (await settle("practice", beyond)).fire(Draft("us", "Hello"), {}, key="k") == Receipt(
        "5", rests_until=ends
    )


@pytest.mark.parametrize("number", [None, "", True, [], {"a": 1}, 1.5])
async def test_a_yes_without_a_number_is_none(settle: Any, outside: Any, number: Any) -> None:
    beyond = outside(lambda _: httpx.Response(201, json={"id": number}))
    answer = await (await settle("practice", beyond)).fire(Draft("us", "Hello"), {}, key="k")
    assert isinstance(answer, OutcomeUnknown)


async def test_an_account_is_spoken_for_with_its_own_credential_only(settle: Any, outside: Any) -> None:
    beyond = outside(lambda _: httpx.Response(401, json={"error": "x"}))
    answer = await (await settle("practice", beyond)).fire(Draft("us", "Hello"), {}, key="k")
    assert isinstance(answer, Unauthorized)
    (asked,) = beyond.asked
    assert asked.headers["authorization"] == "Bearer practice-us"
    assert asked.headers["idempotency-key"] == "k"
