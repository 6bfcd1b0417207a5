"""How does the database get its shape, and how do we know which one it has?"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.engines import Engines, Unreachable

HEAD = "20261121_queues_series_and_parts"
"""The newest revision, kept here so that a start need not import Alembic to see that nothing is to be done."""

_LOCK = 0x46616E66
"""Any number that is ours: the advisory lock that lets one process at a time migrate a PostgreSQL database."""


class Newer(RuntimeError):
    """The database was written by a newer Fanfare; older code must not touch it."""


async def upgrade(engines: Engines) -> bool:
    """Brings the database to `HEAD` in one transaction; whether anything had to be done. Raises `Newer`."""
    if await revision(engines) == HEAD:
        return False
    async with engines.writing.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        return await connection.run_sync(_upgrade)


async def revision(engines: Engines) -> str | None:
    """The revision that the database is at, or None for an empty one. Raises `Unreachable`."""
    try:
        async with engines.reading.connect() as connection:
            return await connection.run_sync(_revision)
    except (DBAPIError, OSError) as fault:
        said = fault.orig if isinstance(fault, DBAPIError) else fault
        raise Unreachable(f"The database cannot be used: {' '.join(str(said).split())}.") from fault


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> bool:
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    present = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise Newer(
            f"The database is at {present}, which this Fanfare does not know. Start the newer version that wrote it."
        )
    if present == HEAD:
        return False
    command.upgrade(config, "head")
    return True
