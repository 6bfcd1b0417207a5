"""What kind of update is this, and which lane does it belong to? Read from the raw JSON, before anything can fail.

A lane keeps the order of one chat and topic. Taps, /stop and /cancel have a lane of their own beside it, so that they
never wait behind a download or a long line of messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from storage.inbox import Arrival

ALLOWED = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "channel_post",
)
"""What we ask Telegram for; named in full, because leaving it out keeps whatever was set before."""

_FAST = ("/stop", "/cancel")
_LONGEST_FAST = 64
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FIRST_TOO_LARGE = 2**52
_WITH_MESSAGE = ("message", "edited_message", "channel_post", "edited_channel_post")


class NotAnUpdate(ValueError):
    """What arrived has no number and cannot be kept apart from others."""


def arrival(raw: object) -> Arrival:
    """The inbox entry for a raw update; raises `NotAnUpdate` for what has no number."""
    if not isinstance(raw, Mapping):
        raise NotAnUpdate("an update is an object")
    number = raw.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not -(2**63) <= number < 2**63:
        raise NotAnUpdate("an update has a number")
    return Arrival(update_id=number, lane=lane(raw), payload=json.dumps(raw, ensure_ascii=True))


def mended(raw: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """The same JSON without what no database can hold: NUL and halves of characters become U+FFFD, as long as they were."""
    if isinstance(raw, str):
        return _UNSTORABLE.sub("\ufffd", raw)
    if isinstance(raw, list):
        return [mended(one) for one in raw]
    if isinstance(raw, dict):
        return {name: mended(one) for name, one in raw.items()}
    return raw


def is_identifier(number: object) -> bool:
    """Whether this can be the number of a user, chat or message (Bot API: at most 52 significant bits)."""
    return isinstance(number, int) and not isinstance(number, bool) and 0 < abs(number) < _FIRST_TOO_LARGE


def lane(raw: Mapping[str, Any]) -> str:
    """The lane of a raw update: `chat/topic`, the fast lane beside it, or `other` for what has no chat."""
    tap = raw.get("callback_query")
    if isinstance(tap, Mapping):
        return f"fast/{_chat(tap.get('message')) or _sender(tap)}"
    for kind in _WITH_MESSAGE:
        message = raw.get(kind)
        if isinstance(message, Mapping):
            chat = _chat(message)
            text = message.get("text")
            if isinstance(text, str) and text[:_LONGEST_FAST].casefold().split("@")[0].split(" ")[0] in _FAST:
                return f"fast/{chat}"
            return f"{chat}/{_thread(message)}"
    membership = raw.get("my_chat_member")
    if isinstance(membership, Mapping):
        return f"{_chat(membership)}/0"
    return "other"


def _chat(holder: object) -> int | None:
    chat = holder.get("chat") if isinstance(holder, Mapping) else None
    number = chat.get("id") if isinstance(chat, Mapping) else None
    return number if isinstance(number, int) else None


def _sender(tap: Mapping[str, Any]) -> int | None:
    sender = tap.get("from")
    number = sender.get("id") if isinstance(sender, Mapping) else None
    return number if isinstance(number, int) else None


def _thread(message: Mapping[str, Any]) -> int:
    number = message.get("message_thread_id")
    return number if isinstance(number, int) and message.get("is_topic_message") else 0
