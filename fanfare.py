"""What does each word of the `fanfare` command do? Reads the words, says one sentence on failure, and hands over."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import settings as reading
from services.concealing import Concealing
from services.refusals import Refusal

log = logging.getLogger("fanfare")


class CannotStart(RuntimeError):
    """What keeps the program from doing what it was asked for, in one sentence with the next step."""


def main(words: Sequence[str] | None = None) -> int:
    """The command: 0 when it did what it was asked for; otherwise one sentence on standard error and not 0."""
    parsed = _parser().parse_args(words)
    reading.prepare_process()
    try:
        settings = reading.read()
        _log_to_console(settings, is_chatty=parsed.verbose)
        return _run(_COMMANDS[parsed.word](parsed, settings))
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        if _is_plain(fault):
            sys.stderr.write(f"fanfare: {fault}\n")
            return 1
        log.exception("Fanfare stopped because of a fault of its own.")
        return 70


def _run(work: Coroutine[Any, Any, int]) -> int:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _is_plain(fault: Exception) -> bool:
    """Whether the fault is a sentence for the operator; everything else is ours and gets a trace."""
    from bot.intake import AnotherPoller, TokenRefused
    from serving import CannotListen
    from storage.backups import CannotBackUp
    from storage.engines import BadAddress, Busy, Unreachable
    from storage.migrations import Newer

    plain = (
        CannotStart,
        CannotListen,
        reading.WrongSetting,
        Refusal,
        AnotherPoller,
        TokenRefused,
        CannotBackUp,
        BadAddress,
        Busy,
        Unreachable,
        Newer,
    )
    return isinstance(fault, plain)


def _log_to_console(settings: reading.Settings, *, is_chatty: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Concealing(settings.secrets()))
    logging.basicConfig(level=logging.INFO if is_chatty else logging.WARNING, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "telegram", "openai", "apscheduler", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


async def _demo(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from serving import serve_demo

    return await serve_demo(settings, data_dir=settings.fanfare_data_dir / "demo", reset=parsed.reset)


async def _serve(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from serving import serve

    if settings.telegram_bot_token is None and parsed.word != "worker":
        raise CannotStart(
            "TELEGRAM_BOT_TOKEN is not set. @BotFather gives you one; to try everything without it, use fanfare demo."
        )
    return await serve(settings, parts=_PARTS[parsed.word])


async def _migrate(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from storage.engines import open_engines
    from storage.migrations import HEAD, upgrade

    del parsed
    engines = open_engines(settings.database)
    try:
        changed = await upgrade(engines)
    finally:
        await engines.aclose()
    _say(f"The database is at {HEAD}." if changed else f"The database was at {HEAD} already.")
    return 0


async def _doctor(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from doctor import examine

    del parsed
    findings = await examine(settings)
    for finding in findings:
        _say(f"{'ok     ' if finding.is_well else 'MISSING'} {finding.what}: {finding.words}")
    return 0 if all(one.is_well or one.is_optional for one in findings) else 1


async def _backup(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from storage.backups import back_up
    from storage.engines import open_readers

    engines = open_readers(settings.database)
    try:
        size = await back_up(engines, parsed.file)
    finally:
        await engines.aclose()
    _say(
        f"{parsed.file} holds the database ({size:,} bytes). The media folder is {settings.fanfare_data_dir / 'media'}."
    )
    return 0


async def _restore(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from app import build
    from services.restoring import hold_what_was_due
    from storage.backups import lay_ready, put_in_place
    from storage.engines import open_engines

    held_open = open_engines(settings.database)  # nobody else may start on the old database meanwhile
    try:
        ready = lay_ready(settings.database, parsed.file)
        async with build(settings.model_copy(update={"database_url": ready})) as app:
            held = await hold_what_was_due(app.storage)
        put_in_place(settings.database)
    finally:
        await held_open.aclose()
    _say(
        f"Restored. {held} posts that were due meanwhile wait for a person's word; nothing is sent again unasked."
    )
    return 0


async def _claim_code(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from app import build

    del parsed
    async with build(settings) as app, app.storage.begin(None) as tx:
        if await app.desk.joining.is_claimed(tx):
            raise CannotStart("This desk has an owner already.")
        code = await app.desk.joining.issue_code(tx)
    _say(f"Send this to your bot within 30 minutes to become the owner: {code}")
    return 0


async def _import(parsed: argparse.Namespace, settings: reading.Settings) -> int:
    from app import build
    from services.import_reading import LARGEST
    from services.import_saying import report
    from services.importing import importer_of

    data = await asyncio.to_thread(_bytes_of, parsed.file, LARGEST)
    async with build(settings) as app:
        actor = await importer_of(app.desk.joining, app.storage, telegram_id=parsed.actor)
        checked = await app.desk.importing.examine(actor, file_name=parsed.file.name, data=data, tell=_tell)
        for line in report(checked, actor.zone):
            _say(line)
        if checked.unfit:
            verb = "does" if checked.unfit == 1 else "do"
            raise CannotStart(
                f"{checked.unfit:,} of {checked.total:,} rows {verb} not fit, so none is saved."
            )
        if not parsed.yes and not await asyncio.to_thread(_agrees, checked.total):
            raise CannotStart("Nothing was saved.")
        async with app.storage.begin(actor.workspace_id) as tx:
            kept = await app.desk.importing.keep(tx, actor, checked, import_id=tx.new_id())
            await tx.flush()
            await app.desk.importing.apply(tx, actor, kept.id)
    _say(f"{checked.total:,} {'post is' if checked.total == 1 else 'posts are'} scheduled.")
    return 0


async def _tell(done: int, total: int) -> None:
    _say(f"Checking row {done:,} of {total:,}…")


def _bytes_of(file: Path, most: int) -> bytes:
    """The file, or so much of it that whoever reads it sees that it is too large."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as fault:
        raise CannotStart(f"{file} cannot be read: {fault.strerror or fault}.") from fault


def _agrees(total: int) -> bool:
    if not sys.stdin.isatty():
        raise CannotStart("Nobody can be asked here; add --yes to save without a question.")
    sys.stdout.write(f"Schedule {total:,}? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


_PARTS = {
    "run": frozenset({"bot", "web", "worker"}),
    "bot": frozenset({"bot"}),
    "web": frozenset({"web"}),
    "worker": frozenset({"worker"}),
}

_COMMANDS: dict[str, Callable[[argparse.Namespace, reading.Settings], Coroutine[Any, Any, int]]] = {
    "demo": _demo,
    "run": _serve,
    "bot": _serve,
    "web": _serve,
    "worker": _serve,
    "migrate": _migrate,
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "import": _import,
    "claim-code": _claim_code,
}

_HELP = {
    "demo": "everything with a sandbox Telegram on this machine: no account, no key, no server",
    "run": "bot, web and worker in one process",
    "bot": "only what speaks with people",
    "web": "only what answers over HTTP",
    "worker": "only what publishes",
    "migrate": "bring the database to the shape that this version needs",
    "doctor": "say what is missing and how to get it",
    "backup": "write a consistent copy of the database while everything goes on",
    "restore": "put a copy back; what was due meanwhile waits for a person",
    "import": "schedule a file of posts (CSV or XLSX), after a preview, as a whole or not at all",
    "claim-code": "print a new code that makes its sender the owner",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fanfare", description="A social-media desk that lives in Telegram."
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="say more about what is going on")
    words = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
    for word, told in _HELP.items():
        one = words.add_parser(word, help=told, description=told.capitalize() + ".")
        if word in {"backup", "restore"}:
            one.add_argument("file", type=Path, help="the file of the copy")
        if word == "import":
            one.add_argument(
                "format", choices=["schedule"], help="what the file holds: posts with their moments"
            )
            one.add_argument("file", type=Path, help="the CSV or XLSX file")
            one.add_argument(
                "--as", dest="actor", type=int, metavar="ID", help="whose word it is: a Telegram user id"
            )
            one.add_argument("--yes", action="store_true", help="save without asking")
        if word == "demo":
            one.add_argument("--reset", action="store_true", help="forget what the last demo left")
    return parser


if __name__ == "__main__":
    sys.exit(main())
