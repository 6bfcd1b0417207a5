"""What of a model's stream may a person see? Its plain words, or the text of the post it is handing over; never JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.faults import Unusable
from agents.partial import GrowingArgument
from services.vetting import Fault

WRITES = frozenset({"draft_post", "revise_post"})
"""Tools whose `text` is the post and therefore shown while it grows."""

MOST_CHARACTERS = 300_000
"""What one run may stream; beyond it nobody reads and something is broken."""


class Visible:
    """The text that is there so far. A new message id begins anew: a repeated answer must not follow the first one."""

    def __init__(self) -> None:
        self._message_id: str | None = None
        self._words: list[str] = []
        self._arguments: dict[int, GrowingArgument] = {}
        self._received = 0

    @property
    def text(self) -> str:
        """The post being handed over if there is one, else the plain words."""
        for argument in self._arguments.values():
            if found := argument.text:
                return found
        return "".join(self._words)

    def feed(self, message_id: str | None, content: object, calls: Sequence[Mapping[str, Any]]) -> bool:
        """Takes one chunk (its plain content and its tool call chunks); whether the visible text may have changed."""
        if message_id is not None and message_id != self._message_id:
            self._message_id, self._words, self._arguments = message_id, [], {}
        words = content if isinstance(content, str) else _texts(content)
        self._words.append(words)
        changed = bool(words)
        self._received += len(words)
        for call in calls:
            changed = self._feed_call(call) or changed
        if self._received > MOST_CHARACTERS:
            raise Unusable(Fault("endless", "The answer does not end."))
        return changed

    def _feed_call(self, call: Mapping[str, Any]) -> bool:
        index = call.get("index") or 0
        piece = call.get("args") or ""
        self._received += len(piece)
        if call.get("name") in WRITES and index not in self._arguments:
            self._arguments[index] = GrowingArgument("text")
        if index not in self._arguments or not piece:
            return False
        self._arguments[index].feed(piece)
        return True


def _texts(content: object) -> str:
    """The words in a list of content blocks; everything that is not text (reasoning, citations) is left out."""
    if not isinstance(content, list):
        return ""
    blocks = [block for block in content if isinstance(block, dict) and block.get("type") == "text"]
    return "".join(str(block.get("text", "")) for block in blocks)
