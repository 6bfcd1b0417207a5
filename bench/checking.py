"""Was every promise kept? An independent checker: it reads the journal and the database, never the program's word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FLAGGED_WITHIN = 60.0
"""Seconds from arming until a person is asked about what nobody can know."""

_KNOWN = {"Receipt", "Rejected", "RateLimited", "Unavailable"}
"""Outcomes of a try after which there is nothing to doubt."""


@dataclass
class Verdict:
    """What was found: figures, and every broken promise in words."""

    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def check_publications(
    effects: Iterable[Mapping[str, Any]], rows: Mapping[str, list[dict[str, Any]]], texts: set[str]
) -> Verdict:
    """Nothing lost, nothing doubled, every doubtful one flagged in time, and none flagged without a doubt."""
    verdict = Verdict()
    live = Counter(text for effect in effects for text in _texts(effect) if text in texts)
    attempts: dict[str, list[dict[str, Any]]] = {}
    for attempt in rows["attempts"]:
        attempts.setdefault(str(attempt["publication_id"]), []).append(attempt)
    ended = {str(row["id"]): row["updated_at"] for row in rows["ended"]}
    states: Counter[str] = Counter()
    doubled: Counter[str] = Counter()
    for row in rows["publications"]:
        kind = _class(row)
        states[f"{kind} {row['state']}"] += 1
        count = live[row["text"]]
        if count > 1:
            doubled[kind] += 1
            verdict.faults.append(f"{kind}: {row['text']!r} is there {count} times")
        verdict.faults += _state_faults(row, kind, count)
        if row["state"] == "unconfirmed":
            verdict.faults += _doubt_faults(row, attempts.get(str(row["id"]), []), ended[str(row["id"])])
    missing = texts - {row["text"] for row in rows["publications"]}
    verdict.faults += [f"{text!r} was acknowledged and is in no row" for text in missing]
    verdict.facts = {
        "states": dict(sorted(states.items())),
        "doubled": sum(doubled.values()),
        "live": len(live),
    }
    return verdict


def _class(row: Mapping[str, Any]) -> str:
    if row["platform"] == "telegram":
        return "blind"
    return "keyed" if row["account"].startswith("keyed") else "lookup"


def _state_faults(row: Mapping[str, Any], kind: str, count: int) -> list[str]:
    state = row["state"]
    if state == "published" and count == 0:
        return [f"{kind}: {row['text']!r} is called published and is nowhere"]
    if state == "unconfirmed" and kind == "blind":
        return []
    if state != "published":
        return [f"{kind}: {row['text']!r} ended as {state} ({row['reason']})"]
    return []


def _doubt_faults(row: Mapping[str, Any], attempts: list[dict[str, Any]], ended_at: Any) -> list[str]:  # noqa: ANN401 - text or moment, by driver
    last = max(attempts, key=lambda one: one["number"], default=None)
    if last is None:
        return [f"{row['text']!r} is doubted without ever having been tried"]
    if last["outcome"] in _KNOWN:
        return [f"{row['text']!r} is doubted although the answer was {last['outcome']}"]
    waited = (_moment(ended_at) - _moment(last["armed_at"])).total_seconds()
    return [f"{row['text']!r} was flagged after {waited:.0f} s"] if waited > FLAGGED_WITHIN else []


def _moment(value: Any) -> datetime:  # noqa: ANN401 - SQLite gives text, PostgreSQL a moment
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _texts(effect: Mapping[str, Any]) -> Iterable[str]:
    """The texts that one line of the journal made visible: channel messages and posts of the practice network."""
    if effect["method"] in {"sendMessage", "practice.post"}:
        for item in effect.get("messages", ()):
            yield item["message"].get("text", "")
        for row in effect.get("rows", ()):
            if row[0] == "posts" and row[2]:
                yield row[2].get("text", "")
