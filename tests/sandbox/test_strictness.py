from typing import Any

import pytest

from sandbox.scenery import ADA, AUTUMN_LANE, BEN, BOT_ID, STUDIO, TEAM_DESK

HI = {"chat_id": ADA, "text": "hi"}


def inline(**button: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "b", **button}]]}}


@pytest.mark.parametrize(
    ("method", "args", "words"),
    [
        ("sendMessage", {"chat_id": ADA, "text": ""}, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": ADA, "text": " \n\t "}, "Bad Request: message text is empty"),
        ("sendMessage", {"text": "hi"}, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": 424242, "text": "hi"}, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "hi"}, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": -100999, "text": "hi"}, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": ADA, "text": "a" * 4097}, "Bad Request: message is too long"),
        ("sendMessage", {"chat_id": ADA, "text": "😀" * 2049}, "Bad Request: message is too long"),
        ("sendMessage", {"chat_id": BEN, "text": "hi"}, "Forbidden: bot can't initiate conversation with a user"),
        ("sendMessage", HI | {"txet": "x"}, "Bad Request: method sendMessage has no parameter txet"),
        ("sendMessage", HI | {"reply_to_message_id": 1}, "has no parameter reply_to_message_id"),
        ("sendMessage", {"chat_id": ADA, "text": 12}, 'Field "text" must be of type String'),
        ("sendMessage", HI | {"disable_notification": 3}, "must be of type Boolean"),
        ("sendMessage", HI | {"parse_mode": "BBCode"}, "Bad Request: unsupported parse_mode"),
        ("sendMessage", HI | {"message_thread_id": 5}, "Bad Request: message thread not found"),
        ("sendMessage", HI | inline(callback_data="x" * 65), "Bad Request: BUTTON_DATA_INVALID"),
        ("sendMessage", HI | inline(callback_data="ж" * 33), "Bad Request: BUTTON_DATA_INVALID"),
        ("sendMessage", HI | inline(), "text buttons are unallowed in the inline keyboard"),
        ("sendMessage", HI | inline(callback_data="a", url="https://a.example"), "more than one action"),
        ("sendMessage", HI | inline(url="ftp://a.example"), "Unsupported URL protocol"),
        ("sendMessage", HI | inline(url="https://"), "Wrong HTTP URL"),
        ("sendMessage", HI | inline(callback_data="a", style="loud"), "invalid button style specified"),
        ("sendMessage", HI | inline(calback_data="a"), "InlineKeyboardButton has no field calback_data"),
        ("sendMessage", HI | {"reply_markup": "{oops"}, "can't parse JSON object"),
        ("sendPhoto", {"chat_id": ADA, "photo": "nope"}, "Bad Request: wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"chat_id": ADA, "photo": "https://a.example/b.png"}, "failed to get HTTP URL content"),
        ("sendPhoto", {"chat_id": ADA, "photo": "x", "caption": "a" * 1025}, "message caption is too long"),
        ("sendPoll", {"chat_id": ADA, "question": "q" * 301, "options": ["a"]}, "poll question length"),
        ("sendPoll", {"chat_id": ADA, "question": "q", "options": ["a"] * 13}, "more than 12 options"),
        ("sendPoll", {"chat_id": ADA, "question": "q", "options": ["a" * 101]}, "poll options length"),
        ("sendChatAction", {"chat_id": ADA, "action": "dance"}, "wrong parameter action in request"),
        ("sendMessageDraft", {"chat_id": TEAM_DESK, "draft_id": 1, "text": "x"}, "only in private chats"),
        ("setMyCommands", {"commands": [{"command": "Bad!", "description": "d"}]}, "BOT_COMMAND_INVALID"),
        ("setMessageReaction", {"chat_id": ADA, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "🪑"}]}, "REACTION_INVALID"),
        ("deleteMessages", {"chat_id": ADA, "message_ids": list(range(1, 102))}, "too many message identifiers"),
        ("getChatMember", {"chat_id": TEAM_DESK, "user_id": 31337}, "user not found"),
        ("getFile", {"file_id": "nope"}, "Bad Request: invalid file_id"),
        ("createForumTopic", {"chat_id": TEAM_DESK, "name": "x"}, "the chat is not a forum"),
        ("createForumTopic", {"chat_id": STUDIO, "name": "x"}, "not enough rights to create a topic"),
        ("pinChatMessage", {"chat_id": STUDIO, "message_id": 1}, "need administrator rights"),
        ("sendMessage", {"chat_id": AUTUMN_LANE, "text": "x", "reply_markup": {"force_reply": True}}, "not allowed in channels"),
        ("setWebhook", {"url": "http://elsewhere.example/x"}, "An HTTPS URL must be provided for webhook"),
        ("setWebhook", {"url": "https://a.example/x", "secret_token": "no spaces"}, "unallowed characters"),
    ],
)  # fmt: skip
async def test_what_telegram_refuses_is_refused_in_its_words(
    stage: Any, method: str, args: Any, words: str
) -> None:
    await stage.start()
    assert words in await stage.refused(method, **args)


async def test_a_refused_call_leaves_no_effect(stage: Any) -> None:
    await stage.start()
    before = len(stage.box.world.journal)
    await stage.refused("sendMessage", chat_id=ADA, text="a" * 4097)
    await stage.refused("sendMessage", chat_id=BEN, text="hi")
    assert len(stage.box.world.journal) == before


async def test_the_longest_text_and_caption_pass(stage: Any) -> None:
    await stage.start()
    assert len((await stage.bot("sendMessage", chat_id=ADA, text="a" * 4096))["text"]) == 4096
    html = "<b>" + "😀" * 2048 + "</b>"
    assert (await stage.bot("sendMessage", chat_id=ADA, text=html, parse_mode="HTML"))["entities"][0][
        "length"
    ] == 4096


async def test_text_is_trimmed(stage: Any) -> None:
    await stage.start()
    assert (await stage.bot("sendMessage", chat_id=ADA, text="\n  hi  \n\n"))["text"] == "hi"


@pytest.mark.parametrize(
    ("token", "method", "code", "words"),
    [
        ("5000000001:wrong", "getMe", 401, "Unauthorized"),
        ("nonsense", "getMe", 404, "Not Found"),
        ("", "getMee", 404, "Not Found: method not found"),
        ("", "sendGift", 404, "part of the Bot API but not of this sandbox"),
    ],
)
async def test_wrong_tokens_and_methods_are_told_apart(
    stage: Any, token: Any, method: str, code: int, words: str
) -> None:
    answer = await stage.http.post(f"/bot{token or stage.token}/{method}")
    assert answer.status_code == code
    assert answer.json()["error_code"] == code
    assert words in answer.json()["description"]


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_parameters_come_in_every_form_and_method_names_in_any_case(stage: Any, how: str) -> None:
    await stage.start()
    path = f"/bot{stage.token}/SENDmessage"
    args = {"chat_id": str(ADA), "text": "hi", "disable_notification": "true"}
    args["reply_markup"] = '{"inline_keyboard": [[{"text": "b", "callback_data": "x"}]]}'
    if how == "query":
        answer = await stage.http.get(path, params=args)
    elif how == "form":
        answer = await stage.http.post(path, data=args)
    elif how == "json":
        answer = await stage.http.post(path, json=args)
    else:
        answer = await stage.http.post(path, files={key: (None, value) for key, value in args.items()})
    assert answer.json()["result"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "x"


async def test_a_lone_surrogate_is_not_utf8(stage: Any) -> None:
    await stage.start()
    body = b'{"chat_id": 1001, "text": "\\ud83d"}'
    headers = {"content-type": "application/json"}
    answer = await stage.http.post(f"/bot{stage.token}/sendMessage", content=body, headers=headers)
    assert "UTF-8" in answer.json()["description"]


async def test_the_unstrict_sandbox_ignores_unknown_parameters(opened: Any) -> None:
    stage = await opened(strict=False)
    await stage.start()
    assert (await stage.bot("sendMessage", chat_id=ADA, text="hi", nonsense=1))["text"] == "hi"


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ({"status": "left"}, "Forbidden: bot is not a member of the channel chat"),
        ({"status": "kicked"}, "Forbidden: bot was kicked from the channel chat"),
        ({"status": "member"}, "Bad Request: need administrator rights in the channel chat"),
        (
            {"status": "administrator", "can_post_messages": False},
            "Bad Request: not enough rights to send text messages to the chat",
        ),
    ],
)
async def test_a_bot_without_the_right_does_not_post_to_a_channel(
    stage: Any, standing: Any, words: str
) -> None:
    fields = {"type": "channel", "title": "Elsewhere", "members": {ADA: "creator", BOT_ID: standing}}
    chat = await stage.post("/admin/chats", **fields)
    assert await stage.refused("sendMessage", chat_id=chat["id"], text="x") == words


async def test_a_blocked_bot_is_told_so_and_hears_of_it(stage: Any) -> None:
    await stage.start()
    path = f"/people/{ADA}/chats/{BOT_ID}/members"
    await stage.post(path, action="block")
    assert (
        await stage.refused("sendMessage", chat_id=ADA, text="x") == "Forbidden: bot was blocked by the user"
    )
    [update] = await stage.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert not (await stage.say(ADA, BOT_ID, "hello?"))["ok"]
    await stage.post(path, action="unblock")
    assert (await stage.bot("sendMessage", chat_id=ADA, text="x"))["text"] == "x"
