"""Who is there? Persons and bots, and how the Bot API shows them."""

from sandbox.deed import Deed
from sandbox.refusals import bad_request
from sandbox.shapes import Doc
from sandbox.world import World

FIRST_PERSON_ID = 1001
TELEGRAM: Doc = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
SHOWN = ("id", "is_bot", "first_name", "last_name", "username", "language_code", "is_premium")


def user(row: Doc) -> Doc:
    """A person or bot as a Bot API User."""
    return {key: row[key] for key in SHOWN if row.get(key) is not None}


def find_user(world: World, user_id: int) -> Doc | None:
    """The row of a person or a bot, or None."""
    return world.row("persons", user_id) or world.row("bots", user_id)


def get_person(world: World, person_id: int) -> Doc:
    """The row of a person; refuses an unknown one."""
    row = world.row("persons", person_id)
    if row is None:
        raise bad_request("person not found")
    return row


def get_bot(world: World, bot_id: int) -> Doc:
    """The row of a bot; refuses an unknown one."""
    row = world.row("bots", bot_id)
    if row is None:
        raise bad_request("bot not found")
    return row


def add_person(deed: Deed, fields: Doc) -> Doc:
    """Let a person into the world: `first_name`, and maybe id, last_name, username, language_code."""
    if not fields.get("first_name"):
        raise bad_request("a person needs first_name")
    known = [row["id"] for row in deed.world.rows("persons")]
    person_id = int(fields.get("id") or max([FIRST_PERSON_ID - 1, *known]) + 1)
    row = {"language_code": "en", **fields, "id": person_id, "is_bot": False}
    deed.put("persons", person_id, row)
    return row


def add_bot(deed: Deed, fields: Doc) -> Doc:
    """Let a bot into the world: `token` ("id:secret"), `username`, `first_name`."""
    bot_id, _, secret = str(fields.get("token", "")).partition(":")
    if not bot_id.isdigit() or not secret or not fields.get("username"):
        raise bad_request('a bot needs username and a token like "123456:secret"')
    row = {
        "first_name": fields["username"],
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        **fields,
        "id": int(bot_id),
        "is_bot": True,
    }
    deed.put("bots", bot_id, row)
    return row


def me(row: Doc) -> Doc:
    """A bot as getMe shows it. Bot API: User, the fields returned only in getMe."""
    return {
        **user(row),
        "can_join_groups": row["can_join_groups"],
        "can_read_all_group_messages": row["can_read_all_group_messages"],
        "supports_inline_queries": row["supports_inline_queries"],
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }
