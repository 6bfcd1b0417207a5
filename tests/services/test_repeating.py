"""May people make, pause, skip and end series, and does each tap allow only what was shown?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from services.authorising import Role
from services.refusals import NotAllowed, NotFound, OutOfDate, Refusal
from services.unfolding import CHANGED
from tests.services.series_scene import Scene

if TYPE_CHECKING:
    from storage.series import Series
    from tests.conftest import HandClock
    from tests.services.conftest import Bureau


@pytest.fixture
def scene(bureau: Bureau, clock: HandClock) -> Scene:
    return Scene.on(bureau, clock)


async def changed(scene: Scene, deed: str, series: Series, **more: object) -> Series:
    async with scene.bureau.begin() as tx:
        done: Series = await getattr(scene.repeating, deed)(
            tx, scene.bureau.actor, series.id, **{"version": series.version, **more}
        )
        return done


async def test_a_viewer_may_not_make_one_and_a_stranger_does_not_see_it(scene: Scene) -> None:
    post = await scene.post()
    with pytest.raises(NotAllowed):
        async with scene.bureau.begin() as tx:
            await scene.repeating.create(
                tx,
                scene.bureau.acting(Role.VIEWER),
                post.id,
                version=post.version,
                repeat=scene.rule("every day at 9"),
            )
    made = await scene.repeated()
    with pytest.raises(NotFound):
        async with scene.bureau.begin(scene.bureau.stranger) as tx:
            await scene.repeating.end(tx, scene.bureau.stranger, made.id, version=made.version)


async def test_a_tap_on_an_older_card_or_after_the_first_moment_is_refused(scene: Scene) -> None:
    post, rule = await scene.post(), scene.rule("every day at 9")
    await scene.revise(post.id, "Other words")
    with pytest.raises(OutOfDate):
        async with scene.bureau.begin() as tx:
            await scene.repeating.create(tx, scene.bureau.actor, post.id, version=post.version, repeat=rule)
    await scene.pass_time(days=2)
    with pytest.raises(OutOfDate, match="first of these moments"):
        async with scene.bureau.begin() as tx:
            await scene.repeating.create(tx, scene.bureau.actor, post.id, version=2, repeat=rule)


async def test_what_the_network_would_refuse_is_refused_when_it_is_made(scene: Scene) -> None:
    with pytest.raises(Refusal, match="Too long"):
        await scene.repeated(text="Far too long for this network")


async def test_pausing_takes_off_what_waits_and_resuming_goes_on_without_making_up(scene: Scene) -> None:
    made = await scene.repeated()
    await scene.pass_time()
    made = await changed(scene, "pause", await scene.series(made))
    assert [row.state for row in await scene.rows()] == ["cancelled"]
    await scene.pass_time(days=10)
    await changed(scene, "resume", made)
    await scene.pass_time()
    assert [(row.state, row.occurrence) for row in await scene.rows()] == [
        ("cancelled", None),
        ("scheduled", "2026-12-01T09:00"),
    ]


async def test_a_pause_that_ends_in_time_loses_no_occurrence(scene: Scene) -> None:
    made = await scene.repeated()
    await scene.pass_time()
    made = await changed(scene, "pause", await scene.series(made))
    await scene.pass_time(minutes=5)
    await changed(scene, "resume", made)
    await scene.pass_time()
    assert sorted(row.state for row in await scene.rows()) == ["cancelled", "scheduled"]


async def test_ending_takes_off_what_waits_and_nothing_comes_again(scene: Scene) -> None:
    made = await scene.repeated()
    await scene.pass_time()
    made = await changed(scene, "end", await scene.series(made))
    await scene.each_day(3)
    assert [row.state for row in await scene.rows()] == ["cancelled"]
    with pytest.raises(OutOfDate, match="ended"):
        await changed(scene, "resume", made)


async def test_skipping_one_leaves_out_that_one_alone(scene: Scene) -> None:
    made = await scene.repeated()
    await scene.pass_time()
    (row,) = await scene.rows()
    async with scene.bureau.begin() as tx:
        await scene.repeating.skip_publication(tx, scene.bureau.actor, row.id, version=row.version)
    await changed(scene, "skip", await scene.series(made), occurrence="2026-11-23T09:00")
    await scene.each_day(3)
    assert [(one.state, one.occurrence) for one in await scene.rows() if one.state == "scheduled"] == [
        ("scheduled", "2026-11-22T09:00"),
        ("scheduled", "2026-11-24T09:00"),
    ]
    async with scene.bureau.begin() as tx:
        assert (await tx.posts.get(row.post_id)).state == "discarded"


async def test_an_old_card_cannot_skip(scene: Scene) -> None:
    await scene.repeated()
    await scene.pass_time()
    (row,) = await scene.rows()
    with pytest.raises(OutOfDate):
        async with scene.bureau.begin() as tx:
            await scene.repeating.skip_publication(tx, scene.bureau.actor, row.id, version=row.version + 1)


async def test_a_changed_post_goes_on_only_as_it_was_shown(scene: Scene) -> None:
    from services.copying import standing_hash

    made = await scene.repeated("every Monday 9:00")
    await scene.revise(made.post_id, "Other words")
    await scene.pass_time(days=2)
    made = await scene.series(made)
    assert made.reason == CHANGED
    async with scene.bureau.begin() as tx:
        post, account = await tx.posts.get(made.post_id), await tx.accounts.get(made.account_id)
        seen = await standing_hash(tx, scene.bureau.drafting, post, account)
    with pytest.raises(OutOfDate):
        await changed(scene, "approve", made, seen="something else")
    await changed(scene, "approve", made, seen=seen)
    await scene.pass_time()
    assert await scene.texts() == ["Other words"]


async def test_a_collection_is_allowed_only_as_it_was_shown(scene: Scene) -> None:
    collection, posts = await scene.collected("A")
    with pytest.raises(OutOfDate, match="has changed"):
        async with scene.bureau.begin() as tx:
            await scene.repeating.create_evergreen(
                tx,
                scene.bureau.actor,
                collection,
                repeat=scene.rule("every day at 9"),
                cool_down_days=3,
                seen={str(posts[0].id): "another fingerprint"},
            )


async def test_a_post_of_the_collection_that_does_not_fit_is_not_offered(scene: Scene) -> None:
    collection, _ = await scene.collected("Short", "Far too long for this network")
    made = await scene.evergreen(collection)
    async with scene.bureau.begin() as tx:
        assert [*await scene.repeating.waiting_for_approval(tx, made)] == []
    await scene.each_day(2)
    assert {*await scene.texts()} == {"Short"}


async def test_the_list_has_what_has_not_ended_running_ones_first(scene: Scene) -> None:
    first, second = await scene.repeated(text="One"), await scene.repeated(text="Two")
    third = await scene.repeated(text="Three")
    await changed(scene, "pause", first)
    await changed(scene, "end", third)
    async with scene.bureau.begin() as tx:
        found = await scene.repeating.list(tx, scene.bureau.acting(Role.VIEWER), limit=10)
        assert [one.id for one in found] == [second.id, first.id]
