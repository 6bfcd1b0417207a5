"""May this text be used? What comes from a model or a person is cleaned and measured before anything is done with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_KEPT_CONTROLS = {"\n", "\t"}
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HASHTAG = re.compile(r"(?<![\w#&/])#(\w{1,100})")
_MENTION = re.compile(r"(?<![\w@/.])@(\w{1,50})")
_LETTERS = re.compile(r"[^\W_]", re.UNICODE)

_REFUSALS = (
    "i can't help with that",
    "i cannot help with that",
    "i can't assist with",
    "i cannot assist with",
    "i'm sorry, but i can",
    "i am sorry, but i can",
    "i'm unable to",
    "i am unable to",
    "as an ai language model",
    "as a language model",
    "i must decline",
    "я не могу помочь",
    "как языковая модель",
    "lo siento, pero no puedo",
    "como modelo de lenguaje",
    "抱歉,我无法",
    "抱歉，我无法",
    "作为一个语言模型",
)
_HEAD = 200
"""Characters at the beginning of an answer in which a refusal shows itself; later it may be quoted speech."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a model's text: `code` for the log, `told_model` so that it can do better."""

    code: str
    told_model: str


def clean(text: str) -> str:
    """The text without what no reader can see or what hides its direction: controls, lone surrogates, bidi overrides."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        letter
        for letter in unified
        if letter in _KEPT_CONTROLS
        or (unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in _BIDI)
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def hashtags_in(text: str) -> list[str]:
    """The hashtags of a text without their sign, each once, in order."""
    return list(dict.fromkeys(_HASHTAG.findall(text)))


def mentions_in(text: str) -> list[str]:
    """The names mentioned in a text without their sign, each once, in order."""
    return list(dict.fromkeys(_MENTION.findall(text)))


def find_fault(text: str, *, length: int, limit: int) -> Fault | None:
    """What keeps a model's text from being a post, or None. `length` and `limit` are in the platform's units."""
    cleaned = clean(text)
    if not _LETTERS.search(cleaned):
        return Fault("empty", "The text is empty. Write the post itself.")
    head = cleaned[:_HEAD].casefold().replace("’", "'")
    if any(head.startswith(words) or f"\n{words}" in head for words in _REFUSALS):
        return Fault(
            "refusal", "That is an explanation, not a post. Write the post, or say in one sentence why not."
        )
    if length > limit:
        return Fault("too_long", f"The text is too long: {length} of {limit}. Shorten it to at most {limit}.")
    return None
