"""Does the scripted provider speak as an OpenAI-compatible one does?"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from sandbox.model import ModelEndpoint

ASKED = {"model": "m", "messages": [{"role": "user", "content": "Hello there"}]}
TOOL = {"type": "function", "function": {"name": "draft_post", "parameters": {}}}


def _client(endpoint: ModelEndpoint, key: str = "k") -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(endpoint.app()), base_url="http://m", headers=headers
    )


def _events(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


async def test_a_stream_carries_the_pieces_the_reason_and_the_count() -> None:
    async with _client(ModelEndpoint([{"text": "One two three", "chunk": 4}])) as client:
        asked = {**ASKED, "stream": True, "stream_options": {"include_usage": True}}
        events = _events((await client.post("/v1/chat/completions", json=asked)).text)
    said = "".join(one["choices"][0]["delta"].get("content", "") for one in events if one["choices"])
    assert said == "One two three"
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert events[-1]["usage"]["total_tokens"] > 0


async def test_without_a_stream_the_same_comes_in_one_piece() -> None:
    turn = {"tools": [{"name": "draft_post", "arguments": {"text": "Hi"}}]}
    async with _client(ModelEndpoint([turn])) as client:
        choice = (await client.post("/v1/chat/completions", json=ASKED)).json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"]) == {"text": "Hi"}


@pytest.mark.parametrize(
    ("more", "tool", "text"),
    [({"tools": [TOOL]}, "draft_post", ""), ({}, None, "Hello there")],
)
async def test_without_a_script_it_does_what_a_modest_model_would(
    more: dict[str, Any], tool: str | None, text: str
) -> None:
    async with _client(ModelEndpoint()) as client:
        answer = (await client.post("/v1/chat/completions", json={**ASKED, **more})).json()
    message = answer["choices"][0]["message"]
    assert message["content"] == text
    assert (message.get("tool_calls") or [{"function": {"name": None}}])[0]["function"]["name"] == tool


async def test_a_wrong_key_is_refused_and_the_script_can_be_sent() -> None:
    endpoint = ModelEndpoint(key="right")
    async with _client(endpoint, "wrong") as client:
        assert (await client.get("/v1/models")).status_code == 401
        assert (await client.post("/v1/chat/completions", json=ASKED)).status_code == 401
    async with _client(endpoint, "right") as client:
        assert (await client.get("/v1/models")).json()["data"]
        assert (await client.post("/script", json=[{"status": 429, "error": {"code": "x"}}])).json() == {
            "turns": 1
        }
        refused = await client.post("/v1/chat/completions", json=ASKED)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "x")
        assert len((await client.get("/requests")).json()) == 2
