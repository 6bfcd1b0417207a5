"""What does an agent remember of a conversation? The last utterances, within a bound that no conversation outgrows."""

from __future__ import annotations

from collections.abc import Sequence

from storage.messages import Message

MOST_MESSAGES = 20
MOST_CHARACTERS = 12_000
_GAP = " […] "


def window(messages: Sequence[Message], *, characters: int = MOST_CHARACTERS) -> list[tuple[str, str]]:
    """(role, text) of the newest utterances that fit, oldest first, beginning with a person's.

    One that alone would fill a third of the room keeps its beginning and end.
    """
    kept: list[tuple[str, str]] = []
    room = characters
    for message in reversed(messages[-MOST_MESSAGES:]):
        text = _shortened(message.text, characters // 3)
        room -= len(text)
        if room < 0:
            break
        kept.append((message.role, text))
    while kept and kept[-1][0] == "agent":
        kept.pop()
    return kept[::-1]


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = (most - len(_GAP)) // 2
    return text[:half] + _GAP + text[-half:]
