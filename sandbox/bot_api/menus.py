"""Which commands and which button does a bot put beside the input field?"""

import re

from sandbox.bot_api.call import Call, Handler
from sandbox.places import by_key, find, inside, is_admin
from sandbox.refusals import bad_request
from sandbox.shapes import Doc, Json
from sandbox.world import World

MOST_COMMANDS = 100
_NAME = re.compile(r"[a-z0-9_]{1,32}")
DEFAULT = {"type": "default"}


def scope_key(scope: Doc) -> str:
    """A scope as one word: its type, and the chat and user it is for."""
    return ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)


def _key(call: Call) -> str:
    scope: Doc = call.args.get("scope") or DEFAULT
    if "chat_id" in scope:
        scope = {**scope, "chat_id": find(call.world, scope["chat_id"], call.bot_id).chat_id}
    language = call.args.get("language_code") or ""
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return f"{call.bot_id}/{scope_key(scope)}/{language}"


def set_commands(call: Call) -> Json:
    """Bot API: setMyCommands."""
    commands: list[Doc] = call.args["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _NAME.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [{**command, "command": command["command"].removeprefix("/")} for command in commands]
    key = _key(call)
    with call.deed() as deed:
        deed.put("commands", key, {"commands": kept} if kept else None)
        deed.event("commands", f"bot:{call.bot_id}", {"bot_id": call.bot_id})
    return True


def get_commands(call: Call) -> Json:
    """Bot API: getMyCommands."""
    row = call.world.row("commands", _key(call))
    return row["commands"] if row else []


def delete_commands(call: Call) -> Json:
    """Bot API: deleteMyCommands."""
    with call.deed() as deed:
        deed.put("commands", _key(call), None)
        deed.event("commands", f"bot:{call.bot_id}", {"bot_id": call.bot_id})
    return True


def commands_for(world: World, bot_id: int, key: str, person_id: int, language: str) -> list[Doc]:
    """The commands that a person's app shows in a conversation. Bot API: determining the list of commands."""
    place = by_key(world, key)
    if place.kind == "private":
        scopes = [f"chat:{place.chat_id}", "all_private_chats"]
    else:
        scopes = [f"chat_member:{place.chat_id}:{person_id}"]
        if is_admin(world, place, person_id):
            scopes.append(f"chat_administrators:{place.chat_id}")
        scopes.append(f"chat:{place.chat_id}")
        if is_admin(world, place, person_id):
            scopes.append("all_chat_administrators")
        scopes.append("all_group_chats")
    if place.kind != "private" and bot_id not in inside(world, place):
        return []
    for scope in (*scopes, "default"):
        for code in (language, ""):
            row = world.row("commands", f"{bot_id}/{scope}/{code}")
            if row:
                found: list[Doc] = row["commands"]
                return found
    return []


def set_menu(call: Call) -> Json:
    """Bot API: setChatMenuButton."""
    button: Doc = call.args.get("menu_button") or DEFAULT
    key = f"{call.bot_id}/{call.args.get('chat_id', '')}"
    with call.deed() as deed:
        deed.put("menus", key, button)
    return True


def get_menu(call: Call) -> Json:
    """Bot API: getChatMenuButton."""
    own = call.world.row("menus", f"{call.bot_id}/{call.args.get('chat_id', '')}")
    if own is not None and own != DEFAULT:
        return own
    found = call.world.row("menus", f"{call.bot_id}/") or {"type": "commands"}
    return {"type": "commands"} if found == DEFAULT else found


METHODS: dict[str, Handler] = {
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setChatMenuButton": set_menu,
    "getChatMenuButton": get_menu,
}
