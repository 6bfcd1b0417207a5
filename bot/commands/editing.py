"""How does a draft change, and how is it judged? By the agent, by hand, by a thumb, or by being put away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards.origin import Origin
from bot.cards.wording import excerpt, shown
from bot.commands.returning import leave, refresh_card
from bot.rendering import escape
from bot.turn import Answer, Button, Doors, Face, Press, Turn
from services.authorising import Action
from services.refusals import Refusal
from storage.posts import Post

AWAITED = "post.edit"
INSTRUCTIONS: Mapping[str, str] = {
    "shorter": "Make it shorter.",
    "longer": "Make it longer.",
    "friendly": "Make the tone friendly.",
    "formal": "Make the tone formal.",
    "playful": "Make the tone playful.",
    "urgent": "Make the tone urgent.",
}
"""What the agent is told for each button."""

TONES = ("friendly", "formal", "playful", "urgent")
REPLACE, TELL = "replace", "tell"


def _arguments(turn: Turn) -> Mapping[str, Any]:
    return {} if turn.tap is None else turn.tap.arguments


def _origin(turn: Turn) -> Origin:
    return Origin.of(_arguments(turn))


async def _current(turn: Turn) -> Post:
    """The post as the person saw it; raises `OutOfDate` when it has changed since."""
    return await turn.desk.drafting.current(turn.tx, turn.actor, turn.subject, version=turn.version)


async def again(turn: Turn) -> None:
    """The same request once more, for the same post."""
    post = await _current(turn)
    run = None if post.generation_id is None else await turn.tx.generations.find(post.generation_id)
    if run is None:
        raise Refusal("This post was not written by an agent.", "Tap Edit and say what to change.")
    source = run.input.get("source")
    await ask_about(turn, post, run.prompt, kind="again", **({} if source is None else {"source": source}))
    await _under_way(turn, post)


async def revise(turn: Turn) -> None:
    """Shorter, longer, or another tone."""
    post = await _current(turn)
    await ask_about(turn, post, INSTRUCTIONS[turn.argument("how")], kind="revise")
    await _under_way(turn, post)


async def choose_tone(turn: Turn) -> None:
    """Which tone?"""
    post = await _current(turn)
    origin = _origin(turn)
    tones = [
        Button(tone.capitalize(), "post.revise", post.id, post.version, {**origin.arguments(), "how": tone})
        for tone in TONES
    ]
    turn.edit(Face(f"{shown(post.text)}\n\n**Which tone?**", [tones[:2], tones[2:], [origin.back()]]))


async def ask_about(turn: Turn, post: Post, prompt: str, *, kind: str, **more: str) -> None:
    """Hands a request about a post to its agent; raises `Refusal` while one is at work on it."""
    for run in await turn.tx.generations.open_in(turn.place.chat_id):
        if run.post_id == post.id:
            raise Refusal("An agent is at work on this post already.", "Wait for it, or send /stop.")
    if post.state == "done":
        raise Refusal("This post is published and stays as it is.", "Send the new text to make another post.")
    await turn.desk.asking.ask(
        turn.tx,
        turn.actor,
        turn.place,
        prompt=prompt,
        post_id=post.id,
        agent_id=post.agent_id,
        asked_in_message_id=None if turn.message is None else turn.message.message_id,
        details={"kind": kind, **more},
        is_tainted=post.is_tainted,
    )


async def _under_way(turn: Turn, post: Post) -> None:
    await leave(turn, Origin(post.id), said="The agent is on it.")


async def edit(turn: Turn) -> None:
    """Asks for the new text, or for what to change."""
    post = await _current(turn)
    await _await(turn, post, mode=None)
    turn.edit(_edit_face(turn, post, "Send the new text, or say what to change."))


async def choose_mode(turn: Turn) -> None:
    """The person says what his words are, before or after sending them."""
    post = await _current(turn)
    mode, words = turn.argument("mode"), turn.argument("words")
    if words is not None:
        await _apply(turn, post, mode=mode, words=words)
        return
    await _await(turn, post, mode=mode)
    asked = (
        "Send the new text; it replaces this one." if mode == REPLACE else "Say what the agent should change."
    )
    turn.edit(_edit_face(turn, post, asked))


async def take_words(turn: Turn) -> None:
    """The words are the new text or an instruction; if the person has not said which, he is asked."""
    origin, version = _origin(turn), int(turn.argument("version"))
    post = await turn.desk.drafting.current(turn.tx, turn.actor, origin.post_id, version=version)
    if not turn.words.strip():
        raise Refusal("There are no words in that message.", "Send the new text, or /cancel.")
    mode = turn.argument("mode")
    if mode is not None:
        await _apply(turn, post, mode=mode, words=turn.words)
        return
    rows = [_modes(origin, post, words=turn.words), [origin.back()]]
    turn.say(Face(f"What are these words?\n\n{escape(excerpt(turn.words, most=200))}", rows))


async def _apply(turn: Turn, post: Post, *, mode: str, words: str) -> None:
    if mode == TELL:
        await ask_about(turn, post, words, kind="revise")
        if turn.tapped_message_id is not None:
            turn.edit(Face("The agent is on it."))
        refresh_card(turn, post)
        return
    await turn.desk.drafting.revise(turn.tx, turn.actor, post.id, text=words, version=post.version)
    run = None if post.generation_id is None else await turn.tx.generations.find(post.generation_id)
    if run is not None:
        run.is_edited = True
    said = "The text is replaced."
    if post.state == "queued":
        said += " What was scheduled is held back until you approve it."
    turn.edit(Face(said, [[Button("Show the card", "post.open", subject=post.id)]]))
    refresh_card(turn, post)


async def _await(turn: Turn, post: Post, *, mode: str | None) -> None:
    await turn.await_words(AWAITED, **_origin(turn).arguments(), version=post.version, mode=mode)


def _edit_face(turn: Turn, post: Post, asked: str) -> Face:
    origin = _origin(turn)
    text = f"{shown(post.text)}\n\n**{asked}**\n/cancel forgets the question."
    return Face(text, [_modes(origin, post), [origin.back()]])


def _modes(origin: Origin, post: Post, *, words: str | None = None) -> list[Button]:
    more = {} if words is None else {"words": words}
    return [
        Button(label, "post.edit.mode", post.id, post.version, {**origin.arguments(), "mode": mode, **more})
        for label, mode in (("Replace the text", REPLACE), ("Tell the agent", TELL))
    ]


async def rate(turn: Turn) -> None:
    """Keeps a thumb for the run that wrote the post."""
    post = await turn.desk.drafting.current(turn.tx, turn.actor, turn.subject, version=None)
    if post.generation_id is None:
        raise Refusal("This post was not written by an agent.")
    rating = int(turn.argument("rating"))
    await turn.desk.asking.rate(turn.tx, turn.actor, post.generation_id, rating=rating)
    await turn.tx.flush()
    said = "Thank you, noted." if rating > 1 else "Noted. Reply to the card to say what should change."
    await leave(turn, Origin(post.id), said=said)


async def ask_discard(turn: Turn) -> None:
    """One question before a draft is put away."""
    post = await _current(turn)
    origin = _origin(turn)
    sure = Button(
        "Discard it", "post.discard.sure", post.id, post.version, origin.arguments(), style="danger"
    )
    text = f"**Discard this draft?**\n\n{escape(excerpt(post.text, most=200))}"
    turn.edit(Face(text, [[sure, origin.back("Keep it")]]))


async def discard(turn: Turn) -> None:
    """Puts the draft away."""
    post = await turn.desk.drafting.discard(turn.tx, turn.actor, turn.subject, version=turn.version)
    turn.edit(Face(f"Discarded: {escape(excerpt(post.text))}\n\nSend a new idea to start another."))


DOORS = Doors(
    presses=(
        Press("post.again", Action.DRAFT, again),
        Press("post.revise", Action.DRAFT, revise),
        Press("post.tones", Action.DRAFT, choose_tone),
        Press("post.edit", Action.DRAFT, edit),
        Press("post.edit.mode", Action.DRAFT, choose_mode),
        Press("post.rate", Action.RATE, rate),
        Press("post.discard", Action.DRAFT, ask_discard),
        Press("post.discard.sure", Action.DRAFT, discard),
    ),
    answers=(Answer(AWAITED, Action.DRAFT, take_words),),
)
