"""What is the drafter's next step in a conversation: a sentence, or a call of a tool?"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.offline.changing import change_tone, lengthen, own_words, shorten
from agents.offline.documents import fit, fit_post, join_hashtags, split_hashtags
from agents.offline.editing import as_list, edit
from agents.offline.intents import Wish, wish_of
from agents.offline.reading import clean, tongue_of
from agents.offline.requests import read_request
from agents.offline.summarising import summarise
from agents.offline.telling import readable, tell, tell_failure
from agents.offline.tongues.tongue import Intent, Say
from agents.offline.writing import compose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DRAFTING = ("draft_post", "revise_post")
_ATTEMPTS = 2
_SHORTEST_LIMIT = 40
_WRITING = frozenset({Intent.WRITE, Intent.AGAIN})
_TALK = {
    Intent.WHO: (Say.WHO,),
    Intent.HELP: (Say.HELP,),
    Intent.GREET: (Say.GREETING, Say.HELP),
    Intent.THANKS: (Say.THANKS,),
    Intent.TRANSLATE: (Say.NO_TRANSLATION,),
    Intent.QUESTION: (Say.NO_ANSWERS,),
    Intent.UNCLEAR: (Say.ASK_TOPIC,),
    Intent.REWORK: (Say.ASK_CHANGE,),
}
_ERRANDS = {
    Intent.QUEUE: ("list_queue", Say.NO_QUEUE),
    Intent.TIMES: ("propose_times", Say.NO_TIMES),
    Intent.SAVE: ("save_to_collection", Say.NO_SAVING),
    Intent.USAGE: ("show_usage", Say.NO_USAGE),
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a tool call since the person's last message ended; `text` and `hashtags` are what was handed to it."""

    tool: str
    failed: bool
    answer: str
    text: str = ""
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Everything that the next step depends on.

    `said` is the person's last message, `earlier` his messages before it, `draft` the text before him (with its
    hashtags, empty if none), `tools` the parameter names of each tool at hand, `outcomes` the calls since `said`.
    """

    said: str
    limit: int
    count: Callable[[str], int]
    hashtag_limit: int
    earlier: tuple[str, ...] = ()
    draft: str = ""
    tools: Mapping[str, frozenset[str]] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """Either `text` to say, or `tool` to call with `arguments`."""

    text: str = ""
    tool: str = ""
    arguments: Mapping[str, str | list[str]] = field(default_factory=dict)


def next_step(situation: Situation) -> Step:
    """The next step; the same situation always gives the same step, and at most two calls follow one message."""
    said = clean(situation.said)
    wish = wish_of(said, draft=situation.draft)
    if situation.outcomes:
        return _after_tool(situation, wish)
    if wish.intent in _TALK:
        return Step(text=" ".join(tell(say, wish.tongue) for say in _TALK[wish.intent]))
    if wish.intent in _ERRANDS:
        return _errand(situation, wish)
    if wish.intent in _WRITING:
        return _write(situation, wish)
    return _revise(situation, wish)


def _after_tool(situation: Situation, wish: Wish) -> Step:
    last = situation.outcomes[-1]
    if last.failed:
        if last.tool in _DRAFTING and last.text and len(situation.outcomes) < _ATTEMPTS:
            return _retry(situation, last)
        return Step(text=tell_failure(Say.FAILED, wish.tongue, reason=last.answer))
    if last.tool == "draft_post":
        return Step(text=tell(Say.DRAFTED, wish.tongue))
    if last.tool == "revise_post":
        return Step(text=tell(Say.REVISED, wish.tongue))
    return Step(text=readable(last.answer) or tell(Say.DONE, wish.tongue))


def _retry(situation: Situation, last: Outcome) -> Step:
    """Once more with less text: within the limit that the refusal names, else at three fifths."""
    present = situation.count(join_hashtags(last.text, last.hashtags))
    named = [
        int(number)
        for number in re.findall(r"\d{2,7}", last.answer)
        if _SHORTEST_LIMIT <= int(number) < present
    ]
    limit = min(min(named, default=present * 3 // 5), situation.limit)
    body, hashtags = shorten(last.text, last.hashtags, tongue_of(last.text), count=situation.count)
    body, hashtags = fit_post(body, hashtags, limit=limit, count=situation.count)
    return _hand_over(situation, body, hashtags, preferred=last.tool)


def _errand(situation: Situation, wish: Wish) -> Step:
    tool, otherwise = _ERRANDS[wish.intent]
    if tool not in situation.tools:
        return Step(text=tell(otherwise, wish.tongue))
    if wish.intent is Intent.SAVE:
        return Step(tool=tool, arguments={"name": wish.name or tell(Say.COLLECTION, wish.tongue)})
    return Step(tool=tool)


def _write(situation: Situation, wish: Wish) -> Step:
    source, drafts = _source(situation, wish)
    request = read_request(clean(source))
    if request.is_empty:
        return Step(text=tell(Say.ASK_TOPIC, wish.tongue))
    seed = zlib.crc32(clean(source).encode()) + drafts
    body, hashtags = _composed(situation, request=source, seed=seed)
    if join_hashtags(body, hashtags) == situation.draft:
        body, hashtags = _composed(situation, request=source, seed=seed + 1)
    tool = "revise_post" if wish.intent is Intent.AGAIN and situation.draft else "draft_post"
    return _hand_over(situation, body, hashtags, preferred=tool)


def _source(situation: Situation, wish: Wish) -> tuple[str, int]:
    """(what to write from, how many drafts of it were asked for before)."""
    wishes = [(text, wish_of(clean(text)).intent) for text in situation.earlier]
    drafts = sum(intent in _WRITING for _, intent in wishes)
    if wish.intent is not Intent.AGAIN:
        return situation.said, drafts
    asked = next((text for text, intent in reversed(wishes) if intent is Intent.WRITE), "")
    return asked or own_words(split_hashtags(situation.draft)[0], tongue_of(situation.draft)), drafts


def _composed(situation: Situation, *, request: str, seed: int) -> tuple[str, tuple[str, ...]]:
    read = read_request(clean(request))
    rules = {"limit": situation.limit, "hashtag_limit": situation.hashtag_limit}
    body, hashtags = compose(read, variant=seed, count=situation.count, **rules)
    if Intent.SHORTEN in read.asides:
        body, hashtags = shorten(body, hashtags, read.tongue, count=situation.count)
    if Intent.LIST in read.asides:
        body = as_list(body)
    if read.tone:
        body = change_tone(body, read.tone, read.tongue)
    return fit_post(body, hashtags, limit=situation.limit, count=situation.count)


def _revise(situation: Situation, wish: Wish) -> Step:
    given = wish.payload if wish.intent not in {Intent.ADD_HASHTAGS, Intent.ADD_TEXT} else ""
    target = clean(given) or situation.draft
    if not target:
        return Step(text=tell(Say.ASK_TEXT, wish.tongue))
    before = split_hashtags(target)
    body, hashtags = _changed(situation, wish, *before)
    body, hashtags = fit_post(clean(body), hashtags, limit=situation.limit, count=situation.count)
    if (body, hashtags) == before and not given:
        say = Say.NOTHING_TO_ADD if wish.intent is Intent.LENGTHEN else Say.UNCHANGED
        return Step(text=tell(say, wish.tongue))
    if given and wish.intent is Intent.SUMMARISE:
        return Step(text=join_hashtags(body, hashtags))
    return _hand_over(situation, body, hashtags, preferred="draft_post" if given else "revise_post")


def _changed(
    situation: Situation, wish: Wish, body: str, hashtags: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    tongue = tongue_of(body, default=wish.tongue)
    if wish.intent is Intent.SHORTEN:
        return shorten(body, hashtags, tongue, count=situation.count)
    if wish.intent is Intent.LENGTHEN:
        return lengthen(
            body, tongue, fits=lambda text: situation.count(join_hashtags(text, hashtags)) <= situation.limit
        ), hashtags
    if wish.intent is Intent.TONE and wish.tone:
        return change_tone(body, wish.tone, tongue), hashtags
    if wish.intent is Intent.SUMMARISE:
        return summarise(body, tongue), hashtags
    return edit(wish, body, hashtags, tongue, hashtag_limit=situation.hashtag_limit)


def _hand_over(situation: Situation, body: str, hashtags: tuple[str, ...], *, preferred: str) -> Step:
    """The post goes to the tool for it, to the other drafting tool if only that is there, else it is the answer."""
    tool = next((name for name in (preferred, *_DRAFTING) if name in situation.tools), None)
    if tool is None:
        return Step(text=fit(join_hashtags(body, hashtags), limit=situation.limit, count=situation.count))
    if "hashtags" in situation.tools[tool]:
        return Step(tool=tool, arguments={"text": body, "hashtags": list(hashtags)})
    return Step(tool=tool, arguments={"text": join_hashtags(body, hashtags)})
