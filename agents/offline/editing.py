"""Which edits can be done to a draft mechanically, exactly as told?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.offline.documents import parse
from agents.offline.emoji import emoji_for, has_emoji, without_emoji
from agents.offline.facts import HASHTAG
from agents.offline.hashtags import hashtags_for, parse_hashtags
from agents.offline.reading import capitalised
from agents.offline.slots import fill
from agents.offline.tongues.tongue import Intent

if TYPE_CHECKING:
    from agents.offline.intents import Wish
    from agents.offline.tongues.tongue import Tongue

_Draft = tuple[str, tuple[str, ...]]
_FEWEST_POINTS = 2


def edit(
    wish: Wish, body: str, hashtags: tuple[str, ...], tongue: Tongue | None, *, hashtag_limit: int
) -> _Draft:
    """(body, hashtags) after the edit that `wish` names; the same if there is nothing to do."""
    if wish.intent is Intent.REMOVE_HASHTAGS:
        return HASHTAG.sub(lambda tag: tag.group()[1:], body), ()
    if wish.intent is Intent.ADD_HASHTAGS:
        return body, _more_hashtags(wish, body, hashtags, tongue, limit=hashtag_limit)
    return _edit_body(wish, body, tongue), hashtags


def _edit_body(wish: Wish, body: str, tongue: Tongue | None) -> str:
    if wish.intent is Intent.REMOVE_EMOJI:
        return without_emoji(body) or body
    if wish.intent is Intent.ADD_EMOJI:
        return body if has_emoji(body) else f"{emoji_for(body)} {body}"
    if wish.intent is Intent.LIST:
        return as_list(body)
    if wish.intent is Intent.ADD_TEXT:
        return _added(wish, body, tongue)
    if wish.intent in {Intent.REPLACE, Intent.REMOVE_TEXT} and wish.old:
        return _replaced(body, wish.old, wish.new)
    return body


def _more_hashtags(
    wish: Wish, body: str, hashtags: tuple[str, ...], tongue: Tongue | None, *, limit: int
) -> tuple[str, ...]:
    named = parse_hashtags(wish.payload)
    first = next((line.text for line in parse(body) if line.sentences), "").replace("**", "")
    found = named or hashtags_for("", first + "\n" + body, tongue, limit=limit)
    return tuple(
        {tag.lower(): tag for tag in (*found, *hashtags)}[key] for key in _order((*hashtags, *found))
    )[: max(limit, len(hashtags))]


def _order(tags: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(tag.lower() for tag in tags))


def _added(wish: Wish, body: str, tongue: Tongue | None) -> str:
    if wish.link:
        if wish.link in body:
            return body
        return f"{body}\n\n{fill(tongue.phrases.link_calls[0], {'link': wish.link}) if tongue else wish.link}"
    sentence = capitalised(wish.payload.strip(' "“”«»'))
    if not sentence or sentence in body:
        return body
    stop = "。" if re.search(r"[\u4e00-\u9fff]\Z", sentence) else "."
    ended = re.search(r"[.!?…。！？/]\Z", sentence)
    return f"{body}\n\n{sentence}{'' if ended else stop}"


def _replaced(body: str, old: str, new: str) -> str:
    changed = re.sub(re.escape(old), lambda _: new, body, flags=re.IGNORECASE)
    lines = (re.sub(r"(?<=\S) {2,}", " ", line).strip() for line in changed.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" +(?=[.,!?])", "", "\n".join(lines))).strip() or body


def as_list(body: str) -> str:
    """The sentences between the first line and the last become bullets, if there are at least two."""
    lines = [line for line in parse(body) if line.sentences]
    if len(lines) == 1:
        first, *rest = lines[0].sentences
        points, call = rest, ""
    else:
        first = lines[0].text if lines else ""
        middle = lines[1:-1] if len(lines) > _FEWEST_POINTS else lines[1:]
        points = [sentence for line in middle for sentence in line.sentences]
        call = lines[-1].text if len(lines) > _FEWEST_POINTS else ""
    if call and len(points) < _FEWEST_POINTS:
        points, call = [*points, *lines[-1].sentences], ""
    if len(points) < _FEWEST_POINTS:
        return body
    bullets = "\n".join("• " + (without_emoji(point) or point).rstrip(".。") for point in points)
    return "\n\n".join(part for part in (first, bullets, call) if part)
