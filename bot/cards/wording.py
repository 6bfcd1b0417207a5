"""How are numbers, money, lengths of time, names and long texts put, so that every card says them alike?

What a person or a platform wrote goes through `bot.rendering.escape` here, so that it can never become formatting of ours.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.rendering import escape, plain, render, utf16_length
from services.parting import parts_of
from services.timing import describe
from storage.accounts import Account
from storage.generations import Generation

RULE = "────────"
"""The line between a post and what we say about it."""

LONGEST_SHOWN = 2_800
"""UTF-16 units of a post on a card, so that the card with everything below it stays one message that can be edited."""

MOST_ENTITIES = 70
"""Formatted stretches of a post on a card; Telegram keeps 100 in a message, and we need some."""

_NOTE_TAKES = 40
_MARKUP_TAKES = 4
"""A text that is longer than so many times its room is not even read as Markdown: that would take too long."""

_READ = 2_000
"""Characters that are looked at for an excerpt."""

_CENT = Decimal("0.01")


def moment(at: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """Weekday, date, clock, zone and distance of an aware moment, ready to stand in Markdown."""
    return escape(describe(at, zone=zone, now=now))


def model_name(run: Generation) -> str:
    """Who wrote it; the offline drafter says what it is and never passes for a language model."""
    if run.provider == "offline":
        return "offline drafter"
    return run.model or ""


def stamp(at: datetime, *, zone: ZoneInfo, has_seconds: bool = False) -> str:
    """Weekday, date, clock and zone of something that has happened, ready to stand in Markdown."""
    said, local = describe(at, zone=zone, now=at).partition(" — ")[0], at.astimezone(zone)
    return escape(said.replace(f"{local:%H:%M}", f"{local:%H:%M:%S}", 1) if has_seconds else said)


def cut(text: str, *, most: int) -> str:
    """A name or other plain text on one line, at most `most` characters; not escaped, fit for buttons."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    at_word = head.rpartition(" ")[0]
    return f"{at_word if len(at_word) > most // 2 else head}…"


def excerpt(text: str, *, most: int = 60) -> str:
    """The beginning of a Markdown text as `cut` gives it, without its formatting and the lines between parts."""
    return cut(plain("\n\n".join(parts_of(text[:_READ]))), most=most)


def shown(text: str, *, most: int = LONGEST_SHOWN) -> str:
    """A post's own Markdown, whole if it takes at most `most` UTF-16 units, otherwise its beginning and a word on the rest."""
    if _takes(text, most):
        return text
    room = most - _NOTE_TAKES
    head = _head(text, room)
    if not _takes(head, room):
        head = escape(_head(plain(_head(text, 2 * room)), room))
    return f"{head}…\n\n(There is more; tap Preview.)"


def _takes(text: str, most: int) -> bool:
    if utf16_length(text) > _MARKUP_TAKES * most:
        return False
    rendered = render(text)
    return utf16_length(rendered.text) <= most and len(rendered.entities) <= MOST_ENTITIES


def _head(text: str, units: int) -> str:
    """At most `units` UTF-16 units of the text, ending with a whole word where there is one."""
    if utf16_length(text) <= units:
        return text
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")
    return head[: max(head.rfind("\n"), head.rfind(" "), len(head) // 2)]


def money(cost: Decimal | None) -> str:
    """Dollars such as $0.00, $0.0042 or $1,204.50; nothing for a cost that nobody told."""
    if cost is None:
        return ""
    return f"${cost:,.4f}" if 0 < cost < _CENT else f"${cost:,.2f}"


def seconds(milliseconds: float | None) -> str:
    """A duration such as "2.4 s"; nothing when it is not known."""
    return "" if milliseconds is None else f"{milliseconds / 1000:,.1f} s"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun, such as "1 photo" or "1,200 posts"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def where(account: Account) -> str:
    """How an account is called in a sentence: its @name, or its title; ready to stand in Markdown."""
    return escape(place_name(account))


def place_name(account: Account) -> str:
    """How an account is called on a button: its @name, or its title; not escaped."""
    return f"@{account.handle}" if account.handle else cut(account.name, most=40) or "the channel"


def sentence(text: str) -> str:
    """A reason from elsewhere as a sentence of ours: one line of at most 300 characters, escaped, with a full stop."""
    line = cut(text, most=300)
    return escape(line if line.endswith((".", "!", "?", "。", "…")) else f"{line}.") if line else ""
