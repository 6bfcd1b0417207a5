"""What is in a person's text: which language, which sentences, which words matter?"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from agents.offline.tongues.chinese import CHINESE
from agents.offline.tongues.english import ENGLISH
from agents.offline.tongues.russian import RUSSIAN
from agents.offline.tongues.spanish import SPANISH

if TYPE_CHECKING:
    from agents.offline.tongues.tongue import Tongue

READ_AT_MOST = 20_000
"""Characters of a source that are read; a post needs far fewer and the effort stays bounded."""

TONGUES = (ENGLISH, RUSSIAN, SPANISH, CHINESE)

_TELLING = 2
_TAIL = 60
_SHORTEST_WORD = 3
_BIDI_EMBEDDINGS = frozenset("\u202a\u202b\u202c\u202d\u202e")
_NOT_RUSSIAN = re.compile(r"[іїєґўђћџјљњ]", re.IGNORECASE)
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN_LATIN = frozenset(
    [
        "der",
        "die",
        "das",
        "und",
        "ist",
        "nicht",
        "ein",
        "eine",
        "mit",
        "für",
        "auf",
        "von",
        "den",
        "dem",
        "wir",
        "ihr",
        "auch",
        "le",
        "les",
        "des",
        "est",
        "une",
        "dans",
        "pour",
        "avec",
        "nous",
        "vous",
        "et",
        "il",
        "gli",
        "della",
        "che",
        "di",
        "per",
        "non",
        "sono",
        "uma",
        "um",
        "os",
        "não",
        "com",
        "para",
        "você",
        "mais",
        "het",
        "een",
        "en",
        "van",
        "niet",
        "voor",
        "met",
        "ve",
        "bir",
        "için",
        "bu",
        "jest",
        "nie",
        "się",
        "na",
        "och",
        "att",
        "det",
        "som",
        "är",
        "på",
        "till",
    ]
)
_WORD = re.compile(r"[^\W_](?:[^\W_]|['’-](?=[^\W_]))*")
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”»)\]*]*(?=\s)|(?<![。！？])[。！？]+[”』」）*]*")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "no",
        "vs",
        "e.g",
        "i.e",
        "etc",
        "approx",
        "г",
        "ул",
        "д",
        "руб",
        "т",
        "т.е",
        "т.д",
        "т.п",
        "им",
        "sr",
        "sra",
        "dr",
        "dra",
        "pág",
        "núm",
        "p",
        "ej",
    ]
)


def clean(text: str) -> str:
    """`text` without control characters, lone surrogates and direction overrides; spaces tidied, lines kept."""
    kept = "".join(
        _clean_character(character) for character in text.replace("\r\n", "\n").replace("\r", "\n")
    )
    tidy = re.sub(r"[^\S\n]+", " ", kept)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", tidy)).strip()


def _clean_character(character: str) -> str:
    if character == "\n":
        return character
    if character in _BIDI_EMBEDDINGS or unicodedata.category(character) == "Cs":
        return ""
    if unicodedata.category(character) in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return character


def words(text: str) -> list[str]:
    """The words of `text` as written, without punctuation."""
    return _WORD.findall(text)


def tongue_of(text: str, *, default: Tongue | None = None) -> Tongue | None:
    """The tongue `text` is written in; None for a language we do not know; `default` when there are no letters."""
    sample = text[:READ_AT_MOST]
    letters = len(_LETTER.findall(sample))
    if not letters:
        return default
    scripts = Counter(
        han=3 * len(_HAN.findall(sample)),  # one character says as much as three letters
        cyrillic=len(_CYRILLIC.findall(sample)),
        latin=len(_LATIN.findall(sample)),
    )
    script, size = scripts.most_common(1)[0]
    if size * 3 < letters:
        return None
    if script == "han":
        return None if _KANA_OR_HANGUL.search(sample) else CHINESE
    if script == "cyrillic":
        return None if _NOT_RUSSIAN.search(sample) else RUSSIAN
    return _latin_tongue(sample)


def _latin_tongue(sample: str) -> Tongue | None:
    """English, Spanish or neither, by the commonest words; English when nothing speaks against it."""
    counted = Counter(word.lower() for word in words(sample))
    english = sum(n for word, n in counted.items() if word in ENGLISH.stop_words)
    spanish = sum(n for word, n in counted.items() if word in SPANISH.stop_words)
    foreign = sum(n for word, n in counted.items() if word in _FOREIGN_LATIN)
    spanish += 2 * len(re.findall(r"[¿¡ñ]|ci[oó]n\b", sample, re.IGNORECASE))
    if foreign >= _TELLING and foreign > max(english, spanish):
        return None
    return SPANISH if spanish > english else ENGLISH


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order; a line break always ends one; nothing but outer space is lost."""
    return [part for line in text.split("\n") for part in _line_sentences(line)]


def _line_sentences(line: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(line):
        if _is_abbreviation(line, start, end) or _goes_on(line, end.end()):
            continue
        found.append(line[start : end.end()].strip())
        start = end.end()
    found.append(line[start:].strip())
    return [part for part in found if part]


def _is_abbreviation(line: str, start: int, end: re.Match[str]) -> bool:
    if end.group() != ".":
        return False
    last = line[max(start, end.start() - 20) : end.start()].rsplit(" ", 1)[-1].lower().strip("(«\"'")
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())


def _goes_on(line: str, place: int) -> bool:
    """A small letter after the stop means that the sentence has not ended."""
    following = line[place : place + 40].lstrip()
    return following[:1].islower()


def key_words(text: str, tongue: Tongue | None) -> Counter[str]:
    """How often each word that carries meaning occurs, in lower case; for Chinese every pair of characters is a word."""
    stop = tongue.stop_words if tongue else frozenset[str]()
    if tongue is CHINESE:
        runs = re.findall(r"[\u4e00-\u9fff]+", text)
        return Counter(run[place : place + 2] for run in runs for place in range(len(run) - 1))
    lowered = (word.lower() for word in words(text))
    return Counter(
        word for word in lowered if len(word) >= _SHORTEST_WORD and word not in stop and not word.isdigit()
    )


def capitalised(text: str) -> str:
    """`text` with its first letter large; a link or handle at the start stays as it is."""
    if re.match(r"\w+://|www\.|[@#]", text):
        return text
    place = next((n for n, character in enumerate(text[:5]) if character.isalnum()), None)
    return text if place is None else text[:place] + text[place].upper() + text[place + 1 :]


def without_tail(text: str, tongue: Tongue) -> str:
    """`text` without the joining words and marks it ends with, once what they joined was cut off."""
    return text[:-_TAIL] + tongue.dangling.sub("", text[-_TAIL:])
