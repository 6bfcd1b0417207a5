"""How does a request leave the desk? The one HTTP client, and the one translation of how HTTP can fail.

Facts: httpx raises `ConnectError`, `ConnectTimeout` and `PoolTimeout` before anything was sent; every other transport
error, and every 5xx, leaves open whether the request was carried out (RFC 9110, 9.2.2 and 15.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from json import loads as parse
from types import TracebackType
from typing import Any, Self

import httpx

from integrations.contract import OutcomeUnknown, Reply, Unavailable

LARGEST_ANSWER = 5_000_000
"""Bytes of an answer that are read; a platform's answers are a few thousand."""


class Egress:
    """The one HTTP client. Redirects are not followed, the environment's proxies and certificates are not read."""

    def __init__(self, *, timeout: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._client.aclose()

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
            async with self._client.stream(
                method, url, json=json, data=data, files=files, params=params, headers=headers
            ) as answer:
                body = await _bounded(answer)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
        ):
            return Unavailable("No connection could be made.")
        except (httpx.TransportError, httpx.DecodingError) as error:
            return OutcomeUnknown(f"The connection broke before the answer came ({type(error).__name__}).")
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
