"""May this bot or person write here, and if not, in which words does Telegram refuse?"""

from sandbox.persons import find_user, user
from sandbox.places import Place, get_chat, is_inside, member
from sandbox.refusals import Refused, bad_request, forbidden
from sandbox.shapes import Doc
from sandbox.world import World

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
SENDING_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
SENDS = {"text": "text messages", "photo": "photos", "video": "videos", "document": "documents"}
SENDS |= {"audio": "audios", "voice": "voice messages", "animation": "GIFs", "poll": "polls"}
RIGHT_FOR = {"text": "can_send_messages", "photo": "can_send_photos", "video": "can_send_videos"}
RIGHT_FOR |= {"document": "can_send_documents", "audio": "can_send_audios", "voice": "can_send_voice_notes"}
RIGHT_FOR |= {"animation": "can_send_other_messages", "poll": "can_send_polls"}


def refuse_stranger(place: Place, status: str) -> Refused:
    """The 403 for a bot that is not, or no longer, in a group or channel."""
    if status == "kicked":
        return forbidden(f"bot was kicked from the {place.kind} chat")
    return forbidden(f"bot is not a member of the {place.kind} chat")


def check_bot_reads(world: World, place: Place, bot_id: int) -> None:
    """Refuse a bot that asks about a chat it is not in; public ones may be looked at."""
    if place.kind == "private":
        if world.row("private", place.key) is None:
            raise bad_request("chat not found")
        return
    status = member(world, place, bot_id)["status"]
    if status == "kicked" or (status == "left" and not get_chat(world, place.chat_id).get("username")):
        raise refuse_stranger(place, status)


def check_bot_writes(world: World, place: Place, bot_id: int, kind: str) -> None:
    """Refuse a bot that may not send a `kind` (`text`, `photo`, `poll`, ...) of message here."""
    if place.kind == "private":
        _check_private(world, place)
        return
    found = member(world, place, bot_id)
    if not is_inside(world, place, bot_id):
        raise refuse_stranger(place, found["status"])
    if place.kind == "channel":
        if found["status"] not in {"administrator", "creator"}:
            raise bad_request("need administrator rights in the channel chat")
        if found["status"] != "creator" and not found.get("can_post_messages"):
            raise bad_request(f"not enough rights to send {SENDS[kind]} to the chat")
        return
    if not may_send(world, place, found, kind):
        raise bad_request(f"not enough rights to send {SENDS[kind]} to the chat")


def _check_private(world: World, place: Place) -> None:
    state = world.row("private", place.key)
    person = find_user(world, place.chat_id) or {}
    if person.get("is_deactivated"):
        raise forbidden("user is deactivated")
    if state is None or not state["started"]:
        raise forbidden("bot can't initiate conversation with a user")
    if state["blocked"]:
        raise forbidden("bot was blocked by the user")


def may_send(world: World, place: Place, found: Doc, kind: str) -> bool:
    """Do a member's own limits and the group's permissions let him send this kind?"""
    right = RIGHT_FOR[kind]
    if found["status"] in {"creator", "administrator"}:
        return True
    if found["status"] == "restricted" and not found.get(right):
        return False
    permissions = get_chat(world, place.chat_id).get("permissions") or {}
    return bool(permissions.get(right, True))


def check_person_writes(world: World, place: Place, person_id: int, kind: str) -> None:
    """Refuse a person who may not write here, in words for a small app."""
    if not person_may_write(world, place, person_id, kind):
        raise forbidden("you may not write here")


def person_may_write(world: World, place: Place, person_id: int, kind: str = "text") -> bool:
    """Would a person's app show an input field here?"""
    if place.kind == "private":
        state = world.row("private", place.key)
        return state is None or not state["blocked"]
    if not is_inside(world, place, person_id):
        return False
    found = member(world, place, person_id)
    if place.kind == "channel":
        is_admin = found["status"] == "administrator" and bool(found.get("can_post_messages"))
        return found["status"] == "creator" or is_admin
    return may_send(world, place, found, kind)


def full_member(world: World, place: Place, user_id: int) -> Doc:
    """A member with every field that his status demands. Bot API: ChatMember."""
    found = member(world, place, user_id)
    shown: Doc = {"user": user(find_user(world, user_id) or {}), "status": found["status"]}
    if found["status"] in {"creator", "administrator"}:
        shown["is_anonymous"] = bool(found.get("is_anonymous"))
    if found["status"] == "administrator":
        shown["can_be_edited"] = bool(found.get("can_be_edited"))
        extra = CHANNEL_RIGHTS if place.kind == "channel" else GROUP_RIGHTS
        shown |= {right: bool(found.get(right)) for right in (*ADMIN_RIGHTS, *extra)}
    if found["status"] == "restricted":
        shown |= {"is_member": found.get("is_member", True), "until_date": found.get("until_date", 0)}
        shown |= {right: bool(found.get(right)) for right in SENDING_RIGHTS}
    if found["status"] == "kicked":
        shown["until_date"] = found.get("until_date", 0)
    return shown
