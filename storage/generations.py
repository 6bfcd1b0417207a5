"""What was asked of an agent, and what came of it? A generation is also the due work of a run: a row, not a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap, Owned
from storage.shelf import Shelf

OPEN = ("pending", "processing")


class Generation(Owned, Base, kw_only=True):
    """One turn: prompt and input, output and what it cost.

    `lane` is the conversation (chat, topic, agent): one run at a time in each. `cost` is in US dollars, `duration_ms`
    in milliseconds; None means the model did not say.
    """

    __tablename__ = "generations"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')", name="status"
        ),
        ForeignKeyConstraint(["workspace_id", "agent_id"], ["agents.workspace_id", "agents.id"]),
        Index(None, "workspace_id", "user_id", "created_at"),
        Index(None, "workspace_id", "agent_id", "created_at"),
        Index(None, "status", "created_at"),
        Index(None, "model"),
        Index(None, "provider"),
    )

    user_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    agent_version_id: Mapped[UUID]
    post_id: Mapped[UUID | None] = mapped_column(default=None)
    lane: Mapped[str]
    telegram_chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_in_message_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    message_id: Mapped[int | None] = mapped_column(BigInteger, default=None)
    prompt: Mapped[str] = mapped_column(Text)
    input: Mapped[JsonMap] = mapped_column(default_factory=dict)
    output_text: Mapped[str | None] = mapped_column(Text, default=None)
    output: Mapped[JsonMap] = mapped_column(default_factory=dict)
    model: Mapped[str | None] = mapped_column(default=None)
    provider: Mapped[str | None] = mapped_column(default=None)
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    is_estimated: Mapped[bool] = mapped_column(default=False)
    cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 8), default=None)
    duration_ms: Mapped[int | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(default="pending")
    error: Mapped[str | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(default=None)
    rating: Mapped[int | None] = mapped_column(default=None)
    rating_comment: Mapped[str | None] = mapped_column(default=None)
    is_saved: Mapped[bool] = mapped_column(default=False)
    is_edited: Mapped[bool] = mapped_column(default=False)
    is_tainted: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[UUID | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True, slots=True)
class Spending:
    """What one agent was used for: number of runs, tokens in and out, dollars, mean milliseconds, success share."""

    agent_id: UUID
    runs: int
    tokens_in: int
    tokens_out: int
    cost: Decimal
    mean_duration_ms: float
    completed: int


class Generations(Shelf[Generation]):
    """Queries on the generations of one workspace; the due ones are claimed across workspaces."""

    row = Generation

    async def claim_next(self, *, owner: str, now: datetime, busy_lanes: Sequence[str]) -> Generation | None:
        """Takes the oldest pending generation whose lane is free, or None."""
        running = select(Generation.lane).where(Generation.status == "processing")
        found: Generation | None = await self._session.scalar(
            select(Generation)
            .where(
                Generation.status == "pending",
                Generation.lane.not_in(running),
                Generation.lane.not_in(list(busy_lanes)),
            )
            .order_by(Generation.created_at, Generation.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if found is not None:
            found.status, found.claimed_by, found.started_at = "processing", owner, now
            found.tries += 1
        return found

    async def give_back(self, owners: Sequence[str]) -> int:
        """Returns the unfinished runs of processes that are gone to pending; how many there were."""
        done = await self._session.execute(
            update(Generation)
            .where(Generation.status == "processing", Generation.claimed_by.in_(list(owners)))
            .values(status="pending", claimed_by=None)
        )
        return int(done.rowcount)

    async def give_back_older(self, *, than: datetime) -> int:
        """Returns runs that began before this moment and never ended to pending: their process is gone."""
        done = await self._session.execute(
            update(Generation)
            .where(Generation.status == "processing", Generation.started_at < than)
            .values(status="pending", claimed_by=None)
        )
        return int(done.rowcount)

    async def claimants(self) -> Sequence[str]:
        """The processes that hold an unfinished run."""
        found = await self._session.scalars(
            select(Generation.claimed_by).where(Generation.status == "processing").distinct()
        )
        return [owner for owner in found if owner is not None]

    async def open_in(self, telegram_chat_id: int) -> Sequence[Generation]:
        """Runs of this chat that wait or work, oldest first."""
        found = await self._session.scalars(
            select(Generation)
            .where(Generation.telegram_chat_id == telegram_chat_id, Generation.status.in_(OPEN))
            .order_by(Generation.created_at, Generation.id)
        )
        return list(found)

    async def spending(self, *, since: datetime) -> Sequence[Spending]:
        """Per agent what was used from `since` on."""
        rows = await self._session.execute(
            select(
                Generation.agent_id,
                func.count(),
                func.coalesce(func.sum(Generation.tokens_in), 0),
                func.coalesce(func.sum(Generation.tokens_out), 0),
                func.coalesce(func.sum(Generation.cost), 0),
                func.coalesce(func.avg(Generation.duration_ms), 0),
                func.count().filter(Generation.status == "completed"),
            )
            .where(Generation.created_at >= since)
            .group_by(Generation.agent_id)
        )
        return [
            Spending(agent, runs, int(t_in), int(t_out), Decimal(cost), float(mean), done)
            for agent, runs, t_in, t_out, cost, mean, done in rows
        ]
