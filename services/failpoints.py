"""Where may a crash hurt? Named places at which a proof lets the process die; in ordinary life nothing happens there.

A place is a call `reach("room.place")` with the name written out, so that the list of them is read from the code.
"""

from __future__ import annotations

import ast
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Reach: TypeAlias = Callable[[str], None]
"""What a place calls with its own name."""


class BadOrder(ValueError):
    """An order for a failpoint cannot be read; the message says how one looks."""


def nowhere(name: str) -> None:
    """Every place of a process that nobody tries to break."""
    del name


@dataclass(slots=True)
class Failpoint:
    """Ends (SIGKILL) or freezes (SIGSTOP) this process when a place is reached for the `count`-th time."""

    name: str
    count: int = 1
    is_stop: bool = False
    _reached: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, order: str) -> Failpoint:
        """`name`, `name:3` or `name:3:stop`; raises `BadOrder`."""
        name, _, rest = order.partition(":")
        count, _, how = rest.partition(":")
        if not name or not (count or "1").isdecimal() or how not in {"", "kill", "stop"}:
            raise BadOrder("looks like publishing.armed:3, or publishing.armed:3:stop")
        return cls(name, max(1, int(count or "1")), is_stop=how == "stop")

    def __call__(self, name: str) -> None:
        """Counts a visit; does not return from the one that was ordered."""
        if name != self.name:
            return
        self._reached[name] += 1
        if self._reached[name] == self.count:
            os.kill(os.getpid(), signal.SIGSTOP if self.is_stop else signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Place:
    """One failpoint in the code."""

    name: str
    file: str
    line: int


def places(root: Path, rooms: tuple[str, ...]) -> Iterator[Place]:
    """Every failpoint in these folders under `root`, in the order of files and lines."""
    for room in rooms:
        for file in sorted((root / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _is_reach(node.func) and node.args:
                    name = node.args[0]
                    if isinstance(name, ast.Constant) and isinstance(name.value, str):
                        yield Place(name.value, file.relative_to(root).as_posix(), node.lineno)


def _is_reach(called: ast.expr) -> bool:
    return (isinstance(called, ast.Attribute) and called.attr in {"reach", "_reach"}) or (
        isinstance(called, ast.Name) and called.id == "reach"
    )
