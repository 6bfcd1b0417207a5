"""What does the team keep together? Collections: making them, looking into them, saving a post to one."""

from __future__ import annotations

from uuid import UUID

from bot.cards.listing import Page, only_full
from bot.cards.origin import Origin
from bot.cards.wording import count, cut, excerpt
from bot.commands.conversation import CANCEL
from bot.commands.returning import leave, refresh_card
from bot.rendering import escape
from bot.turn import Answer, Button, Command, Doors, Face, Press, Turn
from services.authorising import Action, may
from services.refusals import NotFound
from storage.collections import Collection, CollectionItem

AWAITED = "collection.name"
_EMPTY = "There are no collections yet. Make one here, or tap Save on the card of a post."


async def show(turn: Turn) -> None:
    """The first page of the collections."""
    turn.say(await _face(turn, 0))


async def turn_page(turn: Turn) -> None:
    """Another page, in the same message."""
    turn.edit(await _face(turn, int(turn.argument("page", 0))))


async def _face(turn: Turn, number: int) -> Face:
    found = await turn.tx.collections.list()
    page = Page.within(number, total=len(found))
    rows = [
        [Button(f"{cut(one.name, most=44)} · {size:,}", "collection.open", subject=one.id)]
        for one, size in found[page.offset : page.offset + page.size]
    ]
    new = [Button("New collection", "collection.new")] if may(turn.actor, Action.CURATE) else []
    position = f" · {page.position}" if page.position else ""
    text = f"**Collections** ({page.total:,}){position}" if found else _EMPTY
    return Face(text, only_full([*rows, page.row("collections.page"), new]))


async def open_one(turn: Turn) -> None:
    """What is in a collection, the latest first."""
    collection = await turn.tx.collections.find(turn.subject)
    if collection is None:
        raise NotFound("That collection is not here any more.", "See /collections.")
    size = await turn.tx.collections.size(collection.id)
    page = Page.within(int(turn.argument("page", 0)), total=size)
    items = await turn.tx.collections.items(collection.id, limit=page.size, offset=page.offset)
    rows = [row for one in items if (row := await _item_row(turn, one))]
    turning = [
        Button(one.label, one.action, subject=collection.id, arguments=one.arguments)
        for one in page.row("collection.open", before="‹ Newer", after="Older ›")
    ]
    back = [Button("All collections", "collections.page")]
    turn.edit(Face(_title(collection, page), only_full([*rows, turning, back])))


def _title(collection: Collection, page: Page) -> str:
    name = f"**{escape(collection.name)}**"
    if page.total == 0:
        return f"{name}\nNothing is in it yet. Tap Save on the card of a post to put it here."
    position = f" · {page.position}" if page.position else ""
    return f"{name} · {count(page.total, 'item')}{position}"


async def _item_row(turn: Turn, item: CollectionItem) -> list[Button]:
    """A button that opens the item; nothing for what is gone or cannot be opened here."""
    if item.item_kind == "post":
        post = await turn.tx.posts.find(item.item_id)
        return [] if post is None else [Button(excerpt(post.text, most=44), "post.open", subject=post.id)]
    if item.item_kind == "generation":
        run = await turn.tx.generations.find(item.item_id)
        text = "" if run is None else excerpt(run.output_text or run.prompt, most=44)
        return [Button(text, "answer.open", subject=item.item_id)] if text else []
    return []


async def choose(turn: Turn) -> None:
    """Into which collection does the post go?"""
    post = await turn.desk.drafting.current(turn.tx, turn.actor, turn.subject, version=None)
    origin = Origin(post.id)
    found = await turn.tx.collections.list()
    page = Page.within(int(turn.argument("page", 0)), total=len(found), size=6)
    rows = [
        [
            Button(
                f"{cut(one.name, most=44)} · {size:,}",
                "post.save.to",
                subject=post.id,
                arguments={**origin.arguments(), "collection": str(one.id)},
            )
        ]
        for one, size in found[page.offset : page.offset + page.size]
    ]
    turning = [
        Button(one.label, one.action, subject=post.id, arguments=one.arguments)
        for one in page.row("post.save")
    ]
    new = Button("New collection", "collection.new", arguments=origin.arguments())
    quoted = escape(excerpt(post.text, most=200))
    turn.edit(
        Face(f"**Save to which collection?**\n\n{quoted}", only_full([*rows, turning, [new, origin.back()]]))
    )


async def save_to(turn: Turn) -> None:
    """Puts the post into the chosen collection; twice puts it there once."""
    await turn.desk.drafting.current(turn.tx, turn.actor, turn.subject, version=None)
    said = await _save(turn, UUID(turn.argument("collection")), turn.subject)
    await leave(turn, Origin(turn.subject), said=said)


async def _save(turn: Turn, collection_id: UUID, post_id: UUID) -> str:
    collection, is_new = await turn.desk.curating.save(
        turn.tx, turn.actor, collection_id=collection_id, item_kind="post", item_id=post_id
    )
    return f"Saved in {collection.name}." if is_new else f"It is in {collection.name} already."


async def ask_name(turn: Turn) -> None:
    """Asks for the name of a new collection; a post that waits to be saved is remembered."""
    post = turn.argument("post")
    await turn.await_words(AWAITED, **({} if post is None else {"post": post}))
    back = CANCEL if post is None else Origin(UUID(post)).back()
    turn.edit(Face("**What is the collection called?** Send the name, for example: Autumn ideas.", [[back]]))


async def take_name(turn: Turn) -> None:
    """Makes the collection, and saves the post that waited for it."""
    collection = await turn.desk.curating.collection(turn.tx, turn.actor, turn.words)
    post = turn.argument("post")
    open_it = Button("Open it", "collection.open", subject=collection.id)
    if post is None:
        turn.say(Face(f"The collection **{escape(collection.name)}** is there.", [[open_it]]))
        return
    found = await turn.desk.drafting.current(turn.tx, turn.actor, UUID(post), version=None)
    turn.say(Face(escape(await _save(turn, collection.id, found.id)), [[open_it]]))
    refresh_card(turn, found)


DOORS = Doors(
    commands=(Command("collections", "What the team keeps together", Action.LOOK, show),),
    presses=(
        Press("collections.page", Action.LOOK, turn_page),
        Press("collection.open", Action.LOOK, open_one),
        Press("collection.new", Action.CURATE, ask_name),
        Press("post.save", Action.CURATE, choose),
        Press("post.save.to", Action.CURATE, save_to),
    ),
    answers=(Answer(AWAITED, Action.CURATE, take_name),),
)
