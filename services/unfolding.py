"""Which occurrences of the series become publications now? Late, one at a time, and never a burst.

An occurrence becomes a publication a day before it is due, so that people see it in the queue. Of those that passed
while nothing ran, the latest one alone is made up for: sent if the lateness policy allows it, otherwise asked about
or let go. The series then goes on with the next one to come.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.authorising import RIGHTS, Action, Role
from services.copying import copied, standing_hash
from services.drafting import Drafting, content_hash
from services.evergreen import next_post
from services.lateness import Policy, Verdict, policy_for, tell_missed, verdict, who_is_told, why_let_go
from services.pacing import Priority
from services.refusals import Unclear
from services.scheduling import LOCAL, settle_post
from services.scheduling import TOPIC as PUBLICATIONS
from services.telling import Kind, tell
from services.time_rules import Occurrence, Repeat
from storage import Storage, Transaction
from storage.accounts import Account
from storage.approvals import Approval
from storage.posts import Post
from storage.publications import Publication
from storage.series import ORIGIN, Series

log = logging.getLogger(__name__)

TOPIC = "series"
"""The bell that rings when a series was made or goes on."""

AHEAD = timedelta(hours=24)
"""How long before it is due an occurrence stands in the queue."""

PATIENCE = timedelta(minutes=10)
"""Before a series is looked at again that could not be unfolded: its account rests, or something of ours broke."""

CHANGED = "The post was changed after the repeat was allowed."
GONE = "The post was discarded."
NO_RIGHT = "Whoever allowed it may not publish here any more."
NOTHING_RESTED = "No post of the collection has rested long enough and is allowed; nothing was sent."
FINISHED = "It came to its end."
MISSED = "Its time passed while Fanfare was not running."


def repeat_of(series: Series) -> Repeat:
    """The rule of a series; raises `Unclear` when its zone is not known any more."""
    return Repeat(
        series.rule,
        datetime.fromisoformat(series.starts_local),
        series.zone,
        frozenset(series.exceptions),
    )


def dealt_with(series: Series) -> datetime | None:
    """The naive local time of the last occurrence that was dealt with, or None before the first."""
    return None if series.last_occurrence is None else datetime.fromisoformat(series.last_occurrence)


@dataclass(frozen=True, slots=True)
class Unfolding:
    """The machine behind repeats. `catch_up` is how many passed occurrences are made up for (None: all, for proofs)."""

    storage: Storage
    drafting: Drafting
    catch_up: int | None = 1
    batch: int = 100

    async def unfold_due(self) -> int:
        """Looks at the series that are due, each in a unit of work of its own; how many were looked at."""
        async with self.storage.read(None) as tx:
            due = await tx.series.due(now=tx.now, limit=self.batch)
        return sum([await self._look_at(workspace_id, series_id) for workspace_id, series_id in due])

    async def next_due_at(self) -> datetime | None:
        """When the next series has to be looked at, or None."""
        async with self.storage.read(None) as tx:
            return await tx.series.next_due_at()

    async def _look_at(self, workspace_id: UUID, series_id: UUID) -> bool:
        """Whether it was due and not in the hands of another worker. A fault puts this one off and stops no other."""
        try:
            async with self.storage.begin(workspace_id) as tx:
                series = await tx.series.take(series_id, now=tx.now)
                if series is not None:
                    await self._unfold(tx, series)
        except Exception:
            log.exception("A series could not be unfolded; it is looked at again later.")
            async with self.storage.begin(workspace_id) as tx:
                series = await tx.series.take(series_id, now=tx.now)
                if series is not None:
                    series.next_at = tx.now + PATIENCE
        return series is not None

    async def _unfold(self, tx: Transaction, series: Series) -> None:
        account = await tx.accounts.get(series.account_id)
        if account.status != "active":
            series.reason = f"{account.name} is {account.status}; it goes on when the account does."
            series.next_at = tx.now + PATIENCE
            return
        try:
            repeat = repeat_of(series)
        except Unclear as refusal:
            await _pause(tx, series, why=refusal.message)
            return
        if not await _may_still(tx, series):
            await _pause(tx, series, why=NO_RIGHT)
            return
        passed = repeat.passed(tx.now, after=dealt_with(series))
        kept = passed if self.catch_up is None else passed[-self.catch_up :]
        near = repeat.upcoming(tx.now, count=3, after=dealt_with(series))
        series.reason = None if near or kept else series.reason
        for one in (*kept, *(one for one in near if one.at - tx.now <= AHEAD)):
            await self._make(tx, series, account, one, skipped=len(passed) - len(kept))
            if series.state != "active":
                return
        _look_again(tx, series, repeat)

    async def _make(
        self, tx: Transaction, series: Series, account: Account, one: Occurrence, *, skipped: int
    ) -> None:
        """Turns one occurrence into a publication, unless it is one already or there is nothing to send."""
        if not await tx.series.has_made(series.id, one.key):
            post = await self._post_for(tx, series, account, one)
            if series.state != "active":
                return
            if post is not None:
                row = await self._publication(tx, series, account, one, post=post)
                await self._let_or_keep(tx, series, account, row, skipped=skipped)
        series.last_occurrence = max(one.key, series.last_occurrence or one.key)
        series.updated_at = tx.now

    async def _post_for(
        self, tx: Transaction, series: Series, account: Account, one: Occurrence
    ) -> Post | None:
        """The post whose turn it is; None pauses the series or names the reason on it, and the team is told."""
        if series.post_id is None:
            post = await next_post(tx, self.drafting, series, account, one)
            if post is None:
                series.reason = NOTHING_RESTED
                await _tell(tx, series, cause=f"resting:{series.version}")
            return post
        post = await tx.posts.get(series.post_id)
        if post.state == "discarded":
            await _pause(tx, series, why=GONE)
            return None
        if await standing_hash(tx, self.drafting, post, account) != series.content_hash:
            await _pause(tx, series, why=CHANGED)
            return None
        return post

    async def _publication(
        self, tx: Transaction, series: Series, account: Account, one: Occurrence, *, post: Post
    ) -> Publication:
        """A copy of the post for this occurrence; it does not leave before something allows it."""
        facts = {"series": str(series.id), **({} if series.post_id else {ORIGIN: str(post.id)})}
        copy = await copied(tx, self.drafting, post, account, by=series.author_user_id, facts=facts)
        series.made += 1
        return tx.publications.add(
            Publication(
                workspace_id=series.workspace_id,
                id=tx.new_id(),
                post_id=copy.id,
                account_id=account.id,
                platform=account.platform,
                post_version=copy.version,
                due_at=one.at,
                zone=series.zone,
                next_at=None,
                series_id=series.id,
                occurrence=one.key,
                facts={LOCAL: one.local.isoformat()},
                created_at=tx.now,
                updated_at=tx.now,
            )
        )

    async def _let_or_keep(
        self, tx: Transaction, series: Series, account: Account, row: Publication, *, skipped: int
    ) -> None:
        """Lets it leave at its moment, or keeps back what is later than the policy allows; names what was skipped."""
        policy = policy_for(await tx.workspaces.get(series.workspace_id))
        said = verdict(due_at=row.due_at, now=tx.now, minutes=policy.minutes, mode=policy.mode)
        before = skipped if row.due_at <= tx.now else 0
        if before:
            series.reason = f"While nothing was running, {_occurrences(before)} skipped."
        await tx.flush()
        if said is Verdict.SEND:
            await self._allow(tx, series, account, row)
        else:
            await _keep_back(tx, row, policy, skipped=before, is_asked=said is Verdict.ASK)

    async def _allow(self, tx: Transaction, series: Series, account: Account, row: Publication) -> None:
        """The word of whoever allowed the series, for exactly this copy at this moment."""
        copy = await tx.posts.get(row.post_id)
        variant = await self.drafting.variant(tx, copy, account)
        draft = await self.drafting.draft_for(tx, copy, account, variant.text)
        approval = tx.approvals.add(
            Approval(
                workspace_id=series.workspace_id,
                id=tx.new_id(),
                post_id=copy.id,
                account_id=account.id,
                post_version=copy.version,
                content_hash=content_hash(draft, account_id=account.id, due_at=row.due_at),
                due_at=row.due_at,
                given_by_user_id=series.author_user_id,
                given_at=tx.now,
                door="series",
            )
        )
        row.approval_id, row.next_at = approval.id, row.due_at
        tx.wake(PUBLICATIONS)


def _look_again(tx: Transaction, series: Series, repeat: Repeat) -> None:
    """A day before the next occurrence; a series that has none left is over."""
    following: Sequence[Occurrence] = repeat.upcoming(tx.now, count=1, after=dealt_with(series))
    if following:
        series.next_at = following[0].at - AHEAD
    else:
        series.state, series.next_at = "ended", None
        series.reason = series.reason or FINISHED
        series.version += 1
        series.updated_at = tx.now


async def _may_still(tx: Transaction, series: Series) -> bool:
    member = await tx.members.find(series.author_user_id)
    return member is not None and Action.PUBLISH in RIGHTS[Role(member.role)]


async def _pause(tx: Transaction, series: Series, *, why: str) -> None:
    series.state, series.next_at, series.reason = "paused", None, why
    series.version += 1
    series.updated_at = tx.now
    await _tell(tx, series, cause=f"paused:{series.version}")


async def _keep_back(
    tx: Transaction, row: Publication, policy: Policy, *, skipped: int, is_asked: bool
) -> None:
    """Too late to be sent without a question: a person decides, or it is let go; either way it is listed."""
    before = f"{_occurrences(skipped)} skipped before it. " if skipped else ""
    row.state = "missed" if is_asked else "cancelled"
    row.reason = before + (MISSED if is_asked else why_let_go(policy.minutes))
    await tx.flush()
    await settle_post(tx, await tx.posts.get(row.post_id))
    if is_asked:
        await tell_missed(tx)


async def _tell(tx: Transaction, series: Series, *, cause: str) -> None:
    """Tells once about the series: the team in its chats, or its owners where it has none."""
    for place in await who_is_told(tx):
        dedupe = f"series:{series.id}:{cause}@{place.chat_id}/{place.thread_id}"
        if not await tx.outbox.has(dedupe):
            tell(
                tx,
                Kind.SERIES,
                place,
                subject=("series", series.id),
                dedupe=dedupe,
                priority=Priority.ALERT,
            )


def _occurrences(count: int) -> str:
    return "1 occurrence was" if count == 1 else f"{count:,} occurrences were"
