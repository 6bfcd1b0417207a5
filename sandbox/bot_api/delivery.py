"""How does what a bot sends reach its place? Thread, reply, keyboard, rights and flood limits in one way."""

from dataclasses import dataclass

from sandbox import entities, keyboards, messages, rights
from sandbox.bot_api.call import Call
from sandbox.deed import Deed
from sandbox.places import Place, find, get_chat
from sandbox.refusals import bad_request
from sandbox.shapes import Doc
from sandbox.world import World

GENERAL_TOPIC = 1


@dataclass(frozen=True)
class Target:
    """Where a message goes, and what is attached to it besides its content."""

    place: Place
    extra: Doc
    markup: Doc | None


def aim(call: Call, kind: str, count: int = 1) -> Target:
    """Check everything about a sending call but its content; `kind` is what right it needs."""
    place = call.place()
    rights.check_bot_writes(call.world, place, call.bot_id, kind)
    extra = _reply(call, place)
    extra |= thread(call.world, place, call.args.get("message_thread_id"), extra)
    if call.args.get("protect_content"):
        extra["has_protected_content"] = True
    if call.args.get("message_effect_id") and place.kind == "private":
        extra["effect_id"] = call.args["message_effect_id"]
    markup = keyboards.check(call.args.get("reply_markup"))
    if markup and "inline_keyboard" not in markup and place.kind == "channel":
        raise bad_request("reply keyboards are not allowed in channels")
    call.flood(place, count)
    return Target(place, extra, markup)


def thread(world: World, place: Place, thread_id: int | None, extra: Doc) -> Doc:
    """The fields that put a message into a topic; the general topic has none. Bot API: message_thread_id."""
    if thread_id is None:
        replied = extra.get("reply_to_message", {})
        if not replied.get("is_topic_message"):
            return {}
        thread_id = replied["message_thread_id"]
    topics = get_chat(world, place.chat_id).get("topics", {}) if place.kind == "supergroup" else {}
    topic = topics.get(str(thread_id))
    if topic is None or thread_id == GENERAL_TOPIC:
        raise bad_request("message thread not found")
    if topic.get("is_closed"):
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def _reply(call: Call, place: Place) -> Doc:
    asked = call.args.get("reply_parameters")
    if not asked or "message_id" not in asked:
        return {}
    source = find(call.world, asked["chat_id"], call.bot_id) if "chat_id" in asked else place
    found = call.world.message(source.key, asked["message_id"])
    if found is None:
        if asked.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    if source.key != place.key:
        origin = {"type": "channel" if source.kind == "channel" else "user", "date": found["date"]}
        origin |= (
            {"chat": found["chat"], "message_id": found["message_id"]} if source.kind == "channel" else {}
        )
        origin |= {"sender_user": found["from"]} if source.kind != "channel" else {}
        return {
            "external_reply": {"origin": origin, "chat": found["chat"], "message_id": found["message_id"]}
        }
    extra: Doc = {"reply_to_message": messages.quoted(found)}
    if "quote" in asked:
        extra["quote"] = _quote(asked, found)
    return extra


def _quote(asked: Doc, found: Doc) -> Doc:
    text = found.get("text") or found.get("caption") or ""
    given = asked.get("quote_entities")
    quote, inside = entities.formatted(
        asked["quote"], asked.get("quote_parse_mode"), given, entities.MOST_CAPTION
    )
    if not quote or quote not in text:
        raise bad_request("message to be replied not found: QUOTE_TEXT_INVALID")
    position = entities.units(text[: text.index(quote)])
    return {"text": quote, "position": position, "is_manual": True} | ({"entities": inside} if inside else {})


def send(call: Call, deed: Deed, target: Target, content: Doc) -> Doc:
    """Post the content; returns the Message."""
    by = messages.author(call.world, target.place, call.bot)
    whole = {**target.extra, **content}
    return messages.post(deed, target.place, by, whole, author_id=call.bot_id, markup=target.markup)


def text_content(args: Doc) -> Doc:
    """The `text` and `entities` of a call; refuses an empty text."""
    text, found = entities.formatted(
        args["text"], args.get("parse_mode"), args.get("entities"), entities.MOST_TEXT
    )
    if not text:
        raise bad_request("message text is empty")
    content: Doc = {"text": text}
    if found:
        content["entities"] = found
    if args.get("link_preview_options"):
        content["link_preview_options"] = args["link_preview_options"]
    return content


def caption_content(args: Doc) -> Doc:
    """The `caption` and its entities; an empty one leaves no field."""
    caption = args.get("caption") or ""
    mode, given = args.get("parse_mode"), args.get("caption_entities")
    text, found = entities.formatted(caption, mode, given, entities.MOST_CAPTION)
    content: Doc = {"caption": text} if text else {}
    if text and found:
        content["caption_entities"] = found
    if text and args.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content
