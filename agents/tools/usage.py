"""What may an agent say about cost? What the desk has counted, per agent and period."""

from __future__ import annotations

from pydantic import Field

from agents.context import RunContext
from agents.tools.door import Arguments, Door
from services.accounting import Accounting, Usage
from services.authorising import Action


class Period(Arguments):
    """A number of days that end now."""

    days: int = Field(
        default=30, ge=1, le=366, description="The length of the period that ends now, in days."
    )


async def show_usage(context: RunContext, given: Period) -> str:
    """Show how often each agent was used, with how many tokens, at what cost in US dollars."""
    async with context.begin(Action.LOOK) as (tx, actor):
        usages = await context.hands.accounting.usage(tx, actor, days=given.days)
    if not usages:
        return f"Nothing was used in the last {given.days} days."
    total = Accounting.total(usages)
    return "\n".join(
        [
            f"Used in the last {given.days} days, where the price is known:",
            *map(_line, usages),
            f"Together ${total:.4f}.",
        ]
    )


def _line(usage: Usage) -> str:
    one = usage.spending
    return (
        f"- {usage.agent}: {one.runs} runs ({one.completed} completed), {one.tokens_in:,} tokens in, "
        f"{one.tokens_out:,} out, ${one.cost:.4f}"
    )


DOORS = (Door(show_usage, Period, Action.LOOK, "Adding up what was used…"),)
