"""What is a person told while nothing can be written down? One sentence, straight to Telegram, once until it works again.

A full disk or a locked database keeps updates out of the inbox, and with them every ordinary answer. Nothing is lost by
that: what is not kept is not acknowledged, and Telegram brings it again (Bot API: getUpdates, for 24 hours).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from telegram.error import TelegramError
from telegram.request import BaseRequest

SENTENCE = (
    "I cannot write anything down at the moment, so this has to wait. It is not lost: I answer as soon as I can, "
    "and you need not send it again."
)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Excusing:
    """Says the sentence in private chats. `address` is the Bot API's with the token in it; it is never logged."""

    wire: BaseRequest
    address: str
    _told: set[int] = field(default_factory=set, init=False)

    async def excuse(self, updates: Sequence[object]) -> int:
        """Tells everybody who waits for an answer to one of these updates, each once; how many. Never raises."""
        told = 0
        for method, chat_id, form in _waiting(updates):
            if chat_id in self._told:
                continue
            self._told.add(chat_id)
            told += await self._says(method, form)
        return told

    def works_again(self) -> None:
        """Whoever meets the next disturbance is told anew."""
        self._told.clear()

    async def _says(self, method: str, form: Mapping[str, Any]) -> bool:
        try:
            await self.wire.post(f"{self.address}/{method}?{urlencode(form)}")
        except TelegramError as fault:
            log.warning("Nobody could be told that nothing can be kept (%s).", type(fault).__name__)
            return False
        return True


def _waiting(updates: Sequence[object]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """How to answer whoever wrote in private or tapped a button: method, whom, form. Anything odd is passed over."""
    for update in updates:
        if not isinstance(update, dict):
            continue
        match update:
            case {"message": {"chat": {"type": "private", "id": int(chat_id)}}}:
                yield "sendMessage", chat_id, {"chat_id": chat_id, "text": SENTENCE}
            case {"callback_query": {"id": str(query_id), "from": {"id": int(person_id)}}}:
                form = {"callback_query_id": query_id, "text": SENTENCE, "show_alert": "true"}
                yield "answerCallbackQuery", person_id, form
            case _:
                continue
