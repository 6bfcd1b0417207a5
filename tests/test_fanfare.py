from __future__ import annotations

import logging
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import fanfare
import settings as reading
from storage.engines import open_engines
from storage.migrations import HEAD

ROOT = Path(__file__).parents[1]
TOKEN = "123456:AAE-a-token-that-nobody-has-given"  # noqa: S105 - it opens nothing


@dataclass(frozen=True)
class Ended:
    """How the command ended: its status, what it said and what it complained about."""

    status: int
    said: str
    complained: str


Command = Callable[..., Ended]


def _is_ours(name: str) -> bool:
    return name.startswith(("FANFARE_", "TELEGRAM_", "OPENAI_")) or name in {"DATABASE_URL", "REDIS_URL"}


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs the command in this process, in a data directory of its own."""
    before, root = dict(os.environ), logging.getLogger()
    handlers, level, root.handlers = root.handlers, root.level, []
    for name in filter(_is_ours, before):
        del os.environ[name]

    def run(*words: str, **environment: str) -> Ended:
        os.environ.update({"FANFARE_DATA_DIR": str(tmp_path), **environment})
        capsys.readouterr()
        try:
            status = fanfare.main(words)
        except SystemExit as end:
            status = int(end.code or 0)
        for name in environment:
            del os.environ[name]
        heard = capsys.readouterr()
        return Ended(status, heard.out, heard.err)

    yield run
    os.environ.clear()
    os.environ.update(before)
    root.handlers = handlers
    root.setLevel(level)


def is_one_sentence(ended: Ended) -> bool:
    return (
        ended.complained.count("\n") == 1 and ended.complained.startswith("fanfare: ") and ended.status == 1
    )


def test_every_command_says_what_it_is_for(command: Command) -> None:
    overview = command("--help")
    assert overview.status == 0
    for word in fanfare._COMMANDS:
        assert word in overview.said
        ended = command(word, "--help")
        assert (ended.status, ended.complained) == (0, "")
        assert f"fanfare {word}" in ended.said


def test_a_word_that_is_no_command_is_refused(command: Command) -> None:
    for words in ((), ("dance",), ("backup",), ("run", "now")):
        ended = command(*words)
        assert ended.status == 2
        assert "usage: fanfare" in ended.complained


@pytest.mark.parametrize("word", ["run", "bot", "web"])
def test_without_a_token_the_way_to_the_demo_is_shown(command: Command, tmp_path: Path, word: str) -> None:
    ended = command(word)
    assert is_one_sentence(ended)
    assert "TELEGRAM_BOT_TOKEN" in ended.complained
    assert "fanfare demo" in ended.complained
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FANFARE_PORT", "eighty"),
        ("TELEGRAM_BOT_TOKEN", "hush"),
        ("DATABASE_URL", "hush-hush"),
        ("DATABASE_URL", "mysql://me:hush@host/x"),
        ("REDIS_URL", "hush"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    command: Command, name: str, value: str
) -> None:
    ended = command("migrate", **{name: value})
    assert is_one_sentence(ended)
    assert name in ended.complained
    assert "hush" not in ended.complained


def test_the_database_is_made_once(command: Command, tmp_path: Path) -> None:
    first, second = command("migrate"), command("migrate")
    assert (first.status, first.said) == (0, f"The database is at {HEAD}.\n")
    assert (second.status, second.said) == (0, f"The database was at {HEAD} already.\n")
    assert (tmp_path / "fanfare.db").is_file()


def test_a_database_that_does_not_answer_is_told_in_one_line(command: Command, tmp_path: Path) -> None:
    ended = command("migrate", DATABASE_URL=f"postgresql+asyncpg://me:hush@/desk?host={tmp_path}")
    assert is_one_sentence(ended)
    assert "hush" not in ended.complained
    (tmp_path / "fanfare.db").write_text("Dear diary", encoding="utf-8")
    assert is_one_sentence(command("migrate"))


def test_a_database_of_a_newer_version_is_left_alone(command: Command, tmp_path: Path) -> None:
    command("migrate")
    _write(tmp_path / "fanfare.db", "UPDATE alembic_version SET version_num = '20991231_far_ahead'")
    ended = command("migrate")
    assert is_one_sentence(ended)
    assert "20991231_far_ahead" in ended.complained


def _write(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_who_uses_a_database_that_is_in_use_is_told_so(command: Command, tmp_path: Path) -> None:
    engines = open_engines(f"sqlite+aiosqlite:///{tmp_path / 'fanfare.db'}")
    assert engines.lock is not None
    for words in (("migrate",), ("claim-code",), ("restore", str(tmp_path / "copy"))):
        ended = command(*words)
        assert is_one_sentence(ended)
        assert f"in use by process {os.getpid()}" in ended.complained
    engines.lock.close()


def test_a_copy_is_made_and_put_back(command: Command, tmp_path: Path) -> None:
    command("migrate")
    copy = str(tmp_path / "copies" / "monday.db")
    made = command("backup", copy)
    assert made.status == 0
    assert copy in made.said
    assert is_one_sentence(command("backup", copy))
    _write(tmp_path / "fanfare.db", "CREATE TABLE since_then (number)")
    back = command("restore", copy)
    assert (back.status, back.complained) == (0, "")
    assert back.said.startswith("Restored. 0 posts")
    tables = sqlite3.connect(tmp_path / "fanfare.db")
    assert tables.execute("SELECT 1 FROM sqlite_master WHERE name = 'since_then'").fetchall() == []
    tables.close()
    assert (tmp_path / "fanfare.db.before-restore").is_file()


def test_a_copy_that_is_none_is_not_put_back(command: Command, tmp_path: Path) -> None:
    command("migrate")
    before = (tmp_path / "fanfare.db").read_bytes()
    (tmp_path / "diary").write_text("Dear diary", encoding="utf-8")
    for name in ("diary", "nothing"):
        assert is_one_sentence(command("restore", str(tmp_path / name)))
    assert (tmp_path / "fanfare.db").read_bytes() == before
    assert is_one_sentence(command("backup", str(tmp_path / "diary" / "copy")))


def test_nothing_to_copy_is_said_and_nothing_is_made(command: Command, tmp_path: Path) -> None:
    ended = command("backup", str(tmp_path / "copy"))
    assert is_one_sentence(ended)
    assert "There is no database" in ended.complained


def test_a_claim_code_is_new_each_time_and_none_is_given_for_a_desk_with_an_owner(
    command: Command, tmp_path: Path
) -> None:
    codes = {command("claim-code").said.rpartition(" ")[2] for _ in range(2)}
    assert len(codes) == 2
    assert all(len(code.strip()) >= 20 for code in codes)
    columns = "id, name, zone, language, plan, plan_status, is_cancelled_at_period_end, limits, features, is_active, created_at, updated_at"
    _write(
        tmp_path / "fanfare.db",
        f"INSERT INTO workspaces ({columns}) VALUES ('00000000000000000000000000000001', 'Desk', 'UTC', 'en', 'free', 'active', 0, '{{}}', '{{}}', 1, '2026-11-20 12:00:00', '2026-11-20 12:00:00')",  # noqa: S608 - our own words
    )
    ended = command("claim-code")
    assert is_one_sentence(ended)
    assert "has an owner" in ended.complained


def test_the_doctor_says_what_is_missing_and_how_to_get_it(command: Command) -> None:
    ill = command("doctor")
    assert ill.status == 1
    assert "MISSING Telegram: TELEGRAM_BOT_TOKEN is not set" in ill.said
    assert "MISSING Database" in ill.said
    command("migrate")
    better = command(
        "doctor",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE="http://127.0.0.1:9",
        REDIS_URL="redis://127.0.0.1:9",
    )
    assert better.status == 1
    assert "ok      Database" in better.said
    assert "MISSING Telegram: http://127.0.0.1:9 does not answer" in better.said
    assert "MISSING Redis: it does not answer" in better.said
    assert TOKEN not in better.said + better.complained


def test_a_fault_of_our_own_leaves_a_trace_without_secrets(command: Command) -> None:
    before = fanfare._COMMANDS["migrate"]

    async def breaks(*_: object) -> int:
        raise ZeroDivisionError(f"https://api.telegram.org/bot{TOKEN}/getMe")

    fanfare._COMMANDS["migrate"] = breaks
    ended = command("migrate", TELEGRAM_BOT_TOKEN=TOKEN)
    fanfare._COMMANDS["migrate"] = before
    assert ended.status == 70
    assert "ZeroDivisionError" in ended.complained
    assert TOKEN not in ended.complained


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        environment = {name: value for name, value in os.environ.items() if not _is_ours(name)} | {
            "FANFARE_DATA_DIR": str(tmp_path),
            "FANFARE_PORT": port,
            "TELEGRAM_BOT_TOKEN": TOKEN,
        }
        ended = subprocess.run(
            [sys.executable, "-m", "fanfare", "web"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"fanfare: 127.0.0.1:{port} cannot be listened on")
    assert "FANFARE_PORT" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_every_kind_of_plain_fault_is_a_sentence_and_no_other_one_is() -> None:
    assert fanfare._is_plain(reading.WrongSetting("FANFARE_PORT is wrong."))
    assert not fanfare._is_plain(ValueError("a fault of ours"))
