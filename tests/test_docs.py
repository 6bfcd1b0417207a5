"""Do the pages tell the truth? What they name exists, and what is printed from the code is fresh."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

import fanfare
from services.timing import resolve
from settings import Settings

if TYPE_CHECKING:
    from storage import Storage

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
STORED: tuple[str, ...] = (
    *("workspaces", "users", "members", "chats", "agents", "generations", "messages", "accounts", "posts"),
    *(
        "media",
        "publications",
        "approvals",
        "collections",
        "inbox",
        "outbox",
        "handles",
        "settings",
        "shared",
    ),
    *("queues", "series", "imports", "circuits", "claims", "moves", "calendars"),
)
QUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!!)\[[^]]*]\(([^)\s]+)\)")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _printing() -> ModuleType:
    """The script that prints pages; it lies beside them and is no package."""
    spec = importlib.util.spec_from_file_location("printing", ROOT / "docs" / "printing.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _tables() -> Mapping[str, Any]:
    from storage.schema import Base

    importlib.import_module("storage")
    return Base.metadata.tables


def _shelves() -> dict[str, type]:
    """Every class of storage by its name."""
    modules = [importlib.import_module(f"storage.{name}") for name in STORED]
    found: dict[str, type] = {}
    for module in (*modules, importlib.import_module("storage")):
        found |= dict(inspect.getmembers(module, inspect.isclass))
    return found


def _constraints(table: Any) -> Iterator[str]:
    yield from (str(one.name) for one in (*table.indexes, *table.constraints))


def test_every_column_and_method_that_the_seeds_page_names_exists() -> None:
    tables, shelves = _tables(), _shelves()
    wrong = []
    for quoted in QUOTED.findall(_text("docs/seeds.md")):
        parts = re.fullmatch(r"([A-Za-z_]+)\.([a-z_]+)", quoted)
        if parts is None or quoted in {"table.column", "Class.method", "settings.py", "fanfare.db"}:
            continue
        holder, name = parts.groups()
        known = hasattr(shelves[holder], name) if holder in shelves else False
        if not known and not (holder in tables and name in tables[holder].columns):
            wrong.append(quoted)
    assert wrong == []


def test_every_index_that_the_seeds_page_names_exists() -> None:
    known = {name for table in _tables().values() for name in _constraints(table)}
    named = {one for one in QUOTED.findall(_text("docs/seeds.md")) if re.match(r"(ix|uq|pk|fk|ck)_", one)}
    assert len(named) > 30
    assert named - known == set()


def test_every_table_is_told_of_on_the_seeds_page() -> None:
    quoted = set(QUOTED.findall(_text("docs/seeds.md")))
    named = {one.partition(".")[0] for one in quoted}
    assert set(_tables()) - named == set()


def test_printed_pages_are_fresh() -> None:
    printing = _printing()
    stale = [path.name for path, text in printing.pages().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run make docs"


def test_a_page_without_a_place_for_the_settings_is_refused() -> None:
    printing = _printing()
    with pytest.raises(printing.Stale):
        printing.with_settings("no marks here")


def test_every_setting_has_a_meaning() -> None:
    assert set(_printing().MEANINGS) == set(Settings.model_fields) - {"platforms"}


def test_the_example_of_the_environment_is_accepted_as_it_stands() -> None:
    from settings import read

    lines = [line.removeprefix("#") for line in _text(".env.example").splitlines() if "=" in line]
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    assert len(given) >= len(Settings.model_fields) - 1
    assert read(given).fanfare_port == 8080


def test_every_command_of_the_program_is_on_the_page_for_operators() -> None:
    page = _text("docs/operating.md")
    assert [word for word in fanfare._COMMANDS if f"| `fanfare {word}" not in page] == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(_text("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=;~! ]", one)[0] for one in wanted}
    told = set(
        re.findall(r"^\| `([a-z0-9-]+)` \|", _text("docs/decisions/0009-dependencies.md"), re.MULTILINE)
    )
    assert told == names


def test_every_decision_is_in_the_index_and_has_its_four_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    index = _text("docs/decisions/README.md")
    pages = sorted(folder.glob("[0-9]*.md"))
    assert [page.name for page in pages if f"({page.name})" not in index] == []
    parts = ("**Context.**", "**Decision.**", "**Consequence.**", "**Rejected.**")
    assert [
        (page.name, part) for page in pages for part in parts if part not in page.read_text("utf-8")
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [one.partition("#")[0] for one in LINK.findall(text) if "://" not in one]
    assert [one for one in targets if one and not (page.parent / one).exists()] == []


def test_the_words_for_moments_are_understood() -> None:
    rows = re.findall(r"^\| (English|Русский|Español|中文) \| (.+) \|$", _text("docs/using.md"), re.MULTILINE)
    codes = {"English": "en", "Русский": "ru", "Español": "es", "中文": "zh"}
    assert [name for name, _ in rows] == [*codes]
    now, zone = datetime(2026, 11, 20, 12, 0, tzinfo=UTC), ZoneInfo("Europe/Madrid")
    for name, phrases in rows:
        for phrase in phrases.split(" · "):
            assert resolve(phrase, now=now, zone=zone, language=codes[name]).at > now


def test_the_words_for_repeats_are_understood() -> None:
    from services.rule_reading import read_rule

    rows = re.findall(
        r"^\| (.+) \| (?:daily|weekly|monthly|by the clocks of another city|an RRULE) \|$",
        _text("docs/using.md"),
        re.MULTILINE,
    )
    phrases = [phrase.strip("`") for row in rows for phrase in row.split(" · ")]
    now, zone = datetime(2026, 11, 20, 12, 0, tzinfo=UTC), ZoneInfo("Europe/Madrid")
    assert len(phrases) == 8
    assert [
        one for one in phrases if not read_rule(one, now=now, zone=zone).repeat.upcoming(now, count=1)
    ] == []


def test_the_words_for_moving_are_understood() -> None:
    from services.time_shifting import shift

    _, _, table = _text("docs/using.md").partition("| you write | what it means |\n|---|---|\n")
    rows = re.findall(r"\| (.+) \| .+ \|\n", table.partition("\n\n")[0] + "\n")
    phrases = [phrase for row in rows for phrase in row.split(" · ")]
    now, zone = datetime(2026, 11, 20, 12, 0, tzinfo=UTC), ZoneInfo("Europe/Madrid")
    due_at = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert len(phrases) == 7
    assert [one for one in phrases if shift(one, due_at=due_at, zone=zone, now=now) is None] == []


def test_the_words_for_slots_are_understood() -> None:
    from services.slot_phrases import read_standing

    found = re.search(r"`/queue slots ([^`]+)`", _text("docs/using.md"))
    assert found is not None
    assert len(read_standing(found[1])) == 11


async def test_every_figure_that_operators_are_told_to_watch_is_measured(storage_on_sqlite: Storage) -> None:
    from services.tidying import Tidying

    measured = await Tidying(storage_on_sqlite).figures()
    told = set(re.findall(r"`(fanfare_(?:inbox|outbox|publications)_\w+)`", _text("docs/operating.md")))
    assert told
    assert told - set(measured) == set()


def test_the_limits_are_those_of_the_code() -> None:
    from agents import context, memory
    from bot import album
    from integrations.telegram import Telegram
    from services import asking, import_reading, importing, lateness, pacing, repeating, slotting, tidying

    budgets = pacing.Budgets()
    late = _tables()["workspaces"].columns["late_minutes"].default.arg
    told = [
        f"| {album.LARGEST_UPLOAD // 10**6} MB each, ten in an album; above {album.LARGEST_DOWNLOAD // 10**6} MB",
        f"| {asking.MOST_WAITING}; {asking.LONGEST_PROMPT:,} characters each",
        f", {context.MOST_MODEL_CALLS} calls of the model, {context.MOST_TOOL_CALLS} of tools",
        f"| {asking.REMEMBERED} utterances, the newest {memory.MOST_MESSAGES} that fit into {memory.MOST_CHARACTERS:,}",
        f"| up to {late} minutes, unless the team (or one post) says otherwise, 0 to {lateness.MOST_MINUTES:,};",
        f"| {Telegram.longest_thread} parts on Telegram",
        f"| {slotting.MOST_QUEUES} for an account, {slotting.MOST_SLOTS} slots in each",
        f"| {repeating.MOST_SERIES:,} that have not ended",
        f"| {import_reading.LARGEST // 10**6} MB and {import_reading.MOST_ROWS:,} rows;",
        f"rows; confirmed within {importing.KEPT_FOR.total_seconds() / 3600:.0f} hours",
        f"| {budgets.chat.per_second:.0f} a second and {budgets.chat.burst} at once in a chat,",
        f", {budgets.group.per_second * 60:.0f} a minute in a group, {budgets.overall.per_second:.0f} a second overall",
    ]
    kept = {"three days": tidying.INBOX_KEPT.days, "fourteen days": tidying.OUTBOX_KEPT.days}
    page = _text("docs/operating.md")
    assert [one for one in told if one not in page] == []
    assert kept == {"three days": 3, "fourteen days": 14}
    assert [words for words in kept if words not in page] == []
