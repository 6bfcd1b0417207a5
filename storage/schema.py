"""What do all tables share? Column types, key shapes, constraint names and the generator of ids."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

NOBODYS = UUID(int=0)
"""The workspace of rows that belong to the installation itself (claim code, words to strangers)."""

JsonMap = dict[str, Any]
JsonList = list[Any]


class NaiveMoment(TypeError):
    """A moment without a zone was about to be stored; whoever made it has to say which zone he meant."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database (SQLite has no zone of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive moments; hands SQLite the same instant in UTC without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(str(value))
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives back what was stored, aware and in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Every table: rows are dataclasses with named arguments, constraints get predictable names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: Moment,
        UUID: Uuid,
        JsonMap: Json,
        JsonList: Json,
        str: String,
    }


class Scoped(MappedAsDataclass, kw_only=True):
    """A row that belongs to one workspace; `Transaction` filters every query on such tables by it."""

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)


class Owned(Scoped, kw_only=True):
    """A scoped row with an id of its own; the key is (workspace_id, id) so that tables can be sharded."""

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)


class Ids:
    """Makes ids that sort by the moment of making (RFC 9562, version 7), strictly rising in one process."""

    _COUNTER_BITS = 30
    _RANDOM_BITS = 44

    def __init__(self) -> None:
        self._stamp = 0
        self._counter = 0

    def next(self, now: datetime) -> UUID:
        """The next id; `now` is aware. Rising even when the clock stands still or goes back."""
        stamp = int(now.timestamp() * 1000) & ((1 << 48) - 1)
        if stamp > self._stamp:
            self._stamp, self._counter = stamp, secrets.randbits(self._COUNTER_BITS - 2)
        else:
            self._counter += 1
        head, tail = divmod(self._counter, 1 << (self._COUNTER_BITS - 12))
        low = (tail << self._RANDOM_BITS) | secrets.randbits(self._RANDOM_BITS)
        return UUID(int=(self._stamp << 80) | (0x7 << 76) | (head << 64) | (0x2 << 62) | low)
