"""Does a reply in Telegram move what the message is about, whatever other question of ours is open?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.journeys.cast import Message, Somebody, buttons_of
from tests.journeys.living import Living
from tests.journeys.plot import drafted, scheduled


async def due(house: Living) -> datetime:
    """When the only publication is due."""
    async with house.app.storage.read(None) as tx:
        workspace = await tx.workspaces.first()
    assert workspace is not None
    async with house.app.storage.read(workspace.id) as tx:
        (found,) = await tx.publications.list(states=["scheduled"], limit=2)
    return found.due_at


async def item_of_queue(owner: Somebody) -> Message:
    """The only item of the queue, opened."""
    await owner.says("/queue")
    queue = await owner.sees("Queue ·")
    (label,) = [one for one in buttons_of(queue) if one.startswith("1 ·")]
    await owner.taps(label, on=queue)
    return await owner.sees(label="Back to the queue")


@pytest.mark.parametrize("is_asked", [False, True])
async def test_an_item_of_the_queue_is_moved_by_replying_to_it(
    house: Living, owner: Somebody, *, is_asked: bool
) -> None:
    """Mutation: taken for the answer to the open question, the words would be read against the present."""
    await drafted(owner)
    card = await scheduled(owner, "tomorrow 9am")
    before = await due(house)
    item = await item_of_queue(owner)
    if is_asked:
        await owner.taps("Move", on=card)
        await owner.taps("Write it")
        await owner.sees("Say when")
    await owner.says("two hours later", reply_to_message_id=item["message_id"])
    asked = await owner.sees("11:00", label="Another time")
    assert await due(house) == before
    await owner.taps("Move", on=asked)
    await owner.sees("Moved to")
    assert await due(house) == before + timedelta(hours=2)
