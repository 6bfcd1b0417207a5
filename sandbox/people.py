"""The door for people's apps: `/people/...`. What a person sees and does, as JSON and server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox import acts, standing, views
from sandbox.bot_api.dispatch import refusal, reply
from sandbox.bot_request import parts_of
from sandbox.deed import Deed
from sandbox.parts import Parts
from sandbox.persons import add_person, get_person
from sandbox.places import Place
from sandbox.refusals import Refused, bad_request, not_found
from sandbox.shapes import Doc, Json

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PATIENCE, BREATH = 10.0, 15.0
Act: TypeAlias = Callable[[Parts, Request], Awaitable[Json]]


def door(parts: Parts, act: Act) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers JSON, and refusals in the Bot API's envelope."""

    async def endpoint(request: Request) -> Response:
        try:
            found = await act(parts, request)
        except Refused as refused:
            return refusal(refused)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            return refusal(bad_request(f"cannot read this request: {type(error).__name__} {error}"))
        return found if isinstance(found, Response) else reply(found)

    return endpoint


async def body(request: Request) -> Doc:
    """The JSON object of a request; an empty body is an empty object."""
    found = json.loads(await request.body() or b"{}")
    if not isinstance(found, dict):
        raise bad_request("object expected as JSON")
    return found


def _person(parts: Parts, request: Request) -> Doc:
    return get_person(parts.world, int(request.path_params["person"]))


def _place(parts: Parts, request: Request, person: Doc) -> Place:
    place = views.place_for(parts.world, person["id"], int(request.path_params["chat"]))
    if not views.sees(parts.world, person["id"], place):
        raise bad_request("chat not found")
    return place


async def _people(parts: Parts, _: Request) -> Json:
    return [views.person_view(row) for row in parts.world.rows("persons")]


async def _arrive(parts: Parts, request: Request) -> Json:
    fields = await body(request)
    with Deed(parts.world, "people.arrive") as deed:
        return views.person_view(add_person(deed, fields))


async def _chats(parts: Parts, request: Request) -> Json:
    return views.chats_of(parts.world, _person(parts, request)["id"])


async def _history(parts: Parts, request: Request) -> Json:
    person = _person(parts, request)
    query = request.query_params
    thread = int(query["thread"]) if query.get("thread") else None
    after, limit = int(query.get("after") or 0), min(int(query.get("limit") or 100), 1000)
    place = _place(parts, request, person)
    return views.history(parts.world, person["id"], place, after=after, limit=limit, thread=thread)


def _view(parts: Parts, person: Doc, place: Place, message: Doc) -> Doc:
    return views.message_view(parts.world, person["id"], place.key, message)


async def _say(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = _place(parts, request, person)
    return _view(parts, person, place, acts.say(parts, person, place, fields))


async def _media(parts: Parts, request: Request) -> Json:
    person = _person(parts, request)
    fields, uploads = await parts_of(request)
    place = _place(parts, request, person)
    sent = acts.send_files(parts, person, place, fields, [upload for _, upload in uploads])
    return [_view(parts, person, place, message) for message in sent]


async def _forward(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = _place(parts, request, person)
    source = views.place_for(parts.world, person["id"], int(fields["from_chat"]))
    sent = acts.forward(parts, person, place, source, [int(n) for n in fields["message_ids"]])
    return [_view(parts, person, place, message) for message in sent]


async def _answer_to(parts: Parts, query_id: str) -> Doc | None:
    """The answer of a bot to a query, waited for at most ten seconds."""
    until = parts.clock.ticks() + PATIENCE
    while True:
        row = parts.world.row("callbacks", query_id) or {}
        if row.get("answer") is not None:
            found: Doc = row["answer"]
            return found
        if not await parts.answered.heard(until - parts.clock.ticks()):
            return None


async def _tap(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = _place(parts, request, person)
    query_id = acts.tap(parts, person, place, int(fields["message_id"]), str(fields["data"]))
    answer = None if fields.get("wait") is False else await _answer_to(parts, query_id)
    empty = {"text": "", "show_alert": False, "url": None}
    return {"answered": answer is not None, "callback_query_id": query_id, **(answer or empty)}


async def _inline(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    query_id = acts.ask_inline(parts, person, int(fields["bot_id"]), str(fields.get("query", "")))
    answer = await _answer_to(parts, query_id)
    return {"answered": answer is not None, "results": (answer or {}).get("results", [])}


async def _react(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = _place(parts, request, person)
    acts.react(parts, person, place, int(fields["message_id"]), str(fields.get("emoji") or ""))
    return {"ok": True}


async def _edit(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = _place(parts, request, person)
    message = acts.edit(parts, person, place, int(fields["message_id"]), str(fields["text"]))
    return _view(parts, person, place, message)


async def _delete(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = _place(parts, request, person)
    return {"deleted": acts.delete(parts, person, place, [int(n) for n in fields["message_ids"]])}


async def _vote(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = _place(parts, request, person)
    return acts.vote(parts, person, place, int(fields["message_id"]), [int(n) for n in fields["option_ids"]])


async def _members(parts: Parts, request: Request) -> Json:
    person, fields = _person(parts, request), await body(request)
    place = views.place_for(parts.world, person["id"], int(request.path_params["chat"]))
    return standing.act(parts, person, place, fields)


async def _file(parts: Parts, request: Request) -> Json:
    _person(parts, request)
    row = parts.world.row("files", request.path_params["file_id"])
    content = parts.files.read(row["file_id"]) if row else None
    if row is None or content is None:
        raise not_found("file not found")
    kind = row.get("mime_type", "application/octet-stream")
    return Response(content, media_type=kind, headers=_harmless(kind))


def _harmless(kind: str) -> dict[str, str]:
    """Keeps an uploaded page or drawing from running on this origin: only pictures, sound and film are shown."""
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    if kind not in SHOWN and not kind.startswith(("audio/", "video/")):
        headers["Content-Disposition"] = "attachment"
    return headers


def _fresh(parts: Parts, person_id: int, after: int) -> tuple[int, list[Doc]]:
    """The number up to which the person has now seen everything, and the events that are for him."""
    events = parts.world.live.since(after)
    shown = [views.event_view(parts.world, person_id, event) for event in events]
    return (events[-1].n if events else after), [event for event in shown if event is not None]


async def _events(parts: Parts, request: Request) -> Json:
    person_id = _person(parts, request)["id"]
    query = request.query_params
    given = query.get("after") or request.headers.get("last-event-id")
    after = int(given) if given else parts.world.live.last
    if query.get("format") == "json":
        return await _wait(parts, person_id, after, float(query.get("wait") or 0))
    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(
        _stream(parts, person_id, after), media_type="text/event-stream", headers=headers
    )


async def _wait(parts: Parts, person_id: int, after: int, seconds: float) -> list[Doc]:
    until = parts.clock.ticks() + seconds
    while True:
        after, events = _fresh(parts, person_id, after)
        if events or not await parts.world.live.bell.heard(until - parts.clock.ticks()):
            return events


async def _stream(parts: Parts, person_id: int, after: int) -> AsyncIterator[str]:
    yield f": from {after}\nretry: 1000\n\n"
    while not parts.world.live.is_over:
        after, events = _fresh(parts, person_id, after)
        for event in events:
            yield f"id: {event['n']}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n"
        if not events and not await parts.world.live.bell.heard(BREATH):
            yield ": still here\n\n"
        await asyncio.sleep(0)


def routes(parts: Parts) -> list[Route]:
    """The routes under `/people`."""
    in_chat = "/people/{person:int}/chats/{chat}"
    table: list[tuple[str, str, Act]] = [
        ("GET", "/people", _people),
        ("POST", "/people", _arrive),
        ("GET", "/people/{person:int}/chats", _chats),
        ("GET", f"{in_chat}/messages", _history),
        ("POST", f"{in_chat}/messages", _say),
        ("POST", f"{in_chat}/media", _media),
        ("POST", f"{in_chat}/forward", _forward),
        ("POST", f"{in_chat}/taps", _tap),
        ("POST", f"{in_chat}/reactions", _react),
        ("POST", f"{in_chat}/edit", _edit),
        ("POST", f"{in_chat}/delete", _delete),
        ("POST", f"{in_chat}/votes", _vote),
        ("POST", f"{in_chat}/members", _members),
        ("POST", "/people/{person:int}/inline", _inline),
        ("GET", "/people/{person:int}/events", _events),
        ("GET", "/people/{person:int}/files/{file_id}", _file),
    ]
    return [Route(path, door(parts, act), methods=[method]) for method, path, act in table]
