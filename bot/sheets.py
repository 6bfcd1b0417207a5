"""Is this message a file of posts? If so it is checked before the turn is opened: that can take longer than a turn may."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from telegram import Chat, Message

from bot.album import Album, Fetched
from services.authorising import Action, Actor, may
from services.import_reading import is_sheet
from services.importing import Checked, Importing
from services.pacing import Priority
from services.refusals import Refusal
from services.telling import Kind, Place, tell
from storage import Storage
from storage.inbox import InboxItem

SUBJECT = "import"
"""What outbox rows call the file that they speak of."""

_ATTACHING = "To publish the file itself, send it with a few words."


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of posts as it was checked, and the id under which it is kept."""

    import_id: UUID
    checked: Checked


@dataclass(frozen=True, slots=True)
class Sheets:
    """Opens files of posts. `directory` is where `bot.album.Files` keeps what it fetched."""

    storage: Storage
    importing: Importing
    directory: Path

    async def open(
        self, message: Message, album: Album, *, actor: Actor, place: Place, item: InboxItem
    ) -> Opened | None:
        """The checked file, or None when the message is something else.

        A file that is none of posts but came with words is taken as an attachment; without words a `Refusal` says what
        is the matter with it. The id follows from the update, so that a message that is answered again after a
        crash goes on in the same message of ours.
        """
        file = _sheet_in(message, album)
        if file is None or not may(actor, Action.SCHEDULE):
            return None
        arrival = f"{item.bot_id}/{item.update_id}/{item.arrived_at.isoformat()}"
        import_id = uuid5(actor.workspace_id, arrival)
        try:
            checked = await self._check(file, actor, place, import_id)
        except Refusal as refusal:
            if album.caption:
                return None
            raise Refusal(refusal.message, f"{refusal.next_step} {_ATTACHING}".strip()) from refusal
        return Opened(import_id, checked)

    async def _check(self, file: Fetched, actor: Actor, place: Place, import_id: UUID) -> Checked:
        if file.key is None:
            raise Refusal("I could not fetch that file.", "Send it again; at most 5 MB.")
        name = str(getattr(file.part, "file_name", None) or "the file")
        data = await asyncio.to_thread((self.directory / file.key).read_bytes)

        async def told(done: int, total: int) -> None:
            payload = {"file": name, "done": done, "total": total}
            async with self.storage.begin(actor.workspace_id) as tx:
                tell(
                    tx,
                    Kind.IMPORT,
                    place,
                    payload=payload,
                    subject=(SUBJECT, import_id),
                    priority=Priority.PREVIEW,
                )

        return await self.importing.examine(actor, file_name=name, data=data, tell=told)


def _sheet_in(message: Message, album: Album) -> Fetched | None:
    """The one file of a message to the bot alone that is neither a reply nor somebody else's."""
    is_plain = message.reply_to_message is None and message.forward_origin is None
    if message.chat.type != Chat.PRIVATE or not is_plain or len(album.files) != 1:
        return None
    file = album.files[0]
    named = getattr(file.part, "file_name", None)
    kind = getattr(file.part, "mime_type", None)
    return file if file.kind == "document" and is_sheet(file_name=named, mime_type=kind) else None
