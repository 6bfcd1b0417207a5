"""python-telegram-bot talks to the sandbox without knowing it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler

from sandbox.scenery import ADA, AUTUMN_LANE, BEN, BOT_ID, BOT_USERNAME, TEAM_DESK

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + b"\x08\x02\0\0\0"
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("go", callback_data="g", style="success")]])


@pytest.fixture
async def app(served_stage: Any) -> AsyncIterator[Any]:
    base = served_stage.url
    builder = ApplicationBuilder().token(served_stage.token)
    app = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot").build()
    async with app:
        yield app


@pytest.fixture
async def bot(app: Any, served_stage: Any) -> Any:
    await served_stage.start()
    return app.bot


async def test_an_application_polls_answers_commands_and_taps(app: Any, served_stage: Any) -> None:
    async def greet(update: Any, context: Any) -> None:
        await context.bot.send_chat_action(update.effective_chat.id, "typing")
        await update.message.reply_html("<b>hello</b>", reply_markup=KEYBOARD)

    async def tapped(update: Any, _: Any) -> None:
        await update.callback_query.edit_message_text("gone")
        await update.callback_query.answer("done")

    app.add_handler(CommandHandler("start", greet))
    app.add_handler(CallbackQueryHandler(tapped))
    await app.start()
    await app.updater.start_polling(timeout=5)
    path = f"/people/{ADA}/chats/{BOT_ID}"
    begin = served_stage.box.world.live.last
    await served_stage.say(ADA, BOT_ID, "/start")
    shown = None
    while shown is None:
        events = await served_stage.get(f"/people/{ADA}/events", after=begin, format="json", wait=5)
        begin = events[-1]["n"]
        shown = next((e["data"] for e in events if "reply_markup" in e["data"]), None)
    answer = await served_stage.post(f"{path}/taps", message_id=shown["message_id"], data="g")
    assert (answer["answered"], answer["text"]) == (True, "done")
    assert (await served_stage.get(f"{path}/messages"))[-1]["text"] == "gone"
    stopping = asyncio.create_task(app.updater.stop())
    served_stage.box.world.queues[BOT_ID].bell.ring()
    await stopping
    await app.stop()


async def test_the_bot_knows_itself_and_its_chats(bot: Any) -> None:
    assert bot.username == BOT_USERNAME
    chat = await bot.get_chat("@autumn_lane")
    assert (chat.id, chat.title) == (AUTUMN_LANE, "Autumn Lane")
    assert (await bot.get_chat_member(TEAM_DESK, BOT_ID)).status == "administrator"
    assert {m.user.id for m in await bot.get_chat_administrators(TEAM_DESK)} == {ADA, BOT_ID}
    assert await bot.get_chat_member_count(AUTUMN_LANE) == 5


async def test_photos_and_albums_go_out_and_come_back(bot: Any) -> None:
    sent = await bot.send_photo(ADA, PNG, caption="c")
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    file = await sent.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == PNG
    album = await bot.send_media_group(
        AUTUMN_LANE, [InputMediaPhoto(PNG, caption="both"), InputMediaPhoto(PNG)]
    )
    assert len({m.media_group_id for m in album}) == 1
    assert [m.caption for m in album] == ["both", None]
    fresh = await sent.edit_media(InputMediaPhoto(PNG, caption="new"))
    assert fresh.caption == "new"


async def test_refusals_become_the_libraries_own_errors(bot: Any, served_stage: Any) -> None:
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(ADA, " ")
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(BEN, "hi")
    group = await served_stage.post(
        "/admin/chats", type="group", title="G", members={ADA: "creator", BOT_ID: "member"}
    )
    path = f"/people/{ADA}/chats/{group['id']}/members"
    moved = (await served_stage.post(path, action="migrate"))["migrate_to_chat_id"]
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(group["id"], "hi")
    assert migrated.value.new_chat_id == moved
    assert (await bot.send_message(moved, "hi")).chat.id == moved


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize(
    ("fault", "error"),
    [("flood", RetryAfter), ("accept_and_drop", NetworkError), ("error_after", NetworkError)],
)
async def test_faults_become_the_libraries_own_errors(
    bot: Any, served_stage: Any, fault: str, error: Any
) -> None:
    await served_stage.post("/admin/faults", rules=[{"fault": fault, "methods": ["sendMessage"]}])
    with pytest.raises(error):
        await bot.send_message(ADA, "hi")


async def test_two_pollers_are_told_apart(bot: Any, served_stage: Any) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await served_stage.polled()
    second = asyncio.create_task(served_stage.call("getUpdates", timeout=5))
    with pytest.raises(Conflict):
        await first
    await served_stage.say(ADA, BOT_ID, "hi")
    assert len((await second)["result"]) == 1
