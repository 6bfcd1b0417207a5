"""How is a person warned that something was said there already? One line each, before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards.wording import excerpt
from bot.rendering import escape
from services.comparing import Kind, Likeness
from services.time_saying import say_day, say_moment

_QUOTED = 50


def warnings_of(found: Sequence[Likeness], *, zone: ZoneInfo, now: datetime) -> list[str]:
    """The warnings in Markdown, in the order in which they were found; moments are those of the reader's `zone`."""
    return [_warning(one, zone=zone, now=now) for one in found]


def _warning(one: Likeness, *, zone: ZoneInfo, now: datetime) -> str:
    local = one.due_at.astimezone(zone)
    quoted = escape(f"“{excerpt(one.text, most=_QUOTED)}”")
    if one.kind is Kind.HOUR:
        verb = "went out" if one.has_left else "goes out"
        return f"⚠ Another post {verb} there within the hour, at {local:%H:%M}: {quoted}"
    like = "The same as" if one.kind is Kind.SAME else "Nearly the same as"
    if not one.has_left:
        return f"⚠ {like} what is scheduled there for {escape(say_moment(local))}: {quoted}"
    day = say_day(local) if local.year == now.astimezone(zone).year else f"{say_day(local)} {local.year}"
    return f"⚠ {like} what went out there on {escape(day)}: {quoted}"
