"""What must a platform declare, and how may it answer? The one contract between the publishing machine and a network.

Answer               what the publisher does
Receipt              done: record id and link
Pending              ask `check(state)` later; it never sleeps
Rejected             failed: content or media, never again unchanged; the person is told why
Unauthorized         the account is paused, one alert, reconnect
RateLimited          again, not before `until`
Unavailable          surely not sent: again later
OutcomeUnknown       look before anything else; where nobody can look, a person decides
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeAlias

SEEN = "seen:"
"""How the remote id of a part begins that only a person has seen: it is out, but its number is not known."""


def _known(remote_id: str) -> str | None:
    return None if remote_id.startswith(SEEN) else remote_id


LEAVE_BY: ContextVar[float | None] = ContextVar("leave_by", default=None)
"""The moment (of the monotonic clock, in seconds) after which a request of this task must not leave any more.

A worker that was frozen on the way to the wire wakes up when others have looked, and perhaps sent, in its place.
"""


class Certainty(Enum):
    """How a platform lets us find out what became of a request whose answer was lost."""

    KEYED = "keyed"
    LOOKUP = "lookup"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a draft: where its bytes are (`key` in the media store) or what the platform calls it already."""

    kind: str
    key: str | None = None
    sha256: str | None = None
    file_name: str | None = None
    mime_type: str | None = None
    alt_text: str | None = None
    remote: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published: Markdown that each platform turns into its own words, and files in order.

    `account` is the platform's own number of the account. A whole post has its further parts of a thread in `thread`
    and its first comment in `comment`; what is handed to `fire` and `find` is one part of it, which `part()` makes:
    then `role` says which kind it is, `answers` is the remote id of the part before it and `root` that of the first.
    """

    account: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    thread: tuple[str, ...] = ()
    comment: str | None = None
    role: str = "post"
    answers: str | None = None
    root: str | None = None

    @property
    def parts(self) -> int:
        """How many requests that cannot be taken back it takes: the post, the rest of its thread, its first comment."""
        return 1 + len(self.thread) + (self.comment is not None)

    def part(self, number: int, *, done: Sequence[str]) -> Draft:
        """Part `number` (0 is the post itself) by itself; `done` are the remote ids of the parts before it."""
        if number == 0:
            return replace(self, thread=(), comment=None)
        is_reply = number <= len(self.thread)
        return Draft(
            account=self.account,
            text=self.thread[number - 1] if is_reply else str(self.comment),
            facts=self.facts,
            role="reply" if is_reply else "comment",
            answers=_known(done[number - 1] if is_reply else done[0]),
            root=_known(done[0]),
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform says it is there: its number, the numbers of all its files, and the link if there is one.

    `rests_until` (aware) says that this was the last one that the account may send before then, as the answer's
    headers told.
    """

    remote_id: str
    url: str | None = None
    parts: tuple[str, ...] = ()
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The platform is still working; `check(state)` tells more."""

    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The content or media was refused; `why` is fit for a person."""

    why: str


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The account's permission is gone; `why` is fit for a person."""

    why: str


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Not sent; not before `until` (aware). `is_for_all`: the limit is the platform's and not the account's."""

    until: datetime
    is_for_all: bool = False


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Surely not sent: no connection was made, or the platform said so."""

    why: str


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """The request left and nobody knows whether it was carried out."""

    why: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A look-up's reliable no: the post is not there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that arrived: status, parsed JSON (None for anything else) and headers, whatever they say."""

    status: int
    body: Any
    headers: Mapping[str, str]


Answer: TypeAlias = Receipt | Pending | Rejected | Unauthorized | RateLimited | Unavailable | OutcomeUnknown
Found: TypeAlias = Receipt | Absent | OutcomeUnknown | RateLimited | Unauthorized


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes: text lengths in its own units, files per post, and how it counts."""

    text: int
    caption: int
    attachments: int
    unit: str


@dataclass(frozen=True, slots=True)
class Window:
    """A budget: at most `count` posts in any stretch of `period`."""

    count: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Budget:
    """How much at once and how much in a while; None is no limit. Windows count per account, retries included."""

    at_once_per_account: int | None = 4
    at_once: int | None = None
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a draft cannot go to this platform, fit for a person, and what to do about it."""

    message: str
    next_step: str


class Formatted(Protocol):
    """Text with its formatting apart, as Telegram takes it: offsets in UTF-16 code units."""

    @property
    def text(self) -> str:
        """The plain text."""

    @property
    def entities(self) -> Sequence[Any]:
        """The formatting; each entity has `to_dict()`."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the house offers to every platform: the one client, the one renderer, the clock and the files.

    `settings` are the platform's own, by lower-case name without the platform's prefix (`api_base`, `client_id`, …).
    `wait_for_chat` waits for the bot's flood limits in a Telegram chat, which everything that the bot says shares.
    """

    call: Callable[..., Awaitable[Reply | Unavailable | OutcomeUnknown]]
    settings: Mapping[str, str]
    render: Callable[[str], Formatted]
    now: Callable[[], datetime]
    media_dir: Path
    wait_for_chat: Callable[[int], Awaitable[None]]


class Platform(ABC):
    """A network: declared facts as class attributes, and the few verbs that it has.

    `certainty` says how a lost answer is found out; `lag` how long the platform may take to show (or still accept)
    a post after our client gave up; `key_life` how long a keyed platform remembers a key; `looks_needed` how many
    look-ups have to say no; `is_own_chat` whether its accounts are chats that the bot itself is in. `budget` is how much
    it takes; `longest_thread` the most parts of a thread (1: it has none); `has_comments` whether a first comment can
    be put under a post; `has_turns` whether `wait_turn` may wait.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    documentation: ClassVar[str]
    certainty: ClassVar[Certainty]
    limits: ClassVar[Limits]
    kinds: ClassVar[frozenset[str]]
    lag: ClassVar[timedelta] = timedelta(seconds=10)
    key_life: ClassVar[timedelta | None] = None
    looks_needed: ClassVar[int] = 1
    is_own_chat: ClassVar[bool] = False
    budget: ClassVar[Budget] = Budget()
    longest_thread: ClassVar[int] = 1
    has_comments: ClassVar[bool] = False
    has_turns: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def settle_in(cls, surroundings: Surroundings) -> Self | None:
        """The platform, ready for use, or None when this installation has not set it up."""

    def certainty_for(self, account: str) -> Certainty:
        """How a lost answer is found out for this account; by default as declared."""
        del account
        return self.certainty

    @abstractmethod
    def length(self, text: str) -> int:
        """The length of `text` as this platform counts it."""

    @abstractmethod
    def problems(self, draft: Draft) -> Sequence[Problem]:
        """Everything that keeps this draft from being published here; nothing is ever dropped silently."""

    def needs_preparing(self, draft: Draft, anchor: Mapping[str, Any]) -> bool:
        """Whether `prepare` has something to do; by default where there are files. Asked again after every pause."""
        del anchor
        return bool(draft.attachments)

    async def wait_turn(self, account: str) -> None:
        """Waits until the account may be sent to; called before arming, never after. By default there is no limit."""
        del account

    async def prepare(self, draft: Draft, anchor: Mapping[str, Any]) -> Mapping[str, Any] | Answer:
        """Uploads and the like, repeatable and invisible: returns what to keep before firing, or why it cannot be."""
        del draft
        return anchor

    @abstractmethod
    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        """The one request that cannot be taken back. Exactly one: no retry in here."""

    async def find(
        self, draft: Draft, anchor: Mapping[str, Any], *, key: str, since: datetime, taken: frozenset[str]
    ) -> Found:
        """Asks the platform whether the post is there; a platform that cannot say keeps this default.

        `taken` are the numbers of posts that are known to be other publications: an equal text is not enough.
        """
        del draft, anchor, key, since, taken
        return OutcomeUnknown(f"{self.title} has no way to look it up.")

    def key_life_for(self, account: str) -> timedelta | None:
        """How long the platform remembers a key of this account; by default as declared."""
        del account
        return self.key_life

    async def check(self, state: Mapping[str, Any]) -> Answer:
        """What became of a `Pending`; platforms that never answer so keep this default."""
        del state
        return OutcomeUnknown(f"{self.title} never answers that it is pending.")
