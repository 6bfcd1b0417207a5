"""Does the offline drafter behave like any chat model of LangChain?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, tool

from agents.offline.documents import join_hashtags, utf16_units
from agents.offline.drafter import NAME, OfflineDrafter

SALE = "Write a post about our autumn sale, 20 % off until Sunday"


class Desk:
    """A desk with the tools the drafter knows; it keeps what it was handed and refuses texts over `limit`."""

    def __init__(self, limit: int = 4096) -> None:
        self.limit = limit
        self.drafts: list[tuple[str, list[str]]] = []
        self.saved: list[str] = []

    def tools(self) -> list[BaseTool]:
        @tool
        def draft_post(text: str, hashtags: list[str]) -> str:
            """Keep a new draft."""
            return self._keep(text, hashtags)

        @tool
        def revise_post(text: str, hashtags: list[str]) -> str:
            """Change the draft."""
            return self._keep(text, hashtags)

        @tool
        def list_queue() -> str:
            """What is queued."""
            return json.dumps(
                [{"post": "Autumn sale", "at": "Friday 18:00"}, {"post": "New menu", "at": "Monday 09:00"}]
            )

        @tool
        def save_to_collection(name: str) -> str:
            """Save the draft."""
            self.saved.append(name)
            return f"Saved to {name}."

        return [draft_post, revise_post, list_queue, save_to_collection]

    def _keep(self, text: str, hashtags: list[str]) -> str:
        self.drafts.append((text, hashtags))
        return "kept"


async def _ask(desk: Desk, *said: str, **fields: Any) -> list[Any]:
    agent: Any = create_agent(OfflineDrafter(**fields), desk.tools(), system_prompt="You write posts.")
    state = await agent.ainvoke({"messages": [HumanMessage(text) for text in said]})
    return list(state["messages"])


async def test_an_agent_hands_the_post_to_the_tool_and_ends_with_one_line() -> None:
    desk = Desk()
    messages = await _ask(desk, SALE)
    [(text, hashtags)] = desk.drafts
    assert "20 % off" in text
    assert "until Sunday" in text
    assert hashtags == ["#AutumnSale", "#Sale"]
    assert messages[-1].text == "Here is a draft from your own words. Tell me what to change."


async def test_a_change_goes_to_the_revising_tool_with_the_draft_that_was_given() -> None:
    desk = Desk()
    await _ask(desk, "remove the hashtags", draft="**Soup today**\n\nTomato, 4 €.\n\n#Soup")
    assert desk.drafts == [("**Soup today**\n\nTomato, 4 €.", [])]


async def test_a_draft_is_found_in_the_conversation_when_none_is_given() -> None:
    desk = Desk()
    first = await _ask(desk, SALE)
    agent: Any = create_agent(OfflineDrafter(), desk.tools())
    await agent.ainvoke({"messages": [*first, HumanMessage("replace autumn with winter")]})
    assert "winter sale" in desk.drafts[-1][0]


async def test_the_queue_is_told_in_lines_and_saving_names_the_collection() -> None:
    desk = Desk()
    told = await _ask(desk, "What is in the queue?")
    await _ask(desk, "save it to Campaigns", draft="Soup today, 4 €")
    assert told[-1].text.splitlines() == [
        "• post: Autumn sale, at: Friday 18:00",
        "• post: New menu, at: Monday 09:00",
    ]
    assert desk.saved == ["Campaigns"]


async def test_a_streamed_run_shows_the_arguments_growing_and_the_same_result() -> None:
    desk = Desk()
    agent: Any = create_agent(OfflineDrafter(), desk.tools())
    partial: list[str] = []
    whole: AIMessageChunk | None = None
    updates: list[Any] = []
    async for mode, part in agent.astream(
        {"messages": [HumanMessage(SALE)]}, stream_mode=["messages", "updates"]
    ):
        if mode == "updates":
            updates.append(part)
            continue
        chunk = part[0]
        if isinstance(chunk, AIMessageChunk) and not desk.drafts:
            whole = chunk if whole is None else whole + chunk
            partial += [call["args"].get("text", "") for call in whole.tool_calls]
    assert len(set(partial)) > 3
    assert all(desk.drafts[0][0].startswith(text) for text in partial)
    assert [next(iter(update)) for update in updates] == ["model", "tools", "model"]


async def test_a_streamed_text_adds_up_to_the_answer_given_at_once() -> None:
    model = OfflineDrafter()
    whole: AIMessageChunk | None = None
    chunks = 0
    async for chunk in model.astream(SALE):
        chunks += 1
        whole = chunk if whole is None else whole + chunk
    said = await model.ainvoke(SALE)
    assert chunks > 5
    assert whole is not None
    assert whole.text == said.text
    assert whole.usage_metadata == said.usage_metadata


async def test_tokens_are_estimated_from_bytes() -> None:
    said = await OfflineDrafter().ainvoke("x" * 40)
    assert said.usage_metadata is not None
    assert said.usage_metadata["input_tokens"] == 10
    assert said.usage_metadata["total_tokens"] == 10 + said.usage_metadata["output_tokens"]
    assert said.response_metadata["model_name"] == NAME


def _refused(model: Any, times: int, refusal: str) -> Any:
    messages: list[Any] = [HumanMessage(SALE)]
    for _ in range(times):
        answer = model.invoke(messages)
        messages += [answer, ToolMessage(refusal, tool_call_id=answer.tool_calls[0]["id"], status="error")]
    return model.invoke(messages)


def test_a_refused_post_is_handed_over_once_more_and_shorter() -> None:
    model = OfflineDrafter().bind_tools(Desk().tools())
    again = _refused(model, 1, "too long: 120 of 60")
    [call] = again.tool_calls
    assert utf16_units(join_hashtags(call["args"]["text"], call["args"]["hashtags"])) <= 60
    assert "20 % off" in call["args"]["text"]


def test_a_post_refused_twice_ends_in_a_plain_message() -> None:
    model = OfflineDrafter().bind_tools(Desk().tools())
    last = _refused(model, 2, "too long: 120 of 60")
    assert last.tool_calls == []
    assert last.text == "That did not work: too long: 120 of 60"


def test_the_same_conversation_gives_the_same_call_with_the_same_id() -> None:
    model = OfflineDrafter().bind_tools(Desk().tools())
    assert model.invoke(SALE).tool_calls == model.invoke(SALE).tool_calls


def test_tools_may_be_plain_schemas_and_may_lack_the_hashtags() -> None:
    schema = {
        "name": "draft_post",
        "description": "d",
        "parameters": {"type": "object", "properties": {"text": {"type": "string"}}},
    }
    [call] = OfflineDrafter().bind_tools([schema]).invoke(SALE).tool_calls
    assert call["args"]["text"].endswith("#AutumnSale #Sale")


def test_without_tools_the_post_itself_is_the_answer() -> None:
    text = OfflineDrafter().invoke(SALE).text
    assert text.startswith("**")
    assert text.endswith("#AutumnSale #Sale")


def test_tools_that_are_bound_but_forbidden_are_not_called() -> None:
    assert OfflineDrafter().bind_tools(Desk().tools(), tool_choice="none").invoke(SALE).tool_calls == []


def test_the_words_between_pictures_are_read() -> None:
    blocks: list[str | dict[Any, Any]] = [
        {"type": "text", "text": SALE},
        {"type": "image_url", "image_url": {"url": "https://e.org/a.png"}},
    ]
    assert "20 % off" in OfflineDrafter().invoke([HumanMessage(blocks)]).text


def test_a_conversation_without_a_person_asks_for_a_subject() -> None:
    assert OfflineDrafter().invoke([AIMessage("hello")]).text.startswith("What is the post about?")


@pytest.mark.parametrize("count", [len, lambda text: len(text.encode())])
def test_the_limit_holds_by_the_counting_that_is_given(count: Callable[[str], int]) -> None:
    text = (
        OfflineDrafter(limit=70, count=count)
        .invoke("Напиши пост про нашу осеннюю распродажу, скидка 20 % до воскресенья")
        .text
    )
    assert 0 < count(text) <= 70
