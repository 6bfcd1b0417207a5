"""Which hashtags does a text suggest? Only such as are made of its own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.offline.facts import HASHTAG, LINK, MENTION, facts_of
from agents.offline.reading import key_words, words

if TYPE_CHECKING:
    from agents.offline.tongues.tongue import Tongue

_WANTED = 3
_ENOUGH = 2
_SHORTEST_WORD = 4
_LONGEST = 28
_CONNECTORS = frozenset(["de", "del", "la"])
_MOST_WORDS = 3
_OBLIQUE = (
    "ии",
    "ем",
    "ом",
    "ой",
    "ей",
    "ах",
    "ях",
    "ами",
    "ями",
    "ую",
    "юю",
    "ого",
    "его",
    "ому",
    "ему",
    "ых",
    "их",
    "ым",
    "им",
    "у",
    "ю",
    "ов",
    "ев",
    "ете",
    "ите",
    "а",
    "е",
)


def hashtags_for(subject: str, text: str, tongue: Tongue | None, *, limit: int) -> tuple[str, ...]:
    """Up to `limit` hashtags with their `#`: the person's own first, then the subject, its main word, places, key words.

    `subject` is the noun phrase the post is about, in the form it would be looked up; empty if none is known.
    """
    own = [*HASHTAG.findall(subject), *HASHTAG.findall(text)]
    bare = _timeless(_bare(text), tongue)
    made = [*_from_subject(_bare(subject), tongue), *_from_places(bare, tongue)]
    known = " ".join((*own, *made)).lower()
    spare = (
        [word for word in _frequent(bare, tongue) if word[1:].lower() not in known]
        if len(made) < _ENOUGH
        else []
    )
    wanted = own + (made + spare)[: max(0, _WANTED - len(own))]
    return _distinct(wanted)[: max(0, limit)]


def _bare(text: str) -> str:
    return re.sub(r"[*_`]+", " ", MENTION.sub(" ", HASHTAG.sub(" ", LINK.sub(" ", text))))


def _timeless(text: str, tongue: Tongue | None) -> str:
    """Days and months pass; a hashtag of them finds nobody."""
    if tongue is None:
        return text
    return tongue.moments.when.sub(" ", tongue.moments.deadline.sub(" ", text))


def _from_subject(subject: str, tongue: Tongue | None) -> list[str]:
    if not subject or tongue is None:
        return []
    stripped = tongue.possessive.sub("", subject.strip())
    if tongue.code == "zh":
        core = stripped.rsplit("的", 1)[-1]
        return [f"#{core}"] if re.fullmatch(r"\w{2,10}", core) else []
    phrase = _noun_phrase(stripped, tongue)
    if not phrase:
        return []
    main = phrase[0] if tongue.code == "es" else phrase[-1]
    joined = "#" + "".join(word[:1].upper() + word[1:] for word in phrase)
    return [tag for tag in (joined, _tag(main)) if 3 <= len(tag) <= _LONGEST]  # noqa: PLR2004 - "#" and two letters


def _noun_phrase(text: str, tongue: Tongue) -> list[str]:
    """The leading words up to the first that only joins, at most three that mean something."""
    phrase: list[str] = []
    for word in words(text.split(",", maxsplit=1)[0]):
        joins = word.lower() in tongue.stop_words
        if phrase and word[0].isdigit():
            break  # two figures run together would be a third that nobody named
        if joins and not (tongue.code == "es" and phrase and word.lower() in _CONNECTORS):
            if phrase:
                break
            continue
        if sum(w.lower() not in _CONNECTORS for w in phrase) >= _MOST_WORDS:
            break
        phrase.append(word.replace("-", "").replace("'", "").replace("’", ""))
    while phrase and phrase[-1].lower() in _CONNECTORS:
        phrase.pop()
    names = [word for word in phrase[:2] if word.istitle()]
    if len(names) == 2 and not all(word[:1].isupper() for word in phrase):  # noqa: PLR2004 - "Ana Sousa joining": the name alone
        phrase = names
    return phrase if any(not word.isdigit() for word in phrase) else []


def _from_places(text: str, tongue: Tongue | None) -> list[str]:
    """Places are named as they are only where names do not decline."""
    if tongue is None or tongue.code not in {"en", "es"}:
        return []
    days = tongue.moments.when
    return [
        _tag(place.replace(" ", "")) for place in facts_of(text, tongue).places if not days.fullmatch(place)
    ]


def _frequent(text: str, tongue: Tongue | None) -> list[str]:
    """Key words, the most frequent first; in Chinese word borders are unknown, so none are guessed."""
    if tongue is None or tongue.code == "zh":
        return []
    as_written = {word.lower(): word for word in reversed(words(text))}
    timeless = tongue.moments.when
    ranked = sorted(key_words(text, tongue).items(), key=lambda item: (-item[1], -min(len(item[0]), 9)))
    oblique = _OBLIQUE if tongue.code == "ru" else ()
    ranked = [(word, n) for word, n in ranked if not word.endswith(oblique)]
    fit = [
        word
        for word, _ in ranked
        if len(word) >= _SHORTEST_WORD and len(word) < _LONGEST and "'" not in word and "’" not in word
    ]
    return [_tag(as_written.get(word, word).replace("-", "")) for word in fit if not timeless.search(word)]


def _tag(word: str) -> str:
    return f"#{word[:1].upper()}{word[1:]}"


def _distinct(tags: list[str]) -> tuple[str, ...]:
    """The first spelling of each tag wins."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.lower(), tag)
    return tuple(first.values())


def parse_hashtags(text: str) -> tuple[str, ...]:
    """The hashtags a person named in an instruction."""
    return tuple(dict.fromkeys(HASHTAG.findall(text)))
