"""How does a bench run the real program and kill it? A child that has imported everything, and then is `fanfare run`.

Importing takes most of a start; forking a process that has imported already lets a bench kill twice a second. What
runs in the child is the program's own `serve`, with its own files, connections and signals.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import serving
import settings as reading
from bench.mutations import mutate

WORKER = frozenset({"worker"})
_warm: set[str] = set()


@dataclass
class Program:
    """The program under test, started and killed again and again.

    `mutation` names the defence that is switched off in the child; `log` takes what the child says.
    """

    environment: Mapping[str, str]
    parts: frozenset[str]
    random: Random
    mutation: str | None = None
    log: Path | None = None
    kills: int = 0
    pid: int | None = None
    status: int | None = field(default=None, init=False)

    def start(self, **more: str) -> None:
        """Starts it, if it does not run; `more` is added to its environment."""
        if self.is_alive():
            return
        sys.stdout.flush()
        self.status = None
        self.pid = os.fork()
        if self.pid == 0:
            self._be_the_program({**self.environment, **more})

    def kill(self) -> None:
        """Kills it with -9, wherever it is."""
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGKILL)
        self._reap(0)
        self.kills += 1

    def freeze(self) -> None:
        """Stops it in the middle of whatever it does."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on as if no time had passed."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGCONT)

    def is_frozen(self) -> bool:
        """Whether it has been stopped, by us or by itself."""
        if self.pid is None:
            return False
        state = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state == "T"

    def stop(self, *, patience: float = 60.0) -> int:
        """Asks it to stop and waits up to `patience` seconds; its exit status (negative: the signal that ended it)."""
        if self.pid is None:
            return self.status or 0
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not self.is_alive():
                return self.status or 0
            time.sleep(0.02)
        raise TimeoutError("the program did not stop when asked to")

    def let_live(self, shortest: float, longest: float) -> None:
        """Lets it work for a while of random length, in seconds."""
        time.sleep(self.random.uniform(shortest, longest))

    def is_alive(self) -> bool:
        """Whether it runs (or stands frozen)."""
        if self.pid is not None:
            self._reap(os.WNOHANG)
        return self.pid is not None

    def _reap(self, how: int) -> None:
        done, status = os.waitpid(self.pid or 0, how)
        if done:
            self.pid, self.status = None, os.waitstatus_to_exitcode(status)

    def _be_the_program(self, environment: Mapping[str, str]) -> NoReturn:
        status = 70
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._speak_into_the_log()
            mutate(self.mutation, environment)
            # The environment of the process itself, for what reads it there: a failpoint's order, a zone.
            os.environ.update(environment)
            status = _run(environment, self.parts)
        except BaseException as fault:  # noqa: BLE001 - a child must never return into the bench
            sys.stderr.write(f"The program stopped: {type(fault).__name__}: {fault}\n")
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _speak_into_the_log(self) -> None:
        if self.log is None:
            return
        with self.log.open("ab") as kept:
            os.dup2(kept.fileno(), 1)
            os.dup2(kept.fileno(), 2)
        import logging

        logging.basicConfig(level=logging.INFO, stream=sys.stderr, force=True)


def warm_up(*, agents: bool = False) -> None:
    """Loads what a start loads, once and before any fork, by opening and closing a house on a throwaway file.

    `agents` loads what writes drafts as well, which takes seconds.
    """
    if _warm >= {"house", *(("agents",) if agents else ())}:
        return
    with tempfile.TemporaryDirectory(prefix="fanfare-warm-") as folder:
        environment = {"FANFARE_DATA_DIR": folder, "PRACTICE_API_BASE": "http://127.0.0.1:9/practice"}
        _run(environment, WORKER, rehearsal=partial(_rehearse, agents=agents))
    _warm.update(("house", "agents") if agents else ("house",))
    gc.collect()
    gc.freeze()  # what is there now is shared with every child and need not be looked at again


def _run(
    environment: Mapping[str, str],
    parts: frozenset[str],
    *,
    rehearsal: Callable[[reading.Settings], Coroutine[Any, Any, int]] | None = None,
) -> int:
    import asyncio

    import uvloop

    settings = reading.read(environment)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if rehearsal is not None:
            return runner.run(rehearsal(settings))
        return runner.run(serving.serve(settings, parts=parts))


async def _rehearse(settings: reading.Settings, *, agents: bool) -> int:
    import asyncio

    from app import build

    async with build(settings, zone=serving.local_zone()) as app:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, stop.set)
        await serving.work(app, WORKER, stop)
        if agents:
            await app.runner.warm_up()
    return 0
