import struct
from typing import Any

import pytest

from sandbox import images
from sandbox.files import MEGABYTE
from sandbox.scenery import ADA, AUTUMN_LANE, BOT_ID


def png(width: int = 4, height: int = 3, more: int = 0) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0" + bytes(more)
    )


def jpeg(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + bytes(8)


WEBP = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(640, 480), (640, 480)),
        (jpeg(31, 17), (31, 17)),
        (b"GIF89a" + struct.pack("<HH", 5, 6), (5, 6)),
        (WEBP + b"VP8X" + bytes(8) + (99).to_bytes(3, "little") + (49).to_bytes(3, "little"), (100, 50)),
        (WEBP + b"VP8L" + bytes(5) + (99 | 49 << 14).to_bytes(4, "little"), (100, 50)),
        (WEBP + b"VP8 " + bytes(10) + struct.pack("<HH", 100, 50), (100, 50)),
        (b"plain text", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff", None),
        (b"", None),
    ],
)
def test_sides_are_read_from_the_header(content: Any, size: Any) -> None:
    assert images.size(content) == size


async def send(stage: Any, method: str, kind: str, content: Any, name: str = "a.bin", **fields: Any) -> Any:
    await stage.start()
    data = {"chat_id": ADA, **fields}
    answer = await stage.http.post(f"/bot{stage.token}/{method}", data=data, files={kind: (name, content)})
    return answer.json()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
        (png(10_000, 1), "PHOTO_INVALID_DIMENSIONS"),
        (png(210, 10), "PHOTO_INVALID_DIMENSIONS"),
        (png(more=10 * MEGABYTE), "is too big for a photo; the maximum size is 10485760 bytes"),
    ],
)
async def test_a_photo_that_is_none_is_refused(stage: Any, content: Any, words: str) -> None:
    body = await send(stage, "sendPhoto", "photo", content)
    assert words in body["description"]


async def test_a_document_of_more_than_fifty_megabytes_is_refused(stage: Any) -> None:
    body = await send(stage, "sendDocument", "document", bytes(50 * MEGABYTE + 1))
    assert (body["error_code"], body["description"]) == (413, "Request Entity Too Large")


async def test_a_large_file_is_taken_but_not_handed_out_to_bots(stage: Any) -> None:
    sent = (await send(stage, "sendDocument", "document", bytes(20 * MEGABYTE + 1), "big.bin"))["result"]
    assert sent["document"]["file_name"] == "big.bin"
    words = await stage.refused("getFile", file_id=sent["document"]["file_id"])
    assert words == "Bad Request: file is too big"


async def test_a_file_id_is_good_for_its_own_kind_only(stage: Any) -> None:
    sent = (await send(stage, "sendPhoto", "photo", png()))["result"]
    file_id = sent["photo"][-1]["file_id"]
    again = await stage.bot("sendPhoto", chat_id=ADA, photo=file_id)
    assert again["photo"] == sent["photo"]
    words = await stage.refused("sendDocument", chat_id=ADA, document=file_id)
    assert words == "Bad Request: can't use file of type Photo as Document"


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (["photo"], "album must include 2-10 items"),
        (["photo"] * 11, "too much messages to send as an album"),
        (["photo", "document"], "Document can't be mixed with other media types"),
    ],
)
async def test_albums_outside_the_rules_are_refused(stage: Any, kinds: Any, words: str) -> None:
    media = [{"type": kind, "media": "attach://x"} for kind in kinds]
    assert words in await stage.refused("sendMediaGroup", chat_id=AUTUMN_LANE, media=media)


async def test_an_attachment_that_did_not_come_is_refused_without_a_trace(stage: Any) -> None:
    sent = (await send(stage, "sendPhoto", "photo", png()))["result"]
    before = len(stage.box.world.journal)
    media = [
        {"type": "photo", "media": sent["photo"][0]["file_id"]},
        {"type": "photo", "media": "attach://gone"},
    ]
    words = await stage.refused("sendMediaGroup", chat_id=ADA, media=media)
    assert "there is no file in the request" in words
    assert len(stage.box.world.journal) == before


async def test_several_photos_of_a_person_become_an_album(stage: Any) -> None:
    await stage.start()
    path = f"/people/{ADA}/chats/{BOT_ID}/media"
    files = [("files", ("a.png", png())), ("files", ("b.png", png(8, 8)))]
    answer = await stage.http.post(path, files=files, data={"kind": "photo", "caption": "two"})
    sent = answer.json()
    updates = [u["message"] for u in await stage.updates()]
    assert len(updates) == 2
    assert len({m["media_group_id"] for m in updates}) == 1
    assert [m.get("caption") for m in updates] == ["two", None]
    assert (await stage.http.get(f"/{sent[1]['file_url']}")).content == png(8, 8)


async def test_the_caption_can_be_edited_and_the_text_of_a_photo_cannot(stage: Any) -> None:
    sent = (await send(stage, "sendPhoto", "photo", png(), caption="one"))["result"]
    where = {"chat_id": ADA, "message_id": sent["message_id"]}
    assert (await stage.bot("editMessageCaption", caption="two", **where))["caption"] == "two"
    assert "caption" not in await stage.bot("editMessageCaption", **where)
    words = await stage.refused("editMessageText", text="x", **where)
    assert words == "Bad Request: there is no text in the message to edit"
