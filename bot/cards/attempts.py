"""What happened to a publication? Every try with what was sent, what came back, how long it took and what was decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.cards.origin import Origin
from bot.cards.parts import parts_in
from bot.cards.publication import Sight, state_line
from bot.cards.wording import count, cut, excerpt, seconds, sentence, stamp
from bot.rendering import escape
from bot.turn import Face
from storage.publications import Attempt, Publication

MOST = 10
"""Tries on one screen, the latest ones; with their reasons they fit a message."""

LONGEST_REASON = 160

_OUTCOMES = {
    "Receipt": "accepted",
    "Pending": "taken in, the platform is still working on it",
    "Rejected": "refused",
    "Unauthorized": "not let in",
    "RateLimited": "too much at once, not sent",
    "Unavailable": "not sent",
    "OutcomeUnknown": "no clear answer",
    "Absent": "looked up: it is not there",
}
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+|\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b", re.IGNORECASE)
_FAULT = re.compile(r" ?\(\w+\)(?=[.\s]|$)")


def attempts_face(sight: Sight, attempts: Sequence[Attempt], origin: Origin) -> Face:
    """Every try of a publication, the newest last; Back leads to where it was opened."""
    publication = sight.publication
    head = [
        "**What happened**",
        escape(excerpt(sight.text)),
        state_line(publication, sight.account, zone=sight.zone, now=sight.now),
    ]
    shown = attempts[-MOST:]
    if len(attempts) > len(shown):
        head.append(f"{count(len(attempts) - len(shown), 'earlier try', 'earlier tries')} not shown.")
    if not attempts:
        head.append("Nothing has been sent yet.")
    lines = [_told(one, publication, sight) for one in shown]
    return Face("\n\n".join(["\n".join(head), *lines]), [[origin.back()]])


def _told(one: Attempt, publication: Publication, sight: Sight) -> str:
    part = _part(one, publication)
    title = f"**Try {one.number}**{f' · {part}' if part else ''} · {_clock(one.armed_at, sight)}"
    return "\n".join(
        line for line in (title, _outcome(one), sentence(one.decision or ""), _sent(one)) if line
    )


def _clock(at: datetime, sight: Sight) -> str:
    """Day and clock with seconds: tries may follow each other closely."""
    return stamp(at, zone=sight.zone, has_seconds=True)


def _part(one: Attempt, publication: Publication) -> str:
    posts = 1 + len(publication.payload.get("thread") or ())
    if one.part >= posts:
        return "first comment"
    return f"part {one.part + 1} of {posts}" if parts_in(publication) > 1 else ""


def _outcome(one: Attempt) -> str:
    if one.outcome is None:
        return "No answer is written down (yet)."
    said = _OUTCOMES.get(one.outcome, "an answer of an unknown kind")
    took = f" after {seconds(_milliseconds(one))}" if one.answered_at is not None else ""
    return f"Came back{took}: {said}. {_reason(one)}".rstrip()


def _milliseconds(one: Attempt) -> float:
    gap = (one.answered_at or one.armed_at) - one.armed_at
    return max(0.0, gap.total_seconds() * 1000)


def _reason(one: Attempt) -> str:
    """Why, in the words that were made for a person; addresses and names of faults say nothing to one."""
    said = _FAULT.sub("", _ADDRESS.sub("its address", str(one.answer.get("why") or "")))
    return sentence(cut(said, most=LONGEST_REASON))


def _sent(one: Attempt) -> str:
    return f"Fingerprint of what was sent: {escape(one.payload_hash[:8])}" if one.payload_hash else ""
