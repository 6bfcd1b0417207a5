"""Threads, first comments and files on the practice network, with the sandbox behind the wire."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.contract import (
    Absent,
    Attachment,
    Draft,
    OutcomeUnknown,
    Pending,
    Receipt,
    Rejected,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WHOLE = Draft("us", "One", thread=("Two", "Three"), comment="First!")


@pytest.fixture
async def practice(settle: Any, world: Any) -> Any:
    return await settle("practice", world=world, base="http://sandbox/networks/practice")


async def find(platform: Any, draft: Draft, *taken: str) -> Any:
    return await platform.find(draft, {}, key="k", since=LONG_AGO, taken=frozenset(taken))


async def fired(platform: Any, draft: Draft) -> list[str]:
    """The remote ids of all parts, sent in order."""
    done: list[str] = []
    for number in range(draft.parts):
        answer = await platform.fire(draft.part(number, done=done), {}, key=f"k{number}")
        assert isinstance(answer, Receipt), answer
        done.append(answer.remote_id)
    return done


async def test_a_thread_and_its_comment_stand_where_they_belong(practice: Any, world: Any) -> None:
    first, second, third, comment = await fired(practice, WHOLE)
    network = world.world.network
    assert [(one.reply_to, one.root) for one in network.posts.values()] == [
        (None, None),
        (first, first),
        (second, first),
    ]
    assert network.posts[third].text == "Three"
    assert (network.comments[comment].under, network.comments[comment].text) == (first, "First!")


async def test_every_part_is_found_by_itself_and_only_when_it_is_there(practice: Any) -> None:
    done: list[str] = []
    for number in range(WHOLE.parts):
        part = WHOLE.part(number, done=done)
        assert await find(practice, part) == Absent()
        receipt = await practice.fire(part, {}, key=f"k{number}")
        assert await find(practice, part) == receipt
        assert await find(practice, part, receipt.remote_id) == Absent()
        done.append(receipt.remote_id)


async def test_equal_words_are_told_apart_by_their_place(practice: Any) -> None:
    same = Draft("us", "Same", thread=("Same", "Same"), comment="Same")
    done = await fired(practice, same)
    for number in range(same.parts):
        found = await find(practice, same.part(number, done=done))
        assert found.remote_id == done[number]


async def test_somebody_elses_comment_is_not_ours(practice: Any) -> None:
    (first,) = await fired(practice, Draft("us", "One"))
    theirs = Draft("them", "First!", role="comment", answers=first, root=first)
    assert isinstance(await practice.fire(theirs, {}, key="k"), Receipt)
    ours = Draft("us", "First!", role="comment", answers=first, root=first)
    assert await find(practice, ours) == Absent()


async def test_a_comment_without_a_post_is_not_sent(settle: Any, outside: Any) -> None:
    beyond = outside(lambda _: httpx.Response(500))
    platform = await settle("practice", beyond)
    answer = await platform.fire(Draft("us", "x", role="comment", answers=""), {}, key="k")
    assert isinstance(answer, Rejected)
    assert beyond.asked == []


async def test_a_part_that_answers_nothing_there_is_refused(practice: Any) -> None:
    part = Draft("us", "Two", role="reply", answers="77", root="77")
    assert isinstance(await practice.fire(part, {}, key="k"), Rejected)
    lost = Draft("us", "Two", role="comment", answers="77", root="77")
    assert isinstance(await practice.fire(lost, {}, key="k"), Rejected)


async def test_files_travel_by_name_and_hash_and_tell_posts_apart(practice: Any, world: Any) -> None:
    one, two = (
        Draft("us", "", (Attachment(kind, key=f"{name}.bin", sha256=name * 64),))
        for kind, name in (("photo", "a"), ("video", "b"))
    )
    assert practice.problems(one) == []
    receipt = await practice.fire(one, {}, key="k")
    assert await find(practice, one) == receipt
    assert await find(practice, two) == Absent()
    (post,) = world.world.network.posts.values()
    assert post.media == ({"kind": "photo", "name": "a.bin", "sha256": "a" * 64},)


async def test_a_file_that_is_gone_stops_the_post_before_it_is_armed(practice: Any, tmp_path: Path) -> None:
    draft = Draft("us", "x", (Attachment("photo", key="a.jpg"),))
    assert isinstance(await practice.prepare(draft, {}), Rejected)
    (tmp_path / "a.jpg").write_bytes(b"x")
    prepared = await practice.prepare(draft, {"known": 1})
    assert (prepared["known"], len(prepared["media"])) == (1, len(draft.attachments))
    known = Draft("us", "x", (Attachment("photo", remote="there"),))
    assert (await practice.prepare(known, {}))["media"]


SLOW = Draft("keyed-us", "Film", (Attachment("video", key="k", file_name="slow.mp4"),))


async def until_done(world: Any) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*world.parts.late)


async def test_slow_media_are_asked_for_until_they_are_ready(practice: Any, world: Any) -> None:
    world.parts.network.change({"pending_seconds": 0.05})
    pending = await practice.fire(SLOW, {}, key="k")
    assert isinstance(pending, Pending)
    assert await practice.check(pending.state) == pending
    assert await practice.fire(SLOW, {}, key="k") == pending
    await until_done(world)
    ready = await practice.check(pending.state)
    assert isinstance(ready, Receipt)
    assert await find(practice, SLOW) == ready
    assert await practice.fire(SLOW, {}, key="k") == ready


async def test_media_that_cannot_be_used_are_rejected_in_the_end(practice: Any, world: Any) -> None:
    world.parts.network.change({"pending_seconds": 0})
    broken = Draft("us", "Film", (Attachment("video", remote="slow-broken"),))
    pending = await practice.fire(broken, {}, key="k")
    await until_done(world)
    assert isinstance(await practice.check(pending.state), Rejected)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"error": "x"}),
        httpx.Response(503, json={"state": "ready"}),
        httpx.Response(200, json={"state": "odd"}),
        httpx.Response(200, json={"state": "ready"}),
        httpx.Response(200, text="<html>"),
    ],
)
async def test_what_is_not_said_about_slow_media_stays_open(settle: Any, outside: Any, answer: Any) -> None:
    platform = await settle("practice", outside(lambda _: answer))
    assert isinstance(await platform.check({"account": "us", "token": "t"}), OutcomeUnknown)
