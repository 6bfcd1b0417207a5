"""How does a file of posts get onto the calendar? Checked row by row, shown, confirmed once, and saved as a whole or not at all.

Checking happens outside of any unit of work and tells how far it is; saving is one unit of work (`import_saving`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from integrations.contract import Platform
from services.authorising import Action, Actor, Role, authorise
from services.import_checking import Checker, Ground, Row, Trouble
from services.import_columns import Columns, columns_of
from services.import_comparing import compare
from services.import_reading import Line, read
from services.import_saving import refuse_outdated, save
from services.joining import Joining, Person
from services.refusals import NotFound, OutOfDate, Refusal
from services.scheduling import TOPIC
from storage import Storage, Transaction
from storage.imports import Import
from storage.neighbours import Neighbour

KEPT_FOR = timedelta(hours=24)
"""How long a checked file may be confirmed: "tomorrow" in it is the day after it was checked."""

TELL_EVERY = 2.0
"""Seconds of checking before it is told how far it is, and between two tellings."""

MOST_TROUBLES = 500
LONGEST_NAME = 80
_AT_ONCE = 100
_MOST_STANDING = 10_000
"""Publications that a file is compared with on each account; of more, the latest due."""

Tell = Callable[[int, int], Awaitable[None]]
"""Is told how many rows are checked, of how many."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file is: the rows that fit, everything that keeps others from it, and what was left out of account."""

    file_name: str
    total: int
    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]
    notes: tuple[str, ...] = ()

    @property
    def unfit(self) -> int:
        """How many rows cannot become a post."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class Importing:
    """Checks files of posts, and saves what a person has confirmed. `platforms` are the networks by slug, `monotonic` paces the telling."""

    storage: Storage
    platforms: Mapping[str, Platform]
    monotonic: Callable[[], float]

    async def examine(self, actor: Actor, *, file_name: str, data: bytes, tell: Tell) -> Checked:
        """Checks a file; nothing is saved. Must not be called inside a unit of work.

        Raises `Refusal` when there is no telling what the rows of the file are; what is wrong with single rows is in
        the answer.
        """
        authorise(actor, Action.SCHEDULE)
        sheet = await asyncio.to_thread(read, data, language=actor.language)
        columns = columns_of(sheet.lines[0])
        lines = sheet.lines[1:]
        if not lines:
            raise Refusal("There is nothing below the first row.", "Each further row becomes one post.")
        checker = Checker(columns, await self._ground(actor))
        await self._check(checker, lines, tell)
        rows = await self._compared(actor, checker.rows)
        return Checked(
            file_name=_usable_name(file_name),
            total=len(lines),
            rows=tuple(rows),
            troubles=tuple(checker.troubles[:MOST_TROUBLES]),
            notes=(*sheet.notes, *_unused(columns)),
        )

    async def _ground(self, actor: Actor) -> Ground:
        async with self.storage.read(actor.workspace_id) as tx:
            accounts = await tx.accounts.list()
            member = await tx.members.find(actor.user_id)
            wanted = None if member is None else member.default_account_id
            usual = next((one for one in accounts if one.id == wanted), None)
            if not accounts:
                raise Refusal(
                    "No channel is connected yet.",
                    "Add the bot to your channel as an admin that may post; then send the file again.",
                )
            return Ground(
                now=tx.now,
                zone=actor.zone,
                language=actor.language,
                accounts=accounts,
                usual=usual or (accounts[0] if len(accounts) == 1 else None),
                platforms=self.platforms,
            )

    async def _check(self, checker: Checker, lines: Sequence[Line], tell: Tell) -> None:
        """Some rows at a time in a thread, so that everybody else is answered meanwhile."""
        told_at = self.monotonic()
        for start in range(0, len(lines), _AT_ONCE):
            await asyncio.to_thread(checker.check, lines[start : start + _AT_ONCE])
            if self.monotonic() - told_at >= TELL_EVERY:
                await tell(min(start + _AT_ONCE, len(lines)), len(lines))
                told_at = self.monotonic()

    async def _compared(self, actor: Actor, rows: Sequence[Row]) -> list[Row]:
        if not rows:
            return []
        async with self.storage.read(actor.workspace_id) as tx:
            days = (await tx.workspaces.get(actor.workspace_id)).duplicate_days
            calendar = await _standing(tx, rows, reach=timedelta(days=max(days, 1)))
        return await asyncio.to_thread(partial(compare, rows, calendar, days=days, zone=actor.zone))

    async def keep(self, tx: Transaction, actor: Actor, checked: Checked, *, import_id: UUID) -> Import:
        """Keeps a checked file for the tap that confirms it; it takes the place of what the file was before."""
        authorise(actor, Action.SCHEDULE)
        await tx.imports.drop_replaced(
            user_id=actor.user_id, file_name=checked.file_name, older_than=tx.now - KEPT_FOR
        )
        return tx.imports.add(
            Import(
                workspace_id=actor.workspace_id,
                id=import_id,
                user_id=actor.user_id,
                file_name=checked.file_name,
                rows=[one.as_data() for one in checked.rows],
                problems=_problems_of(checked),
                created_at=tx.now,
            )
        )

    async def apply(self, tx: Transaction, actor: Actor, import_id: UUID) -> Import:
        """Schedules every row by this one word of the actor's, or raises a `Refusal` that names the row, and none is."""
        for action in (Action.DRAFT, Action.SCHEDULE, Action.PUBLISH):
            authorise(actor, action)
        found = await self._waiting(tx, actor, import_id)
        rows = [Row.from_data(one) for one in found.rows]
        accounts = {one.id: one for one in await tx.accounts.list()}
        for row in rows:
            refuse_outdated(row, accounts.get(row.account_id), now=tx.now)
        found.rows = await save(tx, actor, rows, accounts)
        found.state, found.applied_at = "applied", tx.now
        tx.wake(TOPIC)
        return found

    async def drop(self, tx: Transaction, actor: Actor, import_id: UUID) -> Import:
        """Forgets a checked file; nothing of it was saved."""
        authorise(actor, Action.SCHEDULE)
        found = await self._waiting(tx, actor, import_id, is_to_be_saved=False)
        found.state, found.rows, found.problems = "dropped", [], []
        return found

    async def _waiting(
        self, tx: Transaction, actor: Actor, import_id: UUID, *, is_to_be_saved: bool = True
    ) -> Import:
        found = await tx.imports.locked(import_id)
        if found is None:
            raise NotFound("That file is not here any more.", "Send it again.")
        authorise(actor, Action.SCHEDULE, found)
        if found.state == "applied":
            raise OutOfDate("The posts of that file are scheduled already.", "See /queue.")
        if found.state == "dropped" or found.created_at < tx.now - KEPT_FOR:
            raise OutOfDate("That file was checked too long ago, or again since.", "Send it again.")
        if is_to_be_saved and troubles_of(found):
            raise Refusal(
                "Not all rows of that file fit, so none is saved.", "Mend them and send the file again."
            )
        return found


def troubles_of(checked: Import) -> list[Trouble]:
    """What is the matter with single rows of a kept file."""
    return [Trouble(*one["trouble"]) for one in checked.problems if "trouble" in one]


def checked_of(kept: Import) -> Checked:
    """What a kept file was checked as; not for one that is applied or dropped."""
    facts = next(one for one in kept.problems if "total" in one)
    rows = tuple(Row.from_data(one) for one in kept.rows)
    return Checked(kept.file_name, facts["total"], rows, tuple(troubles_of(kept)), tuple(facts["notes"]))


def _problems_of(checked: Checked) -> list[dict[str, object]]:
    """As JSON: the file as a whole first, then every trouble."""
    whole: dict[str, object] = {"total": checked.total, "notes": [*checked.notes]}
    troubles = [dict[str, object](trouble=[one.row, one.column, one.message]) for one in checked.troubles]
    return [whole, *troubles]


def _unused(columns: Columns) -> list[str]:
    if not columns.unused:
        return []
    named = ", ".join(f"“{one}”" for one in columns.unused[:10])
    return [
        f"Not used: the columns {named}." if len(columns.unused) > 1 else f"Not used: the column {named}."
    ]


def _usable_name(file_name: str) -> str:
    return " ".join(file_name.split())[-LONGEST_NAME:] or "the file"


async def importer_of(joining: Joining, storage: Storage, *, telegram_id: int | None) -> Actor:
    """Who imports at the terminal: the member with this Telegram id, else the owner of the only workspace.

    Raises `Refusal` when nobody is meant for sure.
    """
    async with storage.read(None) as tx:
        found = await tx.members.list_with_users()
        owners = {user.telegram_id for member, user in found if member.role == Role.OWNER}
        owners = owners if telegram_id is None else {telegram_id}
        actor = await joining.actor(tx, Person(min(owners), "")) if len(owners) == 1 else None
    if actor is not None:
        return actor
    if telegram_id is not None:
        raise Refusal(
            f"{telegram_id} is no member of this desk.", "Name a member with --as TELEGRAM_USER_ID."
        )
    if not owners:
        raise Refusal("This desk has no owner yet.", "Start it, and send the claim code to the bot.")
    raise Refusal("This desk has several owners.", "Say whose word it is: --as TELEGRAM_USER_ID.")


async def _standing(
    tx: Transaction, rows: Sequence[Row], *, reach: timedelta
) -> Mapping[UUID, Sequence[Neighbour]]:
    """What stands on the accounts of these rows around their moments."""
    found = {}
    for account_id in {row.account_id for row in rows}:
        moments = [row.at for row in rows if row.account_id == account_id]
        found[account_id] = await tx.neighbours.around(
            account_id=account_id,
            since=min(moments) - reach,
            until=max(moments) + reach,
            limit=_MOST_STANDING,
        )
    return found
