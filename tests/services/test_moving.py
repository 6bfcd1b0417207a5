from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from integrations.contract import Absent, Certainty, OutcomeUnknown, Receipt, Rejected, Unavailable
from services import moving
from services.refusals import Refusal
from tests.services.scripted import Scripted
from tests.services.works import House, open_house

if TYPE_CHECKING:
    from storage import Storage
    from tests.conftest import HandClock

THREAD = "One\n---\nTwo\n---\nThree"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def house(storage_on_sqlite: Storage, clock: HandClock, new_member: Any) -> AsyncIterator[House]:
    actor = await new_member(storage_on_sqlite)
    opened = await open_house(storage_on_sqlite, clock, actor, Scripted(Certainty.LOOKUP))
    yield opened
    await opened.publishing.finish_moving()


def said(house: House) -> list[tuple[str, str | None]]:
    return [
        (text, answers) for (_, text), answers in zip(house.network.live, house.network.answered, strict=True)
    ]


async def test_a_thread_is_published_part_by_part_and_then_its_first_comment(house: House) -> None:
    number = await house.scheduled(THREAD, comment="More here")
    await house.pass_time(timedelta(minutes=5))
    assert said(house) == [("One", None), ("Two", "0"), ("Three", "1"), ("More here", "0")]
    row = await house.row(number)
    assert (row.state, row.remote_id, row.remote_ids) == ("published", "0", ["0", "1", "2", "3"])
    assert [(one.part, one.outcome) for one in await house.attempts(number)] == [
        (part, "Receipt") for part in range(4)
    ]


async def test_a_thread_goes_on_at_the_first_part_that_is_not_out(house: House) -> None:
    house.network.answers = ["accept", Rejected("Too rude.")]
    number = await house.scheduled(THREAD)
    await house.pass_time(timedelta(minutes=5))
    row = await house.row(number)
    assert (row.state, row.reason) == ("failed", "1 of its parts are out. Too rude.")
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await house.deciding.send_again(tx, house.actor, number, version=row.version)
    await house.pass_time(MINUTE)
    assert [text for text, _ in said(house)] == ["One", "Two", "Three"]
    assert (await house.row(number)).state == "published"


async def test_a_lost_answer_in_a_thread_is_looked_up_for_that_part_alone(house: House) -> None:
    """Mutation: looked up by the whole post, the first part would be found again and taken for the second."""
    house.network.answers = ["accept", "accept and say nothing"]
    number = await house.scheduled(THREAD)
    await house.pass_time(timedelta(minutes=5))
    for _ in range(3):
        await house.pass_time(MINUTE)
    assert [text for text, _ in said(house)] == ["One", "Two", "Three"]
    assert (await house.row(number)).remote_ids == ["0", "1", "2"]


async def test_a_part_that_only_a_person_has_seen_is_not_sent_again(house: House) -> None:
    house.network.present = Certainty.BLIND
    house.network.answers = ["accept and say nothing"]
    number = await house.scheduled("One\n---\nTwo")
    await house.pass_time(timedelta(minutes=5))
    await house.pass_time(MINUTE)
    row = await house.row(number)
    assert row.state == "unconfirmed"
    async with house.storage.begin(house.actor.workspace_id) as tx:
        await house.deciding.it_is_there(tx, house.actor, number, version=row.version)
    await house.pass_time(MINUTE)
    assert said(house) == [("One", None), ("Two", None)]
    assert (await house.row(number)).state == "published"


async def test_a_refused_first_comment_does_not_make_the_post_a_failure(house: House) -> None:
    house.network.answers = ["accept", Rejected("No comments here.")]
    number = await house.scheduled("One", comment="More here")
    await house.pass_time(timedelta(minutes=5))
    row = await house.row(number)
    assert row.state == "published"
    assert row.reason == "Its first comment could not be added: No comments here."


async def test_words_of_which_a_part_is_out_are_not_changed_any_more(house: House) -> None:
    house.network.answers = ["accept", Unavailable("no route")]
    number = await house.scheduled(THREAD)
    await house.pass_time(timedelta(minutes=5))
    row = await house.row(number)
    assert (row.state, row.part) == ("scheduled", 1)
    with pytest.raises(Refusal, match="out already"):
        async with house.storage.begin(house.actor.workspace_id) as tx:
            await house.scheduling.drafting.revise(tx, house.actor, row.post_id, text="Other words")


async def test_every_try_says_what_came_back_and_what_was_decided(house: House) -> None:
    house.network.answers = [Unavailable("no route"), OutcomeUnknown("lost")]
    number = await house.scheduled()
    await house.pass_time(timedelta(minutes=5))
    await house.pass_time(timedelta(seconds=10))
    for _ in range(3):
        await house.pass_time(MINUTE)
    tries = await house.attempts(number)
    assert [(one.number, one.outcome) for one in tries] == [
        (1, "Unavailable"),
        (2, "Absent"),
        (3, "Receipt"),
    ]
    assert tries[0].decision == "Surely not sent; again later."
    assert len({one.payload_hash for one in tries}) == 1
    assert tries[0].payload_hash


async def test_a_row_that_breaks_the_judge_harms_no_other_and_waits_for_a_person(house: House) -> None:
    broken, well = await house.scheduled("Broken"), await house.scheduled("Well")
    honest = house.network.problems

    def problems(draft: Any) -> Any:
        if draft.text == "Broken":
            raise ZeroDivisionError
        return honest(draft)

    house.network.problems = problems  # type: ignore[method-assign]  # a fault of ours in a platform's file
    await house.pass_time(timedelta(minutes=5))
    assert (await house.row(well)).state == "published"
    row = await house.row(broken)
    assert (row.state, row.next_at) == ("scheduled", None)
    assert "reference" in str(row.reason)


@pytest.mark.parametrize(
    ("mode", "late", "state"),
    [("ask", 14, "published"), ("ask", 16, "missed"), ("drop", 14, "published"), ("drop", 16, "cancelled")],
)
async def test_the_teams_policy_says_what_becomes_of_a_late_post(
    house: House, mode: str, late: int, state: str
) -> None:
    async with house.storage.begin(None) as tx:
        (await tx.workspaces.get(house.actor.workspace_id)).late_mode = mode
    number = await house.scheduled()
    await house.pass_time(timedelta(minutes=5 + late))
    assert (await house.row(number)).state == state


async def test_a_post_may_have_a_policy_of_its_own(house: House) -> None:
    patient, strict = await house.scheduled("Patient"), await house.scheduled("Strict")
    async with house.storage.begin(house.actor.workspace_id) as tx:
        (await tx.publications.get(patient)).late_minutes = 600
        (await tx.publications.get(strict)).late_minutes = 0
    await house.pass_time(timedelta(minutes=10))
    assert [(await house.row(one)).state for one in (patient, strict)] == ["published", "missed"]


async def test_a_jump_of_the_clock_makes_no_burst(house: House) -> None:
    """Mutation: without the lateness rule a year forward would send the whole calendar at once."""
    made = [await house.scheduled(f"Post {days}", after=timedelta(days=days + 1)) for days in range(20)]
    await house.pass_time(timedelta(days=365))
    assert house.network.live == []
    assert {(await house.row(one)).state for one in made} == {"missed"}
    later = await house.scheduled("Later", after=timedelta(hours=2))
    await house.pass_time(timedelta(hours=-1))
    await house.pass_time(timedelta(hours=1))
    assert house.network.live == []
    await house.pass_time(timedelta(hours=2))
    assert (await house.row(later)).state == "published"


async def test_one_remote_post_is_bound_to_one_publication_even_when_two_look_at_once(house: House) -> None:
    """Mutation: without the look in the same unit of work both would be called published, and one would be lost."""
    house.network.answers = [OutcomeUnknown("lost"), OutcomeUnknown("lost")]
    first, second = await house.scheduled("Same"), await house.scheduled("Same")
    await house.pass_time(timedelta(minutes=5))
    house.network.live.append(("late", "Same"))
    house.network.answered.append(None)
    for _ in range(4):
        await house.pass_time(MINUTE)
    rows = [await house.row(one) for one in (first, second)]
    assert {row.state for row in rows} == {"published"}
    assert len({row.remote_id for row in rows}) == 2
    assert len(house.network.live) == 2


def test_every_answer_has_words_for_what_was_decided() -> None:
    from integrations import contract

    kinds = {
        getattr(contract, name)
        for name in [
            "Receipt",
            "Pending",
            "Rejected",
            "Unauthorized",
            "RateLimited",
            "Unavailable",
            "OutcomeUnknown",
        ]
    }
    assert kinds | {Absent} == set(moving._DECISIONS)


async def test_the_answer_of_a_platform_survives_a_database_that_cannot_be_written(house: House) -> None:
    """Mutation: given up at once, a known outcome would have to be looked up, or asked of a person."""
    number = await house.scheduled()
    house.publishing.committing.pause = 0.0
    failures = iter([OSError("disk"), OSError("disk")])
    honest = house.publishing.committing.storage.begin

    class Failing:
        def begin(self, workspace_id: Any) -> Any:
            if failure := next(failures, None):
                raise failure
            return honest(workspace_id)

    house.publishing.committing.storage = Failing()  # type: ignore[assignment]  # a full disk, twice
    await house.pass_time(timedelta(minutes=5))
    row = await house.row(number)
    assert (row.state, house.network.calls) == ("published", 1)


async def test_what_is_wrong_with_one_move_does_not_undo_the_others(house: House) -> None:
    well, broken = await house.scheduled("Well"), await house.scheduled("Broken")
    house.network.answers = [Receipt("fine"), Receipt("\ud800")]
    await house.pass_time(timedelta(minutes=5))
    states = {(await house.row(one)).state for one in (well, broken)}
    assert states == {"published", "armed"}


async def test_a_row_whose_queue_was_paused_while_it_was_tried_stays(house: House) -> None:
    """Mutation: pausing holds what waits, but what was in a worker's hands comes back to the calendar after that."""
    from storage.queues import Queue

    number = await house.scheduled()
    async with house.storage.begin(house.actor.workspace_id) as tx:
        row = await tx.publications.get(number)
        queue = tx.queues.add(
            Queue(
                workspace_id=house.actor.workspace_id,
                id=tx.new_id(),
                account_id=row.account_id,
                name="Main",
                zone="UTC",
                is_paused=True,
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        row.queue_id = queue.id
    await house.pass_time(timedelta(minutes=5))
    row = await house.row(number)
    assert (row.state, row.next_at, row.reason, house.network.calls) == (
        "scheduled",
        None,
        "The queue is paused.",
        0,
    )
