"""Can a person find the way round the page, and does what a person does reach the bot?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from sandbox.scenery import ADA, BEN, BOT_ID, DEE, STUDIO, TEAM_DESK, TOPIC_IDEAS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import FilePayload, Page

    from tests.sandbox.page.conftest import Scene

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def write(page: Page, text: str) -> None:
    await page.get_by_test_id("field").fill(text)
    await page.get_by_test_id("field").press("Enter")


async def test_a_telephone_shows_the_list_or_the_conversation(scene: Scene, blank: Page) -> None:
    page = blank
    await page.set_viewport_size({"width": 390, "height": 844})
    await scene.visit(page, ADA)
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await page.locator(f'[data-chat-id="{BOT_ID}"]').click()
    await expect(page.get_by_test_id("chats")).to_be_hidden()
    await expect(page.get_by_test_id("composer")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.get_by_role("button", name="Back to the list").click()
    await expect(page.get_by_test_id("chats")).to_be_visible()


async def test_one_may_become_another_person_and_the_address_remembers_it(scene: Scene, page: Page) -> None:
    await page.get_by_test_id("person").click()
    await expect(page.locator(".people")).to_contain_text("Nothing leaves it.")
    await page.locator(f'[data-person-id="{BEN}"]').click()
    await page.locator(f'[data-chat-id="{TEAM_DESK}"]').click()
    assert page.url.endswith(f"#person={BEN}&chat={TEAM_DESK}")
    await page.reload()
    await write(page, "Ben was here")
    await expect(page.locator("article.own")).to_contain_text("Ben was here")
    await scene.visit(page, ADA, TEAM_DESK)
    await expect(page.locator("article.other .sender")).to_have_text("Ben")


async def test_an_empty_chat_says_what_to_do(scene: Scene, blank: Page) -> None:
    await scene.visit(blank, BEN, BOT_ID)
    await expect(blank.get_by_test_id("empty")).to_contain_text("Say /start to Fanfare")
    await blank.get_by_test_id("empty").get_by_role("button").click()
    [update] = await scene.updates()
    assert update["message"]["text"] == "/start"
    assert update["message"]["from"]["id"] == BEN


async def test_a_reader_of_a_channel_is_told_why_there_is_no_field(scene: Scene, blank: Page) -> None:
    await scene.visit(blank, DEE)
    await blank.get_by_role("link", name="Autumn Lane").click()
    await expect(blank.get_by_test_id("read-only")).to_be_visible()
    await expect(blank.get_by_test_id("composer")).to_be_hidden()


async def test_the_command_menu_narrows_while_one_types(scene: Scene, page: Page) -> None:
    commands = [{"command": name, "description": f"Do {name}"} for name in ("queue", "quit", "help")]
    await scene.bot("setMyCommands", commands=commands)
    await expect(page.get_by_test_id("command-button")).to_be_visible()
    await page.get_by_test_id("field").press_sequentially("/qu")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.get_by_test_id("field").press("ArrowDown")
    await page.get_by_test_id("field").press("Enter")
    await expect(page.locator("article.own").last).to_contain_text("/quit")
    await expect(page.get_by_test_id("field")).to_have_value("")


async def test_an_own_message_can_be_corrected(scene: Scene, page: Page) -> None:
    await write(page, "Autum")
    await expect(page.locator("article.own").last).to_contain_text("Autum")
    await page.get_by_test_id("field").press("ArrowUp")
    await expect(page.get_by_test_id("context")).to_contain_text("Edit message")
    await write(page, "Autumn")
    await expect(page.locator("article.own").last).to_contain_text("Autumn")
    await expect(page.locator("article.own").last.locator(".edited")).to_be_visible()
    _, update = await scene.updates()
    assert update["edited_message"]["text"] == "Autumn"


async def test_a_message_can_be_passed_on(scene: Scene, page: Page) -> None:
    message = await scene.bot("sendMessage", chat_id=ADA, text="For the team")
    shown = page.locator(f'article[data-message-id="{message["message_id"]}"]')
    await shown.hover()
    await shown.locator(".bubble-menu").click()
    await page.get_by_role("menuitem", name="Forward").click()
    await page.get_by_role("dialog").get_by_role("button", name="Team desk").click()
    await expect(page.locator("h1")).to_have_text("Team desk")
    await expect(page.locator("article.own .forwarded")).to_contain_text("Forwarded from Fanfare")


async def test_unread_messages_are_counted_until_they_are_seen(scene: Scene, page: Page) -> None:
    row = page.locator(f'[data-chat-id="{TEAM_DESK}"]')
    for text in ("One", "Two"):
        await scene.bot("sendMessage", chat_id=TEAM_DESK, text=text)
    await expect(row.get_by_test_id("unread")).to_have_text("2")
    await expect(page).to_have_title("(2) Sandbox")
    await row.click()
    await expect(row.get_by_test_id("unread")).to_have_count(0)


async def test_topics_keep_their_messages_apart(scene: Scene, page: Page) -> None:
    await scene.visit(page, ADA, STUDIO)
    await scene.bot("sendMessage", chat_id=STUDIO, text="An idea", message_thread_id=TOPIC_IDEAS)
    await scene.bot("sendMessage", chat_id=STUDIO, text="For all")
    lines = page.get_by_test_id("messages")
    await expect(lines).to_contain_text("For all")
    await expect(lines).not_to_contain_text("An idea")
    await page.locator(f'[data-topic-id="{TOPIC_IDEAS}"]').click()
    await expect(lines).to_contain_text("An idea")
    await write(page, "Mine too")
    await expect(lines).to_contain_text("Mine too")
    await expect(lines).not_to_contain_text("For all")


async def test_long_chats_open_at_the_end_and_reach_back_without_a_jump(scene: Scene, page: Page) -> None:
    for n in range(130):
        await scene.say(ADA, BOT_ID, f"Number {n}")
    await page.reload()
    await expect(page.locator("article").last).to_be_in_viewport()
    await expect(page.locator("article")).to_have_count(100)
    oldest = page.locator("article").first
    number = await oldest.get_attribute("data-message-id")
    await page.locator("#scroller").evaluate("node => { node.scrollTop = 0; }")
    before = await oldest.bounding_box()
    await page.get_by_test_id("earlier").click()
    await expect(page.locator("article")).to_have_count(131)
    after = await page.locator(f'article[data-message-id="{number}"]').bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 3


async def test_files_of_a_person_reach_the_bot_as_an_album(
    scene: Scene, page: Page, picture: Callable[[int], bytes]
) -> None:
    files: list[FilePayload] = [
        {"name": f"{n}.png", "mimeType": "image/png", "buffer": picture(n)} for n in (50, 90)
    ]
    await page.locator("#file-input").set_input_files(files)
    await expect(page.get_by_test_id("attachment")).to_have_count(2)
    await write(page, "Two greys")
    await expect(page.get_by_test_id("album").locator("img")).to_have_count(2)
    first, second = await scene.updates()
    assert first["message"]["caption"] == "Two greys"
    assert first["message"]["media_group_id"] == second["message"]["media_group_id"]
    await expect(page.get_by_test_id("attachment")).to_have_count(0)


async def test_what_is_typed_waits_in_its_own_chat(page: Page) -> None:
    await page.get_by_test_id("field").fill("For the bot")
    await page.locator(f'[data-chat-id="{TEAM_DESK}"]').click()
    await expect(page.get_by_test_id("field")).to_have_value("")
    await page.go_back()
    await expect(page.get_by_test_id("field")).to_have_value("For the bot")
