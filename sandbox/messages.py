"""How does a message come to stand in a conversation, and which bots hear of it?"""

from sandbox.deed import Deed
from sandbox.persons import TELEGRAM, get_bot, user
from sandbox.places import Place, bots_inside, get_chat, is_admin, private, shape, shared
from sandbox.shapes import Doc
from sandbox.world import World

CONTENT = (
    "text", "entities", "link_preview_options", "photo", "video", "document", "audio", "voice", "animation",
    "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler", "poll", "media_group_id",
)  # fmt: skip
SERVICE = (
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "new_chat_title", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
)  # fmt: skip


def author(world: World, place: Place, user_row: Doc) -> Doc:
    """The fields that say who wrote: `from`, or the channel itself as `sender_chat`."""
    if place.kind == "channel":
        return {"sender_chat": shape(world, place)}
    return {"from": user(user_row)}


def post(
    deed: Deed, place: Place, written_by: Doc, content: Doc, *, author_id: int, markup: Doc | None = None
) -> Doc:
    """Put a new message into a conversation and tell the bots that may see it.

    `written_by` comes from `author`, `content` holds Bot API Message fields, `author_id` is the user behind it
    (a bot does not hear itself), `markup` a reply markup of any kind. Returns the Message.
    """
    world = deed.world
    message = {
        "message_id": world.next_message_id(place.key),
        **written_by,
        "chat": shape(world, place),
        "date": world.clock.unix(),
        **content,
    }
    if markup and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    deed.message(place.key, message, author_id)
    if markup and "inline_keyboard" not in markup:
        deed.put("markups", f"{place.key}/{message['message_id']}", markup)
    tell_bots(deed, place, message, author_id=author_id)
    if place.kind == "channel":
        _forward_to_discussion(deed, place, message)
    return message


def tell_bots(deed: Deed, place: Place, message: Doc, *, author_id: int, edited: bool = False) -> None:
    """Queue the update of a new or edited message for every bot that Telegram would tell."""
    kind = "channel_post" if place.kind == "channel" else "message"
    by_bot = deed.world.row("bots", author_id) is not None
    for bot_id in bots_inside(deed.world, place):
        if bot_id == author_id or (by_bot and place.kind != "channel"):
            continue
        if _may_see(deed.world, place, message, bot_id):
            deed.update(bot_id, f"edited_{kind}" if edited else kind, message)


def _may_see(world: World, place: Place, message: Doc, bot_id: int) -> bool:
    """Private chats: always; channels: administrators; groups: privacy mode decides."""
    if place.kind == "private":
        return True
    if is_admin(world, place, bot_id):
        return True
    if place.kind == "channel":
        return False
    bot = get_bot(world, bot_id)
    return bot["can_read_all_group_messages"] or _is_meant_for(bot, message)


def _is_meant_for(bot: Doc, message: Doc) -> bool:
    """Privacy mode: commands, replies to the bot, mentions of it and service messages get through."""
    if any(key in message for key in SERVICE):
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]:
        return True
    text = message.get("text") or message.get("caption") or ""
    name = f"@{bot['username']}".lower()
    for entity in message.get("entities") or message.get("caption_entities") or ():
        said = cut(text, entity).lower()
        if entity["type"] == "bot_command" and ("@" not in said or said.endswith(name)):
            return True
        if entity["type"] == "mention" and said == name:
            return True
    return False


def cut(text: str, entity: Doc) -> str:
    """The piece of text that an entity covers; offsets count UTF-16 units."""
    raw = text.encode("utf-16-le")
    return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode(
        "utf-16-le", "replace"
    )


def _forward_to_discussion(deed: Deed, channel: Place, message: Doc) -> None:
    """A channel post appears in the linked group by itself. Bot API: Message.is_automatic_forward."""
    linked = get_chat(deed.world, channel.chat_id).get("linked_chat_id")
    row = deed.world.row("chats", linked) if linked else None
    if row is None:
        return
    origin = {
        "type": "channel",
        "chat": message["chat"],
        "message_id": message["message_id"],
        "date": message["date"],
    }
    content = {key: message[key] for key in CONTENT if key in message}
    by = {"from": TELEGRAM, "sender_chat": message["chat"]}
    extra = {"is_automatic_forward": True, "forward_origin": origin}
    post(deed, shared(row), by, {**extra, **content}, author_id=TELEGRAM["id"])


def service(deed: Deed, place: Place, by: Doc, content: Doc) -> Doc:
    """A service message, such as somebody joining."""
    return post(deed, place, author(deed.world, place, by), content, author_id=by["id"])


def quoted(message: Doc) -> Doc:
    """A message as it stands inside a reply: without the one it replies to itself."""
    return {key: value for key, value in message.items() if key not in {"reply_to_message", "reply_markup"}}


def owner_place(world: World, message: Doc, bot_id: int) -> Place:
    """The conversation in which a bot sees a message."""
    chat = message["chat"]
    return private(chat["id"], bot_id) if chat["type"] == "private" else shared(get_chat(world, chat["id"]))
