from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from integrations.contract import Attachment, Draft
from services.authorising import Role
from services.drafting import LONGEST, content_hash, first_comment
from services.refusals import NotAllowed, NotFound, OutOfDate, Refusal
from storage.media import Medium

if TYPE_CHECKING:
    from tests.conftest import HandClock


def picture(tx: Any, workspace_id: Any, kind: str = "photo") -> Medium:
    made = Medium(workspace_id=workspace_id, id=tx.new_id(), kind=kind, created_at=tx.now, updated_at=tx.now)
    return tx.media.add(made)  # type: ignore[no-any-return]  # a unit of work typed as Any


async def test_a_text_becomes_a_post_with_what_it_names(bureau: Any) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx, "Autumn #sale with @ada\r\n")
    assert (post.text, post.hashtags, post.mentions) == ("Autumn #sale with @ada", ["sale"], ["ada"])
    assert (post.state, post.version, post.content_type) == ("draft", 1, "text")


@pytest.mark.parametrize("text", ["", "  \n", "\x00\u202e", "x" * (LONGEST + 1)])
async def test_a_text_that_is_none_or_too_much_makes_no_post(bureau: Any, text: str) -> None:
    with pytest.raises(Refusal):
        async with bureau.begin() as tx:
            await bureau.post(tx, text)
    async with bureau.begin() as tx:
        assert await tx.posts.count(states=["draft"]) == 0


async def test_a_run_that_is_repeated_after_a_crash_changes_its_post_and_makes_no_second(bureau: Any) -> None:
    run = uuid4()
    for text in ("First", "Second"):
        async with bureau.begin() as tx:
            post = await bureau.drafting.draft(tx, bureau.actor, text=text, generation_id=run)
    async with bureau.begin() as tx:
        assert await tx.posts.count(states=["draft"]) == 1
    assert (post.text, post.version) == ("Second", 2)


async def test_every_change_is_a_new_version_and_an_old_card_changes_nothing(bureau: Any) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
        same = await bureau.drafting.revise(tx, bureau.actor, post.id, text="Hello", version=1)
        assert same.version == 1
        assert (await bureau.drafting.revise(tx, bureau.actor, post.id, text="New", version=1)).version == 2
    with pytest.raises(OutOfDate):
        async with bureau.begin() as tx:
            await bureau.drafting.revise(tx, bureau.actor, post.id, text="Late", version=1)
    async with bureau.begin() as tx:
        assert (await tx.posts.get(post.id)).text == "New"


async def test_a_change_takes_back_what_was_allowed_and_holds_what_was_about_to_leave(
    bureau: Any, clock: HandClock
) -> None:
    """Mutation: an approval that survives a change would let an unseen text out."""
    waiting = await bureau.scheduled(clock() + timedelta(hours=1))
    async with bureau.begin() as tx:
        await bureau.drafting.revise(tx, bureau.actor, waiting.post_id, text="New")
    async with bureau.begin() as tx:
        row = await tx.publications.get(waiting.id)
        approval = await tx.approvals.get(waiting.approval_id)
        (variant,) = await tx.posts.variants(waiting.post_id)
    assert (row.state, row.next_at, row.approval_id, row.version) == ("scheduled", None, None, 2)
    assert approval.voided_at == clock()
    assert variant.text == "New"


async def test_files_that_are_added_are_a_change_too(bureau: Any, clock: HandClock) -> None:
    waiting = await bureau.scheduled(clock() + timedelta(hours=1))
    async with bureau.begin() as tx:
        post = await tx.posts.get(waiting.post_id)
        files = [picture(tx, bureau.actor.workspace_id) for _ in range(2)]
        await bureau.drafting.attach(tx, bureau.actor, post, files)
        assert (post.content_type, [one.position for one in files]) == ("carousel", [0, 1])
        more = picture(tx, bureau.actor.workspace_id, "video")
        await bureau.drafting.attach(tx, bureau.actor, post, [more])
        assert (post.content_type, more.position, post.version) == ("mixed", 2, 3)
        assert (await tx.publications.get(waiting.id)).approval_id is None


@pytest.mark.parametrize("state", ["claimed", "prepared", "armed"])
async def test_what_is_on_its_way_is_not_changed_any_more(bureau: Any, clock: HandClock, state: str) -> None:
    waiting = await bureau.scheduled(clock() + timedelta(hours=1))
    async with bureau.begin() as tx:
        (await tx.publications.get(waiting.id)).state = state
    for deed, more in (("revise", {"text": "New"}), ("discard", {})):
        with pytest.raises(Refusal):
            async with bureau.begin() as tx:
                await getattr(bureau.drafting, deed)(tx, bureau.actor, waiting.post_id, **more)


async def test_what_is_published_stays_as_it_is(bureau: Any) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
        post.state = "done"
    with pytest.raises(Refusal, match="published"):
        async with bureau.begin() as tx:
            await bureau.drafting.revise(tx, bureau.actor, post.id, text="New")
    with pytest.raises(Refusal, match="published"):
        async with bureau.begin() as tx:
            await bureau.drafting.discard(tx, bureau.actor, post.id)


async def test_what_is_discarded_is_gone_and_what_is_scheduled_is_not_discarded(
    bureau: Any, clock: HandClock
) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
        await bureau.drafting.discard(tx, bureau.actor, post.id, version=1)
    with pytest.raises(NotFound):
        async with bureau.begin() as tx:
            await bureau.drafting.revise(tx, bureau.actor, post.id, text="Back")
    waiting = await bureau.scheduled(clock() + timedelta(hours=1))
    with pytest.raises(Refusal, match="scheduled"):
        async with bureau.begin() as tx:
            await bureau.drafting.discard(tx, bureau.actor, waiting.post_id)


async def test_a_viewer_and_another_workspace_reach_no_post(bureau: Any) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx)
    with pytest.raises(NotAllowed):
        async with bureau.begin() as tx:
            await bureau.drafting.revise(tx, bureau.acting(Role.VIEWER), post.id, text="New")
    with pytest.raises(NotFound):
        async with bureau.begin(bureau.stranger) as tx:
            await bureau.drafting.revise(tx, bureau.stranger, post.id, text="New")
    with pytest.raises(NotFound):
        async with bureau.begin() as tx:
            await bureau.drafting.current(tx, bureau.stranger, post.id, version=None)


async def test_how_a_post_fits_is_counted_as_its_network_counts(bureau: Any) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx, "x" * 15)
        (fit,) = await bureau.drafting.fits(tx, post)
        assert (fit.length, fit.limit, fit.problems) == (15, 20, ())
        await bureau.drafting.attach(tx, bureau.actor, post, [picture(tx, bureau.actor.workspace_id)])
        (fit,) = await bureau.drafting.fits(tx, post)
        assert (fit.length, fit.limit, len(fit.problems)) == (15, 10, 1)


def test_the_fingerprint_knows_text_files_account_and_moment_apart(clock: HandClock) -> None:
    account, now = uuid4(), clock()
    draft = Draft("us", "Hello", (Attachment("photo", sha256="aa", alt_text="A lane"),))
    (photo,) = draft.attachments
    other = [
        content_hash(replace(draft, text="Hello "), account_id=account, due_at=now),
        content_hash(replace(draft, attachments=()), account_id=account, due_at=now),
        content_hash(replace(draft, attachments=(photo, photo)), account_id=account, due_at=now),
        content_hash(
            replace(draft, attachments=(replace(photo, sha256="bb"),)), account_id=account, due_at=now
        ),
        content_hash(
            replace(draft, attachments=(replace(photo, alt_text="B"),)), account_id=account, due_at=now
        ),
        content_hash(draft, account_id=uuid4(), due_at=now),
        content_hash(draft, account_id=account, due_at=now + timedelta(seconds=1)),
    ]
    same = content_hash(draft, account_id=account, due_at=now)
    assert same == content_hash(replace(draft, account="-100"), account_id=account, due_at=now)
    assert len({same, *other}) == 8


def test_the_fingerprint_knows_thread_and_comment_and_keeps_what_was_allowed_before(clock: HandClock) -> None:
    """Mutation: parts that nobody approved would leave under the approval of the first."""
    account, now = UUID(int=7), clock()
    draft = Draft("us", "Hello")
    other = [replace(draft, thread=("a",)), replace(draft, thread=("a", "b")), replace(draft, comment="a")]
    prints = [content_hash(one, account_id=account, due_at=now) for one in (draft, *other)]
    assert len({*prints}) == 4
    said = {"account": str(account), "text": "Hello", "files": [], "due": now.isoformat()}
    assert prints[0] == hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


async def test_a_first_comment_is_a_change_like_any_other(bureau: Any, clock: HandClock) -> None:
    waiting = await bureau.scheduled(clock() + timedelta(hours=1))
    for text, version in (("The link: x", 2), ("The link: x ", 2), (" \n", 3)):
        async with bureau.begin() as tx:
            post = await bureau.drafting.comment(tx, bureau.actor, waiting.post_id, text=text)
            assert (first_comment(post), post.version) == (text.strip(), version)
    async with bureau.begin() as tx:
        assert (await tx.publications.get(waiting.id)).approval_id is None
        assert (await tx.approvals.get(waiting.approval_id)).voided_at == clock()
    with pytest.raises(OutOfDate):
        async with bureau.begin() as tx:
            await bureau.drafting.comment(tx, bureau.actor, waiting.post_id, text="Late", version=1)
    async with bureau.begin() as tx:
        (await tx.publications.get(waiting.id)).state = "armed"
    with pytest.raises(Refusal, match="on its way"):
        async with bureau.begin() as tx:
            await bureau.drafting.comment(tx, bureau.actor, waiting.post_id, text="New")


async def test_what_the_network_cannot_do_is_refused_when_it_is_drafted_and_when_it_is_scheduled(
    bureau: Any, clock: HandClock
) -> None:
    async with bureau.begin() as tx:
        post = await bureau.post(tx, "One\n---\nTwo!")
        await bureau.drafting.comment(tx, bureau.actor, post.id, text="Link")
        (fit,) = await bureau.drafting.fits(tx, post)
        assert [one.length for one in fit.sizes] == [3, 4]
        assert [one.message for one in fit.problems] == [
            "Short has no threads, and the text has 2 parts.",
            "Short takes no first comment.",
        ]
    with pytest.raises(Refusal, match="no threads"):
        async with bureau.begin() as tx:
            at = clock() + timedelta(hours=1)
            await bureau.scheduling.schedule(tx, bureau.actor, post.id, version=2, at=at)


async def test_changed_by_several_at_once_one_change_counts_and_the_others_are_told(
    bureau_on_both: Any,
) -> None:
    """Mutation: without the lock on the post, PostgreSQL lets the last one overwrite the others unseen."""
    bureau = bureau_on_both
    async with bureau.begin() as tx:
        post = await bureau.post(tx)

    async def change(number: int) -> None:
        async with bureau.begin() as tx:
            await bureau.drafting.revise(tx, bureau.actor, post.id, text=f"Text {number}", version=1)

    changed = await asyncio.gather(*(change(number) for number in range(6)), return_exceptions=True)
    assert [type(one) for one in changed if one is not None] == [OutOfDate] * 5
    async with bureau.begin() as tx:
        assert (await tx.posts.get(post.id)).version == 2
