import asyncio
from typing import Any

from sandbox.scenery import ADA, AUTUMN_LANE, BEN, BOT_ID, STUDIO, TEAM_DESK, TOPIC_IDEAS


async def test_what_a_person_writes_reaches_the_bot_and_the_reply_reaches_the_person(stage: Any) -> None:
    await stage.start()
    await stage.say(ADA, BOT_ID, "hello /help #autumn")
    [update] = await stage.updates()
    message = update["message"]
    assert message["chat"] == {"id": ADA, "type": "private", "first_name": "Ada", "username": "ada_demo"}
    assert [e["type"] for e in message["entities"]] == ["bot_command", "hashtag"]
    await stage.bot("sendMessage", chat_id=ADA, text="hi there")
    history = await stage.get(f"/people/{ADA}/chats/{BOT_ID}/messages")
    assert [m["text"] for m in history] == ["/start", "hello /help #autumn", "hi there"]
    assert history[-1]["chat"]["id"] == BOT_ID


async def test_a_tap_waits_for_the_answer_of_the_bot(stage: Any) -> None:
    await stage.start()
    keyboard = {"inline_keyboard": [[{"text": "yes", "callback_data": "y"}]]}
    sent = await stage.bot("sendMessage", chat_id=ADA, text="sure?", reply_markup=keyboard)
    path = f"/people/{ADA}/chats/{BOT_ID}/taps"
    tap = asyncio.create_task(stage.post(path, message_id=sent["message_id"], data="y"))
    [update] = await stage.updates(timeout=5)
    query = update["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("y", sent["message_id"])
    await stage.bot("answerCallbackQuery", callback_query_id=query["id"], text="noted", show_alert=True)
    answer = await tap
    assert (answer["answered"], answer["text"], answer["show_alert"]) == (True, "noted", True)


async def test_a_button_that_is_not_there_cannot_be_tapped(stage: Any) -> None:
    await stage.start()
    sent = await stage.bot("sendMessage", chat_id=ADA, text="no buttons")
    answer = await stage.post(f"/people/{ADA}/chats/{BOT_ID}/taps", message_id=sent["message_id"], data="y")
    assert answer["ok"] is False


async def test_a_query_of_another_bot_or_none_cannot_be_answered(stage: Any) -> None:
    words = "query is too old and response timeout expired or query ID is invalid"
    assert words in await stage.refused("answerCallbackQuery", callback_query_id="12")


async def test_edits_show_up_for_the_person_and_equal_ones_are_refused(stage: Any) -> None:
    await stage.start()
    sent = await stage.bot("sendMessage", chat_id=ADA, text="one")
    edited = await stage.bot("editMessageText", chat_id=ADA, message_id=sent["message_id"], text="two")
    assert edited["text"] == "two"
    assert edited["edit_date"] >= edited["date"]
    same = {"chat_id": ADA, "message_id": sent["message_id"], "text": "two"}
    assert "message is not modified: specified new" in await stage.refused("editMessageText", **same)
    assert (await stage.get(f"/people/{ADA}/chats/{BOT_ID}/messages"))[-1]["text"] == "two"


async def test_an_edit_without_a_keyboard_removes_the_keyboard(stage: Any) -> None:
    await stage.start()
    keyboard = {"inline_keyboard": [[{"text": "go", "callback_data": "g"}]]}
    sent = await stage.bot("sendMessage", chat_id=ADA, text="one", reply_markup=keyboard)
    where = {"chat_id": ADA, "message_id": sent["message_id"]}
    assert "reply_markup" not in await stage.bot("editMessageText", text="two", **where)
    fresh = await stage.bot("editMessageReplyMarkup", reply_markup=keyboard, **where)
    assert fresh["reply_markup"] == keyboard


async def test_deleted_messages_are_gone_and_cannot_be_edited(stage: Any) -> None:
    await stage.start()
    sent = await stage.bot("sendMessage", chat_id=ADA, text="one")
    where = {"chat_id": ADA, "message_id": sent["message_id"]}
    assert await stage.bot("deleteMessage", **where) is True
    assert (
        await stage.refused("editMessageText", text="x", **where) == "Bad Request: message to edit not found"
    )
    assert await stage.refused("deleteMessage", **where) == "Bad Request: message to delete not found"
    again = await stage.bot("sendMessage", chat_id=ADA, text="two")
    assert again["message_id"] > sent["message_id"]


async def test_a_person_edits_and_deletes_only_his_own_words(stage: Any) -> None:
    said = await stage.say(ADA, TEAM_DESK, "teh plan")
    path = f"/people/{ADA}/chats/{TEAM_DESK}"
    fixed = await stage.post(f"{path}/edit", message_id=said["message_id"], text="the plan")
    assert fixed["text"] == "the plan"
    kinds = [next(k for k in u if k != "update_id") for u in await stage.updates()]
    assert kinds[-2:] == ["message", "edited_message"]
    theft = f"/people/{BEN}/chats/{TEAM_DESK}"
    assert not (await stage.post(f"{theft}/edit", message_id=said["message_id"], text="mine"))["ok"]
    assert not (await stage.post(f"{theft}/delete", message_ids=[said["message_id"]]))["ok"]
    assert (await stage.post(f"{path}/delete", message_ids=[said["message_id"]])) == {"deleted": 1}


async def test_replies_carry_the_message_they_answer(stage: Any) -> None:
    await stage.start()
    said = await stage.say(ADA, BOT_ID, "question")
    reply = {"message_id": said["message_id"]}
    sent = await stage.bot("sendMessage", chat_id=ADA, text="answer", reply_parameters=reply)
    assert sent["reply_to_message"]["text"] == "question"
    gone = {"message_id": 999}
    words = await stage.refused("sendMessage", chat_id=ADA, text="answer", reply_parameters=gone)
    assert words == "Bad Request: message to be replied not found"
    allowed = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await stage.bot(
        "sendMessage", chat_id=ADA, text="answer", reply_parameters=allowed
    )


async def test_topics_hold_their_own_messages(stage: Any) -> None:
    sent = await stage.bot("sendMessage", chat_id=STUDIO, text="an idea", message_thread_id=TOPIC_IDEAS)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (TOPIC_IDEAS, True)
    await stage.bot("sendMessage", chat_id=STUDIO, text="for all")
    path = f"/people/{ADA}/chats/{STUDIO}/messages"
    assert [m["text"] for m in await stage.get(path, thread=TOPIC_IDEAS) if "text" in m] == ["an idea"]
    assert [m["text"] for m in await stage.get(path, thread=1) if "text" in m] == ["for all"]
    for number in (1, 99):
        words = await stage.refused("sendMessage", chat_id=STUDIO, text="x", message_thread_id=number)
        assert words == "Bad Request: message thread not found"


async def test_live_events_tell_of_messages_typing_and_edits_in_order(stage: Any) -> None:
    await stage.start()
    path = f"/people/{ADA}/events"
    begin = stage.box.world.live.last
    await stage.bot("sendChatAction", chat_id=ADA, action="typing")
    await stage.bot("sendMessageDraft", chat_id=ADA, draft_id=7, text="so far")
    sent = await stage.bot("sendMessage", chat_id=ADA, text="one")
    await stage.bot("editMessageText", chat_id=ADA, message_id=sent["message_id"], text="two")
    events = await stage.get(path, after=begin, format="json", wait=5)
    assert [e["kind"] for e in events] == ["typing", "draft", "message", "edit"]
    assert {e["chat"] for e in events} == {BOT_ID}
    assert await stage.get(f"/people/{BEN}/events", after=begin, format="json") == []
    assert [e["n"] for e in events] == sorted(e["n"] for e in events)


async def test_events_stream_as_server_sent_events(served_stage: Any) -> None:
    stage = served_stage
    await stage.start()
    begin = stage.box.world.live.last
    async with stage.http.stream("GET", f"/people/{ADA}/events?after={begin}") as stream:
        lines = stream.aiter_lines()
        await stage.bot("sendMessage", chat_id=ADA, text="live")
        seen = [await anext(lines) for _ in range(6)]
    assert seen[3].startswith("id: ")
    assert seen[4] == "event: message"
    assert '"live"' in seen[5]


async def test_reactions_reach_the_bot_only_when_it_asked_for_them(stage: Any) -> None:
    await stage.start()
    sent = await stage.bot("sendMessage", chat_id=ADA, text="like me")
    path = f"/people/{ADA}/chats/{BOT_ID}/reactions"
    await stage.post(path, message_id=sent["message_id"], emoji="👍")
    assert await stage.updates(allowed_updates=["message", "message_reaction"]) == []
    await stage.post(path, message_id=sent["message_id"], emoji="🔥")
    [update] = await stage.updates()
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "🔥"}]
    history = await stage.get(f"/people/{ADA}/chats/{BOT_ID}/messages")
    assert history[-1]["reactions"] == [{"emoji": "🔥", "user_id": ADA}]


async def test_the_menu_shows_the_commands_of_the_narrowest_scope(stage: Any) -> None:
    await stage.start()
    await stage.bot("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    desk = {"type": "chat_administrators", "chat_id": TEAM_DESK}
    await stage.bot("setMyCommands", commands=[{"command": "team", "description": "Team"}], scope=desk)
    shown = {
        chat["id"]: [c["command"] for c in chat["commands"]]
        for chat in await stage.get(f"/people/{ADA}/chats")
    }
    assert shown[BOT_ID] == ["help"]
    assert shown[TEAM_DESK] == ["team"]
    ben = {
        chat["id"]: [c["command"] for c in chat["commands"]]
        for chat in await stage.get(f"/people/{BEN}/chats")
    }
    assert ben[TEAM_DESK] == ["help"]


async def test_polls_count_votes(stage: Any) -> None:
    sent = await stage.bot(
        "sendPoll", chat_id=TEAM_DESK, question="Tea?", options=["yes", {"text": "no"}], is_anonymous=False
    )
    path = f"/people/{BEN}/chats/{TEAM_DESK}/votes"
    poll = await stage.post(path, message_id=sent["message_id"], option_ids=[1])
    assert [o["voter_count"] for o in poll["options"]] == [0, 1]
    kinds = [next(k for k in u if k != "update_id") for u in await stage.updates()]
    assert kinds[-2:] == ["poll", "poll_answer"]


async def test_inline_queries_are_asked_and_answered(stage: Any) -> None:
    token = "77:inline"  # noqa: S105 - a token of the sandbox
    await stage.post("/admin/bots", token=token, username="inline_bot", supports_inline_queries=True)
    ask = asyncio.create_task(stage.post(f"/people/{ADA}/inline", bot_id=77, query="tea"))
    [update] = await stage.updates(token=token, timeout=5)
    content = {"message_text": "Tea!"}
    result = {"type": "article", "id": "1", "title": "Tea", "input_message_content": content}
    await stage.bot(
        "answerInlineQuery", token=token, inline_query_id=update["inline_query"]["id"], results=[result]
    )
    assert (await ask)["results"] == [result]


async def test_forwarding_and_copying_keep_the_words_and_only_one_names_the_source(stage: Any) -> None:
    await stage.start()
    sent = await stage.bot("sendMessage", chat_id=AUTUMN_LANE, text="sale")
    source = {"from_chat_id": AUTUMN_LANE, "message_id": sent["message_id"]}
    forwarded = await stage.bot("forwardMessage", chat_id=ADA, **source)
    assert forwarded["forward_origin"]["message_id"] == sent["message_id"]
    copied = await stage.bot("copyMessage", chat_id=ADA, **source)
    history = await stage.get(f"/people/{ADA}/chats/{BOT_ID}/messages")
    assert history[-1]["message_id"] == copied["message_id"]
    assert history[-1]["text"] == "sale"
    assert "forward_origin" not in history[-1]
    path = f"/people/{ADA}/chats/{BOT_ID}/forward"
    [own] = await stage.post(path, from_chat=AUTUMN_LANE, message_ids=[sent["message_id"]])
    assert own["forward_origin"]["chat"]["username"] == "autumn_lane"


async def test_a_pinned_message_is_shown_in_the_chat(stage: Any) -> None:
    sent = await stage.bot("sendMessage", chat_id=TEAM_DESK, text="rules")
    await stage.bot("pinChatMessage", chat_id=TEAM_DESK, message_id=sent["message_id"])
    assert (await stage.bot("getChat", chat_id=TEAM_DESK))["pinned_message"]["text"] == "rules"
    await stage.bot("unpinChatMessage", chat_id=TEAM_DESK, message_id=sent["message_id"])
    assert "pinned_message" not in await stage.bot("getChat", chat_id=TEAM_DESK)
