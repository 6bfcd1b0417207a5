"""Who says again and again what, and when does it stop? Making, pausing, skipping and ending series: a person's words.

A series is allowed with one tap, for exactly what was shown: one post by its fingerprint, or the posts of a collection
by theirs. What is changed later waits for a new tap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services import evergreen
from services.authorising import Action, Actor, authorise
from services.copying import standing_hash
from services.evergreen import Candidate
from services.parting import problems_of
from services.refusals import NotFound, OutOfDate, Refusal
from services.scheduling import Scheduling
from services.time_rules import Occurrence, Repeat
from services.unfolding import TOPIC, repeat_of
from storage import Transaction
from storage.accounts import Account
from storage.posts import Post
from storage.publications import Publication
from storage.series import Series

MOST_SERIES = 1000
"""Series of one workspace that have not ended."""

LONGEST_REST = 365
"""Days that a post of a collection may rest at most."""


@dataclass(frozen=True, slots=True)
class Repeating:
    """Every method that changes a series takes the version that the person saw and refuses another."""

    scheduling: Scheduling

    async def create(
        self,
        tx: Transaction,
        actor: Actor,
        post_id: UUID,
        *,
        version: int,
        repeat: Repeat,
        account_id: UUID | None = None,
    ) -> Series:
        """Repeats one post as it stands at `version` on an account (the default one if None), from now on."""
        _authorise(actor)
        post = await self.scheduling.drafting.current(tx, actor, post_id, version=version)
        account = await self.scheduling.account(tx, actor, account_id)
        await self._refuse_unfit(tx, post, account)
        series = await self._made(tx, actor, account, repeat, post_id=post.id)
        series.content_hash = await standing_hash(tx, self.scheduling.drafting, post, account)
        return series

    async def create_evergreen(
        self,
        tx: Transaction,
        actor: Actor,
        collection_id: UUID,
        *,
        repeat: Repeat,
        cool_down_days: int,
        seen: Mapping[str, str],
        account_id: UUID | None = None,
    ) -> Series:
        """Says the posts of a collection in turn; `seen` are those that were shown, post id to fingerprint."""
        _authorise(actor)
        if not 0 <= cool_down_days <= LONGEST_REST:
            raise Refusal(f"A post may rest up to {LONGEST_REST} days.", "Choose fewer.")
        collection = await tx.collections.find(collection_id)
        if collection is None:
            raise NotFound("That collection is not here any more.", "See /collections.")
        account = await self.scheduling.account(tx, actor, account_id)
        series = await self._made(tx, actor, account, repeat, collection_id=collection.id)
        series.cool_down_days = cool_down_days
        await tx.flush()
        await self._approve_seen(tx, series, account, seen)
        return series

    async def candidates(self, tx: Transaction, collection_id: UUID, account: Account) -> Sequence[Candidate]:
        """The posts of a collection that may go to an account, with their fingerprints; the first added first."""
        drafting = self.scheduling.drafting
        return [
            Candidate(post, await standing_hash(tx, drafting, post, account))
            for post in await evergreen.posts_of(tx, collection_id)
            if not await self._problem(tx, post, account)
        ]

    async def waiting_for_approval(self, tx: Transaction, series: Series) -> Sequence[Candidate]:
        """What was added to or changed in the collection of a series since it was allowed."""
        account = await tx.accounts.get(series.account_id)
        allowed = await evergreen.approved(tx, series.id)
        found = await self._of(tx, series, account)
        return [one for one in found if allowed.get(str(one.post.id)) != one.hash]

    async def approve_posts(
        self, tx: Transaction, actor: Actor, series_id: UUID, *, version: int, seen: Mapping[str, str]
    ) -> Series:
        """Allows further posts of the collection, exactly as they were shown (post id to fingerprint)."""
        _authorise(actor)
        series = await self._current(tx, actor, series_id, version=version)
        await self._approve_seen(tx, series, await tx.accounts.get(series.account_id), seen)
        _changed(tx, series)
        return series

    async def approve(
        self, tx: Transaction, actor: Actor, series_id: UUID, *, version: int, seen: str
    ) -> Series:
        """Allows what the post of a series says now (its fingerprint, as it was shown), and lets the series go on."""
        _authorise(actor)
        series = await self._current(tx, actor, series_id, version=version)
        if series.post_id is not None:
            post = await tx.posts.get(series.post_id)
            account = await tx.accounts.get(series.account_id)
            await self._refuse_unfit(tx, post, account)
            found = await standing_hash(tx, self.scheduling.drafting, post, account)
            if post.state == "discarded" or found != seen:
                raise OutOfDate("The post has changed since it was shown.", "Open the repeat with /repeat.")
            series.content_hash = found
        series.author_user_id = actor.user_id
        if series.state == "paused":
            return await self.resume(tx, actor, series_id, version=version)
        _changed(tx, series)
        return series

    async def pause(self, tx: Transaction, actor: Actor, series_id: UUID, *, version: int) -> Series:
        """Stops a series until it is resumed; what it has put on the calendar is taken off."""
        _authorise(actor)
        series = await self._current(tx, actor, series_id, version=version)
        await self._take_off_all(tx, actor, series)
        series.state, series.next_at, series.reason = "paused", None, f"Paused by {actor.name}."
        _changed(tx, series)
        return series

    async def resume(self, tx: Transaction, actor: Actor, series_id: UUID, *, version: int) -> Series:
        """Goes on with the next occurrence; those that passed in between are not made up for."""
        _authorise(actor)
        series = await self._current(tx, actor, series_id, version=version)
        if series.state != "paused":
            raise OutOfDate("It is running already.", "See /repeat.")
        passed = repeat_of(series).passed(tx.now, after=None)
        series.last_occurrence = passed[-1].key if passed else None
        series.state, series.next_at, series.reason = "active", tx.now, None
        _changed(tx, series)
        tx.wake(TOPIC)
        return series

    async def end(self, tx: Transaction, actor: Actor, series_id: UUID, *, version: int | None) -> Series:
        """Ends a series for good; what it has put on the calendar is taken off."""
        _authorise(actor)
        series = await self._current(tx, actor, series_id, version=version)
        await self._take_off_all(tx, actor, series)
        series.state, series.next_at, series.reason = "ended", None, f"Ended by {actor.name}."
        _changed(tx, series)
        return series

    async def skip(
        self, tx: Transaction, actor: Actor, series_id: UUID, *, occurrence: str, version: int | None
    ) -> Series:
        """Leaves one occurrence (its local time as ISO text) out; what stands in the queue for it is taken off."""
        _authorise(actor)
        series = await self._current(tx, actor, series_id, version=version)
        for waiting in await tx.series.waiting(series.id):
            if waiting.occurrence == occurrence:
                await self._take_off(tx, actor, waiting)
        series.exceptions = [*dict.fromkeys([*series.exceptions, occurrence])]
        _changed(tx, series)
        return series

    async def skip_publication(
        self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int
    ) -> Series:
        """Leaves out the occurrence that a waiting publication was made for."""
        _authorise(actor)
        row = await self.scheduling.waiting(tx, actor, publication_id, version=version, also=("missed",))
        if row.series_id is None or row.occurrence is None:
            raise NotFound("This one does not repeat.", "Cancel it in /queue instead.")
        if row.state == "missed":
            await self._take_off(tx, actor, row)
        return await self.skip(tx, actor, row.series_id, occurrence=row.occurrence, version=None)

    async def list(self, tx: Transaction, actor: Actor, *, limit: int, offset: int = 0) -> Sequence[Series]:
        """The series that have not ended, running ones first."""
        authorise(actor, Action.LOOK)
        return await tx.series.list(limit=limit, offset=offset)

    async def current(self, tx: Transaction, actor: Actor, series_id: UUID) -> Series:
        """The series, to be looked at; raises `NotFound`."""
        series = await tx.series.find(series_id)
        if series is None:
            raise NotFound("That repeat is not here any more.", "See /repeat.")
        authorise(actor, Action.LOOK, series)
        return series

    def upcoming(self, series: Series, *, now: datetime, count: int = 3) -> Sequence[Occurrence]:
        """The next occurrences of a series that runs or could run on; none of one that ended."""
        if series.state == "ended":
            return []
        return repeat_of(series).upcoming(now, count=count)

    async def _current(
        self, tx: Transaction, actor: Actor, series_id: UUID, *, version: int | None
    ) -> Series:
        series = await tx.series.locked(series_id)
        if series is None:
            raise NotFound("That repeat is not here any more.", "See /repeat.")
        authorise(actor, Action.SCHEDULE, series)
        if series.state == "ended":
            raise OutOfDate("That repeat has ended.", "Make a new one from the card of the post.")
        if version is not None and version != series.version:
            raise OutOfDate("The repeat has changed since this was shown.", "Open it again with /repeat.")
        return series

    async def _made(
        self,
        tx: Transaction,
        actor: Actor,
        account: Account,
        repeat: Repeat,
        *,
        post_id: UUID | None = None,
        collection_id: UUID | None = None,
    ) -> Series:
        first = next(repeat.unfold(), None)
        if first is None or first.at <= tx.now:
            raise OutOfDate("The first of these moments has passed.", "Say again how often.")
        if await tx.series.count() >= MOST_SERIES:
            raise Refusal(f"{MOST_SERIES:,} repeats are running already.", "End some with /repeat.")
        tx.wake(TOPIC)
        return tx.series.add(
            Series(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                account_id=account.id,
                post_id=post_id,
                collection_id=collection_id,
                author_user_id=actor.user_id,
                rule=repeat.rule,
                starts_local=repeat.starts.isoformat(timespec="minutes"),
                zone=repeat.zone,
                next_at=tx.now,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )

    async def _approve_seen(
        self, tx: Transaction, series: Series, account: Account, seen: Mapping[str, str]
    ) -> None:
        """Refuses what is not any more as it was shown."""
        found = {str(one.post.id): one.hash for one in await self._of(tx, series, account)}
        if any(found.get(post_id) != shown for post_id, shown in seen.items()):
            raise OutOfDate("A post of the collection has changed since it was shown.", "Look at it again.")
        await evergreen.approve(tx, series, seen)

    async def _of(self, tx: Transaction, series: Series, account: Account) -> Sequence[Candidate]:
        return (
            [] if series.collection_id is None else await self.candidates(tx, series.collection_id, account)
        )

    async def _problem(self, tx: Transaction, post: Post, account: Account) -> tuple[str, str] | None:
        drafting = self.scheduling.drafting
        platform = drafting.platforms.get(account.platform)
        if platform is None:
            return f"{account.platform} is not set up on this installation.", "Ask whoever runs it."
        variant = await tx.posts.variant(post_id=post.id, account_id=account.id)
        text = post.text if variant is None else variant.text
        problems = problems_of(platform, await drafting.draft_for(tx, post, account, text))
        return (problems[0].message, problems[0].next_step) if problems else None

    async def _refuse_unfit(self, tx: Transaction, post: Post, account: Account) -> None:
        if problem := await self._problem(tx, post, account):
            raise Refusal(*problem)

    async def _take_off_all(self, tx: Transaction, actor: Actor, series: Series) -> None:
        """What the series has put on the calendar goes; its occurrences may be made again if it goes on in time."""
        for waiting in await tx.series.waiting(series.id):
            await self._take_off(tx, actor, waiting)
            waiting.occurrence = None

    async def _take_off(self, tx: Transaction, actor: Actor, publication: Publication) -> None:
        await self.scheduling.cancel(tx, actor, publication.id)
        await tx.flush()
        copy = await tx.posts.get(publication.post_id)
        copy.state, copy.version = "discarded", copy.version + 1


def _authorise(actor: Actor) -> None:
    authorise(actor, Action.SCHEDULE)
    authorise(actor, Action.PUBLISH)


def _changed(tx: Transaction, series: Series) -> None:
    series.version += 1
    series.updated_at = tx.now
