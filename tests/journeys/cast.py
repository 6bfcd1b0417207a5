"""Who acts in a journey? People who write, tap and look through the sandbox's own door, and wait by its events."""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import aiohttp

from sandbox.scenery import BOT_ID

Message: TypeAlias = dict[str, Any]

PATIENCE = 15.0
"""Seconds after which what was awaited is taken for missing; a journey that works needs a fraction of one."""


def picture(shade: int = 120) -> bytes:
    """A grey PNG of 32 by 32 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + bytes([shade]) * 32) * 32
    head = struct.pack(">IIBBBBB", 32, 32, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def text_of(message: Message) -> str:
    return str(message.get("text") or message.get("caption") or "")


def buttons_of(message: Message) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {one["text"]: one["callback_data"] for row in rows for one in row if "callback_data" in one}


def labelled(message: Message, label: str) -> str | None:
    """The callback data of the button with this label: the whole one, or else the first that begins so."""
    buttons = buttons_of(message)
    begun = next((data for name, data in buttons.items() if name.startswith(label)), None)
    return buttons.get(label, begun)


@dataclass(frozen=True)
class Town:
    """The sandbox, spoken to over HTTP. `newest` is the number of its newest event, so that none is missed in between."""

    base: str
    http: aiohttp.ClientSession
    newest: Callable[[], int]

    async def call(self, method: str, path: str, body: object = None) -> Any:
        form = body if isinstance(body, aiohttp.FormData) else None
        payload = None if form is not None else body
        async with self.http.request(method, self.base + path, data=form, json=payload) as response:
            answer = await response.json()
            if not response.ok or (isinstance(answer, dict) and answer.get("ok") is False):
                raise AssertionError(f"{method} {path}: {answer}")
            return answer

    async def faults(self, *rules: dict[str, Any]) -> None:
        """From now on the sandbox lies by these rules."""
        await self.call("POST", "/admin/faults", {"seed": 1, "rules": [*rules]})

    async def inject(self, *updates: dict[str, Any]) -> None:
        """Updates as they are, whatever is in them."""
        await self.call("POST", "/admin/updates", {"bot_id": BOT_ID, "updates": [*updates]})

    async def effects(self, method: str) -> list[dict[str, Any]]:
        """What the sandbox accepted from this method."""
        found = await self.call("GET", "/admin/effects?limit=10000")
        return [one for one in found["effects"] if one["method"] == method]

    def person(self, number: int) -> Somebody:
        return Somebody(self, number)


@dataclass(frozen=True)
class Somebody:
    """A person at his phone. Chats are named as his app names them: the bot's number is the private chat."""

    town: Town
    id: int

    def _path(self, chat: int, what: str) -> str:
        return f"/people/{self.id}/chats/{chat}/{what}"

    async def messages(self, chat: int = BOT_ID) -> list[Message]:
        found: list[Message] = await self.town.call("GET", self._path(chat, "messages?limit=200"))
        return found

    async def says(self, text: str, *, chat: int = BOT_ID, **more: Any) -> Message:
        said: Message = await self.town.call("POST", self._path(chat, "messages"), {"text": text, **more})
        return said

    async def sends(
        self,
        *files: bytes,
        caption: str = "",
        kind: str = "photo",
        chat: int = BOT_ID,
        name: str = "p.png",
        **more: Any,
    ) -> None:
        form = aiohttp.FormData({"kind": kind, "caption": caption, **{k: str(v) for k, v in more.items()}})
        for number, content in enumerate(files):
            form.add_field(f"file{number}", content, filename=name, content_type="image/png")
        await self.town.call("POST", self._path(chat, "media"), form)

    async def forwards(self, message_id: int, *, from_chat: int, chat: int = BOT_ID) -> None:
        body = {"from_chat": from_chat, "message_ids": [message_id]}
        await self.town.call("POST", self._path(chat, "forward"), body)

    async def changes(self, chat: int, action: str, **more: Any) -> Any:
        """Adds, removes, promotes, blocks … in a chat."""
        return await self.town.call("POST", self._path(chat, "members"), {"action": action, **more})

    async def taps(self, label: str, *, chat: int = BOT_ID, on: Message | None = None) -> str:
        """Presses a button of the newest message that has it (or of `on`); what was answered over the chat."""
        message = on or await self.sees(chat=chat, label=label)
        data = labelled(message, label)
        body = {"message_id": message["message_id"], "data": data}
        answer = await self.town.call("POST", self._path(chat, "taps"), body)
        assert answer["answered"], f"nobody answered the tap on {label}"
        return str(answer["text"] or "")

    async def sees(
        self, text: str = "", *, chat: int = BOT_ID, label: str = "", but: Sequence[str] = (), after: int = 0
    ) -> Message:
        """The newest message with this text and button, and without the texts in `but`, as soon as it is there."""

        def fits(message: Message) -> bool:
            said = text_of(message)
            has_label = not label or labelled(message, label) is not None
            return text in said and has_label and not any(one in said for one in but)

        found = await self.awaits(
            lambda all_: [one for one in all_ if fits(one) and one["message_id"] > after], chat=chat
        )
        newest: Message = found[-1]
        return newest

    async def awaits(self, pick: Callable[[list[Message]], Any], *, chat: int = BOT_ID) -> Any:
        """What `pick` finds in the chat's messages, as soon as it is not empty; waits by the sandbox's events."""
        deadline = time.monotonic() + PATIENCE
        while True:
            after = self.town.newest()
            messages = await self.messages(chat)
            if found := pick(messages):
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"not seen by {self.id} in {chat}:\n{transcript(messages)}")
            await self.town.call("GET", f"/people/{self.id}/events?format=json&wait=2&after={after}")


def transcript(messages: list[Message]) -> str:
    """The chat as text, for a test that fails."""
    lines = [f"#{one['message_id']} {text_of(one)!r} {json.dumps([*buttons_of(one)])}" for one in messages]
    return "\n".join(lines)
