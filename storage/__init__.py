"""What does the desk remember? `Storage` opens units of work; a `Transaction` has one shelf per noun."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.accounts import Accounts
from storage.agents import Agents
from storage.approvals import Approvals
from storage.calendars import Calendars
from storage.chats import Chats
from storage.circuits import Circuits
from storage.claims import Claims
from storage.collections import Collections
from storage.engines import Engines
from storage.generations import Generations
from storage.handles import Handles
from storage.imports import Imports
from storage.inbox import Inbox
from storage.media import Media
from storage.members import Members
from storage.messages import Messages
from storage.moments import Moments
from storage.moves import Moves
from storage.neighbours import Neighbours
from storage.outbox import Outbox
from storage.posts import Posts
from storage.publications import Publications
from storage.queues import Queues
from storage.schema import NOBODYS, Ids
from storage.scope import WORKSPACE, ForeignRow, ScopedSession
from storage.series import SeriesShelf
from storage.session import ShieldedSession
from storage.settings import Settings
from storage.shared import SharedState
from storage.shelf import Missing
from storage.users import Users
from storage.workspaces import Workspaces

__all__ = ["NOBODYS", "ForeignRow", "Missing", "Storage", "Transaction"]


class Transaction:
    """One unit of work: every shelf in it sees only `workspace_id` (everything, if that is None).

    `now` is the moment at which the unit began; every row written in it carries that moment.
    """

    def __init__(
        self, session: ShieldedSession, *, workspace_id: UUID | None, now: datetime, ids: Ids
    ) -> None:
        self.now = now
        self._session = session
        self._ids = ids
        self._topics: set[str] = set()
        self.workspaces = Workspaces(session)
        self.users = Users(session)
        self.inbox = Inbox(session)
        self.outbox = Outbox(session)
        self.handles = Handles(session)
        self.settings = Settings(session)
        self.circuits = Circuits(session)
        self.claims = Claims(session)
        self.moves = Moves(session)
        self.calendars = Calendars(session)
        self._open_shelves(NOBODYS if workspace_id is None else workspace_id)

    def _open_shelves(self, workspace_id: UUID) -> None:
        session = self._session
        self.workspace_id = workspace_id
        self.members = Members(session, workspace_id)
        self.chats = Chats(session, workspace_id)
        self.agents = Agents(session, workspace_id)
        self.generations = Generations(session, workspace_id)
        self.messages = Messages(session, workspace_id)
        self.accounts = Accounts(session, workspace_id)
        self.posts = Posts(session, workspace_id)
        self.media = Media(session, workspace_id)
        self.publications = Publications(session, workspace_id)
        self.moments = Moments(session, workspace_id)
        self.approvals = Approvals(session, workspace_id)
        self.collections = Collections(session, workspace_id)
        self.queues = Queues(session, workspace_id)
        self.series = SeriesShelf(session, workspace_id)
        self.imports = Imports(session, workspace_id)
        self.neighbours = Neighbours(session)

    def enter(self, workspace_id: UUID) -> None:
        """From here on the unit of work is one of this workspace; only for one that began without any."""
        if self.workspace_id != NOBODYS:
            raise ForeignRow(f"a unit of work of {self.workspace_id} cannot enter {workspace_id}")
        self._session.info[WORKSPACE] = workspace_id
        self._open_shelves(workspace_id)

    def new_id(self) -> UUID:
        """An id for a new row; ids of one process rise in the order of asking."""
        return self._ids.next(self.now)

    def wake(self, topic: str) -> None:
        """Asks for `topic`'s workers to be woken once this unit of work is saved."""
        self._topics.add(topic)

    @property
    def topics(self) -> frozenset[str]:
        """What is to be woken."""
        return frozenset(self._topics)

    async def flush(self) -> None:
        """Writes what was added so far, so that constraints speak now and not at the end."""
        await self._session.flush()


def _nowhere(place: str) -> None:
    """Nobody wants to know where a unit of work is."""
    del place


class Storage:
    """The database: units of work that write (`begin`) or only look (`read`).

    `reach` is told the places that saving comes to, so that a test can break there.
    """

    def __init__(
        self,
        engines: Engines,
        *,
        clock: Callable[[], datetime],
        shared: SharedState,
        reach: Callable[[str], None] = _nowhere,
    ) -> None:
        self._engines = engines
        self._reach = reach
        self._clock = clock
        self._shared = shared
        self._ids = Ids()

    @property
    def is_alone(self) -> bool:
        """Whether no other process can be working on this database."""
        return self._engines.is_alone

    @asynccontextmanager
    async def begin(self, workspace_id: UUID | None) -> AsyncIterator[Transaction]:
        """A unit of work that is saved if the block ends well and undone if it raises.

        None opens the whole installation; that is for the machinery (inbox, claims), never for a person's request.
        """
        async with self._session(self._engines.writing, workspace_id) as session:
            unit = Transaction(session, workspace_id=workspace_id, now=self._clock(), ids=self._ids)
            try:
                yield unit
                self._reach("storage.before_commit")
                await session.commit()
                self._reach("storage.committed")
            except BaseException:
                await session.rollback()
                raise
        for topic in unit.topics:
            await self._shared.wake(topic)

    @asynccontextmanager
    async def read(self, workspace_id: UUID | None) -> AsyncIterator[Transaction]:
        """A unit of work that only looks; whatever it would write is dropped."""
        async with self._session(self._engines.reading, workspace_id) as session:
            # Closing drops the transaction and, unlike a rollback, leaves the rows that were read usable.
            yield Transaction(session, workspace_id=workspace_id, now=self._clock(), ids=self._ids)

    def new_id(self) -> UUID:
        """An id for a row that a later unit of work will write."""
        return self._ids.next(self._clock())

    async def wake(self, topic: str) -> None:
        """Wakes the workers of a topic without a unit of work."""
        await self._shared.wake(topic)

    async def ping(self) -> None:
        """Raises whatever the database raises when it cannot be reached."""
        async with self._engines.reading.connect() as connection:
            await connection.execute(text("SELECT 1"))

    @asynccontextmanager
    async def _session(
        self, engine: AsyncEngine, workspace_id: UUID | None
    ) -> AsyncIterator[ShieldedSession]:
        session = ShieldedSession(engine, expire_on_commit=False, sync_session_class=ScopedSession)
        if workspace_id is not None:
            session.info[WORKSPACE] = workspace_id
        try:
            yield session
        finally:
            await session.close()
