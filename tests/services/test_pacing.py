from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from services.pacing import Allowance, Budgets, Pacer, Priority
from storage.shared import InProcess

FINAL, APPROVAL, ALERT, PREVIEW = Priority
GROUP = -100


class Time:
    """Time that passes only when told to, and then wakes its sleepers one after another."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), woken))
        await woken

    async def passes(self, seconds: float) -> None:
        end = self.now + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
                await settle()
        self.now = end


async def settle() -> None:
    for _ in range(40):
        await asyncio.sleep(0)


class Distant(InProcess):
    """Shared state whose every answer lets others run meanwhile, as one behind a socket does."""

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        super().__init__(monotonic=monotonic)
        self.granted: Counter[str] = Counter()

    async def take(self, key: str, *, per_second: float, burst: int) -> float:
        await asyncio.sleep(0)
        wait = await super().take(key, per_second=per_second, burst=burst)
        self.granted[key] += wait == 0.0
        await asyncio.sleep(0)
        return wait

    async def paused(self, key: str) -> float:
        await asyncio.sleep(0)
        return await super().paused(key)


@dataclass
class Desk:
    """A pacer in its own time, and when it admitted what."""

    time: Time = field(default_factory=Time)
    budgets: Budgets | None = None
    state: type[InProcess] = InProcess
    admitted: list[tuple[float, int, Priority, str]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shared = self.state(monotonic=self.time.monotonic)
        self.pacer = Pacer(
            self.shared, monotonic=self.time.monotonic, sleep=self.time.sleep, budgets=self.budgets
        )
        self.tasks: list[asyncio.Task[None]] = []

    def ask(
        self, name: str, *, chat: int = 1, priority: Priority = FINAL, supersedes: str | None = None
    ) -> asyncio.Task[None]:
        async def stand() -> None:
            if await self.pacer.admit(
                chat_id=chat, is_group=chat < 0, priority=priority, supersedes=supersedes
            ):
                self.admitted.append((self.time.now - 1000, chat, priority, name))
            else:
                self.dropped.append(name)

        self.tasks.append(asyncio.create_task(stand()))
        return self.tasks[-1]

    @property
    def names(self) -> list[str]:
        return [name for *_, name in self.admitted]

    @property
    def moments(self) -> list[float]:
        return [at for at, *_ in self.admitted]


@pytest.fixture(params=[InProcess, Distant])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(state=request.param)


def most_within(seconds: float, moments: list[float]) -> int:
    return max(sum(1 for at in moments if start <= at < start + seconds) for start in moments)


async def test_a_chat_gets_three_messages_at_once_and_then_one_a_second(desk: Desk) -> None:
    for number in range(6):
        desk.ask(str(number))
    await desk.time.passes(10)
    assert desk.moments == pytest.approx([0, 0, 0, 1, 2, 3])
    assert desk.names == list("012345")


async def test_a_group_never_gets_more_than_twenty_messages_in_any_minute(desk: Desk) -> None:
    for number in range(60):
        desk.ask(str(number), chat=GROUP)
    await desk.time.passes(300)
    assert len(desk.admitted) == 60
    assert most_within(60, desk.moments) <= 20


async def test_never_more_than_thirty_messages_in_any_second(desk: Desk) -> None:
    for chat in range(1, 301):
        desk.ask(str(chat), chat=chat)
    await desk.time.passes(20)
    assert len(desk.admitted) == 300
    assert most_within(1, desk.moments) <= 30


@pytest.mark.parametrize("chat", [1, GROUP])
async def test_a_final_answer_never_waits_because_of_previews(desk: Desk, chat: int) -> None:
    for tick in range(400):
        for topic in range(3):
            desk.ask("preview", chat=chat, priority=PREVIEW, supersedes=f"topic {topic}")
        if tick % 50 == 49:
            asked = desk.time.now - 1000
            desk.ask("final", chat=chat, supersedes=f"topic {tick % 3}")
            await settle()
            assert desk.admitted[-1][::3] == (asked, "final")
        await desk.time.passes(0.5)
    assert desk.names.count("final") == 8
    assert desk.names.count("preview") >= 30


async def test_who_waits_is_served_by_priority_and_then_by_arrival(desk: Desk) -> None:
    for name in ("first", "second", "third"):
        desk.ask(name)
    for priority in (PREVIEW, ALERT, APPROVAL, FINAL):
        for number in range(2):
            desk.ask(f"{priority.name} {number}", priority=priority)
    await desk.time.passes(20)
    waited = [f"{priority.name} {number}" for priority in Priority for number in range(2)]
    assert desk.names == ["first", "second", "third", *waited]


async def test_a_final_answer_goes_before_the_alerts_of_other_chats(desk: Desk) -> None:
    for chat in range(1, 100):
        desk.ask("alert", chat=chat, priority=ALERT)
    await settle()
    before = len(desk.admitted)
    desk.ask("final", chat=500)
    await desk.time.passes(10)
    assert desk.names.index("final") <= before + 1


async def test_a_newer_preview_replaces_the_one_that_waits(desk: Desk) -> None:
    for number in range(5):
        desk.ask(str(number), priority=PREVIEW, supersedes="message")
        await settle()
    await desk.time.passes(10)
    assert desk.names == ["0", "4"]
    assert desk.dropped == ["1", "2", "3"]


async def test_previews_of_different_messages_do_not_replace_each_other(desk: Desk) -> None:
    desk.ask("a", priority=PREVIEW, supersedes="a")
    desk.ask("b", priority=PREVIEW, supersedes="b")
    desk.ask("c", priority=PREVIEW)
    await desk.time.passes(10)
    assert desk.names == ["a", "b", "c"]


async def test_the_final_answer_drops_its_waiting_preview(desk: Desk) -> None:
    desk.ask("sent", priority=PREVIEW, supersedes="message")
    await settle()
    desk.ask("stale", priority=PREVIEW, supersedes="message")
    desk.ask("other", priority=PREVIEW, supersedes="other message")
    await settle()
    desk.ask("final", supersedes="message")
    await desk.time.passes(10)
    assert desk.names == ["sent", "final", "other"]
    assert desk.dropped == ["stale"]


async def test_no_preview_is_queued_behind_the_final_answer_it_belongs_to(desk: Desk) -> None:
    for number in range(4):
        desk.ask(str(number), supersedes="message")
    await settle()
    desk.ask("late", priority=PREVIEW, supersedes="message")
    await settle()
    assert desk.dropped == ["late"]
    await desk.time.passes(10)
    desk.ask("next time", priority=PREVIEW, supersedes="message")
    await desk.time.passes(10)
    assert desk.names == ["0", "1", "2", "3", "next time"]


async def test_a_busy_writer_is_not_put_behind_a_slow_one_for_ever(desk: Desk) -> None:
    desk.ask("opens", priority=PREVIEW)
    await settle()
    desk.ask("busy", priority=PREVIEW, supersedes="busy")
    await settle()
    desk.ask("slow", priority=PREVIEW, supersedes="slow")
    desk.ask("busy again", priority=PREVIEW, supersedes="busy")
    await desk.time.passes(10)
    assert desk.names == ["opens", "busy again", "slow"]


async def test_a_paused_chat_hears_nothing_and_delays_nobody(desk: Desk) -> None:
    await desk.pacer.pause(1, 30)
    for number in range(3):
        desk.ask(f"paused {number}")
        desk.ask(f"free {number}", chat=2)
    await settle()
    assert desk.names == ["free 0", "free 1", "free 2"]
    await desk.time.passes(29.9)
    assert len(desk.admitted) == 3
    await desk.time.passes(10)
    assert desk.names[3:] == ["paused 0", "paused 1", "paused 2"]
    assert min(desk.moments[3:]) >= 30


async def test_a_pause_for_all_holds_every_chat(desk: Desk) -> None:
    await desk.pacer.pause(None, 5)
    for chat in (1, 2, GROUP):
        desk.ask("held", chat=chat)
    await desk.time.passes(20)
    assert desk.moments == pytest.approx([5, 5, 5])


async def test_a_preview_in_a_penalty_is_dropped_at_once(desk: Desk) -> None:
    desk.ask("first", priority=PREVIEW)
    desk.ask("waits", priority=PREVIEW)
    await settle()
    await desk.pacer.pause(1, 30)
    desk.ask("arrives", priority=PREVIEW)
    await desk.time.passes(2)
    assert desk.names == ["first"]
    assert sorted(desk.dropped) == ["arrives", "waits"]


async def test_a_penalty_that_arrives_while_a_message_waits_for_its_turn_is_kept() -> None:
    desk = Desk(budgets=Budgets(overall=Allowance(per_second=1, burst=1)))
    desk.ask("other", chat=2)
    desk.ask("late")
    await settle()
    await desk.pacer.pause(1, 10)
    await desk.pacer.pause(1, 1)
    await desk.time.passes(20)
    assert desk.names == ["other", "late"]
    assert desk.moments[1] >= 10


async def test_a_shorter_penalty_does_not_end_a_longer_one(desk: Desk) -> None:
    await desk.pacer.pause(1, 30)
    await desk.pacer.pause(1, 1)
    desk.ask("held")
    await desk.time.passes(40)
    assert desk.moments == pytest.approx([30])


async def test_a_pause_learnt_by_another_node_is_kept_here(desk: Desk) -> None:
    await desk.pacer._shared.pause("telegram:1", 10)
    desk.ask("held")
    await desk.time.passes(20)
    assert desk.moments == pytest.approx([10])


@pytest.mark.parametrize("answers_before", range(10))
async def test_a_final_answer_is_served_at_once_whenever_it_overtakes_a_preview(answers_before: int) -> None:
    desk = Desk(state=Distant)
    desk.ask("first", priority=PREVIEW)
    await settle()
    desk.ask("waits", priority=PREVIEW)
    for _ in range(answers_before):
        await asyncio.sleep(0)
    desk.ask("final")
    await settle()
    assert desk.names == ["first", "final"]
    await desk.time.passes(10)
    assert desk.names == ["first", "final", "waits"]


@pytest.mark.parametrize("answers_before", range(10))
async def test_every_message_pays_for_itself(answers_before: int) -> None:
    desk = Desk(state=Distant)
    desk.ask("preview", chat=GROUP, priority=PREVIEW)
    for _ in range(answers_before):
        await asyncio.sleep(0)
    desk.ask("final", chat=GROUP)
    await settle()
    assert sorted(desk.names) == ["final", "preview"]
    assert isinstance(desk.shared, Distant)
    assert desk.shared.granted[f"telegram:group:{GROUP}"] == 2
    assert desk.shared.granted[f"telegram:chat:{GROUP}"] == 2


async def test_waiting_for_one_budget_does_not_use_up_another() -> None:
    scarce = Budgets(group=Allowance(per_second=0.0001, burst=5), chat=Allowance(per_second=1, burst=1))
    desk = Desk(budgets=scarce)
    for number in range(5):
        desk.ask(str(number), chat=GROUP)
    await desk.time.passes(10)
    assert desk.moments == pytest.approx([0, 1, 2, 3, 4])


async def test_who_gives_up_lets_the_next_one_go(desk: Desk) -> None:
    await desk.pacer.pause(1, 5)
    first = desk.ask("gives up", supersedes="message")
    desk.ask("next")
    await settle()
    first.cancel()
    await settle()
    desk.ask("preview", chat=2, priority=PREVIEW, supersedes="message")
    await desk.time.passes(10)
    assert desk.names == ["preview", "next"]


async def test_waiting_for_calm_uses_up_no_budget(desk: Desk) -> None:
    await desk.pacer.pause(1, 5)
    waiting = [asyncio.create_task(desk.pacer.calm(1)) for _ in range(10)]
    await desk.time.passes(4)
    assert not any(task.done() for task in waiting)
    await desk.time.passes(2)
    assert all(task.done() for task in waiting)
    for number in range(3):
        desk.ask(str(number))
    await settle()
    assert len(desk.admitted) == 3


async def test_nothing_is_remembered_of_chats_that_are_served(desk: Desk) -> None:
    for chat in range(1, 50):
        desk.ask("hello", chat=chat, supersedes=str(chat))
        desk.ask("preview", chat=chat, priority=PREVIEW, supersedes=f"p{chat}")
    await desk.pacer.pause(1, 1)
    await desk.time.passes(60)
    assert await desk.pacer.paused(1) == 0.0
    assert not desk.pacer._chats
    assert not desk.pacer._previews
    assert not desk.pacer._firm
    assert not desk.pacer._penalties


@pytest.mark.parametrize("seed", range(5))
async def test_a_rough_day_breaks_no_rule(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    penalties: list[tuple[int, float, float]] = []
    for number in range(600):
        chat = chance.choice([1, 2, 3, GROUP, GROUP - 1])
        priority = chance.choice(list(Priority))
        key = chance.choice([None, f"message {chat}"])
        task = desk.ask(f"{number:04}", chat=chat, priority=priority, supersedes=key)
        if chance.random() < 0.02:
            task.cancel()
        if chance.random() < 0.02:
            start, seconds = desk.time.now - 1000, chance.uniform(0.5, 20)
            await desk.pacer.pause(chat, seconds)
            penalties.append((chat, start, start + seconds))
        await desk.time.passes(chance.choice([0, 0, 0.1, 0.7]))
    await desk.time.passes(3000)
    assert all(task.done() for task in desk.tasks)
    in_order = defaultdict(list)
    for at, chat, priority, name in desk.admitted:
        in_order[chat, priority].append(name)
        assert not any(of == chat and start < at < end - 1e-6 for of, start, end in penalties)
    for (_, priority), names in in_order.items():
        assert priority is PREVIEW or names == sorted(names)
    for group in (GROUP, GROUP - 1):
        assert most_within(60, [at for at, chat, *_ in desk.admitted if chat == group]) <= 20
    assert most_within(1, desk.moments) <= 30
