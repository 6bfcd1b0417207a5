"""How do the parts of a thread look before and while they go out? Divided on the card, counted, with the first comment below."""

from __future__ import annotations

from bot.cards.wording import count, shown
from bot.rendering import render, utf16_length
from services.drafting import Fit, first_comment
from services.parting import parts_of
from storage.posts import Post
from storage.publications import Publication

MOST_MEASURED = 5
"""Parts whose length is said one by one; of more, the longest stands for the rest."""

LONGEST_COMMENT = 500
"""UTF-16 units of a first comment on a card."""


def divided(post: Post, text: str, *, most: int) -> str:
    """A post's Markdown (`text` is the post's own or a variant's) as a card shows it, within `most` UTF-16 units."""
    parts = parts_of(text)
    whole = text if len(parts) == 1 else "\n\n".join(_headed(parts))
    comment = first_comment(post)
    if not comment:
        return shown(whole, most=most)
    below = f"\n\n**First comment**\n{shown(comment, most=LONGEST_COMMENT)}"
    return shown(whole, most=most - utf16_length(render(below).text)) + below


def _headed(parts: tuple[str, ...]) -> list[str]:
    return [f"**Part {number} of {len(parts)}**\n{part}" for number, part in enumerate(parts, start=1)]


def messages(post: Post) -> list[str]:
    """What follows the first part when a post is looked at as it will be: the other parts, and the first comment."""
    comment = first_comment(post)
    named = [f"**First comment:** {comment}"] if comment else []
    return [*parts_of(post.text)[1:], *named]


def measured(fit: Fit) -> str:
    """How long the post is on one account, part by part where it has several."""
    sizes = fit.sizes
    if len(sizes) == 1:
        return f"{fit.length:,} of {fit.limit:,} characters"
    said = [
        f"part {number} of {len(sizes)}: {size.length:,} of {size.limit:,}"
        for number, size in enumerate(sizes[:MOST_MEASURED], start=1)
    ]
    if rest := sizes[MOST_MEASURED:]:
        longest = max(rest, key=lambda size: size.length)
        said.append(
            f"and {count(len(rest), 'more part')}, the longest {longest.length:,} of {longest.limit:,}"
        )
    return " · ".join(said)


def parts_in(publication: Publication) -> int:
    """How many parts (with the first comment) were about to be sent, as it was frozen; 1 before it ever was."""
    payload = publication.payload
    return 1 + len(payload.get("thread") or ()) + (payload.get("comment") is not None)


def progress(publication: Publication) -> str:
    """Such as "2 of 5 parts are out."; nothing where there is one part, none is out yet, or all are."""
    done, total = publication.part, parts_in(publication)
    if not 0 < done < total or publication.state == "published":
        return ""
    return f"{done} of {total} parts {'is' if done == 1 else 'are'} out."
