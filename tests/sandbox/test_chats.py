from typing import Any

import pytest

from sandbox.scenery import ADA, AUTUMN_LANE, BEN, BOT_ID, BOT_USERNAME, CHI, DEE, STUDIO, TEAM_DESK

SECOND = "79:second"


def kinds(updates: Any) -> list[str]:
    return [next(key for key in update if key != "update_id") for update in updates]


async def second_bot(stage: Any, chat: Any, status: Any = "administrator", **more: Any) -> None:
    await stage.post("/admin/bots", token=SECOND, username="second_bot", **more)
    path = f"/people/{ADA}/chats/{chat}/members"
    await stage.post(path, action="add", user_id=79)
    if status == "administrator":
        await stage.post(path, action="promote", user_id=79)
    await stage.updates(token=SECOND)
    await stage.updates()


async def test_a_second_bot_of_the_channel_hears_what_the_first_posts(stage: Any) -> None:
    await second_bot(stage, AUTUMN_LANE)
    sent = await stage.bot("sendMessage", chat_id=AUTUMN_LANE, text="sale")
    await stage.bot("editMessageText", chat_id=AUTUMN_LANE, message_id=sent["message_id"], text="big sale")
    heard = await stage.updates(token=SECOND)
    assert kinds(heard) == ["channel_post", "edited_channel_post"]
    assert heard[0]["channel_post"] == sent
    assert sent["sender_chat"]["username"] == "autumn_lane"
    assert "from" not in sent
    assert await stage.updates() == []


async def test_a_bot_may_not_edit_the_posts_of_another_without_the_right(stage: Any) -> None:
    await second_bot(stage, AUTUMN_LANE)
    sent = await stage.bot("sendMessage", chat_id=AUTUMN_LANE, text="sale")
    rights = {"can_post_messages": True}
    path = f"/people/{ADA}/chats/{AUTUMN_LANE}/members"
    await stage.post(path, action="promote", user_id=79, rights=rights)
    where = {"chat_id": AUTUMN_LANE, "message_id": sent["message_id"], "token": SECOND}
    assert (
        await stage.refused("editMessageText", text="mine", **where) == "Bad Request: message can't be edited"
    )
    assert await stage.refused("deleteMessage", **where) == "Bad Request: message can't be deleted"


async def test_channel_posts_appear_in_the_linked_group_even_for_their_author(stage: Any) -> None:
    members = {ADA: "creator", BOT_ID: "administrator"}
    group = await stage.post(
        "/admin/chats", type="supergroup", title="Comments", linked_chat_id=AUTUMN_LANE, members=members
    )
    await stage.updates()
    sent = await stage.bot("sendMessage", chat_id=AUTUMN_LANE, text="sale")
    [update] = await stage.updates()
    receipt = update["message"]
    assert (receipt["chat"]["id"], receipt["is_automatic_forward"]) == (group["id"], True)
    assert receipt["forward_origin"]["message_id"] == sent["message_id"]
    assert receipt["sender_chat"]["id"] == AUTUMN_LANE
    assert (await stage.bot("getChat", chat_id=AUTUMN_LANE))["linked_chat_id"] == group["id"]


async def test_a_bot_in_privacy_mode_hears_only_what_is_meant_for_it(stage: Any) -> None:
    await stage.updates()
    said = [
        "just talking", "/help", f"/help@{BOT_USERNAME}", "/help@other_bot", f"hey @{BOT_USERNAME}", "@ada_demo",
    ]  # fmt: skip
    for text in said:
        await stage.say(BEN, STUDIO, text)
    heard = [u["message"]["text"] for u in await stage.updates()]
    assert heard == ["/help", f"/help@{BOT_USERNAME}", f"hey @{BOT_USERNAME}"]
    sent = await stage.bot("sendMessage", chat_id=STUDIO, text="yes?")
    await stage.say(BEN, STUDIO, "a reply", reply_to_message_id=sent["message_id"])
    assert [u["message"]["text"] for u in await stage.updates()] == ["a reply"]


async def test_a_group_that_became_a_supergroup_says_so_at_both_ends(stage: Any) -> None:
    members = {ADA: "creator", BEN: "member", BOT_ID: "member"}
    group = await stage.post("/admin/chats", type="group", title="Small", members=members)
    await stage.updates()
    moved = await stage.post(f"/people/{ADA}/chats/{group['id']}/members", action="migrate")
    old, new = (u["message"] for u in await stage.updates())
    assert old["migrate_to_chat_id"] == new["chat"]["id"] == moved["migrate_to_chat_id"]
    assert new["migrate_from_chat_id"] == group["id"]
    body = await stage.call("sendMessage", chat_id=group["id"], text="x")
    assert body["parameters"] == {"migrate_to_chat_id": new["chat"]["id"]}
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert [c["title"] for c in await stage.get(f"/people/{BEN}/chats")].count("Small") == 1


async def test_comings_and_goings_are_told_to_those_they_concern(stage: Any) -> None:
    path = f"/people/{ADA}/chats/{TEAM_DESK}/members"
    await stage.bot("getUpdates", allowed_updates=["message", "chat_member", "my_chat_member"])
    await stage.updates()
    await stage.post(path, action="add", user_id=DEE)
    joined = await stage.updates()
    assert kinds(joined) == ["chat_member", "message"]
    assert joined[1]["message"]["new_chat_members"][0]["id"] == DEE
    await stage.post(path, action="remove", user_id=BOT_ID)
    [update] = await stage.updates()
    assert update["my_chat_member"]["old_chat_member"]["status"] == "administrator"
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    words = await stage.refused("sendMessage", chat_id=TEAM_DESK, text="x")
    assert words == "Forbidden: bot was kicked from the supergroup chat"


@pytest.mark.parametrize(
    ("action", "user_id"), [("promote", CHI), ("remove", CHI), ("demote", BOT_ID), ("migrate", 0)]
)
async def test_a_member_without_rights_changes_nobody(stage: Any, action: str, user_id: Any) -> None:
    path = f"/people/{BEN}/chats/{TEAM_DESK}/members"
    assert (await stage.post(path, action=action, user_id=user_id))["error_code"] == 403


async def test_people_write_where_they_may(stage: Any) -> None:
    assert (await stage.say(DEE, TEAM_DESK, "hi"))["description"] == "Bad Request: chat not found"
    assert (await stage.say(DEE, AUTUMN_LANE, "hi"))["error_code"] == 403
    assert (await stage.say(ADA, AUTUMN_LANE, "from the owner"))["text"] == "from the owner"
    shown = {c["title"]: c["can_write"] for c in await stage.get(f"/people/{DEE}/chats")}
    assert shown == {"Fanfare": True, "Autumn Lane": False, "Studio": True}


async def test_a_public_channel_can_be_left_and_joined_again_a_private_group_only_left(stage: Any) -> None:
    async def members(chat: Any, action: str) -> Any:
        return await stage.post(f"/people/{BEN}/chats/{chat}/members", action=action)

    assert (await members(AUTUMN_LANE, "leave"))["status"] == "left"
    assert (await members(AUTUMN_LANE, "join"))["status"] == "member"
    assert (await members(TEAM_DESK, "leave"))["status"] == "left"
    assert (await members(TEAM_DESK, "join"))["error_code"] == 403


async def test_a_restricted_bot_or_group_sends_no_text(stage: Any) -> None:
    path = f"/people/{ADA}/chats/{STUDIO}/members"
    await stage.post(path, action="restrict", user_id=BOT_ID, rights={"can_send_photos": True})
    words = "Bad Request: not enough rights to send text messages to the chat"
    assert await stage.refused("sendMessage", chat_id=STUDIO, text="x") == words


async def test_a_closed_topic_takes_no_messages(stage: Any) -> None:
    members = {ADA: "creator", BOT_ID: "administrator"}
    forum = await stage.post("/admin/chats", type="supergroup", title="F", is_forum=True, members=members)
    topic = (await stage.bot("createForumTopic", chat_id=forum["id"], name="T"))["message_thread_id"]
    where = {"chat_id": forum["id"], "message_thread_id": topic}
    await stage.bot("closeForumTopic", **where)
    assert await stage.refused("sendMessage", text="x", **where) == "Bad Request: TOPIC_CLOSED"
    await stage.bot("reopenForumTopic", **where)
    assert (await stage.bot("sendMessage", text="x", **where))["is_topic_message"] is True


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "club", "title": "x"},
        {"type": "group"},
        {"type": "group", "title": "x", "members": {"31337": "member"}},
    ],
)
async def test_a_chat_that_cannot_be_is_refused(stage: Any, fields: Any) -> None:
    assert (await stage.post("/admin/chats", **fields))["ok"] is False


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/admin/bots", {"token": "no", "username": "x_bot"}),
        ("/admin/persons", {}),
        ("/admin/updates", {"bot_id": 1, "updates": []}),
        (f"/people/{ADA}/chats/{BOT_ID}/edit", {}),
        (f"/people/999/chats/{BOT_ID}/messages", {"text": "x"}),
        (f"/people/{ADA}/chats/abc/messages", {"text": "x"}),
    ],
)
async def test_a_wrong_request_gets_an_answer_and_leaves_no_trace(stage: Any, path: str, fields: Any) -> None:
    before = len(stage.box.world.journal)
    assert (await stage.post(path, **fields))["ok"] is False
    assert len(stage.box.world.journal) == before
