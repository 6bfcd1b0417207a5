"""Does a late post follow the rule of its team, or its own, and is everybody told once?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from services.authorising import Role
from services.lateness import (
    QUEUEING,
    Lateness,
    Mode,
    Policy,
    Verdict,
    let_go_lately,
    policy_for,
    tell_missed,
    verdict,
    why_let_go,
)
from services.refusals import NotAllowed, OutOfDate, Refusal
from services.telling import Kind
from storage.chats import Chat
from tests.conftest import NOON

if TYPE_CHECKING:
    from tests.conftest import HandClock

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("mode", ["ask", "drop"])
@pytest.mark.parametrize(
    ("minutes", "late", "wanted"),
    [
        (15, timedelta(minutes=15), "send"),
        (15, timedelta(minutes=15) + SECOND, "late"),
        (0, QUEUEING, "send"),
        (0, QUEUEING + SECOND, "late"),
        (1440, timedelta(days=1), "send"),
        (1440, timedelta(days=30), "late"),
        (15, -HOUR, "send"),
    ],
)
def test_what_is_later_than_allowed_is_asked_about_or_let_go(
    minutes: int, late: timedelta, mode: str, wanted: str
) -> None:
    found = verdict(due_at=NOON, now=NOON + late, minutes=minutes, mode=mode)
    assert found is Verdict(mode if wanted == "late" else wanted)


def test_a_year_of_a_wrong_clock_sends_nothing_without_asking() -> None:
    far = NOON + timedelta(days=365)
    assert verdict(due_at=NOON, now=far, minutes=1440, mode="ask") is Verdict.ASK


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_a_policy_of_more_than_a_day_is_refused(minutes: int) -> None:
    with pytest.raises(Refusal, match="up to a day"):
        Policy(minutes, Mode.ASK)


async def test_a_posts_own_policy_goes_before_the_teams(bureau: Any, clock: HandClock) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    lateness = Lateness(bureau.scheduling)
    async with bureau.begin() as tx:
        await lateness.for_workspace(tx, bureau.actor, Policy(240, Mode.DROP))
    own = Policy(0, Mode.ASK)
    async with bureau.begin() as tx:
        await lateness.for_publication(tx, bureau.actor, made.id, version=1, policy=own)
    async with bureau.begin() as tx:
        workspace = await tx.workspaces.get(bureau.actor.workspace_id)
        row = await tx.publications.get(made.id)
        assert (policy_for(workspace), policy_for(workspace, row)) == (Policy(240, Mode.DROP), own)
        assert row.version == 2
        await lateness.for_publication(tx, bureau.actor, made.id, version=2, policy=None)
        assert policy_for(workspace, row) == Policy(240, Mode.DROP)


async def test_a_policy_of_an_older_card_or_by_who_may_not_is_refused(bureau: Any, clock: HandClock) -> None:
    made = await bureau.scheduled(clock() + HOUR)
    lateness, policy = Lateness(bureau.scheduling), Policy(0, Mode.DROP)
    async with bureau.begin() as tx:
        with pytest.raises(OutOfDate):
            await lateness.for_publication(tx, bureau.actor, made.id, version=7, policy=policy)
        with pytest.raises(NotAllowed):
            await lateness.for_publication(tx, bureau.acting(Role.VIEWER), made.id, version=1, policy=policy)
        with pytest.raises(NotAllowed):
            await lateness.for_workspace(tx, bureau.acting(Role.EDITOR), policy)
        assert (await tx.publications.get(made.id)).late_mode is None


async def test_what_was_let_go_is_known_for_a_day(bureau_on_both: Any, clock: HandClock) -> None:
    bureau = bureau_on_both
    made = await bureau.scheduled(clock() + HOUR)
    other = await bureau.scheduled(clock() + HOUR)
    clock.move(2 * HOUR)
    async with bureau.begin() as tx:
        for one, why in ((made, why_let_go(15)), (other, "Dropped by Ada.")):
            row = await tx.publications.get(one.id)
            row.state, row.next_at, row.reason, row.updated_at = "cancelled", None, why, tx.now
    async with bureau.begin() as tx:
        assert [one.id for one in await let_go_lately(tx)] == [made.id]
    clock.move(timedelta(hours=25))
    async with bureau.begin() as tx:
        assert await let_go_lately(tx) == []


def test_the_reason_names_the_teams_patience() -> None:
    assert why_let_go(15) == "It was more than 15 minutes late and the team lets such posts go."
    assert why_let_go(0) == "It was late and the team lets such posts go."


async def lists(bureau: Any) -> list[tuple[int, int]]:
    async with bureau.storage.begin(None) as tx:
        items = await tx.outbox.claim(owner="test", now=tx.now, lease=HOUR, limit=50, but_chats=[])
        return [(one.telegram_chat_id, one.thread_id) for one in items if one.kind == Kind.MISSED_LIST]


def team(tx: Any, number: int) -> Chat:
    return Chat(
        workspace_id=tx.workspace_id,
        id=tx.new_id(),
        telegram_chat_id=number,
        kind="supergroup",
        purpose="team",
        created_at=tx.now,
        updated_at=tx.now,
    )


async def test_a_list_that_waits_to_be_sent_gets_no_second_one_beside_it(bureau_on_both: Any) -> None:
    bureau = bureau_on_both
    async with bureau.begin() as tx:
        tx.chats.add(team(tx, -1))
        tx.chats.add(team(tx, -2))
    told = []
    for _ in range(3):
        async with bureau.begin() as tx:
            told.append(await tell_missed(tx))
    assert told == [2, 0, 0]
    assert sorted(await lists(bureau)) == [(-2, 0), (-1, 0)]
    async with bureau.begin() as tx:
        assert await tell_missed(tx) == 2, "what is being sent may have been made before"


async def test_who_has_no_team_chat_is_told_in_private(bureau: Any) -> None:
    async with bureau.begin() as tx:
        assert await tell_missed(tx) == 1
    assert await lists(bureau) == [(bureau.actor.telegram_id, 0)]


async def test_another_workspaces_list_does_not_count_as_ours(bureau: Any) -> None:
    for actor in (bureau.actor, bureau.stranger):
        async with bureau.begin(actor) as tx:
            tx.chats.add(team(tx, -1))
    for actor in (bureau.actor, bureau.stranger):
        async with bureau.begin(actor) as tx:
            assert await tell_missed(tx) == 1
