"""Which posts are there? Drafts, queued and published ones, page by page; a tap opens the card."""

from __future__ import annotations

from bot.cards.listing import Page, only_full
from bot.cards.parts import messages
from bot.cards.wording import count, excerpt
from bot.turn import Button, Command, Doors, Face, Press, Turn
from services.authorising import Action
from services.parting import parts_of

MOST_SHOWN = 12
"""Messages after the first one of a preview."""

_SHELVES = {
    "all": ("All", ("draft", "queued", "done")),
    "draft": ("Drafts", ("draft",)),
    "queued": ("Queued", ("queued",)),
    "done": ("Published", ("done",)),
}
_EMPTY = {
    "all": "There are no posts yet. Write what you want to post, for example: a post about our autumn sale.",
    "draft": "There are no drafts. Write what you want to post, and I make one.",
    "queued": "Nothing is queued. Open a draft and tap Schedule.",
    "done": "Nothing is published yet. Open a draft and tap Publish now.",
}
_WORDS = {"draft": "draft", "queued": "queued", "done": "published"}


async def show(turn: Turn) -> None:
    """The first page of all posts."""
    turn.say(await _face(turn, "all", 0))


async def turn_page(turn: Turn) -> None:
    """Another page or another shelf, in the same message."""
    shelf = turn.argument("shelf", "all")
    turn.edit(await _face(turn, shelf if shelf in _SHELVES else "all", int(turn.argument("page", 0))))


async def open_card(turn: Turn) -> None:
    """The card as a new message, where it is easy to find."""
    await turn.desk.drafting.current(turn.tx, turn.actor, turn.subject, version=None)
    turn.card(turn.subject, is_fresh=True)


async def preview(turn: Turn) -> None:
    """The post exactly as it will look: its own formatting and files, each part of a thread by itself."""
    post = await turn.desk.drafting.current(turn.tx, turn.actor, turn.subject, version=None)
    turn.say(Face(parts_of(post.text)[0], media=await turn.tx.media.of_post(post.id)))
    further = messages(post)
    for text in further[:MOST_SHOWN]:
        turn.say(Face(text))
    if len(further) > MOST_SHOWN:
        turn.say(Face(f"and {count(len(further) - MOST_SHOWN, 'more part')}"))


async def _face(turn: Turn, shelf: str, number: int) -> Face:
    title, states = _SHELVES[shelf]
    page = Page.within(number, total=await turn.tx.posts.count(states=states))
    found = await turn.tx.posts.list(states=states, limit=page.size, offset=page.offset)
    items = [
        [
            Button(
                f"{excerpt(post.text, most=44)} · {_WORDS.get(post.state, post.state)}",
                "post.open",
                subject=post.id,
            )
        ]
        for post in found
    ]
    shelves = [
        Button(label, "posts.page", arguments={"shelf": name})
        for name, (label, _) in _SHELVES.items()
        if name != shelf
    ]
    turning = page.row("posts.page", before="‹ Newer", after="Older ›", shelf=shelf)
    position = f" · {page.position}" if page.position else ""
    text = f"**Posts: {title.casefold()}** ({page.total:,}){position}\nTap one to open its card."
    return Face(text if found else _EMPTY[shelf], only_full([*items, turning, shelves]))


DOORS = Doors(
    commands=(Command("posts", "Drafts, queued and published posts", Action.LOOK, show),),
    presses=(
        Press("posts.page", Action.LOOK, turn_page),
        Press("post.open", Action.LOOK, open_card),
        Press("post.preview", Action.LOOK, preview),
    ),
)
