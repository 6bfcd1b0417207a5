"""What can be done with an agent's answer that is not a post? Made one, asked for again, rated."""

from __future__ import annotations

from uuid import UUID

from bot.cards.answer import answer_face
from bot.turn import Doors, Press, Turn
from services.authorising import Action, authorise
from services.refusals import NotFound
from storage.generations import Generation


async def use(turn: Turn) -> None:
    """Makes a post of the answer, with the files that came with the request; twice makes it once."""
    run = await _answer(turn)
    post = await turn.tx.posts.from_generation(run.id)
    if post is None:
        post = await turn.desk.drafting.draft(
            turn.tx,
            turn.actor,
            text=run.output_text or "",
            generation_id=run.id,
            agent_id=run.agent_id,
            is_tainted=run.is_tainted,
        )
        media = [await turn.tx.media.find(UUID(one)) for one in run.input.get("media", ())]
        if media:
            present = [one for one in media if one is not None and one.post_id is None]
            await turn.desk.drafting.attach(turn.tx, turn.actor, post, present)
    turn.card(post.id, is_fresh=True)


async def open_again(turn: Turn) -> None:
    """Shows an answer that was kept."""
    run = await turn.tx.generations.find(turn.subject)
    if run is None:
        raise NotFound("That answer is not here any more.", "Ask again.")
    agent = await turn.tx.agents.find(run.agent_id)
    turn.say(answer_face(run, "" if agent is None else agent.name))


async def again(turn: Turn) -> None:
    """Asks the same agent the same once more."""
    run = await _answer(turn)
    await turn.desk.asking.ask(
        turn.tx,
        turn.actor,
        turn.place,
        prompt=run.prompt,
        post_id=run.post_id,
        agent_id=run.agent_id,
        details=run.input,
        is_tainted=run.is_tainted,
    )
    turn.note("The agent is on it.")


async def rate(turn: Turn) -> None:
    """Keeps a thumb."""
    await turn.desk.asking.rate(turn.tx, turn.actor, turn.subject, rating=int(turn.argument("rating")))
    turn.note("Thank you, noted.")


async def _answer(turn: Turn) -> Generation:
    run = await turn.tx.generations.find(turn.subject)
    if run is None:
        raise NotFound("That answer is not here any more.", "Ask again.")
    authorise(turn.actor, Action.DRAFT, run)
    return run


DOORS = Doors(
    presses=(
        Press("answer.open", Action.LOOK, open_again),
        Press("answer.use", Action.DRAFT, use),
        Press("answer.again", Action.DRAFT, again),
        Press("answer.rate", Action.RATE, rate),
    )
)
