from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.contract import (
    Absent,
    Attachment,
    Certainty,
    Draft,
    OutcomeUnknown,
    Pending,
    RateLimited,
    Receipt,
    Rejected,
    Surroundings,
    Unauthorized,
    Unavailable,
)
from integrations.registry import discover

PLATFORMS = discover()
ANSWERS = (Receipt, Pending, Rejected, Unauthorized, RateLimited, Unavailable, OutcomeUnknown)
FOUND = (Receipt, Absent, OutcomeUnknown, RateLimited, Unauthorized)
SINCE = datetime(2026, 11, 20, 11, 58, tzinfo=UTC)
ODD_BODIES = (
    None,
    [],
    {},
    7,
    "ok",
    {"ok": True},
    {"ok": True, "result": None},
    {"ok": True, "result": []},
    {"ok": True, "result": [7]},
    {"ok": True, "result": {"message_id": 5, "chat": "odd"}},
    {"ok": False},
    {"ok": False, "parameters": "odd"},
    {"ok": False, "description": None, "parameters": {"retry_after": "soon"}},
    {"ok": False, "description": ["odd"], "parameters": {"retry_after": -5}},
    {"id": None},
    {"posts": None},
    {"posts": [None]},
    {"posts": [{"text": "Hello"}]},
    {"posts": [{"id": 1}]},
    {"posts": {"id": 1}},
    {"error": "odd"},
)
STATUSES = (
    200,
    201,
    204,
    301,
    400,
    401,
    403,
    404,
    408,
    409,
    413,
    418,
    422,
    425,
    429,
    500,
    502,
    503,
    504,
    524,
)


@pytest.fixture(params=sorted(PLATFORMS))
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _raise(fault: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        del request
        raise fault

    return answer


async def fire(platform: Any, draft: Draft) -> Any:
    return await platform.fire(draft, {}, key="key")


async def find(platform: Any, draft: Draft) -> Any:
    return await platform.find(draft, {}, key="key", since=SINCE, taken=frozenset())


def test_facts_are_complete(slug: str) -> None:
    kind = PLATFORMS[slug]
    assert kind.title.strip()
    assert kind.documentation.startswith(("https://", "docs/"))
    if kind.documentation.startswith("docs/"):
        assert (Path(__file__).parents[2] / kind.documentation).is_file()
    assert isinstance(kind.certainty, Certainty)
    assert min(kind.limits.text, kind.limits.caption) > 0
    assert kind.limits.attachments >= 0
    assert bool(kind.kinds) == bool(kind.limits.attachments)
    assert kind.limits.unit
    assert timedelta(0) <= kind.lag <= timedelta(minutes=10)
    assert kind.looks_needed >= 1
    assert (kind.__doc__ or "").strip()


def test_a_platform_has_a_test_of_its_own(slug: str) -> None:
    assert (Path(__file__).parent / f"test_{slug}.py").is_file()


def test_a_keyed_platform_says_how_long_it_knows_a_key_or_knows_it_for_ever(slug: str) -> None:
    kind = PLATFORMS[slug]
    assert kind.key_life is None or kind.certainty is Certainty.KEYED


def test_a_platform_that_is_not_set_up_is_absent_and_not_broken(slug: str) -> None:
    async def nothing(*_: Any, **__: Any) -> Any:
        raise AssertionError

    around = Surroundings(nothing, {}, lambda text: text, lambda: SINCE, Path(), nothing)  # type: ignore[arg-type]  # never asked
    assert PLATFORMS[slug].settle_in(around) is None


async def test_every_account_has_a_known_way_to_find_a_lost_answer_out(slug: str, settle: Any) -> None:
    platform = await settle(slug)
    assert all(isinstance(platform.certainty_for(one), Certainty) for one in ("us", "-1001", "keyed-us"))


async def test_what_cannot_be_published_is_refused_aloud_with_a_next_step(slug: str, settle: Any) -> None:
    platform = await settle(slug)
    fine = Draft("-1001", "Hello")
    assert platform.problems(fine) == []
    files = [Attachment("photo", remote="id")] * (platform.limits.attachments + 1)
    wrong = [
        Draft("-1001", "x" * (platform.limits.text + 1)),
        Draft("-1001", ""),
        Draft("-1001", " \n"),
        Draft("-1001", "Hello", (Attachment("hologram", remote="id"),)),
        Draft("-1001", "Hello", tuple(files)),
    ]
    for draft in wrong:
        problems = platform.problems(draft)
        assert problems, draft
        assert all(one.message.strip() and one.next_step.strip() for one in problems)


async def test_the_length_that_is_shown_is_the_length_that_is_refused(slug: str, settle: Any) -> None:
    platform = await settle(slug)
    for letter in ("a", "я", "文", "😀"):
        most = platform.limits.text // platform.length(letter)
        assert platform.problems(Draft("-1001", letter * most)) == []
        assert platform.problems(Draft("-1001", letter * (most + 1)))


@pytest.mark.parametrize(
    "fault", [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no")]
)
async def test_what_surely_was_not_sent_is_unavailable(
    slug: str, settle: Any, outside: Any, fault: Exception
) -> None:
    beyond = outside(_raise(fault))
    assert isinstance(await fire(await settle(slug, beyond), Draft("-1001", "Hello")), Unavailable)
    assert len(beyond.asked) == 1


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadError("x"),
        httpx.ReadTimeout("x"),
        httpx.WriteError("x"),
        httpx.WriteTimeout("x"),
        httpx.RemoteProtocolError("x"),
    ],
)
async def test_what_may_have_been_sent_is_unknown_and_asked_once(
    slug: str, settle: Any, outside: Any, fault: Exception
) -> None:
    beyond = outside(_raise(fault))
    assert isinstance(await fire(await settle(slug, beyond), Draft("-1001", "Hello")), OutcomeUnknown)
    assert len(beyond.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_a_fault_of_the_platform_leaves_the_outcome_open(
    slug: str, settle: Any, outside: Any, status: int
) -> None:
    for body in ("<html>Bad gateway</html>", '{"ok": false, "description": "Internal", "error": "x"}', ""):
        beyond = outside(lambda _, body=body: httpx.Response(status, text=body))
        assert isinstance(await fire(await settle(slug, beyond), Draft("-1001", "Hello")), OutcomeUnknown)


async def test_whatever_a_platform_says_is_one_of_the_answers_and_never_a_yes_by_accident(
    slug: str, settle: Any, outside: Any
) -> None:
    said: list[tuple[int, Any]] = [(0, None)]
    beyond = outside(lambda _: httpx.Response(said[0][0], text=json.dumps(said[0][1])))
    platform = await settle(slug, beyond)
    for status in STATUSES:
        for body in ODD_BODIES:
            said[0] = (status, body)
            answer, found = (
                await fire(platform, Draft("-1001", "Hello")),
                await find(platform, Draft("u", "Hello")),
            )
            assert isinstance(answer, ANSWERS), said
            assert isinstance(found, FOUND), said
            if status not in {200, 201}:
                assert not isinstance(found, Absent), said
            if isinstance(answer, RateLimited):
                assert SINCE < answer.until < SINCE + timedelta(days=2), said
    assert len(beyond.asked) >= len(STATUSES) * len(ODD_BODIES)


async def test_an_account_that_is_thrown_out_is_told_in_words_for_people(
    slug: str, settle: Any, outside: Any
) -> None:
    for status in (401, 403):
        body = {"ok": False, "error_code": status, "description": "Unauthorized", "error": "no"}
        beyond = outside(lambda _, status=status, body=body: httpx.Response(status, json=body))
        answer = await fire(await settle(slug, beyond), Draft("-1001", "Hello"))
        assert isinstance(answer, Unauthorized)
        assert len(answer.why.split()) > 4


def _words(answer: object) -> str:
    return str(answer)


async def test_no_secret_is_in_any_answer_or_log(
    slug: str, settle: Any, outside: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.integrations.conftest import CREDENTIALS

    caplog.set_level(logging.DEBUG)
    behaviours: Sequence[Any] = (
        _raise(httpx.ConnectError("no way to https://far.test")),
        _raise(httpx.ReadTimeout("")),
        *(
            lambda _, status=status: httpx.Response(status, json={"ok": False, "error": "x"})
            for status in STATUSES
        ),
    )
    for behaviour in behaviours:
        platform = await settle(slug, outside(behaviour))
        told = _words(
            [await fire(platform, Draft("-1001", "Hello")), await find(platform, Draft("us", "Hello"))]
        )
        assert not [one for name, one in CREDENTIALS.items() if name != "client_id" and one in told]
    ours = "".join(
        one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))
    )
    assert not [one for name, one in CREDENTIALS.items() if name != "client_id" and one in ours]


async def test_asking_twice_to_prepare_changes_nothing(slug: str, settle: Any, outside: Any) -> None:
    platform = await settle(slug, outside(lambda _: httpx.Response(500)))
    first = await platform.prepare(Draft("-1001", "Hello"), {"known": 1})
    assert isinstance(first, Mapping)
    assert await platform.prepare(Draft("-1001", "Hello"), first) == first


async def test_a_platform_that_never_waits_has_nothing_to_check(slug: str, settle: Any, outside: Any) -> None:
    platform = await settle(slug, outside(lambda _: httpx.Response(500)))
    assert isinstance(await platform.check({}), ANSWERS)
