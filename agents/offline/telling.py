"""What does the drafter say in its own name, and how does it pass on what a tool answered?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from agents.offline.reading import clean

if TYPE_CHECKING:
    from agents.offline.tongues.tongue import Say, Tongue

_LONGEST_REASON = 300


def tell(say: Say, tongue: Tongue) -> str:
    """The sentence for `say` in `tongue`."""
    return tongue.answers[say]


def tell_failure(say: Say, tongue: Tongue, *, reason: str) -> str:
    """The sentence for a tool that refused, with its reason (cleaned, at most 300 characters)."""
    short = clean(reason)[:_LONGEST_REASON].strip() or "–"
    return tongue.answers[say].replace("{reason}", short)


def readable(answer: str) -> str:
    """A tool's answer for a person: JSON becomes lines, anything else stays as the tool said it."""
    text = clean(answer)
    if text[:1] not in "[{" or not text:
        return text
    try:
        parsed = json.loads(text)
    except ValueError:
        return text
    return "\n".join(_lines(parsed)) or text


def _lines(value: Any) -> list[str]:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, list):
        return [f"• {_inline(item)}" for item in value]
    if isinstance(value, dict):
        return [f"{key}: {_inline(item)}" for key, item in value.items()]
    return [str(value)]


def _inline(value: Any) -> str:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_inline(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_inline(item) for item in value)
    return str(value)
