"""What happens between a Bot API request and its answer? Token, method, parameters, faults, deed, envelope."""

import inspect
import json
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from sandbox import bot_request
from sandbox.bot_api import (
    editing,
    forwarding,
    menus,
    reading,
    sending,
    talking,
    topics,
    updates,
)
from sandbox.bot_api.call import Call, Handler
from sandbox.parts import Parts
from sandbox.refusals import Refused, not_found, too_many
from sandbox.shapes import Doc, Json
from sandbox.spoiling import Complaints, spoil

METHODS: dict[str, Handler] = {
    **updates.METHODS,
    **sending.METHODS,
    **editing.METHODS,
    **reading.METHODS,
    **talking.METHODS,
    **forwarding.METHODS,
    **menus.METHODS,
    **topics.METHODS,
}
REASONS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


async def answer(parts: Parts, request: Request) -> Response:
    """Serve `/bot<token>/<method>`."""
    try:
        call, handler = await _read(parts, request)
    except Refused as refused:
        return refusal(refused)
    rule = parts.faults.pick(call.method, call.args.get("chat_id"))
    if rule is None:
        return await _done(call, handler)
    call = replace(call, fault=rule.fault)
    complaints = Complaints(_error, lambda seconds: refusal(too_many(seconds)))
    return await spoil(rule, lambda: _done(call, handler), complaints, parts.late)


async def _read(parts: Parts, request: Request) -> tuple[Call, Handler]:
    token, name = request.path_params["token"], request.path_params["method"]
    bot = bot_of(parts, token)
    method = parts.description.method(name)
    if method is None:
        raise not_found("method not found")
    handler = METHODS.get(method)
    if handler is None:
        raise not_found(f"method {method} is part of the Bot API but not of this sandbox")
    raw, uploads = await bot_request.read(request)
    args = parts.description.check(method, raw, set(uploads))
    return Call(parts, bot, method, args, uploads), handler


def bot_of(parts: Parts, token: str) -> Doc:
    """The bot of a token; 404 for what is no token, 401 for an unknown one."""
    number, _, secret = token.partition(":")
    if not number.isdigit() or not secret:
        raise not_found("")
    bot_id = parts.world.tokens.get(token)
    bot = parts.world.row("bots", bot_id) if bot_id is not None else None
    if bot is None:
        raise Refused(401, "Unauthorized")
    return bot


async def _done(call: Call, handler: Handler) -> Response:
    try:
        result = handler(call)
        if inspect.isawaitable(result):
            result = await result
    except Refused as refused:
        return refusal(refused)
    return reply({"ok": True, "result": result})


def reply(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON, written compactly."""
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status, headers, media_type="application/json")


def _error(status: int) -> Response:
    return refusal(Refused(status, REASONS.get(status, "Internal Server Error")))


def refusal(refused: Refused) -> Response:
    """The envelope of a refusal. Bot API: making requests."""
    body: Doc = {"ok": False, "error_code": refused.code, "description": refused.description}
    headers = None
    if refused.parameters:
        body["parameters"] = refused.parameters
        if wait := refused.parameters.get("retry_after"):
            headers = {"Retry-After": str(wait)}
    return reply(body, refused.code, headers)


async def download(parts: Parts, request: Request) -> Response:
    """Serve `/file/bot<token>/<file_path>`."""
    try:
        bot_of(parts, request.path_params["token"])
    except Refused as refused:
        return refusal(refused)
    wanted = request.path_params["path"]
    row = next((row for row in parts.world.rows("files") if row["file_path"] == wanted), None)
    content = parts.files.read(row["file_id"]) if row else None
    if row is None or content is None:
        return refusal(not_found("file not found"))
    return Response(content, media_type=row.get("mime_type", "application/octet-stream"))
