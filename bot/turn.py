"""What does a handler have in its hands? A `Turn`: one update, who sent it, and the unit of work that answers it.

Everything a handler changes and everything it says is saved together with the mark that the update is done, so an
update is either answered as a whole or not at all, however often the process is killed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from telegram import Message

from bot.sheets import Opened
from services.accounting import Accounting
from services.asking import Asking
from services.authorising import Action, Actor
from services.binding import Binding
from services.catching_up import CatchingUp
from services.curating import Curating
from services.deciding import Deciding
from services.drafting import Drafting
from services.importing import Importing
from services.joining import Joining
from services.lateness import Lateness
from services.preferring import Preferring
from services.queueing import Queueing
from services.repeating import Repeating
from services.scheduling import Scheduling
from services.slotting import Slotting
from services.tapping import Tap
from services.telling import Kind, Place, show_card, tell
from storage import Transaction
from storage.media import Medium
from storage.settings import Setting

AWAITED_FOR = timedelta(hours=1)
"""How long the next words in a chat are taken as the answer to a question of ours."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Every service that a door may call."""

    joining: Joining
    asking: Asking
    drafting: Drafting
    scheduling: Scheduling
    queueing: Queueing
    slotting: Slotting
    deciding: Deciding
    curating: Curating
    binding: Binding
    preferring: Preferring
    accounting: Accounting
    importing: Importing
    repeating: Repeating
    lateness: Lateness
    catching_up: CatchingUp


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a verb, and what it does to which version of what; or a link, when `url` is given."""

    label: str
    action: str = ""
    subject: UUID | None = None
    version: int | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    style: str | None = None
    url: str | None = None
    is_once: bool = False

    def as_data(self) -> dict[str, Any]:
        """The button as JSON for an outbox row."""
        data = asdict(self)
        data["subject"] = None if self.subject is None else str(self.subject)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Button:
        """The button that `as_data` wrote."""
        subject = data.get("subject")
        return cls(**{**data, "subject": None if subject is None else UUID(subject)})


Rows: TypeAlias = Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Face:
    """How something looks in a chat: Markdown, rows of buttons, and files to show instead of plain text.

    `about` is the publication that it speaks of, so that a reply to it is understood.
    """

    text: str
    rows: Rows = ()
    media: Sequence[Medium] = ()
    about: UUID | None = None


@dataclass(slots=True)
class Turn:
    """One update in the hands of its handler. `words` is the text after the command, or the whole text."""

    desk: Desk
    tx: Transaction
    actor: Actor
    place: Place
    words: str = ""
    message: Message | None = None
    media: Sequence[Medium] = ()
    is_forwarded: bool = False
    tap: Tap | None = None
    tapped_message_id: int | None = None
    toast: str | None = None
    is_alert: bool = False
    stopped: list[UUID] = field(default_factory=list)
    sheet: Opened | None = None

    @property
    def now(self) -> datetime:
        """The moment of this turn."""
        return self.tx.now

    @property
    def subject(self) -> UUID:
        """What the pressed button is about; every button of ours that needs one has one."""
        if self.tap is None or self.tap.subject_id is None:
            raise LookupError("the button names nothing")
        return self.tap.subject_id

    @property
    def version(self) -> int:
        """The version that the person saw when pressing."""
        if self.tap is None or self.tap.subject_version is None:
            raise LookupError("the button names no version")
        return self.tap.subject_version

    def argument(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - arguments are JSON
        """One argument of the pressed button."""
        return default if self.tap is None else self.tap.arguments.get(name, default)

    def say(self, face: Face) -> None:
        """Answers with a new message."""
        self._tell(face, edits=None)

    def edit(self, face: Face) -> None:
        """Changes the message whose button was pressed; a new message when there was none."""
        self._tell(face, edits=self.tapped_message_id)

    def card(self, post_id: UUID, *, is_fresh: bool = False) -> None:
        """Shows the post's card, or brings it up to date where it is."""
        show_card(self.tx, post_id=post_id, place=self.place, is_fresh=is_fresh)

    def note(self, text: str, *, is_alert: bool = False) -> None:
        """A short word over the chat (a callback answer, at most 200 characters); a message when nothing was pressed."""
        if self.tap is None:
            self.say(Face(text))
        else:
            self.toast, self.is_alert = text, is_alert

    async def await_words(self, kind: str, **details: Any) -> None:  # noqa: ANN401 - details are JSON
        """Takes the next words of this person in this chat as the answer to `kind` (see `Answer` in bot/routing.py)."""
        until = self.tx.now + AWAITED_FOR
        await self.tx.settings.put(
            Setting(
                workspace_id=self.actor.workspace_id,
                scope=self.scope,
                name="awaited",
                value={
                    "kind": kind,
                    "until": until.isoformat(),
                    "details": details,
                    "asked_in": self.tapped_message_id,
                },
                updated_at=self.tx.now,
            )
        )

    async def awaited(self) -> Mapping[str, Any] | None:
        """What the next words answer: `kind`, `details` and `asked_in` (the message that became the question), or None.

        Forgotten by being asked for.
        """
        found = await self.tx.settings.find(scope=self.scope, name="awaited")
        if found is None:
            return None
        await self.tx.settings.drop(scope=self.scope, name="awaited")
        return found if datetime.fromisoformat(found["until"]) > self.tx.now else None

    @property
    def scope(self) -> str:
        """Whose settings these are: this person in this chat and topic."""
        return f"user:{self.actor.user_id}@{self.place.chat_id}/{self.place.thread_id}"

    def _tell(self, face: Face, *, edits: int | None) -> None:
        payload = {
            "text": face.text,
            "rows": [[button.as_data() for button in row] for row in face.rows],
            "media": [str(one.id) for one in face.media],
            "edits": edits,
        }
        subject = None if face.about is None else ("publication", face.about)
        tell(self.tx, Kind.REPLY, self.place, payload=payload, subject=subject)


Handler: TypeAlias = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the bot: `name` without slash, what the menu says, what right it needs, what it does."""

    name: str
    description: str
    action: Action
    handler: Handler
    is_in_menu: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """What a button's action does, and the right that it needs."""

    action: str
    right: Action
    handler: Handler


@dataclass(frozen=True, slots=True)
class Answer:
    """What is done with words that we asked for; the handler finds the details in `turn.tap.arguments`."""

    kind: str
    right: Action
    handler: Handler


@dataclass(frozen=True, slots=True)
class Doors:
    """What one module of bot/commands declares."""

    commands: tuple[Command, ...] = ()
    presses: tuple[Press, ...] = ()
    answers: tuple[Answer, ...] = ()
