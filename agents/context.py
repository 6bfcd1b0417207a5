"""What does a run carry with it? Who asked, for which place, with which tools, and what has come of it so far."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from agents.acting import actor_for
from agents.faults import Unusable
from agents.stage import Stage
from agents.targets import Target
from agents.visible import Visible
from services.accounting import Accounting
from services.authorising import Action, Actor, authorise
from services.curating import Curating
from services.drafting import Drafting
from services.scheduling import Scheduling
from services.vetting import Fault
from storage import Storage, Transaction

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

AFTER_OUTSIDE_TEXT = frozenset({"draft_post", "revise_post"})
"""All that a run may still call once it has read text from outside the team."""

MOST_MODEL_CALLS = 6
MOST_TOOL_CALLS = 12


@dataclass(frozen=True, slots=True)
class Hands:
    """The services that tools are doors to."""

    drafting: Drafting
    scheduling: Scheduling
    curating: Curating
    accounting: Accounting


@dataclass(slots=True)
class Progress:
    """What has come of a run so far; the only thing in it that changes.

    `post_id` and `post_version` are the draft on the desk, `is_written` says that this run wrote it. Tokens are sums
    over all model calls; `is_counted` is False as soon as one call did not say.
    """

    post_id: UUID | None = None
    post_version: int | None = None
    is_written: bool = False
    is_enough: bool = False
    is_tainted: bool = False
    answer: str = ""
    done: list[str] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0
    is_counted: bool = True
    model_calls: int = 0
    tool_calls: int = 0
    repaired_at: int | None = None
    visible: Visible = field(default_factory=Visible)

    def count_model_call(self) -> None:
        """One more call of the model; raises `Unusable` beyond the limit."""
        self.model_calls += 1
        if self.model_calls > MOST_MODEL_CALLS:
            raise Unusable(Fault("circles", "Too many steps."))

    def count_tool_call(self) -> None:
        """One more call of a tool; raises `Unusable` beyond the limit."""
        self.tool_calls += 1
        if self.tool_calls > MOST_TOOL_CALLS:
            raise Unusable(Fault("circles", "Too many calls."))

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do: the post is handed over and no call of that step was declined."""
        return self.is_enough and self.repaired_at != self.model_calls

    def repair(self, fault: Fault) -> None:
        """Spends the one repair of a run on a fault; raises `Unusable` when a former answer has used it up."""
        if self.repaired_at not in {None, self.model_calls}:
            raise Unusable(fault)
        self.repaired_at = self.model_calls


@dataclass(frozen=True, slots=True)
class RunContext:
    """Everything that the graph, its guard and the tools need; one per run.

    `media` are the files that came with the request and belong to the post that is made of it.
    """

    storage: Storage
    hands: Hands
    workspace_id: UUID
    user_id: UUID
    agent_id: UUID
    generation_id: UUID
    target: Target
    tools: frozenset[str]
    system: str
    model: BaseChatModel
    stage: Stage
    progress: Progress
    ends_with_reason: bool = False
    media: tuple[UUID, ...] = ()

    def allowed(self) -> frozenset[str]:
        """The tools of the agent; a run that has read outside text keeps only those that make drafts."""
        return self.tools & AFTER_OUTSIDE_TEXT if self.progress.is_tainted else self.tools

    def held(self) -> frozenset[str]:
        """The tools that make sense now: with a draft on the desk it is revised, without one a new one is made."""
        return self.allowed() - {"draft_post" if self.progress.post_id is not None else "revise_post"}

    @asynccontextmanager
    async def begin(self, action: Action) -> AsyncIterator[tuple[Transaction, Actor]]:
        """A unit of work for the member who asked, if he still has the right; raises `NotAllowed`."""
        async with self.storage.begin(self.workspace_id) as tx:
            actor = await actor_for(tx, self.user_id)
            authorise(actor, action)
            yield tx, actor
