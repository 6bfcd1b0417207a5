"""The `python -m sandbox` command: serves the sandbox alone and prints its address."""

import argparse
import socket
import sys
from pathlib import Path

import uvicorn

from sandbox.server import build


def main() -> None:
    """Read the command line, serve until interrupted."""
    parser = argparse.ArgumentParser(prog="sandbox", description="A Telegram on your own machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8090, help="port to listen on; 0 takes a free one")
    parser.add_argument("--journal", type=Path, help="file that keeps everything; without it nothing is kept")
    parser.add_argument("--files", type=Path, help="folder for uploaded files")
    parser.add_argument(
        "--scenery", choices=["bare", "demo"], default="bare", help="who is there at the start"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of fault plans that name none")
    given = parser.parse_args()
    sandbox = build(journal=given.journal, files=given.files, scenery=given.scenery, seed=given.seed)
    family = socket.AF_INET6 if ":" in given.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((given.host, given.port))
    listener.listen(128)
    host = f"[{given.host}]" if ":" in given.host else given.host
    sys.stdout.write(f"The sandbox listens on http://{host}:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(sandbox.app, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
