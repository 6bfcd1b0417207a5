"""How fast is "update in, reply out", compared with the smallest python-telegram-bot program in the same run?

`python -m bench.echo` starts the sandbox, then each bot in a process of its own, polling and by webhook, one update at a
time and fifty at once; it prints updates per second and the ratio to the baseline.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bench import outside
from bench.program import Program

ECHO = """
import asyncio, sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, MessageHandler, filters

async def echo(update, context):
    await update.effective_message.reply_text('There is no command ' + update.effective_message.text)

token, base, hook, secret, port = sys.argv[1:6]
builder = Application.builder().token(token).base_url(base + '/bot')
app = (builder.updater(None) if hook == '1' else builder).build()
app.add_handler(MessageHandler(filters.ALL, echo))

async def webhook():
    async def take(request):
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return Response()
    routes = Starlette(routes=[Route('/telegram', take, methods=['POST'])])
    server = uvicorn.Server(uvicorn.Config(routes, port=int(port), log_level='error', access_log=False))
    async with app:
        await app.bot.set_webhook(f'http://127.0.0.1:{port}/telegram', secret_token=secret)
        await app.start()
        await server.serve()
        await app.stop()

asyncio.run(webhook()) if hook == '1' else app.run_polling(poll_interval=0)
"""
"""The smallest bot, by python-telegram-bot's own examples; the webhook one is its custom webhook with Starlette."""


def main() -> int:
    """Measures both bots both ways and prints one line of JSON each."""
    parser = argparse.ArgumentParser(prog="bench.echo", description=__doc__)
    parser.add_argument("--n", type=int, default=300, help="updates per measurement")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for way in ("polling", "webhook"):
        found = {}
        for who in ("echo", "fanfare"):
            with tempfile.TemporaryDirectory(prefix="fanfare-echo-") as folder:
                found[who] = _measure(who, way, Path(folder), given)
        ratio = {name: round(found["fanfare"][name] / found["echo"][name], 3) for name in found["echo"]}
        sys.stdout.write(json.dumps({"way": way, **found, "ratio": ratio}) + "\n")
    return 0


def _measure(who: str, way: str, folder: Path, given: argparse.Namespace) -> dict[str, float]:
    world = outside.start(folder, seed=given.seed)
    port = 18000 + os.getpid() % 2000
    stop = (
        _start_fanfare(world, way, folder, port)
        if who == "fanfare"
        else _start_echo(world, way, folder, port)
    )
    try:
        _exchange(world, first=1, count=20, window=1)
        single = _exchange(world, first=1001, count=given.n, window=1)
        many = _exchange(world, first=100_001, count=given.n * 2, window=50)
    finally:
        stop()
        world.stop()
    return {
        "ms_median_alone": single["median"],
        "ms_p95_alone": single["p95"],
        "per_second_of_50": many["rate"],
    }


def _exchange(world: outside.Outside, *, first: int, count: int, window: int) -> dict[str, float]:
    """Sends updates, at most `window` unanswered, and times each until its reply stands in the journal."""
    from bench.arrivals import _update

    sent: dict[int, float] = {}
    took: list[float] = []
    after = world.admin("GET", "/admin/effects?limit=1")["last"]
    number, began = first, time.perf_counter()
    while len(took) < count:
        fresh = []
        while len(sent) < window and number < first + count:
            fresh.append(_update(number, 50_000 + number % 60))
            sent[number] = time.perf_counter()
            number += 1
        if fresh:
            world.admin("POST", "/admin/updates", {"bot_id": outside.BOT_ID, "updates": fresh})
        seen = world.admin("GET", f"/admin/effects?after={after}&limit=1000")
        after = seen["effects"][-1]["n"] if seen["effects"] else after
        for effect in seen["effects"]:
            for item in effect.get("messages", ()) if effect["method"] == "sendMessage" else ():
                asked = int(
                    item["message"]["text"].rpartition("/n")[2].rstrip(".").split(".")[0].split(" ")[0]
                )
                if asked in sent:
                    took.append((time.perf_counter() - sent.pop(asked)) * 1000)
        if time.perf_counter() - began > 15:
            raise TimeoutError(f"only {len(took)} of {count} were answered")
    whole = time.perf_counter() - began
    ranked = sorted(took)
    return {
        "median": round(statistics.median(took), 2),
        "p95": round(ranked[int(len(ranked) * 0.95)], 2),
        "rate": round(count / whole, 1),
    }


def _people_known(world: outside.Outside) -> None:
    for number in range(60):
        person = {"id": 50_000 + number, "first_name": f"P{number}", "starts": [outside.BOT_ID]}
        world.admin("POST", "/admin/persons", person)


def _start_echo(world: outside.Outside, way: str, folder: Path, port: int):  # noqa: ANN202 - a function that stops it
    _people_known(world)
    script = folder / "echo.py"
    script.write_text(ECHO, encoding="utf-8")
    hook = "1" if way == "webhook" else "0"
    process = subprocess.Popen(
        [sys.executable, str(script), outside.TOKEN, world.base, hook, "bench-secret", str(port)],
        stderr=subprocess.DEVNULL,
    )

    def stop() -> None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)

    return stop


def _start_fanfare(world: outside.Outside, way: str, folder: Path, port: int):  # noqa: ANN202 - as above
    import asyncio

    from bench.arrivals import _people

    _people_known(world)
    environment = {
        "TELEGRAM_BOT_TOKEN": outside.TOKEN,
        "TELEGRAM_API_BASE": world.base,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'fanfare.db'}",
        "FANFARE_DATA_DIR": str(folder),
        "FANFARE_PORT": str(port),
        "FANFARE_DRAIN_SECONDS": "1",
        "FANFARE_PACE": "off",
    }
    if way == "webhook":
        environment |= {"FANFARE_WEBHOOK": "1", "FANFARE_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    asyncio.run(_people(environment))
    program = Program(environment, frozenset({"bot", "web"}), Random(1))
    program.start()
    return program.stop


if __name__ == "__main__":
    sys.exit(main())
