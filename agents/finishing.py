"""How does a run end for the person who asked? One unit of work: the row, the memory and what is told in the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents.buttons import again, use
from agents.context import Progress
from agents.measuring import guessed_tokens, metadata
from agents.mishaps import Mishap
from agents.models import Choice
from agents.prices import cost
from services.asking import TOPIC, Asking
from services.telling import Kind, Place, show_card, tell
from services.vetting import clean
from storage import Storage, Transaction
from storage.generations import Generation
from storage.posts import Post

_REMEMBERED_OF_A_POST = 400
"""Characters of a post that stay in the conversation; the whole text is given anew when the post is on the desk."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: `status` is `completed`, `failed` or `cancelled`; `duration_ms` in milliseconds.

    `asked` is all text that went to the model once, for guessing tokens where it did not count them. `choice` is None
    when the run ended before a model was chosen.
    """

    status: str
    progress: Progress
    duration_ms: int
    choice: Choice | None = None
    mishap: Mishap | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Finishing:
    """Writes down how runs ended. `owner` is this process: a run that another one took over is left alone."""

    storage: Storage
    asking: Asking
    owner: str

    async def finish(self, generation: Generation, outcome: Outcome) -> bool:
        """Saves the outcome and tells the person; False when the run is not this process's any more."""
        async with self.storage.begin(generation.workspace_id) as tx:
            row = await tx.generations.get(generation.id)
            if row.status != "processing" or row.claimed_by != self.owner:
                return False
            post = await _post(tx, row, outcome)
            text = _text(outcome, post)
            _record(row, outcome, text, post=post, now=tx.now)
            if text and outcome.status != "failed":
                await self.asking.remember(tx, row, answer=_remembered(text, post))
            _tell(tx, row, outcome, text, post)
            tx.wake(TOPIC)
        return True


async def _post(tx: Transaction, row: Generation, outcome: Outcome) -> Post | None:
    """What the run has written; also a draft that was saved in the very moment in which the run was ended."""
    progress = outcome.progress
    if progress.is_written and progress.post_id is not None:
        return await tx.posts.find(progress.post_id)
    return await tx.posts.from_generation(row.id)


def _text(outcome: Outcome, post: Post | None) -> str:
    """What there is to show: the post, the answer, or the part that was written when the run was ended."""
    if post is not None:
        return post.text
    if outcome.status == "completed":
        return outcome.progress.answer
    keeps = outcome.mishap is None or outcome.mishap.keeps_part
    return clean(outcome.progress.visible.text) if keeps else ""


def _record(row: Generation, outcome: Outcome, text: str, *, post: Post | None, now: datetime) -> None:
    progress = outcome.progress
    row.status, row.error = outcome.status, None if outcome.mishap is None else outcome.mishap.code
    row.output_text, row.output = text or None, {"metadata": metadata(text)} if text else {}
    row.duration_ms, row.finished_at = outcome.duration_ms, now
    row.is_tainted = row.is_tainted or progress.is_tainted
    if post is not None:
        row.post_id = post.id
    if outcome.choice is None:
        return
    row.provider, row.model = outcome.choice.provider, outcome.choice.name
    row.tokens_in, row.tokens_out = progress.tokens_in, progress.tokens_out
    row.is_estimated = outcome.choice.provider == "offline"
    if progress.model_calls and (not progress.is_counted or not progress.tokens_in):
        row.is_estimated = True
        row.tokens_in = max(progress.tokens_in, guessed_tokens(outcome.asked) * progress.model_calls)
        row.tokens_out = max(progress.tokens_out, guessed_tokens(progress.visible.text or text))
    row.cost = cost(provider=row.provider, name=row.model, tokens_in=row.tokens_in, tokens_out=row.tokens_out)


def _remembered(text: str, post: Post | None) -> str:
    if post is None:
        return text
    opening = text if len(text) <= _REMEMBERED_OF_A_POST else text[:_REMEMBERED_OF_A_POST].rstrip() + "…"
    return f"[The draft was handed over to the member. It begins: {opening}]"


def _tell(tx: Transaction, row: Generation, outcome: Outcome, text: str, post: Post | None) -> None:
    place = Place(row.telegram_chat_id, row.thread_id)
    if post is not None:
        post.telegram_chat_id, post.thread_id = row.telegram_chat_id, row.thread_id
        if row.message_id is not None:
            post.card_message_id = row.message_id
        show_card(tx, post_id=post.id, place=place)
        if (more := _beside_a_card(outcome)) is not None:
            tell(tx, Kind.REPLY, place, payload=_payload(more, [], edits=None))
        return
    said, buttons = _words(row, outcome, text)
    payload = _payload(said, buttons, edits=row.message_id)
    tell(tx, Kind.REPLY, place, payload=payload, subject=("generation", row.id))


def _beside_a_card(outcome: Outcome) -> str | None:
    """What is said besides the card: why the rest was not done, or what other tools have found."""
    if outcome.mishap is not None:
        return str(outcome.mishap)
    has_more = set(outcome.progress.done) - {"draft_post", "revise_post"}
    return outcome.progress.answer or None if has_more else None


def _words(row: Generation, outcome: Outcome, text: str) -> tuple[str, list[dict[str, Any]]]:
    if outcome.status == "completed":
        return text, [use(row.id)]
    end = "Stopped." if outcome.mishap is None else str(outcome.mishap)
    return (f"{text}\n\n{end}", [use(row.id), again(row.id)]) if text else (end, [again(row.id)])


def _payload(text: str, buttons: Sequence[dict[str, Any]], *, edits: int | None) -> dict[str, Any]:
    return {"text": text, "rows": [[*buttons]] if buttons else [], "media": [], "edits": edits}
