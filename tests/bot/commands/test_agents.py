"""Is the agent that is meant the one that answers?"""

from __future__ import annotations

import pytest

from services.refusals import NotFound, Refusal
from tests.bot.house import House


@pytest.mark.parametrize("words", ["Editor", "editor", " EDI ", "@editor", "Edditor"])
async def test_a_name_its_beginning_or_nearly_it_will_do(house: House, words: str) -> None:
    await house.say(f"/use {words}")
    assert house.last.text == "Editor answers you from now on. Mends texts."
    await house.say("Hello")
    assert house.last.text == "Editor is thinking…"


async def test_an_unknown_name_lists_who_is_there(house: House) -> None:
    with pytest.raises(NotFound, match="There are Writer, Analyst, Editor"):
        await house.say("/use Zaphod")


async def test_an_ambiguous_beginning_is_asked_about(house: House) -> None:
    async with house.storage.begin(house.owner.workspace_id) as tx:
        agents = await tx.agents.list()
        agents[1].name = "Edward"
    with pytest.raises(Refusal, match="Several agents begin so: "):
        await house.say("/use ed")


async def test_a_tap_chooses_and_the_list_shows_it(house: House) -> None:
    await house.say("/agents")
    assert "Writer (answers you)" in house.last.text
    await house.press("Use Analyst")
    assert "Analyst (answers you)" in house.last.text
    assert "Use Writer" in house.last.labels
