"""The door for whoever stages the world: `/admin/...`. Bots, persons, chats, faults, floods, effects, raw updates."""

from starlette.requests import Request
from starlette.routing import Route

from sandbox.deed import Deed
from sandbox.membership import found_chat
from sandbox.parts import Parts
from sandbox.people import Act, body, door
from sandbox.persons import add_bot, add_person, get_bot
from sandbox.places import private
from sandbox.refusals import not_found
from sandbox.shapes import Doc, Json

MOST_EFFECTS = 10_000


async def _add_bot(parts: Parts, request: Request) -> Json:
    fields = await body(request)
    with Deed(parts.world, "admin.bots") as deed:
        return add_bot(deed, fields)


async def _add_person(parts: Parts, request: Request) -> Json:
    fields = await body(request)
    with Deed(parts.world, "admin.persons") as deed:
        person = add_person(deed, {key: value for key, value in fields.items() if key != "starts"})
        for bot_id in fields.get("starts", []):
            get_bot(parts.world, bot_id)
            deed.put("private", private(person["id"], bot_id).key, {"started": True, "blocked": False})
    return person


async def _add_chat(parts: Parts, request: Request) -> Json:
    fields = await body(request)
    with Deed(parts.world, "admin.chats") as deed:
        return found_chat(deed, fields)


async def _show_chat(parts: Parts, request: Request) -> Json:
    """Everything of a conversation: its row and its messages; a private one is named "person@bot"."""
    key = request.path_params["chat"]
    world = parts.world
    row = world.row("private" if "@" in key else "chats", key)
    if row is None:
        raise not_found("chat not found")
    history = [
        {"author_id": world.author_id(key, number), "message": message}
        for number, message in sorted(world.messages.get(key, {}).items())
    ]
    return {"chat": row, "messages": [item["message"] for item in history], "history": history}


async def _effects(parts: Parts, request: Request) -> Json:
    query = request.query_params
    after, limit = int(query.get("after") or 0), min(int(query.get("limit") or 1000), MOST_EFFECTS)
    journal = parts.world.journal
    return {"effects": journal.since(after, limit), "last": len(journal)}


async def _inject(parts: Parts, request: Request) -> Json:
    fields = await body(request)
    bot_id = int(fields["bot_id"])
    get_bot(parts.world, bot_id)
    with Deed(parts.world, "admin.updates", bot_id=bot_id) as deed:
        for update in fields["updates"]:
            deed.raw_update(bot_id, update)
    return {"queued": len(fields["updates"])}


async def _plan_faults(parts: Parts, request: Request) -> Json:
    parts.faults.plan(await body(request))
    return parts.faults.report()


async def _show_faults(parts: Parts, _: Request) -> Json:
    return parts.faults.report()


async def _clear_faults(parts: Parts, _: Request) -> Json:
    parts.faults.clear()
    return parts.faults.report()


async def _switch_floods(parts: Parts, request: Request) -> Json:
    parts.floods.switch(on=bool((await body(request))["on"]))
    return parts.floods.report()


async def _show_floods(parts: Parts, _: Request) -> Json:
    return parts.floods.report()


async def _set_network(parts: Parts, request: Request) -> Json:
    parts.network.change(await body(request))
    return parts.network.report()


async def _state(parts: Parts, _: Request) -> Json:
    """The whole cast: bots, persons, chats, and how many updates wait for each bot."""
    world = parts.world
    waiting: Doc = {str(row["id"]): len(world.queues[row["id"]].waiting) for row in world.rows("bots")}
    return {
        "bots": world.rows("bots"),
        "persons": world.rows("persons"),
        "chats": world.rows("chats"),
        "waiting": waiting,
        "effects": len(world.journal),
    }


def routes(parts: Parts) -> list[Route]:
    """The routes under `/admin`."""
    table: list[tuple[str, str, Act]] = [
        ("GET", "/admin", _state),
        ("POST", "/admin/bots", _add_bot),
        ("POST", "/admin/persons", _add_person),
        ("POST", "/admin/chats", _add_chat),
        ("GET", "/admin/chats/{chat}", _show_chat),
        ("GET", "/admin/effects", _effects),
        ("POST", "/admin/updates", _inject),
        ("POST", "/admin/faults", _plan_faults),
        ("GET", "/admin/faults", _show_faults),
        ("DELETE", "/admin/faults", _clear_faults),
        ("POST", "/admin/floods", _switch_floods),
        ("GET", "/admin/floods", _show_floods),
        ("POST", "/admin/networks", _set_network),
    ]
    return [Route(path, door(parts, act), methods=[method]) for method, path, act in table]
