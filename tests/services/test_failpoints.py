from __future__ import annotations

import ast
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from services.failpoints import BadOrder, Failpoint, nowhere, places

ROOT = Path(__file__).parents[2]
ROOMS = ("agents", "bot", "integrations", "services", "storage")
LEAST = 30
ON_THE_NET = {"fire", "find", "check", "prepare", "handle_async_request", "deliver"}
"""Calls that leave the house, or ask a platform to."""


def test_there_are_enough_places_and_each_has_a_name_of_its_own() -> None:
    found = Counter(place.name for place in places(ROOT, ROOMS))
    assert len(found) >= LEAST
    assert {name for name, count in found.items() if count > 1} == set()
    assert all("." in name for name in found)


@pytest.mark.parametrize("room", ["integrations/egress.py", "services", "bot/sender.py"])
def test_a_call_to_the_outside_has_a_place_beside_it(room: str) -> None:
    """A network call without a failpoint is one whose crash nobody has tried."""
    missing = []
    files = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).glob("*.py"))
    for file in files:
        missing += [
            f"{file.name}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.AsyncFunctionDef) and _leaves(node) and not _has_place(node, file)
        ]
    assert missing == []


def _leaves(function: ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ON_THE_NET
        and "platform"
        in ast.unparse(node.func) + " platform" * (node.func.attr in {"deliver", "handle_async_request"})
        for node in ast.walk(function)
    )


def _has_place(function: ast.AsyncFunctionDef, file: Path) -> bool:
    """In the function itself, or in the one that calls it in the same file."""
    if "reach(" in ast.unparse(function):
        return True
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.AsyncFunctionDef)
        and f"{function.name}(" in ast.unparse(node)
        and "reach(" in ast.unparse(node)
        for node in ast.walk(tree)
    )


def test_an_ordered_place_ends_the_process_at_the_visit_that_was_ordered() -> None:
    child = os.fork()
    if child == 0:
        reach = Failpoint.read("here:2")
        reach("elsewhere")
        reach("here")
        reach("here")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_place_that_was_not_ordered_does_nothing() -> None:
    nowhere("here")
    Failpoint.read("there")("here")


@pytest.mark.parametrize("order", ["", ":1", "here:x", "here:1:jump"])
def test_an_order_that_cannot_be_read_says_how_one_looks(order: str) -> None:
    with pytest.raises(BadOrder, match=r"publishing\.armed:3"):
        Failpoint.read(order)
