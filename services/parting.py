"""Into which parts does a text fall, and can a platform take all of them? A line of hyphens divides the parts of a thread.

A divider is a line with nothing but three or more hyphens (spaces around them do no harm) outside of a code block. Phones
that turn two hyphens into a dash while one types are understood: a dash counts as two.
Code blocks are fenced as CommonMark 0.31 says (section 4.5); one that is never closed reaches to the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from integrations.contract import Draft, Platform, Problem

DIVIDER = "---"
"""What a person writes on a line of its own between two parts."""

_DIVIDER = re.compile(r" {0,3}-{3,}[ \t]*")
_AS_TYPED = str.maketrans({"–": "--", "—": "--"})
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}(?=[^`]*$)|~{3,})(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Size:
    """How long one part is and how long it may be, in the platform's own units."""

    length: int
    limit: int


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of `text` (Markdown) in order, trimmed; empty ones say nothing and are left out. At least one."""
    parts, lines = [], list[str]()
    for line, divides in _read(text):
        if divides:
            parts.append("\n".join(lines))
            lines = []
        else:
            lines.append(line)
    parts.append("\n".join(lines))
    if len(parts) == 1:
        return (text,)
    return tuple(part.strip("\n") for part in parts if part.strip()) or ("",)


def _read(text: str) -> Iterator[tuple[str, bool]]:
    """Every line, and whether it divides parts."""
    fence = ""
    for line in text.split("\n"):
        marks = _FENCE.fullmatch(line)
        if fence:
            if marks and marks["marks"].startswith(fence) and not marks["rest"].strip():
                fence = ""
            yield line, False
            continue
        if marks:
            fence = marks["marks"]
        yield line, not marks and _DIVIDER.fullmatch(line.translate(_AS_TYPED)) is not None


def in_parts(draft: Draft, *, comment: str | None) -> Draft:
    """The draft with the parts of its text in place of the whole text, and its first comment (None or empty: none)."""
    first, *rest = parts_of(draft.text)
    return replace(draft, text=first, thread=tuple(rest), comment=comment or None)


def sizes_of(platform: Platform, draft: Draft) -> tuple[Size, ...]:
    """How long the post and the rest of its thread are; the first comment is not among them."""
    first = platform.limits.caption if draft.attachments else platform.limits.text
    rest = (Size(platform.length(text), platform.limits.text) for text in draft.thread)
    return (Size(platform.length(draft.text), first), *rest)


def problems_of(platform: Platform, draft: Draft) -> list[Problem]:
    """Everything that keeps the post, its thread or its first comment from this platform; each part is named.

    Parts beyond what the platform takes are not looked at one by one: that they are too many says it all.
    """
    found = [*_too_many(platform, draft), *_no_comment(platform, draft)]
    for number in _parts_to_check(platform, draft):
        part = draft.part(number, done=("",) * number)
        found += _named(platform.problems(part), _name(draft, number))
    return found


def _too_many(platform: Platform, draft: Draft) -> list[Problem]:
    parts = 1 + len(draft.thread)
    if parts <= platform.longest_thread:
        return []
    if platform.longest_thread == 1:
        said = f"{platform.title} has no threads, and the text has {parts} parts."
        return [Problem(said, f"Take the lines of {DIVIDER} out, or choose another account.")]
    said = f"The thread has {parts} parts; {platform.title} takes {platform.longest_thread}."
    return [Problem(said, f"Take some of the lines of {DIVIDER} out.")]


def _no_comment(platform: Platform, draft: Draft) -> list[Problem]:
    if draft.comment is None or platform.has_comments:
        return []
    return [
        Problem(
            f"{platform.title} takes no first comment.",
            "Put its words into the text, or choose another account.",
        )
    ]


def _parts_to_check(platform: Platform, draft: Draft) -> Sequence[int]:
    posts = range(min(1 + len(draft.thread), platform.longest_thread))
    return [*posts, *range(1 + len(draft.thread), draft.parts)] if platform.has_comments else [*posts]


def _name(draft: Draft, number: int) -> str:
    if number > len(draft.thread):
        return "First comment"
    return f"Part {number + 1}" if draft.thread else ""


def _named(problems: Sequence[Problem], name: str) -> list[Problem]:
    return [replace(one, message=f"{name}: {one.message}") if name else one for one in problems]
