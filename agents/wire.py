"""How does a model of the OpenAI kind look to us? LangChain's own, which also tells of refusals and of torn calls.

Imported only with LangChain (see `agents.models`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

_TORN = "torn_call"


class Endpoint(ChatOpenAI):
    """A chat model behind an OpenAI-compatible address.

    Two things that LangChain loses on the way are kept in `additional_kwargs`: the provider's `refusal` field of
    streamed answers (OpenAI API reference: chat completion chunk object), and whether the arguments of a tool call
    were complete. LangChain guesses how half an object would have gone on; half a post must not be saved as a whole.
    """

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:  # noqa: ANN401 - the parent's own signature is open
        written: dict[int | None, str] = defaultdict(str)
        async for made in super()._astream(*args, **kwargs):
            if isinstance(made.message, AIMessageChunk):
                for piece in made.message.tool_call_chunks:
                    written[piece["index"]] += piece["args"] or ""
            yield made
        if not all(_is_object(text or "{}") for text in written.values()):
            yield ChatGenerationChunk(message=AIMessageChunk(content="", additional_kwargs={_TORN: True}))

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        refused = _refusal_in(chunk)
        if made is not None and refused:
            made.message.additional_kwargs["refusal"] = refused
        return made


def _refusal_in(chunk: Mapping[str, Any]) -> str | None:
    choices = chunk.get("choices") or [{}]
    delta = choices[0].get("delta") or {}
    found: str | None = delta.get("refusal")
    return found


def has_torn_call(message: AIMessage) -> bool:
    """Whether the arguments of a call in this message are no complete JSON object."""
    return bool(message.invalid_tool_calls) or _TORN in message.additional_kwargs


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
