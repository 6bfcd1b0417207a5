from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from agents.roster import SEEDS
from services.authorising import Role
from services.joining import CODE_LIFE, Joining, Person

if TYPE_CHECKING:
    from services.authorising import Actor
    from storage import Storage
    from tests.conftest import HandClock

ADA, EVE = Person(1001, "Ada", "Lovelace", "ada", "es"), Person(2002, "Eve")


async def _furnish(*_: Any) -> None:
    return None


@pytest.fixture
def joining() -> Joining:
    return Joining(SEEDS, _furnish, zone="Europe/Madrid")


async def issue(storage: Storage, joining: Joining) -> str:
    async with storage.begin(None) as tx:
        return await joining.issue_code(tx)


async def claim(storage: Storage, joining: Joining, person: Person, code: str | None) -> Actor | None:
    async with storage.begin(None) as tx:
        return await joining.claim(tx, person, code)


async def workspaces(storage: Storage) -> int:
    async with storage.read(None) as tx:
        return int(await tx._session.scalar(text("SELECT count(*) FROM workspaces")))


async def test_who_has_the_code_becomes_the_owner_of_a_whole_desk(storage: Storage, joining: Joining) -> None:
    code = await issue(storage, joining)
    actor = await claim(storage, joining, ADA, f" {code}\n")
    assert actor is not None
    assert (actor.role, actor.name, str(actor.zone), actor.language) == (
        Role.OWNER,
        "Ada",
        "Europe/Madrid",
        "es",
    )
    async with storage.begin(None) as tx:
        assert await joining.is_claimed(tx)
        assert await joining.actor(tx, ADA) == actor
    async with storage.read(actor.workspace_id) as tx:
        agents = await tx.agents.list()
        assert {one.name for one in agents} == {"Writer", "Editor", "Analyst", "Scout"}
        assert all([await tx.agents.live_version(one) for one in agents])


async def test_the_code_is_kept_nowhere_but_as_its_hash(storage: Storage, joining: Joining) -> None:
    code = await issue(storage, joining)
    async with storage.read(None) as tx:
        assert code not in str(await tx.settings.find(scope="installation", name="claim_code"))


@pytest.mark.parametrize("code", ["", "wrong", None, "ключ", "\x00", "x" * 10_000])
async def test_a_wrong_code_lets_nobody_in(storage: Storage, joining: Joining, code: str | None) -> None:
    right = await issue(storage, joining)
    assert await claim(storage, joining, EVE, code) is None
    assert await claim(storage, joining, EVE, right[:-1]) is None
    assert await workspaces(storage) == 0
    assert await claim(storage, joining, ADA, right) is not None


async def test_without_a_code_on_the_console_no_code_fits(storage: Storage, joining: Joining) -> None:
    for code in (None, "", "anything"):
        assert await claim(storage, joining, EVE, code) is None


async def test_an_old_code_is_void(storage: Storage, joining: Joining, clock: HandClock) -> None:
    code = await issue(storage, joining)
    clock.move(CODE_LIFE + timedelta(seconds=1))
    assert await claim(storage, joining, ADA, code) is None
    fresh = await issue(storage, joining)
    assert await claim(storage, joining, ADA, code) is None
    assert await claim(storage, joining, ADA, fresh) is not None


async def test_the_sixth_try_is_refused_even_with_the_right_code(storage: Storage, joining: Joining) -> None:
    code = await issue(storage, joining)
    for _ in range(5):
        assert await claim(storage, joining, EVE, "wrong") is None
    assert await claim(storage, joining, ADA, code) is None
    assert await claim(storage, joining, ADA, await issue(storage, joining)) is not None


async def test_a_desk_has_one_owner_and_the_code_is_used_up(storage: Storage, joining: Joining) -> None:
    code = await issue(storage, joining)
    assert await claim(storage, joining, ADA, code) is not None
    assert await claim(storage, joining, EVE, code) is None
    assert await claim(storage, replace(joining, is_open_to_first=True), EVE, None) is None
    async with storage.begin(None) as tx:
        assert await joining.actor(tx, EVE) is None


async def test_of_many_who_send_the_code_at_once_one_becomes_the_owner(
    storage: Storage, joining: Joining
) -> None:
    """Mutation: without the lock on the code, PostgreSQL lets several of them found a desk."""
    code = await issue(storage, joining)
    people = [Person(3000 + number, f"P{number}") for number in range(8)]
    claimed = await asyncio.gather(*(claim(storage, joining, one, code) for one in people))
    assert len([one for one in claimed if one is not None]) == 1
    assert await workspaces(storage) == 1


async def test_in_the_sandbox_the_first_who_speaks_is_the_owner(storage: Storage, joining: Joining) -> None:
    open_door = replace(joining, is_open_to_first=True)
    assert await claim(storage, open_door, EVE, None) is not None
    assert await claim(storage, open_door, ADA, None) is None


async def test_a_stranger_a_removed_member_and_a_locked_out_user_are_nobody(
    storage: Storage, joining: Joining, new_member: Any
) -> None:
    actor = await new_member(storage, telegram_id=ADA.telegram_id)
    async with storage.begin(None) as tx:
        assert await joining.actor(tx, EVE) is None
        (await tx.users.get(actor.user_id)).is_active = False
    async with storage.begin(None) as tx:
        assert await joining.actor(tx, ADA) is None
        (await tx.users.get(actor.user_id)).is_active = True
        (await tx.members.of_user(actor.user_id))[0].removed_at = tx.now
    async with storage.begin(None) as tx:
        assert await joining.actor(tx, ADA) is None


async def test_names_are_kept_up_to_date_and_without_what_no_database_takes(
    storage: Storage, joining: Joining
) -> None:
    async with storage.begin(None) as tx:
        first = await joining.know(tx, Person(7, "A\x00d\ud83da", "\u202eL"))
    async with storage.begin(None) as tx:
        again = await joining.know(tx, Person(7, "Ada", "Byron", "countess"))
    assert (first.first_name, first.last_name) == ("Ada", "L")
    assert (again.id, again.last_name, again.username) == (first.id, "Byron", "countess")
