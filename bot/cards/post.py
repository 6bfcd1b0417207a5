"""How does a post look? The draft card: the text as it will look, what it measures, where it stands, what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import publication as leaving
from bot.cards.listing import in_rows, only_full
from bot.cards.origin import Origin, Plan
from bot.cards.parts import divided, measured
from bot.cards.wording import (
    LONGEST_SHOWN,
    RULE,
    count,
    excerpt,
    model_name,
    money,
    place_name,
    seconds,
    sentence,
    shown,
    where,
)
from bot.rendering import escape, render, utf16_length
from bot.turn import Button, Desk, Face
from services.authorising import Action, Actor, may
from services.drafting import Fit, first_comment
from services.parting import parts_of
from storage import Transaction
from storage.accounts import Account
from storage.generations import Generation
from storage.media import Medium
from storage.posts import Post
from storage.publications import MOVING, Publication

WHOLE = 4_000
"""UTF-16 units of a card; Telegram takes 4,096 in a message."""

MOST_LINES = 4
"""Accounts that a card speaks of, one line or two each."""

GOOD, BAD = 5, 1
"""Thumbs in the seeds' stars."""

_NOUNS = {"voice": "voice message", "audio": "audio file"}


@dataclass(frozen=True, slots=True)
class Sight:
    """What the card of a post is made from. `leaving` has the latest publication per account, cancelled ones left out."""

    post: Post
    fits: Sequence[Fit]
    media: Sequence[Medium]
    leaving: Sequence[tuple[Publication, Account]]
    agent: str
    generation: Generation | None
    zone: ZoneInfo
    now: datetime
    viewer: Actor | None

    def may(self, action: Action) -> bool:
        """Whether the reader may; where a whole team reads, buttons are shown and the press is checked."""
        return self.viewer is None or may(self.viewer, action)


async def look(tx: Transaction, desk: Desk, post: Post, viewer: Actor | None) -> Sight:
    """Gathers what the card of a post needs."""
    generation = None if post.generation_id is None else await tx.generations.find(post.generation_id)
    agent = None if post.agent_id is None else await tx.agents.find(post.agent_id)
    return Sight(
        post=post,
        fits=await desk.drafting.fits(tx, post),
        media=await tx.media.of_post(post.id),
        leaving=await _latest(tx, post),
        agent="" if agent is None else agent.name,
        generation=generation,
        zone=await leaving.zone_for(tx, viewer, post),
        now=tx.now,
        viewer=viewer,
    )


async def _latest(tx: Transaction, post: Post) -> list[tuple[Publication, Account]]:
    latest: dict[object, Publication] = {}
    for one in await tx.publications.of_post(post.id):
        latest.setdefault(one.account_id, one)
    return [
        (one, await tx.accounts.get(one.account_id)) for one in latest.values() if one.state != "cancelled"
    ]


def post_card(sight: Sight) -> Face:
    """The card of a post as it stands now."""
    post = sight.post
    if post.state == "discarded":
        return Face(f"Discarded: {escape(excerpt(post.text))}")
    lines = [*_measures(sight), *_made_by(sight), *_files(sight), *_states(sight)]
    below = f"\n\n{RULE}\n" + "\n".join(lines)
    room = WHOLE - utf16_length(render(below).text)
    return Face(divided(post, post.text, most=min(LONGEST_SHOWN, room)) + below, _rows(sight))


def _measures(sight: Sight) -> list[str]:
    if sight.post.state == "done":
        return []
    if not sight.fits:
        return ["No channel is connected yet: add me to your channel as an admin that may post messages."]
    lines = []
    for fit in sight.fits[:MOST_LINES]:
        lines.append(f"{where(fit.account)} · {measured(fit)}")
        lines.extend(
            f"**Problem:** {sentence(one.message)} {sentence(one.next_step)}".strip()
            for one in fit.problems[:1]
        )
    if len(sight.fits) > MOST_LINES:
        lines.append(f"and {count(len(sight.fits) - MOST_LINES, 'more account')}")
    return lines


def _made_by(sight: Sight) -> list[str]:
    run = sight.generation
    facts = [escape(sight.agent)]
    if run is not None:
        facts += [escape(model_name(run)), money(run.cost), seconds(run.duration_ms)]
    said = " · ".join(fact for fact in facts if fact)
    rated = {GOOD: "You called it good.", BAD: "You called it bad."}.get((run and run.rating) or 0)
    return [line for line in (said, rated) if line]


def _files(sight: Sight) -> list[str]:
    kinds = Counter(one.kind for one in sight.media)
    said = ", ".join(count(number, _NOUNS.get(kind, kind)) for kind, number in kinds.items())
    return [f"{said} (see Preview)"] if said else []


def _states(sight: Sight) -> list[str]:
    return [
        leaving.state_line(one, account, zone=sight.zone, now=sight.now) for one, account in sight.leaving
    ]


def _rows(sight: Sight) -> list[Sequence[Button]]:
    waiting = [(one, account) for one, account in sight.leaving if one.state != "published"]
    rows: list[Sequence[Button]] = []
    if len(waiting) == 1:
        rows += leaving.deeds(waiting[0][0], Origin(sight.post.id), sight.viewer)
    else:
        rows += [[_open_item(sight, one, account)] for one, account in waiting]
    rows += [row for one, _ in sight.leaving if one.state == "published" for row in _link(sight, one)]
    rows += in_rows(_histories(sight), width=2)
    if any(one.state in MOVING for one, _ in sight.leaving):
        return [*rows, _keeping(sight)]
    by_state = {"draft": _draft_rows, "queued": _queued_rows, "done": _done_rows}
    return only_full([*rows, *by_state[sight.post.state](sight)])


def _open_item(sight: Sight, one: Publication, account: Account) -> Button:
    clock = f"{one.due_at.astimezone(sight.zone):%d.%m. %H:%M}"
    return Button(f"{place_name(account)} · {clock}", "queue.item", one.id, one.version, {"from": "card"})


def _link(sight: Sight, one: Publication) -> list[list[Button]]:
    return leaving.deeds(one, Origin(sight.post.id), sight.viewer)


def _histories(sight: Sight) -> list[Button]:
    """What happened to what was tried; the place is named where there are several."""
    tried = [(one, account) for one, account in sight.leaving if one.tries]
    origin = Origin(sight.post.id)
    labels = (
        f"What happened: {place_name(account)}" if len(tried) > 1 else "What happened" for _, account in tried
    )
    return [
        button
        for (one, _), label in zip(tried, labels, strict=True)
        for button in leaving.history(one, origin, label=label)
    ]


def _draft_rows(sight: Sight) -> list[Sequence[Button]]:
    plan = Plan(Origin(sight.post.id), sight.post.version)
    leave: list[Button] = []
    if sight.may(Action.SCHEDULE):
        leave.append(plan.button("Schedule", "when.open", style="primary"))
    if sight.may(Action.PUBLISH):
        leave.append(plan.button("Publish now", "publish.ask", style="success"))
    change: list[Button] = []
    if sight.may(Action.DRAFT):
        again = [] if sight.generation is None else [_button(sight, "Again", "post.again")]
        change = [
            *again,
            _button(sight, "Shorter", "post.revise", how="shorter"),
            _button(sight, "Longer", "post.revise", how="longer"),
        ]
    tone = [_button(sight, "Tone…", "post.tones")] if sight.may(Action.DRAFT) else []
    rest = in_rows([*tone, *_editing(sight), *_commenting(sight), *_keeping(sight)], width=3)
    return [leave, change, *rest, [*_thumbs(sight), *_discarding(sight)]]


def _queued_rows(sight: Sight) -> list[Sequence[Button]]:
    can_change = any(one.state in {"scheduled", "missed"} for one, _ in sight.leaving)
    change = [*_editing(sight), *_commenting(sight)] if can_change else []
    return [*in_rows([*change, *_keeping(sight)], width=3), _elsewhere(sight)]


def _done_rows(sight: Sight) -> list[Sequence[Button]]:
    return [_elsewhere(sight), _keeping(sight), _thumbs(sight)]


def _editing(sight: Sight) -> list[Button]:
    return [_button(sight, "Edit…", "post.edit")] if sight.may(Action.DRAFT) else []


def _commenting(sight: Sight) -> list[Button]:
    """Only where some account takes a first comment, or one is there that none of them takes."""
    can = any(fit.has_comments for fit in sight.fits) or first_comment(sight.post)
    return [_button(sight, "First comment…", "post.comment")] if can and sight.may(Action.DRAFT) else []


def _keeping(sight: Sight) -> list[Button]:
    save = [_button(sight, "Save…", "post.save")] if sight.may(Action.CURATE) else []
    text = sight.post.text
    needs_preview = bool(sight.media) or shown(text) != text or len(parts_of(text)) > 1
    return [*([_button(sight, "Preview", "post.preview")] if needs_preview else []), *save]


def _thumbs(sight: Sight) -> list[Button]:
    if sight.generation is None or not sight.may(Action.RATE):
        return []
    return [
        _button(sight, "👍 Good", "post.rate", rating=GOOD),
        _button(sight, "👎 Bad", "post.rate", rating=BAD),
    ]


def _discarding(sight: Sight) -> list[Button]:
    can = sight.may(Action.DRAFT) and not any(one.state != "failed" for one, _ in sight.leaving)
    return [_button(sight, "Discard", "post.discard", style="danger")] if can else []


def _elsewhere(sight: Sight) -> list[Button]:
    """A post that went (or goes) to one account can go to another one too."""
    used = {one.account_id for one, _ in sight.leaving}
    free = [fit for fit in sight.fits if fit.account.id not in used and fit.account.status == "active"]
    if not free or not sight.may(Action.SCHEDULE):
        return []
    plan = Plan(Origin(sight.post.id), sight.post.version)
    return [plan.button("Another channel…", "when.accounts")]


def _button(sight: Sight, label: str, action: str, *, style: str | None = None, **more: str | int) -> Button:
    post = sight.post
    arguments = {**Origin(post.id).arguments(), **more}
    return Button(label, action, subject=post.id, version=post.version, arguments=arguments, style=style)
