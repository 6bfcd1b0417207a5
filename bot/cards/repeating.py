"""How does a repeat look: how often, when next, what waits for a tap? And the screens on which one is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.cards.listing import Page, in_rows, only_full
from bot.cards.origin import Plan
from bot.cards.wording import count, cut, excerpt, sentence, stamp, where
from bot.rendering import escape
from bot.turn import Button, Desk, Face
from services.authorising import Action, Actor, may
from services.copying import standing_hash
from services.evergreen import Candidate
from services.refusals import Unclear
from services.rule_reading import EXAMPLE
from services.rule_saying import say_repeat
from services.time_placing import WEEKDAYS
from services.time_rules import Occurrence, Repeat
from services.unfolding import repeat_of
from storage import Transaction
from storage.accounts import Account
from storage.collections import Collection
from storage.publications import Publication
from storage.series import Series

HOURS = (7, 8, 9, 10, 11, 12, 14, 16, 18, 19, 20, 21)
RESTS = (0, 7, 14, 30, 60, 90)
"""Days that are offered for a post of a collection to rest."""

SHOWN = 10
"""Posts of a collection on one screen: one tap allows exactly these."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be repeated: the post of a `plan`, or the posts of a collection on an account."""

    plan: Plan | None = None
    collection_id: UUID | None = None
    account_id: UUID | None = None

    def arguments(self) -> dict[str, Any]:
        """As JSON, for a button or an awaited answer."""
        if self.plan is not None:
            return self.plan.arguments()
        account = None if self.account_id is None else str(self.account_id)
        return {"collection": str(self.collection_id), "account": account}

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Wish:
        """What `arguments` wrote."""
        if "collection" not in arguments:
            plan = Plan.of(arguments)
            return cls(plan, account_id=plan.account_id)
        account = arguments.get("account")
        return cls(
            collection_id=UUID(arguments["collection"]),
            account_id=None if account is None else UUID(account),
        )

    def button(self, label: str, action: str, *, style: str | None = None, **more: Any) -> Button:  # noqa: ANN401 - arguments are JSON
        """A button that carries the wish on."""
        if self.plan is not None:
            return self.plan.button(label, action, style=style, **more)
        return Button(label, action, self.collection_id, arguments={**self.arguments(), **more}, style=style)

    def back(self) -> Button:
        """The way out."""
        return Button("Back", "repeats.page") if self.plan is None else self.plan.origin.back()


def rule_arguments(repeat: Repeat) -> dict[str, str]:
    """A rule as JSON, for a button."""
    starts = repeat.starts.isoformat(timespec="minutes")
    return {"rule": repeat.rule, "starts": starts, "zone": repeat.zone}


def repeat_from(arguments: Mapping[str, Any]) -> Repeat:
    """What `rule_arguments` wrote."""
    return Repeat(arguments["rule"], datetime.fromisoformat(arguments["starts"]), arguments["zone"])


def ask_face(wish: Wish, *, today: datetime, trouble: str = "", example: str = "") -> Face:
    """How often? A few rhythms to tap, or words; `today` is the present on the clocks of the rule."""
    rhythms = {
        "Every day": "every day",
        "Every weekday": "every weekday",
        f"Every {WEEKDAYS[today.weekday()]}": f"every {WEEKDAYS[today.weekday()]}",
        "Monthly on the 1st": "every month on the 1st",
    }
    rows = [
        *in_rows(
            [wish.button(label, "repeat.times", rhythm=words) for label, words in rhythms.items()], width=2
        ),
        [wish.back() if wish.plan is None else wish.plan.button("Back", "when.open")],
    ]
    said = sentence(trouble) or "**How often shall it be repeated?**"
    zone = f"Times are in {escape(str(today.tzinfo))}. /cancel forgets the question."
    return Face(f"{said}\n{escape(example or EXAMPLE)}\n{zone}", rows)


def times_face(wish: Wish, *, rhythm: str, zone: str) -> Face:
    """At what time of day?"""
    buttons = [wish.button(f"{hour:02}:00", "repeat.read", words=f"{rhythm} {hour:02}:00") for hour in HOURS]
    rows = [*in_rows(buttons, width=3), [wish.button("Back", "repeat.ask")]]
    said = f"**{escape(rhythm[:1].upper() + rhythm[1:])}, at what time?**"
    return Face(f"{said}\nTimes are in {escape(zone)}. For another one tap Back and write it.", rows)


def rests_face(wish: Wish, repeat: Repeat, notes: Sequence[str]) -> Face:
    """How long does a post of the collection rest before it comes again?"""
    buttons = [
        wish.button(
            count(days, "day") if days else "Not at all",
            "repeat.rest",
            **rule_arguments(repeat),
            notes=[*notes],
            rest=days,
        )
        for days in RESTS
    ]
    text = "**How long shall a post rest before it comes again?**\nThe one that rested longest comes first."
    return Face(text, [*in_rows(buttons, width=3), [wish.button("Back", "repeat.ask")]])


def confirm_face(
    wish: Wish,
    account: Account,
    repeat: Repeat,
    first: Sequence[Occurrence],
    *,
    notes: Sequence[str],
    body: Sequence[str],
    **more: Any,  # noqa: ANN401 - arguments are JSON
) -> Face:
    """The rule with its first moments said back; the button allows exactly what stands here, and nothing is saved before."""
    lines = [
        f"**{escape(_capital(say_repeat(repeat)))}**",
        f"on {where(account)}",
        *[sentence(note) for note in notes],
        "",
        *_moments(first, repeat.zone),
        "",
        *body,
    ]
    go = wish.button("Repeat it", "repeat.confirm", style="success", **rule_arguments(repeat), **more)
    return Face("\n".join(lines), [[go], [wish.button("Say it differently", "repeat.ask"), wish.back()]])


def posts_lines(shown: Sequence[Candidate], *, more: int) -> list[str]:
    """The posts that a tap allows, and how many are left for the next one."""
    lines = [f"{number}\\. {escape(excerpt(one.post.text, most=200))}" for number, one in enumerate(shown, 1)]
    if more:
        lines.append(f"{count(more, 'more post')} will wait for another tap.")
    return lines


@dataclass(frozen=True, slots=True)
class Sight:
    """What the card of a repeat is made from; `what` is its post's text or its collection's name, as plain text.

    `changed` is the fingerprint of a post that says something else than what was allowed, `waiting` counts the posts
    of a collection that nobody has allowed. `viewer` is None where a whole team reads.
    """

    series: Series
    account: Account
    what: str
    repeat: Repeat | None
    upcoming: Sequence[Occurrence]
    waiting: int
    changed: str | None
    viewer: Actor | None

    @property
    def can_change(self) -> bool:
        """Whether the reader is shown the buttons."""
        return self.viewer is None or may(self.viewer, Action.SCHEDULE)

    @property
    def words(self) -> str:
        """How often, as plain text."""
        return "" if self.repeat is None else say_repeat(self.repeat)


async def look(tx: Transaction, desk: Desk, series: Series, viewer: Actor | None) -> Sight:
    """Gathers what the card of a repeat needs."""
    account = await tx.accounts.get(series.account_id)
    changed = None
    if series.post_id is None:
        collection = await tx.collections.get(series.collection_id or series.id)
        what = collection.name
    else:
        post = await tx.posts.get(series.post_id)
        found = await standing_hash(tx, desk.drafting, post, account)
        changed = found if found != series.content_hash and post.state != "discarded" else None
        what = excerpt(post.text, most=300)
    repeat = _rule_of(series)
    upcoming = () if repeat is None else desk.repeating.upcoming(series, now=tx.now)
    waiting = await desk.repeating.waiting_for_approval(tx, series)
    return Sight(series, account, what, repeat, upcoming, len(waiting), changed, viewer)


def series_face(sight: Sight) -> Face:
    """One repeat as it stands now, with everything that can be done about it."""
    series = sight.series
    state = {"active": "", "paused": " · paused", "ended": " · ended"}[series.state]
    kind = "From the collection" if series.collection_id else "The post"
    lines = [
        f"**{escape(_capital(sight.words) or 'A repeat')}**{state}",
        f"on {where(sight.account)}",
        sentence(series.reason or ""),
        f"{kind}: {escape(cut(sight.what, most=300))}",
        *_rest_lines(sight),
        *_moments(sight.upcoming if series.state == "active" else (), series.zone),
    ]
    rows = _series_rows(sight) if sight.can_change and series.state != "ended" else []
    return Face(
        "\n".join(line for line in lines if line),
        only_full([*rows, [Button("All repeats", "repeats.page")]]),
    )


def _rest_lines(sight: Sight) -> list[str]:
    lines = []
    if sight.series.cool_down_days:
        lines.append(f"A post rests {count(sight.series.cool_down_days, 'day')} before it comes again.")
    if sight.waiting:
        waits = "waits" if sight.waiting == 1 else "wait"
        lines.append(f"**{count(sight.waiting, 'post')} {waits} for approval.**")
    return lines


def _series_rows(sight: Sight) -> list[list[Button]]:
    series = sight.series
    approve = []
    if sight.changed is not None:
        approve = [
            _deed(series, "Approve as it is now", "repeat.approve", style="success", seen=sight.changed)
        ]
    elif sight.waiting:
        approve = [_deed(series, "Look at what waits", "repeat.posts", style="success")]
    flow = []
    if series.state == "paused" and sight.changed is None:
        flow = [_deed(series, "Resume", "repeat.resume", style="success")]
    elif series.state == "active":
        flow = [_deed(series, "Pause", "repeat.pause")]
        if sight.upcoming:
            flow.append(_deed(series, "Skip the next", "repeat.skip", occurrence=sight.upcoming[0].key))
    post = [] if series.post_id is None else [Button("Open the post", "post.open", subject=series.post_id)]
    return [approve, [*flow, _deed(series, "End it…", "repeat.end.ask", style="danger")], post]


def end_face(sight: Sight) -> Face:
    """The one question before a repeat ends."""
    sure = _deed(sight.series, "End it", "repeat.end", style="danger")
    back = Button("Back", "repeat.open", subject=sight.series.id)
    text = (
        f"**End this repeat?**\n{escape(_capital(sight.words))}\nWhat it has put into the queue is taken off."
    )
    return Face(text, [[sure, back]])


def posts_face(sight: Sight, shown: Sequence[Candidate], *, more: int) -> Face:
    """The posts that wait for approval; the button allows exactly these."""
    seen = {str(one.post.id): one.hash for one in shown}
    allow = _deed(sight.series, "Approve these", "repeat.posts.go", style="success", seen=seen)
    lines = [
        "**These posts wait for approval**",
        f"on {where(sight.account)}",
        "",
        *posts_lines(shown, more=more),
    ]
    return Face("\n".join(lines), [[allow, Button("Back", "repeat.open", subject=sight.series.id)]])


def list_face(sights: Sequence[Sight], page: Page, *, can_make: bool) -> Face:
    """Every repeat that has not ended, with its next moment."""
    made = [Button("Repeat a collection…", "repeat.collections")] if can_make else []
    new = [*made, Button("To the queue", "queue.page")]
    if page.total == 0:
        text = "Nothing is repeated yet. Tap Schedule on the card of a post, then Repeat…"
        return Face(text, only_full([new]))
    position = f" · {page.position}" if page.position else ""
    lines = [f"**Repeats** ({page.total:,}){position}"]
    rows = []
    for number, sight in enumerate(sights, start=page.offset + 1):
        lines += ["", f"{number}\\. {_brief(sight)}"]
        label = f"{number} · {cut(sight.what, most=40)}"
        rows.append([Button(label, "repeat.open", subject=sight.series.id)])
    return Face("\n".join(lines), only_full([*rows, page.row("repeats.page"), new]))


def _brief(sight: Sight) -> str:
    said = f"{escape(_capital(sight.words))} · {where(sight.account)} · {escape(cut(sight.what, most=60))}"
    if sight.series.state == "paused":
        return f"{said} — **paused**"
    waiting = f" — **{count(sight.waiting, 'post')} to approve**" if sight.waiting else ""
    following = f"\nNext: {_moment(sight.upcoming[0], sight.series.zone)}" if sight.upcoming else ""
    return f"{said}{waiting}{following}"


def collections_face(found: Sequence[tuple[Collection, int]], page: Page) -> Face:
    """Which collection?"""
    rows = [
        [
            Button(
                f"{cut(one.name, most=44)} · {size:,}",
                "repeat.ask",
                one.id,
                arguments={"collection": str(one.id)},
            )
        ]
        for one, size in found
    ]
    text = "**Which collection shall be repeated, post by post?**"
    if not found:
        text = "There is no collection with posts yet. Tap Save on the card of a post to make one."
    return Face(text, only_full([*rows, page.row("repeat.collections"), [Button("Back", "repeats.page")]]))


def repeats_line(series: Series | None) -> str:
    """Such as "Repeats: every Monday 09:00 (Dubai time)"; empty for what does not repeat."""
    repeat = None if series is None else _rule_of(series)
    if series is None or repeat is None:
        return ""
    stands = "" if series.state == "active" else f" — {series.state}"
    return f"Repeats: {escape(say_repeat(repeat))}{stands}"


def _rule_of(series: Series) -> Repeat | None:
    """None when its zone is not known any more."""
    try:
        return repeat_of(series)
    except Unclear:
        return None


def repeat_deeds(series: Series | None, publication: Publication, viewer: Actor | None) -> list[Button]:
    """What the reader may do about the series that a waiting publication belongs to."""
    can = viewer is None or may(viewer, Action.SCHEDULE)
    if (
        series is None
        or series.state == "ended"
        or not can
        or publication.state not in {"scheduled", "missed"}
    ):
        return []
    return [
        Button("Skip this one", "repeat.skip.one", publication.id, publication.version),
        Button("End the series…", "repeat.end.ask", series.id, series.version),
    ]


def _deed(series: Series, label: str, action: str, *, style: str | None = None, **more: Any) -> Button:  # noqa: ANN401 - arguments are JSON
    return Button(label, action, series.id, series.version, more, style)


def _moments(found: Sequence[Occurrence], zone: str) -> list[str]:
    return [
        f"{name}: {_moment(one, zone)}" for name, one in zip(("Next", "Then", "Then"), found, strict=False)
    ]


def _moment(one: Occurrence, zone: str) -> str:
    note = f" {escape(one.note)}" if one.note else ""
    return f"{stamp(one.at, zone=ZoneInfo(zone))}{'.' if note else ''}{note}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
