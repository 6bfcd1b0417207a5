"""What is there before the first kill? A workspace, accounts of the three classes, and posts that wait for their moment.

A hundred thousand posts through the services take minutes, so their rows are written many at a time. They are the rows
that the services make: `verified` lets the services make some, and compares column by column.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

import settings as reading
from bench.posts import PICTURE, PICTURE_KEY, SHAPES, SINGLE, Staged, Target, medium_columns, shape_for
from bench.scene import Scene
from storage.accounts import Account
from storage.approvals import Approval
from storage.media import Medium
from storage.posts import Post, Variant
from storage.publications import Publication
from storage.schema import Base, Ids

if TYPE_CHECKING:
    from app import App
    from services.authorising import Actor

CLASSES: Mapping[str, tuple[str, ...]] = {
    "keyed": ("keyed", "brief"),
    "lookup": ("us",),
    "blind": ("blind",),
}
"""How the names of practice accounts begin, by what the network can say about a request whose answer was lost."""

OWNER = 900_001
"""The number at Telegram of the person to whom the workspace belongs."""

POSTS_PER_ACCOUNT = 170
MOST_ACCOUNTS = 200
AT_ONCE = 5_000
SAMPLE = 20

Rows: TypeAlias = dict[type[Base], dict[str, Any]]
TABLES: tuple[type[Base], ...] = (Post, Medium, Variant, Approval, Publication)
_OWN_TO_A_ROW = {"id", "post_id", "approval_id", "created_at", "updated_at", "given_at"}
"""Columns in which two rows for the same words, account and moment differ."""


class _TakenBack(Exception):
    """Ends a unit of work of which nothing is to stay."""


class Stale(AssertionError):
    """The rows that are staged are not those that the services make any more."""


@dataclass
class Desk:
    """A claimed workspace with its accounts; `stage` puts posts into its calendar."""

    scene: Scene
    actor: Actor
    targets: dict[str, list[Target]]
    rows: dict[str, Rows]

    def plan(
        self,
        count: int,
        *,
        seconds: float,
        after: float = 1.0,
        kinds: Sequence[str] = tuple(CLASSES),
        label: str = "Post",
        shapes: Mapping[str, float] = SINGLE,
    ) -> list[Staged]:
        """`count` publications due at random moments in the `seconds` that begin `after` seconds from now.

        Their words begin with `label` and are never the same twice. `shapes` says how many of them are threads, have a first
        comment or a picture.
        """
        random, now = self.scene.random, datetime.now(UTC)
        made = []
        for number in range(count):
            kind = kinds[number % len(kinds)]
            target = self.targets[kind][number // len(kinds) % len(self.targets[kind])]
            due_at = now + timedelta(seconds=after + random.uniform(0, seconds))
            text = f"{label} {number} of {count}, {random.getrandbits(64):016x}"
            made.append(Staged(text, target, due_at, shape_for(random, shapes)))
        return made

    def stage(self, planned: Sequence[Staged]) -> None:
        """Writes the rows of what was planned."""
        asyncio.run(self._write(planned))

    async def _write(self, planned: Sequence[Staged]) -> None:
        from storage.engines import open_engines

        engines = open_engines(self.scene.database.address)
        ids = Ids()
        try:
            for start in range(0, len(planned), AT_ONCE):
                made = self._rows(planned[start : start + AT_ONCE], ids)
                async with engines.writing.begin() as connection:
                    for table, rows in made.items():
                        if rows:
                            await connection.execute(Base.metadata.tables[table.__tablename__].insert(), rows)
        finally:
            await engines.aclose()

    def _rows(self, planned: Sequence[Staged], ids: Ids) -> dict[type[Base], list[dict[str, Any]]]:
        made: dict[type[Base], list[dict[str, Any]]] = {table: [] for table in TABLES}
        for staged in planned:
            for table, row in self._rows_of(staged, ids):
                made[table].append(row)
        return made

    def _rows_of(self, staged: Staged, ids: Ids) -> Iterator[tuple[type[Base], dict[str, Any]]]:
        from services.drafting import FIRST_COMMENT, content_hash
        from services.scheduling import LOCAL
        from services.time_placing import wall_of

        now, pattern = datetime.now(UTC), self.rows[staged.shape]
        post_id, approval_id = ids.next(now), ids.next(now)
        account_id, due_at = staged.target.id, staged.due_at
        own = {"post_id": post_id, "account_id": account_id}
        made, changed = {"created_at": now, "updated_at": now}, {"updated_at": now}
        said = {"facts": {FIRST_COMMENT: staged.comment}} if staged.comment else {}
        yield Post, {**pattern[Post], "id": post_id, "text": staged.whole, **said, **made}
        if staged.shape == "picture":
            yield Medium, {**pattern[Medium], "id": ids.next(now), "post_id": post_id, **made}
        yield Variant, {**pattern[Variant], "id": ids.next(now), **own, "text": staged.whole, **changed}
        digest = content_hash(staged.draft, account_id=account_id, due_at=due_at)
        allowed = {"content_hash": digest, "due_at": due_at, "given_at": now}
        yield Approval, {**pattern[Approval], "id": approval_id, **own, **allowed}
        facts = {LOCAL: wall_of(due_at, self.actor.zone).isoformat()}
        moment = {"approval_id": approval_id, "due_at": due_at, "next_at": due_at, "facts": facts}
        yield Publication, {**pattern[Publication], "id": ids.next(now), **own, **moment, **made}

    def verified(self, planned: Sequence[Staged]) -> None:
        """Has the services make a sample of what was staged once more, and compares; raises `Stale`."""
        asyncio.run(self._verify(planned))

    async def _verify(self, planned: Sequence[Staged]) -> None:
        from app import build

        soon = datetime.now(UTC) + timedelta(seconds=2)
        waiting = [staged for staged in planned if staged.due_at > soon]
        sample = Random(self.scene.given.seed).sample(waiting, min(SAMPLE, len(waiting)))
        async with build(reading.read(self.scene.environment)) as app:
            for staged in sample:
                made = await _made_by_services(app, self.actor, staged)
                if differing := _differing(made, await _staged_rows(self.scene.database.address, staged)):
                    raise Stale(f"the staged rows are not those of the services: {', '.join(differing)}")


def open_desk(scene: Scene, *, accounts: int | None = None) -> Desk:
    """Claims the workspace, connects accounts (as many of each class as `--n` needs, if None)."""
    if accounts is None:
        accounts = min(MOST_ACCOUNTS, max(4, scene.given.n // len(CLASSES) // POSTS_PER_ACCOUNT))
    media = scene.data / "media"
    media.mkdir(parents=True, exist_ok=True)
    (media / PICTURE_KEY).write_bytes(PICTURE)
    return asyncio.run(_open(scene, accounts))


async def _open(scene: Scene, accounts: int) -> Desk:
    from app import build
    from services.joining import Person

    async with build(reading.read(scene.environment), is_open_to_first=True) as app:
        async with app.storage.begin(None) as tx:
            actor = await app.desk.joining.claim(tx, Person(OWNER, "Bench"), None)
        if actor is None:
            raise RuntimeError("the desk has an owner already")
        async with app.storage.begin(actor.workspace_id) as tx:
            targets = {
                kind: [Target(tx.new_id(), f"{names[n % len(names)]}-{n}", kind) for n in range(accounts)]
                for kind, names in CLASSES.items()
            }
            for target in (one for several in targets.values() for one in several):
                tx.accounts.add(_row(tx, target))
        at = datetime.now(UTC) + timedelta(hours=1)
        patterns = {
            shape: await _made_by_services(
                app, actor, Staged("How are rows made?", targets["keyed"][0], at, shape)
            )
            for shape in SHAPES
        }
        return Desk(scene, actor, targets, patterns)


def _row(tx: Any, target: Target) -> Account:  # noqa: ANN401 - a unit of work of the program under test
    return Account(
        workspace_id=tx.workspace_id,
        id=target.id,
        platform="practice",
        remote_id=target.name,
        name=target.name,
        connected_at=tx.now,
        updated_at=tx.now,
    )


async def _made_by_services(app: App, actor: Actor, staged: Staged) -> Rows:
    """Every column of the rows that drafting and scheduling write for one post; they are taken back again."""
    found: Rows = {}
    desk = app.desk
    with contextlib.suppress(_TakenBack):
        async with app.storage.begin(actor.workspace_id) as tx:
            post = await desk.drafting.draft(tx, actor, text=staged.whole)
            if staged.comment:
                await desk.drafting.comment(tx, actor, post.id, text=staged.comment)
            if staged.shape == "picture":
                own: dict[str, Any] = {"workspace_id": tx.workspace_id, "id": tx.new_id()}
                medium = tx.media.add(Medium(**own, **medium_columns(), created_at=tx.now, updated_at=tx.now))
                await desk.drafting.attach(tx, actor, post, [medium])
                found[Medium] = _columns(medium)
            made = await desk.scheduling.schedule(
                tx, actor, post.id, version=post.version, at=staged.due_at, account_id=staged.target.id
            )
            await tx.flush()
            variant = await tx.posts.variant(post_id=post.id, account_id=staged.target.id)
            approval = await tx.approvals.find(made.approval_id) if made.approval_id else None
            found |= {type(row): _columns(row) for row in (post, variant, approval, made) if row is not None}
            raise _TakenBack
    return found


def _columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


async def _staged_rows(address: str, staged: Staged) -> Rows:
    from sqlalchemy import select

    from storage.engines import open_readers

    engines = open_readers(address)
    try:
        async with engines.reading.connect() as connection:
            of_text = select(Variant.post_id).where(Variant.text == staged.whole)
            found: Rows = {}
            for table in TABLES:
                kept = Base.metadata.tables[table.__tablename__]
                named = kept.c.id if table is Post else kept.c.post_id
                row = await connection.execute(select(kept).where(named.in_(of_text)))
                found[table] = dict(row.mappings().one_or_none() or {})
            return found
    finally:
        await engines.aclose()


def _differing(
    made: Mapping[type[Base], Mapping[str, Any]], staged: Mapping[type[Base], Mapping[str, Any]]
) -> list[str]:
    return [
        f"{table.__tablename__}.{name}"
        for table, row in made.items()
        for name, value in row.items()
        if name not in _OWN_TO_A_ROW and value != staged[table][name]
    ]
