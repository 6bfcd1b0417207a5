"""A small desk for the services: a member, an account on a network that takes short texts, and what he may call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

import pytest

from integrations.contract import Answer, Certainty, Draft, Limits, Platform, Problem, Receipt, Surroundings
from services.authorising import Actor, Role
from services.drafting import Drafting
from services.scheduling import Scheduling
from storage.accounts import Account

if TYPE_CHECKING:
    from storage import Storage, Transaction
    from storage.posts import Post
    from storage.publications import Publication


class Short(Platform):
    """A network that takes twenty characters and agrees with everything."""

    slug: ClassVar[str] = "short"
    title: ClassVar[str] = "Short"
    documentation: ClassVar[str] = "here"
    certainty: ClassVar[Certainty] = Certainty.BLIND
    limits: ClassVar[Limits] = Limits(text=20, caption=10, attachments=1, unit="characters")
    kinds: ClassVar[frozenset[str]] = frozenset({"photo"})

    @classmethod
    def settle_in(cls, surroundings: Surroundings) -> Self | None:
        del surroundings
        return cls()

    def length(self, text: str) -> int:
        return len(text)

    def problems(self, draft: Draft) -> Sequence[Problem]:
        most = self.limits.caption if draft.attachments else self.limits.text
        return [Problem("Too long.", "Shorten it.")] if len(draft.text) > most else []

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        del draft, anchor, key
        return Receipt("1")


@dataclass
class Bureau:
    """What a test of a service speaks with; `stranger` is the owner of another workspace."""

    storage: Storage
    actor: Actor
    stranger: Actor
    drafting: Drafting
    scheduling: Scheduling
    account_id: UUID

    def acting(self, role: Role) -> Actor:
        return replace(self.actor, role=role)

    def begin(self, actor: Actor | None = None) -> Any:
        return self.storage.begin((actor or self.actor).workspace_id)

    async def post(self, tx: Transaction, text: str = "Hello") -> Post:
        return await self.drafting.draft(tx, self.actor, text=text)

    async def scheduled(self, at: Any, text: str = "Hello") -> Publication:
        async with self.begin() as tx:
            post = await self.post(tx, text)
            return await self.scheduling.schedule(tx, self.actor, post.id, version=post.version, at=at)


async def desk_on(storage: Storage, new_member: Any) -> Bureau:
    actor = await new_member(storage)
    stranger = await new_member(storage, telegram_id=2002, name="Eve")
    drafting = Drafting({"short": Short()})
    async with storage.begin(actor.workspace_id) as tx:
        account = tx.accounts.add(
            Account(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                platform="short",
                remote_id="us",
                name="Us",
                is_default=True,
                connected_at=tx.now,
                updated_at=tx.now,
            )
        )
    return Bureau(storage, actor, stranger, drafting, Scheduling(drafting), account.id)


@pytest.fixture
async def bureau(storage_on_sqlite: Storage, new_member: Any) -> Bureau:
    return await desk_on(storage_on_sqlite, new_member)


@pytest.fixture
async def bureau_on_both(storage: Storage, new_member: Any) -> Bureau:
    return await desk_on(storage, new_member)
