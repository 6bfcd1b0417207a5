"""What is happening right now, for those who look on? Numbered events for people's screens."""

from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sandbox.bell import Bell
from sandbox.shapes import Doc

Kind: TypeAlias = Literal[
    "message",
    "edit",
    "delete",
    "typing",
    "draft",
    "answer",
    "reaction",
    "pin",
    "commands",
    "member",
    "reload",
]
KEPT = 20_000


@dataclass(frozen=True)
class Event:
    """One thing seen: its number, what, in which conversation, for whom only (None: all in it), and data."""

    n: int
    kind: Kind
    conversation: str
    only: int | None
    data: Doc


class Live:
    """A window of the newest events. Numbers start from the clock, so they grow across restarts too."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.last = first
        self.bell = Bell()
        self.is_over = False
        self._kept: deque[Event] = deque(maxlen=KEPT)

    def tell(self, kind: Kind, conversation: str, data: Doc, only: int | None = None) -> None:
        """Announce one event to whoever looks on."""
        self.last += 1
        self._kept.append(Event(self.last, kind, conversation, only, data))
        self.bell.ring()

    def end(self) -> None:
        """Lets everybody who looks on go home; for the end of the process."""
        self.is_over = True
        self.bell.ring()

    def since(self, after: int) -> list[Event]:
        """Events behind number `after`; first a `reload` when some in between are no longer known."""
        if after >= self.last:
            return []
        fresh: list[Event] = []
        for event in reversed(self._kept):
            if event.n <= after:
                break
            fresh.append(event)
        fresh.reverse()
        oldest = self._kept[0].n if self._kept else self.last + 1
        if 0 < after < oldest - 1:
            fresh.insert(0, Event(max(after, self.first), "reload", "", None, {}))
        return fresh
