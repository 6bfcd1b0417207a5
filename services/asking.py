"""What was asked of an agent? A request becomes a row; runs are that row's way from pending to finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.authorising import Action, Actor, authorise
from services.refusals import NotFound, Refusal
from services.telling import Kind, Place, tell
from services.vetting import clean
from storage import Transaction
from storage.agents import Agent, AgentVersion
from storage.generations import Generation
from storage.messages import Message

TOPIC = "runs"
"""The bell that rings when a run waits."""

LONGEST_PROMPT = 20_000
MOST_WAITING = 5
"""Requests that may wait in one chat; more is a flood."""

REMEMBERED = 40
"""Utterances kept per conversation; older ones are forgotten."""


def lane_of(place: Place, agent_id: UUID) -> str:
    """The name of a conversation: one chat, one topic, one agent."""
    return f"{place.chat_id}/{place.thread_id}/{agent_id}"


@dataclass(frozen=True, slots=True)
class Asking:
    """Takes requests, hands them out one at a time per conversation, and writes down how they ended."""

    async def agent(self, tx: Transaction, actor: Actor, place: Place) -> tuple[Agent, AgentVersion]:
        """Who answers here: the chat's agent, the member's, or the workspace's default. Raises `Refusal` if nobody."""
        agents = await tx.agents.list()
        member = await tx.members.find(actor.user_id)
        chat = next((one for one in await tx.chats.bound_to(place.chat_id) if one.agent_id is not None), None)
        wanted = [
            None if chat is None else chat.agent_id,
            None if member is None else member.default_agent_id,
        ]
        by_id = {agent.id: agent for agent in agents}
        chosen = next((by_id[one] for one in wanted if one in by_id), agents[0] if agents else None)
        version = None if chosen is None else await tx.agents.live_version(chosen)
        if chosen is None or version is None:
            raise Refusal("No agent is ready to answer here.", "See /agents.")
        return chosen, version

    async def use(self, tx: Transaction, actor: Actor, agent_id: UUID) -> Agent:
        """Makes an agent the one that answers this member."""
        authorise(actor, Action.PREFER)
        agent = await tx.agents.find(agent_id)
        member = await tx.members.find(actor.user_id)
        if agent is None or agent.archived_at is not None or member is None:
            raise NotFound("That agent is not here.", "See /agents for who is.")
        member.default_agent_id = agent.id
        return agent

    async def ask(
        self,
        tx: Transaction,
        actor: Actor,
        place: Place,
        *,
        prompt: str,
        post_id: UUID | None = None,
        agent_id: UUID | None = None,
        asked_in_message_id: int | None = None,
        details: Mapping[str, Any] | None = None,
        is_tainted: bool = False,
    ) -> Generation:
        """Puts a request in the line of its conversation and a placeholder into the chat."""
        authorise(actor, Action.DRAFT)
        prompt = clean(prompt)
        if not prompt:
            raise Refusal("There is nothing in that message to work with.", "Write what the post should say.")
        if len(prompt) > LONGEST_PROMPT:
            raise Refusal(
                f"That is {len(prompt):,} characters; {LONGEST_PROMPT:,} is the most at once.",
                "Send a part of it.",
            )
        if len(await tx.generations.open_in(place.chat_id)) >= MOST_WAITING:
            raise Refusal(
                f"{MOST_WAITING} requests are waiting here already.", "Wait for them, or send /stop."
            )
        agent, version = await self._asked_agent(tx, actor, place, agent_id)
        generation = tx.generations.add(
            Generation(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                user_id=actor.user_id,
                agent_id=agent.id,
                agent_version_id=version.id,
                post_id=post_id,
                lane=lane_of(place, agent.id),
                telegram_chat_id=place.chat_id,
                thread_id=place.thread_id,
                asked_in_message_id=asked_in_message_id,
                prompt=prompt,
                input=dict(details or {}),
                is_tainted=is_tainted,
                created_at=tx.now,
            )
        )
        tell(
            tx, Kind.PLACEHOLDER, place, payload={"agent": agent.name}, subject=("generation", generation.id)
        )
        tx.wake(TOPIC)
        return generation

    async def _asked_agent(
        self, tx: Transaction, actor: Actor, place: Place, agent_id: UUID | None
    ) -> tuple[Agent, AgentVersion]:
        if agent_id is None:
            return await self.agent(tx, actor, place)
        agent = await tx.agents.find(agent_id)
        version = None if agent is None else await tx.agents.live_version(agent)
        if agent is None or version is None:
            raise NotFound("That agent is not here.", "See /agents for who is.")
        return agent, version

    async def stop(self, tx: Transaction, actor: Actor, place: Place) -> Sequence[UUID]:
        """Cancels what waits in this chat and names what is being written, so that whoever runs it can stop it."""
        authorise(actor, Action.STOP)
        open_ones = await tx.generations.open_in(place.chat_id)
        for one in open_ones:
            if one.status == "pending":
                one.status, one.finished_at, one.error = "cancelled", tx.now, "Stopped before it began."
                tell(
                    tx,
                    Kind.REPLY,
                    place,
                    payload={"generation_stopped": str(one.id)},
                    subject=("generation", one.id),
                )
        return [one.id for one in open_ones if one.status == "processing"]

    async def forget(self, tx: Transaction, actor: Actor, place: Place) -> Agent:
        """Forgets what was said here to the agent that answers here, and names it."""
        authorise(actor, Action.DRAFT)
        agent, _ = await self.agent(tx, actor, place)
        await tx.messages.forget(lane_of(place, agent.id))
        return agent

    async def remember(self, tx: Transaction, generation: Generation, *, answer: str) -> None:
        """Keeps the request and its answer in the conversation's memory, and forgets what is too old."""
        for role, text in (("person", generation.prompt), ("agent", answer)):
            tx.messages.add(
                Message(
                    workspace_id=generation.workspace_id,
                    id=tx.new_id(),
                    lane=generation.lane,
                    role=role,
                    text=text,
                    generation_id=generation.id,
                    is_tainted=generation.is_tainted,
                    created_at=tx.now,
                )
            )
        await tx.flush()
        await tx.messages.keep_only(generation.lane, newest=REMEMBERED)

    async def rate(self, tx: Transaction, actor: Actor, generation_id: UUID, *, rating: int) -> Generation:
        """Keeps a thumb: 5 for up, 1 for down, as the seeds count stars."""
        authorise(actor, Action.RATE)
        generation = await tx.generations.find(generation_id)
        if generation is None:
            raise NotFound("That answer is not here any more.")
        authorise(actor, Action.RATE, generation)
        generation.rating = rating
        return generation
