"""How does the offline drafter look like a chat model to LangChain?

It takes messages and tools like any other model and answers with text or tool calls, streamed. Behind it are rules, not a
language model, and it says so when asked. This module is imported only when an agent runs (LangChain is heavy).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.base import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field

from agents.offline.answering import Outcome, Situation, Step, next_step
from agents.offline.documents import join_hashtags, utf16_units

NAME = "offline drafter"

_BYTES_PER_TOKEN = 4
_PIECE = re.compile(r"\s*\S{1,40}|\s+")
_DRAFTING = ("draft_post", "revise_post")


class OfflineDrafter(BaseChatModel):
    """A chat model of rules: it rearranges the person's own words, without key, download or network.

    `limit` is the longest post in units of `count` (default: UTF-16 units as Telegram counts), hashtags included;
    `draft` the text the person is working on; `hashtag_limit` the most hashtags in a new post; `chunk_delay` the seconds
    between streamed pieces. Results carry `usage_metadata` whose tokens are estimated as UTF-8 bytes divided by four.
    """

    limit: int = 4096
    count: Callable[[str], int] = Field(default=utf16_units, exclude=True)
    draft: str | None = None
    hashtag_limit: int = 5
    chunk_delay: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "offline-drafter"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The same model with `tools` at hand, kept as name and JSON schema; `tool_choice="none"` hides them."""
        schemas = [] if tool_choice == "none" else [convert_to_openai_tool(tool) for tool in tools]
        return self.bind(tools=schemas, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - LangChain's signature; rules do not run on
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - same
        **kwargs: Any,  # noqa: ANN401 - same
    ) -> ChatResult:
        step = next_step(self._situation(messages, kwargs.get("tools") or []))
        message = AIMessage(
            content=step.text, usage_metadata=_usage(messages, step), response_metadata={"model_name": NAME}
        )
        if step.tool:
            message.tool_calls = [
                tool_call(name=step.tool, args=dict(step.arguments), id=_call_id(messages, step))
            ]
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002 - LangChain's signature
        **kwargs: Any,  # noqa: ANN401 - same
    ) -> ChatResult:
        return self._generate(messages, stop, None, **kwargs)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - LangChain's signature
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - same
    ) -> AsyncIterator[ChatGenerationChunk]:
        step = next_step(self._situation(messages, kwargs.get("tools") or []))
        for message in _pieces(messages, step):
            chunk = ChatGenerationChunk(message=message)
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
            if self.chunk_delay:
                await asyncio.sleep(self.chunk_delay)

    def _situation(self, messages: list[BaseMessage], tools: list[dict[str, Any]]) -> Situation:
        last = max((n for n, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
        before, since = messages[: max(last, 0)], messages[last + 1 :]
        return Situation(
            said=_text(messages[last]) if last >= 0 else "",
            earlier=tuple(_text(message) for message in before if isinstance(message, HumanMessage)),
            draft=_latest_draft(before) if self.draft is None else self.draft,
            limit=self.limit,
            count=self.count,
            hashtag_limit=self.hashtag_limit,
            tools={tool["function"]["name"]: _parameters(tool) for tool in tools if "function" in tool},
            outcomes=tuple(_outcomes(since)),
        )


def _parameters(tool: dict[str, Any]) -> frozenset[str]:
    return frozenset(tool["function"].get("parameters", {}).get("properties", {}))


def _text(message: BaseMessage) -> str:
    """The words of a message, whether its content is a string or blocks with pictures between them."""
    return str(message.text)


def _latest_draft(messages: list[BaseMessage]) -> str:
    """The draft last handed to a tool, if the conversation holds one."""
    for message in reversed(messages):
        for call in reversed(message.tool_calls if isinstance(message, AIMessage) else []):
            if call["name"] in _DRAFTING:
                return join_hashtags(
                    str(call["args"].get("text", "")), _strings(call["args"].get("hashtags"))
                )
    return ""


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _outcomes(since: list[BaseMessage]) -> list[Outcome]:
    calls = {
        call["id"]: call for message in since if isinstance(message, AIMessage) for call in message.tool_calls
    }
    outcomes = []
    for message in since:
        if isinstance(message, ToolMessage):
            call = calls.get(message.tool_call_id)
            arguments = call["args"] if call else {}
            outcomes.append(
                Outcome(
                    tool=call["name"] if call else message.name or "",
                    failed=message.status == "error",
                    answer=_text(message),
                    text=str(arguments.get("text", "")),
                    hashtags=_strings(arguments.get("hashtags")),
                )
            )
    return outcomes


def _arguments(step: Step) -> str:
    return json.dumps(dict(step.arguments), ensure_ascii=False)


def _call_id(messages: list[BaseMessage], step: Step) -> str:
    """The same conversation gives the same id; two calls of one conversation never share one."""
    digest = hashlib.sha256(f"{len(messages)}\n{step.tool}\n{_arguments(step)}".encode()).hexdigest()
    return f"offline_{digest[:24]}"


def _usage(messages: list[BaseMessage], step: Step) -> UsageMetadata:
    """Estimated tokens: UTF-8 bytes divided by four, the usual rule of thumb; no model counted them."""
    asked = sum(len(_text(message).encode("utf-8", "replace")) for message in messages)
    said = len(step.text.encode()) + (len(_arguments(step).encode()) if step.tool else 0)
    given, made = -(-asked // _BYTES_PER_TOKEN), -(-said // _BYTES_PER_TOKEN)
    return UsageMetadata(input_tokens=given, output_tokens=made, total_tokens=given + made)


def _pieces(messages: list[BaseMessage], step: Step) -> list[AIMessageChunk]:
    """The answer in word-sized chunks; the arguments of a call arrive as pieces of their JSON."""
    chunks = [AIMessageChunk(content=piece) for piece in _PIECE.findall(step.text)]
    if step.tool:
        first = tool_call_chunk(name=step.tool, args="", id=_call_id(messages, step), index=0)
        rest = (tool_call_chunk(args=piece, index=0) for piece in _PIECE.findall(_arguments(step)))
        chunks += [AIMessageChunk(content="", tool_call_chunks=[part]) for part in (first, *rest)]
    closing = AIMessageChunk(
        content="", usage_metadata=_usage(messages, step), response_metadata={"model_name": NAME}
    )
    closing.chunk_position = "last"
    return [*chunks, closing]
