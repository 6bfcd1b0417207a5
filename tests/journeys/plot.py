"""Which steps come again in many journeys? Written down once, each ending when its outcome is seen."""

from __future__ import annotations

from tests.journeys.cast import Message, Somebody

SALE = "Write a post about our autumn sale, 20 % off until Sunday"


async def drafted(person: Somebody, words: str = SALE) -> Message:
    """The words become a draft; its card."""
    await person.says(words)
    return await person.sees(label="Schedule")


async def scheduled(person: Somebody, when: str) -> Message:
    """The draft is scheduled by words; its card."""
    await person.taps("Schedule")
    await person.taps("Write it")
    await person.says(when)
    await person.taps("Schedule", on=await person.sees(label="Another time"))
    return await person.sees("Scheduled on", label="Move")


async def published(person: Somebody) -> None:
    """The draft leaves at once."""
    await person.taps("Publish now")
    await person.taps("Publish", on=await person.sees("now?", label="Publish"))
