"""Queues with slots, series, bulk imports, circuits; threads by part; what to do about lateness and repetition.

There is no way back: data is forever, and an older program would not know these rows. A backup is the way back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.schema import Json, Moment

revision = "20261121_queues_series_and_parts"
down_revision = "20261120_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the previous shape to this one."""
    _new_tables()
    _wider_tables()
    op.execute(
        "UPDATE attempts SET account_id = (SELECT account_id FROM publications "
        "WHERE publications.workspace_id = attempts.workspace_id AND publications.id = attempts.publication_id)"
    )


def _owned(*columns: sa.Column[object] | sa.Constraint, table: str) -> None:
    op.create_table(
        table,
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f(f"pk_{table}")),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{to}.workspace_id", f"{to}.id"],
        name=op.f(f"fk_{table}_workspace_id_{column}_{to}"),
    )


def _new_tables() -> None:
    op.create_table(
        "circuits",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("platform", name=op.f("pk_circuits")),
    )
    _owned(
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        _refers("queues", "account_id", "accounts"),
        sa.UniqueConstraint(
            "workspace_id", "account_id", "name", name=op.f("uq_queues_workspace_id_account_id_name")
        ),
        table="queues",
    )
    _owned(
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at_local", sa.String(), nullable=False),
        _refers("slots", "queue_id", "queues"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_slots_weekday")),
        sa.UniqueConstraint(
            "workspace_id",
            "queue_id",
            "weekday",
            "at_local",
            name=op.f("uq_slots_workspace_id_queue_id_weekday_at_local"),
        ),
        table="slots",
    )
    _series()
    _owned(
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("rows", Json, nullable=False),
        sa.Column("problems", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("applied_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('checked', 'applied', 'dropped')", name=op.f("ck_imports_state")),
        table="imports",
    )
    op.create_index(op.f("ix_imports_workspace_id_created_at"), "imports", ["workspace_id", "created_at"])


def _series() -> None:
    _owned(
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("collection_id", sa.Uuid(), nullable=True),
        sa.Column("author_user_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("starts_local", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("exceptions", Json, nullable=False),
        sa.Column("cool_down_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.Column("last_occurrence", sa.String(), nullable=True),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        _refers("series", "account_id", "accounts"),
        _refers("series", "post_id", "posts"),
        _refers("series", "collection_id", "collections"),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f("ck_series_state")),
        sa.CheckConstraint("(post_id IS NULL) <> (collection_id IS NULL)", name=op.f("ck_series_one_source")),
        table="series",
    )
    op.create_index(op.f("ix_series_next_at"), "series", ["next_at"])
    op.create_index(op.f("ix_series_workspace_id_state"), "series", ["workspace_id", "state"])


def _wider_tables() -> None:
    # Plain ADD COLUMN, which both databases do without copying the table; what is required brings its first value.
    for column in (
        sa.Column("part", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("late_minutes", sa.Integer(), nullable=True),
        sa.Column("late_mode", sa.String(), nullable=True),
        sa.Column("queue_id", sa.Uuid(), nullable=True),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("slot_on", sa.String(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("occurrence", sa.String(), nullable=True),
    ):
        op.add_column("publications", column)
    _publication_indexes()
    op.add_column("attempts", sa.Column("account_id", sa.Uuid(), nullable=True))
    op.add_column("attempts", sa.Column("part", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_attempts_account_id_armed_at"), "attempts", ["account_id", "armed_at"])
    for column in (
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("audience_zone", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rests_until_at", Moment(), nullable=True),
        sa.Column("rest_reason", sa.String(), nullable=True),
    ):
        op.add_column("accounts", column)
    for column in (
        sa.Column("late_minutes", sa.Integer(), nullable=False, server_default="15"),
        sa.Column("late_mode", sa.String(), nullable=False, server_default="ask"),
        sa.Column("duplicate_days", sa.Integer(), nullable=False, server_default="30"),
    ):
        op.add_column("workspaces", column)


def _publication_indexes() -> None:
    held = sa.text("claimed_by IS NOT NULL")
    op.create_index(
        "ix_publications_in_flight",
        "publications",
        ["account_id"],
        sqlite_where=held,
        postgresql_where=held,
    )
    armed = sa.text("state = 'armed'")
    op.create_index(
        "ix_publications_armed", "publications", ["next_at"], sqlite_where=armed, postgresql_where=armed
    )
    for column in ("remote_id", "next_at"):
        op.create_index(
            op.f(f"ix_publications_account_id_{column}"), "publications", ["account_id", column]
        )
    op.create_index(
        op.f("ix_publications_workspace_id_queue_id_due_at"),
        "publications",
        ["workspace_id", "queue_id", "due_at"],
    )
    op.create_index(
        op.f("ix_publications_workspace_id_series_id_occurrence"),
        "publications",
        ["workspace_id", "series_id", "occurrence"],
        unique=True,
    )
