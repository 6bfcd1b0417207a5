"""How does an agent think? One compiled graph for every agent row; what differs comes in with the run.

This module and what it imports load LangChain (about a second), so it is imported in a thread when first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain.agents import create_agent
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from langchain_core.tools import BaseTool, StructuredTool

from agents.context import RunContext
from agents.guarding import Guard
from agents.tools import collections, drafts, queue, usage
from agents.tools.door import Door

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

DOORS: tuple[Door, ...] = (*drafts.DOORS, *queue.DOORS, *collections.DOORS, *usage.DOORS)
"""Every tool that an agent may be given."""


class Unchosen(BaseChatModel):
    """Stands where each run puts its own model; being asked is a fault of ours."""

    @property
    def _llm_type(self) -> str:
        return "unchosen"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - LangChain's signature
    ) -> ChatResult:
        del messages, stop, run_manager, kwargs
        raise LookupError("a run was started without a model")


def tool_of(door: Door) -> BaseTool:
    """The tool as a model is told of it; the work is done in the guard, behind which nothing else calls it."""
    return StructuredTool(
        name=door.name, description=door.description, args_schema=door.takes, coroutine=_worked_elsewhere
    )


async def _worked_elsewhere(**given: object) -> str:
    raise LookupError(f"a tool was called past the guard, with {len(given)} arguments")


def compiled(doors: Sequence[Door] = DOORS) -> CompiledStateGraph[Any, RunContext, Any, Any]:
    """The graph. No checkpointer: conversations are our own rows, and a run is short enough to be run again."""
    guard = Guard({door.name: door for door in doors})
    tools = [tool_of(door) for door in doors]
    return create_agent(Unchosen(), tools, middleware=[guard], context_schema=RunContext)
