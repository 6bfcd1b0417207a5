"""Which agents does a workspace have? An agent is a name; what it is stands in its immutable versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonList, JsonMap, Owned
from storage.shelf import Shelf


class Agent(Owned, Base, kw_only=True):
    """Who answers; `live_version_id` names the one version that does."""

    __tablename__ = "agents"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        CheckConstraint("kind IN ('content', 'analysis', 'marketing', 'technical', 'social')", name="kind"),
        Index(None, "workspace_id", "kind"),
        Index(None, "workspace_id", "is_default"),
        Index(None, "is_public"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    live_version_id: Mapped[UUID | None] = mapped_column(default=None)
    is_default: Mapped[bool] = mapped_column(default=False)
    is_public: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[JsonList] = mapped_column(default_factory=list)
    archived_at: Mapped[datetime | None] = mapped_column(default=None)
    created_by_user_id: Mapped[UUID | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AgentVersion(Owned, Base, kw_only=True):
    """What an agent is: prompt, persona, model, tools (`capabilities`), limits. Never changed once written."""

    __tablename__ = "agent_versions"
    __table_args__ = (
        UniqueConstraint("workspace_id", "agent_id", "number"),
        ForeignKeyConstraint(["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"]),
    )

    agent_id: Mapped[UUID]
    number: Mapped[int]
    parent_id: Mapped[UUID | None] = mapped_column(default=None)
    system_prompt: Mapped[str]
    persona: Mapped[JsonMap] = mapped_column(default_factory=dict)
    model: Mapped[str | None] = mapped_column(default=None)
    parameters: Mapped[JsonMap] = mapped_column(default_factory=dict)
    output_format: Mapped[str] = mapped_column(default="text")
    constraints: Mapped[JsonList] = mapped_column(default_factory=list)
    templates: Mapped[JsonList] = mapped_column(default_factory=list)
    capabilities: Mapped[JsonList] = mapped_column(default_factory=list)
    limits: Mapped[JsonMap] = mapped_column(default_factory=dict)
    note: Mapped[str] = mapped_column(default="")
    created_by_user_id: Mapped[UUID | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class Agents(Shelf[Agent]):
    """Queries on the agents of one workspace and their versions."""

    row = Agent

    async def list(self) -> Sequence[Agent]:
        """The agents in use, the default one first, then by name."""
        found = await self._session.scalars(
            select(Agent).where(Agent.archived_at.is_(None)).order_by(Agent.is_default.desc(), Agent.name)
        )
        return [*found]

    async def named(self, name: str) -> Agent | None:
        """The agent in use with this name, whatever its case, or None."""
        return next((agent for agent in await self.list() if agent.name.casefold() == name.casefold()), None)

    async def live_version(self, agent: Agent) -> AgentVersion | None:
        """The version of `agent` that answers now, or None if none was published yet."""
        if agent.live_version_id is None:
            return None
        found: AgentVersion | None = await self._session.get(
            AgentVersion, (agent.workspace_id, agent.live_version_id)
        )
        return found

    async def version(self, version_id: UUID) -> AgentVersion | None:
        """One version by its id, or None."""
        found: AgentVersion | None = await self._session.get(AgentVersion, (self._workspace_id, version_id))
        return found

    def add_version(self, version: AgentVersion) -> AgentVersion:
        """Puts a new version into the unit of work and hands it back."""
        self._session.add(version)
        return version
