"""What did the person ask to be written: about which subject, with which facts, in which manner?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.offline.facts import LINK
from agents.offline.reading import READ_AT_MOST, TONGUES, sentences, tongue_of, without_tail, words
from agents.offline.tongues.russian_cases import nominative
from agents.offline.tongues.tongue import Intent

if TYPE_CHECKING:
    from agents.offline.tongues.tongue import Tone, Tongue

_CLAUSE = re.compile(r"\s*[;；，]\s*|,\s+|\s+[–—-]\s+|:\s+|：\s*")
_QUOTES = ' \t\n"“”«»„'
_HEAD_LENGTH = 600
_ONE_PARAGRAPH = 400


@dataclass(frozen=True, kw_only=True)
class Request:
    """A wish for a post, with the person's words sorted.

    `subject` is the noun phrase after "about" as it can open a line (None where its grammar forbids that), `about` the
    same with its preposition, `details` the clauses after it, `statements` whole sentences. All are the person's words.
    """

    tongue: Tongue | None
    subject: str | None = None
    about: str | None = None
    details: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    tone: Tone | None = None
    asides: frozenset[Intent] = frozenset()

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to write about."""
        return not (self.subject or self.about or self.details or self.statements)


def tone_named(text: str) -> Tone | None:
    """The tone that `text` names, in any known language; "less formal" is friendly."""
    for tongue in TONGUES:
        for tone, pattern in tongue.tones:
            if pattern.search(text):
                return tone
    return None


def is_request(text: str) -> bool:
    """Whether `text` opens with a request to write, rather than with the words of the post."""
    return _head(text) is not None


def _head(text: str) -> tuple[Tongue, re.Match[str]] | None:
    opening = text[:_HEAD_LENGTH]
    guessed = tongue_of(opening)
    ordered = sorted(TONGUES, key=lambda tongue: tongue is not guessed)
    for tongue in ordered:
        for pattern in tongue.heads:
            if match := pattern.match(opening):
                return tongue, match
    return None


def read_request(text: str) -> Request:
    """The request in `text` (cleaned); text without a request is taken as the words of the post."""
    source = text[:READ_AT_MOST]
    head = _head(source)
    if head is None:
        return _statements(source, tongue_of(source))
    spoken, match = head
    groups = match.groupdict()
    rest = (groups.get("rest") or "") + source[_HEAD_LENGTH:]
    manner = " ".join(filter(None, (groups.get("adjectives"), groups.get("adjectives2"))))
    body, asides, tone = _without_asides(rest, spoken)
    tone = tone_named(manner) or tone
    asides |= _manner_asides(manner)
    named = groups.get("subject")
    if groups.get("about") is None and not named:
        return replace(
            _statements(body.strip(_QUOTES), tongue_of(body, default=spoken)), tone=tone, asides=asides
        )
    request = _about(groups.get("about") or "", named, body, spoken)
    return replace(request, tone=tone, asides=asides)


def _manner_asides(manner: str) -> frozenset[Intent]:
    brief = re.search(
        r"\b(?:short|brief|quick|коротк\w+|кратк\w+|breve|cort[oa])\b|简短|短", manner, re.IGNORECASE
    )
    return frozenset({Intent.SHORTEN}) if brief else frozenset()


def _without_asides(text: str, tongue: Tongue) -> tuple[str, frozenset[Intent], Tone | None]:
    """The text without the clauses that speak of its form, and what they asked for."""
    if len(text) > _ONE_PARAGRAPH:
        return text, frozenset(), None
    asked: set[Intent] = set()
    tone = None
    for intent, pattern in tongue.asides:
        match = pattern.search(text)
        if match is None:
            continue
        named = tone_named(match.group()) if intent is Intent.TONE else None
        if intent is Intent.TONE and named is None:
            continue
        tone = named or tone
        asked.add(intent)
        text = text[: match.start()].rstrip(" ,，;") + text[match.end() :]
    return text.strip(" ,，;"), frozenset(asked), tone


def _statements(text: str, tongue: Tongue | None) -> Request:
    """The words are the post itself. A short noun phrase with facts behind it is a subject with details."""
    lines = sentences(text)
    clauses = _clauses(lines[0]) if len(lines) == 1 else []
    if len(clauses) > 1 and _is_heading(clauses[0], tongue):
        return Request(tongue=tongue, statements=(clauses[0],), details=tuple(clauses[1:]))
    return Request(tongue=tongue, statements=tuple(line.strip(_QUOTES) for line in lines))


def _is_heading(clause: str, tongue: Tongue | None) -> bool:
    longest = 16 if tongue and tongue.code == "zh" else 60
    return len(clause) <= longest and (bool(tongue and tongue.code == "zh") or len(words(clause)) >= 2)  # noqa: PLR2004 - one word is a form of address


def _about(preposition: str, named: str | None, body: str, spoken: Tongue) -> Request:
    tongue = tongue_of(body or named or "", default=spoken) or spoken
    if tongue is not spoken and spoken.code != "en":
        tongue = spoken
    parts = sentences(body)
    first, details, statements = _first_part(named, parts)
    topic, tail = _cut_at_fact(first, tongue)
    details = [*([tail] if tail else []), *details]
    if not topic:
        return Request(tongue=tongue, statements=(*details, *statements))
    subject = nominative(topic, preposition=preposition) if spoken.code == "ru" and preposition else topic
    about = f"{preposition} {topic}" if spoken.code == "ru" and preposition else f"about {topic}"
    return Request(
        tongue=tongue,
        subject=subject,
        about=about if tongue is spoken and tongue.code in {"ru", "en"} else None,
        details=tuple(details),
        statements=tuple(statements),
    )


def _first_part(named: str | None, parts: list[str]) -> tuple[str, list[str], list[str]]:
    """(subject clause, further clauses of its sentence, further sentences)."""
    if named:
        return named, _clauses(parts[0].strip(" ,，。:：")) if parts else [], parts[1:]
    clauses = _clauses(parts[0]) if parts else []
    return (clauses[0], clauses[1:], parts[1:]) if clauses else ("", [], parts[1:])


def _clauses(sentence: str) -> list[str]:
    """The parts of a sentence between its commas and dashes; links and decimal commas are not taken apart."""
    kept = LINK.sub(lambda match: match.group().replace(":", "\x00"), sentence.strip(_QUOTES).rstrip(".。"))
    parts = (part.strip(_QUOTES).replace("\x00", ":") for part in _CLAUSE.split(kept))
    return [re.sub(r"\A(?:and|y|и)\s+", "", part) for part in parts if part and re.search(r"\w", part)]


def _cut_at_fact(clause: str, tongue: Tongue) -> tuple[str, str]:
    """(noun phrase, facts) of a clause like "our autumn sale with 20 % off until Sunday"."""
    moments = tongue.moments
    found = [
        match.start()
        for p in (moments.offer, moments.deadline, moments.when, LINK)
        if (match := p.search(clause))
    ]
    start = min(found, default=len(clause))
    topic = without_tail(clause[:start], tongue).strip()
    if tongue.code == "zh":
        return (topic, clause[start:].strip()) if topic else (clause.strip(), "")
    if not topic or not tongue.possessive.sub("", topic + " ").strip():
        return clause.strip(), ""
    return topic, clause[start:].strip()
