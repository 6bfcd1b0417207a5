from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from services.tapping import LIFE, mint
from services.telling import Kind, Place, tell
from services.tidying import INBOX_KEPT, OUTBOX_KEPT, Tidying
from storage.inbox import Arrival

if TYPE_CHECKING:
    from storage import Storage
    from tests.conftest import HandClock

OURS = UUID(int=1)


async def fill(storage: Storage) -> str:
    """One worked-off item, one that waits; one message that was sent, one that waits; a button."""
    async with storage.begin(None) as tx:
        await tx.inbox.put(1, [Arrival(5, "a", "{}"), Arrival(6, "b", "{}")], now=tx.now)
        (item,) = await tx.inbox.claim(1, owner="me", now=tx.now, limit=1)
        await tx.flush()
        await tx.inbox.finish(item.id, owner="me", now=tx.now)
    async with storage.begin(OURS) as tx:
        sent = tell(tx, Kind.REPLY, Place(7))
        sent.state, sent.sent_at = "sent", tx.now
        tell(tx, Kind.REPLY, Place(7))
        return mint(tx, chat_id=7, action="look")


async def left(storage: Storage, button: str) -> tuple[int, int, bool]:
    async with storage.begin(None) as tx:
        return (
            await tx.inbox.count(state="done"),
            await tx.outbox.count(state="sent"),
            await tx.handles.find(button.removeprefix("f:")) is not None,
        )


async def test_each_thing_is_kept_as_long_as_it_is_needed_and_no_longer(
    storage: Storage, clock: HandClock
) -> None:
    button, tidying = await fill(storage), Tidying(storage)
    second = timedelta(seconds=1)
    passed = timedelta(0)
    for until, expected in (
        (INBOX_KEPT, (1, 1, True)),
        (INBOX_KEPT + second, (0, 1, True)),
        (OUTBOX_KEPT, (0, 1, True)),
        (OUTBOX_KEPT + second, (0, 0, True)),
        (LIFE, (0, 0, True)),
        (LIFE + second, (0, 0, False)),
    ):
        clock.move(until - passed)
        passed = until
        assert await tidying.tidy() == 0
        assert await left(storage, button) == expected, until


async def test_what_waits_is_never_tidied_away(storage: Storage, clock: HandClock) -> None:
    await fill(storage)
    clock.move(timedelta(days=4000))
    await Tidying(storage).tidy()
    figures = await Tidying(storage).figures()
    assert (figures["fanfare_inbox_pending"], figures["fanfare_outbox_pending"]) == (1, 1)


def test_an_update_is_remembered_longer_than_telegram_can_send_it_again() -> None:
    assert timedelta(hours=24) < INBOX_KEPT


async def test_nothing_is_missing_where_the_database_answers(storage: Storage) -> None:
    assert await Tidying(storage).missing() == []
