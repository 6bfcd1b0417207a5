from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable

import pytest

from storage.shared import InProcess, OnRedis, SharedState

Make = Callable[[], SharedState]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """The wire to a Redis on a Unix socket, which can be cut and mended."""

    def __init__(self, redis_url: str, path: str) -> None:
        self._target = redis_url.removeprefix("unix://")
        self._path = path
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self.url = f"unix://{path}"

    async def mend(self) -> None:
        self._listener = await asyncio.start_unix_server(self._accept, self._path)

    async def cut(self) -> None:
        if self._listener is not None:
            self._listener.close()
            for writer in list(self._writers):
                writer.close()
            await asyncio.gather(*self._carrying)
            await self._listener.wait_closed()
            self._listener = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._copy(reader, far_writer), self._copy(far_reader, writer))
        self._writers -= {writer, far_writer}

    @staticmethod
    async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()


@pytest.fixture(params=["in process", "on redis"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[SharedState]:
    if request.param == "in process":
        state: SharedState = InProcess(monotonic=Clock())
    else:
        state = OnRedis(request.getfixturevalue("redis_url"), monotonic=Clock(), prefix=secrets.token_hex(4))
    yield state
    await state.aclose()


async def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait(shared: SharedState) -> None:
    waits = [await shared.take("chat:1", per_second=0.01, burst=3) for _ in range(4)]
    assert waits[:3] == [0.0, 0.0, 0.0]
    assert waits[3] == pytest.approx(100, abs=10)


async def test_asking_in_vain_takes_nothing(shared: SharedState) -> None:
    await shared.take("chat:1", per_second=0.01, burst=1)
    waits = [await shared.take("chat:1", per_second=0.01, burst=1) for _ in range(20)]
    assert waits[-1] <= waits[0] <= 100


async def test_buckets_do_not_know_each_other(shared: SharedState) -> None:
    await shared.take("chat:1", per_second=0.01, burst=1)
    assert await shared.take("chat:2", per_second=0.01, burst=1) == 0.0


@pytest.mark.parametrize(("per_second", "burst"), [(0.0, 1), (-1.0, 1), (float("nan"), 1), (1.0, 0)])
async def test_a_bucket_that_could_never_give_is_refused(
    shared: SharedState, per_second: float, burst: int
) -> None:
    with pytest.raises(ValueError, match="bucket"):
        await shared.take("chat:1", per_second=per_second, burst=burst)


async def test_a_pause_is_never_shortened(shared: SharedState) -> None:
    await shared.pause("chat:1", 500)
    await shared.pause("chat:1", 5)
    await shared.pause("chat:1", -5)
    assert await shared.paused("chat:1") == pytest.approx(500, abs=50)
    assert await shared.paused("chat:2") == 0.0


async def test_a_longer_pause_replaces_a_shorter_one(shared: SharedState) -> None:
    await shared.pause("chat:1", 5)
    await shared.pause("chat:1", 500)
    assert await shared.paused("chat:1") == pytest.approx(500, abs=50)


async def test_a_wake_is_heard_once_by_every_bell_of_its_topic(shared: SharedState) -> None:
    async with (
        shared.listen("outbox") as first,
        shared.listen("outbox") as second,
        shared.listen("inbox") as other,
    ):
        await shared.wake("outbox")
        await shared.wake("outbox")
        assert await first.wait(5)
        assert await second.wait(5)
        assert not await first.wait(0)
        assert not await other.wait(0)


async def test_closing_twice_does_no_harm(shared: SharedState) -> None:
    await shared.aclose()
    await shared.aclose()


async def test_a_bucket_fills_again_at_its_rate() -> None:
    clock = Clock()
    state = InProcess(monotonic=clock)
    granted = 0
    for _ in range(100):
        granted += await state.take("chat:1", per_second=2, burst=3) == 0.0
        clock.now += 0.1
    assert granted == 3 + 19  # the burst, and two for each of the 9.9 seconds


async def test_who_sleeps_exactly_as_told_is_served() -> None:
    clock = Clock()
    clock.now = 1234567.890123
    state = InProcess(monotonic=clock)
    for _ in range(1000):
        wait = await state.take("overall", per_second=30, burst=1)
        if wait:
            clock.now += wait
            assert await state.take("overall", per_second=30, burst=1) == 0.0


async def test_a_pause_ends() -> None:
    clock = Clock()
    state = InProcess(monotonic=clock)
    await state.pause("chat:1", 5)
    clock.now += 5
    assert await state.paused("chat:1") == 0.0
    await state.pause("chat:1", 1)
    assert await state.paused("chat:1") == pytest.approx(1)


async def test_what_is_over_is_forgotten() -> None:
    clock = Clock()
    state = InProcess(monotonic=clock)
    for number in range(50_000):
        clock.now += 0.01
        await state.take(f"chat:{number}", per_second=1, burst=1)
        await state.pause(f"chat:{number}", 1)
    assert len(state._full_at) + len(state._paused_until) < 10_000


async def test_two_nodes_share_buckets_pauses_and_wakes(redis_url: str) -> None:
    prefix = secrets.token_hex(4)
    first, second = (OnRedis(redis_url, monotonic=Clock(), prefix=prefix) for _ in range(2))
    async with first.listen("outbox") as bell:
        assert await first.take("chat:1", per_second=0.01, burst=1) == 0.0
        assert await second.take("chat:1", per_second=0.01, burst=1) > 0
        await first.pause("chat:1", 50)
        assert await second.paused("chat:1") > 0
        await second.wake("outbox")
        assert await bell.wait(5)
    await first.aclose()
    await second.aclose()


async def test_a_bucket_on_redis_is_not_kept_once_it_is_full(redis_url: str) -> None:
    from redis.asyncio import Redis

    prefix = secrets.token_hex(4)
    state = OnRedis(redis_url, monotonic=Clock(), prefix=prefix)
    await state.take("chat:1", per_second=2, burst=5)
    async with Redis.from_url(redis_url) as client:
        assert 0 < await client.pttl(f"{prefix}:bucket:chat:1") <= 502
    await state.aclose()


async def test_a_flushed_redis_does_not_forget_a_penalty_this_node_knows_of(redis_url: str) -> None:
    from redis.asyncio import Redis

    state = OnRedis(redis_url, monotonic=Clock(), prefix=secrets.token_hex(4))
    await state.pause("chat:1", 50)
    await state.take("chat:1", per_second=0.01, burst=1)
    async with Redis.from_url(redis_url) as client:
        await client.flushall()
        await client.script_flush()
    assert await state.paused("chat:1") == pytest.approx(50)
    assert await state.take("chat:1", per_second=0.01, burst=1) == 0.0
    await state.aclose()


async def test_a_lost_redis_costs_one_warning_and_is_used_again_when_back(
    redis_url: str, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    line = Line(redis_url, str(tmp_path_factory.mktemp("r") / "s"))
    state = OnRedis(line.url, monotonic=clock, prefix=secrets.token_hex(4))
    await line.mend()
    await state.take("chat:1", per_second=0.01, burst=1)
    await line.cut()
    with caplog.at_level(logging.WARNING):
        assert await state.take("chat:1", per_second=0.01, burst=1) == 0.0  # the twin's bucket is fresh
        assert await state.take("chat:1", per_second=0.01, burst=1) > 0
        await state.pause("chat:2", 50)
        await state.wake("outbox")
        clock.now += 10
        assert await state.paused("chat:2") == pytest.approx(40)
    assert len(caplog.records) == 1
    await line.mend()
    assert await state.take("chat:3", per_second=0.01, burst=1) == 0.0  # still asked of the twin
    clock.now += 10
    assert await state.take("chat:3", per_second=0.01, burst=1) == 0.0  # Redis has not seen this one
    assert await state.take("chat:3", per_second=0.01, burst=1) == pytest.approx(100, abs=10)
    await state.aclose()
    await line.cut()


async def test_bells_ring_in_this_process_without_redis_and_for_all_that_was_missed_when_it_is_back(
    redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    line = Line(redis_url, str(tmp_path_factory.mktemp("r") / "s"))
    state = OnRedis(line.url, monotonic=Clock(), prefix=secrets.token_hex(4), retry_seconds=0.01)
    async with state.listen("outbox") as bell:
        await state.wake("outbox")
        assert await bell.wait(0)
        await line.mend()
        assert await bell.wait(5)
    await state.aclose()
    await line.cut()
