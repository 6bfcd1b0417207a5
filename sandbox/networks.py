"""The practice network: `/networks/practice/...`. A small social network to prove the publishing engine on."""

import secrets
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bot_api.dispatch import reply
from sandbox.deed import Deed
from sandbox.parts import Parts
from sandbox.people import body
from sandbox.refusals import Refused
from sandbox.shapes import Doc
from sandbox.spoiling import Complaints, spoil

MOST_TEXT = 500


async def _answer(parts: Parts, request: Request) -> Response:
    account = request.path_params["account"]
    is_post = request.method == "POST"
    try:
        _check_token(request, account)
        fields = _checked(await body(request)) if is_post else {}
        since = _since(request)
    except Refused as refused:
        return reply({"error": refused.description}, refused.code)
    except ValueError:
        return reply({"error": "the request cannot be read"}, 400)
    rule = parts.faults.pick("practice.post" if is_post else "practice.list", account)
    key = request.headers.get("idempotency-key", "")

    async def act() -> Response:
        if not is_post:
            return reply({"posts": _visible(parts, account, since)})
        return reply(_publish(parts, account, fields, key, rule.fault if rule else None), 201)

    return await act() if rule is None else await spoil(rule, act, COMPLAINTS, parts.late)


def _too_many(seconds: int) -> Response:
    return reply({"error": "slow down", "retry_after": seconds}, 429, {"Retry-After": str(seconds)})


COMPLAINTS = Complaints(lambda status: reply({"error": "something broke"}, status), _too_many)


def _check_token(request: Request, account: str) -> None:
    if request.headers.get("authorization") != f"Bearer practice-{account}":
        raise Refused(401, "the token does not belong to this account")


def _since(request: Request) -> datetime | None:
    given = request.query_params.get("since")
    if not given:
        return None
    moment = datetime.fromisoformat(given.replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _checked(fields: Doc) -> Doc:
    text, media = fields.get("text"), fields.get("media") or []
    if not isinstance(text, str) or not (text.strip() or media):
        raise Refused(422, "a post needs text or media")
    if len(text) > MOST_TEXT:
        raise Refused(422, f"text is longer than {MOST_TEXT} characters")
    return {"text": text, "media": media}


def _publish(parts: Parts, account: str, fields: Doc, key: str, fault: str | None) -> Doc:
    """Make a post; on accounts whose name starts with "keyed" the same key gives the same post again."""
    world = parts.world
    if key and account.startswith("keyed"):
        for row in world.rows("posts"):
            if row["account"] == account and row["key"] == key:
                return _shown(row)
    row = {
        "id": f"{len(world.tables['posts']) + 1}{secrets.token_hex(3)}",
        "account": account,
        "at": parts.clock.now().isoformat(),
        "key": key,
        **fields,
    }
    with Deed(world, "practice.post", chat_id=account, fault=fault) as deed:
        deed.put("posts", f"{account}/{row['id']}", row)
    return _shown(row)


def _shown(row: Doc) -> Doc:
    post = {"id": row["id"], "text": row["text"], "media": row["media"], "at": row["at"]}
    return {**post, "url": f"https://practice.example/{row['account']}/{row['id']}"}


def _visible(parts: Parts, account: str, since: datetime | None) -> list[Doc]:
    latest = parts.clock.now() - timedelta(seconds=parts.network["lag_seconds"])
    found = []
    for row in parts.world.rows("posts"):
        at = datetime.fromisoformat(row["at"])
        if row["account"] == account and at <= latest and (since is None or at >= since):
            found.append(_shown(row))
    return found


def routes(parts: Parts) -> list[Route]:
    """The routes under `/networks`."""

    async def endpoint(request: Request) -> Response:
        return await _answer(parts, request)

    return [Route("/networks/practice/{account}/posts", endpoint, methods=["GET", "POST"])]
