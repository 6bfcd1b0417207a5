"""How does a bench speak with the bot? A person of the sandbox who writes, taps and waits for what is shown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bench.outside import BOT_ID, Outside

Message = dict[str, Any]

LOOK_EVERY = 0.15


class NotSeen(TimeoutError):
    """What a person waited for was not shown in time."""


@dataclass(frozen=True)
class Somebody:
    """A person in a private chat with the bot."""

    world: Outside
    id: int

    @classmethod
    def arrives(cls, world: Outside, number: int) -> Somebody:
        """Puts a person into the sandbox who has pressed Start."""
        body = {"id": number, "first_name": "Bench", "starts": [BOT_ID]}
        world.admin("POST", "/admin/persons", body)
        return cls(world, number)

    def messages(self) -> list[Message]:
        """What stands in the chat, the oldest first."""
        found: list[Message] = self.world.admin("GET", f"{self._chat}/messages?limit=200")
        return found

    def says(self, text: str) -> int:
        """Writes to the bot; the number of the message."""
        said = self.world.admin("POST", f"{self._chat}/messages", {"text": text})
        return int(said["message_id"])

    def taps(self, message: Message, label: str) -> None:
        """Presses the button whose label begins so."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        data = next(one["callback_data"] for row in rows for one in row if one["text"].startswith(label))
        body = {"message_id": message["message_id"], "data": data}
        self.world.admin("POST", f"{self._chat}/taps", body)

    def sees(self, words: str = "", *, label: str = "", after: int = 0, patience: float = 20.0) -> Message:
        """Waits for the newest message behind number `after` with these words and a button of this label.

        Raises `NotSeen` after `patience` seconds.
        """
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for message in reversed(self.messages()):
                is_new = message["message_id"] > after and message["from"]["id"] == BOT_ID
                if is_new and words in text_of(message) and (not label or _has(message, label)):
                    return message
            time.sleep(LOOK_EVERY)
        raise NotSeen(f"{words!r} {label!r} was not shown within {patience:.0f} s")

    @property
    def _chat(self) -> str:
        return f"/people/{self.id}/chats/{BOT_ID}"


def text_of(message: Message) -> str:
    """What a message says."""
    return str(message.get("text") or message.get("caption") or "")


def _has(message: Message, label: str) -> bool:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(one["text"].startswith(label) for row in rows for one in row)
