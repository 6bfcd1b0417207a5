"""What waits to be published? By day in the person's zone, and everything that can be done with one item."""

from __future__ import annotations

from itertools import groupby

from bot.cards import publication as leaving
from bot.cards.listing import Page, in_rows, only_full
from bot.cards.publication import Sight
from bot.commands import queues
from bot.commands.returning import leave
from bot.commands.schedule import plan_of
from bot.rendering import escape
from bot.turn import Button, Command, Doors, Face, Press, Turn
from services.authorising import Action
from services.refusals import NotFound
from services.time_saying import say_day
from storage.publications import MOVING

SHOWN = ("scheduled", *MOVING, "unconfirmed", "missed")
_SLOTS = Button("Slots & queues", "queues.open")
_REPEATS = Button("Repeats", "repeats.page")
_EMPTY = "Nothing waits to be published. Send me an idea for a post, then tap Schedule on its card."


async def show(turn: Turn) -> None:
    """The first page; "/queue slots", with days and times after it or without, leads to the standing times."""
    head, _, words = turn.words.strip().partition(" ")
    if head.casefold() == "slots":
        await queues.propose(turn, words)
        return
    turn.say(await _face(turn, 0))


async def turn_page(turn: Turn) -> None:
    """Another page, in the same message."""
    turn.edit(await _face(turn, int(turn.argument("page", 0))))


async def open_item(turn: Turn) -> None:
    """One item with its actions."""
    found = await turn.tx.publications.find(turn.subject)
    if found is None:
        raise NotFound("That is not in the queue any more.", "See /queue.")
    sight = await leaving.look(turn.tx, turn.desk, found, turn.actor)
    page, is_from_card = int(turn.argument("page", 0)), turn.argument("from") == "card"
    turn.edit(leaving.item_face(sight, page=page, is_from_card=is_from_card))


async def cancel(turn: Turn) -> None:
    """Takes it off the calendar; pressing twice does it once."""
    await turn.desk.scheduling.cancel(turn.tx, turn.actor, turn.subject, version=turn.version)
    await turn.tx.flush()
    await leave(turn, plan_of(turn).origin, said="Cancelled. The post is a draft again.")


async def approve(turn: Turn) -> None:
    """Allows what a held-back publication says now."""
    await turn.desk.scheduling.approve_again(turn.tx, turn.actor, turn.subject, version=turn.version)
    await turn.tx.flush()
    await leave(turn, plan_of(turn).origin, said="Approved. It leaves as planned.")


async def _face(turn: Turn, number: int) -> Face:
    page = Page.within(number, total=await turn.tx.publications.count(states=SHOWN))
    if page.total == 0:
        return Face(_EMPTY, [[_SLOTS, _REPEATS], [Button("See all posts", "posts.page")]])
    rows = await turn.tx.publications.list(states=SHOWN, limit=page.size, offset=page.offset)
    sights = [await leaving.look(turn.tx, turn.desk, one, turn.actor) for one in rows]
    return Face(_text(sights, page), _rows(sights, page))


def _text(sights: list[Sight], page: Page) -> str:
    """The items under the day on which they are due, numbered through the whole queue."""
    lines = [f"**Queue** · {escape(str(sights[0].zone))}" + (f" · {page.position}" if page.position else "")]
    numbered = enumerate(sights, start=page.offset + 1)
    for day, group in groupby(
        numbered, key=lambda pair: pair[1].publication.due_at.astimezone(pair[1].zone).date()
    ):
        lines += ["", f"**{say_day(day)}**"]
        lines += [f"{number}\\. {leaving.in_brief([sight])[0]}" for number, sight in group]
    return "\n".join(lines)


def _rows(sights: list[Sight], page: Page) -> list[list[Button]]:
    items = [
        Button(
            f"{number} · {sight.publication.due_at.astimezone(sight.zone):%H:%M}",
            "queue.item",
            subject=sight.publication.id,
            version=sight.publication.version,
            arguments={"page": page.number},
        )
        for number, sight in enumerate(sights, start=page.offset + 1)
    ]
    turning = page.row("queue.page", before="‹ Earlier", after="Later ›")
    return [[*row] for row in only_full([[_SLOTS, _REPEATS], *in_rows(items, width=3), turning])]


DOORS = Doors(
    commands=(Command("queue", "What waits to be published", Action.LOOK, show),),
    presses=(
        Press("queue.page", Action.LOOK, turn_page),
        Press("queue.item", Action.LOOK, open_item),
        Press("queue.cancel", Action.SCHEDULE, cancel),
        Press("queue.approve", Action.PUBLISH, approve),
    ),
)
