"""Through which fields can a text reach the desk? One raw update per field, as Telegram would send it."""

from __future__ import annotations

from random import Random
from typing import Any

FIRST_PERSON = 60_000
STRANGER = 90_000
BOT_ID = 5000000001
USERNAME = "fanfare_demo_bot"
GROUP = -1005550000000
COMMANDS = [
    "start",
    "help",
    "new",
    "posts",
    "queue",
    "agents",
    "use",
    "collections",
    "settings",
    "usage",
    "stop",
    "cancel",
    "nothing",
]


def chat_of(update: dict[str, Any]) -> int:
    """The chat of an update that was made here."""
    holder = update.get("message") or update.get("my_chat_member") or update["callback_query"]["message"]
    return int(holder["chat"]["id"])


def _message(number: int, place: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - Telegram's JSON
    person = FIRST_PERSON + place
    return {
        "message_id": number,
        "date": 1_795_000_000,
        "chat": {"id": person, "type": "private"},
        "from": {"id": person, "is_bot": False, "first_name": f"P{place}"},
        **more,
    }


def _words(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    return {"update_id": number, "message": _message(number, place, text=text or ".")}


def _command(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    return _words(number, place, f"/{random.choice(COMMANDS)} {text}", random)


def _caption(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    photo = [{"file_id": f"f{number}", "file_unique_id": f"u{number}", "width": 9, "height": 9}]
    return {"update_id": number, "message": _message(number, place, photo=photo, caption=text[:1024])}


def _document(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    document = {
        "file_id": f"f{number}",
        "file_unique_id": f"u{number}",
        "file_name": text,
        "mime_type": text[:90],
    }
    return {"update_id": number, "message": _message(number, place, document=document, caption="A report")}


def _tap(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    message = _message(number, place, text="A card")
    query = {"id": text[:20] or "1", "from": message["from"], "message": message, "chat_instance": text[:9]}
    return {"update_id": number, "callback_query": {**query, "data": random.choice(("f:", "")) + text}}


def _membership(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    chat = {
        "id": GROUP - number,
        "type": random.choice(("channel", "supergroup")),
        "title": text or ".",
        "username": text[:32],
    }
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "Fanfare"}
    rights = dict.fromkeys(
        (
            "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
            "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
            "can_post_messages", "can_edit_messages",
        ),
        True,
    )  # fmt: skip
    change = {
        "chat": chat,
        "from": _message(number, place)["from"],
        "date": 1_795_000_000,
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, "status": "administrator", "custom_title": text[:16], **rights},
    }
    return {"update_id": number, "my_chat_member": change}


def _forwarded(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    origin = {"type": "hidden_user", "date": 1_795_000_000, "sender_user_name": text[:64] or "."}
    return {"update_id": number, "message": _message(number, place, text=text or ".", forward_origin=origin)}


def _mention(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    chat = {"id": GROUP - place, "type": "supergroup", "title": text or "."}
    return {"update_id": number, "message": _message(number, place, text=f"@{USERNAME} {text}", chat=chat)}


def _stranger(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    person = STRANGER + place
    sender = {
        "id": person,
        "is_bot": False,
        "first_name": text,
        "last_name": text,
        "username": text,
        "language_code": text[:8],
    }
    message = _message(number, place, text=text or ".")
    return {
        "update_id": number,
        "message": {**message, "from": sender, "chat": {"id": person, "type": "private"}},
    }


def _named(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    message = _message(number, place, text="/start")
    names = {"first_name": text, "last_name": text, "username": text[:32], "language_code": text[:8]}
    return {"update_id": number, "message": {**message, "from": {**message["from"], **names}}}


def _reply(number: int, place: int, text: str, random: Random) -> dict[str, Any]:
    del random
    replied = _message(1, place, text=text[:500])
    return {
        "update_id": number,
        "message": _message(number, place, text=text or ".", reply_to_message=replied),
    }


FIELDS = (
    _words,
    _words,
    _command,
    _command,
    _caption,
    _document,
    _tap,
    _membership,
    _forwarded,
    _mention,
    _stranger,
    _named,
    _reply,
)
"""Ways in; those that more people use come up more often."""
