from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from storage import NOBODYS, ForeignRow
from storage.accounts import Account
from storage.chats import Chat
from storage.collections import Collection
from storage.members import Member
from storage.outbox import OutboxItem
from storage.posts import Post
from storage.publications import STATES, Publication
from storage.schema import Base, Ids, Moment, NaiveMoment, Scoped
from storage.settings import Setting
from storage.users import User

if TYPE_CHECKING:
    from storage import Storage, Transaction
    from tests.conftest import HandClock

OURS, THEIRS = UUID(int=1), UUID(int=2)
SCOPED: list[type[Base]] = sorted(
    (one.class_ for one in Base.registry.mappers if issubclass(one.class_, Scoped)),
    key=lambda one: one.__name__,
)
ALLOWED = {
    "role": "owner",
    "state": "scheduled",
    "status": "pending",
    "kind": "photo",
    "item_kind": "post",
}
OF_TABLE = {
    ("Agent", "kind"): "content",
    ("Chat", "kind"): "channel",
    ("Collection", "kind"): "manual",
    ("Post", "state"): "draft",
    ("OutboxItem", "state"): "pending",
    ("Message", "role"): "person",
}

DEMANDED = {("Series", "post_id")}
"""What a table demands although the column alone does not: a series has a post or a collection."""


def _value(kind: type[Base], column: Any, moment: datetime) -> Any:
    """Something that fits a column, so that a row of any table can be made without knowing it."""
    if (kind.__name__, column.name) in OF_TABLE or column.name in ALLOWED:
        return OF_TABLE.get((kind.__name__, column.name), ALLOWED.get(column.name))
    if isinstance(column.type, Moment):
        return moment
    python = column.type.python_type
    return uuid4() if python is UUID else {int: 1, str: "text", bool: False}.get(python, {})


def row_of(kind: type[Base], workspace_id: UUID, moment: datetime) -> Any:
    """A row with everything that its table demands."""
    needed = {
        name
        for name, one in inspect.signature(kind).parameters.items()
        if (one.default is inspect.Parameter.empty and name != "self") or (kind.__name__, name) in DEMANDED
    }
    columns = {one.key: one for one in kind.__mapper__.columns}
    given = {name: _value(kind, columns[name], moment) for name in needed}
    return kind(**{**given, "workspace_id": workspace_id})


def without_foreign_keys(found: Storage) -> None:
    """Rows are made here one table at a time; what they point to does not matter to who may see them."""
    off = (
        "SET session_replication_role = replica"
        if found._engines.writing.dialect.name == "postgresql"
        else "PRAGMA foreign_keys=OFF"
    )

    def lift(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(off)
        cursor.close()

    event.listen(found._engines.writing.sync_engine, "connect", lift)


@pytest.fixture
async def peopled(storage: Storage) -> Storage:
    """One row of every table in each of two workspaces."""
    without_foreign_keys(storage)
    for workspace_id in (OURS, THEIRS):
        async with storage.begin(workspace_id) as tx:
            for kind in SCOPED:
                tx._session.add(row_of(kind, workspace_id, tx.now))
    return storage


async def test_no_table_shows_or_yields_a_row_of_another_workspace(peopled: Storage) -> None:
    assert len(SCOPED) > 12
    async with peopled.begin(OURS) as tx:
        for kind in SCOPED:
            seen = list(await tx._session.scalars(select(kind)))
            assert {one.workspace_id for one in seen} == {OURS}, kind
            counted = await tx._session.scalar(select(func.count()).select_from(kind))
            bare = await tx._session.scalar(select(func.count()).where(kind.workspace_id == THEIRS))
            assert (counted, bare) == (1, 0), kind
            key = [getattr(seen[0], one.key) for one in kind.__mapper__.primary_key]
            assert await tx._session.get(kind, [THEIRS, *key[1:]]) is None, kind


async def test_no_table_lets_a_row_of_another_workspace_be_changed_or_deleted(peopled: Storage) -> None:
    async with peopled.begin(OURS) as tx:
        for kind in SCOPED:
            column = next(one for one in kind.__mapper__.columns if one.key not in {"workspace_id", "id"})
            same = {column.key: column}
            foreign = kind.workspace_id == THEIRS
            changed = await tx._session.execute(update(kind).where(foreign).values(same))
            gone = await tx._session.execute(delete(kind).where(foreign))
            assert (changed.rowcount, gone.rowcount) == (0, 0), kind
            await tx._session.execute(delete(kind))
    async with peopled.read(None) as tx:
        for kind in SCOPED:
            left = await tx._session.scalars(select(kind.workspace_id))
            assert list(left) == [THEIRS], kind


ACROSS = ("workspaces.", "users.", "inbox.", "circuits.", "claims.", "moves.")
"""Shelves of the machinery, which belong to units of work without a workspace."""


def _shelf_questions(tx: Transaction) -> Iterator[tuple[str, Any]]:
    """Every question of the shelves that takes no row: called with whatever fits its parameters."""
    answers: dict[str, Any] = {
        "states": STATES,
        "limit": 50,
        "since": tx.now - timedelta(days=9),
        "purpose": "text",
        "telegram_chat_id": 1,
        "state": "pending",
        "dedupe": "text",
        "name": "text",
        "scope": "text",
        "lane": "text",
        "newest": 50,
        "message_id": 1,
        "platform": "text",
        "remote_id": "text",
        "item_kind": "post",
        "album": "text",
    }
    for shelf_name, shelf in vars(tx).items():
        module = type(shelf).__module__
        if not module.startswith("storage.") or shelf_name.startswith("_"):
            continue
        for name, method in inspect.getmembers(type(shelf), inspect.iscoroutinefunction):
            wanted = [
                one
                for one in inspect.signature(method).parameters.values()
                if one.name not in {"self", "offset"}
            ]
            known = all(one.name in answers or one.default is not one.empty for one in wanted)
            if known and not name.startswith(("claim", "release", "give", "prune", "drop", "keep", "forget")):
                given = {one.name: answers[one.name] for one in wanted if one.name in answers}
                yield f"{shelf_name}.{name}", getattr(shelf, name)(**given)


def _workspaces_in(answer: Any) -> set[UUID]:
    rows = answer if isinstance(answer, list | tuple) else [answer]
    flat = [part for one in rows for part in (one if isinstance(one, tuple) else (one,))]
    return {one.workspace_id for one in flat if isinstance(one, Scoped)}


async def test_no_question_of_any_shelf_reaches_into_another_workspace(peopled: Storage) -> None:
    empty = UUID(int=3)
    async with peopled.read(OURS) as ours, peopled.read(empty) as nobodys:
        asked = 0
        for (question, answer), (_, nothing) in zip(
            _shelf_questions(ours), _shelf_questions(nobodys), strict=True
        ):
            if question.startswith(ACROSS):
                answer.close()
                nothing.close()
                continue
            asked += 1
            assert _workspaces_in(await answer) <= {OURS}, question
            assert not await nothing, question
        assert asked > 15


@pytest.mark.parametrize("kind", SCOPED, ids=lambda one: one.__name__)
async def test_a_row_of_another_workspace_is_never_written(
    storage_on_sqlite: Storage, kind: type[Base]
) -> None:
    without_foreign_keys(storage_on_sqlite)
    with pytest.raises(ForeignRow):
        async with storage_on_sqlite.begin(OURS) as tx:
            tx._session.add(row_of(kind, THEIRS, tx.now))


async def test_a_row_cannot_be_carried_off_to_another_workspace(storage_on_sqlite: Storage) -> None:
    async with storage_on_sqlite.begin(OURS) as tx:
        post = tx.posts.add(row_of(Post, OURS, tx.now))
    with pytest.raises(ForeignRow):
        async with storage_on_sqlite.begin(OURS) as tx:
            (await tx.posts.get(post.id)).workspace_id = THEIRS


async def test_the_installations_unit_of_work_enters_one_workspace_and_no_second(storage: Storage) -> None:
    async with storage.begin(None) as tx:
        assert tx.workspace_id == NOBODYS
        tx.enter(OURS)
        with pytest.raises(ForeignRow):
            tx.enter(THEIRS)
        tx._session.add(row_of(Post, THEIRS, tx.now))
        with pytest.raises(ForeignRow):
            await tx.flush()
        tx._session.expunge_all()


async def test_what_raises_leaves_nothing_behind_and_rings_no_bell(storage: Storage) -> None:
    async def break_off() -> None:
        async with storage.begin(OURS) as tx:
            tx.posts.add(row_of(Post, OURS, tx.now))
            await tx.flush()
            tx.wake("posts")
            raise RuntimeError

    async with storage._shared.listen("posts") as bell:
        with pytest.raises(RuntimeError):
            await break_off()
        assert not await bell.wait(0)
        async with storage.begin(OURS) as tx:
            assert await tx.posts.count(states=["draft"]) == 0
            tx.wake("posts")
        assert await bell.wait(0)


async def test_a_moment_without_a_zone_is_refused(storage: Storage, clock: HandClock) -> None:
    with pytest.raises(StatementError) as caught:
        async with storage.begin(OURS) as tx:
            tx.posts.add(row_of(Post, OURS, clock().replace(tzinfo=None)))
    assert isinstance(caught.value.orig, NaiveMoment)


async def test_a_moment_comes_back_as_the_same_instant(storage: Storage, clock: HandClock) -> None:
    from zoneinfo import ZoneInfo

    there = clock().astimezone(ZoneInfo("Asia/Kolkata"))
    async with storage.begin(OURS) as tx:
        made = tx.posts.add(row_of(Post, OURS, there))
    async with storage.read(OURS) as tx:
        found = (await tx.posts.get(made.id)).created_at
    assert (found, found.utcoffset()) == (there, timedelta(0))


async def test_a_cancelled_task_does_not_keep_the_next_one_from_writing(storage: Storage) -> None:
    reached = asyncio.Event()

    async def begin_and_hang() -> None:
        async with storage.begin(OURS) as tx:
            tx.posts.add(row_of(Post, OURS, tx.now))
            await tx.flush()
            reached.set()
            await asyncio.Event().wait()

    async def write_many() -> None:
        async with storage.begin(OURS) as tx:
            for _ in range(50):
                tx.posts.add(row_of(Post, OURS, tx.now))
                await tx.flush()
                await tx.posts.list(states=["draft"], limit=5)

    hanging = asyncio.create_task(begin_and_hang())
    await reached.wait()
    hanging.cancel()
    torn = []
    for steps in range(0, 90, 3):
        torn.append(asyncio.create_task(write_many()))
        for _ in range(steps):
            await asyncio.sleep(0)
        torn[-1].cancel()
    ends = await asyncio.gather(hanging, *torn, return_exceptions=True)
    assert {type(one) for one in ends} == {asyncio.CancelledError}
    async with asyncio.timeout(10), storage.begin(OURS) as tx:
        assert await tx.posts.count(states=["draft"]) == 0
        tx.posts.add(row_of(Post, OURS, tx.now))
    async with storage.read(OURS) as tx:
        assert await tx.posts.count(states=["draft"]) == 1


async def test_of_200_concurrent_read_modify_writes_none_is_lost(storage: Storage) -> None:
    async with storage.begin(OURS) as tx:
        await tx.settings.put(
            Setting(workspace_id=OURS, scope="s", name="n", value={"count": 0}, updated_at=tx.now)
        )

    async def count_up() -> None:
        async with storage.begin(OURS) as tx:
            found = await tx.settings.find(scope="s", name="n", is_locked=True)
            assert found is not None
            await asyncio.sleep(0)
            changed = update(Setting).values(value={"count": found["count"] + 1})
            await tx._session.execute(changed.where(Setting.scope == "s"))

    await asyncio.gather(*(count_up() for _ in range(200)))
    async with storage.read(OURS) as tx:
        assert await tx.settings.find(scope="s", name="n") == {"count": 200}


async def test_a_setting_can_be_put_again_in_the_unit_of_work_that_read_it(storage: Storage) -> None:
    for number in range(2):
        async with storage.begin(OURS) as tx:
            await tx.settings.find(scope="s", name="n")
            await tx.settings.put(
                Setting(workspace_id=OURS, scope="s", name="n", value={"is": number}, updated_at=tx.now)
            )
    async with storage.read(OURS) as tx:
        assert await tx.settings.find(scope="s", name="n") == {"is": 1}


async def test_what_a_look_would_write_is_not_written(storage: Storage) -> None:
    try:
        async with storage.read(OURS) as tx:
            tx.posts.add(row_of(Post, OURS, tx.now))
            await tx.flush()
    except OperationalError:
        assert storage.is_alone  # SQLite's readers refuse aloud
    async with storage.read(OURS) as tx:
        assert await tx.posts.count(states=["draft"]) == 0


async def test_databases_enforce_what_the_tables_declare(storage: Storage) -> None:
    wrong: list[Callable[[datetime], Any]] = [
        lambda now: _with(row_of(Post, OURS, now), state="odd"),
        lambda now: row_of(Publication, OURS, now),
        lambda now: _with(row_of(Account, OURS, now), health="odd"),
        lambda now: _with(row_of(Member, OURS, now), role="king"),
    ]
    for make in wrong:
        with pytest.raises(IntegrityError):
            async with storage.begin(OURS) as tx:
                tx._session.add(make(tx.now))
    for kind, same in ((Collection, "name"), (Chat, "title"), (OutboxItem, "kind")):
        with pytest.raises(IntegrityError):
            async with storage.begin(OURS) as tx:
                tx._session.add_all(_twins(kind, same, tx.now))


def _twins(kind: type[Base], same: str, now: datetime) -> list[Any]:
    return [_with(row_of(kind, OURS, now), **{same: "twice"}, **_unique(kind)) for _ in "ab"]


def _unique(kind: type[Base]) -> dict[str, Any]:
    return {"dedupe": "one cause"} if kind is OutboxItem else {}


def _with(row: Any, **changed: Any) -> Any:
    for name, value in changed.items():
        setattr(row, name, value)
    return row


def test_ids_rise_even_when_the_clock_stands_still_or_goes_back(clock: HandClock) -> None:
    ids = Ids()
    made = []
    for step in (0, 0, 1, -5, 0, 3):
        clock.move(timedelta(milliseconds=step))
        made += [ids.next(clock()) for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {one.version for one in made} == {7}


async def test_two_workspaces_may_call_things_the_same(storage: Storage) -> None:
    async with storage.begin(None) as tx:
        for workspace_id in (OURS, THEIRS):
            tx._session.add(row_of(Collection, workspace_id, tx.now))
    async with storage.begin(None) as tx:
        assert len(await tx.collections.list()) == 2


async def test_a_stranger_is_nobody_and_a_number_names_one_person(storage: Storage) -> None:
    async with storage.begin(None) as tx:
        assert await tx.users.by_telegram_id(1001) is None
        tx.users.add(User(id=tx.new_id(), telegram_id=1001, created_at=tx.now, updated_at=tx.now))
    with pytest.raises(IntegrityError):
        async with storage.begin(None) as tx:
            tx.users.add(User(id=tx.new_id(), telegram_id=1001, created_at=tx.now, updated_at=tx.now))
