"""How does the practice network read requests and answer them? Plain ASGI: Starlette's comfort costs more than the work."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from sandbox.refusals import Refused
from sandbox.shapes import Json

MOST_BODY = 64 * 1024
PLACE = "/networks/practice/"


class Gone(Exception):
    """Whoever asked has hung up in the middle of asking."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in JSON, compactly; `headers` are lower case."""

    status_code: int
    body: Json
    headers: Iterable[tuple[str, str]] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        del scope, receive
        text = json.dumps(self.body, separators=(",", ":")).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(text))]
        headers += [(name.encode(), value.encode()) for name, value in self.headers]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": text})


def place(scope: Scope) -> list[str] | None:
    """The pieces of the path behind `PLACE`, wherever the sandbox is mounted; None for another path."""
    if scope["type"] != "http":
        return None
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.removeprefix(PLACE).split("/") if path.startswith(PLACE) else None


def header(scope: Scope, name: bytes) -> str:
    """A header's value by its lower-case name, or nothing."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def body(receive: Receive) -> Json:
    """The request's JSON; refuses more than `MOST_BODY` bytes and what is no JSON, raises `Gone`."""
    read = b""
    is_whole = False
    while not is_whole:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        read += message.get("body", b"")
        if len(read) > MOST_BODY:
            raise Refused(413, f"a request has at most {MOST_BODY} bytes")
        is_whole = not message.get("more_body", False)
    try:
        return json.loads(read)
    except (ValueError, RecursionError):
        raise Refused(400, "the request cannot be read") from None


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked for: from which moment on (Unix seconds), and which text if not all."""

    since: float
    text: bytes | None


def question(scope: Scope) -> Question:
    """The query of a list: `since` in ISO 8601 (UTC without a zone), `text_sha256` in hexadecimal digits."""
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    try:
        return Question(_since(asked.get("since", "")), _hash(asked.get("text_sha256", "")))
    except (ValueError, OverflowError):
        raise Refused(400, "since is a moment, text_sha256 a SHA-256 in hexadecimal digits") from None


def _since(given: str) -> float:
    if not given:
        return -inf
    moment = datetime.fromisoformat(given.replace(" ", "+"))  # a plus that was not quoted
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _hash(given: str) -> bytes | None:
    if not given:
        return None
    digest = bytes.fromhex(given)
    if len(digest) != 32:
        raise ValueError
    return digest
