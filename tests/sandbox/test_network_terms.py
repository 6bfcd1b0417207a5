"""What the admin door may set, and the windows that accounts are kept to."""

from typing import Any

import pytest

from tests.sandbox.practice_network import HandClock, publish, texts


def told(answer: Any) -> tuple[int, str, str]:
    headers = answer.headers
    return answer.status_code, headers["x-ratelimit-remaining"], headers["x-ratelimit-reset"]


async def test_an_account_is_told_what_remains_and_refused_when_nothing_does(opened: Any) -> None:
    clock = HandClock()
    stage = await opened(clock=clock)
    await stage.post("/admin/networks", window_posts=2, window_seconds=30)
    ends = str(clock.unix() + 30)
    assert told(await publish(stage)) == (201, "1", ends)
    clock.move(20)
    assert told(await publish(stage)) == (201, "0", ends)
    refused = await publish(stage)
    assert told(refused) == (429, "0", ends)
    assert refused.headers["retry-after"] == "10"
    assert (await publish(stage, "them")).status_code == 201
    clock.move(10)
    assert told(await publish(stage)) == (201, "1", str(clock.unix() + 30))
    assert len(await texts(stage)) == 3


async def test_without_a_window_nothing_is_said(stage: Any) -> None:
    assert "x-ratelimit-remaining" not in (await publish(stage)).headers


async def test_what_a_fault_strikes_has_used_up_its_place(stage: Any) -> None:
    await stage.post("/admin/networks", window_posts=1)
    await stage.post("/admin/faults", rules=[{"fault": "error_before", "times": 1}])
    assert (await publish(stage)).status_code == 502
    assert (await publish(stage)).status_code == 429


async def test_terms_are_set_one_by_one_and_shown(stage: Any) -> None:
    shown = await stage.post("/admin/networks", key_seconds=5)
    assert shown == {
        "lag_seconds": 0,
        "key_seconds": 5,
        "pending_seconds": 2,
        "window_posts": 0,
        "window_seconds": 60,
    }
    assert (await stage.post("/admin/networks", lag_seconds=1))["key_seconds"] == 5


@pytest.mark.parametrize(
    "fields", [{"lag": 1}, {"lag_seconds": -1}, {"key_seconds": "nan"}, {"lag_seconds": None}]
)
async def test_terms_that_make_no_sense_change_nothing(stage: Any, fields: Any) -> None:
    before = stage.box.parts.network.report()
    assert not (await stage.post("/admin/networks", pending_seconds=9, **fields))["ok"]
    assert stage.box.parts.network.report() == before
