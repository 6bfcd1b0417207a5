"""Which files came with a message? Fetched from Telegram before anything is saved, kept under random names.

Facts: the parts of an album are separate messages with one `media_group_id`; a bot can download at most 20 MB, but can
send a larger file again by its id (Bot API: getFile, sending files).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from telegram import Bot, Message, Update
from telegram.error import TelegramError

from services.refusals import Refusal
from storage import Storage, Transaction
from storage.inbox import InboxItem
from storage.media import Medium

LARGEST_DOWNLOAD = 20_000_000
LARGEST_UPLOAD = 50_000_000
"""Bytes that a bot may send; a file beyond that could never be published."""

_KINDS = ("photo", "video", "animation", "document", "audio", "voice")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file: what Telegram says of it, and where its bytes are kept (None when they are too large to fetch)."""

    kind: str
    part: Any
    caption: str | None
    album: str | None
    key: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Album:
    """The files of one message or album, and the inbox items of its other parts."""

    workspace_id: UUID
    files: tuple[Fetched, ...]
    item_ids: tuple[int, ...] = ()

    @property
    def caption(self) -> str | None:
        """The first caption in it."""
        return next((one.caption for one in self.files if one.caption), None)

    def keep(self, tx: Transaction) -> list[Medium]:
        """Writes the files' rows, in order, not yet belonging to a post."""
        return [self._row(tx, one, place) for place, one in enumerate(self.files)]

    def _row(self, tx: Transaction, one: Fetched, place: int) -> Medium:
        return tx.media.add(
            Medium(
                workspace_id=self.workspace_id,
                id=tx.new_id(),
                position=place,
                kind=one.kind,
                album=one.album,
                mime_type=getattr(one.part, "mime_type", None)
                or ("image/jpeg" if one.kind == "photo" else None),
                size=getattr(one.part, "file_size", None),
                width=getattr(one.part, "width", None),
                height=getattr(one.part, "height", None),
                duration=_seconds(one.part),
                file_name=getattr(one.part, "file_name", None),
                provider_key=one.key,
                sha256=one.sha256,
                telegram_file_id=one.part.file_id,
                telegram_unique_id=one.part.file_unique_id,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )


@dataclass(frozen=True, slots=True)
class Files:
    """Fetches files from Telegram into the media directory. `quiet` is how long an album must have been complete."""

    bot: Bot
    directory: Path
    quiet: float = 0.7
    longest_wait: float = 5.0

    async def fetch(
        self, messages: Sequence[Message], *, workspace_id: UUID, item_ids: Sequence[int] = ()
    ) -> Album:
        """The files of these messages; raises `Refusal` for one that no bot could ever send on."""
        found = [one for message in messages if (one := await self._one(message)) is not None]
        return Album(workspace_id, tuple(found), tuple(item_ids))

    async def rest_of_album(
        self, storage: Storage, item: InboxItem, message: Message, read: Callable[[InboxItem], Update | None]
    ) -> tuple[list[Message], list[int]]:
        """The other parts of an album, once no further one has come for `quiet` seconds."""
        parts: dict[int, Message] = {}
        waited = 0.0
        while waited < self.longest_wait:
            before = len(parts)
            await asyncio.sleep(self.quiet)
            waited += self.quiet
            async with storage.read(None) as tx:
                waiting = await tx.inbox.waiting_behind(item)
            for other in waiting:
                update = read(other)
                if update and update.message and update.message.media_group_id == message.media_group_id:
                    parts[other.id] = update.message
            if len(parts) == before:
                break
        return [*parts.values()], [*parts]

    async def _one(self, message: Message) -> Fetched | None:
        for kind in _KINDS:
            part = getattr(message, kind, None)
            if part:
                part = part[-1] if kind == "photo" else part
                size = getattr(part, "file_size", None) or 0
                if size > LARGEST_UPLOAD:
                    raise Refusal(
                        f"That file has {size / 1e6:,.0f} MB; a bot can publish 50 MB at most.",
                        "Send a smaller one.",
                    )
                key, digest = await self._download(part, size)
                return Fetched(kind, part, message.caption, message.media_group_id, key, digest)
        return None

    async def _download(self, part: Any, size: int) -> tuple[str | None, str | None]:  # noqa: ANN401 - any of PTB's file classes
        """Fetches the bytes; without them the file can still be sent on by its id, so a failure is no fault."""
        if size > LARGEST_DOWNLOAD:
            return None, None
        try:
            file = await self.bot.get_file(part.file_id)
            data = bytes(await file.download_as_bytearray())
        except TelegramError as fault:
            log.info("A file could not be fetched (%s); it is kept by its id.", type(fault).__name__)
            return None, None
        key = secrets.token_hex(16)
        await asyncio.to_thread(self._write, key, data)
        return key, hashlib.sha256(data).hexdigest()

    def _write(self, key: str, data: bytes) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / key).write_bytes(data)


def _seconds(part: object) -> int | None:
    """A file's length in seconds; PTB gives a number or a timedelta, depending on its settings."""
    duration = getattr(part, "duration", None)
    if duration is None or isinstance(duration, int):
        return duration
    return int(duration.total_seconds())
