"""How does a bot change, delete and pin what stands there?"""

from datetime import timedelta

from sandbox import keyboards, messages
from sandbox.bot_api import delivery, sending
from sandbox.bot_api.call import Call, Handler
from sandbox.deed import Deed
from sandbox.places import Place, has_right, is_admin, is_inside, member, pins
from sandbox.refusals import bad_request
from sandbox.rights import refuse_stranger
from sandbox.shapes import Doc, Json

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
MOST_DELETED = 100
DELETABLE_FOR = timedelta(hours=48)
MEDIA_KINDS = ("photo", "video", "document", "audio", "voice", "animation")


def _standing(call: Call, deed_name: str) -> tuple[Place, Doc]:
    """The message that a call names, which must be the bot's own (or a channel post it may edit)."""
    if "inline_message_id" in call.args and "chat_id" not in call.args:
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in call.args or "message_id" not in call.args:
        raise bad_request("message identifier is not specified")
    place = call.place()
    if place.kind != "private" and not is_inside(call.world, place, call.bot_id):
        raise refuse_stranger(place, member(call.world, place, call.bot_id)["status"])
    message = call.world.message(place.key, call.args["message_id"])
    if message is None:
        raise bad_request(f"message to {deed_name} not found")
    return place, message


def _editable(call: Call) -> tuple[Place, Doc]:
    place, message = _standing(call, "edit")
    if place.kind == "channel":
        right = "can_post_messages" if _is_own(call, place, message) else "can_edit_messages"
        is_fine = has_right(call.world, place, call.bot_id, right)
    else:
        is_fine = _is_own(call, place, message) and "forward_origin" not in message
    if not is_fine or any(key in message for key in messages.SERVICE):
        raise bad_request("message can't be edited")
    return place, message


def _is_own(call: Call, place: Place, message: Doc) -> bool:
    return call.world.author_id(place.key, message["message_id"]) == call.bot_id


def _replace(call: Call, place: Place, old: Doc, new: Doc, prepared: Deed | None = None) -> Doc:
    """Put the edited message in place; the keyboard is the call's, and vanishes when none is given."""
    markup = keyboards.check(call.args.get("reply_markup"))
    fresh = {key: value for key, value in new.items() if key not in {"reply_markup", "edit_date"}}
    if markup:
        fresh["reply_markup"] = markup
    if fresh == {key: value for key, value in old.items() if key != "edit_date"}:
        raise bad_request(NOT_MODIFIED)
    call.flood(place)
    fresh["edit_date"] = call.world.clock.unix()
    if prepared is not None:
        _write(prepared, place, fresh, call.bot_id)
        return fresh
    with call.deed() as deed:
        _write(deed, place, fresh, call.bot_id)
    return fresh


def _write(deed: Deed, place: Place, fresh: Doc, bot_id: int) -> None:
    deed.edit(place.key, fresh)
    messages.tell_bots(deed, place, fresh, author_id=bot_id, edited=True)


def _without(message: Doc, *names: str) -> Doc:
    return {key: value for key, value in message.items() if key not in names}


def edit_text(call: Call) -> Json:
    """Bot API: editMessageText."""
    if "text" not in call.args:
        raise bad_request("message text is empty")
    content = delivery.text_content(call.args)
    place, old = _editable(call)
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    return _replace(
        call, place, old, {**_without(old, "text", "entities", "link_preview_options"), **content}
    )


def edit_caption(call: Call) -> Json:
    """Bot API: editMessageCaption."""
    content = delivery.caption_content(call.args)
    place, old = _editable(call)
    if not any(kind in old for kind in MEDIA_KINDS):
        raise bad_request("there is no caption in the message to edit")
    bare = _without(old, "caption", "caption_entities", "show_caption_above_media")
    return _replace(call, place, old, {**bare, **content})


def edit_markup(call: Call) -> Json:
    """Bot API: editMessageReplyMarkup."""
    place, old = _editable(call)
    return _replace(call, place, old, old)


def edit_media(call: Call) -> Json:
    """Bot API: editMessageMedia; inside an album only media of the kinds that may stand there."""
    media = call.args["media"]
    caption = delivery.caption_content(media)
    place, old = _editable(call)
    if "poll" in old:
        raise bad_request("message can't be edited")
    if "media_group_id" in old and (media["type"] in sending.ALONE) != any(k in old for k in sending.ALONE):
        raise bad_request("can't change media type in the album")
    bare = _without(
        old, *MEDIA_KINDS, "text", "entities", "link_preview_options", "caption", "caption_entities",
        "show_caption_above_media", "has_media_spoiler",
    )  # fmt: skip
    with call.deed() as deed:
        shown = sending.media_content(call, deed, media["type"], media["media"], media)
        return _replace(call, place, old, {**bare, **shown, **caption}, deed)


def _may_delete(call: Call, place: Place, message: Doc) -> bool:
    young: bool = call.world.clock.unix() - message["date"] < DELETABLE_FOR.total_seconds()
    if place.kind == "private":
        return young
    if has_right(call.world, place, call.bot_id, "can_delete_messages"):
        return True
    if place.kind == "channel":
        return has_right(call.world, place, call.bot_id, "can_post_messages") and _is_own(
            call, place, message
        )
    return young and _is_own(call, place, message)


def delete_message(call: Call) -> Json:
    """Bot API: deleteMessage."""
    place, message = _standing(call, "delete")
    if not _may_delete(call, place, message):
        raise bad_request("message can't be deleted")
    with call.deed() as deed:
        deed.delete(place.key, [message["message_id"]])
    return True


def delete_messages(call: Call) -> Json:
    """Bot API: deleteMessages; unknown ones and those the bot may not delete are skipped."""
    numbers: list[int] = call.args["message_ids"]
    if not 1 <= len(numbers) <= MOST_DELETED:
        raise bad_request(
            "too many message identifiers" if numbers else "message identifiers are not specified"
        )
    place = call.place()
    found = [call.world.message(place.key, number) for number in dict.fromkeys(numbers)]
    doomed = [m["message_id"] for m in found if m is not None and _may_delete(call, place, m)]
    if doomed:
        with call.deed() as deed:
            deed.delete(place.key, doomed)
    return True


def pin(call: Call) -> Json:
    """Bot API: pinChatMessage."""
    place, message = _standing(call, "pin")
    _check_pin(call, place)
    with call.deed() as deed:
        pin_message(deed, place, message, call.bot)
    return True


def pin_message(deed: Deed, place: Place, message: Doc, by: Doc) -> None:
    """Pin a message as a bot or a person; the conversation gets a service message."""
    table, key = pins(place)
    row = deed.world.row(table, key) or {}
    pinned = [n for n in row.get("pinned", []) if n != message["message_id"]] + [message["message_id"]]
    deed.put(table, key, {**row, "pinned": pinned})
    deed.event("pin", place.key, {"message_id": message["message_id"], "pinned": pinned})
    messages.service(deed, place, by, {"pinned_message": messages.quoted(message)})


def _check_pin(call: Call, place: Place) -> None:
    right = "can_edit_messages" if place.kind == "channel" else "can_pin_messages"
    if place.kind != "private" and not has_right(call.world, place, call.bot_id, right):
        if is_admin(call.world, place, call.bot_id):
            raise bad_request("not enough rights to manage pinned messages in the chat")
        raise bad_request("need administrator rights to pin a message")


def unpin(call: Call) -> Json:
    """Bot API: unpinChatMessage and unpinAllChatMessages."""
    place = call.place()
    _check_pin(call, place)
    table, key = pins(place)
    row = call.world.row(table, key) or {}
    pinned = list(row.get("pinned", []))
    number = call.args.get("message_id", pinned[-1] if pinned else None)
    left = [] if call.method == "unpinAllChatMessages" else [n for n in pinned if n != number]
    with call.deed() as deed:
        deed.put(table, key, {**row, "pinned": left})
        deed.event("pin", place.key, {"message_id": number, "pinned": left})
    return True


METHODS: dict[str, Handler] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "editMessageMedia": edit_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin,
}
