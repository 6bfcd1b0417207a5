"""Which handler answers what? The table of every command, button and awaited word, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.turn import Answer, Command, Doors, Press
from services.refusals import OutOfDate

Declared = TypeVar("Declared", Command, Press, Answer)


class DeclaredTwice(ValueError):
    """Two handlers claim the same name."""


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that can be typed or tapped."""

    commands: Mapping[str, Command]
    presses: Mapping[str, Press]
    answers: Mapping[str, Answer]

    @classmethod
    def of(cls, declared: Iterable[Doors]) -> Table:
        """The table of these declarations; raises `DeclaredTwice`."""
        doors = [*declared]
        return cls(
            _by_name((one for door in doors for one in door.commands), "name"),
            _by_name((one for door in doors for one in door.presses), "action"),
            _by_name((one for door in doors for one in door.answers), "kind"),
        )

    def command(self, name: str) -> Command | None:
        """The command with this name, or None."""
        return self.commands.get(name)

    def press(self, action: str) -> Press:
        """What a button's action does; a button from an older version whose action is gone is out of date."""
        if action not in self.presses:
            raise OutOfDate("This button is from an older version.", "Open the card again with /posts.")
        return self.presses[action]

    def answer(self, kind: str) -> Answer:
        """What is done with words that were asked for."""
        if kind not in self.answers:
            raise OutOfDate("That question is from an older version.", "Begin again with /help.")
        return self.answers[kind]


def _by_name(declared: Iterable[Declared], field: str) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for one in declared:
        name = getattr(one, field)
        if name in found:
            raise DeclaredTwice(name)
        found[name] = one
    return found
