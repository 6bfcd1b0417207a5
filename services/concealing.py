"""How is a secret kept out of the log? Struck out by its value and by its shape, in messages and in traces."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

_SHAPES = (
    # A bot token (Bot API: Authorizing your bot); in an address it stands right behind the word `bot`.
    re.compile(r"(?<!\d)\d{6,12}(?::|%3[Aa])[A-Za-z0-9_-]{20,}"),
    re.compile(r"\bsk-[A-Za-z0-9_-]{12,}"),  # a key of an OpenAI-compatible service
    re.compile(r"(?i)(?<=bearer )[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"(?<=://)[^\s/@]*:[^\s/@]+(?=@)"),  # who logs in to a database or a proxy, in its address
)
_STRUCK = "[secret]"


class Concealing(logging.Formatter):
    """A formatter that strikes out these secrets, and whatever looks like one, after everything is put together."""

    def __init__(
        self, secrets: Iterable[str], pattern: str = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    ) -> None:
        super().__init__(pattern)
        self._secrets = tuple(sorted((one for one in secrets if len(one) > 5), key=len, reverse=True))  # noqa: PLR2004 - shorter ones would strike out words

    def format(self, record: logging.LogRecord) -> str:
        """The line, with its trace if it has one, without secrets."""
        return self.conceal(super().format(record))

    def conceal(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _STRUCK)
        for shape in _SHAPES:
            text = shape.sub(_STRUCK, text)
        return text
