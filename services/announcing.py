"""Who is told how publications ended? Every team chat of the workspace, once; and the cards of the posts follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.authorising import Role
from services.moving import Step
from services.pacing import Priority
from services.telling import TOPIC as OUTBOX
from services.telling import Kind
from storage import NOBODYS, Transaction
from storage.chats import Chat
from storage.claims import Held
from storage.publications import Publication

_PRIORITIES = {Kind.UNCONFIRMED: Priority.APPROVAL, Kind.POST_CARD: Priority.FINAL}


async def announce(tx: Transaction, steps: Sequence[Step]) -> None:
    """Writes the messages of these steps, and refreshes the cards of their posts, in this unit of work."""
    telling = [step for step in steps if step.tells is not None]
    late = {step.row.workspace_id for step in telling if step.tells is Kind.MISSED}
    await _tell_teams(tx, [_ending(step) for step in telling if step.tells is not Kind.MISSED])
    await _tell_late(tx, late)
    await _refresh_cards(tx, [step.row for step in telling])


async def announce_pause(
    tx: Transaction, workspace_id: UUID, account_id: UUID, *, name: str, why: str, number: int
) -> None:
    """Tells the teams that an account was paused; `number` counts its pauses, so that each is told once."""
    told = _Told(
        workspace_id=workspace_id,
        kind=Kind.PAUSED,
        payload={"account": name, "why": why},
        subject=("account", account_id),
        dedupe=f"paused:{account_id}:{number}",
    )
    await _tell_teams(tx, [told])


@dataclass(frozen=True, slots=True)
class _Told:
    """Something to say to every team chat of a workspace, once."""

    workspace_id: UUID
    kind: Kind
    payload: dict[str, Any]
    subject: tuple[str, UUID]
    dedupe: str


def _ending(step: Step) -> _Told:
    row = step.row
    kind = step.tells or Kind.PUBLISHED
    return _Told(
        workspace_id=row.workspace_id,
        kind=kind,
        payload={"publication_id": str(row.id)},
        subject=("publication", row.id),
        dedupe=f"{kind.value}:{row.id}:{row.tries}:{row.version}",
    )


async def _tell_teams(tx: Transaction, told: Sequence[_Told]) -> None:
    if not told:
        return
    chats = await _team_chats(tx, {one.workspace_id for one in told})
    items = [
        _item(
            tx,
            one.workspace_id,
            kind=one.kind,
            place=(chat.telegram_chat_id, chat.thread_id),
            payload=one.payload,
            subject=one.subject,
            dedupe=f"{one.dedupe}@{chat.telegram_chat_id}/{chat.thread_id}",
        )
        for one in told
        for chat in chats[one.workspace_id]
    ]
    await _send(tx, items)


async def _tell_late(tx: Transaction, workspaces: set[UUID]) -> None:
    """One list for all that was missed: while one waits to be sent, nothing is added, as it is made when it is sent."""
    if not workspaces:
        return
    places = await _team_places(tx, workspaces)
    waiting = await tx.outbox.waiting(kind=Kind.MISSED_LIST.value, workspaces=workspaces)
    items = [
        _item(
            tx,
            workspace_id,
            kind=Kind.MISSED_LIST,
            place=place,
            payload={},
            subject=None,
            dedupe=None,
        )
        for workspace_id, place in places
        if (workspace_id, *place) not in waiting
    ]
    await _send(tx, items)


async def _team_places(tx: Transaction, workspaces: set[UUID]) -> list[tuple[UUID, tuple[int, int]]]:
    """Where each team is told: in its chats, or its owners in private where it has none."""
    chats = await _team_chats(tx, workspaces)
    places = [(one, (chat.telegram_chat_id, chat.thread_id)) for one in chats for chat in chats[one]]
    lonely = workspaces - {one for one, _ in places}
    if lonely:
        people = await tx.members.list_with_users()
        places += [
            (member.workspace_id, (user.telegram_id, 0))
            for member, user in people
            if member.workspace_id in lonely and member.role == Role.OWNER
        ]
    return places


async def _team_chats(tx: Transaction, workspaces: set[UUID]) -> dict[UUID, list[Chat]]:
    chats: dict[UUID, list[Chat]] = defaultdict(list)
    for chat in await tx.chats.teams_of(workspaces):
        chats[chat.workspace_id].append(chat)
    return chats


async def _refresh_cards(tx: Transaction, rows: Sequence[Held | Publication]) -> None:
    shown: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        place = await _card_place(tx, row)
        if place is not None:
            shown[row.post_id] = _item(
                tx,
                row.workspace_id,
                kind=Kind.POST_CARD,
                place=place,
                payload={"is_fresh": False},
                subject=("post", row.post_id),
                dedupe=None,
            )
    await _send(tx, [*shown.values()])


async def _card_place(tx: Transaction, row: Held | Publication) -> tuple[int, int] | None:
    if isinstance(row, Held):
        chat, thread = row.beside.telegram_chat_id, row.beside.thread_id
    else:
        post = await tx.posts.get(row.post_id)
        chat, thread = post.telegram_chat_id, post.thread_id
    return None if chat is None else (chat, thread)


async def _send(tx: Transaction, items: Sequence[dict[str, Any]]) -> None:
    if items:
        await tx.moves.add_to_outbox(items)
        tx.wake(OUTBOX)


def _item(
    tx: Transaction,
    workspace_id: UUID,
    *,
    kind: Kind,
    place: tuple[int, int],
    payload: dict[str, Any],
    subject: tuple[str, UUID] | None,
    dedupe: str | None,
) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id or NOBODYS,
        "id": tx.new_id(),
        "kind": kind.value,
        "telegram_chat_id": place[0],
        "thread_id": place[1],
        "priority": int(_PRIORITIES.get(kind, Priority.ALERT)),
        "payload": payload,
        "subject_kind": None if subject is None else subject[0],
        "subject_id": None if subject is None else subject[1],
        "dedupe": dedupe,
        "state": "pending",
        "tries": 0,
        "next_at": tx.now,
        "created_at": tx.now,
    }
