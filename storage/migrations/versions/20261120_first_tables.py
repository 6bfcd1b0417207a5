"""The first tables: who, what, where, and what is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.schema import Json, Moment

revision = "20261120_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the previous shape to this one."""
    op.create_table(
        "accounts",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=True),
        sa.Column("avatar_url", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("health", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("sealed_access_token", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("token_expires_at", Moment(), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("followers_count", sa.Integer(), nullable=True),
        sa.Column("following_count", sa.Integer(), nullable=True),
        sa.Column("posts_count", sa.Integer(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("rate", Json, nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("last_error_at", Moment(), nullable=True),
        sa.Column("last_synced_at", Moment(), nullable=True),
        sa.Column("last_posted_at", Moment(), nullable=True),
        sa.Column("connected_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "health IN ('healthy', 'degraded', 'unhealthy', 'unknown')", name=op.f("ck_accounts_health")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'expired', 'revoked', 'error', 'pending')",
            name=op.f("ck_accounts_status"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "workspace_id", "platform", "remote_id", name=op.f("uq_accounts_workspace_id_platform_remote_id")
        ),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_health"), ["health"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_platform"), ["platform"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_token_expires_at"), ["token_expires_at"], unique=False)

    op.create_table(
        "agents",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("live_version_id", sa.Uuid(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.Column("created_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('content', 'analysis', 'marketing', 'technical', 'social')", name=op.f("ck_agents_kind")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_agents")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_agents_workspace_id_name")),
    )
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agents_is_public"), ["is_public"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_agents_workspace_id_is_default"), ["workspace_id", "is_default"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agents_workspace_id_kind"), ["workspace_id", "kind"], unique=False
        )

    op.create_table(
        "chats",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("telegram_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("rights", Json, nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_chats")),
        sa.UniqueConstraint(
            "workspace_id",
            "telegram_chat_id",
            "thread_id",
            "purpose",
            name=op.f("uq_chats_workspace_id_telegram_chat_id_thread_id_purpose"),
        ),
    )
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chats_telegram_chat_id"), ["telegram_chat_id"], unique=False)

    op.create_table(
        "collections",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_sharing_allowed", sa.Boolean(), nullable=False),
        sa.Column("sort_by", sa.String(), nullable=False),
        sa.Column("is_ascending", sa.Boolean(), nullable=False),
        sa.Column("max_items", sa.Integer(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("permissions", Json, nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("icon", sa.String(), nullable=True),
        sa.Column("created_by_user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('manual', 'auto', 'smart')", name=op.f("ck_collections_kind")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_collections")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_collections_workspace_id_name")),
    )
    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collections_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_collections_workspace_id_is_public"), ["workspace_id", "is_public"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_collections_workspace_id_kind"), ["workspace_id", "kind"], unique=False
        )

    op.create_table(
        "handles",
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("telegram_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("subject_version", sa.Integer(), nullable=True),
        sa.Column("arguments", Json, nullable=False),
        sa.Column("is_once", sa.Boolean(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_handles")),
    )
    with op.batch_alter_table("handles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handles_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "inbox",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("arrived_at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'working', 'done', 'parked')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("bot_id", "update_id", name=op.f("uq_inbox_bot_id_update_id")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inbox_bot_id_lane_state_update_id"),
            ["bot_id", "lane", "state", "update_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_inbox_bot_id_state_update_id"), ["bot_id", "state", "update_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_inbox_done_at"), ["done_at"], unique=False)
        batch_op.create_index(
            "uq_inbox_one_worker_per_lane",
            ["bot_id", "lane"],
            unique=True,
            sqlite_where=sa.text("state = 'working'"),
            postgresql_where=sa.text("state = 'working'"),
        )

    op.create_table(
        "media",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("album", sa.String(), nullable=True),
        sa.Column("mime_type", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.Column("alt_text", sa.Text(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_key", sa.String(), nullable=True),
        sa.Column("thumbnail_key", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("telegram_file_id", sa.String(), nullable=True),
        sa.Column("telegram_unique_id", sa.String(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('photo', 'video', 'animation', 'document', 'audio', 'voice')",
            name=op.f("ck_media_kind"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_media")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_mime_type"), ["mime_type"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_media_workspace_id_album"), ["workspace_id", "album"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_media_workspace_id_post_id_position"),
            ["workspace_id", "post_id", "position"],
            unique=False,
        )

    op.create_table(
        "messages",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("generation_id", sa.Uuid(), nullable=True),
        sa.Column("is_tainted", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("role IN ('person', 'agent')", name=op.f("ck_messages_role")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_messages_workspace_id_lane_id"), ["workspace_id", "lane", "id"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("telegram_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("dedupe", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until_at", Moment(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed')", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_sent_at"), ["sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_state_id"), ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_state_next_at"), ["state", "next_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_telegram_chat_id_state_id"),
            ["telegram_chat_id", "state", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_workspace_id_dedupe"), ["workspace_id", "dedupe"], unique=True
        )

    op.create_table(
        "posts",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_user_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("generation_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("slug", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("hashtags", Json, nullable=False),
        sa.Column("mentions", Json, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_tainted", sa.Boolean(), nullable=False),
        sa.Column("telegram_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("card_message_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "content_type IN ('text', 'image', 'video', 'carousel', 'story', 'reel', 'mixed')",
            name=op.f("ck_posts_content_type"),
        ),
        sa.CheckConstraint("state IN ('draft', 'queued', 'done', 'discarded')", name=op.f("ck_posts_state")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_posts")),
        sa.UniqueConstraint(
            "workspace_id", "generation_id", name=op.f("uq_posts_workspace_id_generation_id")
        ),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_posts_telegram_chat_id_card_message_id"),
            ["telegram_chat_id", "card_message_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_posts_workspace_id_author_user_id_created_at"),
            ["workspace_id", "author_user_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_posts_workspace_id_content_type"), ["workspace_id", "content_type"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_posts_workspace_id_state_updated_at"),
            ["workspace_id", "state", "updated_at"],
            unique=False,
        )

    op.create_table(
        "settings",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "scope", "name", name=op.f("pk_settings")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("avatar_file_id", sa.String(), nullable=True),
        sa.Column("bio", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("preferences", Json, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("current_workspace_id", sa.Uuid(), nullable=True),
        sa.Column("last_seen_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_users_telegram_id")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_users_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_users_email"), ["email"], unique=True)
        batch_op.create_index(batch_op.f("ix_users_username"), ["username"], unique=False)

    op.create_table(
        "workspaces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("plan_status", sa.String(), nullable=False),
        sa.Column("period_start_at", Moment(), nullable=True),
        sa.Column("period_end_at", Moment(), nullable=True),
        sa.Column("is_cancelled_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("limits", Json, nullable=False),
        sa.Column("features", Json, nullable=False),
        sa.Column("monthly_budget", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "agent_versions",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("system_prompt", sa.String(), nullable=False),
        sa.Column("persona", Json, nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("parameters", Json, nullable=False),
        sa.Column("output_format", sa.String(), nullable=False),
        sa.Column("constraints", Json, nullable=False),
        sa.Column("templates", Json, nullable=False),
        sa.Column("capabilities", Json, nullable=False),
        sa.Column("limits", Json, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_agent_versions_workspace_id_agent_id_agents"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_agent_versions")),
        sa.UniqueConstraint(
            "workspace_id", "agent_id", "number", name=op.f("uq_agent_versions_workspace_id_agent_id_number")
        ),
    )
    op.create_table(
        "approvals",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("post_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("given_by_user_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("voided_at", Moment(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("consumed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "post_id"],
            ["posts.workspace_id", "posts.id"],
            name=op.f("fk_approvals_workspace_id_post_id_posts"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_approvals_workspace_id_post_id_given_at"),
            ["workspace_id", "post_id", "given_at"],
            unique=False,
        )

    op.create_table(
        "collection_items",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("item_kind", sa.String(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("added_by_user_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "item_kind IN ('content', 'post', 'generation')", name=op.f("ck_collection_items_item_kind")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "collection_id"],
            ["collections.workspace_id", "collections.id"],
            name=op.f("fk_collection_items_workspace_id_collection_id_collections"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_collection_items")),
        sa.UniqueConstraint(
            "workspace_id",
            "collection_id",
            "item_kind",
            "item_id",
            name=op.f("uq_collection_items_workspace_id_collection_id_item_kind_item_id"),
        ),
    )
    with op.batch_alter_table("collection_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_collection_items_workspace_id_item_kind_item_id"),
            ["workspace_id", "item_kind", "item_id"],
            unique=False,
        )

    op.create_table(
        "generations",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_version_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("telegram_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_in_message_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("input", Json, nullable=False),
        sa.Column("output_text", sa.Text(), nullable=True),
        sa.Column("output", Json, nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=8), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_comment", sa.String(), nullable=True),
        sa.Column("is_saved", sa.Boolean(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        sa.Column("is_tainted", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_generations_status"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_generations_workspace_id_agent_id_agents"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_generations")),
    )
    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_generations_model"), ["model"], unique=False)
        batch_op.create_index(batch_op.f("ix_generations_provider"), ["provider"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_generations_status_created_at"), ["status", "created_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_generations_workspace_id_agent_id_created_at"),
            ["workspace_id", "agent_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_generations_workspace_id_user_id_created_at"),
            ["workspace_id", "user_id", "created_at"],
            unique=False,
        )

    op.create_table(
        "members",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("default_agent_id", sa.Uuid(), nullable=True),
        sa.Column("default_account_id", sa.Uuid(), nullable=True),
        sa.Column("preferences", Json, nullable=False),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'admin', 'editor', 'viewer')", name=op.f("ck_members_role")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_members_user_id_users")),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_members")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_user_id"), ["user_id"], unique=False)

    op.create_table(
        "publications",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("post_version", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("is_late_accepted", sa.Boolean(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until_at", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("payload_hash", sa.String(), nullable=True),
        sa.Column("anchor", Json, nullable=False),
        sa.Column("armed_at", Moment(), nullable=True),
        sa.Column("settle_until_at", Moment(), nullable=True),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("failed_at", Moment(), nullable=True),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("remote_ids", Json, nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("last_tried_at", Moment(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('scheduled', 'claimed', 'prepared', 'armed', 'published', 'failed', 'unconfirmed', 'missed', 'cancelled', 'handed_off')",
            name=op.f("ck_publications_state"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["accounts.workspace_id", "accounts.id"],
            name=op.f("fk_publications_workspace_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "post_id"],
            ["posts.workspace_id", "posts.id"],
            name=op.f("fk_publications_workspace_id_post_id_posts"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_publications")),
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publications_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_publications_platform"), ["platform"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_publications_workspace_id_account_id_due_at"),
            ["workspace_id", "account_id", "due_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_publications_workspace_id_post_id"), ["workspace_id", "post_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_workspace_id_published_at"),
            ["workspace_id", "published_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_publications_workspace_id_state_due_at"),
            ["workspace_id", "state", "due_at"],
            unique=False,
        )

    op.create_table(
        "variants",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["accounts.workspace_id", "accounts.id"],
            name=op.f("fk_variants_workspace_id_account_id_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "post_id"],
            ["posts.workspace_id", "posts.id"],
            name=op.f("fk_variants_workspace_id_post_id_posts"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_variants")),
        sa.UniqueConstraint(
            "workspace_id", "post_id", "account_id", name=op.f("uq_variants_workspace_id_post_id_account_id")
        ),
    )
    op.create_table(
        "attempts",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("payload_hash", sa.String(), nullable=False),
        sa.Column("anchor", Json, nullable=False),
        sa.Column("armed_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", Json, nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "publication_id"],
            ["publications.workspace_id", "publications.id"],
            name=op.f("fk_attempts_workspace_id_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attempts_workspace_id_publication_id_number"),
            ["workspace_id", "publication_id", "number"],
            unique=False,
        )


def downgrade() -> None:
    """Undoes it."""
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_workspace_id_publication_id_number"))

    op.drop_table("attempts")
    op.drop_table("variants")
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publications_workspace_id_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_publications_workspace_id_published_at"))
        batch_op.drop_index(batch_op.f("ix_publications_workspace_id_post_id"))
        batch_op.drop_index(batch_op.f("ix_publications_workspace_id_account_id_due_at"))
        batch_op.drop_index(batch_op.f("ix_publications_platform"))
        batch_op.drop_index(batch_op.f("ix_publications_next_at"))

    op.drop_table("publications")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_members_user_id"))

    op.drop_table("members")
    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_generations_workspace_id_user_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_generations_workspace_id_agent_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_generations_status_created_at"))
        batch_op.drop_index(batch_op.f("ix_generations_provider"))
        batch_op.drop_index(batch_op.f("ix_generations_model"))

    op.drop_table("generations")
    with op.batch_alter_table("collection_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_items_workspace_id_item_kind_item_id"))

    op.drop_table("collection_items")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approvals_workspace_id_post_id_given_at"))

    op.drop_table("approvals")
    op.drop_table("agent_versions")
    op.drop_table("workspaces")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_username"))
        batch_op.drop_index(batch_op.f("ix_users_email"))
        batch_op.drop_index(batch_op.f("ix_users_created_at"))

    op.drop_table("users")
    op.drop_table("settings")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posts_workspace_id_state_updated_at"))
        batch_op.drop_index(batch_op.f("ix_posts_workspace_id_content_type"))
        batch_op.drop_index(batch_op.f("ix_posts_workspace_id_author_user_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_posts_telegram_chat_id_card_message_id"))

    op.drop_table("posts")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_workspace_id_dedupe"))
        batch_op.drop_index(batch_op.f("ix_outbox_telegram_chat_id_state_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_state_next_at"))
        batch_op.drop_index(batch_op.f("ix_outbox_state_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_sent_at"))

    op.drop_table("outbox")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_workspace_id_lane_id"))

    op.drop_table("messages")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_workspace_id_post_id_position"))
        batch_op.drop_index(batch_op.f("ix_media_workspace_id_album"))
        batch_op.drop_index(batch_op.f("ix_media_mime_type"))
        batch_op.drop_index(batch_op.f("ix_media_kind"))

    op.drop_table("media")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_inbox_one_worker_per_lane",
            sqlite_where=sa.text("state = 'working'"),
            postgresql_where=sa.text("state = 'working'"),
        )
        batch_op.drop_index(batch_op.f("ix_inbox_done_at"))
        batch_op.drop_index(batch_op.f("ix_inbox_bot_id_state_update_id"))
        batch_op.drop_index(batch_op.f("ix_inbox_bot_id_lane_state_update_id"))

    op.drop_table("inbox")
    with op.batch_alter_table("handles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handles_expires_at"))

    op.drop_table("handles")
    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collections_workspace_id_kind"))
        batch_op.drop_index(batch_op.f("ix_collections_workspace_id_is_public"))
        batch_op.drop_index(batch_op.f("ix_collections_created_at"))

    op.drop_table("collections")
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chats_telegram_chat_id"))

    op.drop_table("chats")
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agents_workspace_id_kind"))
        batch_op.drop_index(batch_op.f("ix_agents_workspace_id_is_default"))
        batch_op.drop_index(batch_op.f("ix_agents_is_public"))

    op.drop_table("agents")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_token_expires_at"))
        batch_op.drop_index(batch_op.f("ix_accounts_status"))
        batch_op.drop_index(batch_op.f("ix_accounts_platform"))
        batch_op.drop_index(batch_op.f("ix_accounts_health"))

    op.drop_table("accounts")
