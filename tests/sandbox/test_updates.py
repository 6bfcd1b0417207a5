import asyncio
from typing import Any

import pytest

from sandbox.scenery import ADA, BOT_ID

OTHER = "78:other"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def test_updates_come_again_until_they_are_confirmed(stage: Any) -> None:
    await stage.start()
    await stage.say(ADA, BOT_ID, "one")
    await stage.say(ADA, BOT_ID, "two")
    first = await stage.bot("getUpdates")
    assert await stage.bot("getUpdates") == first
    assert [u["message"]["text"] for u in first] == ["one", "two"]
    assert await stage.bot("getUpdates", limit=1) == first[:1]
    assert await stage.bot("getUpdates", offset=first[1]["update_id"]) == first[1:]
    assert await stage.bot("getUpdates") == first[1:]
    assert await stage.bot("getUpdates", offset=-1) == first[1:]
    assert await stage.bot("getUpdates", offset=first[1]["update_id"] + 1) == []


async def test_a_long_poll_ends_with_the_first_update(stage: Any) -> None:
    await stage.start()
    poll = asyncio.create_task(stage.bot("getUpdates", timeout=30))
    await asyncio.sleep(0)
    await stage.say(ADA, BOT_ID, "wake up")
    assert [u["message"]["text"] for u in await poll] == ["wake up"]


async def test_a_second_poller_ends_the_first(stage: Any) -> None:
    await stage.start()
    first = asyncio.create_task(stage.call("getUpdates", timeout=30))
    await stage.polled()
    second = asyncio.create_task(stage.call("getUpdates", timeout=30))
    assert await first == {"ok": False, "error_code": 409, "description": CONFLICT}
    await stage.say(ADA, BOT_ID, "hi")
    assert (await second)["ok"]


async def test_allowed_updates_are_remembered_until_they_are_given_again(stage: Any) -> None:
    await stage.start()
    await stage.bot("getUpdates", allowed_updates=["edited_message"])
    await stage.say(ADA, BOT_ID, "unheard")
    assert await stage.updates() == []
    await stage.bot("getUpdates", allowed_updates=[])
    await stage.say(ADA, BOT_ID, "heard")
    assert [u["message"]["text"] for u in await stage.updates()] == ["heard"]


async def test_a_bot_hears_neither_itself_nor_other_bots(stage: Any) -> None:
    await stage.post("/admin/bots", token=OTHER, username="other_bot", can_read_all_group_messages=True)
    members = {ADA: "creator", BOT_ID: "administrator", 78: "administrator"}
    group = await stage.post("/admin/chats", type="supergroup", title="Bots", members=members)
    await stage.updates()
    await stage.updates(token=OTHER)
    await stage.bot("sendMessage", chat_id=group["id"], text="from a bot")
    assert await stage.updates() == []
    assert await stage.updates(token=OTHER) == []


@pytest.mark.parametrize(
    "raw", [{"update_id": 5, "message": {"text": None}}, {"no": "id"}, "not even an object"]
)
async def test_broken_updates_are_delivered_verbatim_and_once(stage: Any, raw: Any) -> None:
    await stage.start()
    offset = (await stage.bot("getUpdates"))[-1:] or [{"update_id": 700_000_100}]
    await stage.post("/admin/updates", bot_id=BOT_ID, updates=[raw])
    later = offset[0]["update_id"] + 1
    assert await stage.bot("getUpdates", offset=later) == [raw]
    assert await stage.bot("getUpdates", offset=later) == []


async def test_a_webhook_and_polling_exclude_each_other(stage: Any) -> None:
    await stage.start()
    poll = asyncio.create_task(stage.call("getUpdates", timeout=30))
    await stage.polled()
    await stage.bot("setWebhook", url="http://127.0.0.1:9/hook", max_connections=3)
    assert (await poll)["error_code"] == 409
    words = await stage.refused("getUpdates")
    assert words.startswith("Conflict: can't use getUpdates method while webhook is active")
    info = await stage.bot("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == ("http://127.0.0.1:9/hook", 3)
    await stage.bot("deleteWebhook")
    assert (await stage.bot("getWebhookInfo"))["url"] == ""
    assert await stage.bot("getUpdates") == []


async def test_pending_updates_are_dropped_on_request(stage: Any) -> None:
    await stage.start()
    await stage.say(ADA, BOT_ID, "old news")
    assert (await stage.bot("getWebhookInfo"))["pending_update_count"] == 1
    await stage.bot("deleteWebhook", drop_pending_updates=True)
    assert await stage.bot("getUpdates") == []
