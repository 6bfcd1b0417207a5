"""What must be known of a language before the offline drafter can write in it?

A `Tongue` is data: patterns that recognise wishes, requests and moments, and phrases that carry no fact of their own.
A phrase may hold slots in braces; a phrase whose slot cannot be filled from the person's words is not used.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_GROUP = re.compile(r"\(\?P<(\w+)>")
_NUMBER = re.compile(r"_\d+\Z")


class Intent(StrEnum):
    """What a person wants with a message."""

    WRITE = "write"
    AGAIN = "again"
    SHORTEN = "shorten"
    LENGTHEN = "lengthen"
    TONE = "tone"
    SUMMARISE = "summarise"
    REMOVE_HASHTAGS = "remove_hashtags"
    ADD_HASHTAGS = "add_hashtags"
    REMOVE_EMOJI = "remove_emoji"
    ADD_EMOJI = "add_emoji"
    REPLACE = "replace"
    REMOVE_TEXT = "remove_text"
    ADD_TEXT = "add_text"
    LIST = "list"
    TRANSLATE = "translate"
    QUEUE = "queue"
    TIMES = "times"
    SAVE = "save"
    USAGE = "usage"
    WHO = "who"
    HELP = "help"
    GREET = "greet"
    THANKS = "thanks"
    REWORK = "rework"
    QUESTION = "question"
    UNCLEAR = "unclear"


class Tone(StrEnum):
    """A manner of speaking that a text can be put into."""

    FRIENDLY = "friendly"
    FORMAL = "formal"
    PLAYFUL = "playful"
    URGENT = "urgent"
    NEUTRAL = "neutral"


class Structure(StrEnum):
    """How a post is built: what the hook does and what shape the points take."""

    ANNOUNCE = "announce"
    OFFER = "offer"
    QUESTION = "question"
    LIST = "list"


class Say(StrEnum):
    """The sentences that the drafter says for itself, outside any post."""

    WHO = "who"
    HELP = "help"
    GREETING = "greeting"
    THANKS = "thanks"
    DRAFTED = "drafted"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    NOTHING_TO_ADD = "nothing_to_add"
    ASK_TOPIC = "ask_topic"
    ASK_TEXT = "ask_text"
    ASK_CHANGE = "ask_change"
    NO_TRANSLATION = "no_translation"
    NO_ANSWERS = "no_answers"
    NO_QUEUE = "no_queue"
    NO_TIMES = "no_times"
    NO_SAVING = "no_saving"
    NO_USAGE = "no_usage"
    FAILED = "failed"
    DONE = "done"
    COLLECTION = "collection"


@dataclass(frozen=True, kw_only=True)
class Moments:
    """How the language speaks of time.

    `deadline` finds an end ("until Sunday"), `until` tells whether "only" fits before it, `when` finds a moment of
    an event ("on Friday at 18:00"), `offer` finds a discount or gift worth putting first.
    """

    deadline: re.Pattern[str]
    until: re.Pattern[str]
    when: re.Pattern[str]
    offer: re.Pattern[str]


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """Sentences without facts, by their place in a post.

    Slots: `{Topic}` the subject at the start of a line, `{topic}` inside one, `{about}` with its preposition,
    `{offer}`/`{Offer}`, `{deadline}`, `{when}`, `{link}`; `only` joins a `{Core}` and its `{deadline}`.
    """

    hooks: Mapping[Structure, tuple[str, ...]]
    only: str
    until_calls: tuple[str, ...]
    deadline_calls: tuple[str, ...]
    when_calls: tuple[str, ...]
    link_calls: tuple[str, ...]
    soft_calls: tuple[str, ...]
    openers: Mapping[Tone, str]
    closers: Mapping[Tone, str]
    extensions: tuple[str, ...]
    formal: Mapping[str, str]
    fillers: re.Pattern[str] | None


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """Everything the drafter knows of one language.

    `heads` recognise the request around a post; their groups are `adjectives`, `about` (the preposition as written),
    `content` (the words are statements, not a subject), `subject`, `rest`. `tones` names tones by the words people
    use. `asides` are clauses that speak of the form ("without hashtags") and must not end in the post.
    """

    code: str
    stop_words: frozenset[str]
    wishes: tuple[tuple[Intent, re.Pattern[str]], ...]
    heads: tuple[re.Pattern[str], ...]
    tones: tuple[tuple[Tone, re.Pattern[str]], ...]
    asides: tuple[tuple[Intent, re.Pattern[str]], ...]
    question: re.Pattern[str]
    dangling: re.Pattern[str]
    possessive: re.Pattern[str]
    moments: Moments
    phrases: Phrases
    answers: Mapping[Say, str]


def pattern(body: str) -> re.Pattern[str]:
    """The pattern of a table entry: case is ignored, a dot may be a line break, a group may be named more than once.

    The second group `payload` becomes `payload_2`, and so on; `named` reads them as one.
    """
    seen: Counter[str] = Counter()

    def numbered(group: re.Match[str]) -> str:
        seen[group[1]] += 1
        return group.group() if seen[group[1]] == 1 else f"(?P<{group[1]}_{seen[group[1]]}>"

    return re.compile(_GROUP.sub(numbered, body), re.IGNORECASE | re.DOTALL)


def named(match: re.Match[str]) -> dict[str, str]:
    """The groups of a match that hold something, stripped; the first of those that share a name."""
    found: dict[str, str] = {}
    for name, value in match.groupdict().items():
        if value and value.strip():
            found.setdefault(_NUMBER.sub("", name), value.strip())
    return found


def instructions(
    polite: str, end: str, bodies: tuple[tuple[Intent, str], ...]
) -> tuple[tuple[Intent, re.Pattern[str]], ...]:
    """Patterns that match a whole message which is an instruction, with courtesies around it allowed."""
    return tuple((intent, pattern(rf"\A{polite}(?:{body}){end}\Z")) for intent, body in bodies)
