"""A desk with every service and one platform that never touches the wire: what the house of the tests is built on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from bot.rendering import render
from bot.turn import Desk
from integrations.contract import Answer, Certainty, Draft, Limits, Platform, Problem, Receipt, Surroundings
from services.accounting import Accounting
from services.asking import Asking
from services.authorising import Actor
from services.binding import Binding
from services.catching_up import CatchingUp
from services.curating import Curating
from services.deciding import Deciding
from services.drafting import Drafting
from services.importing import Importing
from services.joining import AgentSeed, Joining
from services.lateness import Lateness
from services.preferring import Preferring
from services.queueing import Queueing
from services.recording import Recording
from services.repeating import Repeating
from services.scheduling import Scheduling
from services.slotting import Slotting
from storage import Storage, Transaction

PHOTO = "photo"


class Channel(Platform):
    """A platform that counts UTF-16 units as Telegram does and never refuses the wire."""

    slug: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram"
    documentation: ClassVar[str] = "tests"
    certainty: ClassVar[Certainty] = Certainty.BLIND
    limits: ClassVar[Limits] = Limits(text=4096, caption=1024, attachments=10, unit="characters")
    kinds: ClassVar[frozenset[str]] = frozenset({PHOTO})

    @classmethod
    def settle_in(cls, surroundings: Surroundings) -> Self:
        del surroundings
        return cls()

    def length(self, text: str) -> int:
        return len(render(text).text.encode("utf-16-le")) // 2

    def problems(self, draft: Draft) -> Sequence[Problem]:
        limit = self.limits.caption if draft.attachments else self.limits.text
        if self.length(draft.text) <= limit:
            return []
        return [
            Problem(f"The text has {self.length(draft.text):,} characters of {limit:,}.", "Make it shorter.")
        ]

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        del draft, anchor, key
        return Receipt("1")


SEEDS = [
    AgentSeed("Writer", "content", "Writes posts.", "Write.", {}, (), is_default=True),
    AgentSeed("Editor", "content", "Mends texts.", "Mend.", {}, ()),
    AgentSeed("Analyst", "analysis", "Reads numbers.", "Read.", {}, ()),
]


async def _bare(tx: Transaction, actor: Actor) -> None:
    """A new workspace gets nothing but its agents."""
    del tx, actor


def desk_on(storage: Storage) -> Desk:
    """Every service on this database."""
    drafting = Drafting({"telegram": Channel()})
    scheduling = Scheduling(drafting)
    queueing = Queueing(scheduling)
    deciding = Deciding(Recording(), scheduling)
    return Desk(
        joining=Joining(SEEDS, _bare, is_open_to_first=True, zone="Europe/Madrid"),
        asking=Asking(),
        drafting=drafting,
        scheduling=scheduling,
        queueing=queueing,
        slotting=Slotting(queueing),
        deciding=deciding,
        curating=Curating(),
        binding=Binding("telegram"),
        preferring=Preferring(),
        accounting=Accounting(),
        importing=Importing(storage, drafting.platforms, time.monotonic),
        repeating=Repeating(scheduling),
        lateness=Lateness(scheduling),
        catching_up=CatchingUp(deciding),
    )
