"""What does a person's app show? Chats and messages from the person's side.

Seen by a person, a private conversation is named by the bot's id; seen by the bot, by the person's.
"""

from typing import TYPE_CHECKING

from sandbox.bot_api.menus import commands_for
from sandbox.persons import user
from sandbox.places import Place, by_key, get_chat, inside, is_inside, member, private, shared
from sandbox.refusals import bad_request
from sandbox.rights import person_may_write
from sandbox.shapes import Doc
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.live import Event

FILES = ("video", "document", "audio", "voice", "animation")


def place_for(world: World, person_id: int, chat_id: int) -> Place:
    """The conversation that a person means by a chat id (a bot's id for the private one)."""
    if chat_id > 0:
        if world.row("bots", chat_id) is None:
            raise bad_request("chat not found")
        return private(person_id, chat_id)
    row = get_chat(world, chat_id)
    if row.get("migrated_to"):
        reason = "group chat was upgraded to a supergroup chat"
        raise bad_request(reason, migrate_to_chat_id=row["migrated_to"])
    return shared(row)


def sees(world: World, person_id: int, place: Place) -> bool:
    """May the person read along? Members, and anybody in a public channel or group."""
    if place.kind == "private" or is_inside(world, place, person_id):
        return place.kind != "private" or place.chat_id == person_id
    is_public = bool(get_chat(world, place.chat_id).get("username"))
    return is_public and member(world, place, person_id)["status"] != "kicked"


def chats_of(world: World, person_id: int) -> list[Doc]:
    """The chat list of a person: newest message first."""
    places = [
        by_key(world, key) for key in world.tables.get("private", {}) if key.startswith(f"{person_id}@")
    ]
    places += [shared(row) for row in world.rows("chats") if not row.get("migrated_to")]
    seen = [p for p in places if p.kind == "private" or is_inside(world, p, person_id)]
    shown = [chat_view(world, person_id, place) for place in seen]
    return sorted(shown, key=lambda chat: -(chat["last_message"] or {"date": 0})["date"])


def chat_view(world: World, person_id: int, place: Place) -> Doc:
    """One entry of the chat list."""
    last = world.last_ids.get(place.key, 0)
    while last and world.message(place.key, last) is None:
        last -= 1
    newest = world.message(place.key, last) if last else None
    row = {} if place.kind == "private" else get_chat(world, place.chat_id)
    bot = world.row("bots", place.bot_id) if place.bot_id else None
    state = world.row("private", place.key) or {}
    topics = [
        {key: topic[key] for key in ("message_thread_id", "name", "is_closed") if key in topic}
        for topic in row.get("topics", {}).values()
    ]
    return {
        "id": place.bot_id if bot else place.chat_id,
        "type": place.kind,
        "title": bot["first_name"] if bot else row.get("title"),
        "username": (bot or row).get("username"),
        "is_forum": bool(row.get("is_forum")),
        "topics": topics,
        "last_message": message_view(world, person_id, place.key, newest) if newest else None,
        "can_write": person_may_write(world, place, person_id),
        "commands": _commands(world, person_id, place),
        "bot": {"id": bot["id"], "username": bot["username"]} if bot else None,
        "blocked": bool(state.get("blocked")),
        "started": bool(state.get("started")) if bot else True,
        "pinned": (state or row).get("pinned", []),
        "status": "member" if bot else member(world, place, person_id)["status"],
        "member_count": 2 if bot else len(inside(world, place)),
        "linked_chat_id": row.get("linked_chat_id"),
    }


def _commands(world: World, person_id: int, place: Place) -> list[Doc]:
    language = (world.row("persons", person_id) or {}).get("language_code", "")
    bots = [place.bot_id] if place.bot_id else [b for b in inside(world, place) if world.row("bots", b)]
    found: list[Doc] = []
    for bot_id in bots:
        name = (world.row("bots", bot_id) or {})["username"]
        commands = commands_for(world, bot_id, place.key, person_id, language)
        found.extend({**command, "bot": name} for command in commands)
    return found


def message_view(world: World, person_id: int, key: str, message: Doc) -> Doc:
    """A message as the person's app shows it: his chat id, addresses of files, keyboards, reactions."""
    shown = {**message}
    place = by_key(world, key)
    if place.bot_id:
        bot = world.row("bots", place.bot_id) or {}
        shown["chat"] = {"id": place.bot_id, "type": "private", **_names(bot)}
    number = message.get("message_id")
    if (markup := world.row("markups", f"{key}/{number}")) is not None:
        shown["reply_markup"] = markup
    if reactions := world.row("reactions", f"{key}/{number}"):
        shown["reactions"] = [
            {"emoji": reaction.get("emoji"), "user_id": int(who)}
            for who, given in reactions.items()
            for reaction in given
        ]
    if file_id := _file_id(message):
        shown["file_url"] = f"people/{person_id}/files/{file_id}"
    return shown


def _names(bot: Doc) -> Doc:
    return {key: bot[key] for key in ("first_name", "username") if bot.get(key)}


def _file_id(message: Doc) -> str | None:
    if message.get("photo"):
        found: str = message["photo"][-1]["file_id"]
        return found
    for kind in FILES:
        if kind in message:
            file_id: str = message[kind]["file_id"]
            return file_id
    return None


def history(
    world: World, person_id: int, place: Place, *, after: int, limit: int, thread: int | None
) -> list[Doc]:
    """The messages behind number `after`, oldest first; without `after` the newest `limit`.

    `thread` narrows to a topic; the general topic (1) is what stands in no other.
    """
    known = world.messages.get(place.key, {})
    numbers = [n for n in sorted(known) if n > after and _is_in(known[n], thread)]
    chosen = numbers[:limit] if after else numbers[-limit:]
    return [message_view(world, person_id, place.key, known[n]) for n in chosen]


def _is_in(message: Doc, thread: int | None) -> bool:
    if thread is None:
        return True
    own = message.get("message_thread_id") if message.get("is_topic_message") else None
    return own == thread or (own is None and thread == 1)


def event_view(world: World, person_id: int, event: "Event") -> Doc | None:
    """A live event as the person gets it, or None when it is not for him."""
    if event.kind == "reload":
        return {"n": event.n, "kind": "reload", "chat": None, "data": {}}
    if event.only is not None and event.only != person_id:
        return None
    if event.conversation.startswith("bot:"):
        return {"n": event.n, "kind": event.kind, "chat": event.data["bot_id"], "data": event.data}
    place = by_key(world, event.conversation)
    about_him = event.kind == "member" and event.data["user"]["id"] == person_id
    if not about_him and not sees(world, person_id, place):
        return None
    data = event.data
    if event.kind in {"message", "edit"}:
        data = message_view(world, person_id, event.conversation, data)
    return {"n": event.n, "kind": event.kind, "chat": place.bot_id or place.chat_id, "data": data}


def person_view(row: Doc) -> Doc:
    """A person in the list of people."""
    return user(row)
