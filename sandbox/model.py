"""What would a model provider answer? An endpoint of the OpenAI kind that says what its script tells it to.

Facts: OpenAI API reference, "Create chat completion" and "Streaming". Each POST to `/v1/chat/completions` uses up one
turn of the script, a JSON object:

    text            what is answered; `repeat` says it that many times over
    tools           [{"name": …, "arguments": object, or a string that is sent as it is}]
    refusal         the provider's own refusal field
    chunk, delay    characters per streamed piece (12), seconds before each piece (0)
    finish_reason   instead of `stop` or `tool_calls`; null leaves it out
    usage           false: tokens are not counted
    status, error   an HTTP error with this JSON under `error`
    holds_after     after that many pieces wait for a POST to `/release`, or for the client to go
    breaks_after    after that many pieces end the stream as if that were all; `hard`: tear the connection
    garbage         a line that is sent as an event although it is not JSON

Without a turn it answers like a modest model: it calls `draft_post` (or `revise_post`) with the words of the last
request, if it may, and otherwise repeats them. `/script` (POST a list of turns), `/requests` and `/release` steer it.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Turn: TypeAlias = dict[str, Any]

MODELS = ("sandbox-small", "sandbox-large")
_CHARACTERS_PER_TOKEN = 4


class Torn(ConnectionError):
    """The script says that the connection breaks here."""


class ModelEndpoint:
    """A scripted provider. With a `key` every other one gets 401; `requests` are the bodies received, oldest first."""

    def __init__(self, turns: list[Turn] | None = None, *, key: str | None = None) -> None:
        self.turns: deque[Turn] = deque(turns or [])
        self.requests: list[dict[str, Any]] = []
        self.key = key
        self.released = asyncio.Event()

    def routes(self) -> list[Route]:
        """What it answers to."""
        return [
            Route("/v1/chat/completions", self._complete, methods=["POST"]),
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/script", self._script, methods=["POST"]),
            Route("/requests", self._received, methods=["GET"]),
            Route("/release", self._release, methods=["POST"]),
        ]

    def app(self) -> Starlette:
        """The endpoint as an application of its own."""
        return Starlette(routes=self.routes())

    async def _models(self, request: Request) -> Response:
        if (refused := self._refused(request)) is not None:
            return refused
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "sandbox"} for name in MODELS]
        return JSONResponse({"object": "list", "data": data})

    async def _script(self, request: Request) -> Response:
        self.turns.extend(await request.json())
        self.released.clear()
        return JSONResponse({"turns": len(self.turns)})

    async def _received(self, request: Request) -> Response:
        del request
        return JSONResponse(self.requests)

    async def _release(self, request: Request) -> Response:
        del request
        self.released.set()
        return JSONResponse({})

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        if (refused := self._refused(request)) is not None:
            return refused
        turn = self.turns.popleft() if self.turns else modest_turn(body)
        if "status" in turn:
            error = {"message": "scripted", "type": "scripted", "code": None, **turn.get("error", {})}
            return JSONResponse({"error": error}, status_code=turn["status"])
        if body.get("stream"):
            return StreamingResponse(self._stream(turn, body), media_type="text/event-stream")
        return JSONResponse(_whole(turn, body))

    def _refused(self, request: Request) -> Response | None:
        if self.key is None or request.headers.get("authorization") == f"Bearer {self.key}":
            return None
        error = {"message": "Incorrect API key provided.", "type": "auth", "code": "invalid_api_key"}
        return JSONResponse({"error": error}, status_code=401)

    async def _stream(self, turn: Turn, body: dict[str, Any]) -> AsyncIterator[str]:
        name = f"chatcmpl-{len(self.requests)}"
        breaks_after = turn.get("breaks_after")
        for number, delta in enumerate(islice(_deltas(turn), breaks_after)):
            if number == turn.get("holds_after"):
                await self.released.wait()
            await asyncio.sleep(turn.get("delay", 0))
            yield _event(name, body, delta, None)
        if breaks_after is not None:
            if turn.get("hard"):
                raise Torn
            return
        if "garbage" in turn:
            yield f"data: {turn['garbage']}\n\n"
        yield _event(name, body, {}, _reason(turn))
        if turn.get("usage", True) and (body.get("stream_options") or {}).get("include_usage"):
            yield _line({**_head(name, body), "choices": [], "usage": _usage(turn, body)})
        yield "data: [DONE]\n\n"


def modest_turn(body: dict[str, Any]) -> Turn:
    """What is answered without a script: the words of the last request, handed over as a draft where that is possible."""
    last = body["messages"][-1]
    words = _words(last.get("content"))
    if last["role"] == "tool":
        return {"text": "Done."}
    offered = {tool["function"]["name"] for tool in body.get("tools", [])}
    for name in ("draft_post", "revise_post"):
        if name in offered:
            return {"tools": [{"name": name, "arguments": {"text": words}}]}
    return {"text": words or "Yes."}


def _words(content: object) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def _text(turn: Turn) -> str:
    return str(turn.get("text", "")) * int(turn.get("repeat", 1))


def _arguments(call: dict[str, Any]) -> str:
    given = call.get("arguments", {})
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def _deltas(turn: Turn) -> Iterator[dict[str, Any]]:
    """The pieces of an answer as they are streamed."""
    size = int(turn.get("chunk", 12))
    yield {"role": "assistant", "content": ""}
    if "refusal" in turn:
        yield {"refusal": turn["refusal"]}
    text = _text(turn)
    for start in range(0, len(text), size):
        yield {"content": text[start : start + size]}
    for index, call in enumerate(turn.get("tools", [])):
        function = {"name": call["name"], "arguments": ""}
        yield {
            "tool_calls": [{"index": index, "id": f"call_{index}", "type": "function", "function": function}]
        }
        arguments = _arguments(call)
        for start in range(0, len(arguments), size):
            piece = {"arguments": arguments[start : start + size]}
            yield {"tool_calls": [{"index": index, "function": piece}]}


def _reason(turn: Turn) -> str | None:
    found: str | None = turn.get("finish_reason", "tool_calls" if turn.get("tools") else "stop")
    return found


def _usage(turn: Turn, body: dict[str, Any]) -> dict[str, int]:
    asked = sum(len(_words(message.get("content"))) for message in body["messages"])
    said = len(_text(turn)) + sum(len(_arguments(call)) for call in turn.get("tools", []))
    tokens_in, tokens_out = asked // _CHARACTERS_PER_TOKEN + 1, said // _CHARACTERS_PER_TOKEN + 1
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
    }


def _head(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "object": "chat.completion.chunk", "created": 0, "model": body.get("model", "")}


def _line(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _event(name: str, body: dict[str, Any], delta: dict[str, Any], reason: str | None) -> str:
    return _line({**_head(name, body), "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})


def _whole(turn: Turn, body: dict[str, Any]) -> dict[str, Any]:
    calls = [
        {
            "id": f"call_{index}",
            "type": "function",
            "function": {"name": call["name"], "arguments": _arguments(call)},
        }
        for index, call in enumerate(turn.get("tools", []))
    ]
    message = {"role": "assistant", "content": _text(turn), "refusal": turn.get("refusal")}
    if calls:
        message["tool_calls"] = calls
    return {
        **_head("chatcmpl-whole", body),
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": _reason(turn)}],
        "usage": _usage(turn, body),
    }
