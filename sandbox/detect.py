"""Which entities does Telegram find in plain text by itself? Commands, mentions, hashtags, links, addresses."""

import re

from sandbox.shapes import Doc

_TLDS = (
    "com|org|net|io|dev|app|me|co|info|ru|de|es|fr|it|uk|eu|cn|jp|example|test|shop|blog|ai|tv|gg|to|ly|news"
)
_PATTERNS = (
    (
        "url",
        re.compile(
            rf"(?:https?://|tg://)[^\s<>\"']+|(?<![\w@./-])(?:[\w-]+\.)+(?:{_TLDS})\b(?:/[^\s<>\"']*)?"
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#&])#(?=\w*[^\W\d])\w{1,255}")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
)
_HINTS = "/@#$."


def detect(text: str) -> list[Doc]:
    """The entities of a text, in order, not overlapping; offsets count UTF-16 units."""
    if not any(c in text for c in _HINTS):
        return []
    taken: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "url":
                end = start + len(match.group().rstrip(".,:;!?)]}…"))
            if all(end <= left or start >= right for left, right, _ in taken):
                taken.append((start, end, kind))
    return [
        {"type": kind, "offset": _units(text[:start]), "length": _units(text[start:end])}
        for start, end, kind in sorted(taken)
    ]


def _units(text: str) -> int:
    return len(text) + sum(ord(c) > 0xFFFF for c in text)
