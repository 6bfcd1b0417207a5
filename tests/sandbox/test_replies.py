"""Every answer of the Bot API server must be what aiogram's models (Bot API 10.3) take for one."""

from typing import Any

import pytest
from aiogram import methods as api
from aiogram.types import Update
from pydantic import TypeAdapter

from sandbox import description
from sandbox.bot_api.dispatch import METHODS
from sandbox.scenery import ADA, AUTUMN_LANE, BEN, BOT_ID, STUDIO, TEAM_DESK

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + b"\x08\x02\0\0\0"
COMMANDS = [{"command": "new", "description": "New"}]
LINE = {"chat_id": AUTUMN_LANE}


@pytest.fixture
async def ready(stage: Any) -> Any:
    """A bot with something to work on: own messages 1 to 3 in the channel, a photo, an album, open queries."""
    await stage.start()
    stage.photo = await upload(stage, "sendPhoto", "photo")
    stage.file_id = stage.photo["photo"][-1]["file_id"]
    stage.text = await stage.bot("sendMessage", chat_id=ADA, text="t")
    members = {ADA: "creator", BOT_ID: "administrator"}
    chat = await stage.post("/admin/chats", type="supergroup", title="Forum", is_forum=True, members=members)
    stage.forum = chat["id"]
    stage.topic = (await stage.bot("createForumTopic", chat_id=chat["id"], name="T"))["message_thread_id"]
    sent = await stage.bot(
        "sendMessage",
        chat_id=ADA,
        text="b",
        reply_markup={"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]},
    )
    tap = {"message_id": sent["message_id"], "data": "d", "wait": False}
    stage.query = (await stage.post(f"/people/{ADA}/chats/{BOT_ID}/taps", **tap))["callback_query_id"]
    return stage


async def upload(stage: Any, method: str, kind: str, **fields: Any) -> Any:
    files = {kind: (f"a.{'png' if kind == 'photo' else 'bin'}", PNG)}
    answer = await stage.http.post(
        f"/bot{stage.token}/{method}", data={"chat_id": ADA, **fields}, files=files
    )
    assert answer.json()["ok"], answer.text
    return answer.json()["result"]


def cases(s: Any) -> dict[str, dict[str, Any]]:
    own = {"chat_id": ADA, "message_id": s.text["message_id"]}
    photo = {"chat_id": ADA, "message_id": s.photo["message_id"]}
    album = [{"type": "photo", "media": s.file_id, "caption": "c"}, {"type": "photo", "media": s.file_id}]
    topic = {"chat_id": s.forum, "message_thread_id": s.topic}
    copy = {"chat_id": TEAM_DESK, "from_chat_id": ADA}
    article = {"type": "article", "id": "1", "title": "t", "input_message_content": {"message_text": "m"}}
    return {
        "getMe": {},
        "getUpdates": {},
        "getWebhookInfo": {},
        "deleteWebhook": {},
        "setWebhook": {"url": ""},
        "sendMessage": {"chat_id": STUDIO, "text": "https://a.example *b*", "parse_mode": "Markdown"},
        "sendPhoto": {
            "chat_id": AUTUMN_LANE,
            "photo": s.file_id,
            "caption": "<i>c</i>",
            "parse_mode": "HTML",
        },
        "sendMediaGroup": {"chat_id": ADA, "media": album},
        "sendPoll": {"chat_id": TEAM_DESK, "question": "q", "options": ["a", "b"]},
        "editMessageText": {**own, "text": "t2"},
        "editMessageReplyMarkup": {
            **own,
            "reply_markup": {"inline_keyboard": [[{"text": "u", "url": "a.example"}]]},
        },
        "editMessageCaption": {**photo, "caption": "c2"},
        "editMessageMedia": {**photo, "media": {"type": "photo", "media": s.file_id, "caption": "c3"}},
        "pinChatMessage": own,
        "unpinChatMessage": own,
        "unpinAllChatMessages": {"chat_id": ADA},
        "getChat": {"chat_id": "@autumn_lane"},
        "getChatMember": {"chat_id": TEAM_DESK, "user_id": BOT_ID},
        "getChatAdministrators": {"chat_id": TEAM_DESK},
        "getChatMemberCount": {"chat_id": TEAM_DESK},
        "getFile": {"file_id": s.file_id},
        "sendChatAction": {"chat_id": ADA, "action": "typing"},
        "sendMessageDraft": {"chat_id": ADA, "draft_id": 3, "text": ""},
        "setMessageReaction": {**own, "reaction": [{"type": "emoji", "emoji": "👍"}]},
        "answerCallbackQuery": {"callback_query_id": s.query},
        "answerInlineQuery": {"inline_query_id": s.query, "results": [article]},
        "forwardMessage": {**copy, "message_id": s.text["message_id"]},
        "copyMessage": {**copy, "message_id": s.photo["message_id"], "caption": "new"},
        "forwardMessages": {**copy, "message_ids": [s.text["message_id"], s.photo["message_id"]]},
        "copyMessages": {**copy, "message_ids": [s.text["message_id"]]},
        "setMyCommands": {
            "commands": COMMANDS,
            "scope": {"type": "all_private_chats"},
            "language_code": "ru",
        },
        "getMyCommands": {"scope": {"type": "all_private_chats"}, "language_code": "ru"},
        "deleteMyCommands": {"scope": {"type": "chat", "chat_id": TEAM_DESK}},
        "setChatMenuButton": {"chat_id": ADA, "menu_button": {"type": "commands"}},
        "getChatMenuButton": {"chat_id": ADA},
        "createForumTopic": {"chat_id": s.forum, "name": "More"},
        "editForumTopic": {**topic, "name": "Other"},
        "closeForumTopic": topic,
        "reopenForumTopic": topic,
        "deleteMessages": {"chat_id": ADA, "message_ids": [s.photo["message_id"], 999]},
        "deleteMessage": own,
        "leaveChat": {"chat_id": s.forum},
    }


def judge(name: str) -> TypeAdapter[Any]:
    method = next(m for m in map(api.__dict__.get, api.__all__) if getattr(m, "__api_method__", "") == name)
    return TypeAdapter(method.__returning__)


async def test_every_method_answers_in_the_shape_of_the_bot_api(ready: Any) -> None:
    asked = cases(ready)
    by_upload = {"sendVideo", "sendDocument", "sendAudio", "sendVoice", "sendAnimation"}
    assert set(asked) | by_upload == set(METHODS)
    for name, args in asked.items():
        judge(name).validate_python(await ready.bot(name, **args))
    await ready.bot("sendMessage", chat_id=TEAM_DESK, text="still fine")


@pytest.mark.parametrize("kind", ["video", "document", "audio", "voice", "animation"])
async def test_every_kind_of_upload_answers_in_the_shape_of_the_bot_api(stage: Any, kind: str) -> None:
    await stage.start()
    method = f"send{kind.capitalize()}"
    judge(method).validate_python(await upload(stage, method, kind, caption="c"))


async def test_every_update_is_one(ready: Any) -> None:
    await ready.bot(
        "getUpdates", allowed_updates=["message", "edited_message", "my_chat_member", "chat_member"]
    )
    said = await ready.say(ADA, TEAM_DESK, "x")
    path = f"/people/{ADA}/chats/{TEAM_DESK}"
    await ready.post(f"{path}/edit", message_id=said["message_id"], text="y")
    for action in ("remove", "add", "promote", "demote", "restrict"):
        await ready.post(f"{path}/members", action=action, user_id=BEN)
    found = await ready.bot("getUpdates")
    assert {k for u in found for k in u} >= {"message", "edited_message", "chat_member"}
    for update in found:
        Update.model_validate(update)


def test_the_description_is_what_the_models_say_today() -> None:
    assert description.FILE.read_text("utf-8") == description.written(description.describe())


def test_the_description_names_its_version_source_and_licence() -> None:
    facts = description.load()
    assert facts["version"] == "10.3"
    assert "aiogram" in facts["source"]
    assert "MIT" in facts["licence"]
    assert set(METHODS) <= set(facts["methods"])
