"""A network that answers as it is told: what the publishing machine is tried against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from integrations.contract import (
    Absent,
    Answer,
    Budget,
    Certainty,
    Draft,
    Found,
    Limits,
    OutcomeUnknown,
    Platform,
    Problem,
    Receipt,
    Surroundings,
)


class Scripted(Platform):
    """A network that answers as it is told, and keeps what it accepted."""

    slug: ClassVar[str] = "scripted"
    title: ClassVar[str] = "Scripted"
    documentation: ClassVar[str] = "here"
    certainty: ClassVar[Certainty] = Certainty.LOOKUP
    limits: ClassVar[Limits] = Limits(text=100, caption=50, attachments=1, unit="characters")
    kinds: ClassVar[frozenset[str]] = frozenset({"photo"})
    longest_thread: ClassVar[int] = 10
    has_comments: ClassVar[bool] = True

    def __init__(self, certainty: Certainty) -> None:
        self.present = certainty
        self.answers: list[Answer | str] = []
        self.live: list[tuple[str, str]] = []
        self.answered: list[str | None] = []
        self.accounts: list[str] = []
        self.budget = Budget(at_once_per_account=None)
        self.calls = 0
        self.is_blind_to_itself = False

    @classmethod
    def settle_in(cls, surroundings: Surroundings) -> Self | None:
        del surroundings
        return cls(Certainty.LOOKUP)

    def certainty_for(self, account: str) -> Certainty:
        del account
        return self.present

    def length(self, text: str) -> int:
        return len(text)

    def problems(self, draft: Draft) -> Sequence[Problem]:
        return [Problem("Too long.", "Shorten it.")] if len(draft.text) > self.limits.text else []

    def accept(self, draft: Draft, key: str) -> Receipt:
        for number, (known, _) in enumerate(self.live):
            if known == key and self.present is Certainty.KEYED:
                return Receipt(str(number))
        self.live.append((key, draft.text))
        self.answered.append(draft.answers)
        self.accounts.append(draft.account)
        return Receipt(str(len(self.live) - 1), f"https://example.org/{len(self.live) - 1}")

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        del anchor
        self.calls += 1
        told = self.answers.pop(0) if self.answers else "accept"
        if told == "accept":
            return self.accept(draft, key)
        if told == "accept and say nothing":
            self.accept(draft, key)
            return OutcomeUnknown("the answer was lost")
        if told == "break":
            raise ValueError("an answer that nobody expected")
        assert not isinstance(told, str)
        return told

    async def find(
        self, draft: Draft, anchor: Mapping[str, Any], *, key: str, since: datetime, taken: frozenset[str]
    ) -> Found:
        del anchor, key, since
        if self.is_blind_to_itself:
            return OutcomeUnknown("does not say")
        for number, (_, text) in enumerate(self.live):
            if text == draft.text and str(number) not in taken:
                return Receipt(str(number))
        return Absent()
