"""When does a post leave? Scheduling, moving and cancelling; each of them is a person's word and is kept as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.authorising import Action, Actor, authorise
from services.drafting import Drafting, content_hash
from services.parting import problems_of
from services.refusals import NotFound, OutOfDate, Refusal
from services.time_placing import wall_of
from services.time_zones import stored_zone
from storage import Transaction
from storage.accounts import Account
from storage.approvals import Approval
from storage.posts import Post
from storage.publications import MOVING, NEEDS_A_PERSON, Publication

TOPIC = "publications"
"""The bell that rings when the publishing machine has something new to look at."""

FURTHEST = timedelta(days=366)
GRACE = timedelta(seconds=60)
"""How far in the past a confirmed moment may lie: reading the card and tapping takes a while."""

LOCAL = "local"
"""Under this name a publication's facts keep the naive local time (ISO) in its zone that a person confirmed."""

QUEUE_PAUSED = "The queue is paused."
"""Why a publication waits that nothing but its paused queue holds; `queueing` lets it go when the queue is resumed."""

ON_ITS_WAY = Refusal("This post is already on its way.", "Its card will show how it ended.")


@dataclass(frozen=True, slots=True)
class Scheduling:
    """Puts posts on the calendar. Every method takes the version that the person saw and refuses another."""

    drafting: Drafting

    async def schedule(
        self,
        tx: Transaction,
        actor: Actor,
        post_id: UUID,
        *,
        version: int,
        at: datetime,
        account_id: UUID | None = None,
        local: datetime | None = None,
        slot: tuple[UUID, UUID, str] | None = None,
        door: str = "bot",
    ) -> Publication:
        """Allows exactly this content on this account (the default one if None) at this moment, and queues it.

        `local` is the naive local time that was asked for in the actor's zone, where it is not simply that of `at`. `slot`
        is (queue, slot, local day as ISO text) when the moment is one of a queue's, which the caller has locked.
        """
        authorise(actor, Action.SCHEDULE)
        await tx.posts.lock(post_id)
        post = await self.drafting.current(tx, actor, post_id, version=version)
        account = await self.account(tx, actor, account_id)
        at = self._acceptable(at, now=tx.now)
        await refuse_twice(tx, post_id, account.id)
        approval = await self._approve(tx, actor, post, account, at=at, door=door)
        publication = tx.publications.add(
            Publication(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                post_id=post.id,
                account_id=account.id,
                platform=account.platform,
                post_version=post.version,
                approval_id=approval.id,
                due_at=at,
                zone=str(actor.zone),
                next_at=at,
                facts={LOCAL: wall_of(at, actor.zone, said=local).isoformat()},
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        await _seat(tx, publication, slot)
        post.state, post.updated_at = "queued", tx.now
        tx.wake(TOPIC)
        return publication

    async def publish_now(
        self, tx: Transaction, actor: Actor, post_id: UUID, *, version: int, account_id: UUID | None = None
    ) -> Publication:
        """Schedules for this very moment."""
        authorise(actor, Action.PUBLISH)
        return await self.schedule(tx, actor, post_id, version=version, at=tx.now, account_id=account_id)

    async def move(
        self,
        tx: Transaction,
        actor: Actor,
        publication_id: UUID,
        *,
        version: int | None,
        at: datetime,
        local: datetime | None = None,
        slot: tuple[UUID, UUID, str] | None = None,
    ) -> Publication:
        """Gives a waiting (or missed) publication another moment; that is a new approval of what it says now.

        `local` and `slot` are as in `schedule`; without a `slot` it leaves the one that it had, and nobody follows.
        """
        authorise(actor, Action.SCHEDULE)
        publication = await self.waiting(tx, actor, publication_id, version=version, also=("missed",))
        post = await tx.posts.get(publication.post_id)
        account = await tx.accounts.get(publication.account_id)
        at = self._acceptable(at, now=tx.now)
        for approval in await tx.approvals.standing_for(post.id):
            if approval.account_id == account.id:
                approval.voided_at, approval.void_reason = tx.now, "The moment was changed."
        approval = await self._approve(tx, actor, post, account, at=at, door="bot")
        publication.due_at, publication.next_at, publication.zone = at, at, str(actor.zone)
        local_text = wall_of(at, actor.zone, said=local).isoformat()
        publication.facts = {**publication.facts, LOCAL: local_text}
        publication.state, publication.reason = "scheduled", None
        await _seat(tx, publication, slot)
        publication.approval_id, publication.post_version = approval.id, post.version
        publication.is_late_accepted = False
        publication.version += 1
        publication.updated_at = tx.now
        post.state, post.updated_at = "queued", tx.now
        tx.wake(TOPIC)
        return publication

    async def approve_again(
        self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int | None
    ) -> Publication:
        """Allows what a held-back publication says now, at the moment that it has; or at once, if that is past."""
        publication = await self.waiting(tx, actor, publication_id, version=version)
        return await self.move(
            tx,
            actor,
            publication_id,
            version=publication.version,
            at=max(publication.due_at, tx.now),
            local=local_of(publication),
            slot=_slot_of(publication),
        )

    async def cancel(
        self, tx: Transaction, actor: Actor, publication_id: UUID, *, version: int | None = None
    ) -> Publication:
        """Takes a waiting publication off the calendar; the post becomes a draft again."""
        authorise(actor, Action.SCHEDULE)
        publication = await self.waiting(
            tx, actor, publication_id, version=version, also=("missed", "failed")
        )
        publication.state, publication.next_at = "cancelled", None
        publication.version += 1
        publication.updated_at = tx.now
        post = await tx.posts.get(publication.post_id)
        for approval in await tx.approvals.standing_for(post.id):
            if approval.id == publication.approval_id:
                approval.voided_at, approval.void_reason = tx.now, "Cancelled."
        await tx.flush()
        await settle_post(tx, post)
        return publication

    async def waiting(
        self,
        tx: Transaction,
        actor: Actor,
        publication_id: UUID,
        *,
        version: int | None,
        also: Sequence[str] = (),
    ) -> Publication:
        """The publication, locked, if it still waits (or is in `also`) and is at `version`; raises a `Refusal`."""
        publication = await tx.publications.locked(publication_id)
        if publication is None:
            raise NotFound("That is not in the queue any more.", "See /queue.")
        authorise(actor, Action.SCHEDULE, publication)
        if publication.state in MOVING:
            raise ON_ITS_WAY
        if publication.state not in {"scheduled", *also}:
            raise OutOfDate(f"This post is {publication.state} already.", "See /queue for what still waits.")
        if version is not None and version != publication.version:
            raise OutOfDate(
                "The post was moved or changed since this card was made.", "Open it again with /queue."
            )
        return publication

    async def account(self, tx: Transaction, actor: Actor, account_id: UUID | None) -> Account:
        """The account to publish on: the one named, the member's default, the workspace's default, or the only one."""
        accounts = await tx.accounts.list()
        if account_id is None:
            member = await tx.members.find(actor.user_id)
            account_id = None if member is None else member.default_account_id
        if account_id is not None:
            chosen = next((one for one in accounts if one.id == account_id), None)
        else:
            chosen = accounts[0] if accounts else None
        if chosen is None:
            raise Refusal(
                "No channel is connected yet.",
                "Add the bot to your channel as an admin that may post; it will ask you what the channel is for.",
            )
        if chosen.status != "active":
            raise Refusal(f"{chosen.name} is paused: {chosen.last_error or chosen.status}.", "See /settings.")
        return chosen

    async def _approve(
        self, tx: Transaction, actor: Actor, post: Post, account: Account, *, at: datetime, door: str
    ) -> Approval:
        authorise(actor, Action.PUBLISH, post)
        variant = await self.drafting.variant(tx, post, account)
        draft = await self.drafting.draft_for(tx, post, account, variant.text)
        platform = self.drafting.platforms.get(account.platform)
        if platform is None:
            raise Refusal(f"{account.platform} is not set up on this installation.", "Ask whoever runs it.")
        if problems := problems_of(platform, draft):
            raise Refusal(problems[0].message, problems[0].next_step)
        return tx.approvals.add(
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
                door=door,
            )
        )

    def _acceptable(self, at: datetime, *, now: datetime) -> datetime:
        if at < now - GRACE:
            raise Refusal("That moment has passed.", "Choose one that is still to come.")
        if at > now + FURTHEST:
            raise Refusal("That is more than a year away.", "Choose a moment within a year.")
        return max(at, now).astimezone(UTC)


async def refuse_twice(tx: Transaction, post_id: UUID, account_id: UUID) -> None:
    """Raises a `Refusal` when the post is on the account's calendar already, or has been published there."""
    for present in await tx.publications.of_post(post_id):
        if present.account_id == account_id:
            _refuse_twice(present)


def _refuse_twice(present: Publication) -> None:
    """A post goes to an account once; only what was cancelled there may be scheduled there again."""
    if present.state in {"scheduled", *MOVING}:
        raise Refusal("This post is scheduled there already.", "Move or cancel it in /queue.")
    if present.state in {"published", "handed_off"}:
        raise Refusal("This post is published there already.", "Send the words again to make another post.")
    if present.state in NEEDS_A_PERSON:
        raise Refusal(f"This post is {present.state} there.", "Decide on its card what shall become of it.")


async def settle_post(tx: Transaction, post: Post) -> None:
    """Brings a post's own state in line with its publications."""
    states = {one.state for one in await tx.publications.of_post(post.id)}
    if states & {"scheduled", *MOVING, "unconfirmed", "missed"}:
        post.state = "queued"
    elif "published" in states or "handed_off" in states:
        post.state = "done"
    else:
        post.state = "draft"
    post.updated_at = tx.now


async def is_queue_paused(tx: Transaction, publication: Publication) -> bool:
    """Whether a publication sits in a queue that sends nothing at present."""
    queue = None if publication.queue_id is None else await tx.queues.find(publication.queue_id)
    return queue is not None and queue.is_paused


async def _seat(tx: Transaction, publication: Publication, slot: tuple[UUID, UUID, str] | None) -> None:
    """Gives it the slot, or none; in a paused queue it waits for more than its moment."""
    publication.queue_id, publication.slot_id, publication.slot_on = slot or (None, None, None)
    if await is_queue_paused(tx, publication):
        publication.next_at, publication.reason = None, QUEUE_PAUSED


def _slot_of(publication: Publication) -> tuple[UUID, UUID, str] | None:
    if publication.queue_id is None or publication.slot_id is None or publication.slot_on is None:
        return None
    return publication.queue_id, publication.slot_id, publication.slot_on


def local_of(publication: Publication) -> datetime | None:
    """The naive local time in the publication's zone that a person confirmed; None where nobody wrote it down."""
    said = publication.facts.get(LOCAL)
    return None if said is None else datetime.fromisoformat(said)


def in_zone(moment: datetime, zone: str) -> datetime:
    """The moment as the clocks of `zone` (an IANA name) show it."""
    return moment.astimezone(stored_zone(zone))
