"""Was every promise kept? An independent checker: it reads the journal and the database, never the program's word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

FLAGGED_WITHIN = 60.0
"""Seconds from arming until a person is asked about what nobody can know."""

_KNOWN = {"Receipt", "Rejected", "RateLimited", "Unavailable"}
"""Outcomes of a try after which there is nothing to doubt."""

_POSTS = {"posts", "comments"}
"""Tables of the sandbox's networks whose rows everybody can see."""

_PUBLICATIONS = (
    "SELECT p.id, p.state, p.platform, p.remote_id, p.reason, p.due_at, p.updated_at, v.text, "
    "a.remote_id AS account FROM publications p "
    "JOIN variants v ON v.workspace_id = p.workspace_id AND v.post_id = p.post_id AND v.account_id = p.account_id "
    "JOIN accounts a ON a.workspace_id = p.workspace_id AND a.id = p.account_id"
)
READ = (
    _PUBLICATIONS,
    "SELECT publication_id, number, armed_at, answered_at, outcome FROM attempts",
)
"""What is read from the database: publications with their words and account, and every armed try."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """Something that everybody can see: its words, its number there, and when it appeared."""

    text: str
    remote_id: str
    at: datetime


@dataclass
class Verdict:
    """What was found: figures, and every broken promise in words."""

    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def visible(journal: Iterable[Row]) -> Iterator[Effect]:
    """Everything that the sandbox's journal made visible: messages and captions, posts, replies and comments."""
    for line in journal:
        at = moment(line["at"])
        for item in line.get("messages", ()):
            said = item["message"]
            number = f"{item['conversation']}/{said['message_id']}"
            yield Effect(said.get("text") or said.get("caption") or "", number, at)
        for table, _, row in line.get("rows", ()):
            if table in _POSTS and row:
                yield Effect(row.get("text", ""), str(row["id"]), at)


@dataclass
class Checker:
    """Compares what is visible with the rows. `expected` are the posts that were acknowledged, each by all its words.

    The key is the text as a person wrote it, the value what becomes visible of it, part by part. `reach` (seconds) is how
    long after a try was armed it may still have an effect; an effect that no try explains comes from a worker that had
    lost its right to one. None looks for no such thing.
    """

    expected: Mapping[str, Sequence[str]]
    reach: float | None = None
    live: defaultdict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    faults: list[str] = field(default_factory=list)
    doubled: int = 0
    lost: int = 0

    def judge(self, journal: Iterable[Row], publications: Sequence[Row], attempts: Sequence[Row]) -> Verdict:
        """Nothing lost, nothing doubled, every doubtful one flagged in time, and none flagged without a doubt."""
        words = {part for parts in self.expected.values() for part in parts}
        for effect in visible(journal):
            if effect.text in words:
                self.live[effect.text].setdefault(effect.remote_id, effect.at)
        tries: dict[str, list[Row]] = defaultdict(list)
        for attempt in attempts:
            tries[str(attempt["publication_id"])].append(attempt)
        states: Counter[str] = Counter()
        rows = [row for row in publications if row["text"] in self.expected]
        for row in rows:
            kind = class_of(row["account"])
            states[f"{kind} {row['state']}"] += 1
            self._judge_one(row, kind, tries[str(row["id"])])
        missing = self.expected.keys() - {row["text"] for row in rows}
        self.lost += len(missing)
        self.faults += [f"{text!r} was acknowledged and is in no row" for text in sorted(missing)]
        return Verdict(self._facts(states), self.faults)

    def _facts(self, states: Counter[str]) -> dict[str, Any]:
        return {
            "states": dict(sorted(states.items())),
            "live": len(self.live),
            "doubled": self.doubled,
            "lost": self.lost,
            "flagged": sum(count for name, count in states.items() if name.endswith("unconfirmed")),
        }

    def _judge_one(self, row: Row, kind: str, tries: list[Row]) -> None:
        """One publication: how often each part is there, and whether its state tells the truth."""
        parts = [self.live.get(part, {}) for part in self.expected[row["text"]]]
        for part, numbers in zip(self.expected[row["text"]], parts, strict=True):
            if len(numbers) > 1:
                self.doubled += 1
                self.faults.append(f"{kind}: {part!r} is there {len(numbers)} times")
            if self.reach is not None:
                self.faults += _stale_faults(part, tries, numbers.values(), self.reach)
        self._judge_state(row, kind, parts)
        if row["state"] == "unconfirmed":
            self.faults += _doubt_faults(row, tries)

    def _judge_state(self, row: Row, kind: str, parts: Sequence[Mapping[str, datetime]]) -> None:
        state, name = row["state"], f"{kind}: {row['text']!r}"
        if state == "published":
            if not all(parts):
                self.lost += 1
                self.faults.append(
                    f"{name} is called published, and {sum(not one for one in parts)} parts are nowhere"
                )
            elif row["remote_id"] not in parts[0]:
                self.faults.append(f"{name} is called {row['remote_id']} and is {', '.join(parts[0])}")
        elif state != "unconfirmed" or kind != "blind":
            self.lost += 1
            self.faults.append(f"{name} ended as {state} ({row['reason']})")


def class_of(account: str) -> str:
    """The class of a practice account, by its name."""
    if account.startswith(("keyed", "brief")):
        return "keyed"
    return "blind" if account.startswith("blind") else "lookup"


def _doubt_faults(row: Row, tries: list[Row]) -> list[str]:
    last = max(tries, key=lambda one: one["number"], default=None)
    if last is None:
        return [f"{row['text']!r} is doubted without ever having been tried"]
    if last["outcome"] in _KNOWN:
        return [f"{row['text']!r} is doubted although the answer was {last['outcome']}"]
    waited = (moment(row["updated_at"]) - moment(last["armed_at"])).total_seconds()
    return [f"{row['text']!r} was flagged after {waited:.0f} s"] if waited > FLAGGED_WITHIN else []


def _stale_faults(part: str, tries: list[Row], effects: Iterable[datetime], reach: float) -> list[str]:
    armed = [moment(one["armed_at"]) for one in tries]
    return [
        f"{part!r} appeared at {at:%H:%M:%S.%f}, and no try of the last {reach:.1f} s explains it"
        for at in effects
        if not any(0 <= (at - one).total_seconds() + 0.002 <= reach for one in armed)
    ]


def moment(value: Any) -> datetime:  # noqa: ANN401 - SQLite and the journal give text, PostgreSQL a moment
    """An aware moment in UTC."""
    read = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
