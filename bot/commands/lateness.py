"""What shall become of posts that are late? The team's rule in /settings, and a post's own on its card."""

from __future__ import annotations

from bot.cards import lateness as cards
from bot.commands import settings
from bot.commands.returning import leave
from bot.commands.schedule import plan_of
from bot.turn import Doors, Press, Turn
from services.authorising import Action
from services.lateness import Mode, Policy, policy_for


async def choose_minutes(turn: Turn) -> None:
    """How late may a post of the team be?"""
    workspace = await turn.tx.workspaces.get(turn.actor.workspace_id)
    turn.edit(cards.minutes_face(policy_for(workspace)))


async def choose_mode(turn: Turn) -> None:
    """And what becomes of what is later?"""
    turn.edit(cards.mode_face(int(turn.argument("minutes"))))


async def keep(turn: Turn) -> None:
    """Keeps the team's rule."""
    policy = Policy(int(turn.argument("minutes")), Mode(turn.argument("mode")))
    await turn.desk.lateness.for_workspace(turn.tx, turn.actor, policy)
    turn.note(f"Noted. Late posts: {cards.in_words(policy)}.")
    turn.edit(await settings.face(turn))


async def open_own(turn: Turn) -> None:
    """What if this one is late?"""
    plan = plan_of(turn)
    row = await turn.desk.scheduling.waiting(turn.tx, turn.actor, turn.subject, version=turn.version)
    workspace = await turn.tx.workspaces.get(turn.actor.workspace_id)
    turn.edit(cards.own_face(plan, row, team=policy_for(workspace)))


async def keep_own(turn: Turn) -> None:
    """Keeps the post's own rule, or forgets it."""
    minutes = turn.argument("minutes")
    policy = None if minutes is None else Policy(int(minutes), Mode(turn.argument("mode")))
    await turn.desk.lateness.for_publication(
        turn.tx, turn.actor, turn.subject, version=turn.version, policy=policy
    )
    await turn.tx.flush()
    said = "as the team has it" if policy is None else cards.in_words(policy)
    await leave(turn, plan_of(turn).origin, said=f"Noted. If this post is late: {said}.")


DOORS = Doors(
    presses=(
        Press("late.workspace", Action.CONFIGURE, choose_minutes),
        Press("late.mode", Action.CONFIGURE, choose_mode),
        Press("late.keep", Action.CONFIGURE, keep),
        Press("late.open", Action.SCHEDULE, open_own),
        Press("late.own", Action.SCHEDULE, keep_own),
    )
)
