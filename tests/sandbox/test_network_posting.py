"""Keys, slow media, and what a restart makes of both."""

import asyncio
from typing import Any

import pytest

from sandbox import network_posting
from tests.sandbox.practice_network import HandClock, comment, listed, publish, texts, token


async def became(stage: Any, pending: str, account: str = "us") -> Any:
    place = f"/networks/practice/{account}/pending/{pending}"
    return (await stage.http.get(place, headers=token(account))).json()


async def worked_off(stage: Any) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*stage.box.parts.late)


@pytest.mark.parametrize(("account", "posts"), [("keyed-1", 1), ("brief-1", 1), ("us", 2), ("unkeyed", 2)])
async def test_a_key_is_honoured_by_those_who_say_so(stage: Any, account: str, posts: int) -> None:
    first, second = [(await publish(stage, account, key="k")).json()["id"] for _ in range(2)]
    assert (first == second) is (posts == 1)
    assert len(await texts(stage, account)) == posts
    assert (await publish(stage, account, key="another")).json()["id"] not in {first, second}


async def test_a_key_belongs_to_one_account(stage: Any) -> None:
    first = (await publish(stage, "keyed-1", key="k")).json()["id"]
    assert (await publish(stage, "keyed-2", key="k")).json()["id"] != first


async def test_a_comment_is_made_once_with_a_key(stage: Any) -> None:
    post = (await publish(stage, "keyed-1")).json()["id"]
    first, second = [(await comment(stage, post, "x", "keyed-1", "k")).json()["id"] for _ in range(2)]
    assert first == second


@pytest.mark.parametrize(("account", "posts"), [("keyed-1", 1), ("brief-1", 2)])
async def test_a_brief_account_forgets_a_key(opened: Any, journal: Any, account: str, posts: int) -> None:
    clock = HandClock()
    stage = await opened(clock=clock, journal=journal)
    await publish(stage, account, key="k")
    clock.move(3599)
    await publish(stage, account, key="k")
    assert len(await texts(stage, account)) == 1
    clock.move(2)
    await publish(stage, account, key="k")
    assert len(await texts(stage, account)) == posts
    again = await opened(clock=clock, journal=journal)
    await publish(again, account, key="k")
    assert len(await texts(again, account)) == posts


async def test_slow_media_become_a_post_after_a_while(stage: Any) -> None:
    await stage.post("/admin/networks", pending_seconds=0.05)
    answer = await publish(stage, media=[{"kind": "video", "name": "slow.mp4"}])
    assert answer.status_code == 202
    pending = answer.json()["pending"]
    assert await became(stage, pending) == {"state": "working"}
    assert await texts(stage) == []
    await worked_off(stage)
    found = await became(stage, pending)
    assert (found["state"], found["post"]["text"]) == ("ready", "hello")
    assert (await listed(stage))["posts"] == [found["post"]]
    effects = (await stage.get("/admin/effects"))["effects"]
    assert [one["method"] for one in effects[-2:]] == ["practice.pending", "practice.post"]
    assert effects[-1]["rows"][0][2]["text"] == "hello"


async def test_media_that_cannot_be_used_come_to_nothing(stage: Any) -> None:
    await stage.post("/admin/networks", pending_seconds=0)
    pending = (await publish(stage, media=["slow-broken.mp4"])).json()["pending"]
    await worked_off(stage)
    assert (await became(stage, pending))["state"] == "failed"
    assert await texts(stage) == []


async def test_a_token_is_its_accounts_own(stage: Any) -> None:
    pending = (await publish(stage, media=["slow"])).json()["pending"]
    assert "error" in await became(stage, pending, "them")


async def test_the_same_key_gives_the_same_slow_post(stage: Any) -> None:
    await stage.post("/admin/networks", pending_seconds=0.05)
    first, second = [(await publish(stage, "keyed", key="k", media=["slow"])).json() for _ in range(2)]
    assert first == second
    await worked_off(stage)
    third = await publish(stage, "keyed", key="k", media=["slow"])
    assert third.status_code == 201
    assert third.json() == (await became(stage, first["pending"], "keyed"))["post"]
    assert await texts(stage, "keyed") == ["hello"]


async def test_a_restart_goes_on_with_slow_media(opened: Any, journal: Any) -> None:
    first = await opened(journal=journal)
    await first.post("/admin/networks", pending_seconds=0.2)
    pending = (await publish(first, media=["slow"])).json()["pending"]
    await first.box.close()
    second = await opened(journal=journal)
    assert await became(second, pending) == {"state": "working"}
    await worked_off(second)
    assert (await became(second, pending))["state"] == "ready"
    third = await opened(journal=journal)
    assert (await became(third, pending))["state"] == "ready"
    assert not third.box.parts.late
    assert await texts(third) == ["hello"]


async def test_no_more_is_worked_on_than_there_is_room_for(stage: Any) -> None:
    for _ in range(network_posting.MOST_WORKING):
        await publish(stage, media=["slow"])
    refused = await publish(stage, media=["slow"])
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert (await publish(stage)).status_code == 201


async def test_a_restart_knows_posts_comments_and_keys(opened: Any, journal: Any) -> None:
    first = await opened(journal=journal)
    post = (await publish(first, "keyed", key="k")).json()["id"]
    said = (await comment(first, post, "first!", "keyed")).json()
    second = await opened(journal=journal)
    assert (await publish(second, "keyed", key="k")).json()["id"] == post
    assert (await listed(second, "keyed", f"/{post}/comments"))["comments"] == [said]
    assert (await publish(second, "keyed", key="new")).json()["id"] not in {post, said["id"]}
