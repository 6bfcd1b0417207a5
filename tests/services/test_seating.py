"""Whatever people do with a queue: no slot is given twice, everybody keeps his turn, and nothing lies in the past."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.seating import OCCUPYING
from services.slot_phrases import Standing
from services.time_placing import place_wall
from services.time_zones import stored_zone
from tests.conftest import HandClock, join, opened
from tests.services.conftest import desk_on
from tests.services.queue_scene import Scene, scene_on

if TYPE_CHECKING:
    from storage.publications import Publication

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["next", "next", "top", "move", "cancel", "fire", "pause", "resume", "wait"]),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=14,
)
WEEKS = st.sets(
    st.builds(Standing, st.integers(0, 6), st.sampled_from(["00:00", "02:30", "09:00", "17:30"])),
    min_size=1,
    max_size=5,
)


@dataclass
class Life:
    """Deeds on one queue; after each of them every promise is checked."""

    scene: Scene
    clock: HandClock
    rows: dict[UUID, Publication] = field(default_factory=dict)

    async def do(self, deed: str, number: int) -> None:
        before = await self.order()
        mine = await getattr(self, f"_{deed}")(number)
        await self.check()
        after = await self.order()
        assert [one for one in after if one in before and one != mine] == [
            one for one in before if one in after and one != mine
        ]

    async def _next(self, number: int) -> UUID:
        return (await self.scene.take(f"Post {number}")).id

    async def _top(self, number: int) -> UUID:
        made = await self.scene.take(f"Post {number}", top=True)
        assert (await self.order())[:1] == [made.id] or await self.has_moving()
        return made.id

    async def _move(self, number: int) -> UUID | None:
        one = await self._any(number)
        if one is not None:
            at = self.clock() + timedelta(days=40, minutes=number)
            async with self.scene.bureau.begin() as tx:
                actor = self.scene.bureau.actor
                await self.scene.bureau.scheduling.move(tx, actor, one.id, version=None, at=at)
        return None if one is None else one.id

    async def _cancel(self, number: int) -> UUID | None:
        one = await self._any(number)
        if one is not None:
            await self.scene.cancel(one)
        return None if one is None else one.id

    async def _fire(self, number: int) -> None:
        """The machine is at work on one, or has sent it."""
        one = await self._any(0)
        if one is not None:
            async with self.scene.bureau.begin() as tx:
                (await tx.publications.get(one.id)).state = "armed" if number % 2 else "published"

    async def _pause(self, number: int) -> None:
        del number
        await self.scene.deed("pause", self.scene.queue_id)

    async def _resume(self, number: int) -> None:
        del number
        late = await self.scene.deed("overdue", self.scene.queue_id)
        order = [one.publication.id for one in late]
        await self.scene.deed("resume", self.scene.queue_id, seen=len(late))
        assert [one for one in await self.order() if one in order] == order

    async def _wait(self, number: int) -> None:
        """Time goes by, but what is due and not held leaves in it."""
        self.clock.move(timedelta(hours=7 * number))
        async with self.scene.bureau.begin() as tx:
            for row in await tx.publications.list(states=["scheduled"], limit=99):
                if row.next_at is not None and row.due_at <= self.clock():
                    row.state, row.next_at = "published", None

    async def _any(self, number: int) -> Publication | None:
        waiting = [one for one in await self.seated() if one.state == "scheduled"]
        return waiting[number % len(waiting)] if waiting else None

    async def seated(self) -> list[Publication]:
        async with self.scene.bureau.begin() as tx:
            rows = await tx.publications.list(states=OCCUPYING, limit=99)
        return [one for one in rows if one.queue_id == self.scene.queue_id]

    async def order(self) -> list[UUID]:
        """Who waits in the queue, in which order they leave."""
        ahead = [one for one in await self.seated() if one.state == "scheduled"]
        held_and_late = [one for one in ahead if one.due_at <= self.clock()]
        return [one.id for one in ahead if one not in held_and_late]

    async def has_moving(self) -> bool:
        return any(one.state != "scheduled" for one in await self.seated())

    async def check(self) -> None:
        seated = await self.seated()
        keys = [(one.slot_id, one.slot_on) for one in seated]
        assert len(set(keys)) == len(keys)
        async with self.scene.bureau.begin() as tx:
            queue = await tx.queues.get(self.scene.queue_id)
            clocks = {one.id: one.at_local for one in await tx.queues.slots(queue.id)}
        for one in seated:
            wall = datetime.combine(
                datetime.fromisoformat(str(one.slot_on)), time.fromisoformat(clocks[_known(one.slot_id)])
            )
            assert one.due_at == place_wall(wall, stored_zone(queue.zone))[0]
            if one.state == "scheduled":
                assert (one.next_at is None) == queue.is_paused
                assert one.next_at in {None, one.due_at}
                assert one.due_at > self.clock() or queue.is_paused


def _known(slot_id: UUID | None) -> UUID:
    assert slot_id is not None
    return slot_id


async def live(template: Path, week: set[Standing], deeds: list[tuple[str, int]]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="fanfare-queue-"))
    clock = HandClock()
    try:
        shutil.copy(template, folder / "fanfare.db")
        async with opened(f"sqlite+aiosqlite:///{folder / 'fanfare.db'}", clock) as storage:
            bureau: Any = await desk_on(storage, join)
            scene = await scene_on(bureau, "")
            async with bureau.begin() as tx:
                await scene.slotting.add(tx, bureau.actor, scene.queue_id, week)
            life = Life(scene, clock)
            for deed, number in deeds:
                await life.do(deed, number)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@settings(max_examples=25, deadline=None)
@given(week=WEEKS, deeds=DEEDS)
def test_no_slot_is_given_twice_and_everybody_keeps_his_turn(
    sqlite_template: Path, week: set[Standing], deeds: list[tuple[str, int]]
) -> None:
    asyncio.run(live(sqlite_template, week, deeds))
