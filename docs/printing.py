"""What do the printed pages say? `docs/commands.md`, `.env.example`, the settings and the figures of the proof.

`python docs/printing.py` (or `make docs`) writes them anew; `tests/test_docs.py` fails when one of them is stale.
"""  # noqa: INP001 - a script beside the pages that it prints, not a package

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench import results
from bot.commands import doors
from bot.turn import Command, Press
from services.authorising import RIGHTS, Action
from settings import Settings

ROOT = Path(__file__).parent.parent
BEGIN = "<!-- settings: printed by docs/printing.py, change settings.py instead -->"
END = "<!-- end of settings -->"
FIGURES = "<!-- figures: printed by docs/printing.py from docs/reliability.json, run bench.chaos with --record instead -->"
FIGURES_END = "<!-- end of figures -->"

MEANINGS: Mapping[str, tuple[str, str]] = {
    "telegram_bot_token": (
        "The bot's token from @BotFather. `run`, `bot` and `web` refuse to start without it; `demo` needs none.",
        "",
    ),
    "telegram_api_base": ("The Bot API server.", ""),
    "fanfare_public_url": (
        "How the world reaches us, `https://…`. Needed for the webhook; without it updates are polled.",
        "https://desk.example.org",
    ),
    "fanfare_webhook": ("`1`: receive updates by webhook at `{FANFARE_PUBLIC_URL}/telegram`.", ""),
    "openai_api_key": (
        "Key of an OpenAI-compatible endpoint. Without it and without OPENAI_BASE_URL the offline drafter writes.",
        "",
    ),
    "openai_base_url": (
        "Address of the endpoint; without it the key goes to OpenAI.",
        "http://127.0.0.1:11434/v1",
    ),
    "fanfare_model": (
        "The model of agents that name none, `provider:name`; with a key and without this, `openai:gpt-5-mini`.",
        "openai:gpt-5-mini",
    ),
    "database_url": (
        "`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`; without it `fanfare.db` in the data directory.",
        "postgresql+asyncpg://fanfare:secret@127.0.0.1/fanfare",
    ),
    "redis_url": (
        "Shared counters and wake-ups of several processes; without it they are in the process.",
        "redis://127.0.0.1:6379/0",
    ),
    "fanfare_data_dir": ("Where the database, the media and what the demo keeps lie.", ""),
    "fanfare_host": ("The address to listen on.", ""),
    "fanfare_port": ("The port to listen on; `0` takes a free one and prints it.", ""),
    "fanfare_request_timeout": ("Seconds that a network may take for one answer.", ""),
    "fanfare_settle_seconds": (
        "Seconds that a late acceptance may take to show after that; without it each network's own figure holds.",
        "10",
    ),
    "fanfare_lease_seconds": (
        "Seconds after which a worker that says nothing loses what it was preparing; else four answers and a minute.",
        "180",
    ),
    "fanfare_workers": ("Publications that one process moves at the same time.", ""),
    "fanfare_failpoint": (
        "Only for proofs: the process ends at this place of the code (docs/reliability.md), at that visit.",
        "publishing.armed:3",
    ),
    "fanfare_drain_seconds": ("Seconds that work in flight is given at a stop.", ""),
    "fanfare_pace": (
        "`telegram` keeps Telegram's flood limits; `off` is for a Bot API server that has none.",
        "",
    ),
}
"""What each setting means, and an example where there is no default; every field of `Settings` but `platforms` is here."""

COMPOSE = (("POSTGRES_PASSWORD", "The password of the database in docker-compose.yml; letters and digits."),)
"""What only docker-compose.yml reads."""


class Stale(LookupError):
    """A page has no place for what is to be printed into it."""


def commands_page() -> str:
    """`docs/commands.md`: what can be typed and tapped, and who may."""
    declared = doors()
    commands = [one for door in declared for one in door.commands]
    presses = sorted((one for door in declared for one in door.presses), key=lambda one: one.action)
    parts = [
        "# Commands of the bot",
        "",
        "Printed by `docs/printing.py` from the declarations in `bot/commands/`; do not edit by hand.",
        "",
        *_table(("command", "what it does", "who may"), (_command_row(one) for one in commands)),
        "",
        "Everything else that is written to the bot in private goes to the agent that answers. In a group the bot",
        "listens when it is named, replied to or commanded.",
        "",
        "## Who may do what",
        "",
        *_table(("role", "may"), ((role.value, _words(RIGHTS[role])) for role in RIGHTS)),
        "",
        "## What the buttons do",
        "",
        "A button carries a random word; what it means is a row in the database. These are the meanings.",
        "",
        *_table(("action", "needs the right to", "who may"), (_press_row(one) for one in presses)),
    ]
    return "\n".join(parts) + "\n"


def environment_file() -> str:
    """`.env.example`: every setting with its meaning; what has a default or may be left out is commented out."""
    parts = [
        "# Settings of Fanfare. Copy to .env and fill in what you need; everything but the token may stay as it is.",
        "# Printed by docs/printing.py from settings.py; do not edit by hand.",
    ]
    for name in MEANINGS:
        told, example = MEANINGS[name]
        sign = "" if name == "telegram_bot_token" else "#"
        parts += ["", f"# {_plain(told)}", f"{sign}{name.upper()}={example or _default(name)}"]
    parts += [
        "",
        "# A network's own application: <PLATFORM>_CLIENT_ID, <PLATFORM>_CLIENT_SECRET, <PLATFORM>_API_BASE.",
    ]
    for name, told in COMPOSE:
        parts += ["", f"# Only for docker compose: {told}", f"#{name}="]
    return "\n".join(parts) + "\n"


def settings_table() -> str:
    """The table of settings in docs/operating.md."""
    rows = (
        (f"`{name.upper()}`", told, f"`{_default(name)}`" if _default(name) else "–")
        for name, (told, _) in MEANINGS.items()
    )
    return "\n".join(_table(("name", "meaning", "default"), rows))


def with_settings(page: str) -> str:
    """A page with the table of settings between its two marks; raises `Stale` when it has none."""
    return _between(page, BEGIN, settings_table(), END)


def reliability_tables() -> str:
    """The tables of docs/reliability.md: what the runs found, and what they found with a defence switched off."""
    kept = results.read()
    figures = _table(("what", "database", "figures", "violations", "command"), results.figures_rows(kept))
    mutations = _table(("what", "switched off", "violations found", "command"), results.mutation_rows(kept))
    told = "With one defence switched off, the same runs have to fail, and do:"
    return "\n".join([*figures, "", told, "", *mutations])


def _between(page: str, begin: str, text: str, end: str) -> str:
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise Stale(f"the page has no {begin} … {end}")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def _default(name: str) -> str:
    value = Settings.model_fields[name].default
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool | float) else str(value)


def _plain(told: str) -> str:
    return told.replace("`", "")


def _command_row(one: Command) -> tuple[str, str, str]:
    return f"/{one.name}", one.description, _who_may(one.action)


def _press_row(one: Press) -> tuple[str, str, str]:
    return f"`{one.action}`", one.right.value, _who_may(one.right)


def _who_may(action: Action) -> str:
    roles = [role.value for role in RIGHTS if action in RIGHTS[role]]
    return "every member" if len(roles) == len(RIGHTS) else ", ".join(roles)


def _words(actions: Iterable[Action]) -> str:
    held = set(actions)
    return ", ".join(one.value for one in Action if one in held)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return ["| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines]


def pages() -> Mapping[Path, str]:
    """Every printed page with the text that it has to have now."""
    operating = ROOT / "docs" / "operating.md"
    reliability = ROOT / "docs" / "reliability.md"
    proof = _between(reliability.read_text(encoding="utf-8"), FIGURES, reliability_tables(), FIGURES_END)
    return {
        ROOT / "docs" / "commands.md": commands_page(),
        ROOT / ".env.example": environment_file(),
        operating: with_settings(operating.read_text(encoding="utf-8")),
        reliability: proof,
    }


def main() -> int:
    """Writes what has changed and says what that was."""
    for path, text in pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"printed {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
