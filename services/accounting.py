"""What was used, and what did it cost? Runs, tokens and dollars per agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.authorising import Action, Actor, authorise
from storage import Transaction
from storage.generations import Spending


@dataclass(frozen=True, slots=True)
class Usage:
    """One agent's share of a period."""

    agent: str
    spending: Spending


@dataclass(frozen=True, slots=True)
class Accounting:
    """Adds up what the workspace has used."""

    async def usage(self, tx: Transaction, actor: Actor, *, days: int) -> Sequence[Usage]:
        """What was used in the last `days` days, the dearest agent first."""
        authorise(actor, Action.LOOK)
        names = {agent.id: agent.name for agent in await tx.agents.list()}
        spent = await tx.generations.spending(since=tx.now - timedelta(days=days))
        found = [Usage(names.get(one.agent_id, "A former agent"), one) for one in spent]
        return sorted(found, key=lambda one: (one.spending.cost, one.spending.runs), reverse=True)

    @staticmethod
    def total(usages: Sequence[Usage]) -> Decimal:
        """Dollars of all agents together."""
        return sum((one.spending.cost for one in usages), Decimal(0))
