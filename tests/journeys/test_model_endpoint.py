from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from sandbox.model import ModelEndpoint, Turn
from sandbox.scenery import AUTUMN_LANE, TEAM_DESK
from settings import Settings
from tests.conftest import listening
from tests.journeys.cast import Somebody, text_of
from tests.journeys.living import Calendar, Living, living
from tests.journeys.plot import drafted, published

KEY = "sk-a-key-for-this-test-only"
TEXT = "**20 % off** until Sunday: our autumn sale is on, come by. #AutumnSale"
DRAFT: Turn = {"tools": [{"name": "draft_post", "arguments": {"text": TEXT}}], "chunk": 6}
DONE: Turn = {"text": "Done."}


class _Served:
    """What `listening` serves: an application and nothing to close."""

    def __init__(self, endpoint: ModelEndpoint) -> None:
        self.app = endpoint.app()

    async def close(self) -> None:
        return None


@pytest.fixture
def endpoint() -> ModelEndpoint:
    return ModelEndpoint(key=KEY)


@pytest.fixture
async def asked(
    endpoint: ModelEndpoint, settings: Settings, calendar: Calendar, ada: Somebody
) -> AsyncIterator[Living]:
    """A desk whose agents ask the endpoint; Ada owns it."""
    async with listening(_Served(endpoint)) as box:  # type: ignore[arg-type]  # only `app` and `close` are asked for
        given = {
            "openai_api_key": SecretStr(KEY),
            "openai_base_url": f"{box.base}/v1",
            "fanfare_model": "openai:sandbox-small",
        }
        async with living(settings.model_copy(update=given), calendar) as house:
            await ada.says("/start")
            await ada.sees("this is Fanfare")
            yield house
            endpoint.released.set()


async def test_the_main_job_goes_through_an_endpoint_with_streaming_and_tool_calls(
    asked: Living, endpoint: ModelEndpoint, ada: Somebody
) -> None:
    endpoint.turns.extend([DRAFT, DONE])
    card = await drafted(ada)
    assert "20 % off until Sunday" in text_of(card)
    assert "sandbox-small" in text_of(card)
    await published(ada)
    post = await ada.sees("20 % off", chat=AUTUMN_LANE)
    assert post["entities"][0]["type"] == "bold"
    await ada.sees("Published", chat=TEAM_DESK)
    first = endpoint.requests[0]
    assert first["stream"] is True
    assert "draft_post" in {tool["function"]["name"] for tool in first["tools"]}
    assert await asked.states() == ["published"]


async def test_what_is_written_so_far_is_shown_and_a_stop_keeps_it(
    asked: Living, endpoint: ModelEndpoint, ada: Somebody
) -> None:
    del asked
    endpoint.turns.append(
        {"text": "The first half of it. And then the rest of it.", "chunk": 21, "holds_after": 2}
    )
    await ada.says("What do you think of our sale?")
    await ada.sees("The first half of it.")
    await ada.says("/stop")
    kept = await ada.sees("Stopped.", but=["The part that is there"])
    assert text_of(kept).startswith("The first half of it.")
    assert "the rest" not in text_of(kept)


async def test_a_stop_by_tap_ends_a_run_that_has_said_nothing_yet(
    asked: Living, endpoint: ModelEndpoint, ada: Somebody
) -> None:
    del asked
    endpoint.turns.append({"text": "Too late.", "holds_after": 0})
    await ada.says("Write something")
    await ada.taps("Stop", on=await ada.sees("is thinking", label="Stop"))
    await ada.sees("Stopped", but=["is thinking"], label="Try again")


async def test_what_waits_behind_a_run_is_stopped_with_it(
    asked: Living, endpoint: ModelEndpoint, ada: Somebody
) -> None:
    endpoint.turns.append({"text": "Held.", "holds_after": 0})
    await ada.says("Write something")
    await ada.says("And something else")
    await ada.awaits(lambda all_: len([one for one in all_ if "is thinking" in text_of(one)]) == 2)
    await ada.says("/stop")
    await ada.sees("Stopped before it began")
    await asked.at_rest()
    assert not [one for one in await ada.messages() if text_of(one) in {"", "—"}]


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ({"status": 401, "error": {"code": "invalid_api_key"}}, "does not accept this desk's key"),
        ({"status": 404}, "does not know that model"),
        ({"status": 400, "error": {"code": "context_length_exceeded"}}, "more text than this model can read"),
        ({"text": "Half of it", "chunk": 4, "breaks_after": 2}, "broke off in the middle"),
        ({"text": "Half of it", "chunk": 4, "breaks_after": 2, "hard": True}, "broke off in the middle"),
        ({"refusal": "I cannot help with that."}, "declined"),
    ],
)
async def test_what_goes_wrong_at_the_provider_is_told_in_a_plain_sentence(
    asked: Living, endpoint: ModelEndpoint, ada: Somebody, turn: Turn, words: str
) -> None:
    endpoint.turns.extend([turn] * 2)
    await ada.says("What do you think of our sale?")
    said = text_of(await ada.sees(words))
    assert KEY not in said
    await asked.at_rest()
    assert not [one for one in await ada.messages() if "Error" in text_of(one) or "Traceback" in text_of(one)]


@pytest.mark.parametrize(
    "turn",
    [
        {"text": "Fine", "garbage": "{{not json"},
        {"tools": [{"name": "draft_post", "arguments": '{"text": '}]},
        {"tools": [{"name": "rm_rf", "arguments": {"path": "/"}}]},
        {"text": ""},
        {"text": "\x00\x07\x1b"},
    ],
)
async def test_garbage_ends_in_a_sentence_and_changes_nothing(
    asked: Living, endpoint: ModelEndpoint, ada: Somebody, turn: Turn
) -> None:
    endpoint.turns.extend([turn] * 3)
    await ada.says("What do you think of our sale?")
    await ada.sees(label="Try again", but=["is thinking"])
    assert await asked.states() == []
    assert not [one for one in await ada.messages() if "Schedule" in str(one.get("reply_markup"))]


async def test_an_endpoint_that_is_not_there_is_named(
    settings: Settings, calendar: Calendar, ada: Somebody
) -> None:
    given = {
        "openai_api_key": SecretStr(KEY),
        "openai_base_url": "http://127.0.0.1:9",
        "fanfare_model": "openai:m",
    }
    async with living(settings.model_copy(update=given), calendar):
        await ada.says("/start")
        await ada.says("What do you think of our sale?")
        await ada.sees("cannot be reached")
