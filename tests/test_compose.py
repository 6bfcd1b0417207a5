"""Would the containers start this program? Every command is one of ours, every setting is read, everything is shut in."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML carries no types

import fanfare
from app import LAST_WORDS
from settings import Settings, read

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("fanfare:")}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def _instruction(name: str) -> str:
    found = re.findall(rf"^\s*{name} (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)
    return str(found[-1])


@pytest.mark.parametrize("service", OURS)
def test_every_service_of_ours_runs_a_command_that_there_is(service: str) -> None:
    parsed = fanfare._parser().parse_args(OURS[service]["command"])
    assert parsed.word in fanfare._COMMANDS


def test_the_parts_of_the_program_are_all_started() -> None:
    together = [one["command"][0] for one in OURS.values() if "profiles" not in one]
    assert sorted(together) == ["bot", "migrate", "web", "worker"]
    assert OURS["desk"]["command"] == ["run"]
    assert OURS["desk"]["profiles"] == ["single"]


def test_nothing_of_ours_starts_before_the_database_is_ready() -> None:
    for name in ("bot", "worker", "web"):
        waits = OURS[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["redis"]["condition"] == "service_healthy"
    assert OURS["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert OURS["migrate"]["restart"] == "no"


@pytest.mark.parametrize("service", SERVICES)
def test_every_container_is_shut_in(service: str) -> None:
    one = SERVICES[service]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert any(place.startswith("/tmp:") and "noexec" in place for place in one["tmpfs"])  # noqa: S108 - in the container


@pytest.mark.parametrize("service", OURS)
def test_nothing_of_ours_runs_as_root_or_listens_to_the_world(service: str) -> None:
    one = OURS[service]
    assert one["user"] == "10001:10001"
    assert all(port.startswith("127.0.0.1:") for port in one.get("ports", []))


@pytest.mark.parametrize("service", OURS)
def test_every_setting_of_a_service_is_one_that_the_program_reads(service: str) -> None:
    environment = OURS[service]["environment"]
    assert {name.lower() for name in environment} <= set(Settings.model_fields)
    given = {name: re.sub(r"\$\{(\w+):-\}", "secret", value) for name, value in environment.items()}
    settings = read(given)
    expected = (
        "sqlite+aiosqlite:////data/" if service == "desk" else "postgresql+asyncpg://fanfare:secret@postgres/"
    )
    assert settings.database.startswith(expected)


def test_what_is_written_lies_on_a_volume() -> None:
    for one in OURS.values():
        assert [place.partition(":")[2] for place in one["volumes"]] == [
            one["environment"]["FANFARE_DATA_DIR"]
        ]
    named = {place.partition(":")[0] for one in SERVICES.values() for place in one.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])


def test_a_stop_waits_for_everything_in_flight() -> None:
    patience = Settings().fanfare_drain_seconds + LAST_WORDS
    assert patience <= 30
    assert int(OURS["bot"]["stop_grace_period"].removesuffix("s")) > patience


def test_the_image_starts_the_program_without_rights() -> None:
    assert ast.literal_eval(_instruction("ENTRYPOINT")) == ["python", "-m", "fanfare"]
    words = ast.literal_eval(_instruction("CMD"))
    assert fanfare._parser().parse_args(words).word == "run"
    assert _instruction("USER") == "10001:10001"
    assert "--require-hashes -r /tmp/requirements.lock" in DOCKERFILE


def test_the_image_holds_every_room_of_the_house() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    admitted = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert admitted == {*rooms, "requirements.lock"}


class _Healthy(BaseHTTPRequestHandler):
    """Answers /healthz, and nothing else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def _living() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Healthy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _check_health(port: int) -> int:
    """Runs the image's own health check against a port of this machine; its exit status."""
    lines = DOCKERFILE.replace("\\\n", " ").splitlines()
    line = next(one for one in lines if one.startswith("HEALTHCHECK"))
    command = json.loads(line[line.index("[") :])
    assert command[0] == "python"
    environment = {"FANFARE_PORT": str(port)}
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, *command[1:]], env=environment, capture_output=True, check=False
    )
    return done.returncode


def test_the_health_check_tells_a_living_desk_from_a_dead_one() -> None:
    with _living() as port:
        assert _check_health(port) == 0
    assert _check_health(port) != 0
