from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from integrations.contract import (
    Attachment,
    Draft,
    OutcomeUnknown,
    RateLimited,
    Receipt,
    Rejected,
    Unauthorized,
    Unavailable,
)
from sandbox.scenery import AUTUMN_LANE, STUDIO, TEAM_DESK

if TYPE_CHECKING:
    from tests.conftest import HandClock

CHANNEL = str(AUTUMN_LANE)


def _picture(shade: int) -> bytes:
    """A small PNG of one shade of grey."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 32, 32, 8, 0, 0, 0, 0)
    rows = b"".join(b"\x00" + bytes([shade]) * 32 for _ in range(32))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


VIDEO = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00" * 200


@pytest.fixture
async def telegram(settle: Any, world: Any) -> Any:
    return await settle("telegram", world=world, base="http://sandbox")


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., Attachment]:
    def store(kind: str, name: str, content: bytes) -> Attachment:
        (tmp_path / name).write_bytes(content)
        return Attachment(kind, key=name, file_name=name)

    return store


def shown(world: Any, chat: int = AUTUMN_LANE) -> list[Any]:
    return [message for _, message in sorted(world.world.messages.get(str(chat), {}).items())]


async def fire(platform: Any, draft: Draft) -> Any:
    assert not platform.problems(draft)
    prepared = await platform.prepare(draft, {})
    return await platform.fire(draft, prepared, key="unused")


async def test_a_text_arrives_with_its_formatting_and_a_link_to_it(telegram: Any, world: Any) -> None:
    answer = await fire(telegram, Draft(CHANNEL, "**20 %** off in the [shop](https://example.org) 🍂"))
    (message,) = shown(world)
    assert message["text"] == "20 % off in the shop 🍂"
    assert [(one["type"], one["offset"], one["length"]) for one in message["entities"]] == [
        ("bold", 0, 4),
        ("text_link", 16, 4),
    ]
    number = str(message["message_id"])
    assert answer == Receipt(number, f"https://t.me/autumn_lane/{number}", (number,))


async def test_a_private_chat_is_linked_by_its_number(telegram: Any) -> None:
    answer = await fire(telegram, Draft(str(TEAM_DESK), "Hello"))
    assert answer.url == f"https://t.me/c/{str(TEAM_DESK).removeprefix('-100')}/{answer.remote_id}"


async def test_a_photo_arrives_with_its_caption(telegram: Any, world: Any, stored: Any) -> None:
    photo = stored("photo", "lane.png", _picture(90))
    answer = await fire(telegram, Draft(CHANNEL, "The *lane*", (photo,)))
    (message,) = shown(world)
    assert isinstance(answer, Receipt)
    assert message["caption"] == "The lane"
    assert message["caption_entities"][0]["type"] == "italic"
    again = Attachment("photo", remote=message["photo"][-1]["file_id"])
    assert isinstance(await fire(telegram, Draft(CHANNEL, "Once more", (again,))), Receipt)
    assert len(shown(world)) == 2


async def test_an_album_is_one_post_with_one_caption(telegram: Any, world: Any, stored: Any) -> None:
    files = tuple(stored("photo", f"{shade}.png", _picture(shade)) for shade in (10, 120, 240))
    files += (stored("video", "walk.mp4", VIDEO),)
    answer = await fire(telegram, Draft(CHANNEL, "A **walk**", files))
    messages = shown(world)
    assert isinstance(answer, Receipt)
    assert answer.parts == tuple(str(one["message_id"]) for one in messages)
    assert [one.get("caption") for one in messages] == ["A walk", None, None, None]
    assert len({one["media_group_id"] for one in messages}) == 1


async def test_the_parts_of_a_thread_answer_the_one_before(telegram: Any, world: Any, stored: Any) -> None:
    """Mutation: without the reply parameters they would be posts that hang together by nothing."""
    files = tuple(stored("photo", f"{shade}.png", _picture(shade)) for shade in (10, 120))
    thread = Draft(CHANNEL, "First", files, thread=("**Second**", "Third"))
    done: list[str] = []
    for number in range(thread.parts):
        answer = await fire(telegram, thread.part(number, done=done))
        assert isinstance(answer, Receipt), answer
        done.append(answer.remote_id)
    album, _, second, third = shown(world)
    assert "reply_to_message" not in album
    assert (second["text"], second["reply_to_message"]["message_id"]) == ("Second", album["message_id"])
    assert (third["text"], third["reply_to_message"]["message_id"]) == ("Third", second["message_id"])
    assert done == [str(one["message_id"]) for one in (album, second, third)]


async def test_a_part_whose_forerunner_is_gone_is_refused_and_one_without_its_number_stands_alone(
    telegram: Any, world: Any
) -> None:
    lost = Draft(CHANNEL, "Second", role="reply", answers="999", root="999")
    assert isinstance(await fire(telegram, lost), Rejected)
    assert isinstance(await fire(telegram, Draft(CHANNEL, "Second", role="reply", answers="")), Receipt)
    (message,) = shown(world)
    assert "reply_to_message" not in message


@pytest.mark.parametrize("kind", ["video", "document", "animation", "audio", "voice"])
async def test_every_kind_of_file_has_its_own_way(telegram: Any, world: Any, stored: Any, kind: str) -> None:
    answer = await fire(telegram, Draft(CHANNEL, "Look", (stored(kind, f"file.{kind}", VIDEO),)))
    assert isinstance(answer, Receipt), answer
    assert kind in shown(world)[0]


async def test_a_picture_without_words_gets_no_words(telegram: Any, world: Any, stored: Any) -> None:
    await fire(telegram, Draft(CHANNEL, "", (stored("photo", "a.png", _picture(1)),)))
    assert "caption" not in shown(world)[0]


async def test_what_is_shown_to_fit_does_fit_and_no_more(telegram: Any, stored: Any) -> None:
    photo = stored("photo", "a.png", _picture(1))
    for most, files in ((4096, ()), (1024, (photo,))):
        fits = "**" + "🍂" * (most // 2 - 1) + "ab**"
        assert isinstance(await fire(telegram, Draft(CHANNEL, fits, files)), Receipt)
        (problem,) = telegram.problems(Draft(CHANNEL, fits + "c", files))
        assert f"{most:,}" in problem.message
        answer = await telegram.fire(Draft(CHANNEL, fits + "c", files), {}, key="")
        assert isinstance(answer, Rejected)


async def test_formatting_that_telegram_would_drop_is_refused(telegram: Any) -> None:
    assert telegram.problems(Draft(CHANNEL, " ".join(["**a** b"] * 100))) == []
    assert telegram.problems(Draft(CHANNEL, " ".join(["**a** b"] * 101)))


@pytest.mark.parametrize(
    ("kinds", "is_album"),
    [
        (("photo", "video"), True),
        (("document", "document"), True),
        (("audio", "audio"), True),
        (("photo", "document"), False),
        (("animation", "photo"), False),
        (("voice", "voice"), False),
    ],
)
async def test_only_what_may_share_an_album_is_let_into_one(
    telegram: Any, kinds: tuple[str, ...], *, is_album: bool
) -> None:
    files = tuple(Attachment(kind, remote="id") for kind in kinds)
    assert (telegram.problems(Draft(CHANNEL, "x", files)) == []) is is_album


async def test_a_file_that_is_gone_is_found_out_before_anything_is_sent(
    telegram: Any, world: Any, stored: Any, tmp_path: Path
) -> None:
    """Mutation: found out while firing, it would leave a post that nobody can say anything about."""
    photo = stored("photo", "a.png", _picture(1))
    (tmp_path / "a.png").unlink()
    for one in (photo, Attachment("photo")):
        assert isinstance(await telegram.prepare(Draft(CHANNEL, "x", (one,)), {}), Rejected)
    assert shown(world) == []


async def test_where_the_bot_may_not_post_the_account_is_lost(telegram: Any) -> None:
    for chat in ("-1009999999999", "12345"):
        assert isinstance(await telegram.fire(Draft(chat, "x"), {}, key=""), Unauthorized)
    assert isinstance(await telegram.fire(Draft(str(STUDIO), "x"), {}, key=""), Receipt)


async def test_a_channel_shares_the_flood_limits_of_the_bot(settle: Any, outside: Any) -> None:
    beyond = outside(lambda _: httpx.Response(500))
    platform = await settle("telegram", beyond)
    await platform.wait_turn(CHANNEL)
    await platform.wait_turn("@autumn_lane")
    assert beyond.waited_for == [AUTUMN_LANE]


BAD = "Bad Request: "
SAID = [
    (401, "Unauthorized", Unauthorized),
    (404, "Not Found", Unauthorized),
    (403, "Forbidden: bot was kicked from the channel chat", Unauthorized),
    (403, "Forbidden: bot is not a member of the channel chat", Unauthorized),
    (400, BAD + "chat not found", Unauthorized),
    (400, BAD + "need administrator rights in the channel chat", Unauthorized),
    (400, BAD + "not enough rights to send text messages to the chat", Unauthorized),
    (400, BAD + "have no rights to send a message", Unauthorized),
    (400, BAD + "CHAT_WRITE_FORBIDDEN", Unauthorized),
    (400, BAD + "message is too long", Rejected),
    (400, BAD + "can't parse entities: unsupported start tag", Rejected),
    (400, BAD + "message text is empty", Rejected),
    (400, BAD + "wrong file identifier/HTTP URL specified", Rejected),
    (400, BAD + "failed to get HTTP URL content", Rejected),
    (400, BAD + "PHOTO_INVALID_DIMENSIONS", Rejected),
    (413, "Request Entity Too Large", Rejected),
    (409, "Conflict: terminated by other getUpdates request", Unavailable),
    (408, "Request Timeout", OutcomeUnknown),
    (500, "Internal Server Error", OutcomeUnknown),
    (502, "Bad Gateway", OutcomeUnknown),
    (504, "Gateway Timeout", OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "said", "answer"), SAID)
async def test_what_telegram_says_is_understood_and_nothing_is_sent_twice(
    settle: Any, outside: Any, status: int, said: str, answer: type[Any]
) -> None:
    body = {"ok": False, "error_code": status, "description": said}
    beyond = outside(lambda _: httpx.Response(status, json=body))
    got = await (await settle("telegram", beyond)).fire(Draft(CHANNEL, "Hello"), {}, key="")
    assert type(got) is answer
    assert len(beyond.asked) == 1
    assert len(got.why.split()) > 3


async def test_a_page_that_says_too_large_is_a_refusal_too(settle: Any, outside: Any) -> None:
    beyond = outside(lambda _: httpx.Response(413, text="<html>413 Request Entity Too Large</html>"))
    answer = await (await settle("telegram", beyond)).fire(Draft(CHANNEL, "Hello"), {}, key="")
    assert isinstance(answer, Rejected)


async def test_a_group_that_moved_is_tried_again_when_its_number_is_known(settle: Any, outside: Any) -> None:
    body = {
        "ok": False,
        "error_code": 400,
        "description": BAD + "group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -1001234},
    }
    beyond = outside(lambda _: httpx.Response(400, json=body))
    answer = await (await settle("telegram", beyond)).fire(Draft("-5", "Hello"), {}, key="")
    assert isinstance(answer, Unavailable)


async def test_a_flood_limit_is_kept_to_the_second(settle: Any, outside: Any, clock: HandClock) -> None:
    body = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests",
        "parameters": {"retry_after": 37},
    }
    beyond = outside(lambda _: httpx.Response(429, json=body))
    answer = await (await settle("telegram", beyond)).fire(Draft(CHANNEL, "Hello"), {}, key="")
    assert answer == RateLimited(until=clock() + timedelta(seconds=37))


async def test_a_yes_that_does_not_name_the_message_is_no_receipt(settle: Any, outside: Any) -> None:
    for result in ({}, [], True, [{"message_id": 1}, {}]):
        beyond = outside(lambda _, result=result: httpx.Response(200, json={"ok": True, "result": result}))
        answer = await (await settle("telegram", beyond)).fire(Draft(CHANNEL, "Hello"), {}, key="")
        assert isinstance(answer, OutcomeUnknown)


async def test_the_text_of_markdown_never_reaches_telegram_as_markup(settle: Any, outside: Any) -> None:
    beyond = outside(lambda _: httpx.Response(500))
    await (await settle("telegram", beyond)).fire(Draft(CHANNEL, "**a** <b>b</b>"), {}, key="")
    form = httpx.QueryParams(beyond.asked[0].content.decode())
    assert "parse_mode" not in form
    assert form["text"] == "a <b>b</b>"
    assert json.loads(form["entities"])[0]["type"] == "bold"
