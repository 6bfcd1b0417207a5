"""Does an agent see the standing times of the queues, and can it take none of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.binding import Binding, Seen
from services.queueing import Queueing
from services.slot_phrases import read_standing
from services.slotting import Slotting

if TYPE_CHECKING:
    from tests.agents.conftest import House

KEY = "sk-very-secret-0123456789"


async def test_free_slots_are_proposed_and_none_is_taken(house: House) -> None:
    queueing = Queueing(house.runner().hands.scheduling)
    slotting = Slotting(queueing)
    async with house.storage.begin(house.actor.workspace_id) as tx:
        seen = Seen(-100, "channel", "News", rights={"can_post_messages": True})
        account = await Binding(platform="board").as_channel(tx, house.actor, seen)
        main = await slotting.open(tx, house.actor, account.id, name="Main")
        await slotting.add(tx, house.actor, main.id, read_standing("Mon 09:00"))
        resting = await slotting.open(tx, house.actor, account.id, name="Resting")
        await slotting.add(tx, house.actor, resting.id, read_standing("daily 10:00"))
        await queueing.pause(tx, house.actor, resting.id)
    calls = {"tools": [{"name": "propose_times", "arguments": {}}]}
    house.endpoint.turns.extend([calls, {"text": "On Monday."}])
    await house.ask("When?")

    await house.run(house.runner(key=KEY))

    told = str(
        next(one["content"] for one in house.endpoint.requests[-1]["messages"] if one["role"] == "tool")
    )
    assert "Mon 23 Nov 2026, 09:00" in told
    assert "the next free slot of the queue Main of News" in told
    assert "Resting" not in told
    async with house.storage.read(house.actor.workspace_id) as tx:
        assert await tx.publications.count(states=("scheduled",)) == 0
