"""How are phrases with slots filled, and how are they found again in a finished text?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SLOT = re.compile(r"\{(\w+)\}")


def fill(template: str, slots: Mapping[str, str]) -> str:
    """`template` with its slots filled; braces in the person's words stay as they are."""
    return _SLOT.sub(lambda slot: slots[slot[1]], template)


def usable(templates: Iterable[str], slots: Mapping[str, str]) -> tuple[str, ...]:
    """Those of `templates` whose every slot can be filled."""
    return tuple(template for template in templates if all(name in slots for name in _SLOT.findall(template)))


def matcher(template: str) -> re.Pattern[str]:
    """A pattern that recognises `template` filled with anything, as one whole sentence; slots are its groups."""
    parts = _SLOT.split(template)
    escaped = [
        f"(?P<{part.lower()}_{n}>.{{1,200}}?)" if n % 2 else re.escape(part) for n, part in enumerate(parts)
    ]
    return re.compile(rf"\A{''.join(escaped)}\Z", re.IGNORECASE)
