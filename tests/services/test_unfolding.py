"""Do series become publications late, one at a time, exactly as they were allowed, and never in a burst?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from services.copying import CopyDiffers
from services.drafting import content_hash
from services.lateness import Mode
from services.unfolding import CHANGED, GONE, NO_RIGHT, NOTHING_RESTED
from storage.media import Medium
from storage.posts import Variant
from tests.services.series_scene import Scene

if TYPE_CHECKING:
    from tests.conftest import HandClock
    from tests.services.conftest import Bureau


@pytest.fixture
def scene(bureau: Bureau, clock: HandClock) -> Scene:
    return Scene.on(bureau, clock)


@pytest.fixture
def scene_on_both(bureau_on_both: Bureau, clock: HandClock) -> Scene:
    return Scene.on(bureau_on_both, clock)


async def allow_lateness(scene: Scene, minutes: int, mode: Mode = Mode.ASK) -> None:
    async with scene.bureau.storage.begin(None) as tx:
        workspace = await tx.workspaces.get(scene.bureau.actor.workspace_id)
        workspace.late_minutes, workspace.late_mode = minutes, mode.value


async def test_an_occurrence_stands_in_the_queue_a_day_before_and_is_allowed_for_its_moment(
    scene_on_both: Scene,
) -> None:
    scene = scene_on_both
    made = await scene.repeated("every Monday 9:00")
    await scene.pass_time(hours=1)
    assert [*await scene.rows()] == []
    assert await scene.unfolding.next_due_at() == datetime(2026, 11, 22, 8, tzinfo=UTC)
    await scene.pass_time(days=2)
    (row,) = await scene.rows()
    assert (row.state, row.occurrence, row.due_at) == (
        "scheduled",
        "2026-11-23T09:00",
        datetime(2026, 11, 23, 8, tzinfo=UTC),
    )
    async with scene.bureau.begin() as tx:
        copy, account = await tx.posts.get(row.post_id), await tx.accounts.get(row.account_id)
        draft = await scene.bureau.drafting.draft_for(tx, copy, account, copy.text)
        approval = await tx.approvals.get(row.approval_id)
    assert approval.content_hash == content_hash(draft, account_id=account.id, due_at=row.due_at)
    assert (approval.door, approval.given_by_user_id) == ("series", scene.bureau.actor.user_id)
    assert (copy.text, copy.state, copy.facts["series"]) == ("Hello", "queued", str(made.id))


async def test_a_near_one_is_made_at_once_and_each_one_once(scene: Scene) -> None:
    await scene.repeated("every day at 9")
    for _ in range(3):
        await scene.pass_time()
    assert [row.occurrence for row in await scene.rows()] == ["2026-11-21T09:00"]
    await scene.pass_time(days=1)
    assert [row.occurrence for row in await scene.rows()] == ["2026-11-21T09:00", "2026-11-22T09:00"]


async def test_the_copy_has_files_and_the_accounts_own_words(scene: Scene) -> None:
    post = await scene.post()
    async with scene.bureau.begin() as tx:
        tx.media.add(
            Medium(
                workspace_id=post.workspace_id,
                id=tx.new_id(),
                post_id=post.id,
                kind="photo",
                sha256="ab",
                alt_text="A door",
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        tx.posts.add_variant(
            Variant(
                workspace_id=post.workspace_id,
                id=tx.new_id(),
                post_id=post.id,
                account_id=scene.bureau.account_id,
                text="Own",
                is_own=True,
                updated_at=tx.now,
            )
        )
    async with scene.bureau.begin() as tx:
        await scene.repeating.create(
            tx, scene.bureau.actor, post.id, version=post.version, repeat=scene.rule("every day at 9")
        )
    await scene.pass_time()
    (row,) = await scene.rows()
    async with scene.bureau.begin() as tx:
        (medium,) = await tx.media.of_post(row.post_id)
        variant = await tx.posts.variant(post_id=row.post_id, account_id=row.account_id)
        assert len(await tx.media.of_post(post.id)) == 1
    assert (medium.sha256, medium.alt_text, variant.text, variant.is_own) == ("ab", "A door", "Own", True)


async def test_a_post_changed_after_the_tap_pauses_its_series_and_is_not_sent(scene: Scene) -> None:
    made = await scene.repeated("every Monday 9:00")
    await scene.revise(made.post_id, "Smuggled")
    await scene.pass_time(days=5)
    found = await scene.series(made)
    assert (found.state, found.reason, found.next_at) == ("paused", CHANGED, None)
    assert [*await scene.rows()] == []
    assert await scene.notices() == ["series"]


async def test_a_discarded_post_pauses_its_series(scene: Scene) -> None:
    made = await scene.repeated("every Monday 9:00")
    assert made.post_id is not None
    async with scene.bureau.begin() as tx:
        await scene.bureau.drafting.discard(tx, scene.bureau.actor, made.post_id)
    await scene.pass_time(days=5)
    assert (await scene.series(made)).reason == GONE


async def test_nothing_leaves_in_the_name_of_somebody_who_may_not_publish_any_more(scene: Scene) -> None:
    made = await scene.repeated("every Monday 9:00")
    async with scene.bureau.begin() as tx:
        member = await tx.members.find(scene.bureau.actor.user_id)
        member.role = "viewer"
    await scene.pass_time(days=5)
    found = await scene.series(made)
    assert (found.state, found.reason, [*await scene.rows()]) == ("paused", NO_RIGHT, [])


async def test_after_thirty_days_the_latest_one_alone_is_asked_about(scene_on_both: Scene) -> None:
    scene = scene_on_both
    made = await scene.repeated("every day at 9")
    await scene.pass_time()
    await scene.pass_time(days=30)
    before, late, ahead = await scene.rows()
    assert (before.occurrence, late.occurrence, ahead.occurrence) == (
        "2026-11-21T09:00",
        "2026-12-20T09:00",
        "2026-12-21T09:00",
    )
    assert (late.state, late.next_at, late.approval_id) == ("missed", None, None)
    assert late.reason == (
        "28 occurrences were skipped before it. Its time passed while Fanfare was not running."
    )
    assert (await scene.notices()) == ["missed_list"]
    assert "28 occurrences" in str((await scene.series(made)).reason)


async def test_within_the_policy_the_latest_one_is_sent_at_its_own_moment(scene: Scene) -> None:
    await scene.repeated("every day at 9")
    await allow_lateness(scene, 300)
    await scene.pass_time(days=30)
    late, ahead = await scene.rows()
    assert (late.state, late.occurrence, late.due_at) == (
        "scheduled",
        "2026-12-20T09:00",
        datetime(2026, 12, 20, 8, tzinfo=UTC),
    )
    assert ahead.occurrence == "2026-12-21T09:00"


async def test_a_team_that_lets_late_posts_go_is_not_asked_but_finds_it_listed(scene: Scene) -> None:
    await scene.repeated("every day at 9")
    await allow_lateness(scene, 15, Mode.DROP)
    await scene.pass_time(days=30)
    late, ahead = await scene.rows()
    assert (late.state, ahead.state) == ("cancelled", "scheduled")
    assert "29 occurrences were skipped" in str(late.reason)
    assert await scene.notices() == []


async def test_without_the_rule_of_one_there_would_be_a_burst(bureau: Bureau, clock: HandClock) -> None:
    scene = Scene.on(bureau, clock, catch_up=None)
    await scene.repeated("every day at 9")
    await scene.pass_time(days=30)
    assert len(await scene.rows()) == 31


async def test_a_clock_that_jumps_a_year_makes_one_and_going_back_makes_none_again(scene: Scene) -> None:
    made = await scene.repeated("every day at 9")
    await scene.pass_time(days=365)
    there = [row.occurrence for row in await scene.rows()]
    assert len(there) == 2
    await scene.pass_time(days=-365)
    await scene.pass_time(days=3)
    assert [row.occurrence for row in await scene.rows()] == there
    async with scene.bureau.begin() as tx:
        series = await tx.series.get(made.id)
        series.next_at = tx.now
    await scene.pass_time()
    assert [row.occurrence for row in await scene.rows()] == there


async def test_an_ended_rule_ends_its_series(scene: Scene) -> None:
    made = await scene.repeated("every day at 9 for 2 times")
    await scene.each_day(4)
    found = await scene.series(made)
    assert (found.state, found.next_at, found.made) == ("ended", None, 2)
    assert await scene.pass_time(days=30) == 0


async def test_a_resting_account_gets_nothing_piled_up(scene: Scene) -> None:
    await scene.repeated("every day at 9")
    async with scene.bureau.begin() as tx:
        (await tx.accounts.get(scene.bureau.account_id)).status = "paused"
    await scene.each_day(5)
    assert [*await scene.rows()] == []
    async with scene.bureau.begin() as tx:
        (await tx.accounts.get(scene.bureau.account_id)).status = "active"
    await scene.pass_time(hours=1)
    assert [row.state for row in await scene.rows()] == ["missed", "scheduled"]


async def test_a_series_that_breaks_stops_no_other_and_is_looked_at_again(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = await scene.repeated(text="One"), await scene.repeated(text="Two")
    async with scene.bureau.begin() as tx:
        (await tx.series.get(broken.id)).starts_local = "nonsense"
    await scene.pass_time()
    assert await scene.texts() == ["Two"]
    assert (await scene.series(broken)).next_at == scene.clock() + timedelta(minutes=10)
    assert (await scene.series(whole)).made == 1
    assert "could not be unfolded" in caplog.text


async def test_a_zone_that_vanished_pauses_instead_of_taking_another(scene: Scene) -> None:
    made = await scene.repeated()
    async with scene.bureau.begin() as tx:
        (await tx.series.get(made.id)).zone = "Europe/Atlantis"
    await scene.pass_time()
    found = await scene.series(made)
    assert (found.state, [*await scene.rows()]) == ("paused", [])


async def test_two_workers_make_each_occurrence_once(scene_on_both: Scene) -> None:
    scene = scene_on_both
    for number in range(4):
        await scene.repeated(text=f"Post {number}")
    other = replace(scene.unfolding)
    await other.unfold_due()
    await scene.pass_time()
    assert len(await scene.rows()) == 4


async def test_evergreen_posts_take_turns_and_nobody_comes_twice_before_the_others(
    scene_on_both: Scene,
) -> None:
    scene = scene_on_both
    collection, _ = await scene.collected("A", "B", "C")
    await scene.evergreen(collection)
    await scene.each_day(7)
    assert (await scene.texts())[:6] == ["A", "B", "C", "A", "B", "C"]


async def test_a_post_rests_its_days_and_when_all_rest_nothing_is_sent_and_it_is_said_once(
    scene: Scene,
) -> None:
    collection, _ = await scene.collected("A", "B")
    made = await scene.evergreen(collection, rests=5)
    await scene.each_day(4)
    assert await scene.texts() == ["A", "B"]
    assert (await scene.series(made)).reason == NOTHING_RESTED
    assert await scene.notices() == ["series"]
    await scene.each_day(2)
    assert await scene.texts() == ["A", "B", "A", "B"]
    assert (await scene.series(made)).reason is None
    await scene.each_day(2)
    assert (await scene.notices()).count("series") == 1


async def test_a_week_of_rest_is_a_week_also_when_the_clocks_change(scene: Scene) -> None:
    scene.clock.at = datetime(2027, 3, 20, 12, tzinfo=UTC)
    collection, _ = await scene.collected("A")
    await scene.evergreen(collection, "every Sunday 9:00", rests=7)
    await scene.each_day(10)
    assert [row.due_at.hour for row in await scene.rows()] == [8, 7]


async def test_what_was_added_or_changed_later_is_left_out_until_somebody_allows_it(scene: Scene) -> None:
    collection, posts = await scene.collected("A", "B")
    made = await scene.evergreen(collection)
    await scene.revise(posts[0].id, "Smuggled")
    await scene.collected("New")
    await scene.each_day(3)
    assert {*await scene.texts()} == {"B"}
    async with scene.bureau.begin() as tx:
        waiting = await scene.repeating.waiting_for_approval(tx, await tx.series.get(made.id))
        assert [one.post.text for one in waiting] == ["Smuggled", "New"]
        await scene.repeating.approve_posts(
            tx,
            scene.bureau.actor,
            made.id,
            version=made.version,
            seen={str(one.post.id): one.hash for one in waiting},
        )
    await scene.each_day(3)
    assert (await scene.texts())[-3:] == ["Smuggled", "New", "B"]


async def test_a_copy_that_would_say_something_else_is_never_sent(scene: Scene) -> None:
    from services.copying import copied

    post = await scene.post()
    with pytest.raises(CopyDiffers):
        async with scene.bureau.begin() as tx:
            account = await tx.accounts.get(scene.bureau.account_id)
            await copied(
                tx,
                scene.bureau.drafting,
                await tx.posts.get(post.id),
                account,
                by=scene.bureau.actor.user_id,
                facts={"first_comment": "smuggled"},
            )
