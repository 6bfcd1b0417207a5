"""How does a bot pass on what stands elsewhere? Bot API: forwardMessage(s), copyMessage(s)."""

from sandbox import places
from sandbox.bot_api import delivery
from sandbox.bot_api.call import Call, Handler
from sandbox.messages import CONTENT, SERVICE
from sandbox.places import Place
from sandbox.refusals import bad_request
from sandbox.rights import check_bot_reads
from sandbox.shapes import Doc, Json
from sandbox.world import World

MOST_AT_ONCE = 100


def _source(call: Call) -> Place:
    place = places.find(call.world, call.args["from_chat_id"], call.bot_id)
    check_bot_reads(call.world, place, call.bot_id)
    return place


def _found(call: Call, source: Place, number: int, word: str) -> Doc:
    message = call.world.message(source.key, number)
    if message is None:
        raise bad_request(f"message to {word} not found")
    if any(key in message for key in SERVICE) or message.get("has_protected_content"):
        raise bad_request("message can't be forwarded" if word == "forward" else "message can't be copied")
    return message


def kind_of(message: Doc) -> str:
    """The kind of right that sending such a message needs."""
    kinds = ("photo", "video", "animation", "document", "audio", "voice", "poll")
    return next((kind for kind in kinds if kind in message), "text")


def origin(world: World, message: Doc) -> Doc:
    """Where a forwarded message came from first. Bot API: MessageOrigin."""
    if "forward_origin" in message:
        found: Doc = message["forward_origin"]
        return found
    sender = message.get("sender_chat")
    if sender and sender["type"] == "channel":
        facts = {"chat": sender, "message_id": message["message_id"], "date": message["date"]}
        return {"type": "channel", **facts}
    person = world.row("persons", message["from"]["id"]) or {}
    if person.get("hides_forwards"):
        return {"type": "hidden_user", "sender_user_name": person["first_name"], "date": message["date"]}
    return {"type": "user", "sender_user": message["from"], "date": message["date"]}


def content_of(message: Doc) -> Doc:
    """What a message says, without where and by whom."""
    return {key: message[key] for key in CONTENT if key in message}


def forward(call: Call) -> Json:
    """Bot API: forwardMessage."""
    source = _source(call)
    message = _found(call, source, call.args["message_id"], "forward")
    target = delivery.aim(call, kind_of(message))
    content = {"forward_origin": origin(call.world, message), **content_of(message)}
    content.pop("media_group_id", None)
    with call.deed() as deed:
        return delivery.send(call, deed, target, content)


def copy(call: Call) -> Json:
    """Bot API: copyMessage -> MessageId; a given caption replaces the old one."""
    source = _source(call)
    message = _found(call, source, call.args["message_id"], "copy")
    target = delivery.aim(call, kind_of(message))
    content = content_of(message)
    content.pop("media_group_id", None)
    if "caption" in call.args and "text" not in content:
        content = {k: v for k, v in content.items() if k not in {"caption", "caption_entities"}}
        content |= delivery.caption_content(call.args)
    with call.deed() as deed:
        sent = delivery.send(call, deed, target, content)
    return {"message_id": sent["message_id"]}


def many(call: Call) -> Json:
    """Bot API: forwardMessages and copyMessages -> MessageId[]; those that cannot be passed on are skipped."""
    numbers: list[int] = call.args["message_ids"]
    if not 1 <= len(numbers) <= MOST_AT_ONCE:
        raise bad_request(
            "too many message identifiers" if numbers else "message identifiers are not specified"
        )
    source = _source(call)
    found = [call.world.message(source.key, number) for number in numbers]
    fit = [m for m in found if m is not None and not any(key in m for key in SERVICE)]
    if not fit:
        raise bad_request("there are no messages to forward")
    target = delivery.aim(call, kind_of(fit[0]), len(fit))
    sent = []
    with call.deed() as deed:
        for message in fit:
            content = content_of(message)
            if call.method == "forwardMessages":
                content["forward_origin"] = origin(call.world, message)
            if call.args.get("remove_caption"):
                content = {k: v for k, v in content.items() if k not in {"caption", "caption_entities"}}
            sent.append({"message_id": delivery.send(call, deed, target, content)["message_id"]})
    return sent


METHODS: dict[str, Handler] = {
    "forwardMessage": forward,
    "copyMessage": copy,
    "forwardMessages": many,
    "copyMessages": many,
}
