"""Which sentences carry a long text? They are picked, never rewritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.offline.facts import weight
from agents.offline.reading import READ_AT_MOST, key_words, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.offline.tongues.tongue import Tongue

_FACT = 0.8
_FIRST = 1.5
_SECOND = 0.5
_LONGEST = 320
_SHORTEST = 15


def pick(lines: Sequence[str], tongue: Tongue | None, *, most: int) -> list[str]:
    """At most `most` of `lines`, those that say the most, in their old order.

    A line counts by how frequent its words are in the whole, how many facts it states and how early it stands; what
    another picked line already says counts for little.
    """
    frequency = key_words("\n".join(lines), tongue)
    own = [set(key_words(line, tongue)) for line in lines]
    strengths = [_strength(line, place, own[place], frequency, tongue) for place, line in enumerate(lines)]
    ranked = sorted(range(len(lines)), key=lambda place: (-strengths[place], place))
    chosen: list[int] = []
    for place in ranked:
        if len(chosen) == most:
            break
        if all(_overlap(own[place], own[other]) < 0.6 for other in chosen):  # noqa: PLR2004 - most of the words are the same
            chosen.append(place)
    return [lines[place] for place in sorted(chosen)]


def _strength(
    line: str, place: int, own: set[str], frequency: dict[str, int], tongue: Tongue | None
) -> float:
    if not own and not weight(line, tongue):
        return 0.0
    common = sum(frequency[word] - 1 for word in own) / (len(own) + 3)
    early = {0: _FIRST, 1: _SECOND}.get(place, 0.0)
    clumsy = 1.0 if len(line) > _LONGEST or len(line) < _SHORTEST else 0.0
    return common + _FACT * min(weight(line, tongue), 3) + early - clumsy


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def summarise(text: str, tongue: Tongue | None) -> str:
    """One to three sentences of `text` that say what it is about; a text of up to two sentences stays as it is."""
    lines = [line.replace("**", "") for line in sentences(text[:READ_AT_MOST])]
    if len(lines) <= 2:  # noqa: PLR2004 - shorter is no summary
        return " ".join(lines)
    most = 2 if len(lines) <= 5 else 3  # noqa: PLR2004 - a third of a short text
    joint = "" if tongue and tongue.code == "zh" else " "
    return joint.join(pick(lines, tongue, most=most))
