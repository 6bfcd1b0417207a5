"""How does a bot open and change topics of a forum? Bot API: createForumTopic and its relatives."""

from sandbox.bot_api.call import Call, Handler
from sandbox.deed import Deed
from sandbox.messages import service
from sandbox.places import Place, get_chat, has_right
from sandbox.refusals import bad_request
from sandbox.shapes import Doc, Json

COLOURS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})
MOST_NAME = 128


def open_topic(deed: Deed, place: Place, by: Doc, name: str, colour: int = 7322096) -> Doc:
    """Open a topic as a bot or a person; its number is that of the service message which tells it."""
    world = deed.world
    number = world.next_message_id(place.key)
    row = get_chat(world, place.chat_id)
    topic = {"message_thread_id": number, "name": name, "icon_color": colour}
    deed.put("chats", place.key, {**row, "topics": {**row.get("topics", {}), str(number): topic}})
    extra = {"message_thread_id": number, "is_topic_message": True}
    service(deed, place, by, {**extra, "forum_topic_created": {"name": name, "icon_color": colour}})
    return topic


def _forum(call: Call) -> Place:
    place = call.place()
    if place.kind != "supergroup" or not get_chat(call.world, place.chat_id).get("is_forum"):
        raise bad_request("the chat is not a forum")
    if not has_right(call.world, place, call.bot_id, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return place


def _name(call: Call) -> str:
    name: str = call.args["name"].strip()
    if not 1 <= len(name) <= MOST_NAME:
        raise bad_request("topic name is invalid" if name else "topic name is empty")
    return name


def create(call: Call) -> Json:
    """Bot API: createForumTopic -> ForumTopic."""
    place, name = _forum(call), _name(call)
    colour = call.args.get("icon_color", 7322096)
    if colour not in COLOURS:
        raise bad_request("invalid icon color specified")
    with call.deed() as deed:
        return open_topic(deed, place, call.bot, name, colour)


def _change(call: Call, change: Doc, told: Doc) -> bool:
    place = _forum(call)
    row = get_chat(call.world, place.chat_id)
    number = call.args["message_thread_id"]
    topic = row.get("topics", {}).get(str(number))
    if topic is None:
        raise bad_request("message thread not found")
    fresh = {**topic, **change}
    if fresh == topic:
        raise bad_request("TOPIC_NOT_MODIFIED")
    with call.deed() as deed:
        deed.put("chats", place.key, {**row, "topics": {**row["topics"], str(number): fresh}})
        extra = {"message_thread_id": number, "is_topic_message": True}
        service(deed, place, call.bot, {**extra, **told})
    return True


def edit(call: Call) -> Json:
    """Bot API: editForumTopic."""
    name = _name(call)
    return _change(call, {"name": name}, {"forum_topic_edited": {"name": name}})


def close(call: Call) -> Json:
    """Bot API: closeForumTopic."""
    return _change(call, {"is_closed": True}, {"forum_topic_closed": {}})


def reopen(call: Call) -> Json:
    """Bot API: reopenForumTopic."""
    return _change(call, {"is_closed": False}, {"forum_topic_reopened": {}})


METHODS: dict[str, Handler] = {
    "createForumTopic": create,
    "editForumTopic": edit,
    "closeForumTopic": close,
    "reopenForumTopic": reopen,
}
