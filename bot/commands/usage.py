"""What was used, and what did it cost? Per agent, for the last week or month."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.wording import count, money, seconds
from bot.rendering import escape
from bot.turn import Button, Command, Doors, Face, Press, Turn
from services.accounting import Usage
from services.authorising import Action

PERIODS = (7, 30)


async def show(turn: Turn) -> None:
    """The last seven days."""
    turn.say(await _face(turn, PERIODS[0]))


async def change_period(turn: Turn) -> None:
    """Another period, in the same message."""
    days = int(turn.argument("days", PERIODS[0]))
    turn.edit(await _face(turn, days if days in PERIODS else PERIODS[0]))


async def _face(turn: Turn, days: int) -> Face:
    usages = await turn.desk.accounting.usage(turn.tx, turn.actor, days=days)
    others = [
        Button(f"{one} days", "usage.period", arguments={"days": one}) for one in PERIODS if one != days
    ]
    title = f"**Usage in the last {days} days**"
    if not usages:
        return Face(
            f"{title}\n\nNothing was used. Write what you want to post, and an agent starts.", [others]
        )
    total = money(turn.desk.accounting.total(usages))
    return Face("\n".join([f"{title} · {total}", "", *_lines(usages)]), [others])


def _lines(usages: Sequence[Usage]) -> list[str]:
    found = []
    for one in usages:
        spent = one.spending
        tokens = f"{spent.tokens_in:,} tokens in, {spent.tokens_out:,} out"
        failed = spent.runs - spent.completed
        facts = [
            count(spent.runs, "run"),
            tokens,
            money(spent.cost),
            f"{seconds(spent.mean_duration_ms)} on average",
        ]
        if failed:
            facts.append(f"{failed:,} not finished")
        found.append(f"**{escape(one.agent)}**: {' · '.join(facts)}")
    return found


DOORS = Doors(
    commands=(Command("usage", "What was used, and what it cost", Action.LOOK, show),),
    presses=(Press("usage.period", Action.LOOK, change_period),),
)
