"""What stands on the practice network, and how is it found without looking through everything?

Filled by `World` from the rows of journal lines, at once and again at every start. Whatever is asked costs as much as its
answer, whether there are ten posts or a million.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Literal

from sandbox.shapes import Doc

KINDS = frozenset({"posts", "comments", "pending"})
_moment = attrgetter("moment")


def honours_keys(account: str) -> bool:
    """Whether the account's name says that it knows an `Idempotency-Key`, for ever or for a while."""
    return account.startswith(("keyed", "brief"))


def digest(text: str) -> bytes:
    """SHA-256 of a text in UTF-8; halves of surrogate pairs, which JSON can carry, are written as they come."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A post or a comment (`under` is the post it belongs to); `moment` is `at` in Unix seconds."""

    id: str
    account: str
    at: str
    moment: float
    key: str
    text: str
    media: tuple[Doc | str, ...]
    reply_to: str | None
    root: str | None
    under: str | None

    @classmethod
    def of(cls, row: Doc) -> "Entry":
        """The entry of a journal row."""
        return cls(
            row["id"],
            row["account"],
            row["at"],
            datetime.fromisoformat(row["at"]).timestamp(),
            row["key"],
            row["text"],
            tuple(row.get("media", ())),
            row.get("reply_to"),
            row.get("root"),
            row.get("under"),
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """A post whose media are being worked on until `ready`; moments are Unix seconds, `entry_id` is there at the end."""

    token: str
    account: str
    key: str
    moment: float
    ready: float
    state: Literal["working", "ready", "failed"]
    will_fail: bool
    fields: Doc
    entry_id: str | None = None

    def row(self, **changed: str) -> Doc:
        """The journal's row, with what has changed; `Pending(**row)` gives it back."""
        return {**asdict(self), **changed}


@dataclass(slots=True)
class Shelf:
    """Entries in the order of their moments, all together and by the hash of their text."""

    entries: list[Entry] = field(default_factory=list)
    _by_text: defaultdict[bytes, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry) -> None:
        """One more; quick when it is the newest, which it is unless the wall clock was set back."""
        insort(self.entries, entry, key=_moment)
        insort(self._by_text[digest(entry.text)], entry, key=_moment)

    def between(self, since: float, until: float, text: bytes | None, most: int) -> list[Entry]:
        """The oldest `most` from `since` up to `until` (Unix seconds, both included), of one text hash if given."""
        found = self.entries if text is None else self._by_text.get(text, [])
        first = bisect_left(found, since, key=_moment)
        last = bisect_right(found, until, lo=first, key=_moment)
        return found[first : min(last, first + most)]


@dataclass
class Network:
    """Everything on the practice network, by what it is asked for."""

    posts: dict[str, Entry] = field(default_factory=dict)
    comments: dict[str, Entry] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    working: dict[str, Pending] = field(default_factory=dict)
    _of_account: defaultdict[str, Shelf] = field(default_factory=lambda: defaultdict(Shelf))
    _of_post: defaultdict[str, Shelf] = field(default_factory=lambda: defaultdict(Shelf))
    _of_key: dict[tuple[str, str], Entry | str] = field(default_factory=dict)

    def put(self, kind: str, row: Doc) -> None:
        """One row of the journal, of one of the `KINDS`, becomes true."""
        if kind == "pending":
            self._put_pending(Pending(**row))
            return
        entry = Entry.of(row)
        if kind == "posts":
            self.posts[entry.id] = entry
            self._of_account[entry.account].add(entry)
        else:
            self.comments[entry.id] = entry
            self._of_post[str(entry.under)].add(entry)
        self._note_key(entry.account, entry.key, entry)

    def _put_pending(self, pending: Pending) -> None:
        self.pending[pending.token] = pending
        if pending.state == "working":
            self.working[pending.token] = pending
            self._note_key(pending.account, pending.key, pending.token)
        else:
            self.working.pop(pending.token, None)

    def _note_key(self, account: str, key: str, made: Entry | str) -> None:
        if key and honours_keys(account):
            self._of_key[account, key] = made

    def next_id(self) -> str:
        """The number of the next post, comment or token; none is ever used twice."""
        return str(len(self.posts) + len(self.comments) + len(self.pending) + 1)

    def keyed(self, account: str, key: str, *, since: float) -> Entry | Pending | None:
        """What the account made with this key at `since` (Unix seconds) or later; an older key is forgotten."""
        noted = self._of_key.get((account, key))
        found = self.pending[noted] if isinstance(noted, str) else noted
        return found if found is not None and found.moment >= since else None

    def of_account(self, account: str) -> Shelf:
        """The account's posts."""
        return self._of_account.get(account) or Shelf()

    def of_post(self, post_id: str) -> Shelf:
        """The comments under a post."""
        return self._of_post.get(post_id) or Shelf()
