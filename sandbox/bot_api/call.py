"""What does a method need to know about the call it serves?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox import places
from sandbox.bot_request import Upload
from sandbox.deed import Deed
from sandbox.parts import Parts
from sandbox.persons import user
from sandbox.places import Place
from sandbox.refusals import bad_request
from sandbox.shapes import Doc, Json
from sandbox.world import World


@dataclass(frozen=True)
class Call:
    """One call of a bot: who, which method, typed parameters, uploads, and the fault it is under."""

    parts: Parts
    bot: Doc
    method: str
    args: Doc
    uploads: dict[str, Upload]
    fault: str | None = None

    @property
    def world(self) -> World:
        """The world the call acts on."""
        return self.parts.world

    @property
    def bot_id(self) -> int:
        """The id of the calling bot."""
        found: int = self.bot["id"]
        return found

    @property
    def by(self) -> Doc:
        """The calling bot as a User."""
        return user(self.bot)

    def place(self, key: str = "chat_id") -> Place:
        """The conversation that a parameter names; refuses unknown ones."""
        return places.find(self.world, self.args[key], self.bot_id)

    def deed(self, *, always: bool = False) -> Deed:
        """A deed of this bot, under this call's fault."""
        return Deed(
            self.world,
            self.method,
            bot_id=self.bot_id,
            chat_id=self.args.get("chat_id"),
            fault=self.fault,
            always=always,
        )

    def flood(self, place: Place, count: int = 1) -> None:
        """Refuse with 429 when the bot speaks too often here."""
        self.parts.floods.check(self.bot_id, place, count)

    def upload(self, named: str) -> Upload | None:
        """The upload that an `attach://name` points to; None for file ids and addresses."""
        if not named.startswith("attach://"):
            return None
        upload = self.uploads.get(named.removeprefix("attach://"))
        if upload is None:
            raise bad_request("there is no file in the request with the name of the attachment")
        return upload


Handler: TypeAlias = Callable[[Call], Json | Awaitable[Json]]
