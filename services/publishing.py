"""How does a post leave exactly once? The machine: claim, prepare, arm, fire, record; `reconciling` does the rest.

Between arming and recording lies the one request that cannot be taken back. Whatever happens there (a lost answer,
a killed process) leaves the row `armed`, and an armed row is never fired again before somebody has looked.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

from integrations.contract import LEAVE_BY, Answer, OutcomeUnknown, Platform, Unavailable
from services import moving
from services.committing import Committing
from services.failpoints import Reach, nowhere
from services.judging import Judging, Ready
from services.moving import Pauses, Step
from services.patience import Timing
from services.reconciling import Reconciling, key_of
from services.recording import Entry, Recording
from services.scheduling import TOPIC
from services.throttling import Entrance, Space
from storage import Storage, Transaction
from storage.claims import Held

log = logging.getLogger(__name__)

Walk: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
Deed: TypeAlias = tuple[Step, Walk | None]
"""What is written of a row when it is claimed, and what is done with it afterwards."""


@dataclass(slots=True)
class Publishing:
    """Works off what is due. `owner` names this process and is never the same twice; `workers` rows move at once."""

    storage: Storage
    judging: Judging
    reconciling: Reconciling
    committing: Committing
    owner: str
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    timing: Timing
    pauses: Pauses
    workers: int = 16
    reach: Reach = nowhere
    _moving: dict[UUID, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _is_closing: bool = field(default=False, init=False)
    _looked_at: datetime | None = field(default=None, init=False)
    _done: int = field(default=0, init=False)

    @property
    def _least_room(self) -> int:
        """Free hands that are worth a look: one look for many rows."""
        return max(1, self.workers // 8)

    async def recover(self) -> int:
        """Frees what a former process held; only where no other process can be alive. How many rows."""
        if not self.storage.is_alone:
            return 0
        async with self.storage.begin(None) as tx:
            tx.wake(TOPIC)
            return await tx.publications.release_all_but(self.owner)

    async def publish_due(self) -> int:
        """Claims what is due, as far as there is room, and sets each row in motion; how many rows it touched."""
        room = self.workers - len(self._moving)
        if self._is_closing or room < self._least_room:
            return 0
        self.reach("publishing.before_claim")
        async with self.storage.begin(None) as tx:
            self._looked_at = tx.now
            walks, touched = await self._take(tx, room)
            self.reach("publishing.claiming")
        self.reach("publishing.claimed")
        for row, walk in walks:
            task = asyncio.create_task(self._go(row, walk), name=f"publication {row.id}")
            self._moving[row.id] = task
        return touched

    async def next_due_at(self) -> datetime | None:
        """When the next row falls due, or None when nothing waits. What was due at the last look and stays there is full
        or has no room; whoever makes room rings the bell.
        """
        if self.workers - len(self._moving) < self._least_room or self._looked_at is None:
            return None
        async with self.storage.read(None) as tx:
            return await tx.claims.next_due_at(after=self._looked_at)

    async def finish_moving(self) -> None:
        """Waits until every row in motion has come to rest; nothing in flight is ever cut off."""
        while self._moving:
            await asyncio.wait(self._moving.values())

    async def drain(self, *, timeout: float) -> bool:  # noqa: ASYNC109 - the caller's patience is a setting, not a cancellation
        """Claims nothing more and waits for what is in motion; whether all of it came to rest."""
        self._is_closing = True
        if self._moving:
            await asyncio.wait(self._moving.values(), timeout=timeout)
        return not self._moving

    async def _take(self, tx: Transaction, room: int) -> tuple[list[tuple[Held, Walk]], int]:
        await tx.claims.take_turns()
        space = await Space.look(tx, self.judging.platforms, hands=self.workers)
        found = await tx.claims.due(
            now=tx.now,
            limit=room,
            but_accounts=space.full_accounts(),
            but_platforms=space.full_platforms(),
        )
        deeds: list[Deed] = []
        deferred = 0
        for row in found:
            if row.id in self._moving:
                continue
            admitted = await space.enter(tx, row)
            if isinstance(admitted, datetime):
                deferred += await self._defer(tx, row, until=admitted, deeds=deeds)
            elif admitted is Entrance.OPEN:
                deeds.append(self._first_deed(tx, row))
        await self.committing.recording.take(tx, [step for step, _ in deeds])
        walks = [(step.row, walk) for step, walk in deeds if walk is not None and isinstance(step.row, Held)]
        return walks, len(deeds) + deferred

    async def _defer(self, tx: Transaction, row: Held, *, until: datetime, deeds: list[Deed]) -> int:
        """Everything due on a resting account waits; a row that has to be looked up waits by itself."""
        if row.state == "scheduled":
            return await tx.claims.defer(account_id=row.account_id, now=tx.now, until=until)
        deeds.append((moving.defer(row, until=until, now=tx.now), None))
        return 0

    def _first_deed(self, tx: Transaction, row: Held) -> Deed:
        """What becomes of a row that was found due; whatever breaks over one row harms no other."""
        try:
            if row.state == "armed":
                return self._settle(tx, row)
            judged = self.judging.judge(row, now=tx.now)
            return (judged, None) if isinstance(judged, Step) else self._leave(tx, row, judged)
        except Exception:
            reference = secrets.token_hex(3)
            log.exception("A publication could not be judged (reference %s).", reference)
            why = f"Something unexpected happened (reference {reference}). Approve it again, or tell whoever runs this."
            return moving.hold(row, why=why, now=tx.now), None

    def _leave(self, tx: Transaction, row: Held, ready: Ready) -> Deed:
        """Claims the row; arms it in the same breath where nothing has to be prepared or waited for."""
        moving.claim(row, owner=self.owner, now=tx.now, lease=self.timing.lease)
        if ready.platform.has_turns or ready.platform.needs_preparing(ready.part, row.anchor):
            return Step(row), lambda: self._prepare(row, ready)
        started = self.monotonic()
        return self._armed(tx, row, ready), lambda: self._fire(row, ready, started=started)

    def _armed(self, tx: Transaction, row: Held, ready: Ready, *, consumes: bool = True) -> Step:
        attempt_id = tx.new_id()
        settle = self.timing.settle(ready.platform)
        moving.arm(row, attempt_id=attempt_id, now=tx.now, settle=settle)
        return Step(row, opens=attempt_id, consumes=consumes)

    def _settle(self, tx: Transaction, row: Held) -> Deed:
        """Finds out what became of an armed row, not before its settle window has passed."""
        plan = self.reconciling.plan(row, now=tx.now)
        if isinstance(plan, Step):
            return plan, None
        moving.claim(row, owner=self.owner, now=tx.now, lease=self.timing.lease)
        ready = plan.ready
        if plan.is_repeat:
            started = self.monotonic()
            step = self._armed(tx, row, ready, consumes=False)
            return step, lambda: self._fire(row, ready, started=started, is_again=True)
        return Step(row), lambda: self.reconciling.ask(row, plan)

    async def _go(self, row: Held, walk: Walk) -> None:
        """Walks one row as far as it goes. A fault leaves it claimed: the lease ends, and it is looked at again."""
        try:
            await walk()
        except Exception:
            log.exception("A publication could not be moved; it is looked at again when its lease ends.")
        finally:
            self._moving.pop(row.id, None)
            self._done += 1
        if self._done >= self._least_room or len(self._moving) < self._least_room:
            self._done = 0
            await self.storage.wake(TOPIC)

    async def _prepare(self, row: Held, ready: Ready) -> None:
        self.reach("publishing.before_prepare")
        prepared = await self._prepared(row, ready)
        self.reach("publishing.prepared")
        if not isinstance(prepared, Mapping):
            answer = prepared
            await self._put(row, lambda: self._unsent(row, answer))
            return
        if prepared != row.anchor:
            row.state, row.anchor = "prepared", dict(prepared)
            if not await self._put(row, lambda: Step(row)):
                return
            self.reach("publishing.anchored")
        await ready.platform.wait_turn(row.beside.account)
        self.reach("publishing.before_arm")
        started = self.monotonic()
        if await self._arm(row, ready):
            await self._fire(row, ready, started=started)

    async def _prepared(self, row: Held, ready: Ready) -> Mapping[str, Any] | Answer:
        try:
            async with asyncio.timeout(self.timing.request.total_seconds() * 2):
                return await ready.platform.prepare(ready.part, row.anchor)
        except TimeoutError:
            return Unavailable("Preparing the files took too long.")
        except Exception:
            log.exception("A platform could not prepare a post.")
            return Unavailable("The files could not be prepared.")

    def _unsent(self, row: Held, answer: Answer) -> Step:
        return moving.after_preparing(row, answer, now=self.clock(), pauses=self.pauses)

    async def _arm(self, row: Held, ready: Ready) -> bool:
        """Writes down that the request is about to leave; whether it may."""
        attempt_id = self.storage.new_id()

        def decide(*, is_taken: bool, is_void: bool) -> Step:
            del is_taken
            if is_void:
                return moving.hold(row, why="The approval was taken back.", now=self.clock())
            settle = self.timing.settle(ready.platform)
            moving.arm(row, attempt_id=attempt_id, now=self.clock(), settle=settle)
            return Step(row, opens=attempt_id, consumes=True)

        return await self.committing.save(Entry(row, decide, arms=True)) and row.state == "armed"

    async def _fire(self, row: Held, ready: Ready, *, started: float, is_again: bool = False) -> None:
        self.reach("publishing.armed")
        if self._has_slept(row, started=started):
            await self._put(row, lambda: self._awake(row, is_again=is_again))
            return
        answer = await self._sent(row, ready, started=started)
        self.reach("publishing.answered")
        parts = ready.whole.parts

        def made() -> Step:
            now = self.clock()
            return moving.after_fire(row, answer, parts=parts, now=now, pauses=self.pauses, is_again=is_again)

        await self._put(row, made)
        self.reach("publishing.recorded")

    def _awake(self, row: Held, *, is_again: bool) -> Step:
        return moving.after_sleep(row, now=self.clock(), pauses=self.pauses, is_again=is_again)

    async def _put(self, row: Held, make: Callable[[], Step]) -> bool:
        def decide(*, is_taken: bool, is_void: bool) -> Step:
            del is_taken, is_void
            return make()

        return await self.committing.save(Entry(row, decide))

    def _has_slept(self, row: Held, *, started: float) -> bool:
        """Whether so much time has passed since arming that others may have looked by now."""
        most = self.timing.start
        slept = self.monotonic() - started > most.total_seconds()
        return slept or row.armed_at is None or self.clock() - row.armed_at > most

    async def _sent(self, row: Held, ready: Ready, *, started: float) -> Answer:
        """The one request. It may leave for a while after arming and not later, wherever the process stands still."""
        try:
            async with asyncio.timeout(self.timing.request.total_seconds()):
                self.reach("publishing.before_fire")
                LEAVE_BY.set(started + self.timing.start.total_seconds())
                answer = await ready.platform.fire(ready.part, row.anchor, key=key_of(row))
                self.reach("publishing.fired")
                return answer
        except TimeoutError:
            return OutcomeUnknown("No answer came in time.")
        except Exception as fault:  # noqa: BLE001 - whatever broke, the request may have left: look before anything else
            return OutcomeUnknown(f"The answer could not be read ({type(fault).__name__}).")


def machine(
    storage: Storage,
    platforms: Mapping[str, Platform],
    recording: Recording,
    *,
    owner: str,
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
    timing: Timing,
    workers: int,
    reach: Reach = nowhere,
) -> Publishing:
    """The publishing machine and what it is made of."""
    judging = Judging(platforms)
    # Who does not answer rests as long as an answer may take, and longer each time.
    committing = Committing(storage, replace(recording, rest=timing.request), reach)
    least = timedelta(seconds=1)
    pauses = Pauses(
        between_looks=max(least, Platform.lag if timing.lag is None else timing.lag), random=Random()
    )
    reconciling = Reconciling(storage, judging, committing, now, timing, pauses, reach)
    return Publishing(
        storage=storage,
        judging=judging,
        reconciling=reconciling,
        committing=committing,
        owner=owner,
        clock=now,
        monotonic=monotonic,
        timing=timing,
        pauses=pauses,
        workers=workers,
        reach=reach,
    )
