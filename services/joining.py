"""Who comes in, and into which workspace? Persons become users, the claim code makes the first one the owner."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.authorising import Actor, Role
from services.time_zones import stored_zone
from services.vetting import clean
from storage import NOBODYS, Transaction
from storage.agents import Agent, AgentVersion
from storage.members import Member
from storage.settings import Setting
from storage.users import User
from storage.workspaces import Workspace

SEEN_EVERY = timedelta(minutes=5)
CODE_LIFE = timedelta(minutes=30)
_SCOPE, _NAME = "installation", "claim_code"


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote, as Telegram tells it: a number, names that prove nothing, and the language of the app."""

    telegram_id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class AgentSeed:
    """An agent that every new workspace starts with."""

    name: str
    kind: str
    description: str
    system_prompt: str
    persona: dict[str, Any]
    capabilities: tuple[str, ...]
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Joining:
    """Lets people in. With `is_open_to_first` (the sandbox) the first person who speaks is the owner.

    `furnish` connects what a new workspace has from the first day.
    """

    seeds: Sequence[AgentSeed]
    furnish: Callable[[Transaction, Actor], Awaitable[None]]
    is_open_to_first: bool = False
    zone: str = "UTC"

    async def actor(self, tx: Transaction, person: Person) -> Actor | None:
        """The member that this person is, or None for a stranger. `tx` is a unit of work without workspace."""
        actor, _ = await self.recognise(tx, person)
        return actor

    async def recognise(self, tx: Transaction, person: Person) -> tuple[Actor | None, bool]:
        """The member that this person is, or None; and whether `greet` has something new to write down."""
        user = await tx.users.by_telegram_id(person.telegram_id)
        if user is None or not user.is_active:
            return None, False
        memberships = await tx.members.of_user(user.id)
        chosen = next((one for one in memberships if one.workspace_id == user.current_workspace_id), None)
        member = chosen or (memberships[0] if memberships else None)
        if member is None:
            return None, False
        workspace = await tx.workspaces.get(member.workspace_id)
        return actor_of(user, workspace, role=member.role), _has_news(user, person, tx.now)

    async def is_claimed(self, tx: Transaction) -> bool:
        """Whether the installation has an owner."""
        return await tx.workspaces.first() is not None

    async def issue_code(self, tx: Transaction) -> str:
        """A new claim code for the console; only its hash is kept, the former one is void."""
        code = secrets.token_urlsafe(16)
        await tx.settings.put(
            Setting(
                workspace_id=NOBODYS,
                scope=_SCOPE,
                name=_NAME,
                value={"hash": _digest(code), "until": (tx.now + CODE_LIFE).isoformat(), "tries": 0},
                updated_at=tx.now,
            )
        )
        return code

    async def claim(self, tx: Transaction, person: Person, code: str | None) -> Actor | None:
        """Makes the person the owner of a new workspace, or returns None: the code was wrong, old or worn out.

        None and not a refusal, because the try has to be counted: the unit of work must be saved. With an owner,
        the unit of work has entered his workspace.
        """
        if await self.is_claimed(tx) or not (self.is_open_to_first or await self._fits(tx, code)):
            return None
        await tx.settings.drop(scope=_SCOPE, name=_NAME)
        user = await self.know(tx, person)
        actor = await self._found(tx, user)
        await tx.flush()
        tx.enter(actor.workspace_id)
        await self.furnish(tx, actor)
        return actor

    async def know(self, tx: Transaction, person: Person) -> User:
        """The user row of a person, made or brought up to date."""
        user = await tx.users.by_telegram_id(person.telegram_id)
        if user is None:
            user = tx.users.add(
                User(
                    id=tx.new_id(),
                    telegram_id=person.telegram_id,
                    language=person.language,
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            )
        user.first_name, user.last_name = clean(person.first_name), clean(person.last_name)
        user.username = person.username
        user.last_seen_at = tx.now
        await tx.flush()
        return user

    async def greet(self, tx: Transaction, person: Person) -> None:
        """Keeps a member's names and when he was last here; written at most every few minutes."""
        user = await tx.users.by_telegram_id(person.telegram_id)
        if user is not None and _has_news(user, person, tx.now):
            user.first_name, user.last_name, user.username = _names(person)
            user.last_seen_at = user.updated_at = tx.now

    async def _fits(self, tx: Transaction, code: str | None) -> bool:
        kept = await tx.settings.find(scope=_SCOPE, name=_NAME, is_locked=True)
        if kept is None or code is None or kept["tries"] >= 5 or kept["until"] < tx.now.isoformat():  # noqa: PLR2004 - five tries, as the docs say
            return False
        if secrets.compare_digest(kept["hash"], _digest(code)):
            return True
        value = {**kept, "tries": kept["tries"] + 1}
        await tx.settings.put(
            Setting(workspace_id=NOBODYS, scope=_SCOPE, name=_NAME, value=value, updated_at=tx.now)
        )
        return False

    async def _found(self, tx: Transaction, user: User) -> Actor:
        workspace = tx.workspaces.add(
            Workspace(
                id=tx.new_id(),
                name=f"{user.first_name or 'The'} desk",
                zone=self.zone,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        await tx.flush()
        tx.members.add(Member(workspace_id=workspace.id, user_id=user.id, role=Role.OWNER, joined_at=tx.now))
        user.current_workspace_id = workspace.id
        for seed in self.seeds:
            await _hire(tx, workspace, user, seed)
        return actor_of(user, workspace, role=Role.OWNER)


async def _hire(tx: Transaction, workspace: Workspace, user: User, seed: AgentSeed) -> None:
    agent = tx.agents.add(
        Agent(
            workspace_id=workspace.id,
            id=tx.new_id(),
            name=seed.name,
            kind=seed.kind,
            description=seed.description,
            is_default=seed.is_default,
            created_by_user_id=user.id,
            created_at=tx.now,
            updated_at=tx.now,
        )
    )
    await tx.flush()
    version = tx.agents.add_version(
        AgentVersion(
            workspace_id=workspace.id,
            id=tx.new_id(),
            agent_id=agent.id,
            number=1,
            system_prompt=seed.system_prompt,
            persona=dict(seed.persona),
            capabilities=[*seed.capabilities],
            note="As shipped.",
            created_by_user_id=user.id,
            created_at=tx.now,
        )
    )
    await tx.flush()
    agent.live_version_id = version.id


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()


def actor_of(user: User, workspace: Workspace, *, role: str) -> Actor:
    """The member as every service knows him: his own zone and language, or else the workspace's."""
    return Actor(
        workspace_id=workspace.id,
        user_id=user.id,
        telegram_id=user.telegram_id,
        role=Role(role),
        name=user.first_name or user.username or str(user.telegram_id),
        zone=stored_zone(user.zone or workspace.zone),
        language=user.language or workspace.language,
    )


def _names(person: Person) -> tuple[str, str, str | None]:
    return clean(person.first_name), clean(person.last_name), person.username


def _has_news(user: User, person: Person, now: datetime) -> bool:
    is_stale = user.last_seen_at is None or now - user.last_seen_at > SEEN_EVERY
    return is_stale or _names(person) != (user.first_name, user.last_name, user.username)
