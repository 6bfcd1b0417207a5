"""The publishing machine with a network that answers as it is told, and a person who schedules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from services.deciding import Deciding
from services.drafting import Drafting
from services.patience import Timing
from services.publishing import Publishing, machine
from services.recording import Recording
from services.scheduling import Scheduling
from storage.accounts import Account
from storage.publications import Attempt, Publication
from tests.services.scripted import Scripted

if TYPE_CHECKING:
    from uuid import UUID

    from services.authorising import Actor
    from storage import Storage
    from tests.conftest import HandClock

TIMING = Timing(request=timedelta(seconds=30), lag=timedelta(seconds=10))


@dataclass
class House:
    storage: Storage
    clock: HandClock
    actor: Actor
    network: Scripted
    scheduling: Scheduling
    deciding: Deciding
    publishing: Publishing
    restarts: int = field(default=0)

    async def scheduled(
        self,
        text: str = "Hello",
        *,
        after: timedelta = timedelta(minutes=5),
        account_id: UUID | None = None,
        comment: str = "",
    ) -> UUID:
        async with self.storage.begin(self.actor.workspace_id) as tx:
            drafting = self.scheduling.drafting
            post = await drafting.draft(tx, self.actor, text=text)
            await drafting.comment(tx, self.actor, post.id, text=comment)
            made = await self.scheduling.schedule(
                tx, self.actor, post.id, version=post.version, at=tx.now + after, account_id=account_id
            )
            return made.id

    async def account(self, name: str, *, is_default: bool = False) -> UUID:
        async with self.storage.begin(self.actor.workspace_id) as tx:
            made = tx.accounts.add(
                Account(
                    workspace_id=self.actor.workspace_id,
                    id=tx.new_id(),
                    platform="scripted",
                    remote_id=name,
                    name=name.title(),
                    is_default=is_default,
                    connected_at=tx.now,
                    updated_at=tx.now,
                )
            )
            return made.id

    async def attempts(self, publication_id: UUID) -> list[Attempt]:
        async with self.storage.read(self.actor.workspace_id) as tx:
            return [*await tx.publications.attempts(publication_id)]

    async def pass_time(self, by: timedelta) -> None:
        self.clock.move(by)
        while await self.publishing.publish_due():
            await self.publishing.finish_moving()

    async def row(self, publication_id: UUID) -> Publication:
        async with self.storage.read(self.actor.workspace_id) as tx:
            return await tx.publications.get(publication_id)

    def another_worker(self, owner: str) -> Publishing:
        return works(self.storage, self.clock, self.network, owner)

    async def notices(self) -> list[str]:
        async with self.storage.read(None) as tx:
            items = await tx.outbox.claim(
                owner="look", now=tx.now, lease=timedelta(0), limit=100, but_chats=[]
            )
            return [item.kind for item in items]


def works(
    storage: Storage, clock: HandClock, network: Scripted, owner: str, timing: Timing = TIMING
) -> Publishing:
    return machine(
        storage,
        {"scripted": network},
        Recording(),
        owner=owner,
        now=clock,
        monotonic=clock.monotonic,
        timing=timing,
        workers=16,
    )


async def open_house(storage: Storage, clock: HandClock, actor: Actor, network: Scripted) -> House:
    """A house with one account, `Us`, on this network."""
    scheduling = Scheduling(Drafting({"scripted": network}))
    publishing = works(storage, clock, network, "worker-1")
    house = House(storage, clock, actor, network, scheduling, Deciding(Recording(), scheduling), publishing)
    await house.account("us", is_default=True)
    return house
