"""Does a bot speak too often? Telegram's flood limits, off until switched on.

The figures are those that the community measured and libraries use: 1 message a second per chat with a burst of
three, 20 a minute per group or channel, 30 a second over all; edits count like messages.
"""

from collections import deque
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.places import Place
from sandbox.refusals import too_many
from sandbox.shapes import Doc

BURST, PER_SECOND = 3, 1.0
GROUP_SPAN, GROUP_MOST = 60.0, 20
ALL_SPAN, ALL_MOST = 1.0, 30


@dataclass
class _Bucket:
    tokens: float = BURST
    at: float = 0.0

    def wait(self, now: float, count: int) -> float:
        """Seconds until so many may pass; 0 takes them."""
        self.tokens = min(BURST, self.tokens + (now - self.at) * PER_SECOND)
        self.at = now
        missing = min(count, BURST) - self.tokens
        if missing <= 1e-9:
            self.tokens -= count
            return 0.0
        return missing / PER_SECOND


@dataclass
class _Window:
    span: float
    most: int
    moments: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int) -> float:
        """Seconds until so many fit into the window; 0 when they fit now."""
        while self.moments and self.moments[0] <= now - self.span:
            self.moments.popleft()
        over = len(self.moments) + min(count, self.most) - self.most
        return self.moments[over - 1] + self.span - now if over > 0 else 0.0

    def take(self, now: float, count: int) -> None:
        """So many passed now."""
        self.moments.extend([now] * count)


@dataclass
class Floods:
    """The limits, and the count of calls that came although the bot had been told to wait."""

    clock: Clock
    on: bool = False
    refused: int = 0
    inside_penalty: int = 0
    _chats: dict[tuple[int, str], _Bucket] = field(default_factory=dict)
    _groups: dict[tuple[int, str], _Window] = field(default_factory=dict)
    _bots: dict[int, _Window] = field(default_factory=dict)
    _until: dict[tuple[int, str], float] = field(default_factory=dict)

    def switch(self, *, on: bool) -> None:
        """Start or stop counting, from a clean slate."""
        self.on, self.refused, self.inside_penalty = on, 0, 0
        for memory in (self._chats, self._groups, self._bots, self._until):
            memory.clear()

    def check(self, bot_id: int, place: Place, count: int = 1) -> None:
        """Let `count` messages or edits pass, or refuse with 429; a call inside a penalty prolongs it."""
        if not self.on:
            return
        now = self.clock.ticks()
        for scope in ((bot_id, place.key), (bot_id, "")):
            until = self._until.get(scope, 0.0)
            if now < until:
                self.inside_penalty += 1
                self._penalise(scope, until + 1.0, now)
        if (wait := self._wait_overall(bot_id, now, count)) > 0:
            self._penalise((bot_id, ""), now + wait, now)
        if (wait := self._wait_in_chat(bot_id, place, now, count)) > 0:
            self._penalise((bot_id, place.key), now + wait, now)
        self._window_of(bot_id).take(now, count)
        if place.kind != "private":
            self._group_of(bot_id, place).take(now, count)

    def _window_of(self, bot_id: int) -> _Window:
        return self._bots.setdefault(bot_id, _Window(ALL_SPAN, ALL_MOST))

    def _group_of(self, bot_id: int, place: Place) -> _Window:
        return self._groups.setdefault((bot_id, place.key), _Window(GROUP_SPAN, GROUP_MOST))

    def _wait_overall(self, bot_id: int, now: float, count: int) -> float:
        return self._window_of(bot_id).wait(now, count)

    def _wait_in_chat(self, bot_id: int, place: Place, now: float, count: int) -> float:
        if place.kind != "private" and (wait := self._group_of(bot_id, place).wait(now, count)) > 0:
            return wait
        return self._chats.setdefault((bot_id, place.key), _Bucket(at=now)).wait(now, count)

    def _penalise(self, scope: tuple[int, str], until: float, now: float) -> None:
        self.refused += 1
        seconds = max(1, -int(-(until - now) // 1))
        self._until[scope] = now + seconds
        raise too_many(seconds)

    def report(self) -> Doc:
        """Whether it is on, how many calls were refused, and how many came inside a penalty."""
        return {"on": self.on, "refused": self.refused, "inside_penalty": self.inside_penalty}
