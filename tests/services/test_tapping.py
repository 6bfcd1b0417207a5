from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from services.refusals import OutOfDate
from services.tapping import LIFE, mint, redeem

if TYPE_CHECKING:
    from storage import Storage
    from tests.conftest import HandClock

OURS, THEIRS, ADA, BEN = (UUID(int=number) for number in (1, 2, 3, 4))
CHAT = -100123
LETTERS = "ABCabc019_-/+=. :f\x00\ud800é文😀"


async def button(storage: Storage, **more: Any) -> str:
    async with storage.begin(OURS) as tx:
        return mint(tx, **{"chat_id": CHAT, "action": "publish", **more})


async def tap(
    storage: Storage, data: str, *, chat: int = CHAT, user: UUID = ADA, workspace: UUID = OURS
) -> Any:
    async with storage.begin(workspace) as tx:
        return await redeem(tx, data, chat_id=chat, user_id=user)


async def test_a_button_means_what_was_put_into_it_and_shows_none_of_it(storage: Storage) -> None:
    data = await button(storage, subject_id=BEN, subject_version=7, arguments={"to": "channel"})
    assert len(data.encode()) <= 64
    assert "publish" not in data
    found = await tap(storage, data)
    assert (found.action, found.subject_id, found.subject_version) == ("publish", BEN, 7)
    assert (found.arguments, found.workspace_id) == ({"to": "channel"}, OURS)


async def test_a_button_that_works_once_works_once(storage: Storage) -> None:
    once, often = await button(storage, is_once=True), await button(storage)
    await tap(storage, once)
    with pytest.raises(OutOfDate):
        await tap(storage, once)
    assert (await tap(storage, often)) == (await tap(storage, often))


async def test_a_tap_whose_effect_failed_was_no_tap(storage: Storage) -> None:
    data = await button(storage, is_once=True)

    async def tap_and_break() -> None:
        async with storage.begin(OURS) as tx:
            await redeem(tx, data, chat_id=CHAT, user_id=ADA)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await tap_and_break()
    assert (await tap(storage, data)).action == "publish"


@pytest.mark.parametrize(
    "wrong", [{"chat": CHAT + 1}, {"user": BEN}, {"workspace": THEIRS}], ids=["chat", "person", "workspace"]
)
async def test_a_button_works_only_where_and_for_whom_it_was_made(
    storage: Storage, wrong: dict[str, Any]
) -> None:
    data = await button(storage, user_id=ADA)
    with pytest.raises(OutOfDate):
        await tap(storage, data, **wrong)
    assert (await tap(storage, data)).action == "publish"


async def test_an_old_button_is_out_of_date_to_the_second(storage: Storage, clock: HandClock) -> None:
    data = await button(storage)
    clock.move(LIFE - timedelta(seconds=1))
    await tap(storage, data)
    clock.move(timedelta(seconds=1))
    with pytest.raises(OutOfDate):
        await tap(storage, data)


async def test_every_refusal_has_the_same_words(storage: Storage, clock: HandClock) -> None:
    data = await button(storage, user_id=ADA, is_once=True)
    told = []
    for chat, user, given in (
        (CHAT, BEN, data),
        (7, ADA, data),
        (CHAT, ADA, "f:" + "A" * 22),
        (CHAT, ADA, ""),
    ):
        with pytest.raises(OutOfDate) as caught:
            await tap(storage, given, chat=chat, user=user)
        told.append(str(caught.value))
    clock.move(LIFE)
    with pytest.raises(OutOfDate) as caught:
        await tap(storage, data)
    assert {*told, str(caught.value)} == {told[0]}


def _mutated(data: str, dice: random.Random) -> str:
    """The data with something about it changed; never the data itself."""
    letters = list(data)
    match dice.randrange(5):
        case 0:
            letters[dice.randrange(len(letters))] = dice.choice(LETTERS)
        case 1:
            del letters[dice.randrange(len(letters))]
        case 2:
            letters.insert(dice.randrange(len(letters) + 1), dice.choice(LETTERS))
        case 3:
            letters = [dice.choice(LETTERS) for _ in range(dice.randrange(65))]
        case _:
            letters = list("f:" + "".join(dice.choice("abcXYZ019_-") for _ in range(22)))
    changed = "".join(letters)
    return changed if changed != data else changed + " "


async def test_of_10000_forged_replayed_and_foreign_taps_none_has_an_effect(
    storage_on_sqlite: Storage,
) -> None:
    dice = random.Random(20261120)
    used, personal = (
        await button(storage_on_sqlite, is_once=True),
        await button(storage_on_sqlite, user_id=ADA),
    )
    foreign_chat = await button(storage_on_sqlite, chat_id=CHAT + 1)
    await tap(storage_on_sqlite, used)
    async with storage_on_sqlite.begin(OURS) as tx:
        for number in range(10_000):
            data = (used, personal, foreign_chat)[number % 3] if number % 20 < 3 else _mutated(personal, dice)
            with pytest.raises(OutOfDate):
                await redeem(tx, data, chat_id=CHAT, user_id=BEN)
        for data in (personal, foreign_chat):
            row = await tx.handles.find(data.removeprefix("f:"))
            assert row is not None
            assert row.used_at is None


async def test_no_two_buttons_are_alike(storage_on_sqlite: Storage) -> None:
    async with storage_on_sqlite.begin(OURS) as tx:
        made = {mint(tx, chat_id=CHAT, action="publish") for _ in range(300)}
    assert len(made) == 300
    assert {len(one) for one in made} == {24}
