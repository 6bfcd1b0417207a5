"""How does something leave at once? One question that names the account, and one tap."""

from __future__ import annotations

from bot.cards import schedule as screens
from bot.commands.returning import leave
from bot.commands.schedule import account_for, check, plan_of, refuse_unfit, warnings_on
from bot.turn import Doors, Press, Turn
from services.authorising import Action, authorise


async def ask(turn: Turn) -> None:
    """Names the account before anything leaves, or asks for it where there are several."""
    plan = plan_of(turn)
    post = await check(turn, plan)
    account = await account_for(turn, plan)
    if account is None:
        accounts = await turn.tx.accounts.list()
        turn.edit(screens.accounts_face(plan, accounts, action="publish.ask"))
        return
    await refuse_unfit(turn, post, account)
    warnings = await warnings_on(turn, post, account, at=turn.now)
    turn.edit(screens.publish_face(plan.on(account.id), account, post.text, warnings=warnings))


async def publish(turn: Turn) -> None:
    """Sends it on its way: a new publication for this moment, or a waiting one moved to it."""
    plan, scheduling = plan_of(turn), turn.desk.scheduling
    authorise(turn.actor, Action.PUBLISH)
    if plan.moves is not None:
        moved = await scheduling.move(turn.tx, turn.actor, plan.moves, version=plan.version, at=turn.now)
        moved.is_late_accepted = True
    else:
        await scheduling.publish_now(
            turn.tx, turn.actor, plan.origin.post_id, version=plan.version, account_id=plan.account_id
        )
    await turn.tx.flush()
    await leave(turn, plan.origin, said="It is on its way.")


DOORS = Doors(
    presses=(
        Press("publish.ask", Action.PUBLISH, ask),
        Press("publish.go", Action.PUBLISH, publish),
    )
)
