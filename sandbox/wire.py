"""How does an answer get lost on purpose? Closes the connection without a word."""

from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

DROP = "sandbox.drop"


class Droppable:
    """Wraps an ASGI app so that `NoAnswer` inside it can reach the connection.

    Uvicorn's `send` belongs to the request's cycle, which knows the transport; this is the one place that uses
    it. A server that hides it gets an answer cut off in the middle instead. Wrap the outermost app.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the wrapped app, with the way to the connection in the scope."""
        transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
        if scope["type"] == "http" and transport is not None and DROP not in scope:
            scope[DROP] = transport.abort
        await self._app(scope, receive, send)


class NoAnswer(Response):
    """A response that never comes: the client sees the connection closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection, then wait until the server has noticed."""
        drop = scope.get(DROP)
        if drop is None:
            length = [(b"content-length", b"64"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 200, "headers": length})
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            return
        drop()
        while (await receive())["type"] != "http.disconnect":
            continue
