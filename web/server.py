"""What answers over HTTP? Telegram's webhook, and whether the desk is alive and ready."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

LARGEST_UPDATE = 1_000_000
"""Bytes of one webhook call; Telegram's updates are a few thousand."""

Take = Callable[[Sequence[object]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Web:
    """The routes of the desk. `secret` guards the webhook; without one there is no webhook at all."""

    take: Take
    is_ready: Callable[[], Awaitable[Sequence[str]]]
    measure: Callable[[], Awaitable[dict[str, float]]]
    secret: str | None

    def app(self, extra: Sequence[BaseRoute] = ()) -> Starlette:
        """The ASGI application; `extra` are routes of others (the sandbox, in the demo)."""
        routes: list[BaseRoute] = [
            Route("/healthz", self._health),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]
        if self.secret is not None:
            routes.append(Route("/telegram", self._telegram, methods=["POST"]))
        return Starlette(routes=[*routes, *extra])

    async def _health(self, request: Request) -> Response:
        del request
        return PlainTextResponse("ok\n")

    async def _ready(self, request: Request) -> Response:
        """200 when everything that is needed answers; 503 with what does not."""
        del request
        missing = await self.is_ready()
        return JSONResponse(
            {"ready": not missing, "missing": [*missing]}, status_code=503 if missing else 200
        )

    async def _metrics(self, request: Request) -> Response:
        """Figures in Prometheus's text format, without labels that name anybody."""
        del request
        figures = await self.measure()
        lines = [f"# TYPE {name} gauge\n{name} {value:g}\n" for name, value in sorted(figures.items())]
        return PlainTextResponse("".join(lines), media_type="text/plain; version=0.0.4")

    async def _telegram(self, request: Request) -> Response:
        """Keeps one update, then says 200; Telegram repeats whatever got no 200."""
        given = request.headers.get("x-telegram-bot-api-secret-token", "").encode("utf-8", "replace")
        if self.secret is None or not hmac.compare_digest(given, self.secret.encode()):
            return PlainTextResponse("no\n", status_code=401)
        body = await _bounded(request)
        if body is None:
            return PlainTextResponse("too large\n", status_code=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return PlainTextResponse("not JSON\n", status_code=400)
        await self.take([update])
        return PlainTextResponse("ok\n")


async def _bounded(request: Request) -> bytes | None:
    """The body, or None as soon as it is larger than an update can be."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > LARGEST_UPDATE:
            return None
    return bytes(chunks)
