"""How is a Russian subject named when it was given in another case?

"про нашу осеннюю распродажу" must become "наша осенняя распродажа" before it can open a post. Only endings that allow
one reading are turned; for all others the answer is None and the post keeps the person's own form with its preposition.
"""

from __future__ import annotations

_FEMININE = (("ую", "ая"), ("юю", "яя"))
_FEMININE_AFTER_O = (
    ("ской", "ская"),
    ("ной", "ная"),
    ("вой", "вая"),
    ("рой", "рая"),
    ("ней", "няя"),
    ("шей", "шая"),
    ("лой", "лая"),
)
_PRONOUNS = {
    "нашу": "наша",
    "мою": "моя",
    "свою": "своя",
    "эту": "эта",
    "вашу": "ваша",
    "нашей": "наша",
    "моей": "моя",
    "этой": "эта",
    "вашей": "ваша",
    "наш": "наш",
    "наше": "наше",
    "наши": "наши",
    "мой": "мой",
    "этот": "этот",
    "это": "это",
}
_ACCUSATIVE = frozenset({"про", "на тему"})
_MASCULINE_ADJECTIVE = ("ый", "ий", "ой")
_NEUTER_ADJECTIVE = ("ое", "ее")
_SURE_PREPOSITIONAL = (
    ("ции", "ция"),
    ("ении", "ение"),
    ("ании", "ание"),
    ("ытии", "ытие"),
    ("ятии", "ятие"),
    ("итии", "итие"),
)
_PLURAL_ADJECTIVE = ("ые", "ие")


def _swap(word: str, endings: tuple[tuple[str, str], ...]) -> str | None:
    return next((word[: -len(old)] + new for old, new in endings if word.endswith(old)), None)


def _feminine_noun(word: str, *, accusative: bool) -> str | None:
    endings = (("ию", "ия"), ("у", "а"), ("ю", "я")) if accusative else (("ии", "ия"), ("е", "а"))
    return _swap(word, endings)


def _attribute(word: str, *, accusative: bool) -> str | None:
    """The adjective or pronoun in the nominative; None if `word` is not one that can be turned with certainty."""
    known = _PRONOUNS.get(word.lower())
    if known:
        return known.capitalize() if word[:1].isupper() else known
    if accusative and word.endswith(_MASCULINE_ADJECTIVE + _NEUTER_ADJECTIVE + _PLURAL_ADJECTIVE):
        return word
    return _swap(word, _FEMININE if accusative else _FEMININE_AFTER_O)


def _is_feminine(word: str) -> bool:
    return word.lower().endswith(("ая", "яя", "наша", "моя", "своя", "эта", "ваша"))


def nominative(phrase: str, *, preposition: str) -> str | None:
    """`phrase` as it stood after `preposition`, turned into the nominative; None where that cannot be known.

    Attributes are turned up to the first noun; what follows the noun ("… в Лиссабоне") stays as it is.
    """
    accusative = preposition.lower() in _ACCUSATIVE
    words = phrase.split()
    turned: list[str] = []
    for place, word in enumerate(words):
        attribute = _attribute(word, accusative=accusative) if place < len(words) - 1 else None
        if attribute is not None:
            turned.append(attribute)
            continue
        noun = _noun(word, turned, accusative=accusative)
        return None if noun is None else " ".join([*turned, noun, *words[place + 1 :]])
    return None


def _noun(word: str, attributes: list[str], *, accusative: bool) -> str | None:
    if not word.isalpha():
        return None
    if any(_is_feminine(attribute) for attribute in attributes):
        return word if word.endswith("ь") else _feminine_noun(word, accusative=accusative)
    return _plain_accusative(word) if accusative else _swap(word, _SURE_PREPOSITIONAL)


def _plain_accusative(word: str) -> str | None:
    """A noun without attributes: unchanged unless its ending may hide a feminine."""
    if word.endswith(("у", "ю")):
        return _swap(word, (("цию", "ция"),))
    return word
