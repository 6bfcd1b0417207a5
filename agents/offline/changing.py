"""How does a draft become shorter, longer, or change its tone, without losing or inventing a fact?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.offline.documents import Line, join_hashtags, parse, places, render, without
from agents.offline.emoji import emoji_for, has_emoji, without_emoji
from agents.offline.facts import HASHTAG, LINK, MENTION, facts_of, weight
from agents.offline.reading import capitalised
from agents.offline.slots import fill, matcher, usable
from agents.offline.tongues.tongue import Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.offline.tongues.tongue import Tongue

_ENOUGH = 0.8
_MORE_SENTENCES = 2
_PROTECTED = re.compile(f"(?:{LINK.pattern})|(?:{HASHTAG.pattern})|(?:{MENTION.pattern})", re.IGNORECASE)


def shorten(
    body: str, hashtags: tuple[str, ...], tongue: Tongue | None, *, count: Callable[[str], int]
) -> tuple[str, tuple[str, ...]]:
    """(body, hashtags) at least a fifth shorter by `count` where that is possible without losing a fact.

    Phrases of ours go first, then sentences that only repeat, then filling words, emoji and spare hashtags.
    """
    target = int(count(join_hashtags(body, hashtags)) * _ENOUGH)
    body = _without_sentences(body, tongue, spare=count(join_hashtags(body, hashtags)) - target, count=count)
    for step in (_without_fillers, _without_frames):
        if count(join_hashtags(body, hashtags)) > target:
            body = step(body, tongue)
    for most in (2, 1):
        if count(join_hashtags(body, hashtags)) > target:
            hashtags = tuple(tag for n, tag in enumerate(hashtags) if n < most or re.search(r"\d", tag))
    if count(join_hashtags(body, hashtags)) > target:
        body = without_emoji(body) or body
    return body, hashtags


def _without_sentences(body: str, tongue: Tongue | None, *, spare: int, count: Callable[[str], int]) -> str:
    """`body` less sentences of at least `spare` units in all, if so many state nothing that the rest does not."""
    lines = parse(body)
    spots = places(lines)
    binding = {spot: facts_of(_at(lines, spot), tongue).binding for spot in spots}
    left = Counter(fact for facts in binding.values() for fact in facts)
    stock = _stock(tongue)
    removed: set[tuple[int, int]] = set()
    for spot in sorted(spots[1:], key=lambda spot: _dispensable(_at(lines, spot), spot, stock, tongue)):
        if spare <= 0:
            break
        if any(left[fact] < 2 for fact in binding[spot]):  # noqa: PLR2004 - the only other place that states it
            continue
        left.subtract(binding[spot])
        removed.add(spot)
        spare -= count(_at(lines, spot)) + 1
    return render(without(lines, frozenset(removed))) if removed else body


def _at(lines: list[Line], spot: tuple[int, int]) -> str:
    return lines[spot[0]].sentences[spot[1]]


def _dispensable(
    sentence: str, spot: tuple[int, int], stock: _Stock, tongue: Tongue | None
) -> tuple[bool, int, int, int]:
    return not stock.has(sentence), weight(sentence, tongue), -spot[0], -spot[1]


@dataclass(frozen=True)
class _Stock:
    """Our own sentences that state no fact: as bare texts, and as patterns where they have slots."""

    texts: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def has(self, sentence: str) -> bool:
        """Whether `sentence` is one of them."""
        return _bare(sentence) in self.texts or any(pattern.match(sentence) for pattern in self.patterns)


def _stock(tongue: Tongue | None) -> _Stock:
    if tongue is None:
        return _Stock(frozenset(), ())
    phrases = tongue.phrases
    every = (
        *phrases.soft_calls,
        *phrases.openers.values(),
        *phrases.closers.values(),
        *phrases.extensions,
        *phrases.when_calls,
    )
    parts = {
        part for phrase in every for part in (phrase, *(s for line in parse(phrase) for s in line.sentences))
    }
    slotted = sorted(part for part in parts if "{" in part)
    return _Stock(
        frozenset(_bare(part) for part in parts if "{" not in part), tuple(matcher(part) for part in slotted)
    )


def _bare(sentence: str) -> str:
    plain = (
        sentence.lower()
        .replace("’", "'")
        .replace("do not", "don't")
        .replace("would love", "'d love")
        .replace("we 'd", "we'd")
    )
    return re.sub(r"[\s.!…。！]+", " ", without_emoji(plain)).strip()


def own_words(body: str, tongue: Tongue | None) -> str:
    """`body` without the phrases and marks that are ours: what the person said, ready to be written anew."""
    lines = parse(_without_frames(_without_tone(body, tongue), tongue))
    stock = _stock(tongue)
    ours = frozenset(spot for spot in places(lines) if stock.has(_at(lines, spot)))
    bare = without_emoji(render(without(lines, ours))).replace("**", "").replace("• ", "")
    if tongue:
        joint = re.escape(tongue.phrases.only.removeprefix("{Core}").removesuffix("{deadline}"))
        bare = re.sub(joint, " ", bare)
    kept = [line for line in bare.split("\n") if line.strip()]
    two = len(kept) == 2 and not re.search(r"[.!?…。！？]\Z", kept[0])  # noqa: PLR2004 - a title and its only line
    return ", ".join(kept) if two else "\n".join(kept)


def _without_fillers(body: str, tongue: Tongue | None) -> str:
    fillers = tongue.phrases.fillers if tongue else None
    return body if fillers is None else _outside_links(body, lambda text: fillers.sub("", text))


def _without_frames(body: str, tongue: Tongue | None) -> str:
    """Phrases of ours around a fact shrink to the fact: "Be quick: only until Sunday." to "Until Sunday."."""
    if tongue is None:
        return body
    phrases = tongue.phrases
    hooks = [
        template
        for templates in phrases.hooks.values()
        for template in templates
        if "{topic}" in template.lower()
    ]
    framed = [
        matcher(phrase) for phrase in (*phrases.until_calls, *phrases.deadline_calls, *phrases.link_calls)
    ]
    bold = [matcher(f"**{hook}**") for hook in hooks if "{offer}" not in hook.lower()]
    lines = body.split("\n")
    return "\n".join(_unframed(_unframed(line, framed, end="."), bold, mark="**") for line in lines)


def _unframed(line: str, frames: list[re.Pattern[str]], *, end: str = "", mark: str = "") -> str:
    for frame in frames:
        match = frame.match(line)
        if match:
            fact = capitalised(match.group(match.lastindex or 0))
            return mark + fact + ("" if LINK.search(fact) else end) + mark
    return line


def lengthen(body: str, tongue: Tongue | None, *, fits: Callable[[str], bool]) -> str:
    """`body` with up to two more sentences that say nothing new; unchanged if none is left or none `fits`."""
    if tongue is None:
        return body
    facts = facts_of(body, tongue)
    slots = {
        "offer": next(iter(facts.offers), ""),
        "deadline": next(iter(facts.deadlines), ""),
        "when": facts.moments[0] if len(facts.moments) == 1 and not facts.deadlines else "",
    }
    known = {name: value for name, value in slots.items() if value}
    added: list[str] = []
    for phrase in usable(tongue.phrases.extensions, known):
        sentence = fill(phrase, known)
        longer = "\n\n".join((body, " ".join([*added, sentence])))
        if len(added) < _MORE_SENTENCES and sentence not in body and fits(longer):
            added.append(sentence)
    return "\n\n".join((body, " ".join(added))) if added else body


def change_tone(body: str, tone: Tone, tongue: Tongue | None) -> str:
    """`body` in another tone: opener, closer, exclamation marks, contractions and emoji change, facts do not."""
    bare = _without_tone(body, tongue)
    if tone in {Tone.FORMAL, Tone.NEUTRAL}:
        bare = _outside_links(without_emoji(bare) or bare, _calm)
    if tone is Tone.FORMAL and tongue:
        bare = _outside_links(bare, _formal(tongue))
    if tone in {Tone.PLAYFUL, Tone.URGENT}:
        bare = _louder(bare)
    if tone is Tone.PLAYFUL and not has_emoji(bare):
        bare = f"{emoji_for(bare)} {bare}"
    if tongue is None:
        return bare
    return _framed(bare, tongue.phrases.openers.get(tone, ""), tongue.phrases.closers.get(tone, ""))


def _framed(body: str, opener: str, closer: str) -> str:
    return "\n\n".join(part for part in (opener, body, closer) if part)


def _without_tone(body: str, tongue: Tongue | None) -> str:
    """`body` without the openers and closers that an earlier change of tone put there."""
    if tongue is None:
        return body
    ours = {_bare(phrase) for phrase in (*tongue.phrases.openers.values(), *tongue.phrases.closers.values())}
    kept = [line for line in body.split("\n") if _bare(line) not in ours or not line.strip()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() or body


def _outside_links(text: str, change: Callable[[str], str]) -> str:
    """`change` applied to everything but links, hashtags and mentions."""
    pieces: list[str] = []
    start = 0
    for found in _PROTECTED.finditer(text):
        pieces += [change(text[start : found.start()]), found.group()]
        start = found.end()
    return "".join([*pieces, change(text[start:])])


def _calm(text: str) -> str:
    text = re.sub(r"¡([^!¡]{0,300})!+", r"\1.", text)
    return re.sub(r"！+", "。", re.sub(r"!+(?=[\s*\"”»)]|\Z)", ".", text)).replace("?.", "?")


def _louder(text: str) -> str:
    """The first line ends with an exclamation mark, if it ends with a full stop or with a word."""
    first, newline, rest = text.partition("\n")
    marked = re.sub(r"[.。]?(\*\*)?\Z", lambda end: f"!{end[1] or ''}", first, count=1)
    ends_openly = re.search(r"[\w%.。](?:\*\*)?\Z", first) and not LINK.search(first[-60:])
    if re.search(r"[\u4e00-\u9fff]", first):
        marked = marked.replace("!", "！")
    return (marked if ends_openly and not first.startswith("¿") else first) + newline + rest


def _formal(tongue: Tongue) -> Callable[[str], str]:
    """What replaces contractions and colloquial words by their formal forms."""
    table = tongue.phrases.formal
    alternatives = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))
    colloquial = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
    return lambda text: (
        colloquial.sub(lambda word: _cased(word.group(), table[word.group().lower()]), text)
        if table
        else text
    )


def _cased(model: str, word: str) -> str:
    return capitalised(word) if model[:1].isupper() else word
