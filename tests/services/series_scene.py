"""A desk with series: what the tests of repeating and unfolding speak with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from services.curating import Curating
from services.repeating import Repeating
from services.rule_reading import read_rule
from services.time_rules import Repeat
from services.unfolding import Unfolding
from storage.posts import Post
from storage.publications import Publication
from storage.series import Series

if TYPE_CHECKING:
    from uuid import UUID

    from tests.conftest import HandClock
    from tests.services.conftest import Bureau

MADRID = ZoneInfo("Europe/Madrid")


@dataclass
class Scene:
    bureau: Bureau
    clock: HandClock
    repeating: Repeating
    unfolding: Unfolding

    @classmethod
    def on(cls, bureau: Bureau, clock: HandClock, *, catch_up: int | None = 1) -> Scene:
        unfolding = Unfolding(bureau.storage, bureau.drafting, catch_up=catch_up)
        return cls(bureau, clock, Repeating(bureau.scheduling), unfolding)

    def rule(self, words: str) -> Repeat:
        return read_rule(words, now=self.clock(), zone=MADRID).repeat

    async def post(self, text: str = "Hello") -> Post:
        async with self.bureau.begin() as tx:
            return await self.bureau.post(tx, text)

    async def repeated(self, words: str = "every day at 9", text: str = "Hello") -> Series:
        post = await self.post(text)
        async with self.bureau.begin() as tx:
            return await self.repeating.create(
                tx, self.bureau.actor, post.id, version=post.version, repeat=self.rule(words)
            )

    async def collected(self, *texts: str) -> tuple[UUID, list[Post]]:
        """A collection with these posts."""
        curating, actor, posts = Curating(), self.bureau.actor, []
        async with self.bureau.begin() as tx:
            collection = await curating.collection(tx, actor, "Evergreen")
            for text in texts:
                posts.append(await self.bureau.post(tx, text))
                await curating.save(
                    tx, actor, collection_id=collection.id, item_kind="post", item_id=posts[-1].id
                )
        return collection.id, posts

    async def evergreen(
        self, collection_id: UUID, words: str = "every day at 9", *, rests: int = 0
    ) -> Series:
        async with self.bureau.begin() as tx:
            account = await tx.accounts.get(self.bureau.account_id)
            shown = await self.repeating.candidates(tx, collection_id, account)
            return await self.repeating.create_evergreen(
                tx,
                self.bureau.actor,
                collection_id,
                repeat=self.rule(words),
                cool_down_days=rests,
                seen={str(one.post.id): one.hash for one in shown},
            )

    async def pass_time(self, **gap: float) -> int:
        """Moves the clock and unfolds until nothing is due."""
        self.clock.move(timedelta(**gap))
        looked = 0
        while found := await self.unfolding.unfold_due():
            looked += found
        return looked

    async def each_day(self, days: int) -> None:
        await self.pass_time()
        for _ in range(days):
            await self.pass_time(days=1)

    async def series(self, series: Series) -> Series:
        async with self.bureau.storage.read(series.workspace_id) as tx:
            return await tx.series.get(series.id)

    async def rows(self) -> Sequence[Publication]:
        """Every publication of the workspace, the soonest due first."""
        from storage.publications import STATES

        async with self.bureau.storage.read(self.bureau.actor.workspace_id) as tx:
            return await tx.publications.list(states=STATES, limit=1000)

    async def texts(self) -> list[str]:
        async with self.bureau.storage.read(self.bureau.actor.workspace_id) as tx:
            return [(await tx.posts.get(row.post_id)).text for row in await self.rows()]

    async def revise(self, post_id: UUID | None, text: str) -> None:
        assert post_id is not None
        async with self.bureau.begin() as tx:
            await self.bureau.drafting.revise(tx, self.bureau.actor, post_id, text=text)

    async def notices(self) -> list[str]:
        async with self.bureau.storage.read(None) as tx:
            items: Any = await tx.outbox.claim(
                owner="look", now=tx.now, lease=timedelta(0), limit=100, but_chats=[]
            )
            return [item.kind for item in items]
