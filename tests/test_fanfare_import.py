"""Does `fanfare import schedule FILE` say what the bot says, and save only what was agreed to?"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import fanfare
from services.binding import Binding, Seen
from storage.engines import open_engines
from tests.conftest import join, opened

Command = Callable[..., tuple[int, str, str]]

TOKEN = "123456:AAE-a-token-that-nobody-has-given"  # noqa: S105 - it opens nothing
CHANNEL = Seen(-1001, "channel", "Autumn Lane", "autumn_lane", {"can_post_messages": True})
MONDAY = datetime.now(UTC) + timedelta(days=7)
"""The command knows one clock, the machine's; moments of these files are a week from now."""


@pytest.fixture
def desk(sqlite: str) -> str:
    """A database with an owner (1001, in Madrid) who has a channel."""

    async def found() -> None:
        async with opened(sqlite, lambda: datetime.now(UTC)) as storage:
            actor = await join(storage)
            async with storage.begin(actor.workspace_id) as tx:
                await Binding("telegram").as_channel(tx, actor, CHANNEL)

    asyncio.run(found())
    return sqlite


@pytest.fixture
def command(tmp_path: Path, desk: str, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs `fanfare import …` in this process on that database: its status, what it said, what it complained about."""
    before, root = dict(os.environ), logging.getLogger()
    handlers, level = root.handlers, root.level
    os.environ.update({"FANFARE_DATA_DIR": str(tmp_path), "DATABASE_URL": desk, "TELEGRAM_BOT_TOKEN": TOKEN})

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = fanfare.main(("import", *words))
        except SystemExit as end:
            status = int(end.code or 0)
        heard = capsys.readouterr()
        return status, heard.out, heard.err

    yield run
    os.environ.clear()
    os.environ.update(before)
    root.handlers = handlers
    root.setLevel(level)


def plan(tmp_path: Path, *rows: str) -> str:
    file = tmp_path / "plan.csv"
    file.write_text("text,when\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(file)


def waiting(desk: str) -> int:
    connection = sqlite3.connect(desk.removeprefix("sqlite+aiosqlite:///"))
    (found,) = connection.execute("SELECT count(*) FROM publications WHERE state = 'scheduled'").fetchone()
    connection.close()
    return int(found)


def test_a_file_that_fits_is_shown_and_saved_when_told_so(
    command: Command, desk: str, tmp_path: Path
) -> None:
    status, said, complained = command(
        "schedule", plan(tmp_path, f"One,{MONDAY:%Y-%m-%d} 09:00", f"Two,{MONDAY:%Y-%m-%d} 10:30"), "--yes"
    )
    assert (status, complained) == (0, "")
    lines = said.splitlines()
    assert lines[0] == "2 posts from plan.csv: all of them fit."
    assert lines[1] == "Times are in Europe/Madrid."
    assert lines[2].endswith("09:00: One")
    assert lines[-1] == "2 posts are scheduled."
    assert waiting(desk) == 2


def test_rows_that_do_not_fit_are_listed_and_nothing_is_saved(
    command: Command, desk: str, tmp_path: Path
) -> None:
    status, said, complained = command(
        "schedule", plan(tmp_path, f"One,{MONDAY:%Y-%m-%d} 09:00", ",never"), "--yes"
    )
    assert (status, waiting(desk)) == (1, 0)
    assert "Row 3, column text: It is empty." in said
    assert "Row 3, column when: “never”" in said
    assert complained == "fanfare: 1 of 2 rows does not fit, so none is saved.\n"


def test_where_nobody_can_be_asked_nothing_is_saved(command: Command, desk: str, tmp_path: Path) -> None:
    status, _, complained = command("schedule", plan(tmp_path, f"One,{MONDAY:%Y-%m-%d} 09:00"))
    assert (status, waiting(desk)) == (1, 0)
    assert complained == "fanfare: Nobody can be asked here; add --yes to save without a question.\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("schedule", "nowhere.csv", "--yes"), "nowhere.csv cannot be read: No such file or directory."),
        (("schedule", "PLAN", "--yes", "--as", "5"), "5 is no member of this desk."),
    ],
)
def test_what_is_wrong_is_one_sentence(
    command: Command, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    file = plan(tmp_path, f"One,{MONDAY:%Y-%m-%d} 09:00")
    status, _, complained = command(*(file if word == "PLAN" else word for word in words))
    assert (status, complained.count("\n")) == (1, 1)
    assert complained.startswith(f"fanfare: {says}")


def test_a_format_that_nobody_reads_is_refused(command: Command, tmp_path: Path) -> None:
    status, _, complained = command("diary", plan(tmp_path))
    assert status == 2
    assert "schedule" in complained


def test_a_member_can_be_named_as_the_one_whose_word_it_is(
    command: Command, desk: str, tmp_path: Path
) -> None:
    file = plan(tmp_path, f"One,{MONDAY:%Y-%m-%d} 09:00")
    assert command("schedule", file, "--yes", "--as", "1001")[0] == 0
    assert waiting(desk) == 1


def test_beside_a_running_desk_the_file_is_not_touched(command: Command, desk: str, tmp_path: Path) -> None:
    running = open_engines(desk)
    assert running.lock is not None
    status, _, complained = command("schedule", plan(tmp_path, f"One,{MONDAY:%Y-%m-%d} 09:00"), "--yes")
    running.lock.close()
    assert (status, waiting(desk)) == (1, 0)
    assert f"in use by process {os.getpid()}" in complained
