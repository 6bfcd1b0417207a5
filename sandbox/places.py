"""Where is something said? Finds the conversation behind a chat id and shows it as a Bot API Chat."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sandbox.persons import find_user
from sandbox.refusals import bad_request
from sandbox.shapes import Doc
from sandbox.world import Table, World

ChatKind: TypeAlias = Literal["private", "group", "supergroup", "channel"]
_NUMBER = re.compile("-?[0-9]{1,18}")
OUT = frozenset({"left", "kicked"})


@dataclass(frozen=True)
class Place:
    """A conversation: its key in the world, and the chat id under which bots know it.

    A private conversation belongs to one person and one bot; its Bot API chat id is the person's id.
    """

    key: str
    chat_id: int
    kind: ChatKind
    bot_id: int | None = None

    @property
    def is_group(self) -> bool:
        """Group or supergroup."""
        return self.kind in {"group", "supergroup"}


def private(person_id: int, bot_id: int) -> Place:
    """The private conversation of a person with a bot."""
    return Place(f"{person_id}@{bot_id}", person_id, "private", bot_id)


def shared(row: Doc) -> Place:
    """A group, supergroup or channel."""
    return Place(str(row["id"]), row["id"], row["type"])


def by_key(world: World, key: str) -> Place:
    """The conversation that a key of the world names."""
    person, _, bot = key.partition("@")
    return private(int(person), int(bot)) if bot else shared(get_chat(world, int(key)))


def get_chat(world: World, chat_id: int) -> Doc:
    """The row of a group, supergroup or channel; refuses an unknown one."""
    row = world.row("chats", chat_id)
    if row is None:
        raise bad_request("chat not found")
    return row


def find(world: World, chat_id: int | str, bot_id: int) -> Place:
    """The conversation that a bot means by `chat_id`: a number, or the @username of a channel or group.

    A group that became a supergroup answers 400 with `migrate_to_chat_id`, as Telegram does.
    """
    if isinstance(chat_id, str) and not _NUMBER.fullmatch(chat_id):
        name = chat_id.removeprefix("@").lower()
        for row in world.rows("chats"):
            if name and (row.get("username") or "").lower() == name:
                return shared(row)
        raise bad_request("chat not found")
    number = int(chat_id)
    if number > 0:
        if world.row("persons", number) is None:
            raise bad_request("chat not found")
        return private(number, bot_id)
    row = get_chat(world, number)
    if row.get("migrated_to"):
        reason = "group chat was upgraded to a supergroup chat"
        raise bad_request(reason, migrate_to_chat_id=row["migrated_to"])
    return shared(row)


def shape(world: World, place: Place) -> Doc:
    """The Chat object that stands inside messages. Bot API: Chat."""
    if place.kind == "private":
        person = world.row("persons", place.chat_id) or {}
        names = {k: person[k] for k in ("first_name", "last_name", "username") if person.get(k)}
        return {"id": place.chat_id, "type": "private", **names}
    row = get_chat(world, place.chat_id)
    chat = {"id": row["id"], "type": row["type"], "title": row["title"]}
    if row.get("username"):
        chat["username"] = row["username"]
    if row.get("is_forum"):
        chat["is_forum"] = True
    return chat


def member(world: World, place: Place, user_id: int) -> Doc:
    """How a user stands in a group or channel: `status` and rights; `left` when never seen there."""
    row = get_chat(world, place.chat_id)
    found: Doc = row["members"].get(str(user_id), {"status": "left"})
    return found


def is_inside(world: World, place: Place, user_id: int) -> bool:
    """Does this person or bot take part in the conversation?"""
    if place.kind == "private":
        return user_id in {place.chat_id, place.bot_id}
    found = member(world, place, user_id)
    return found["status"] not in OUT and found.get("is_member", True)


def is_admin(world: World, place: Place, user_id: int) -> bool:
    """Is the user creator or administrator there?"""
    return member(world, place, user_id)["status"] in {"creator", "administrator"}


def has_right(world: World, place: Place, user_id: int, right: str) -> bool:
    """Does the user hold an administrator's right such as `can_delete_messages`?"""
    found = member(world, place, user_id)
    return found["status"] == "creator" or (found["status"] == "administrator" and bool(found.get(right)))


def inside(world: World, place: Place) -> list[int]:
    """The ids of everybody in a group or channel, bots included."""
    members = get_chat(world, place.chat_id)["members"]
    return [int(key) for key, found in members.items() if found["status"] not in OUT]


def bots_inside(world: World, place: Place) -> list[int]:
    """The ids of the bots that take part."""
    if place.kind == "private":
        return [place.bot_id] if place.bot_id else []
    return [user_id for user_id in inside(world, place) if world.row("bots", user_id)]


def pins(place: Place) -> tuple[Table, str]:
    """The table and key of the row that lists what is pinned in a conversation."""
    return ("private" if place.kind == "private" else "chats"), place.key


def known_user(world: World, user_id: int) -> Doc:
    """The row of any user, for calls that name one."""
    row = find_user(world, user_id)
    if row is None:
        raise bad_request("user not found")
    return row
