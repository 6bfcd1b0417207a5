"""How do the bytes of a request travel? httpx's requests over aiohttp's connections, with httpx's own errors.

Facts (aiohttp 3.14, client.py): everything that goes wrong before a connection stands is a `ClientConnectorError`, a
`ConnectionTimeoutError` or an `InvalidURL`; whatever comes later may have left. The ready-made bridges between the two
libraries call a connection that the server closed a `ConnectTimeout`, which would send a post twice; hence this one. By
itself aiohttp repeats GET, PUT and DELETE on a broken connection; here it never does.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from typing import Final

import aiohttp
import httpx
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL  # aiohttp's own type for addresses; as text they would be quoted anew

from integrations.contract import LEAVE_BY

HANGS_UP_AFTER: Final = 4.0
"""Seconds that an idle connection is kept: common servers close it after five, and what runs into that is in doubt."""

LONGEST: Final = 4
"""A whole exchange takes at most so many read time-outs: a byte now and then is no answer."""

_BEFORE_SENDING: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_NO_ADDRESS: Final = (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError)


class TooLate(Exception):
    """The process stood still on the way to the wire, and the request must not leave any more."""


class _Connector(aiohttp.TCPConnector):
    """The last place before a request leaves: with the connection in hand it looks whether it still may."""

    def __init__(self, *, connections: int, trusted: ssl.SSLContext, monotonic: Callable[[], float]) -> None:
        super().__init__(limit=connections, keepalive_timeout=HANGS_UP_AFTER, ssl=trusted)
        self._now = monotonic

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the parent's own parameter
    ) -> Connection:
        """As the parent's; raises `TooLate` after the moment of `LEAVE_BY`."""
        connection = await super().connect(req, traces, timeout)
        leave_by = LEAVE_BY.get()
        if leave_by is not None and self._now() > leave_by:
            connection.close()
            raise TooLate
        return connection


class Wire(httpx.AsyncBaseTransport):
    """At most `connections` open at once; the session is opened in the loop that asks first.

    Raises `httpx.ConnectError` or `httpx.ConnectTimeout` when nothing was sent, `httpx.UnsupportedProtocol` for what is
    no address, `httpx.ReadTimeout` and `httpx.ReadError` when the request may have been carried out.
    """

    def __init__(self, *, connections: int, monotonic: Callable[[], float]) -> None:
        self._connections = connections
        self._monotonic = monotonic
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request and the head of its answer; the body is read from the answer's stream."""
        try:
            answer = await self._opened().request(
                request.method,
                _address(request),
                headers=request.headers,
                data=self._in_time(_body(request)),
                timeout=_patience(request),
                allow_redirects=False,
            )
        except TooLate as error:
            raise httpx.ConnectTimeout("too late to leave") from error
        except _NO_ADDRESS as error:
            raise httpx.UnsupportedProtocol(type(error).__name__) from error
        except _BEFORE_SENDING as error:
            failure = httpx.ConnectTimeout if isinstance(error, TimeoutError) else httpx.ConnectError
            raise failure(type(error).__name__) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _broken(error) from error
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Stream(answer))

    def _in_time(self, body: bytes | AsyncIterator[bytes] | None) -> bytes | AsyncIterator[bytes] | None:
        """The body, which looks once more in the step in which it is written: without it nobody carries anything out."""
        leave_by = LEAVE_BY.get()
        if leave_by is None or not isinstance(body, bytes):
            return body
        return self._late_look(body, leave_by)

    async def _late_look(self, body: bytes, leave_by: float) -> AsyncIterator[bytes]:
        if self._monotonic() > leave_by:
            raise TooLate
        yield body

    async def aclose(self) -> None:
        """Closes every connection; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # certifi's certificates and no environment, as httpx would take them
            trusted = httpx.create_ssl_context(trust_env=False)
            self._session = aiohttp.ClientSession(
                connector=_Connector(
                    connections=self._connections, trusted=trusted, monotonic=self._monotonic
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                middlewares=(_only_once,),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Gives a broken connection a name that aiohttp does not take for an invitation to send the request again."""
    try:
        return await handler(request)
    except _BEFORE_SENDING:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(type(error).__name__) from error


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.content.iter_any():
                yield chunk
        except (aiohttp.ClientError, OSError) as error:
            raise _broken(error) from error

    async def aclose(self) -> None:
        """Gives the connection back, or drops it with what nobody wanted to read."""
        if self._answer.content.at_eof():
            self._answer.release()
        else:
            self._answer.close()


def _broken(error: Exception) -> httpx.TransportError:
    failure = httpx.ReadTimeout if isinstance(error, TimeoutError) else httpx.ReadError
    return failure(type(error).__name__)


def _address(request: httpx.Request) -> URL:
    """The address byte by byte as it was given; a scheme without a port, or a port beyond all ports, is none."""
    try:
        address = URL(str(request.url), encoded=True)
        if address.port is not None:
            return address
    except ValueError as error:
        raise httpx.UnsupportedProtocol("no address") from error
    raise httpx.UnsupportedProtocol("no address")


def _body(request: httpx.Request) -> bytes | AsyncIterator[bytes] | None:
    """The body at once, or piece by piece where it holds files."""
    try:
        return request.content or None
    except httpx.RequestNotRead:
        return _pieces(request)


async def _pieces(request: httpx.Request) -> AsyncIterator[bytes]:
    if isinstance(request.stream, httpx.AsyncByteStream):
        async for piece in request.stream:
            yield piece


def _patience(request: httpx.Request) -> aiohttp.ClientTimeout:
    """The time-outs that httpx hands to its transports, in seconds, as aiohttp takes them."""
    given = request.extensions.get("timeout", {})
    read = given.get("read")
    return aiohttp.ClientTimeout(
        total=None if read is None else read * LONGEST,
        connect=given.get("pool"),
        sock_connect=given.get("connect"),
        sock_read=read,
    )
