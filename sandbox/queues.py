"""Which updates wait for a bot, and when are they forgotten?"""

from collections import deque
from dataclasses import dataclass

from sandbox.bell import Bell
from sandbox.shapes import Doc, Json

FIRST_UPDATE_ID = 700_000_001


@dataclass
class Waiting:
    """One update in the queue; `raw` ones were injected as they are and may be no update at all."""

    update_id: int
    payload: Json
    raw: bool = False
    shown: bool = False


class Queue:
    """The updates of one bot, oldest first. Bot API: getUpdates."""

    def __init__(self) -> None:
        self.waiting: deque[Waiting] = deque()
        self.last_id = FIRST_UPDATE_ID - 1
        self.bell = Bell()
        self._raws = 0

    def push(self, update: Doc) -> None:
        """Append an update that carries its own `update_id`."""
        self.last_id = update["update_id"]
        self.waiting.append(Waiting(self.last_id, update))

    def push_raw(self, payload: Json) -> None:
        """Append anything, verbatim; it is delivered once even if its id is long confirmed."""
        number = payload.get("update_id") if isinstance(payload, dict) else None
        update_id = number if isinstance(number, int) else self.last_id
        self.waiting.append(Waiting(update_id, payload, raw=True))
        self._raws += 1

    def confirm_before(self, offset: int) -> None:
        """Forget everything below the offset; injected ones only after they were shown once."""
        if self._raws:
            self.waiting = deque(item for item in self.waiting if not self._done(item, offset))
            self._raws = sum(item.raw for item in self.waiting)
            return
        while self.waiting and self._done(self.waiting[0], offset):
            self.waiting.popleft()

    def confirmable(self, offset: int) -> bool:
        """Would this offset forget anything?"""
        candidates = self.waiting if self._raws else self.first(1)
        return any(self._done(item, offset) for item in candidates)

    @staticmethod
    def _done(item: Waiting, offset: int) -> bool:
        return item.update_id < offset and (item.shown or not item.raw)  # junk without a number has 0

    def shown_raws(self) -> int:
        """How many injected updates were delivered already."""
        return sum(item.shown for item in self.waiting if item.raw) if self._raws else 0

    def mark_shown(self, count: int) -> None:
        """The oldest so many injected updates were delivered; replayed from the journal."""
        for item in [item for item in self.waiting if item.raw][:count]:
            item.shown = True

    def confirm_one(self, update_id: int) -> None:
        """Forget one update that a webhook has taken."""
        for item in self.waiting:
            if item.update_id == update_id:
                self.waiting.remove(item)
                return

    def first(self, limit: int) -> list[Waiting]:
        """The oldest updates, at most `limit`."""
        return [item for item, _ in zip(self.waiting, range(limit), strict=False)]
