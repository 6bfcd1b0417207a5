"""Where do processes keep what must be fast and may be forgotten: rate counters, pauses and wake-ups?

`InProcess` serves one process, `OnRedis` many. Rows are the truth: losing or flushing this state costs speed
and nothing else, so `OnRedis` falls back to an in-process twin while Redis is away and rings every bell when
it is back.

Keys and topics are short ASCII strings chosen by the caller (`chat:42`, `outbox`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    Monotonic = Callable[[], float]

_LOG: Final = logging.getLogger(__name__)
_MICRO: Final = 1_000_000

# Below a microsecond a wait is rounding: a caller that slept exactly as told would otherwise come too early.
_ROUNDING: Final = 1e-6

_SWEEP_AFTER: Final = 4096
_ANSWER_SECONDS: Final = 2.0
_HEALTH_SECONDS: Final = 15

# Both scripts count in whole microseconds by Redis' own clock, so that the clocks of the nodes need not agree.
_TAKE: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local step, slack = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = due - slack - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.0f', due + step), 'PX', math.ceil((due + step - now) / 1000) + 1)
return 0
"""
_PAUSE: Final = """
local wanted = tonumber(ARGV[1])
if redis.call('PTTL', KEYS[1]) < wanted then redis.call('SET', KEYS[1], '1', 'PX', wanted) end
return 0
"""


class Bell(Protocol):
    """Rings when a topic is woken; several wakes before a wait are one ring."""

    async def wait(self, timeout: float | None) -> bool:  # noqa: ASYNC109 - one wait is not worth a scope
        """True once the bell has rung since the last wait, False after `timeout` seconds (None: never)."""
        ...


class SharedState(Protocol):
    """What every node sees alike, or nearly so: token buckets, pauses and wake-ups. Never raises for a lost server."""

    async def take(self, key: str, *, per_second: float, burst: int) -> float:
        """0.0 if a token was taken from the bucket, else the seconds until there is one, and nothing is taken.

        A bucket holds `burst` tokens (at least 1) and regains `per_second` (more than 0); ValueError otherwise.
        All callers of a key must agree on both.
        """
        ...

    async def pause(self, key: str, seconds: float) -> None:
        """Marks the key as paused for that long; never shortens a pause."""
        ...

    async def paused(self, key: str) -> float:
        """The seconds the key is still paused; 0.0 if it is not."""
        ...

    async def wake(self, topic: str) -> None:
        """Rings every bell that listens to the topic, in every process."""
        ...

    def listen(self, topic: str) -> AbstractAsyncContextManager[Bell]:
        """A bell that rings for wakes from the moment the block is entered."""
        ...

    async def aclose(self) -> None:
        """Ends background work and connections; may be called again."""
        ...


class _LocalBell:
    """A bell within one process."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout: float | None) -> bool:  # noqa: ASYNC109 - the contract of Bell
        if not self._rung.is_set():
            try:
                await asyncio.wait_for(self._rung.wait(), timeout)
            except TimeoutError:
                return False
        self._rung.clear()
        return True


class InProcess:
    """Shared state of a single process; `monotonic` returns seconds that never run backwards.

    Buckets are kept as the moment at which they will be full again (GCRA), so a full bucket needs no row and
    is swept away now and then.
    """

    def __init__(self, *, monotonic: Monotonic) -> None:
        self._monotonic = monotonic
        self._full_at: dict[str, float] = {}
        self._paused_until: dict[str, float] = {}
        self._bells: dict[str, set[_LocalBell]] = {}
        self._sweep_at = _SWEEP_AFTER

    async def take(self, key: str, *, per_second: float, burst: int) -> float:
        """See `SharedState.take`."""
        step, slack = _gcra(per_second, burst)
        now = self._monotonic()
        due = max(self._full_at.get(key, now), now)
        wait = due - slack - now
        if wait > _ROUNDING:
            return wait
        self._full_at[key] = due + step
        self._sweep(now)
        return 0.0

    async def pause(self, key: str, seconds: float) -> None:
        """See `SharedState.pause`."""
        now = self._monotonic()
        until = now + seconds
        if seconds > 0 and until > self._paused_until.get(key, until - seconds):
            self._paused_until[key] = until
            self._sweep(now)

    async def paused(self, key: str) -> float:
        """See `SharedState.paused`."""
        until = self._paused_until.get(key)
        return max(0.0, until - self._monotonic()) if until is not None else 0.0

    async def wake(self, topic: str) -> None:
        """See `SharedState.wake`."""
        for bell in self._bells.get(topic, ()):
            bell.ring()

    async def wake_all(self) -> None:
        """Rings every bell, for when wakes may have been missed."""
        for topic in list(self._bells):
            await self.wake(topic)

    @contextlib.asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Bell]:
        """See `SharedState.listen`."""
        bell = _LocalBell()
        self._bells.setdefault(topic, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[topic].discard(bell)
            if not self._bells[topic]:
                del self._bells[topic]

    async def aclose(self) -> None:
        """Nothing to end."""

    def _sweep(self, now: float) -> None:
        """Forgets full buckets and past pauses once there are many; doubling keeps the cost per call constant."""
        if len(self._full_at) + len(self._paused_until) < self._sweep_at:
            return
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        self._paused_until = {key: at for key, at in self._paused_until.items() if at > now}
        self._sweep_at = max(_SWEEP_AFTER, 2 * (len(self._full_at) + len(self._paused_until)))


class OnRedis:
    """Shared state of many processes in one Redis (6.2 or newer); `url` as redis-py takes it.

    While Redis does not answer, the in-process twin does, one warning is logged, and Redis is tried again at
    most every `retry_seconds` (by `monotonic`). Pauses are kept in the twin as well, so that a flushed Redis does not
    make this process call into a penalty it knows of.
    """

    def __init__(
        self, url: str, *, monotonic: Monotonic, prefix: str = "fanfare", retry_seconds: float = 1.0
    ) -> None:
        self._url = url
        self._retry_seconds = retry_seconds
        self._monotonic = monotonic
        self._prefix = prefix
        self._twin = InProcess(monotonic=monotonic)
        self._node = secrets.token_hex(8)
        self._client: Any = None
        self._away = False
        self._retry_at = 0.0
        self._reader: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()  # the first subscription was made, or has failed

    async def take(self, key: str, *, per_second: float, burst: int) -> float:
        """See `SharedState.take`."""
        step, slack = _gcra(per_second, burst)

        async def ask(client: Any) -> int:  # noqa: ANN401 - redis-py types its replies too loosely to help
            script = client.register_script(_TAKE)
            wait: int = await script(
                keys=[self._key("bucket", key)], args=[round(step * _MICRO), round(slack * _MICRO)]
            )
            return wait

        answer = await self._asked(ask)
        if answer is None:
            return await self._twin.take(key, per_second=per_second, burst=burst)
        return answer / _MICRO

    async def pause(self, key: str, seconds: float) -> None:
        """See `SharedState.pause`."""
        if seconds <= 0:
            return
        await self._twin.pause(key, seconds)

        async def ask(client: Any) -> int:  # noqa: ANN401 - as above
            script = client.register_script(_PAUSE)
            done: int = await script(keys=[self._key("pause", key)], args=[max(1, round(seconds * 1000))])
            return done

        await self._asked(ask)

    async def paused(self, key: str) -> float:
        """See `SharedState.paused`."""

        async def ask(client: Any) -> int:  # noqa: ANN401 - as above
            left: int = await client.pttl(self._key("pause", key))
            return left

        answer = await self._asked(ask)
        return max(await self._twin.paused(key), (answer or 0) / 1000)

    async def wake(self, topic: str) -> None:
        """See `SharedState.wake`."""
        await self._twin.wake(topic)

        async def ask(client: Any) -> int:  # noqa: ANN401 - as above
            heard: int = await client.publish(self._key("wake", topic), self._node)
            return heard

        await self._asked(ask)

    @contextlib.asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Bell]:
        """See `SharedState.listen`; the first one waits until the subscription is made or has failed."""
        async with self._twin.listen(topic) as bell:
            if self._reader is None:
                self._reader = asyncio.create_task(self._read(), name="shared state: wake-ups")
            await self._settled.wait()
            yield bell

    async def aclose(self) -> None:
        """See `SharedState.aclose`."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _key(self, kind: str, name: str) -> str:
        return f"{self._prefix}:{kind}:{name}"

    def _connected(self) -> Any:  # noqa: ANN401 - redis.asyncio.Redis, whose replies are typed too loosely to help
        """The client, made at first use; it connects when it is first asked."""
        if self._client is None:
            from redis.asyncio import Redis

            self._client = Redis.from_url(
                self._url,
                decode_responses=True,
                socket_connect_timeout=_ANSWER_SECONDS,
                socket_timeout=_ANSWER_SECONDS,
                health_check_interval=_HEALTH_SECONDS,
            )
        return self._client

    async def _asked(self, ask: Callable[[Any], Awaitable[int]]) -> int | None:
        """What Redis answered; None while it is away."""
        from redis.exceptions import RedisError

        if self._away and self._monotonic() < self._retry_at:
            return None
        try:
            answer = await ask(self._connected())
        except (RedisError, OSError) as error:
            self._lost(error)
            return None
        self._found()
        return answer

    def _lost(self, error: Exception) -> None:
        """Notes that Redis is away; the first failure since it was last here is logged."""
        if not self._away:
            _LOG.warning("Redis does not answer (%s); continuing without it.", type(error).__name__)
        self._away = True
        self._retry_at = self._monotonic() + self._retry_seconds

    def _found(self) -> None:
        if self._away:
            _LOG.info("Redis answers again.")
        self._away = False

    async def _read(self) -> None:
        """Rings the twin's bells for what other nodes publish, for as long as somebody may listen."""
        from redis.exceptions import RedisError

        missed = False
        while True:
            try:
                await self._read_until_lost(missed=missed)
            except (RedisError, OSError) as error:
                missed = True
                self._lost(error)
                self._settled.set()
            await asyncio.sleep(self._retry_seconds)

    async def _read_until_lost(self, *, missed: bool) -> None:
        """Returns only by raising; `missed` says that wakes may have been published unheard before."""
        prefix = self._key("wake", "")
        async with self._connected().pubsub() as channel:
            await channel.psubscribe(f"{prefix}*")
            while True:
                message = await channel.get_message(timeout=_HEALTH_SECONDS)
                if message is None:
                    await channel.ping()
                elif message["type"] == "psubscribe":
                    self._found()
                    self._settled.set()
                    if missed:
                        await self._twin.wake_all()
                elif message["type"] == "pmessage" and message["data"] != self._node:
                    await self._twin.wake(str(message["channel"]).removeprefix(prefix))


def _gcra(per_second: float, burst: int) -> tuple[float, float]:
    """The seconds a token takes to grow back, and how far ahead of its time a caller may be (GCRA)."""
    if not per_second > 0 or burst < 1:
        raise ValueError(f"a bucket needs a positive rate and room for a token, not {per_second} and {burst}")
    return 1 / per_second, (burst - 1) / per_second
