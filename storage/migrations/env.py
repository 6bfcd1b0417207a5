"""What does Alembic need to know? The connection it is handed and the tables as the code declares them."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

import storage  # noqa: F401 - importing the room declares every table on the metadata
from storage.schema import Base, Moment


def our_types(kind: str, thing: Any, autogenerate: Any) -> str | Literal[False]:  # noqa: ANN401 - Alembic's own signature
    """Writes our column types by their own names instead of what they are made of."""
    if kind == "type" and isinstance(thing, Moment | JSON):
        name = "Moment" if isinstance(thing, Moment) else "Json"
        autogenerate.imports.add(f"from storage.schema import {name}")
        return "Moment()" if name == "Moment" else name
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=False,  # the caller's transaction holds everything, on both databases
    render_as_batch=True,
    compare_type=True,
    render_item=our_types,
)
context.run_migrations()
