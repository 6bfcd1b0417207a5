"""Who comes, goes, rises or falls in a chat, and how is it told? Bot API: ChatMemberUpdated."""

from sandbox.deed import Deed
from sandbox.messages import service
from sandbox.persons import user
from sandbox.places import OUT, Place, bots_inside, get_chat, is_admin, known_user, private, shape, shared
from sandbox.refusals import bad_request
from sandbox.rights import ADMIN_RIGHTS, CHANNEL_RIGHTS, GROUP_RIGHTS, full_member
from sandbox.shapes import Doc

FIRST_GROUP_ID, FIRST_SUPERGROUP_ID = -4001, -1001000000001


def full_rights(kind: str) -> Doc:
    """The rights of an administrator who may do all that his kind of chat knows."""
    extra = CHANNEL_RIGHTS if kind == "channel" else GROUP_RIGHTS
    return dict.fromkeys((*ADMIN_RIGHTS, *extra), True)


def change(deed: Deed, place: Place, *, by: Doc, user_id: int, new: Doc, silent: bool = False) -> None:
    """Give a user a new standing (`status` and rights) in a group or channel and tell those it concerns.

    The bot it is about gets `my_chat_member`, administrator bots `chat_member`; groups get service messages
    for coming and going unless `silent`.
    """
    world = deed.world
    subject = known_user(world, user_id)
    old = full_member(world, place, user_id)
    row = get_chat(world, place.chat_id)
    deed.put("chats", place.key, {**row, "members": {**row["members"], str(user_id): new}})
    fresh = full_member(world, place, user_id)
    if old == fresh:
        return
    told = {
        "chat": shape(world, place),
        "from": user(by),
        "date": world.clock.unix(),
        "old_chat_member": old,
        "new_chat_member": fresh,
    }
    if world.row("bots", user_id):
        deed.update(user_id, "my_chat_member", told)
    for bot_id in bots_inside(world, place):
        if bot_id != user_id and is_admin(world, place, bot_id):
            deed.update(bot_id, "chat_member", told)
    deed.event("member", place.key, {"user": user(subject), "status": new["status"]})
    if place.is_group and not silent:
        _tell_group(deed, place, by, subject, was_out=old["status"] in OUT, is_out=new["status"] in OUT)


def _tell_group(deed: Deed, place: Place, by: Doc, subject: Doc, *, was_out: bool, is_out: bool) -> None:
    if was_out and not is_out:
        shown = {"new_chat_members": [user(subject)]}
        service(deed, place, by, shown)
    elif is_out and not was_out:
        service(deed, place, by, {"left_chat_member": user(subject)})


def block(deed: Deed, person: Doc, bot_id: int, *, blocked: bool) -> None:
    """A person blocks a bot, or takes it back; the bot gets `my_chat_member`."""
    place = private(person["id"], bot_id)
    state = deed.world.row("private", place.key) or {"started": False, "blocked": False}
    if state["blocked"] == blocked:
        return
    deed.put("private", place.key, {**state, "blocked": blocked})
    bot = user(known_user(deed.world, bot_id))
    standing: list[Doc] = [
        {"user": bot, "status": "member"},
        {"user": bot, "status": "kicked", "until_date": 0},
    ]
    old, fresh = standing if blocked else reversed(standing)
    told = {"chat": shape(deed.world, place), "from": user(person), "date": deed.world.clock.unix()}
    deed.update(bot_id, "my_chat_member", {**told, "old_chat_member": old, "new_chat_member": fresh})
    deed.event("member", place.key, {"user": bot, "status": fresh["status"]})


def found_chat(deed: Deed, fields: Doc) -> Doc:
    """Make a group, supergroup or channel; returns its row.

    `members` maps user ids to a status or to a member with rights (or lists `{user_id, status, ...}`);
    an administrator without any right given gets all. `topics` lists names for a forum.
    """
    world, kind = deed.world, fields.get("type", "supergroup")
    if kind not in {"group", "supergroup", "channel"} or not fields.get("title"):
        raise bad_request("a chat needs type (group, supergroup or channel) and title")
    first = FIRST_GROUP_ID if kind == "group" else FIRST_SUPERGROUP_ID
    known = [row["id"] for row in world.rows("chats") if (row["type"] == "group") == (kind == "group")]
    chat_id = int(fields.get("id") or min([first + 1, *known]) - 1)
    if world.row("chats", chat_id):
        raise bad_request("there is such a chat already")
    topics = {
        str(n): {"message_thread_id": n, "name": name} for n, name in _numbered(fields.get("topics", []))
    }
    row = {
        **{key: fields[key] for key in KEPT if fields.get(key) is not None},
        "id": chat_id,
        "type": kind,
        "members": {},
        "topics": {},
    }
    deed.put("chats", chat_id, row)
    standings = _standings(fields.get("members", {}))
    founder = next((user_id for user_id, m in standings if m["status"] == "creator"), None)
    bots = [pair for pair in standings if world.row("bots", pair[0])]
    for user_id, new in standings:
        if (user_id, new) not in bots:
            _let_in(deed, shared(row), user_id, new, founder)
    if fields.get("is_forum"):
        general = {"message_thread_id": 1, "name": "General"}
        deed.put("chats", chat_id, {**get_chat(world, chat_id), "topics": {"1": general, **topics}})
        _announce_topics(deed, get_chat(world, chat_id))
    for user_id, new in bots:
        _let_in(deed, shared(row), user_id, new, founder)
    _link(deed, get_chat(world, chat_id))
    return get_chat(world, chat_id)


KEPT = ("title", "username", "is_forum", "description", "permissions", "linked_chat_id", "invite_link")


def _numbered(names: list[str]) -> list[tuple[int, str]]:
    return list(enumerate((name for name in names if name != "General"), start=2))


def _standings(members: Doc | list[Doc | int]) -> list[tuple[int, Doc]]:
    if isinstance(members, dict):
        found = [(int(key), m if isinstance(m, dict) else {"status": m}) for key, m in members.items()]
    else:
        listed = [m if isinstance(m, dict) else {"user_id": m} for m in members]
        found = [(int(m["user_id"]), {k: v for k, v in m.items() if k != "user_id"}) for m in listed]
    return [(user_id, {"status": "member", **new}) for user_id, new in found]


def _let_in(deed: Deed, place: Place, user_id: int, new: Doc, founder: int | None) -> None:
    if new["status"] == "administrator" and not any(key.startswith("can_") for key in new):
        new = {**new, **full_rights(place.kind)}
    by = known_user(deed.world, founder or user_id)
    change(deed, place, by=by, user_id=user_id, new=new, silent=True)


def _announce_topics(deed: Deed, row: Doc) -> None:
    """A topic's number is that of the service message which opened it; the first messages are these."""
    creators = [int(key) for key, m in row["members"].items() if m["status"] == "creator"]
    by_id = next(iter(creators), next((int(key) for key in row["members"]), None))
    if by_id is None:
        return
    by = known_user(deed.world, by_id)
    service(deed, shared(row), by, {"supergroup_chat_created": True})
    for number, topic in row["topics"].items():
        if number != "1":
            shown = {"name": topic["name"], "icon_color": 7322096}
            extra = {"message_thread_id": int(number), "is_topic_message": True}
            service(deed, shared(row), by, {**extra, "forum_topic_created": shown})


def _link(deed: Deed, row: Doc) -> None:
    other = deed.world.row("chats", row["linked_chat_id"]) if row.get("linked_chat_id") else None
    if other is not None:
        deed.put("chats", other["id"], {**other, "linked_chat_id": row["id"]})


def migrate(deed: Deed, place: Place, by: Doc) -> Doc:
    """A group becomes a supergroup: a new id, everybody moves, both ends tell it. Returns the new row."""
    world = deed.world
    if place.kind != "group":
        raise bad_request("only a group can become a supergroup")
    old = get_chat(world, place.chat_id)
    known = [row["id"] for row in world.rows("chats") if row["type"] != "group"]
    new_id = min([FIRST_SUPERGROUP_ID + 1, *known]) - 1
    row = {**old, "id": new_id, "type": "supergroup"}
    deed.put("chats", new_id, row)
    service(deed, place, by, {"migrate_to_chat_id": new_id})
    service(deed, shared(row), by, {"migrate_from_chat_id": old["id"]})
    deed.put("chats", old["id"], {**old, "migrated_to": new_id})
    return row
