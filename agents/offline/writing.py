"""How do a person's words become a post: hook, points, call to action, hashtags?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.offline.documents import fit_post, join_hashtags
from agents.offline.emoji import emoji_for
from agents.offline.facts import Facts, facts_of
from agents.offline.gravity import is_grave
from agents.offline.hashtags import hashtags_for
from agents.offline.reading import capitalised, without_tail, words
from agents.offline.slots import fill, usable
from agents.offline.summarising import pick
from agents.offline.tongues.tongue import Intent, Structure

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.offline.requests import Request
    from agents.offline.tongues.tongue import Tongue

_LONG_TEXT = 600
_LONG_HOOK = 120
_MANY_SENTENCES = 6
_ESSENTIALS = 4
_SHORT_CLAUSE = 40
_STOPS = ".!?…。！？:："


@dataclass(frozen=True, kw_only=True)
class Post:
    """A post in parts: `call` is the closing line, `soft` tells that it states no fact and may be dropped."""

    hook: str
    points: tuple[str, ...]
    listed: bool
    emoji: str
    call: str
    soft: bool

    @property
    def body(self) -> str:
        """The post as Markdown, without hashtags."""
        blocks = (f"**{self.hook}**" if self.hook else "", self._points(), self.call)
        return "\n\n".join(block for block in blocks if block)

    def _points(self) -> str:
        if self.listed and len(self.points) > 1:
            return "\n".join(f"• {point.rstrip('.。')}" for point in self.points)
        joined = _joined(self.points)
        return f"{self.emoji} {joined}" if self.emoji and joined else joined


def compose(
    request: Request, *, variant: int, limit: int, count: Callable[[str], int], hashtag_limit: int
) -> tuple[str, tuple[str, ...]]:
    """(body, hashtags) of a post built only from the words of `request`; `variant` chooses among the ways to build it.

    Together they are at most `limit` long by `count`: hashtags, then the soft call, then the last points give way.
    """
    source = _source(request)
    facts = facts_of(source, request.tongue)
    post = _build(request, facts, variant)
    tags = _tags(request, source, hashtag_limit)
    return _fitted(post, tags, limit=limit, count=count)


def _tags(request: Request, source: str, most: int) -> tuple[str, ...]:
    if Intent.REMOVE_HASHTAGS in request.asides:
        return ()
    subject = request.subject or ("" if request.about else _heading(request))
    return hashtags_for(subject, source, request.tongue, limit=most)


def _heading(request: Request) -> str:
    """The title the person gave, if it is a noun phrase: "we are hiring" has words that no hashtag wants."""
    heading = request.statements[0] if request.statements and request.details and request.tongue else ""
    joining = request.tongue.stop_words if request.tongue else frozenset[str]()
    return "" if any(word.lower() in joining for word in words(heading)) else heading


def _fitted(
    post: Post, tags: tuple[str, ...], *, limit: int, count: Callable[[str], int]
) -> tuple[str, tuple[str, ...]]:
    while count(join_hashtags(post.body, tags)) > limit:
        if len(tags) > 1:
            tags = tags[:-1]
        elif post.soft and post.call:
            post = replace(post, call="")
        elif len(post.points) > 1:
            post = replace(post, points=post.points[:-1])
        else:
            return fit_post(post.body, tags, limit=limit, count=count)
    return post.body, tags


def _source(request: Request) -> str:
    parts = (request.subject or request.about or "", *request.details, *request.statements)
    return "\n".join(part for part in parts if part)


def _build(request: Request, facts: Facts, variant: int) -> Post:
    titled, points = _material(request)
    long = sum(map(len, points)) > _LONG_TEXT or len(points) > _MANY_SENTENCES
    if long:
        points = pick(points, request.tongue, most=_ESSENTIALS - variant % 2)
    if not titled and not request.subject and not request.about and points:
        titled, points = points[0], points[1:]
    titled, remainder = _short_title(titled)
    points = [*remainder, *points]
    slots = _slots(request, titled, facts)
    structure, hook = _hook(request.tongue, slots, variant, grave=is_grave(_source(request)))
    listed = long or structure is Structure.LIST or Intent.LIST in request.asides
    if structure is Structure.OFFER:
        points = [point for point in points if _core(point, request.tongue).lower() != slots["offer"].lower()]
    return _close(
        request, facts, slots, hook=hook, points=points, listed=listed, structure=structure, variant=variant
    )


def _material(request: Request) -> tuple[str, list[str]]:
    """(the title the person gave, everything else)."""
    if request.subject or request.about:
        return "", [*request.details, *request.statements]
    if request.details:
        return request.statements[0], list(request.details)
    lines = list(request.statements)
    if len(lines) > 2 and lines[0][-1:] not in _STOPS and len(lines[0]) <= _LONG_HOOK:  # noqa: PLR2004 - a title needs a text
        return lines[0], lines[1:]
    return "", lines


def _short_title(title: str) -> tuple[str, list[str]]:
    """A long first sentence gives its first clause to the hook and the rest to the points."""
    if len(title) <= _LONG_HOOK:
        return title, []
    clause = re.match(r"(.{20,120}?)(?:[,;:]| [–—-])\s+(.+)\Z", title, re.DOTALL)
    return (clause[1], [clause[2]]) if clause else (title, [])


def _slots(request: Request, title: str, facts: Facts) -> dict[str, str]:
    """What can be put into phrases; only what is known has an entry."""
    subject = request.subject or ""
    if request.tongue and request.tongue.code == "zh":
        subject = request.tongue.possessive.sub("", subject) or subject
    offer = next((o for o in facts.offers if o.lower() != subject.lower()), "")
    stop = "" if title.endswith(("...", "…")) else ".。"
    named = {
        "topic": subject,
        "Topic": capitalised(subject),
        "about": request.about or "",
        "offer": offer,
        "Offer": capitalised(offer),
        "Fact": capitalised(title.strip("*# ").rstrip(stop).replace("**", "")),
        "deadline": _deadline(facts),
        "when": facts.moments[0] if len(facts.moments) == 1 and not facts.deadlines else "",
        "link": facts.links[0] if facts.links else "",
    }
    return {name: value for name, value in named.items() if value}


def _deadline(facts: Facts) -> str:
    """The first end named, without an "only" that the phrases add themselves."""
    found = facts.deadlines[0] if facts.deadlines else ""
    return re.sub(
        r"\A(?:only|just|valid|open|runs|lasts|s[oó]lo|только|仅限|只限|限时)\s*",
        "",
        found,
        flags=re.IGNORECASE,
    )


def _hook(
    tongue: Tongue | None, slots: dict[str, str], variant: int, *, grave: bool
) -> tuple[Structure, str]:
    """The structure and the opening line; without a tongue the person's own words open the post."""
    plain = slots.get("Fact") or slots.get("Topic") or capitalised(slots.get("about", ""))
    if tongue is None:
        return (Structure.ANNOUNCE, Structure.LIST)[variant % 2], plain
    if grave:
        return Structure.LIST, plain
    offered = {structure: usable(templates, slots) for structure, templates in tongue.phrases.hooks.items()}
    possible = [structure for structure in Structure if offered[structure]]
    if not possible:
        return Structure.LIST, plain
    structure = possible[variant % len(possible)]
    templates = offered[structure]
    hook = fill(templates[variant // len(possible) % len(templates)], slots)
    contracted = re.sub(r"\bde el\b(?= [a-zá-ú])", "del", hook) if tongue.code == "es" else hook
    return structure, re.sub(r"([!?！？])[!！。.]+", r"\1", contracted)


def _core(point: str, tongue: Tongue | None) -> str:
    """`point` without the end it names: "20 % off until Sunday" is "20 % off"."""
    if tongue is None:
        return point
    without = tongue.moments.deadline.sub(" ", point)
    return (
        re.sub(r" {2,}", " ", without_tail(without, tongue)).strip(" ,，。.;") if without != point else point
    )


def _close(
    request: Request,
    facts: Facts,
    slots: dict[str, str],
    *,
    hook: str,
    points: list[str],
    listed: bool,
    structure: Structure,
    variant: int,
) -> Post:
    tongue = request.tongue
    listed_link = [p for p in points if p.strip(" .") in facts.links]
    moment = (
        [p for p in points if p.strip(" .").lower() == slots.get("when", "").lower()]
        if "when" in slots
        else []
    )
    points = [p for p in points if p not in listed_link and p not in moment]
    points = _with_deadline_apart(points, slots, tongue, listed=listed)
    call, soft = _call(tongue, slots, " ".join((hook, *points)), variant=variant, lonely=not points)
    stated = " ".join((hook, *points))
    emoji = (
        emoji_for(_source(request)) if structure in {Structure.ANNOUNCE, Structure.LIST} and tongue else ""
    )
    if is_grave(_source(request)):
        call, emoji = ("" if soft else call), ""
    emoji = "" if Intent.REMOVE_EMOJI in request.asides else emoji
    unsaid = [p for p in listed_link if p.strip(" .") not in call and p.strip(" .") not in stated]
    finished = tuple(capitalised(point) for point in (*points, *unsaid))
    return Post(hook=hook, points=finished, listed=listed, emoji=emoji, call=call, soft=soft)


def _with_deadline_apart(
    points: list[str], slots: dict[str, str], tongue: Tongue | None, *, listed: bool
) -> list[str]:
    """The points with an end like "20 % off until Sunday" set off: a bullet of its own, or "20 % off – only until Sunday".

    Only clauses that are little more than an offer and its end are touched; a sentence keeps its words.
    """
    deadline = slots.get("deadline")
    if not deadline or tongue is None:
        return points
    for place, point in enumerate(points):
        core = _core(point, tongue)
        if core == point or not _is_offer(core, tongue) or len(core) > _SHORT_CLAUSE:
            continue
        if listed:
            apart = [core, capitalised(deadline)]
        elif tongue.moments.until.search(deadline):
            apart = [fill(tongue.phrases.only, {"Core": capitalised(core), "deadline": deadline})]
        else:
            apart = [point]
        return [*points[:place], *apart, *points[place + 1 :]]
    return points


def _is_offer(core: str, tongue: Tongue) -> bool:
    return bool(re.search(r"\d", core) or tongue.moments.offer.search(core))


def _call(
    tongue: Tongue | None, slots: dict[str, str], stated: str, *, variant: int, lonely: bool
) -> tuple[str, bool]:
    """(closing lines, whether they may be dropped). The end, the moment and the link are named if nothing above does.

    A `lonely` call follows the hook directly, so that it brings an invitation with it.
    """
    unsaid = {
        name: slots[name]
        for name in ("deadline", "when", "link")
        if name in slots and slots[name].lower() not in stated.lower()
    }
    if tongue is None:
        return unsaid.get("link", ""), False
    phrases = tongue.phrases
    lines: list[str] = []
    if "deadline" in unsaid:
        templates = (
            phrases.until_calls if tongue.moments.until.search(unsaid["deadline"]) else phrases.deadline_calls
        )
        lines.append(_chosen(templates, slots, variant))
    if "when" in unsaid:
        bare = re.sub(r"\A(?:on|starting|from|el)\s+", "", slots["when"], flags=re.IGNORECASE)
        lines.append(_chosen(phrases.when_calls, {"when": bare}, variant))
    if "link" in unsaid:
        lines.append(_chosen(phrases.link_calls, slots, variant))
    soft = _chosen(phrases.soft_calls, slots, variant)
    if lines:
        return "\n\n".join(
            [_joined(lines, space=True), *([soft] if lonely and "link" not in unsaid else [])]
        ), False
    if stated.rstrip()[-1:] in "!?！？" and len(stated) > _LONG_HOOK:
        return "", True
    return soft, True


def _chosen(templates: tuple[str, ...], slots: dict[str, str], variant: int) -> str:
    return fill(templates[variant % len(templates)], slots)


def _joined(points: tuple[str, ...] | list[str], *, space: bool = False) -> str:
    """Points as running text: each closed like a sentence."""
    closed = []
    for point in points:
        chinese = bool(re.search(r"[\u4e00-\u9fff]", point))
        linked = bool(re.search(r"(?:https?://|www\.)\S*\Z", point))
        ended = point[-1:] in _STOPS + ')"”»' or linked or not re.search(r"\w\W{0,2}\Z", point)
        closed.append(point if ended else point + ("。" if chinese else "."))
    chinese = all(re.search(r"[\u4e00-\u9fff]", point) for point in points) and not space
    return ("" if chinese else " ").join(closed)
