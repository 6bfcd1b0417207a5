"""Does what a bot says and does reach the person as it was meant?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from sandbox.scenery import ADA, AUTUMN_LANE, BOT_ID, TEAM_DESK

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from tests.sandbox.page.conftest import Scene

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = "<img src=x onerror='window.hurt=1'><script>window.hurt=1</script>"
TAP = {"inline_keyboard": [[{"text": "Publish", "callback_data": "pub", "style": "primary"}]]}
LIKE = [{"type": "emoji", "emoji": "👍"}]


def bubble(page: Page, message: dict[str, Any]) -> Locator:
    return page.locator(f'article[data-message-id="{message["message_id"]}"]')


async def test_a_formatted_message_arrives_while_one_looks(scene: Scene, page: Page) -> None:
    text = "<b>Bold</b> <tg-spoiler>secret</tg-spoiler> <a href='https://example.org/a'>link</a>"
    message = await scene.bot("sendMessage", chat_id=ADA, text=text, parse_mode="HTML", reply_markup=TAP)
    shown = bubble(page, message)
    await expect(shown.locator("strong")).to_have_text("Bold")
    await expect(shown.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await shown.locator(".spoiler").click()
    await expect(shown.locator(".spoiler")).to_have_class("spoiler open")
    await expect(shown.locator('[data-callback="pub"]')).to_have_class("key primary")


@pytest.mark.parametrize("alert", [False, True], ids=["toast", "alert"])
async def test_a_tap_waits_for_its_answer_and_shows_it(scene: Scene, page: Page, *, alert: bool) -> None:
    await scene.bot("sendMessage", chat_id=ADA, text="Ready?", reply_markup=TAP)
    key = page.locator('[data-callback="pub"]')
    await key.click()
    await expect(key).to_have_attribute("aria-busy", "true")
    [update] = await scene.updates()
    query = update["callback_query"]
    assert query["data"] == "pub"
    await scene.bot("answerCallbackQuery", callback_query_id=query["id"], text="Published.", show_alert=alert)
    answer = page.get_by_test_id("alert" if alert else "toast")
    await expect(answer).to_contain_text("Published.")
    await expect(key).not_to_have_attribute("aria-busy", "true")
    if alert:
        await answer.get_by_role("button").click()
        await expect(answer).to_have_count(0)
    await expect(key).to_be_focused()


async def test_an_edit_appears_in_place_and_does_not_move_the_reader(scene: Scene, page: Page) -> None:
    for n in range(30):
        last = await scene.bot("sendMessage", chat_id=ADA, text=f"Line {n}")
    await expect(bubble(page, last)).to_be_in_viewport()
    scroller = page.locator("#scroller")
    await scroller.evaluate("node => { node.scrollTop = 120; }")
    await scene.bot("editMessageText", chat_id=ADA, message_id=last["message_id"], text="new\n" * 12)
    await expect(bubble(page, last).locator(".edited")).to_have_count(1)
    await expect(bubble(page, last)).to_contain_text("new")
    assert await scroller.evaluate("node => node.scrollTop") == 120
    await page.get_by_role("button", name="Go to the latest message").click()
    await expect(bubble(page, last)).to_be_in_viewport()


async def test_an_edit_leaves_an_opened_spoiler_open(scene: Scene, page: Page) -> None:
    text = "||secret||"
    message = await scene.bot(
        "sendMessage", chat_id=ADA, text=text, parse_mode="MarkdownV2", reply_markup=TAP
    )
    await bubble(page, message).locator(".spoiler").click()
    keys = {"inline_keyboard": [[{"text": "Other", "callback_data": "other"}]]}
    await scene.bot(
        "editMessageReplyMarkup", chat_id=ADA, message_id=message["message_id"], reply_markup=keys
    )
    await expect(bubble(page, message).locator('[data-callback="other"]')).to_be_visible()
    await expect(bubble(page, message).locator(".spoiler")).to_have_class("spoiler open")


async def test_an_album_stands_together_and_its_pictures_load(scene: Scene, page: Page) -> None:
    await scene.album(ADA, [40, 120, 200], "Three greys")
    album = page.get_by_test_id("album")
    await expect(album.locator("img")).to_have_count(3)
    for image in await album.locator("img").all():
        await expect(image).to_have_js_property("naturalWidth", 64)
    await expect(page.locator("article", has=album)).to_contain_text("Three greys")
    await album.locator("button").first.click()
    await expect(page.get_by_test_id("picture")).to_be_visible()


async def test_hostile_words_stay_words_wherever_they_stand(scene: Scene, page: Page) -> None:
    keys = {"inline_keyboard": [[{"text": HOSTILE, "callback_data": "<b>"}]]}
    await scene.bot("setMyCommands", commands=[{"command": "new", "description": HOSTILE}])
    message = await scene.bot("sendMessage", chat_id=ADA, text=HOSTILE, reply_markup=keys)
    await scene.say(ADA, BOT_ID, HOSTILE)
    await expect(bubble(page, message).locator(".text")).to_have_text(HOSTILE)
    await expect(bubble(page, message).locator(".key")).to_have_text(HOSTILE)
    await page.get_by_test_id("command-button").click()
    await expect(page.get_by_test_id("commands")).to_contain_text(HOSTILE)
    assert await page.locator("img, script:not([src])").count() == 0
    assert await page.evaluate("window.hurt") is None


async def test_even_a_script_that_got_in_would_not_run(page: Page) -> None:
    script = "const s = document.createElement('script'); s.textContent = 'window.hurt = 1'; document.body.append(s)"
    await page.evaluate(script)
    assert await page.evaluate("window.hurt") is None


async def test_a_bots_keyboard_is_laid_out_and_taken_away(scene: Scene, page: Page) -> None:
    keys = {"keyboard": [[{"text": "Tonight"}, {"text": "Tomorrow"}]], "resize_keyboard": True}
    await scene.bot("sendMessage", chat_id=ADA, text="When?", reply_markup=keys)
    await page.locator('[data-reply-key="Tomorrow"]').click()
    await expect(page.locator("article.own").last).to_contain_text("Tomorrow")
    await scene.bot("sendMessage", chat_id=ADA, text="Fine.", reply_markup={"remove_keyboard": True})
    await expect(page.get_by_test_id("reply-keyboard")).to_be_hidden()


async def test_a_forced_reply_answers_the_bots_question(scene: Scene, page: Page) -> None:
    asked = await scene.bot(
        "sendMessage", chat_id=ADA, text="Your title?", reply_markup={"force_reply": True}
    )
    await expect(page.get_by_test_id("context")).to_contain_text("Your title?")
    await page.get_by_test_id("field").fill("Autumn")
    await page.get_by_test_id("field").press("Shift+Enter")
    await page.get_by_test_id("field").press_sequentially("sale")
    await page.get_by_test_id("field").press("Enter")
    [update] = await scene.updates()
    assert update["message"]["text"] == "Autumn\nsale"
    assert update["message"]["reply_to_message"]["message_id"] == asked["message_id"]
    await expect(page.locator("article.own .strip").last).to_contain_text("Your title?")


async def test_typing_and_drafts_show_until_the_message_comes(scene: Scene, page: Page) -> None:
    await scene.bot("sendChatAction", chat_id=ADA, action="typing")
    await expect(page.get_by_test_id("typing")).to_have_text("Fanfare is typing…")
    await scene.bot("sendMessageDraft", chat_id=ADA, draft_id=7, text="Half of it")
    await expect(page.get_by_test_id("draft")).to_contain_text("Half of it")
    await scene.bot("sendMessage", chat_id=ADA, text="All of it")
    await expect(page.get_by_test_id("draft")).to_have_count(0)
    await expect(page.get_by_test_id("typing")).to_have_count(0)


async def test_a_pinned_message_is_one_press_away_and_links_stay_inside(scene: Scene, page: Page) -> None:
    post = await scene.bot("sendMessage", chat_id=AUTUMN_LANE, text="20 % off")
    told = f"Published: https://t.me/autumn_lane/{post['message_id']}"
    message = await scene.bot("sendMessage", chat_id=TEAM_DESK, text=told)
    await scene.bot("pinChatMessage", chat_id=TEAM_DESK, message_id=message["message_id"])
    await scene.visit(page, ADA, TEAM_DESK)
    await page.get_by_test_id("pinned").click()
    await expect(bubble(page, message)).to_have_class(re.compile("marked"))
    await bubble(page, message).locator("a").click()
    await expect(page.locator("h1")).to_have_text("Autumn Lane")
    await expect(bubble(page, post)).to_have_class(re.compile("marked"))


async def test_reactions_and_deletions_travel_both_ways(scene: Scene, page: Page) -> None:
    message = await scene.bot("sendMessage", chat_id=ADA, text="Good?")
    await scene.bot("setMessageReaction", chat_id=ADA, message_id=message["message_id"], reaction=LIKE)
    shown = bubble(page, message)
    await shown.locator(".reaction").click()
    await expect(shown.locator(".reaction")).to_have_attribute("aria-label", "👍 2")
    await shown.hover()
    await shown.locator(".bubble-menu").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(shown).to_have_count(0)


async def test_a_poll_counts_the_vote(scene: Scene, page: Page) -> None:
    options = [{"text": "Now"}, {"text": "Later"}]
    await scene.bot("sendPoll", chat_id=TEAM_DESK, question="When?", options=options)
    await scene.visit(page, ADA, TEAM_DESK)
    await page.get_by_role("button", name="Vote for Later").click()
    await expect(page.get_by_test_id("poll")).to_contain_text("1 vote")
    await expect(page.get_by_role("button", name="Vote for Later, 100 percent")).to_be_visible()
