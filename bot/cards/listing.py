"""How are long lists paged through? A page is a slice, a line that says where one is, and a row that turns it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.turn import Button

PAGE = 5
"""Items on one page: what a phone shows without scrolling."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `total` items; `number` counts from 0 and is brought back into range when the list got shorter."""

    number: int
    total: int
    size: int = PAGE

    @classmethod
    def within(cls, number: int, *, total: int, size: int = PAGE) -> Page:
        """The page with this number, or the nearest that there is."""
        last = max(0, -(-total // size) - 1)
        return cls(min(max(0, number), last), total, size)

    @property
    def offset(self) -> int:
        """Where the page begins in the list."""
        return self.number * self.size

    @property
    def position(self) -> str:
        """Such as "Page 2 of 3"; nothing when there is only one."""
        pages = -(-self.total // self.size)
        return f"Page {self.number + 1:,} of {pages:,}" if pages > 1 else ""

    def row(
        self,
        action: str,
        *,
        before: str = "‹ Before",
        after: str = "More ›",
        **arguments: Any,  # noqa: ANN401 - arguments are JSON
    ) -> list[Button]:
        """The buttons that turn the page; empty when there is only one."""
        found = []
        if self.number > 0:
            found.append(Button(before, action, arguments={**arguments, "page": self.number - 1}))
        if self.offset + self.size < self.total:
            found.append(Button(after, action, arguments={**arguments, "page": self.number + 1}))
        return found


def in_rows(items: Iterable[Item], *, width: int) -> list[list[Item]]:
    """The items in rows of at most `width`."""
    flat = [*items]
    return [flat[start : start + width] for start in range(0, len(flat), width)]


def only_full(rows: Sequence[Sequence[Button]]) -> list[Sequence[Button]]:
    """The rows that have a button."""
    return [row for row in rows if row]
