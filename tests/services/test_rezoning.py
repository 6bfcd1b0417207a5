"""Is a change of a zone's rules survived: the local time kept, and nothing sent at another moment without a word?"""

from __future__ import annotations

import struct
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from services.rezoning import STALE_FOR, Rezoning, fingerprints, is_moved
from services.telling import Kind
from services.time_zones import known_zone
from storage import NOBODYS
from storage.moments import Waiting

if TYPE_CHECKING:
    from storage.publications import Publication
    from tests.conftest import HandClock

HOUR = timedelta(hours=1)
NAME = "Test/Lukewarm"

Rules = Callable[[int | None], None]


def tzif(hours: int, *, then: tuple[datetime, int] | None = None) -> bytes:
    """A zone file (RFC 9636, version 2): so many hours east of UTC, and perhaps others from a moment on."""
    offsets = [hours, *([then[1]] if then else [])]
    times = [int(then[0].timestamp())] if then else []
    kinds = b"".join(struct.pack(">lBB", one * 3600, 0, 0) for one in offsets)
    body = b"".join([*(struct.pack(">q", at) for at in times), b"\x01" * len(times), kinds, b"LMT\x00"])
    head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, len(times), len(offsets), 4)
    empty = (
        struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">lBB", 0, 0, 0) + b"LMT\x00"
    )
    footer = f"\n<+>{-offsets[-1]}\n".encode()
    return empty + head + body + footer.replace(b"<+>", b"<+00>")


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[Rules]:
    """Gives the zone of these tests its hours east of UTC, or takes it away (None); the machine's zones come back."""
    folder = tmp_path / "zones"
    file = folder / NAME
    file.parent.mkdir(parents=True)
    before = zoneinfo.TZPATH

    def write(hours: int | None) -> None:
        if hours is None:
            file.unlink()
        else:
            file.write_bytes(tzif(hours))

    write(2)
    zoneinfo.reset_tzpath([str(folder), *before])
    ZoneInfo.clear_cache()
    yield write
    zoneinfo.reset_tzpath(before)
    ZoneInfo.clear_cache()


@pytest.fixture
async def rezoning(bureau: Any, rules: Rules) -> Rezoning:
    """What has seen the first rules already; the bureau's member lives in that zone."""
    rules(2)
    bureau.actor = replace(bureau.actor, zone=ZoneInfo(NAME))
    found = Rezoning(bureau.storage)
    assert await found.recheck() == 0
    return found


async def row(bureau: Any, made: Publication) -> Publication:
    async with bureau.begin() as tx:
        found: Publication = await tx.publications.get(made.id)
        return found


async def test_the_local_time_is_kept_and_a_person_is_asked(
    bureau: Any, clock: HandClock, rezoning: Rezoning, rules: Rules
) -> None:
    made = await bureau.scheduled(clock() + 24 * HOUR)
    rules(3)
    assert await rezoning.recheck() == 1
    found = await row(bureau, made)
    assert found.due_at == made.due_at - HOUR
    assert f"{found.due_at.astimezone(ZoneInfo(NAME)):%H:%M}" == found.facts["local"][11:16] == "14:00"
    assert (found.state, found.next_at, found.approval_id, found.version) == ("scheduled", None, None, 2)
    assert found.reason == (
        f"The clocks of {NAME} changed their rules: 14:00 is now another moment, 1 hour earlier than you allowed."
    )
    async with bureau.begin() as tx:
        approval = await tx.approvals.get(made.approval_id)
    assert approval.voided_at == clock()


async def test_nothing_leaves_at_the_new_moment_before_somebody_has_allowed_it(
    bureau: Any, clock: HandClock, rezoning: Rezoning, rules: Rules
) -> None:
    made = await bureau.scheduled(clock() + 24 * HOUR)
    rules(1)
    await rezoning.recheck()
    assert (await row(bureau, made)).next_at is None
    bureau.actor = replace(bureau.actor, zone=ZoneInfo(NAME))
    async with bureau.begin() as tx:
        again = await bureau.scheduling.approve_again(tx, bureau.actor, made.id, version=2)
    assert (again.due_at, again.next_at) == (made.due_at + HOUR, made.due_at + HOUR)
    assert await rezoning.recheck() == 0


async def test_the_team_is_asked_once(
    bureau: Any, clock: HandClock, rezoning: Rezoning, rules: Rules
) -> None:
    made = await bureau.scheduled(clock() + 24 * HOUR)
    rules(3)
    assert [await rezoning.recheck() for _ in range(3)] == [1, 0, 0]
    async with bureau.storage.begin(None) as tx:
        items = await tx.outbox.claim(owner="test", now=tx.now, lease=HOUR, limit=50, but_chats=[])
    assert [(one.kind, one.subject_id) for one in items] == [(Kind.HELD, made.id)]


async def test_other_zones_and_what_has_left_or_is_past_stay_as_they_are(
    bureau: Any, clock: HandClock, rezoning: Rezoning, rules: Rules
) -> None:
    gone = await bureau.scheduled(clock() + 24 * HOUR)
    past = await bureau.scheduled(clock() + HOUR)
    bureau.actor = replace(bureau.actor, zone=ZoneInfo("Europe/Madrid"))
    elsewhere = await bureau.scheduled(clock() + 24 * HOUR)
    async with bureau.begin() as tx:
        (await tx.publications.get(gone.id)).state = "published"
    clock.move(2 * HOUR)
    rules(3)
    assert await rezoning.recheck() == 0
    for one in (gone, past, elsewhere):
        assert (await row(bureau, one)).due_at == one.due_at


async def test_a_zone_that_vanished_keeps_the_moment_in_utc_and_asks(
    bureau: Any, clock: HandClock, rezoning: Rezoning, rules: Rules
) -> None:
    made = await bureau.scheduled(clock() + 24 * HOUR)
    rules(None)
    assert await rezoning.recheck() == 1
    assert known_zone(NAME) is None
    found = await row(bureau, made)
    assert (found.zone, found.due_at, found.next_at) == ("UTC", made.due_at, None)
    assert found.facts["local"] == "2026-11-21T12:00:00"
    assert f"{NAME} is not known any more" in (found.reason or "")


async def test_what_another_process_plans_by_the_old_rules_is_found_the_next_day(
    bureau: Any, clock: HandClock, rezoning: Rezoning, rules: Rules
) -> None:
    old = ZoneInfo.no_cache(NAME)
    rules(3)
    assert await rezoning.recheck() == 0
    bureau.actor = replace(bureau.actor, zone=old)
    made = await bureau.scheduled(clock() + 72 * HOUR)
    clock.move(24 * HOUR)
    assert await rezoning.recheck() == 1
    assert (await row(bureau, made)).due_at == made.due_at - HOUR
    clock.move(STALE_FOR)
    assert await rezoning.recheck() == 0


async def test_more_than_a_batch_is_worked_off_on_either_database(
    bureau_on_both: Any, clock: HandClock, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    import services.rezoning as module

    monkeypatch.setattr(module, "BATCH", 2)
    bureau = bureau_on_both
    bureau.actor = replace(bureau.actor, zone=ZoneInfo(NAME))
    rezoning = Rezoning(bureau.storage)
    await rezoning.recheck()
    for _ in range(5):
        await bureau.scheduled(clock() + 24 * HOUR)
    rules(3)
    assert [await rezoning.recheck() for _ in range(2)] == [5, 0]


@pytest.mark.parametrize(
    ("due", "local", "is_so"),
    [
        ("2027-10-31T00:30", "2027-10-31T02:30", False),
        ("2027-10-31T01:30", "2027-10-31T02:30", False),  # the second of the two, said as "in two hours"
        ("2027-10-31T02:30", "2027-10-31T02:30", True),
        ("2027-03-28T01:00", "2027-03-28T02:30", False),  # stands for a time in the gap
        ("2027-03-28T00:30", "2027-03-28T02:30", True),
        ("2027-07-01T07:00", "2027-07-01T09:00", False),
        ("2027-07-01T08:00", "2027-07-01T09:00", True),
        ("2027-07-01T08:00", None, False),  # made before local times were kept
    ],
)
def test_a_moment_is_moved_when_its_local_time_is_placed_elsewhere(
    due: str, local: str | None, *, is_so: bool
) -> None:
    at = datetime.fromisoformat(due).replace(tzinfo=UTC)
    one = Waiting(NOBODYS, NOBODYS, "Europe/Madrid", at, {} if local is None else {"local": local})
    assert is_moved(one) is is_so


def test_every_zone_of_this_machine_has_a_fingerprint() -> None:
    found = fingerprints()
    assert {"Europe/Madrid", "UTC", "Asia/Kolkata"} <= found.keys()
    assert found["Europe/Madrid"] != found["Europe/London"]
    assert found.keys() == zoneinfo.available_timezones()
