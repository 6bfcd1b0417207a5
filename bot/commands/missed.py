"""What shall become of everything that is late? One word about the whole list, or each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.cards import missed as cards
from bot.cards import publication as leaving
from bot.cards.wording import count, excerpt, sentence, where
from bot.commands.returning import refresh_card
from bot.rendering import escape
from bot.turn import Button, Doors, Face, Press, Turn
from services.authorising import Action
from services.catching_up import Listed, Outcome
from services.refusals import NotFound

_NOTHING = "Nothing is late any more."


async def turn_page(turn: Turn) -> None:
    """Another page, in the same message, as things stand now."""
    await _show(turn)


async def open_item(turn: Turn) -> None:
    """The card of one late post, in a message of its own; the list stays."""
    found = await turn.tx.publications.find(turn.subject)
    if found is None:
        raise NotFound("That publication is not here any more.", "See /posts.")
    turn.say(leaving.notice_face(await leaving.look(turn.tx, turn.desk, found, turn.actor)))


async def ask(turn: Turn) -> None:
    """Asks once before a heap of posts leaves."""
    late = await cards.look(turn.tx, turn.desk, turn.actor, number=int(turn.argument("page", 0)))
    if late.listed != _listed(turn):
        await _show(turn)
        turn.note("The list has changed. Here it is as it stands now.")
        return
    go = Button("Publish them", "missed.publish", arguments=_arguments(turn), style="success")
    turn.edit(cards.ask_face(late, go))


async def publish(turn: Turn) -> None:
    """Publishes what stood on the list, spaced out."""
    outcome = await turn.desk.catching_up.publish(turn.tx, turn.actor, _listed(turn))
    for one in outcome.done:
        refresh_card(turn, await turn.tx.posts.get(one.post_id))
    await _tell(turn, outcome, said=_leaving(turn, outcome))


async def let_go(turn: Turn) -> None:
    """Lets go of what stood on the list."""
    outcome = await turn.desk.catching_up.let_go(turn.tx, turn.actor, _listed(turn))
    number = len(outcome.done)
    said = (
        f"**{count(number, 'post')} let go**; {'it is a draft' if number == 1 else 'they are drafts'} again."
    )
    await _tell(turn, outcome, said=said)


def _leaving(turn: Turn, outcome: Outcome) -> str:
    if not outcome.done:
        return ""
    zone = turn.actor.zone
    last = f"{max(one.due_at for one in outcome.done).astimezone(zone):%H:%M} ({escape(zone.key)})"
    if len(outcome.done) == 1:
        return f"**1 post leaves** at {last}."
    return f"**{len(outcome.done)} posts leave**, a minute apart on each channel, the last one at {last}."


async def _tell(turn: Turn, outcome: Outcome, *, said: str) -> None:
    """What was done and what was left alone, over the list as it stands now."""
    if not outcome.done:
        turn.note("Nothing was done: all of these have changed since the list was made.", is_alert=True)
        said = ""
    lines = [one for one in (said, *await _left(turn, outcome)) if one]
    await _show(turn, said="\n".join(lines) + "\n")


async def _left(turn: Turn, outcome: Outcome) -> list[str]:
    """Those that were left alone, by name and with the reason."""
    lines = []
    for publication_id, why in outcome.left:
        found = await turn.tx.publications.find(publication_id)
        if found is None:
            continue
        sight = await leaving.look(turn.tx, turn.desk, found, turn.actor)
        named = f"{where(sight.account)} · {escape(excerpt(sight.text, most=60))}"
        lines.append(f"Left alone: {named} — {sentence(why)}")
    return lines


async def _show(turn: Turn, *, said: str = "") -> None:
    late = await cards.look(turn.tx, turn.desk, turn.actor, number=int(turn.argument("page", 0)))
    turn.edit(cards.missed_face(late, said=said) or Face(_NOTHING))


def _listed(turn: Turn) -> list[Listed]:
    told: Sequence[tuple[str, int, int]] = turn.argument("listed", ())
    return [Listed(UUID(one), int(version), int(post_version)) for one, version, post_version in told]


def _arguments(turn: Turn) -> dict[str, object]:
    return {} if turn.tap is None else dict(turn.tap.arguments)


DOORS = Doors(
    presses=(
        Press("missed.page", Action.LOOK, turn_page),
        Press("missed.item", Action.LOOK, open_item),
        Press("missed.ask", Action.DECIDE, ask),
        Press("missed.publish", Action.DECIDE, publish),
        Press("missed.drop", Action.DECIDE, let_go),
    )
)
