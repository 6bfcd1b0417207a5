"""How does a face become Telegram messages? Sent or edited, split where it is too long, plain where formatting fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
)
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.limiter import Pace
from bot.rendering import Rendered, render, split, utf16_length
from bot.turn import Face
from services.pacing import Priority
from storage.media import Medium

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message",
)
_ABOUT_CHAT = (
    "chat not found",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "topic_closed",
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to which chat and topic; `edits` is the message to change instead of sending a new one."""

    chat_id: int
    thread_id: int
    face: Face
    keyboard: InlineKeyboardMarkup | None
    edits: int | None
    priority: int
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Delivering:
    """Speaks to Telegram through the one limiter."""

    bot: ExtBot[Pace]

    async def deliver(self, parcel: Parcel) -> int | None:
        """Sends or edits; the number of the message that carries the buttons. Raises PTB's errors."""
        if parcel.face.media:
            return await self._with_media(parcel)
        whole = Rendered(parcel.face.text, ()) if parcel.is_plain else render(parcel.face.text)
        parts = split(whole, limit=TEXT_LIMIT)
        *head, tail = parts
        edits = parcel.edits
        for part in head:
            await self._put(parcel, part, keyboard=None, edits=edits)
            edits = None
        return await self._put(parcel, tail, keyboard=parcel.keyboard, edits=edits)

    async def _put(
        self, parcel: Parcel, part: Rendered, *, keyboard: InlineKeyboardMarkup | None, edits: int | None
    ) -> int | None:
        try:
            return await self._put_once(parcel, part, keyboard=keyboard, edits=edits)
        except BadRequest as fault:
            said = str(fault).casefold()
            if "message is not modified" in said:
                return edits
            if edits is not None and any(words in said for words in _GONE):
                return await self._put(parcel, part, keyboard=keyboard, edits=None)
            if part.entities and not any(words in said for words in _ABOUT_CHAT):
                return await self._put(parcel, Rendered(part.text, ()), keyboard=keyboard, edits=edits)
            raise

    async def _put_once(
        self, parcel: Parcel, part: Rendered, *, keyboard: InlineKeyboardMarkup | None, edits: int | None
    ) -> int:
        pace = Pace(Priority(parcel.priority))
        if edits is not None:
            edited = await self.bot.edit_message_text(
                part.text,
                chat_id=parcel.chat_id,
                message_id=edits,
                entities=part.entities,
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
                rate_limit_args=pace,
            )
            return edited.message_id if isinstance(edited, Message) else edits
        sent = await self.bot.send_message(
            parcel.chat_id,
            part.text,
            entities=part.entities,
            reply_markup=keyboard,
            link_preview_options=_NO_PREVIEW,
            message_thread_id=parcel.thread_id or None,
            rate_limit_args=pace,
        )
        return sent.message_id

    async def _with_media(self, parcel: Parcel) -> int | None:
        """Files with the text as caption; a text too long for a caption, and the buttons, follow as a message."""
        rendered = render(parcel.face.text)
        fits = utf16_length(rendered.text) <= CAPTION_LIMIT
        files = parcel.face.media
        caption = rendered if fits else Rendered("", ())
        if len(files) == 1:
            number = await self._single(parcel, files[0], caption, keyboard=parcel.keyboard if fits else None)
        else:
            number = await self._album(parcel, files, caption)
        if fits and (len(files) == 1 or parcel.keyboard is None):
            return number
        rest = Face(parcel.face.text if not fits else "What shall happen with it?")
        return await self.deliver(
            Parcel(parcel.chat_id, parcel.thread_id, rest, parcel.keyboard, None, parcel.priority)
        )

    async def _single(
        self, parcel: Parcel, file: Medium, caption: Rendered, *, keyboard: InlineKeyboardMarkup | None
    ) -> int:
        send = getattr(self.bot, f"send_{file.kind}")
        sent = await send(
            parcel.chat_id,
            file.telegram_file_id or "",
            caption=caption.text or None,
            caption_entities=caption.entities or None,
            reply_markup=keyboard,
            message_thread_id=parcel.thread_id or None,
            rate_limit_args=Pace(Priority(parcel.priority)),
        )
        number: int = sent.message_id
        return number

    async def _album(self, parcel: Parcel, files: Sequence[Medium], caption: Rendered) -> int:
        kinds = {
            "photo": InputMediaPhoto,
            "video": InputMediaVideo,
            "audio": InputMediaAudio,
            "document": InputMediaDocument,
        }
        media = [
            kinds.get(file.kind, InputMediaDocument)(
                file.telegram_file_id or "",
                caption=(caption.text or None) if place == 0 else None,
                caption_entities=(caption.entities or None) if place == 0 else None,
            )
            for place, file in enumerate(files[:10])
        ]
        sent = await self.bot.send_media_group(
            parcel.chat_id,
            media,
            message_thread_id=parcel.thread_id or None,
            rate_limit_args=Pace(Priority(parcel.priority)),
        )
        return sent[0].message_id
