"""What happens in one run? The graph is driven and its stream shown, until it ends or is ended.

Imported only with LangChain (see `agents.graph`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any, Final

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langsmith import tracing_context

from agents.context import RunContext
from agents.graph import compiled
from services.vetting import clean

MOST_STEPS: Final = 40
"""Nodes that one run may pass; the limits in `agents.context` speak long before."""


class Thinking:
    """Drives the one compiled graph. `preview_every` is the least number of seconds between two previews."""

    def __init__(self, *, monotonic: Callable[[], float], preview_every: float) -> None:
        self._graph = compiled()
        self._monotonic = monotonic
        self._preview_every = preview_every

    async def think(self, context: RunContext, conversation: Sequence[tuple[str, str]]) -> None:
        """Runs to the end; what came of it stands in `context.progress`. Raises whatever ended it early.

        `conversation` is (role, text) with role `person` or `agent`, the request last.
        """
        messages = [_message(role, text) for role, text in conversation]
        with tracing_context(enabled=False):
            stream = self._graph.astream(
                {"messages": messages},
                config={"recursion_limit": MOST_STEPS},
                context=context,
                stream_mode="messages",
            )
            await self._show(context, stream)

    async def _show(self, context: RunContext, stream: Any) -> None:  # noqa: ANN401 - LangGraph types its stream as Any
        visible, shown_at = context.progress.visible, float("-inf")
        async with aclosing(stream) as parts:
            async for chunk, facts in parts:
                if not isinstance(chunk, AIMessageChunk) or facts.get("langgraph_node") != "model":
                    continue
                changed = visible.feed(chunk.id, chunk.content, chunk.tool_call_chunks)
                now = self._monotonic()
                if changed and now - shown_at >= self._preview_every and (text := clean(visible.text)):
                    shown_at = now
                    await context.stage.show(text)


def _message(role: str, text: str) -> BaseMessage:
    return HumanMessage(content=text) if role == "person" else AIMessage(content=text)
