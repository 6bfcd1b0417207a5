"""Who works off what was asked? Runs are claimed from rows, go on at the same time, and always end in words.

A run that this process loses (a kill, a shutdown) goes back to being a row that waits; at the third time it is given up.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from agents.briefing import Brief, brief
from agents.context import Hands, Progress, RunContext
from agents.finishing import Finishing, Outcome
from agents.loading import Lazily
from agents.mishaps import TABLE, Mishap, fault_of_ours, mishap_of
from agents.models import Choice, Models
from agents.stage import Stage
from storage import Storage
from storage.generations import Generation

if TYPE_CHECKING:
    from agents.thinking import Thinking

_LOG = logging.getLogger(__name__)

MOST_TRIES = 3
"""How often a run is begun; one that was lost so often takes its process with it."""


def lazy_thinking(*, monotonic: Callable[[], float], preview_every: float = 0.3) -> Lazily[Thinking]:
    """The graph, compiled when first needed; `preview_every` is the least number of seconds between two previews."""

    def make() -> Thinking:
        from agents.thinking import Thinking

        return Thinking(monotonic=monotonic, preview_every=preview_every)

    return Lazily(make)


async def _nothing_to_end(generation_id: UUID) -> None:
    del generation_id


@dataclass(eq=False, slots=True)
class _Run:
    """One generation in the hands of this process. `is_ending`: its outcome is being saved, nothing may cut that."""

    generation: Generation
    progress: Progress = field(default_factory=Progress)
    choice: Choice | None = None
    asked: str = ""
    task: asyncio.Task[None] | None = None
    work: asyncio.Task[None] | None = None
    is_stopped: bool = False
    is_ending: bool = False


@dataclass(frozen=True, slots=True)
class Runner:
    """Works off pending generations, one at a time per lane and `parallel` at most.

    `owner` names this process in the rows, `time_limit` is the number of seconds that one run may take,
    `stage_for` gives the place where a run's previews appear, `end_stage` ends them so that none can overwrite the
    final word, `monotonic` returns seconds.
    """

    storage: Storage
    finishing: Finishing
    hands: Hands
    models: Models
    thinking: Lazily[Thinking]
    stage_for: Callable[[Generation], Stage]
    owner: str
    monotonic: Callable[[], float]
    end_stage: Callable[[UUID], Awaitable[None]] = _nothing_to_end
    parallel: int = 32
    time_limit: float = 120.0
    _runs: dict[UUID, _Run] = field(default_factory=dict)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def warm_up(self) -> None:
        """Loads what a run needs, in a thread, so that the first person does not wait for it."""
        await self.thinking.get()
        await self.models.warm_up()

    async def work_off(self) -> int:
        """Begins every pending run whose lane is free, as far as there is room; how many were begun."""
        begun = 0
        async with self._claiming:
            while len(self._runs) < self.parallel and not self._closed.is_set():
                generation = await self._claim()
                if generation is None:
                    break
                self._begin(generation)
                begun += 1
        return begun

    def stop(self, generation_ids: Iterable[UUID]) -> None:
        """Ends these runs at once, as far as they are this process's; what is written stays."""
        for generation_id in generation_ids:
            run = self._runs.get(generation_id)
            if run is not None and not run.is_ending:
                run.is_stopped = True
                if run.work is not None:
                    run.work.cancel()

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - the runs themselves decide when they end
        """Begins nothing more, waits `timeout` seconds for what runs, gives back the rest; how many went back."""
        self._closed.set()
        async with self._claiming:
            running = [run for run in self._runs.values() if run.task is not None]
        tasks = [run.task for run in running if run.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=timeout)
        left = [run for run in running if run.task is not None and not run.task.done()]
        for run in left:
            if run.task is not None and not run.is_ending:
                run.task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for run in [one for one in left if one.generation.id in self._runs]:
            del self._runs[run.generation.id]
            await self._give_back(run.generation)
        return sum(1 for run in left if not run.is_ending)

    async def recover(self) -> int:
        """At start: what dead processes were working on waits again, if this process is alone; how many."""
        if not self.storage.is_alone:
            return 0
        async with self.storage.begin(None) as tx:
            gone = [owner for owner in await tx.generations.claimants() if owner != self.owner]
            return await tx.generations.give_back(gone) if gone else 0

    async def idle(self) -> None:
        """Waits until nothing runs any more."""
        while tasks := [run.task for run in self._runs.values() if run.task is not None]:
            await asyncio.wait(tasks)

    async def _claim(self) -> Generation | None:
        busy = [run.generation.lane for run in self._runs.values()]
        async with self.storage.begin(None) as tx:
            return await tx.generations.claim_next(owner=self.owner, now=tx.now, busy_lanes=busy)

    def _begin(self, generation: Generation) -> None:
        run = _Run(generation)
        self._runs[generation.id] = run
        run.task = asyncio.create_task(self._carry(run), name=f"run {generation.id}")

    async def _carry(self, run: _Run) -> None:
        """One run from claim to end. Nothing that goes wrong in here is lost: it is told, or it is logged."""
        began = self.monotonic()
        try:
            status, mishap = await self._work(run)
            run.is_ending = True
            took = int((self.monotonic() - began) * 1000)
            await self.end_stage(run.generation.id)
            outcome = Outcome(status, run.progress, took, run.choice, mishap, run.asked)
            await self.finishing.finish(run.generation, outcome)
        except asyncio.CancelledError:
            await self._give_back(run.generation)
            raise
        except Exception:  # noqa: BLE001 - a task has nobody above it who would hear of it
            _LOG.exception("the end of run %s could not be saved", run.generation.id)
        finally:
            del self._runs[run.generation.id]

    async def _work(self, run: _Run) -> tuple[str, Mishap | None]:
        """The status that the run comes to, and the mishap if it came to one."""
        if run.generation.tries > MOST_TRIES:
            return "failed", TABLE["killed"]
        run.work = asyncio.create_task(self._think(run))
        if run.is_stopped:
            run.work.cancel()
        try:
            async with asyncio.timeout(self.time_limit):
                await run.work
        except asyncio.CancelledError:
            if not run.is_stopped or _is_cancelled_from_outside():
                raise
            return "cancelled", None
        except Exception as error:  # noqa: BLE001 - whatever it is, the person hears a sentence
            return "failed", self._mishap(run, error)
        return "completed", None

    async def _think(self, run: _Run) -> None:
        generation = run.generation
        async with self.storage.read(generation.workspace_id) as tx:
            found = await brief(tx, generation, models=self.models, scheduling=self.hands.scheduling)
        run.choice, progress = found.choice, run.progress
        run.asked = "\n".join([found.system, *(text for _, text in found.conversation)])
        progress.is_tainted, progress.is_written = found.is_tainted, found.is_written
        if found.post is not None:
            progress.post_id, progress.post_version = found.post.id, found.post.version
        if not found.is_written:
            thinking = await self.thinking.get()
            await thinking.think(await self._context(run, found), found.conversation)

    async def _context(self, run: _Run, found: Brief) -> RunContext:
        generation, target = run.generation, found.target
        model = await self.models.open(
            found.choice,
            parameters=found.parameters,
            limit=target.limit,
            count=target.count,
            draft=None if found.post is None else found.post.text,
        )
        return RunContext(
            storage=self.storage,
            hands=self.hands,
            workspace_id=generation.workspace_id,
            user_id=generation.user_id,
            agent_id=generation.agent_id,
            generation_id=generation.id,
            target=target,
            tools=found.tools,
            system=found.system,
            model=model,
            stage=self.stage_for(generation),
            progress=run.progress,
            ends_with_reason=found.choice.ends_with_reason,
            media=found.media,
        )

    def _mishap(self, run: _Run, error: Exception) -> Mishap:
        mishap = mishap_of(error, has_begun=bool(run.progress.visible.text))
        if mishap is not None:
            _LOG.warning("run %s failed: %s (%s)", run.generation.id, mishap.code, type(error).__name__)
            return mishap
        reference = secrets.token_hex(4)
        _LOG.error("run %s failed, reference %s", run.generation.id, reference, exc_info=error)
        return fault_of_ours(reference)

    async def _give_back(self, generation: Generation) -> None:
        """The row waits again, and this try does not count: it was a shutdown, not a crash."""
        async with self.storage.begin(generation.workspace_id) as tx:
            row = await tx.generations.get(generation.id)
            if row.status == "processing" and row.claimed_by == self.owner:
                row.status, row.claimed_by, row.tries = "pending", None, row.tries - 1


def _is_cancelled_from_outside() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
