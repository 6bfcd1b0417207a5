"""How do checked rows become posts on the calendar, all of them in one unit of work?

What is made here is, column by column, what `Drafting.draft` and `Scheduling.schedule` make of the same row; a test holds
the two against each other. Each row through those two would take 25 seconds of the one writer for 5,000 rows, this two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.authorising import Actor
from services.drafting import FIRST_COMMENT, content_hash
from services.import_checking import Row, draft_of
from services.refusals import Refusal
from services.scheduling import FURTHEST, GRACE, LOCAL
from services.time_placing import wall_of
from services.time_saying import say_moment
from services.vetting import hashtags_in, mentions_in
from storage import Transaction
from storage.accounts import Account
from storage.approvals import Approval
from storage.posts import Post, Variant
from storage.publications import Publication

DOOR = "import"
"""Through which door the approvals came: one tap on the preview of the whole file."""

_AT_ONCE = 250


def refuse_outdated(row: Row, account: Account | None, *, now: datetime) -> None:
    """Raises a `Refusal` for what has changed since the row was checked: the clock, and the account."""
    if account is None:
        raise Refusal(f"Row {row.number:,}: its account is not connected any more.", "Nothing was saved.")
    if account.status != "active":
        why = account.last_error or account.status
        raise Refusal(
            f"Row {row.number:,}: {account.name} is paused: {why}.", "Nothing was saved. See /settings."
        )
    if not now - GRACE <= row.at <= now + FURTHEST:
        said = say_moment(row.at.astimezone(ZoneInfo(row.zone)))
        raise Refusal(
            f"Row {row.number:,}: {said} has passed.",
            "Nothing was saved. Give it a later moment and send the file again.",
        )


async def save(
    tx: Transaction, actor: Actor, rows: Sequence[Row], accounts: Mapping[UUID, Account]
) -> list[dict[str, object]]:
    """Makes the posts, and with each its approval and its publication; what became of which row, as JSON."""
    made: list[dict[str, object]] = []
    for start in range(0, len(rows), _AT_ONCE):
        several = rows[start : start + _AT_ONCE]
        posts = [tx.posts.add(_post(tx, actor, row)) for row in several]
        await tx.flush()
        for row, post in zip(several, posts, strict=True):
            publication = _queue(tx, actor, row, post, accounts[row.account_id])
            made.append(
                {
                    "number": row.number,
                    "post": str(post.id),
                    "publication": str(publication.id),
                    "at": publication.due_at.isoformat(),
                }
            )
        await tx.flush()
    return made


def _post(tx: Transaction, actor: Actor, row: Row) -> Post:
    return Post(
        workspace_id=actor.workspace_id,
        id=tx.new_id(),
        author_user_id=actor.user_id,
        text=row.text,
        hashtags=hashtags_in(row.text),
        mentions=mentions_in(row.text),
        facts={FIRST_COMMENT: row.comment} if row.comment else {},
        state="queued",
        created_at=tx.now,
        updated_at=tx.now,
    )


def _queue(tx: Transaction, actor: Actor, row: Row, post: Post, account: Account) -> Publication:
    """The post's variant for the account, the approval of exactly that, and the publication that it allows."""
    at = max(row.at, tx.now).astimezone(UTC)
    tx.posts.add_variant(
        Variant(
            workspace_id=actor.workspace_id,
            id=tx.new_id(),
            post_id=post.id,
            account_id=account.id,
            text=post.text,
            updated_at=tx.now,
        )
    )
    draft = draft_of(account, text=post.text, comment=row.comment)
    approval = tx.approvals.add(
        Approval(
            workspace_id=actor.workspace_id,
            id=tx.new_id(),
            post_id=post.id,
            account_id=account.id,
            post_version=post.version,
            content_hash=content_hash(draft, account_id=account.id, due_at=at),
            due_at=at,
            given_by_user_id=actor.user_id,
            given_at=tx.now,
            door=DOOR,
        )
    )
    return tx.publications.add(
        Publication(
            workspace_id=actor.workspace_id,
            id=tx.new_id(),
            post_id=post.id,
            account_id=account.id,
            platform=account.platform,
            post_version=post.version,
            approval_id=approval.id,
            due_at=at,
            zone=row.zone,
            next_at=at,
            late_minutes=row.late_minutes,
            late_mode=row.late_mode,
            facts={LOCAL: wall_of(at, ZoneInfo(row.zone), said=row.local).isoformat()},
            created_at=tx.now,
            updated_at=tx.now,
        )
    )
