"""What may a bot look up? Itself, chats, members and files."""

from sandbox import files, rights
from sandbox.bot_api.call import Call, Handler
from sandbox.membership import change
from sandbox.persons import find_user, me, user
from sandbox.places import get_chat, inside, is_inside, known_user, shape
from sandbox.refusals import bad_request
from sandbox.shapes import Doc, Json

REACTIONS_MOST = 11
ACCENT = 0


def get_me(call: Call) -> Json:
    """Bot API: getMe."""
    return me(call.bot)


def get_chat_info(call: Call) -> Json:
    """Bot API: getChat -> ChatFullInfo."""
    place = call.place()
    rights.check_bot_reads(call.world, place, call.bot_id)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    info: Doc = {
        **shape(call.world, place),
        "accent_color_id": ACCENT,
        "max_reaction_count": REACTIONS_MOST,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    row = call.world.row("private" if place.kind == "private" else "chats", place.key) or {}
    if row.get("username"):
        info["active_usernames"] = [row["username"]]
    for key in ("description", "invite_link", "linked_chat_id"):
        if row.get(key):
            info[key] = row[key]
    if place.is_group:
        defaults = dict.fromkeys(rights.SENDING_RIGHTS, True)
        info["permissions"] = defaults | (row.get("permissions") or {})
    if row.get("pinned") and (pinned := call.world.message(place.key, row["pinned"][-1])):
        info["pinned_message"] = pinned
    return info


def get_chat_member(call: Call) -> Json:
    """Bot API: getChatMember."""
    place = call.place()
    rights.check_bot_reads(call.world, place, call.bot_id)
    user_id: int = call.args["user_id"]
    known_user(call.world, user_id)
    if place.kind == "private":
        if user_id not in {place.chat_id, call.bot_id}:
            raise bad_request("user not found")
        return {"user": user(find_user(call.world, user_id) or {}), "status": "member"}
    return rights.full_member(call.world, place, user_id)


def get_administrators(call: Call) -> Json:
    """Bot API: getChatAdministrators; other bots are left out unless `return_bots`."""
    place = call.place()
    if place.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    rights.check_bot_reads(call.world, place, call.bot_id)
    shown = [rights.full_member(call.world, place, user_id) for user_id in inside(call.world, place)]
    with_bots = bool(call.args.get("return_bots"))
    return [
        found
        for found in shown
        if found["status"] in {"creator", "administrator"}
        and (with_bots or not found["user"]["is_bot"] or found["user"]["id"] == call.bot_id)
    ]


def get_member_count(call: Call) -> Json:
    """Bot API: getChatMemberCount."""
    place = call.place()
    rights.check_bot_reads(call.world, place, call.bot_id)
    if place.kind == "private":
        return 2
    return sum(is_inside(call.world, place, user_id) for user_id in inside(call.world, place))


def get_file(call: Call) -> Json:
    """Bot API: getFile; the path is good for `/file/bot<token>/<file_path>`."""
    row = call.world.row("files", call.args["file_id"])
    if row is None:
        raise bad_request("invalid file_id")
    if row["file_size"] > files.MOST_DOWNLOAD:
        raise bad_request("file is too big")
    return {key: row[key] for key in ("file_id", "file_unique_id", "file_size", "file_path")}


def leave_chat(call: Call) -> Json:
    """Bot API: leaveChat."""
    place = call.place()
    get_chat(call.world, place.chat_id)
    if not is_inside(call.world, place, call.bot_id):
        raise rights.refuse_stranger(place, "left")
    with call.deed() as deed:
        change(deed, place, by=call.bot, user_id=call.bot_id, new={"status": "left"})
    return True


METHODS: dict[str, Handler] = {
    "getMe": get_me,
    "getChat": get_chat_info,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": get_member_count,
    "getFile": get_file,
    "leaveChat": leave_chat,
}
