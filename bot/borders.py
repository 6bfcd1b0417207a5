"""Where may a long text be cut? Best between paragraphs, at worst between two characters a reader sees as such."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SENTENCE_END: Final = re.compile(r"""[.!?…]["'»”’)\]]*(?=\s)|[。！？]["'»”’)\]」』]*""")  # noqa: RUF100, RUF001 - Chinese ends
_SPACE: Final = re.compile(r"\s")

_JOINER: Final = "\u200d"
_REGIONAL: Final = range(0x1F1E6, 0x1F200)
_TINTS: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)
_HANGUL_TAILS: Final = range(0x1160, 0x1200)

# No character anybody reads has more parts; longer chains are made to annoy and are cut.
_LONGEST_CHARACTER: Final = 64


def best_border(text: str, start: int, stop: int) -> int:
    """Where to cut `text[start:]` so that the first part ends at `stop` or before, and after `start`.

    A border of a higher order is taken if it leaves the part at least half full; the blanks at the border
    stay with the second part.
    """
    half = start + (stop - start + 1) // 2
    for border in (
        text.rfind("\n\n", half, stop + 2),
        text.rfind("\n", half, stop + 1),
        _sentence_border(text, half, stop),
        _blank_border(text, half, stop),
        _blank_border(text, start + 1, half),
    ):
        if border > start:
            return border
    return _character_border(text, start, stop)


def _sentence_border(text: str, low: int, high: int) -> int:
    ends = [match.end() for match in _SENTENCE_END.finditer(text, low, high + 1)]
    return max((end for end in ends if end <= high), default=-1)


def _blank_border(text: str, low: int, high: int) -> int:
    """The last blank from `low` to `high`, both included, or -1."""
    for at in range(min(high, len(text) - 1), low - 1, -1):
        if text[at].isspace():
            return at
    return -1


def _character_border(text: str, start: int, stop: int) -> int:
    for at in range(stop, max(start, stop - _LONGEST_CHARACTER), -1):
        if not _sticks(text, at):
            return at
    return stop


def _sticks(text: str, at: int) -> bool:
    """Whether the code points before and after `at` are seen as one character (the common cases of UAX 29)."""
    before, after = text[at - 1], text[at]
    code = ord(after)
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if code in _TINTS or code in _TAGS or code in _HANGUL_TAILS:
        return True
    return code in _REGIONAL and _flags_before(text, at) % 2 == 1


def _flags_before(text: str, at: int) -> int:
    """How many regional indicators stand directly before `at`; two make a flag."""
    first = at
    while first > 0 and ord(text[first - 1]) in _REGIONAL:
        first -= 1
    return at - first
