"""Where was a screen opened from, and what is being planned in it? Carried by every button, so that Back finds the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from bot.turn import Button


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a screen replaced: a post's `card`, an item of the `queue` (at `page`) or a `notice`.

    An item of the `calendar` has its `day` (ISO text), and `only` is the id of the account that the calendar shows.
    """

    post_id: UUID
    kind: str = "card"
    publication_id: UUID | None = None
    page: int = 0
    day: str | None = None
    only: str | None = None

    def arguments(self) -> dict[str, Any]:
        """As JSON, for a button or an awaited answer."""
        found: dict[str, Any] = {"post": str(self.post_id), "from": self.kind}
        if self.publication_id is not None:
            found |= {"publication": str(self.publication_id), "page": self.page}
        if self.day is not None:
            found |= {"calendar": self.day, "only": self.only}
        return found

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Origin:
        """What `arguments` wrote."""
        publication = arguments.get("publication")
        return cls(
            post_id=UUID(arguments["post"]),
            kind=arguments.get("from", "card"),
            publication_id=None if publication is None else UUID(publication),
            page=int(arguments.get("page", 0)),
            day=arguments.get("calendar"),
            only=arguments.get("only"),
        )

    def back(self, label: str = "Back") -> Button:
        """The button that leads there again."""
        return Button(label, "back", arguments=self.arguments())


@dataclass(frozen=True, slots=True)
class Plan:
    """What is about to be put on the calendar: a post at `version`, or (`moves`) a publication at `version`."""

    origin: Origin
    version: int
    moves: UUID | None = None
    account_id: UUID | None = None

    def arguments(self) -> dict[str, Any]:
        """As JSON, for a button or an awaited answer."""
        return {
            **self.origin.arguments(),
            "version": self.version,
            "moves": None if self.moves is None else str(self.moves),
            "account": None if self.account_id is None else str(self.account_id),
        }

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Plan:
        """What `arguments` wrote."""
        moves, account = arguments.get("moves"), arguments.get("account")
        return cls(
            origin=Origin.of(arguments),
            version=int(arguments["version"]),
            moves=None if moves is None else UUID(moves),
            account_id=None if account is None else UUID(account),
        )

    def on(self, account_id: UUID) -> Plan:
        """The same plan for another account."""
        return replace(self, account_id=account_id)

    def button(self, label: str, action: str, *, style: str | None = None, **more: Any) -> Button:  # noqa: ANN401 - arguments are JSON
        """A button that carries the plan on, about exactly the version that was seen."""
        return Button(
            label,
            action,
            subject=self.moves or self.origin.post_id,
            version=self.version,
            arguments={**self.arguments(), **more},
            style=style,
        )
