"""How does a publication look: waiting, on its way, published, or waiting for a person to decide?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards.clocks import change_of_clocks, clocks_of
from bot.cards.listing import in_rows, only_full
from bot.cards.origin import Origin, Plan
from bot.cards.parts import divided, progress
from bot.cards.repeating import repeat_deeds, repeats_line
from bot.cards.wording import LONGEST_SHOWN, RULE, excerpt, moment, sentence, stamp, where
from bot.rendering import escape
from bot.turn import Button, Desk, Face
from services.authorising import Action, Actor, may
from services.scheduling import QUEUE_PAUSED
from services.time_zones import stored_zone
from storage import Transaction
from storage.accounts import Account
from storage.posts import Post
from storage.publications import MOVING, Publication
from storage.series import Series

LONGEST_LINK = 2_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What a card of a publication is made from. `viewer` is None where a whole team reads."""

    publication: Publication
    post: Post
    account: Account
    text: str
    zone: ZoneInfo
    now: datetime
    viewer: Actor | None
    series: Series | None = None

    @property
    def is_held(self) -> bool:
        """Whether it waits for a new approval."""
        return is_held(self.publication)


async def zone_for(tx: Transaction, viewer: Actor | None, row: Post | Publication | Account) -> ZoneInfo:
    """The zone to show moments in: the reader's, or the workspace's where a whole team reads."""
    if viewer is not None:
        return viewer.zone
    return stored_zone((await tx.workspaces.get(row.workspace_id)).zone)


async def look(tx: Transaction, desk: Desk, publication: Publication, viewer: Actor | None) -> Sight:
    """Gathers what the card of a publication needs."""
    del desk
    post = await tx.posts.get(publication.post_id)
    variant = await tx.posts.variant(post_id=post.id, account_id=publication.account_id)
    return Sight(
        publication=publication,
        post=post,
        account=await tx.accounts.get(publication.account_id),
        text=post.text if variant is None else variant.text,
        zone=await zone_for(tx, viewer, publication),
        now=tx.now,
        viewer=viewer,
        series=None if publication.series_id is None else await tx.series.find(publication.series_id),
    )


def is_held(publication: Publication) -> bool:
    """Whether a scheduled publication leaves only after a new approval."""
    return (
        publication.state == "scheduled" and publication.next_at is None and publication.approval_id is None
    )


def state_line(publication: Publication, account: Account, *, zone: ZoneInfo, now: datetime) -> str:
    """One sentence (or two) on how it stands, in Markdown."""
    place, reason = where(account), sentence(publication.reason or "")
    zone = clocks_of(account, zone)
    due = moment(publication.due_at, zone=zone, now=now)
    at = stamp(publication.published_at or publication.updated_at, zone=zone)
    if publication.state == "scheduled":
        line = _waiting_line(publication, place, due, reason)
    else:
        said = _ENDINGS.get(publication.state, "On its way to {place}.")
        line = said.format(place=place, reason=reason, due=due, at=at, link=_link(publication))
    if rest := progress(publication) or _NOTHING_OUT.get(publication.state, ""):
        line = f"{line if line.rstrip().endswith('.') else line + '.'} {rest}"
    if change := change_of_clocks(publication, zone=zone):
        line = f"{line if line.rstrip().endswith('.') else line + '.'} {change}"
    return " ".join(line.split())


_ENDINGS = {
    "published": "Published on {place}: {at}. {link}",
    "failed": "Failed on {place}: {reason}",
    "unconfirmed": "Unconfirmed on {place}: {reason} Please look there and tell me.",
    "missed": "Missed on {place}: it was due {due}. {reason}",
    "handed_off": "Handed to a person for {place}.",
    "cancelled": "Cancelled on {place}. {reason}",
}
_NOTHING_OUT = dict.fromkeys(("failed", "missed"), "Nothing was published.")


def _waiting_line(publication: Publication, place: str, due: str, reason: str) -> str:
    if is_held(publication):
        return f"**Held back** on {place}: {reason} Due {due}. Approve it to let it leave."
    if publication.next_at is None:
        way = "/queue" if publication.reason == QUEUE_PAUSED else "/settings"
        return f"**Waiting** for {place}: {reason} Due {due}. See {way}."
    if reason:
        return f"Scheduled on {place} for {due}. Tried again by itself: {reason}"
    return f"Scheduled on {place} for {due}"


def _link(publication: Publication) -> str:
    return f"[Open it]({publication.url})" if _is_link(publication.url) else ""


def _is_link(url: str | None) -> bool:
    return bool(url) and str(url).startswith(("https://", "http://")) and len(str(url)) <= LONGEST_LINK


def deeds(publication: Publication, origin: Origin, viewer: Actor | None) -> list[list[Button]]:
    """What the reader may do about a publication as it is now, at most three buttons wide."""
    if publication.state == "published" and _is_link(publication.url):
        return [[Button("Open it", url=publication.url)]]
    make = _DEEDS.get(publication.state)
    if make is None or not (viewer is None or may(viewer, Action.DECIDE)):
        return []
    return make(publication, Plan(origin, publication.version, moves=publication.id))


def _doubt_deeds(publication: Publication, plan: Plan) -> list[list[Button]]:
    del publication
    return [
        [plan.button("It is there", "decide.there", style="success")],
        [plan.button("It is not: send again", "decide.again", style="primary")],
        [_drop(plan)],
    ]


def _missed_deeds(publication: Publication, plan: Plan) -> list[list[Button]]:
    del publication
    now = plan.button("Publish now", "publish.ask", style="success")
    return [[now, plan.button("Move", "when.open"), _drop(plan)]]


def _failed_deeds(publication: Publication, plan: Plan) -> list[list[Button]]:
    del publication
    return [[plan.button("Try again", "decide.again", style="primary"), _drop(plan)]]


def _drop(plan: Plan) -> Button:
    return plan.button("Drop it", "decide.drop", style="danger")


def _waiting_deeds(publication: Publication, plan: Plan) -> list[list[Button]]:
    rest = [
        plan.button("Move", "when.open"),
        plan.button("Publish now", "publish.ask", style="success"),
        plan.button("Cancel", "queue.cancel", style="danger"),
    ]
    if is_held(publication):
        return [[plan.button("Approve", "queue.approve", style="success")], rest]
    return [rest]


_DEEDS: dict[str, Callable[[Publication, Plan], list[list[Button]]]] = {
    "scheduled": _waiting_deeds,
    "unconfirmed": _doubt_deeds,
    "missed": _missed_deeds,
    "failed": _failed_deeds,
}


def item_face(
    sight: Sight, *, page: int = 0, is_from_card: bool = False, origin: Origin | None = None
) -> Face:
    """One publication with everything that can be done about it; Back leads to the queue, the post's card or a day."""
    publication = sight.publication
    if origin is None:
        in_queue = Origin(sight.post.id, "queue", publication.id, page)
        origin = Origin(sight.post.id) if is_from_card else in_queue
    again = repeat_deeds(sight.series, publication, sight.viewer)
    reading, tries = _reading(sight, origin), history(publication, origin)
    rows = [*deeds(publication, origin, sight.viewer), again, reading, tries]
    body = divided(sight.post, sight.text, most=LONGEST_SHOWN)
    return Face(_text(sight, body), [*only_full(rows), [_home(origin)]], about=publication.id)


def _home(origin: Origin) -> Button:
    """The list that an item was opened from."""
    if origin.kind == "card":
        return origin.back("Back to the post")
    if origin.kind == "calendar":
        arguments = {"day": origin.day, "page": origin.page, "account": origin.only}
        return Button("Back to the day", "calendar.day", arguments=arguments)
    return Button("Back to the queue", "queue.page", arguments={"page": origin.page})


def history(publication: Publication, origin: Origin, *, label: str = "What happened") -> list[Button]:
    """The button that shows every try, once there was one."""
    if publication.tries == 0:
        return []
    return [Button(label, "attempts.show", subject=publication.id, arguments=origin.arguments())]


def _reading(sight: Sight, origin: Origin) -> list[Button]:
    post = sight.post
    found = [Button("Preview", "post.preview", subject=post.id, version=post.version)]
    can_edit = sight.publication.state in {"scheduled", "missed", "failed"}
    if can_edit and (sight.viewer is None or may(sight.viewer, Action.DRAFT)):
        found.append(
            Button("Edit…", "post.edit", subject=post.id, version=post.version, arguments=origin.arguments())
        )
    return [*found, *_if_late(sight, origin)]


def _if_late(sight: Sight, origin: Origin) -> list[Button]:
    publication = sight.publication
    can = sight.viewer is None or may(sight.viewer, Action.SCHEDULE)
    if publication.state != "scheduled" or not can:
        return []
    return [Plan(origin, publication.version, moves=publication.id).button("If late…", "late.open")]


_TITLES = {
    "published": "Published on {place}",
    "failed": "Not published on {place}",
    "unconfirmed": "Was it published on {place}?",
    "missed": "Missed: {place}",
    "scheduled": "Waiting for {place}",
    "cancelled": "Dropped: {place}",
}


def notice_face(sight: Sight) -> Face:
    """What the team (or the author) is told about a publication, as it stands now."""
    publication = sight.publication
    origin = Origin(sight.post.id, "notice", publication.id)
    title = _TITLES.get(publication.state, "On its way to {place}").format(place=where(sight.account))
    if publication.state == "failed" and progress(publication):
        title = f"Only a part is published on {where(sight.account)}"
    rows = deeds(publication, origin, sight.viewer)
    if publication.state == "failed":
        rows = [*rows, *in_rows(_reading(sight, origin)[1:], width=3)]
    quote = escape(excerpt(sight.text, most=200))
    line = state_line(publication, sight.account, zone=sight.zone, now=sight.now)
    rows = [*rows, history(publication, origin)]
    return Face(f"**{title}**\n\n{quote}\n\n{line}", only_full(rows), about=publication.id)


def _text(sight: Sight, body: str) -> str:
    line = state_line(sight.publication, sight.account, zone=sight.zone, now=sight.now)
    return "\n".join(one for one in (f"{body}\n\n{RULE}\n{line}", repeats_line(sight.series)) if one)


def in_brief(sights: Sequence[Sight]) -> list[str]:
    """One line for each: the clock in the reader's zone, where, what, and what is the matter with it."""
    return [_brief(one) for one in sights]


def _brief(sight: Sight) -> str:
    publication = sight.publication
    clock = f"{publication.due_at.astimezone(sight.zone):%H:%M}"
    line = f"{clock} · {where(sight.account)} · {escape(excerpt(sight.text, most=60))}"
    return f"{line} — **{state}**" if (state := mark(sight)) else line


def mark(sight: Sight) -> str:
    """What a list has to say about a publication beside its moment; empty while all is as planned."""
    publication = sight.publication
    if publication.state in MOVING:
        return "on its way"
    if publication.state == "scheduled" and publication.next_at is None:
        if publication.reason == QUEUE_PAUSED:
            return "its queue is paused"
        return "held back, needs your approval" if sight.is_held else "waiting for the account"
    return _MARKS.get(publication.state, "")


_MARKS = {
    "published": "published",
    "failed": "failed",
    "unconfirmed": "unconfirmed, please look",
    "missed": "missed, please decide",
    "handed_off": "handed to a person",
}
