"""How does a parser build text and entities at the same time?"""

from dataclasses import dataclass, field

from sandbox.refusals import Refused, bad_request
from sandbox.shapes import Doc


@dataclass
class Writer:
    """Plain text so far, its length in UTF-16 units, and finished entities."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Doc] = field(default_factory=list)

    def put(self, text: str) -> None:
        """Append plain text."""
        self.parts.append(text)
        self.length += len(text) + sum(ord(c) > 0xFFFF for c in text)

    def close(self, kind: str, start: int, **more: object) -> None:
        """Finish an entity that began at a UTF-16 offset; an empty one vanishes."""
        if self.length > start:
            self.entities.append({"type": kind, "offset": start, "length": self.length - start, **more})

    def result(self) -> tuple[str, list[Doc]]:
        """The text and its entities."""
        return "".join(self.parts), self.entities


def broken(source: str, at: int | None, reason: str, behind: str = "") -> Refused:
    """Telegram's refusal of a broken markup; places are counted in bytes, `behind` follows the place."""
    place = "" if at is None else f" at byte offset {len(source[:at].encode())}"
    return bad_request(f"can't parse entities: {reason}{place}{behind}")
