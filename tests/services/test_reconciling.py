from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from integrations.contract import (
    Absent,
    Answer,
    Certainty,
    Draft,
    Found,
    OutcomeUnknown,
    Pending,
    RateLimited,
    Receipt,
    Rejected,
    Unauthorized,
    Unavailable,
)
from services.moving import MOST_LOOKS
from services.patience import Timing
from services.publishing import Publishing, machine
from services.recording import Recording
from tests.services.conftest import Short

if TYPE_CHECKING:
    from tests.conftest import HandClock

TIMING = Timing(request=timedelta(seconds=30), lag=timedelta(seconds=10))
MINUTE = timedelta(minutes=1)


class Slow(Short):
    """A network that answers what it is told: when fired, when checked, when looked at."""

    def __init__(self, certainty: Certainty) -> None:
        self.present = certainty
        self.fired: list[Any] = []
        self.checked: list[Any] = []
        self.looked: list[Any] = []
        self.calls = 0
        self.taken: frozenset[str] = frozenset()

    def certainty_for(self, account: str) -> Certainty:
        del account
        return self.present

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        del draft, anchor, key
        self.calls += 1
        return _said(self.fired)

    async def check(self, state: Mapping[str, Any]) -> Answer:
        del state
        return _said(self.checked)

    async def find(
        self, draft: Draft, anchor: Mapping[str, Any], *, key: str, since: datetime, taken: frozenset[str]
    ) -> Found:
        del draft, anchor, key, since
        self.taken = taken
        return _said(self.looked)


def _said(answers: list[Any]) -> Any:
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


@dataclass
class House:
    bureau: Any
    clock: HandClock
    network: Slow
    publishing: Publishing = field(init=False)

    def __post_init__(self) -> None:
        self.publishing = machine(
            self.bureau.storage,
            {"short": self.network},
            Recording(),
            owner="worker",
            now=self.clock,
            monotonic=self.clock.monotonic,
            timing=TIMING,
            workers=16,
        )

    async def pass_time(self, by: timedelta = MINUTE, *, times: int = 1) -> None:
        for _ in range(times):
            self.clock.move(by)
            while await self.publishing.publish_due():
                await self.publishing.finish_moving()

    async def state(self, made: Any) -> str:
        async with self.bureau.begin() as tx:
            return str((await tx.publications.get(made.id)).state)


def house(bureau: Any, clock: HandClock, certainty: Certainty, **answers: Sequence[Any]) -> House:
    network = Slow(certainty)
    for name, given in answers.items():
        getattr(network, name).extend(given)
    return House(bureau, clock, network)


@pytest.mark.parametrize(
    "unclear",
    [
        Unavailable("no route"),
        OutcomeUnknown("lost"),
        RateLimited(datetime.fromisoformat("2026-11-20T12:03:00+00:00")),
        ValueError("odd"),
    ],
)
async def test_a_question_about_a_post_in_the_works_that_fails_never_sends_it_again(
    bureau: Any, clock: HandClock, unclear: Any
) -> None:
    """Mutation: `Unavailable` says that the question was not sent, not that the post was not."""
    found = house(
        bureau, clock, Certainty.LOOKUP, fired=[Pending({"job": 1})], checked=[unclear, Receipt("7")]
    )
    made = await bureau.scheduled(clock())
    await found.pass_time(timedelta(seconds=1))
    assert (await found.state(made), found.network.calls) == ("armed", 1)
    await found.pass_time(times=6)
    assert (await found.state(made), found.network.calls) == ("published", 1)


@pytest.mark.parametrize(
    ("answer", "state"), [(Rejected("bad video"), "failed"), (Receipt("7"), "published")]
)
async def test_the_end_of_a_post_in_the_works_is_written_down(
    bureau: Any, clock: HandClock, answer: Any, state: str
) -> None:
    still = [Pending({"job": 1}), Pending({"job": 2}), answer]
    found = house(bureau, clock, Certainty.LOOKUP, fired=[Pending({"job": 0})], checked=still)
    made = await bureau.scheduled(clock())
    await found.pass_time(times=5)
    assert (await found.state(made), found.network.calls) == (state, 1)


@pytest.mark.parametrize("answer", [Unauthorized("thrown out"), OutcomeUnknown("mute")])
async def test_a_platform_that_will_not_say_leaves_it_to_a_person(
    bureau: Any, clock: HandClock, answer: Any
) -> None:
    for asked in (
        {"fired": [Pending({})], "checked": [answer]},
        {"fired": [OutcomeUnknown("lost")], "looked": [answer]},
    ):
        found = house(bureau, clock, Certainty.LOOKUP, **asked)
        made = await bureau.scheduled(clock())
        await found.pass_time(times=MOST_LOOKS + 3)
        assert (await found.state(made), found.network.calls) == ("unconfirmed", 1)


@pytest.mark.parametrize("odd", [ValueError("odd"), KeyError("id"), Unavailable("no route")])
async def test_an_answer_that_cannot_be_read_is_asked_for_again(
    bureau: Any, clock: HandClock, odd: Any
) -> None:
    found = house(
        bureau, clock, Certainty.LOOKUP, fired=[OutcomeUnknown("lost")], looked=[odd, odd, Receipt("7")]
    )
    made = await bureau.scheduled(clock())
    await found.pass_time(times=5)
    assert (await found.state(made), found.network.calls) == ("published", 1)


@pytest.mark.parametrize(
    "unsent", [Unavailable("no route"), RateLimited(datetime.fromisoformat("2026-11-20T12:01:00+00:00"))]
)
async def test_a_repetition_that_was_not_sent_does_not_make_the_first_try_unsent(
    bureau: Any, clock: HandClock, unsent: Any
) -> None:
    """Mutation: taken as unsent, it would in the end be called failed although it may be there."""
    found = house(bureau, clock, Certainty.KEYED, fired=[OutcomeUnknown("lost"), *[unsent] * 9, Receipt("7")])
    made = await bureau.scheduled(clock())
    await found.pass_time(timedelta(seconds=1))
    for _ in range(9):
        await found.pass_time()
        assert await found.state(made) == "armed"
    await found.pass_time()
    assert await found.state(made) == "published"


async def test_what_is_known_to_be_another_post_is_told_to_the_platform_and_never_bound_twice(
    bureau: Any, clock: HandClock
) -> None:
    """Mutation: an equal text found under a number of ours is no proof that the new one is not there."""
    found = house(bureau, clock, Certainty.LOOKUP, fired=[Receipt("7"), OutcomeUnknown("lost")])
    found.network.looked = [Receipt("7"), Receipt("8")]
    first = await bureau.scheduled(clock())
    await found.pass_time(timedelta(seconds=1))
    second = await bureau.scheduled(clock())
    await found.pass_time(times=4)
    assert found.network.taken == {"7"}
    assert [await found.state(one) for one in (first, second)] == ["published", "published"]
    assert found.network.calls == 2
    async with bureau.begin() as tx:
        assert (await tx.publications.get(second.id)).remote_id == "8"


async def test_only_a_reliable_no_sends_it_again(bureau: Any, clock: HandClock) -> None:
    found = house(
        bureau, clock, Certainty.LOOKUP, fired=[OutcomeUnknown("lost"), Receipt("7")], looked=[Absent()]
    )
    made = await bureau.scheduled(clock())
    await found.pass_time(times=3)
    assert (await found.state(made), found.network.calls) == ("published", 2)
