"""What does the bot say to people it does not know? One polite line, or a desk, if the claim code is theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.commands import starting
from bot.turn import Desk, Turn
from services.authorising import Role
from services.joining import Person
from services.telling import Kind, Place, tell
from storage import Transaction

STRANGER = "This desk belongs to a team, and I do not know you yet. Ask one of its admins for an invitation."
ANONYMOUS = (
    "I cannot see who is writing as this chat. Write as yourself, or come to me in private, and I will do it."
)
_CODE = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What a claim code looks like; a greeting is no try at one."""

_WRONG_CODE = (
    "That is not the claim code of this desk. Whoever started Fanfare finds the code in its console."
)
_ASKS_FOR_CODE = (
    "This desk has no owner yet. Send me the claim code that stands in the console where it was started."
)


async def meet(tx: Transaction, desk: Desk, person: Person, words: str) -> None:
    """Answers a stranger in private; `tx` belongs to no workspace. A right claim code makes him the owner."""
    place = Place(person.telegram_id)
    if await desk.joining.is_claimed(tx):
        day = tx.now.date().isoformat()
        cause = f"stranger:{person.telegram_id}:{day}"
        if not await tx.outbox.has(cause):
            tell(tx, Kind.REPLY, place, payload={"text": STRANGER}, dedupe=cause)
        return
    word = words.removeprefix("/start").strip()
    code = word if _CODE.fullmatch(word) else None
    actor = await desk.joining.claim(tx, person, code)
    if actor is not None:
        await starting.welcome(Turn(desk=desk, tx=tx, actor=actor, place=place))
        return
    text = _WRONG_CODE if code else _ASKS_FOR_CODE
    tell(tx, Kind.REPLY, place, payload={"text": text})


async def owners(tx: Transaction) -> Sequence[Place]:
    """Where to reach the owners of every workspace, each once; `tx` belongs to no workspace."""
    found = {
        user.telegram_id for member, user in await tx.members.list_with_users() if member.role == Role.OWNER
    }
    return [Place(one) for one in sorted(found)]
