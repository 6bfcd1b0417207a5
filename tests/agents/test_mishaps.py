"""Does every way in which a model can fail end in a sentence, and never in a raw error or a key?"""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from agents.mishaps import TABLE, fault_of_ours, mishap_of
from agents.models import Models
from services.refusals import Refusal

if TYPE_CHECKING:
    from tests.agents.conftest import House

KEY = "sk-very-secret-0123456789"


def _error(status: int, code: str | None = None) -> dict[str, Any]:
    return {"status": status, "error": {"code": code, "message": f"raw words with {KEY}"}}


FAILURES: list[tuple[list[dict[str, Any]], str]] = [
    ([_error(401)], "key"),
    ([_error(403)], "forbidden"),
    ([_error(404, "model_not_found")], "no_model"),
    ([_error(429)] * 2, "busy"),
    ([_error(429, "insufficient_quota")] * 2, "no_money"),
    ([_error(400)], "bad_request"),
    ([_error(422)], "bad_request"),
    ([_error(400, "context_length_exceeded")], "too_much"),
    ([_error(400, "content_policy_violation")], "declined"),
    ([_error(500)] * 2, "down"),
    ([{"text": "Half of", "breaks_after": 2}], "broken_off"),
    ([{"text": "Half of it all", "breaks_after": 2, "hard": True}], "broken_off"),
    ([{"text": "", "breaks_after": 0}], "broken_off"),
    ([{"text": ""}] * 2, "empty"),
    ([{"text": "Fine", "garbage": "{not json"}], "garbage"),
    ([{"refusal": "I will not."}], "declined"),
    ([{"text": "Half", "finish_reason": "content_filter"}], "declined"),
    ([{"text": "Half", "finish_reason": "length"}] * 2, "cut"),
    ([{"text": "I cannot help with that"}] * 2, "refusal"),
    ([{"text": "word ", "repeat": 200_000, "chunk": 100_000}], "endless"),
]


@pytest.mark.parametrize(("turns", "code"), FAILURES, ids=[f"{n}-{one[1]}" for n, one in enumerate(FAILURES)])
async def test_a_failing_model_ends_in_a_sentence_with_a_next_step(
    house: House, turns: list[dict[str, Any]], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="agents")
    house.endpoint.turns.extend(turns)
    asked = await house.ask("A question")

    await house.run(house.runner(key=KEY))

    row, said = await house.generation(asked), await house.said()
    assert (row.status, row.error) == ("failed", code)
    assert str(TABLE[code]) in said
    assert "raw words" not in said
    assert KEY not in caplog.text + said
    assert (await house.told())[-1].payload["rows"][0][-1]["action"] == "answer.again"
    assert row.duration_ms is not None


async def test_a_part_that_was_written_is_kept_when_the_answer_breaks_off(house: House) -> None:
    house.endpoint.turns.append({"text": "The first part", "chunk": 9, "breaks_after": 2})
    asked = await house.ask("A question")

    await house.run(house.runner(key=KEY))

    assert (await house.generation(asked)).output_text == "The first"
    assert (await house.said()).startswith("The first\n\n")


async def test_a_wrong_key_and_a_silent_port_are_told_apart(house: House) -> None:
    first = await house.ask("A question")
    await house.run(house.runner(key="sk-wrong"))
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    runner = house.runner(key=KEY)
    models = Models(key=SecretStr(KEY), base_url=f"http://127.0.0.1:{port}/v1", timeout=5)
    house.opened.append(models)
    object.__setattr__(runner, "models", models)
    second = await house.ask("A question")
    await house.run(runner)

    assert [(await house.generation(one)).error for one in (first, second)] == ["key", "unreachable"]


async def test_a_model_that_falls_silent_is_not_waited_for_for_ever(house: House) -> None:
    house.endpoint.turns.append({"text": "So far", "holds_after": 1})
    asked = await house.ask("A question")

    await house.run(house.runner(key=KEY, timeout=0.3))

    assert (await house.generation(asked)).error == "slow"


def test_a_refusal_of_a_service_speaks_for_itself() -> None:
    mishap = mishap_of(Refusal("It is full.", "Choose another."))
    assert str(mishap) == "It is full. Choose another."


def test_a_fault_of_ours_is_no_mishap_of_the_model() -> None:
    assert mishap_of(ZeroDivisionError()) is None
    assert "ab12" in str(fault_of_ours("ab12"))


def test_every_mishap_has_a_next_step() -> None:
    assert all(mishap.message.endswith(".") and mishap.next_step for mishap in TABLE.values())
