"""What may a model make happen? The guard between the model and the tools: nothing it returns is trusted.

Imported only with LangChain (see `agents.graph`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, cast

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse, hook_config
from langchain.tools.tool_node import ToolCallRequest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.runtime import Runtime
from langgraph.types import Command
from pydantic import ValidationError

from agents.context import RunContext
from agents.faults import CallDifferently, Unusable
from agents.tools.door import Door
from agents.wire import has_torn_call
from services.vetting import Fault, clean, find_fault

MOST_CALLS_AT_ONCE = 8
LONGEST_ANSWER = 16_000
"""Characters of a plain answer; longer ones are cut there."""

Ask = Callable[[ModelRequest[RunContext]], Awaitable[ModelResponse[Any]]]
Call = Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]


class Guard(AgentMiddleware[AgentState[Any], RunContext, Any]):
    """Puts the run's own model, prompt and tools into each call, judges what comes back, and works the tools.

    `doors` are all tools by name. A message of the model is judged as a whole before any of its calls is carried out.
    """

    def __init__(self, doors: Mapping[str, Door]) -> None:
        super().__init__()
        self._doors = doors

    @hook_config(can_jump_to=["end"])
    async def abefore_model(
        self, state: AgentState[Any], runtime: Runtime[RunContext]
    ) -> dict[str, Any] | None:
        """Ends the run once the post is handed over and nothing else was asked: no second call is paid for."""
        del state
        return {"jump_to": "end"} if runtime.context.progress.is_over else None

    async def awrap_model_call(self, request: ModelRequest[RunContext], handler: Ask) -> ModelResponse[Any]:
        """One step of the model; a faulty answer is asked for once more with the fault told."""
        context = request.runtime.context
        request = request.override(
            model=context.model,
            system_message=SystemMessage(content=context.system),
            tools=[tool for tool in request.tools if getattr(tool, "name", None) in context.held()],
        )
        while True:
            context.progress.count_model_call()
            response = await _asked(request, handler)
            message = next(one for one in reversed(response.result) if isinstance(one, AIMessage))
            _count(context, message)
            fault = self._fault(context, message)
            if fault is None:
                if not message.tool_calls:
                    context.progress.answer = _answer(message)
                return response
            context.progress.repair(fault)
            await context.stage.status("That was not usable; asking once more…")
            told = HumanMessage(content=f"Your last answer could not be used. {fault.told_model}")
            request = request.override(messages=[*request.messages, told])

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Call) -> ToolMessage:
        """One call of a tool that the agent holds; a call that the tool declines is told to the model once."""
        del handler
        context = cast("RunContext", request.runtime.context)
        call = request.tool_call
        if call["name"] not in context.allowed():
            raise Unusable(Fault("unknown_tool", call["name"]))
        context.progress.count_tool_call()
        door = self._doors[call["name"]]
        await context.stage.status(door.doing)
        try:
            said = await door.call(context, door.takes.model_validate(call["args"]))
        except CallDifferently as declined:
            context.progress.repair(declined.fault)
            return _said(request, f"Nothing was done. {declined.fault.told_model}", status="error")
        context.progress.done.append(door.name)
        return _said(request, said, status="success")

    def _fault(self, context: RunContext, message: AIMessage) -> Fault | None:
        reason = message.response_metadata.get("finish_reason")
        if reason == "content_filter" or message.additional_kwargs.get("refusal"):
            raise Unusable(Fault("declined", ""))
        if context.ends_with_reason and reason is None:
            raise Unusable(Fault("broken_off", ""))
        if has_torn_call(message):
            return Fault(
                "garbage", "The arguments of your tool call were not valid JSON. Call the tool again."
            )
        if message.tool_calls:
            return self._fault_of_calls(context, message)
        if reason == "length":
            return Fault("cut", "The answer was cut off at the limit. Answer with less text.")
        return _fault_of_words(context, message)

    def _fault_of_calls(self, context: RunContext, message: AIMessage) -> Fault | None:
        held = context.held()
        if len(message.tool_calls) > MOST_CALLS_AT_ONCE:
            return Fault("bad_arguments", f"Call at most {MOST_CALLS_AT_ONCE} tools at once.")
        for call in message.tool_calls:
            if call["name"] not in held:
                there = ", ".join(sorted(held)) or "none"
                return Fault("unknown_tool", f"You have no such tool here. Your tools: {there}.")
            if (fault := _fault_of_arguments(self._doors[call["name"]], call["args"])) is not None:
                return fault
        return None


async def _asked(request: ModelRequest[RunContext], handler: Ask) -> ModelResponse[Any]:
    try:
        return await handler(request)
    except ValueError as error:
        if "No generation" in str(error):  # what langchain_core says of a stream that brought nothing at all
            raise Unusable(Fault("broken_off", "")) from error
        raise


def _fault_of_words(context: RunContext, message: AIMessage) -> Fault | None:
    text = clean(str(message.text))
    if not text and context.progress.is_written:
        return None
    return find_fault(text, length=0, limit=1)


def _answer(message: AIMessage) -> str:
    text = clean(str(message.text))
    return text if len(text) <= LONGEST_ANSWER else text[:LONGEST_ANSWER].rstrip() + "…"


def _count(context: RunContext, message: AIMessage) -> None:
    used = message.usage_metadata
    if used is None:
        context.progress.is_counted = False
        return
    context.progress.tokens_in += used["input_tokens"]
    context.progress.tokens_out += used["output_tokens"]


def _fault_of_arguments(door: Door, given: Mapping[str, Any]) -> Fault | None:
    try:
        door.takes.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Fault(
            "bad_arguments", f"{door.name}: {where[:80]}: {first['msg']}. Call it again as declared."
        )
    return None


def _said(request: ToolCallRequest, content: str, *, status: Literal["success", "error"]) -> ToolMessage:
    call = request.tool_call
    return ToolMessage(content=content, name=call["name"], tool_call_id=call["id"], status=status)
