"""Practice: a network that exists only in the sandbox, for demonstrations and for proving the publishing machine.

Peculiarities: an account whose name begins with `keyed` honours `Idempotency-Key` for ever; every other one is looked up
in its list of posts, which may lag. Source: docs/sandbox.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from integrations.contract import (
    Absent,
    Answer,
    Certainty,
    Draft,
    Found,
    Limits,
    OutcomeUnknown,
    Platform,
    Problem,
    RateLimited,
    Receipt,
    Rejected,
    Reply,
    Surroundings,
    Unauthorized,
)


class Practice(Platform):
    """The sandbox's own network."""

    slug: ClassVar[str] = "practice"
    title: ClassVar[str] = "Practice network"
    documentation: ClassVar[str] = "docs/sandbox.md"
    certainty: ClassVar[Certainty] = Certainty.LOOKUP
    limits: ClassVar[Limits] = Limits(text=500, caption=500, attachments=0, unit="characters")
    kinds: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, surroundings: Surroundings, *, base: str) -> None:
        self._house = surroundings
        self._base = base

    @classmethod
    def settle_in(cls, surroundings: Surroundings) -> Self | None:
        """Ready when PRACTICE_API_BASE says where the sandbox is."""
        base = surroundings.settings.get("api_base")
        return None if base is None else cls(surroundings, base=base)

    def certainty_for(self, account: str) -> Certainty:
        """Keyed accounts say so in their name."""
        return Certainty.KEYED if account.startswith("keyed") else Certainty.LOOKUP

    def length(self, text: str) -> int:
        """Code points."""
        return len(text)

    def problems(self, draft: Draft) -> Sequence[Problem]:
        """Too long, nothing at all, or files, which this network has not."""
        found = []
        if not draft.text.strip():
            found.append(Problem("There is nothing to publish.", "Write a text."))
        if len(draft.text) > self.limits.text:
            found.append(Problem(f"The text has {len(draft.text):,} characters of 500.", "Make it shorter."))
        if draft.attachments:
            found.append(Problem("The practice network takes text only.", "Remove the files."))
        return found

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        """One POST; the key is sent always and honoured by keyed accounts."""
        del anchor
        reply = await self._house.call(
            "POST",
            f"{self._base}/{draft.account}/posts",
            json={"text": draft.text, "media": []},
            headers={"Authorization": f"Bearer practice-{draft.account}", "Idempotency-Key": key},
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status in {200, 201} and isinstance(reply.body, Mapping) and "id" in reply.body:
            return Receipt(str(reply.body["id"]), reply.body.get("url"))
        return _refused(reply, now=self._house.now())

    async def find(
        self, draft: Draft, anchor: Mapping[str, Any], *, key: str, since: datetime, taken: frozenset[str]
    ) -> Found:
        """The account's posts since a moment: the one with exactly this text, or a reliable no."""
        del anchor, key
        reply = await self._house.call(
            "GET",
            f"{self._base}/{draft.account}/posts",
            params={"since": since.astimezone(UTC).isoformat()},
            headers={"Authorization": f"Bearer practice-{draft.account}"},
        )
        if not isinstance(reply, Reply) or reply.status != 200 or not isinstance(reply.body, Mapping):  # noqa: PLR2004 - HTTP's own number
            return OutcomeUnknown("The practice network could not be asked.")
        posts = reply.body.get("posts")
        if not isinstance(posts, Sequence):
            return OutcomeUnknown("The practice network did not list its posts.")
        for post in posts:
            if not isinstance(post, Mapping) or "id" not in post or "text" not in post:
                return OutcomeUnknown("The practice network lists something that is no post.")
            if post["text"] == draft.text and str(post["id"]) not in taken:
                return Receipt(str(post["id"]), post.get("url"))
        return Absent()


def _wait(seconds: str) -> timedelta:
    """How long a 429 asks to wait; a second when it does not say it in seconds."""
    return timedelta(seconds=min(int(seconds), 86_400) if seconds.isdecimal() else 1)


def _refused(reply: Reply, *, now: datetime) -> Answer:
    if reply.status == 429:  # noqa: PLR2004 - HTTP's own number
        return RateLimited(until=now + _wait(reply.headers.get("retry-after", "")))
    if reply.status in {401, 403}:
        return Unauthorized("The practice network does not know this account.")
    if reply.status in {400, 404, 413, 422}:
        return Rejected("The practice network refused the post.")
    return OutcomeUnknown(f"The practice network answered {reply.status}.")
