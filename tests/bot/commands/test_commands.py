"""Does everything that can be tapped or typed have somebody who answers?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import bot.cards
import bot.commands
from bot.commands import conversation, doors
from bot.doors import DeclaredTwice, Table
from services.authorising import RIGHTS, Role
from tests.bot.house import House

ACTION = re.compile(r"back|[a-z]+(?:\.[a-z]+)+")
COMMANDS = [
    "start", "help", "new", "stop", "cancel", "posts", "queue", "repeat", "calendar", "agents", "use", "collections", "settings", "usage",
]  # fmt: skip


def named_in_buttons() -> set[str]:
    """Every action that any button in the source names."""
    found = set()
    for package in (bot.cards, bot.commands):
        for file in Path(next(iter(package.__path__))).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) not in {"Press", "Answer", "Command"}:
                    given = [*node.args, *(word.value for word in node.keywords)]
                    found |= {name for one in given if (name := _action(one))}
    return found


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _action(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
        return node.value
    return ""


def test_every_button_has_a_handler_and_every_handler_a_button() -> None:
    assert named_in_buttons() == set(Table.of(doors()).presses)


def test_every_handler_declares_a_right_that_somebody_has() -> None:
    table = Table.of(doors())
    rights = {one.right for one in table.presses.values()} | {one.right for one in table.answers.values()}
    rights |= {one.action for one in table.commands.values()}
    assert rights <= RIGHTS[Role.OWNER]


def test_a_name_that_is_declared_twice_stops_the_start() -> None:
    with pytest.raises(DeclaredTwice):
        Table.of((*doors(), doors()[0]))


def test_the_commands_are_those_of_the_design() -> None:
    assert list(Table.of(doors()).commands) == COMMANDS


def test_cancel_can_name_every_question() -> None:
    assert set(conversation._ASKED) == set(Table.of(doors()).answers)


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_answers_on_an_empty_desk(house: House, command: str) -> None:
    await house.say(f"/{command}")
    assert house.last.text.strip()


@pytest.mark.parametrize(
    "command",
    ["start", "help", "posts", "queue", "repeat", "calendar", "agents", "collections", "settings", "usage"],
)
async def test_a_viewer_may_look_at_everything(house: House, command: str) -> None:
    viewer = await house.member(8, "Vera", Role.VIEWER)
    await house.connect()
    await house.draft()
    await house.say(f"/{command}", by=viewer)
    assert house.last.chat_id == 8


async def test_help_tells_an_editor_what_no_command_says(house: House) -> None:
    """Threads, standing times, repeats and files are found by whoever reads /help, not only by whoever guesses."""
    await house.say("/help")
    for word in ("---", "Slots & queues", "/repeat", "CSV or XLSX", "/calendar"):
        assert word in house.last.text
