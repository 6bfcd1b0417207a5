"""How does a request leave the desk? The one HTTP client, and the one translation of how HTTP can fail.

Facts: httpx's transports raise `ConnectError`, `ConnectTimeout` and `PoolTimeout` before anything was sent; every other
transport error, and every 5xx, leaves open whether the request was carried out (RFC 9110, 9.2.2 and 15.6). So does an
idle connection that the server closed just then: the request may have been read before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import loads as parse
from types import TracebackType
from typing import Any, Final, Self

import httpx

from integrations.contract import OutcomeUnknown, Reply, Unavailable
from integrations.wire import Wire

LARGEST_ANSWER = 5_000_000
"""Bytes of an answer that are read; a platform's answers are a few thousand."""

CONNECTIONS: Final = 64
LONGEST_CONNECT: Final = 10.0
"""Seconds that making a connection may take at most."""

_ALWAYS: Final = {"User-Agent": "Fanfare", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
_NOT_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


def _nowhere(place: str) -> None:
    """Nobody wants to know where a request is."""
    del place


class Egress:
    """The one HTTP client. Redirects are not followed, cookies not kept, the environment's proxies and certificates not read.

    `timeout` is in seconds, for the connection (at most ten) and for each silence of the server. `reach` is told the
    places that a request comes to, "egress.leaving" and "egress.answered", so that a test can break there.
    """

    def __init__(
        self,
        *,
        timeout: float,
        transport: httpx.AsyncBaseTransport | None = None,
        reach: Callable[[str], None] = _nowhere,
        monotonic: Callable[[], float],
    ) -> None:
        connect = min(timeout, LONGEST_CONNECT)
        self._timeouts = {"connect": connect, "read": timeout, "write": timeout, "pool": timeout}
        self._transport = transport or Wire(connections=CONNECTIONS, monotonic=monotonic)
        self._reach = reach

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._transport.aclose()

    async def call(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,  # noqa: ANN401 - JSON has no narrower type
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply | Unavailable | OutcomeUnknown:
        """One request. `Unavailable` when nothing was sent, `OutcomeUnknown` when it may have been carried out.

        No address appears in what is returned: some carry a token.
        """
        try:
            request = httpx.Request(
                method,
                url,
                json=json,
                data=data,
                files=files,
                params=params,
                headers={**_ALWAYS, **(headers or {})},
                extensions={"timeout": self._timeouts},
            )
            return await self._exchange(request)
        except _NOT_SENT:
            return Unavailable("No connection could be made.")
        except (httpx.TransportError, httpx.DecodingError) as error:
            return OutcomeUnknown(f"The connection broke before the answer came ({type(error).__name__}).")

    async def _exchange(self, request: httpx.Request) -> Reply | OutcomeUnknown:
        self._reach("egress.leaving")
        answer = await self._transport.handle_async_request(request)
        try:
            body = await _bounded(answer)
        finally:
            await answer.aclose()
        self._reach("egress.answered")
        if body is None:
            return OutcomeUnknown("The answer was too large to be read.")
        return Reply(answer.status_code, _parsed(body), answer.headers)


async def _bounded(answer: httpx.Response) -> bytes | None:
    """The bytes of an answer, unpacked, or None as soon as there are more of them than anybody needs."""
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            return None
    return bytes(body)


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """The parsed JSON, or None for anything else: an HTML page from a proxy says nothing about the outcome."""
    try:
        return parse(body)
    except (ValueError, RecursionError):
        return None
