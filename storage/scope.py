"""How does a unit of work see one workspace only? Every query in it is filtered, every foreign row refused, right here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from storage.schema import Scoped

WORKSPACE = "workspace_id"
"""Under this name a session's `info` says whose it is; without it, it sees the whole installation."""


class ForeignRow(PermissionError):
    """A row of another workspace was about to be written; that is a fault of ours, never a request to grant."""


class ScopedSession(Session):
    """A session whose statements on `Scoped` tables are those of one workspace."""


@lru_cache(maxsize=4096)
def _only(workspace_id: UUID) -> ExecutableOption:
    """The filter for one workspace, made once: making it walks over every mapped class."""
    return with_loader_criteria(
        Scoped, lambda table: table.workspace_id == workspace_id, include_aliases=True
    )


@event.listens_for(ScopedSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    workspace_id = state.session.info.get(WORKSPACE)
    if workspace_id is not None and (state.is_select or state.is_update or state.is_delete):
        state.statement = state.statement.options(_only(workspace_id))


@event.listens_for(ScopedSession, "before_flush")
def _refuse_foreign(session: Session, context: Any, instances: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event signature
    del context, instances
    workspace_id = session.info.get(WORKSPACE)
    if workspace_id is None:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Scoped) and row.workspace_id != workspace_id:
            raise ForeignRow(
                f"{type(row).__name__} of {row.workspace_id} in a unit of work of {workspace_id}"
            )
