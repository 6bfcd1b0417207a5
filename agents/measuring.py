"""How much text is it? Figures that are kept with every generation, and a guess where a model counts nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from services.vetting import hashtags_in

WORDS_PER_MINUTE = 220
"""A usual reading pace for text on a screen; scripts without spaces are counted by the letter, at 2.3 times it."""

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*", re.UNICODE)
_LETTER_SCRIPTS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_LETTERS_PER_MINUTE = 500
_PICTURES = (0x1F000, 0x1FAFF)
_BYTES_PER_TOKEN = 4


def metadata(text: str) -> dict[str, Any]:
    """Characters (code points), words, hashtags, emoji and seconds of reading, as the seeds count them."""
    letters = len(_LETTER_SCRIPTS.findall(text))
    words = len(_WORD.findall(_LETTER_SCRIPTS.sub(" ", text)))
    seconds = 60 * (words / WORDS_PER_MINUTE + letters / _LETTERS_PER_MINUTE)
    return {
        "characters": len(text),
        "words": words + letters,
        "hashtags": len(hashtags_in(text)),
        "emoji": sum(1 for letter in text if _is_emoji(letter)),
        "reading_seconds": max(1, round(seconds)) if text else 0,
    }


def guessed_tokens(text: str) -> int:
    """About how many tokens a text is: a quarter of its bytes. For models that do not say; flagged as estimated."""
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def _is_emoji(letter: str) -> bool:
    first, last = _PICTURES
    if first <= ord(letter) <= last:
        return unicodedata.category(letter) == "So"
    return "\u2600" <= letter <= "\u27bf" and unicodedata.category(letter) == "So"
