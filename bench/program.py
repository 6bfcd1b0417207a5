"""How does a bench run the real program and kill it? A child that has imported everything, and then is `fanfare run`.

Importing takes most of a start; forking a process that has imported already lets a bench kill fifty times a minute. What
runs in the child is the program's own `serve`, with its own files, connections and signals.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

import serving
import settings as reading


@dataclass
class Program:
    """The program under test, started and killed again and again."""

    environment: Mapping[str, str]
    parts: frozenset[str]
    random: Random
    kills: int = 0
    pid: int | None = None
    _log: int = field(default=2)

    def start(self) -> None:
        """Starts it, if it does not run."""
        if self.pid is not None and self._is_alive():
            return
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._be_the_program()

    def kill(self) -> None:
        """Kills it with -9, wherever it is."""
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.pid = None
        self.kills += 1

    def stop(self, *, patience: float = 60.0) -> int:
        """Asks it to stop and waits; its exit status."""
        if self.pid is None:
            return 0
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.pid = None
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        raise TimeoutError("the program did not stop when asked to")

    def let_live(self, shortest: float, longest: float) -> None:
        """Lets it work for a while of random length, in seconds."""
        time.sleep(self.random.uniform(shortest, longest))

    def _is_alive(self) -> bool:
        if self.pid is None:
            return False
        done, _ = os.waitpid(self.pid, os.WNOHANG)
        if done:
            self.pid = None
        return not done

    def _be_the_program(self) -> None:
        import asyncio

        status = 70
        try:
            settings = reading.read(self.environment)
            status = asyncio.run(serving.serve(settings, parts=self.parts))
        except BaseException as fault:  # noqa: BLE001 - a child must never return into the bench
            sys.stderr.write(f"The program stopped: {type(fault).__name__}: {fault}\n")
        finally:
            os._exit(status)
