"""What is late? One list of everything that was missed or let go, made from how it stands when it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.cards import publication as leaving
from bot.cards.listing import Page, in_rows, only_full
from bot.cards.publication import Sight
from bot.cards.wording import count, excerpt, where
from bot.rendering import escape
from bot.turn import Button, Desk, Face
from services.authorising import Action, Actor, may
from services.catching_up import APART, Listed
from services.lateness import let_go_lately
from services.time_saying import say_day
from services.time_zones import stored_zone
from storage import Transaction

SHOWN = 8
"""Late posts on one page; one word is about exactly these."""

MOST_LET_GO = 8


@dataclass(frozen=True, slots=True)
class Late:
    """What the list is made from: a page of what was missed, what was let go lately, and who reads (None: a team)."""

    page: Page
    missed: Sequence[Sight]
    let_go: Sequence[Sight]
    zone: ZoneInfo
    viewer: Actor | None

    @property
    def listed(self) -> list[Listed]:
        """The missed ones of this page as they stand on it."""
        return [Listed(one.publication.id, one.publication.version, one.post.version) for one in self.missed]


async def look(tx: Transaction, desk: Desk, viewer: Actor | None, *, number: int = 0) -> Late:
    """Gathers a page of the list."""
    total = await tx.publications.count(states=("missed",))
    page = Page.within(number, total=total, size=SHOWN)
    missed = await tx.publications.list(states=("missed",), limit=page.size, offset=page.offset)
    let_go = await let_go_lately(tx)
    zone = viewer.zone if viewer else stored_zone((await tx.workspaces.get(tx.workspace_id)).zone)
    return Late(
        page=page,
        missed=[await leaving.look(tx, desk, one, viewer) for one in missed],
        let_go=[await leaving.look(tx, desk, one, viewer) for one in let_go],
        zone=zone,
        viewer=viewer,
    )


def missed_face(late: Late, *, said: str = "") -> Face | None:
    """The list with its buttons; None when nothing is late any more and nothing is to be `said` (Markdown)."""
    lines = [said] if said else []
    if late.missed:
        lines += [*_head(late), *_numbered(late)]
    if late.let_go:
        lines += _let_go(late)
    if not lines:
        return None
    if not late.missed and said:
        lines.append("Nothing waits for a word any more.")
    return Face("\n".join(lines), only_full(_rows(late)))


def _head(late: Late) -> list[str]:
    total = late.page.total
    position = f" · {late.page.position}" if late.page.position else ""
    are = "is" if total == 1 else "are"
    return [
        f"**{count(total, 'post')} {are} late** · {escape(late.zone.key)}{position}",
        "Nothing of this was published. Tap a number to see one of them, or say what shall become of them.",
        "",
    ]


def _numbered(late: Late) -> list[str]:
    return [
        f"{number}\\. {_line(one, late.zone)}"
        for number, one in enumerate(late.missed, start=late.page.offset + 1)
    ]


def _line(sight: Sight, zone: ZoneInfo) -> str:
    local = sight.publication.due_at.astimezone(zone)
    return (
        f"{say_day(local)}, {local:%H:%M} · {where(sight.account)} · {escape(excerpt(sight.text, most=60))}"
    )


def _let_go(late: Late) -> list[str]:
    shown = [f"– {_line(one, late.zone)}" for one in late.let_go[:MOST_LET_GO]]
    rest = len(late.let_go) - len(shown)
    return [
        *([""] if late.missed else []),
        "**Let go**, as the team wants it; these are drafts again (see /posts)",
        *shown,
        *([f"and {count(rest, 'more post')}"] if rest else []),
    ]


def _rows(late: Late) -> list[Sequence[Button]]:
    if not late.missed:
        return []
    start = late.page.offset + 1
    each = [
        Button(f"{number}", "missed.item", one.publication.id, one.publication.version)
        for number, one in enumerate(late.missed, start=start)
    ]
    turning = late.page.row("missed.page", before="‹ Earlier", after="Later ›")
    return [_bulk(late), *in_rows(each, width=3), turning]


def _bulk(late: Late) -> list[Button]:
    if late.viewer is not None and not may(late.viewer, Action.DECIDE):
        return []
    these = "all" if late.page.total == len(late.missed) else f"these {len(late.missed)}"
    return [
        _about(late, f"Publish {these} now", "missed.ask", style="success"),
        _about(late, f"Let {these} go", "missed.drop", style="danger"),
    ]


def _about(late: Late, label: str, action: str, *, style: str) -> Button:
    """A button about exactly what stands on this page."""
    listed = [[str(one.publication_id), one.version, one.post_version] for one in late.listed]
    arguments = {"listed": listed, "page": late.page.number}
    return Button(label, action, arguments=arguments, style=style)


def ask_face(late: Late, button: Button) -> Face:
    """The one question before a heap of posts leaves; it says how they are spaced. `button` carries the word out."""
    minutes = APART.total_seconds() / 60
    spaced = f"On each channel one leaves every {'minute' if minutes == 1 else f'{minutes:g} minutes'}, the first one at once."
    text = [f"**Publish {count(len(late.missed), 'late post')} now?** {spaced}", "", *_numbered(late)]
    back = Button("Back", "missed.page", arguments={"page": late.page.number})
    return Face("\n".join(text), [[button, back]])
