"""What does the person want with this message?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.offline.facts import facts_of, is_content
from agents.offline.reading import TONGUES, tongue_of, words
from agents.offline.requests import is_request, tone_named
from agents.offline.tongues.english import ENGLISH
from agents.offline.tongues.tongue import Intent, Tone, Tongue, named

if TYPE_CHECKING:
    import re

_LONGEST_INSTRUCTION = 400
_NEEDS_WORDS_OF_DRAFT = frozenset({Intent.REPLACE, Intent.REMOVE_TEXT})
_ONLY_WITH_DRAFT = frozenset({Intent.REPLACE, Intent.REMOVE_TEXT, Intent.ADD_TEXT, Intent.REWORK})
_CASUAL_REMARK = 4
_SHORT_INSTRUCTION = 12
_LESS = {
    Tone.FORMAL: Tone.FRIENDLY,
    Tone.PLAYFUL: Tone.NEUTRAL,
    Tone.URGENT: Tone.NEUTRAL,
    Tone.FRIENDLY: Tone.NEUTRAL,
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """An intent with what the message says about it; `tongue` is the one to answer in."""

    intent: Intent
    tongue: Tongue
    payload: str = ""
    tone: Tone | None = None
    old: str = ""
    new: str = ""
    link: str = ""
    name: str = ""


def wish_of(text: str, *, draft: str = "") -> Wish:
    """The wish in `text` (cleaned), given the `draft` the person has before him (empty if none)."""
    guessed = tongue_of(text)
    spoken = guessed or ENGLISH
    if not text:
        return Wish(intent=Intent.UNCLEAR, tongue=spoken)
    if is_request(text):
        return Wish(intent=Intent.WRITE, tongue=spoken, payload=text)
    instruction = _instruction(text, spoken, draft)
    if instruction:
        return instruction
    if spoken.question.match(text) and not facts_of(text[:_LONGEST_INSTRUCTION], spoken).binding:
        return Wish(intent=Intent.QUESTION, tongue=spoken)
    written = is_content(text, guessed)
    return Wish(intent=Intent.WRITE if written else Intent.UNCLEAR, tongue=spoken, payload=text)


def _instruction(text: str, spoken: Tongue, draft: str) -> Wish | None:
    """The first instruction that matches the whole message; the language it seems to be in is tried first."""
    head, newline, _ = text.partition("\n")
    if len(head) > _LONGEST_INSTRUCTION and not newline:
        head = text[:_LONGEST_INSTRUCTION]
    for tongue in sorted(TONGUES, key=lambda tongue: tongue is not spoken):
        for intent, pattern in sorted(tongue.wishes, key=lambda entry: entry[0] is not Intent.TONE):
            match = _match(pattern, text)
            wish = _wish(intent, match, tongue) if match else None
            if wish and _makes_sense(wish, text, draft):
                return wish
    return None


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """A long text is an instruction only by its opening; the payload behind the colon may be any length."""
    if len(text) <= _LONGEST_INSTRUCTION:
        return pattern.match(text)
    places = (place for mark in (":", "：", "\n") if 0 <= (place := text.find(mark)) <= 120)  # noqa: PLR2004 - an instruction, not a paragraph
    cut = min(places, default=-1)
    if cut < 0:
        return None
    opening = pattern.match(text[: cut + 1] + "x")
    return pattern.match(text) if opening and named(opening).get("payload") == "x" else None


def _wish(intent: Intent, match: re.Match[str], tongue: Tongue) -> Wish | None:
    groups = named(match)
    tone = None
    if intent is Intent.TONE:
        tone = tone_named(groups.get("tone", ""))
        if tone is None:
            return None
        less = any(word in match.group().lower().split() for word in ("less", "менее", "menos"))
        tone = _LESS.get(tone, tone) if less else tone
    payload = groups.get("payload") or groups.get("tags") or groups.get("mention") or ""
    named_once = {name: groups.get(name, "") for name in ("old", "new", "link", "name")}
    return Wish(intent=intent, tongue=tongue, payload=payload, tone=tone, **named_once)


def _makes_sense(wish: Wish, text: str, draft: str) -> bool:
    """Loose patterns count only where there is something to apply them to: "Drop by our café" removes nothing."""
    if wish.intent in _NEEDS_WORDS_OF_DRAFT:
        return wish.old.lower() in draft.lower() or (
            bool(draft) and bool(wish.new) and len(words(text)) <= _SHORT_INSTRUCTION
        )
    if wish.intent in _ONLY_WITH_DRAFT and not draft:
        return wish.intent is Intent.REWORK and len(words(text)) <= _CASUAL_REMARK
    return True
