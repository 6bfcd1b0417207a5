"""How much may be taken of whom? Limits of accounts and platforms, and who rests after failing, as all workers see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TypeAlias
from uuid import UUID

from integrations.contract import Budget, Platform
from services.recording import MOST_FAILURES, MOST_PLATFORM_FAILURES
from storage import Transaction
from storage.circuits import Circuit
from storage.claims import Held, Load

_ANY = Budget(at_once_per_account=None)


class Entrance(Enum):
    """Whether a row may be taken now."""

    OPEN = "open"
    FULL = "full"


Admission: TypeAlias = Entrance | datetime
"""Open, full (somebody else has to come out first), or resting until a moment."""


@dataclass(slots=True)
class Space:
    """What is free at this claim. `hands` are the rows that this worker moves at once; no platform gets them all."""

    platforms: Mapping[str, Platform]
    circuits: Mapping[str, Circuit]
    load: Load
    hands: int
    _accounts: Counter[UUID] = field(default_factory=Counter)
    _platforms: Counter[str] = field(default_factory=Counter)

    @classmethod
    async def look(cls, tx: Transaction, platforms: Mapping[str, Platform], *, hands: int) -> Space:
        """What every worker has in hand, and which platforms rest."""
        circuits = {one.platform: one for one in await tx.circuits.list()}
        return cls(platforms, circuits, await tx.claims.load(now=tx.now), hands)

    def full_accounts(self) -> list[UUID]:
        """Accounts of which nothing more may be taken before something comes back."""
        return [
            account_id
            for account_id, busy in self.load.accounts.items()
            if _reached(busy.count, self._most_of_account(busy.platform, busy.failures))
        ]

    def full_platforms(self) -> list[str]:
        """Platforms of which nothing more may be taken before something comes back."""
        return [
            platform
            for platform, count in self.load.platforms.items()
            if _reached(count, self._most_of_platform(platform))
        ]

    async def enter(self, tx: Transaction, row: Held) -> Admission:
        """Whether the row may be taken now; one that may is counted."""
        if (until := await self._rests_until(tx, row)) is not None:
            return until
        busy = self.load.accounts.get(row.account_id)
        of_account = self._accounts[row.account_id] + (0 if busy is None else busy.count)
        of_platform = self._platforms[row.platform] + self.load.platforms.get(row.platform, 0)
        if _reached(of_account, self._most_of_account(row.platform, row.beside.failures)) or _reached(
            of_platform, self._most_of_platform(row.platform)
        ):
            return Entrance.FULL
        self._accounts[row.account_id] += 1
        self._platforms[row.platform] += 1
        return Entrance.OPEN

    async def _rests_until(self, tx: Transaction, row: Held) -> datetime | None:
        """When account and platform have rested and every window has room again; None when that is now."""
        circuit = self.circuits.get(row.platform)
        rests = [row.beside.rests_until_at, None if circuit is None else circuit.rests_until_at]
        for window in self._budget(row.platform).windows:
            ours = self._accounts[row.account_id]
            if ours >= window.count:
                return tx.now + window.period
            first = await tx.claims.spent(
                row.account_id, since=tx.now - window.period, count=window.count - ours
            )
            rests.append(None if first is None else first + window.period)
        waits = [one for one in rests if one is not None and one > tx.now]
        return max(waits, default=None)

    def _budget(self, platform: str) -> Budget:
        found = self.platforms.get(platform)
        return _ANY if found is None else found.budget

    def _most_of_account(self, platform: str, failures: int) -> int | None:
        """One at a time while nobody knows whether the account is well again."""
        return 1 if failures >= MOST_FAILURES else self._budget(platform).at_once_per_account

    def _most_of_platform(self, platform: str) -> int:
        circuit = self.circuits.get(platform)
        if circuit is not None and circuit.failures >= MOST_PLATFORM_FAILURES:
            return 1
        most = self._budget(platform).at_once
        return min(self.hands, most) if most is not None else max(1, self.hands * 3 // 4)


def _reached(count: int, most: int | None) -> bool:
    return most is not None and count >= most
