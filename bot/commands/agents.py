"""Who answers? The agents of the workspace, what each is good at, and how to choose one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.cards.listing import in_rows
from bot.cards.wording import sentence
from bot.rendering import escape
from bot.turn import Button, Command, Doors, Face, Press, Turn
from services.authorising import Action
from services.refusals import NotFound, Refusal
from storage.agents import Agent


async def show(turn: Turn) -> None:
    """The agents, and which of them answers you."""
    turn.say(await _face(turn))


async def use_by_name(turn: Turn) -> None:
    """Chooses an agent by its name, the beginning of it, or something close to it."""
    if not turn.words.strip():
        turn.say(await _face(turn))
        return
    agent = _named(turn.words, await turn.tx.agents.list())
    await turn.desk.asking.use(turn.tx, turn.actor, agent.id)
    turn.say(Face(f"**{escape(agent.name)}** answers you from now on. {sentence(agent.description)}".strip()))


async def use_by_tap(turn: Turn) -> None:
    """Chooses the tapped agent."""
    agent = await turn.desk.asking.use(turn.tx, turn.actor, turn.subject)
    await turn.tx.flush()
    turn.note(f"{agent.name} answers you from now on.")
    turn.edit(await _face(turn))


def _named(words: str, agents: Sequence[Agent]) -> Agent:
    """The one agent that is meant; raises `NotFound` for none and `Refusal` for several."""
    wanted = " ".join(words.split()).lstrip("@").casefold()
    names = {agent.name.casefold(): agent for agent in agents}
    if wanted in names:
        return names[wanted]
    begun = [agent for name, agent in names.items() if name.startswith(wanted)]
    close = begun or [names[name] for name in difflib.get_close_matches(wanted, names, n=1, cutoff=0.7)]
    if len(close) == 1:
        return close[0]
    if close:
        several = ", ".join(agent.name for agent in close)
        raise Refusal(f"Several agents begin so: {several}.", "Write the whole name.")
    known = ", ".join(agent.name for agent in agents)
    raise NotFound("There is no agent of that name.", f"There are {known}." if known else "See /agents.")


async def _face(turn: Turn) -> Face:
    agents = await turn.tx.agents.list()
    if not agents:
        return Face("There are no agents here. Ask whoever runs this desk to set one up.")
    present, _ = await turn.desk.asking.agent(turn.tx, turn.actor, turn.place)
    lines = ["**Agents**", ""]
    for agent in agents:
        mark = " (answers you)" if agent.id == present.id else ""
        lines.append(f"**{escape(agent.name)}**{mark}: {sentence(agent.description)}")
    buttons = [
        Button(f"Use {agent.name}", "agent.use", subject=agent.id)
        for agent in agents
        if agent.id != present.id
    ]
    return Face("\n".join(lines), in_rows(buttons, width=2))


DOORS = Doors(
    commands=(
        Command("agents", "Who can answer you", Action.LOOK, show),
        Command("use", "Choose who answers, by name", Action.PREFER, use_by_name),
    ),
    presses=(Press("agent.use", Action.PREFER, use_by_tap),),
)
