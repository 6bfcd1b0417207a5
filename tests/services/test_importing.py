"""Is a file of posts saved as a whole or not at all, by one word, and exactly as it was shown?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect

from services import importing as activity
from services.authorising import Role
from services.import_saving import save
from services.import_saying import as_written, first_rows, headline, notes_of, report
from services.importing import KEPT_FOR, Checked, Importing, checked_of, importer_of, troubles_of
from services.joining import Joining
from services.refusals import NotAllowed, NotFound, OutOfDate, Refusal
from storage.approvals import Approval
from storage.imports import Import
from storage.posts import Post, Variant
from storage.publications import Publication
from tests.services.conftest import Bureau

if TYPE_CHECKING:
    from tests.conftest import HandClock

PLAN = "text,when\nOne,2026-12-01 09:00\nTwo,2026-12-02 09:00\nThree,2026-12-03 09:00\n"


@dataclass
class Told:
    """Somebody who is told how far it is."""

    heard: list[tuple[int, int]] = field(default_factory=list)

    async def __call__(self, done: int, total: int) -> None:
        self.heard.append((done, total))


def standing() -> float:
    """A clock that stands still: nothing takes long enough to be told."""
    return 0.0


def importing(bureau: Bureau, monotonic: Callable[[], float] = standing) -> Importing:
    return Importing(bureau.storage, bureau.drafting.platforms, monotonic)


async def examined(bureau: Bureau, plan: str = PLAN, *, name: str = "plan.csv", **more: Any) -> Checked:
    actor, told = more.get("actor", bureau.actor), more.get("told", Told())
    service = importing(bureau, more.get("monotonic", standing))
    return await service.examine(actor, file_name=name, data=plan.encode(), tell=told)


async def kept(bureau: Bureau, plan: str = PLAN, *, name: str = "plan.csv") -> UUID:
    checked = await examined(bureau, plan, name=name)
    async with bureau.begin() as tx:
        return (await importing(bureau).keep(tx, bureau.actor, checked, import_id=tx.new_id())).id


async def applied(bureau: Bureau, import_id: UUID, **more: Any) -> Import:
    actor = more.get("actor", bureau.actor)
    async with bureau.begin(actor) as tx:
        return await importing(bureau).apply(tx, actor, import_id)


async def on_calendar(bureau: Bureau) -> list[Publication]:
    async with bureau.begin() as tx:
        return [*await tx.publications.list(states=["scheduled"], limit=10_000)]


async def test_every_row_is_scheduled_by_the_one_word(bureau_on_both: Bureau, clock: HandClock) -> None:
    here = bureau_on_both
    done = await applied(here, await kept(here))
    rows = await on_calendar(here)
    assert [f"{one.due_at:%d %H:%M}" for one in rows] == ["01 08:00", "02 08:00", "03 08:00"]
    assert (done.state, done.applied_at) == ("applied", clock())
    assert [(one["number"], UUID(one["publication"])) for one in done.rows] == [
        (number, row.id) for number, row in enumerate(rows, start=2)
    ]
    async with here.begin() as tx:
        for row in rows:
            approval = await tx.approvals.get(row.approval_id)
            assert (approval.given_by_user_id, approval.door) == (here.actor.user_id, "import")
            assert (approval.post_id, approval.due_at) == (row.post_id, row.due_at)


BY_CHANCE = {"id", "post_id", "approval_id", "door"}
"""What two posts never have in common, and the door."""


def columns(row: object) -> dict[str, object]:
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).columns if one.key not in BY_CHANCE}


async def one_of_each(bureau: Bureau, publication: Publication) -> list[dict[str, object]]:
    async with bureau.begin() as tx:
        post: Post = await tx.posts.get(publication.post_id)
        approval: Approval = await tx.approvals.get(publication.approval_id)
        (variant,) = await tx.posts.variants(post.id)
        assert isinstance(variant, Variant)
        return [columns(one) for one in (post, variant, approval, publication)]


@pytest.mark.parametrize("text", ["Hello #sale @ada", "**Hi** there"])
async def test_what_a_row_makes_is_column_by_column_what_scheduling_makes(bureau: Bureau, text: str) -> None:
    """Saving in one go must not become a second opinion on what a scheduled post is."""
    await applied(bureau, await kept(bureau, f"text,when\n{text},2027-03-28 02:30\n"))
    (from_file,) = await on_calendar(bureau)
    async with bureau.begin() as tx:
        post = await bureau.post(tx, text)
        by_hand = await bureau.scheduling.schedule(
            tx,
            bureau.actor,
            post.id,
            version=post.version,
            at=from_file.due_at,
            local=datetime(2027, 3, 28, 2, 30),  # noqa: DTZ001 - wall time, in the hour that is left out
        )
    assert await one_of_each(bureau, from_file) == await one_of_each(bureau, by_hand)


async def test_zone_and_lateness_of_a_row_are_the_publications_own(bureau: Bureau) -> None:
    plan = "text,when,zone,late\nOne,2026-12-01 09:00,Asia/Tokyo,30 drop\n"
    await applied(bureau, await kept(bureau, plan))
    (row,) = await on_calendar(bureau)
    assert (row.zone, row.late_minutes, row.late_mode) == ("Asia/Tokyo", 30, "drop")
    assert row.facts["local"] == "2026-12-01T09:00:00"


async def test_one_row_that_does_not_fit_keeps_the_whole_file_out(bureau: Bureau) -> None:
    import_id = await kept(bureau, PLAN + "Four,never\n")
    with pytest.raises(Refusal, match="none is saved"):
        await applied(bureau, import_id)
    assert await on_calendar(bureau) == []
    async with bureau.begin() as tx:
        (trouble,) = troubles_of(await tx.imports.get(import_id))
    assert str(trouble).startswith("Row 5, column when: “never”")


async def test_a_moment_that_passes_before_the_tap_undoes_everything_and_names_its_row(
    bureau_on_both: Bureau, clock: HandClock
) -> None:
    here = bureau_on_both
    import_id = await kept(here, "text,when\nOne,in 3 hours\nTwo,in 1 hour\n")
    clock.move(timedelta(hours=2))
    with pytest.raises(Refusal, match=r"^Row 3: Fri 20 Nov 2026, 14:00 has passed\. Nothing was saved\."):
        await applied(here, import_id)
    assert await on_calendar(here) == []
    async with here.begin() as tx:
        assert (await tx.imports.get(import_id)).state == "checked"
        assert await tx.posts.count(states=["draft", "queued"]) == 0


@pytest.mark.parametrize(
    ("status", "says"), [("paused", "Row 2: Us is paused"), ("revoked", "Row 2: Us is paused")]
)
async def test_an_account_that_was_paused_before_the_tap_undoes_everything(
    bureau: Bureau, status: str, says: str
) -> None:
    import_id = await kept(bureau)
    async with bureau.begin() as tx:
        (await tx.accounts.get(bureau.account_id)).status = status
    with pytest.raises(Refusal, match=says):
        await applied(bureau, import_id)
    assert await on_calendar(bureau) == []


async def test_a_fault_in_the_middle_of_saving_leaves_nothing(
    bureau_on_both: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = bureau_on_both
    import_id = await kept(here)

    async def breaks_off(*given: Any) -> Any:
        await save(*given)
        raise ConnectionAbortedError

    monkeypatch.setattr(activity, "save", breaks_off)
    with pytest.raises(ConnectionAbortedError):
        await applied(here, import_id)
    assert await on_calendar(here) == []
    monkeypatch.undo()
    await applied(here, import_id)
    assert len(await on_calendar(here)) == 3


async def test_two_taps_at_once_save_it_once(bureau_on_both: Bureau) -> None:
    here = bureau_on_both
    import_id = await kept(here)
    ended = await asyncio.gather(*(applied(here, import_id) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Import", "OutOfDate", "OutOfDate", "OutOfDate"]
    assert len(await on_calendar(here)) == 3


async def test_a_dropped_file_is_forgotten_and_cannot_be_saved(bureau: Bureau) -> None:
    import_id = await kept(bureau)
    async with bureau.begin() as tx:
        dropped = await importing(bureau).drop(tx, bureau.actor, import_id)
        assert (dropped.state, dropped.rows, dropped.problems) == ("dropped", [], [])
    with pytest.raises(OutOfDate):
        await applied(bureau, import_id)


async def test_a_file_that_does_not_fit_can_be_dropped(bureau: Bureau) -> None:
    import_id = await kept(bureau, PLAN + "Four,never\n")
    async with bureau.begin() as tx:
        assert (await importing(bureau).drop(tx, bureau.actor, import_id)).state == "dropped"


async def test_the_same_file_sent_again_takes_the_place_of_the_first(bureau_on_both: Bureau) -> None:
    here = bureau_on_both
    first, other = await kept(here), await kept(here, name="other.csv")
    second = await kept(here)
    with pytest.raises(OutOfDate):
        await applied(here, first)
    await applied(here, second)
    await applied(here, other)


async def test_a_file_is_confirmed_within_a_day(bureau: Bureau, clock: HandClock) -> None:
    old, later = await kept(bureau), timedelta(seconds=1)
    clock.move(KEPT_FOR + later)
    with pytest.raises(OutOfDate, match="Send it again"):
        await applied(bureau, old)
    await kept(bureau, name="new.csv")
    async with bureau.begin() as tx:
        assert (await tx.imports.get(old)).rows == []


async def test_another_workspace_has_no_say_over_it(bureau_on_both: Bureau) -> None:
    here = bureau_on_both
    import_id = await kept(here)
    for act in (importing(here).apply, importing(here).drop):
        with pytest.raises(NotFound):
            async with here.begin(here.stranger) as tx:
                await act(tx, here.stranger, import_id)
    with pytest.raises(NotFound):
        await applied(here, uuid4())


async def test_who_may_not_schedule_may_neither_send_nor_confirm(bureau: Bureau) -> None:
    viewer = bureau.acting(Role.VIEWER)
    with pytest.raises(NotAllowed):
        await examined(bureau, actor=viewer)
    with pytest.raises(NotAllowed):
        await applied(bureau, await kept(bureau), actor=viewer)


async def test_progress_is_told_when_checking_takes_long_and_not_otherwise(bureau: Bureau) -> None:
    plan = "text,when\n" + "One,2026-12-01 09:00\n" * 450
    quick, slow = Told(), Told()
    await examined(bureau, plan, told=quick)
    await examined(bureau, plan, told=slow, monotonic=count().__next__)
    assert quick.heard == []
    assert slow.heard == [(200, 450), (400, 450)]


async def test_a_file_without_rows_or_a_desk_without_accounts_is_refused(bureau: Bureau) -> None:
    with pytest.raises(Refusal, match="nothing below the first row"):
        await examined(bureau, "text,when\n")
    with pytest.raises(Refusal, match="No channel is connected"):
        await examined(bureau, actor=bureau.stranger)


async def test_repetitions_in_the_file_and_on_the_calendar_are_told_and_do_not_hinder(
    bureau_on_both: Bureau, clock: HandClock
) -> None:
    here = bureau_on_both
    await here.scheduled(clock() + timedelta(days=3), "Hello there")
    plan = "text,when\nhello  THERE,2026-12-01 09:00\nNew,2026-12-01 09:00\nNEW,2026-12-05 09:00\nnew,2027-06-05 09:00\n"
    checked = await examined(here, plan)
    assert [row.notes for row in checked.rows] == [
        ("The same words as what is scheduled for Mon 23 Nov 2026, 13:00.",),
        ("At the very same minute as row 2.",),
        ("The same words as row 3.",),
        (),
    ]
    assert checked.unfit == 0


async def test_an_excel_file_says_what_a_csv_says(bureau: Bureau) -> None:
    from tests.services.test_import_reading import workbook

    data = workbook(["text", "when"], ["One", "2026-12-01 09:00"], ["Two", "2026-12-02 09:00"])
    checked = await importing(bureau).examine(bureau.actor, file_name="plan.xlsx", data=data, tell=Told())
    assert [row.text for row in checked.rows] == ["One", "Two"]


async def test_what_is_kept_is_what_was_checked(bureau: Bureau) -> None:
    checked = await examined(bureau, "id,text,when\n1,One,2026-12-01\n2,,never\n")
    async with bureau.begin() as tx:
        made = await importing(bureau).keep(tx, bureau.actor, checked, import_id=tx.new_id())
        await tx.flush()
        assert checked_of(made) == checked
    assert checked.notes == ("Not used: the column “id”.",)


async def test_a_large_file_is_saved_in_one_go(bureau: Bureau) -> None:
    plan = "text,when\n" + "".join(
        f"Number {n},2026-12-{1 + n % 28:02} {n % 24:02}:{n % 60:02}\n" for n in range(600)
    )
    done = await applied(bureau, await kept(bureau, plan))
    assert len(done.rows) == len(await on_calendar(bureau)) == 600


async def test_the_report_for_a_terminal_names_rows_and_columns(bureau: Bureau) -> None:
    good, bad = await examined(bureau), await examined(bureau, PLAN + "Four,never\n")
    zone = bureau.actor.zone
    assert report(good, zone)[0] == headline(good) == "3 posts from plan.csv: all of them fit."
    assert report(good, zone)[2] == "  Tue 1 Dec 2026, 09:00: One"
    said = report(bad, zone)
    assert said[0] == "4 posts from plan.csv: 3 fit, 1 does not."
    alone = await examined(bureau, "text,when\nOne,2026-12-01 09:00\nTwo,never\nThree,never\n")
    assert headline(alone) == "3 posts from plan.csv: 1 fits, 2 do not."
    assert said[1].startswith("Row 5, column when:")
    assert "Nothing is saved before all rows fit" in said[-1]


async def test_many_rows_are_summed_up(bureau: Bureau) -> None:
    plan = "text,when\n" + "".join(f"Number {n},2026-12-{n:02}\n" for n in range(1, 29))
    checked = await examined(bureau, plan)
    lines = first_rows(checked, {}, bureau.actor.zone, quote=as_written)
    assert (len(lines), lines[-1]) == (6, "and 23 more, the last on Mon 28 Dec 2026, 09:00")
    assert notes_of(checked) == ["Rows 2, 3, 4, 5, 6 and 23 more: No time of day was named: 09:00 is taken."]
    assert notes_of(replace(checked, rows=checked.rows[:3]))[0].startswith("Rows 2, 3 and 4: ")


async def test_at_the_terminal_the_only_owner_speaks_or_whoever_is_named(bureau: Bureau) -> None:
    joining = Joining([], _nothing, is_open_to_first=False)
    with pytest.raises(Refusal, match="several owners"):
        await importer_of(joining, bureau.storage, telegram_id=None)
    named = await importer_of(joining, bureau.storage, telegram_id=bureau.actor.telegram_id)
    assert named.user_id == bureau.actor.user_id
    with pytest.raises(Refusal, match="no member"):
        await importer_of(joining, bureau.storage, telegram_id=5)
    async with bureau.begin(bureau.stranger) as tx:
        member = await tx.members.find(bureau.stranger.user_id)
        assert member is not None
        member.role = "admin"
    assert await importer_of(joining, bureau.storage, telegram_id=None) == named
    async with bureau.begin() as tx:
        member = await tx.members.find(bureau.actor.user_id)
        assert member is not None
        member.role = "admin"
    with pytest.raises(Refusal, match="no owner yet"):
        await importer_of(joining, bureau.storage, telegram_id=None)


async def _nothing(*_: Any) -> None:
    raise AssertionError("nobody is hired here")
