from __future__ import annotations

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("storage", "integrations", "services", "agents", "bot", "web", "sandbox")
TOP = ("app", "doctor", "fanfare", "serving", "settings")
MAY_IMPORT = {
    "storage": set(),
    "integrations": set(),
    "services": {"storage", "integrations.contract"},
    "agents": {"services", "storage", "integrations.contract"},
    "bot": {"services", "agents", "storage"},
    "web": {"services", "agents"},
    "sandbox": set(),
}
"""Rows travel: `agents` and `bot` name the types of storage's rows, but their queries are written in storage only."""

ONLY_IN = {
    "sqlalchemy": ("storage",),
    "httpx": ("integrations", "app"),
    "aiohttp": ("bot.request", "integrations.wire", "sandbox"),
    "langchain": ("agents",),
    "langgraph": ("agents",),
    "openai": ("agents",),
    "redis": ("storage.shared", "doctor"),
    "apscheduler": ("serving",),
}
LONGEST_FILE = 400
SILLY_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}


def _modules() -> Iterator[tuple[str, Path, ast.Module]]:
    files = [ROOT / f"{name}.py" for name in TOP]
    for room in ROOMS:
        files += sorted((ROOT / room).rglob("*.py"))
    for file in files:
        if "versions" in file.parts:
            continue
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield name, file, ast.parse(file.read_text(encoding="utf-8"))


MODULES = list(_modules())


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - as found
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    return [file for file in files if file.is_file() and (not endings or file.suffix in endings)]


def _is_within(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def test_rooms_import_only_what_the_arrows_allow() -> None:
    wrong = []
    for name, _, tree in MODULES:
        room = name.split(".")[0]
        if room not in MAY_IMPORT:
            continue
        for imported in _imports(tree):
            head = imported.split(".")[0]
            if head == room or head not in (*ROOMS, *TOP):
                continue
            if not any(_is_within(imported, allowed) for allowed in MAY_IMPORT[room]):
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_the_composition_root_is_imported_by_nobody() -> None:
    importers = {
        name for name, _, tree in MODULES for one in _imports(tree) if one in {"app", "serving", "fanfare"}
    }
    assert importers <= {"serving", "fanfare"}


def test_libraries_stay_in_the_rooms_that_own_them() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, _, tree in MODULES
        for imported in _imports(tree)
        if imported.split(".")[0] in ONLY_IN
        and not any(_is_within(name, place) for place in ONLY_IN[imported.split(".")[0]])
    ]
    assert wrong == []


def test_heavy_libraries_are_not_loaded_by_starting() -> None:
    script = "import sys, app, serving; print([m for m in ('langchain', 'openai', 'langgraph', 'matplotlib', 'alembic', 'dateparser') if m in sys.modules])"
    python = ROOT / ".venv" / "bin" / "python"
    done = subprocess.run([str(python), "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    assert done.stdout.strip() == "[]"


def test_every_module_says_which_question_it_answers() -> None:
    assert [name for name, _, tree in MODULES if not (ast.get_docstring(tree) or "").strip()] == []


@pytest.mark.parametrize("ending", [".py", ".js", ".css", ".html"])
def test_no_file_is_longer_than_a_room_can_be(ending: str) -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in _tracked(ending)
        if "versions" not in file.parts
        and (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_functions_are_short() -> None:
    lengths = []
    for _, _, tree in MODULES:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lengths.append(1 + (body[-1].end_lineno or 0) - body[0].lineno if body else 1)
    assert statistics.median(lengths) <= 10
    assert sum(1 for length in lengths if length > 40) / len(lengths) < 0.05


def test_names_say_what_things_are() -> None:
    assert [name for name, _, _ in MODULES if set(name.split(".")) & SILLY_NAMES] == []


def _uses(tree: ast.Module, *chains: str) -> bool:
    return any(
        isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in chains for node in ast.walk(tree)
    )


def test_only_the_settings_read_the_environment() -> None:
    readers = [name for name, _, tree in MODULES if _uses(tree, "os.environ", "os.getenv", "environ")]
    assert readers == ["settings"]


def test_only_the_clocks_ask_what_time_it_is() -> None:
    asks = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time")
    askers = {name for name, _, tree in MODULES if _uses(tree, *asks)}
    assert askers <= {"services.clock", "sandbox.clock"}


def test_nobody_commits_but_the_unit_of_work() -> None:
    writers = {
        name
        for name, _, tree in MODULES
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }
    assert writers <= {"storage", "storage.session"}


def test_mocks_are_banned() -> None:
    banned = re.compile(r"\bunittest\.mock\b|\bMagicMock\b|\bmonkeypatch\.setattr\(\s*[\"']")
    users = [
        str(file.relative_to(ROOT))
        for file in _tracked(".py")
        if file != Path(__file__) and banned.search(file.read_text(encoding="utf-8"))
    ]
    assert users == []


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    hosts = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npm" + "js",
        "deb.deb" + "ian",
        "/root" + "/",
        "/work" + "/",
    )
    texts = (".py", ".md", ".toml", ".lock", ".yml", ".yaml", ".js", ".json", ".css", ".html", ".txt", "")
    found = [
        f"{file.relative_to(ROOT)}: {host}"
        for file in _tracked(*texts)
        for host in hosts
        if host in file.read_text(encoding="utf-8", errors="ignore")
    ]
    assert found == []
