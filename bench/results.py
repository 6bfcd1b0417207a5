"""What did the runs find? Their figures are kept in docs/reliability.json, from which docs/reliability.md is printed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.checking import Verdict

FILE = Path(__file__).parent.parent / "docs" / "reliability.json"

ROWS: Mapping[str, tuple[str, str]] = {
    "publish": (
        "publications under kills and faults",
        "{n:,} publications, {kills:,} `kill -9`, {faulty_share:.0%} of the calls faulty: {lost} lost, {doubled} doubled, {flagged:,} put to a person; {seconds:.0f} s",
    ),
    "crash": (
        "dying at every failpoint",
        "{failpoints} failpoints, {cells:,} runs, {deaths:,} deaths: {lost} lost, {doubled} doubled; {seconds:.0f} s",
    ),
    "frozen": (
        "a worker that was frozen and wakes up",
        "{freezes} times frozen for {frozen_seconds} s: {doubled} doubled, {lost} lost",
    ),
    "races": (
        "edit, move and cancel against firing",
        "{races:,} races: everything sent is the version at the claim, nothing after a confirmed cancel",
    ),
    "punctuality": (
        "punctuality",
        "{posts_a_minute} a minute for {minutes:g} min: p50 {p50} s, p99 {p99} s late; {together:,} at one moment: the last after {burst} s. With {waiting:,} waiting: {full_p50} s, {full_p99} s, {full_burst} s",
    ),
    "disk": (
        "disk full, no writes, database locked, read-only start",
        "{acknowledged} acknowledged by hand, {kept} kept; {lost} lost, {doubled} doubled",
    ),
    "stop": (
        "SIGTERM under load",
        "{stops} stops with {requests_under_way_at_a_stop} requests under way: none cut, the slowest took {slowest_stop_seconds} s",
    ),
    "inbox": (
        "updates, doubled and shuffled, under kills",
        "{n:,} updates, {kills} `kill -9`: {effects:,} effects; {seconds:.0f} s",
    ),
}
"""What each row is called, and how its figures are told. A row that is not here is told by its plain figures."""


def name_of(row: str, database: str, mutation: str | None) -> str:
    """Under which name a run is kept: what, on which database, and with which defence switched off."""
    return ", ".join([row, database, *([f"without {mutation}"] if mutation else [])])


def keep(given: argparse.Namespace, verdict: Verdict, *, command: Sequence[str]) -> None:
    """Merges one run of `bench.chaos` into the file; the run before it under the same name is forgotten."""
    said = " ".join(one for one in command if one != "--record")
    keep_run(
        given.what,
        database=given.db,
        mutation=given.mutate,
        command=f"python -m bench.chaos {said}",
        figures={"n": given.n, "seed": given.seed, **verdict.facts},
        violations=len(verdict.faults),
    )


def keep_run(
    row: str,
    *,
    database: str,
    mutation: str | None,
    command: str,
    figures: Mapping[str, Any],
    violations: int,
) -> None:
    """Merges any run into the file, for programs of this folder that have a command line of their own."""
    kept = read()
    kept[name_of(row, database, mutation)] = {
        "row": row,
        "database": database,
        "mutation": mutation,
        "command": command,
        "figures": dict(figures),
        "violations": violations,
    }
    text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")


def read() -> dict[str, Any]:
    """Every run that was kept; empty when there was none."""
    if not FILE.exists():
        return {}
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def figures_rows(kept: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    """Lines of the table of figures: what, database, figures, violations, command. Whole runs first come first."""
    for run in _ordered(kept):
        if run["mutation"] is None:
            said = f"`{run['command']}`"
            yield _title(run["row"]), run["database"], _told(run), str(run["violations"]), said


def mutation_rows(kept: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Lines of the table of mutations: what, the defence that was off, violations found, command."""
    for run in _ordered(kept):
        if run["mutation"] is not None:
            yield _title(run["row"]), run["mutation"], f"{run['violations']:,}", f"`{run['command']}`"


def _ordered(kept: Mapping[str, Any]) -> list[Any]:
    order = [*ROWS]
    return sorted(
        kept.values(),
        key=lambda run: (
            order.index(run["row"]) if run["row"] in order else len(order),
            run["row"],
            run["database"] != "sqlite",
            run["mutation"] or "",
        ),
    )


def _title(row: str) -> str:
    return ROWS[row][0] if row in ROWS else row.replace("_", " ")


def _told(run: Mapping[str, Any]) -> str:
    figures = run["figures"]
    if run["row"] in ROWS:
        try:
            told = ROWS[run["row"]][1].format(**figures)
        except KeyError:
            return _plain(figures)
        kills = figures.get("database_kills")
        return f"{told}; {kills} kills of the postmaster among it" if kills else told
    return _plain(figures)


def _plain(figures: Mapping[str, Any]) -> str:
    """Figures without words of their own, by their names."""
    flat = {name: value for name, value in figures.items() if isinstance(value, int | float | str)}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in flat.items())
