from hashlib import sha256
from typing import Any

import httpx
import pytest

from tests.sandbox.practice_network import POST, comment, listed, publish, texts, token


async def test_a_post_is_published_and_listed(stage: Any) -> None:
    answer = await publish(stage, media=[{"name": "x"}])
    post = answer.json()
    assert answer.status_code == 201
    assert post["url"].endswith(f"/us/{post['id']}")
    assert await texts(stage) == ["hello"]
    assert await texts(stage, since=post["at"]) == ["hello"]
    assert await texts(stage, since="2999-01-01T00:00:00+00:00") == []
    assert await texts(stage, "other") == []
    last = (await stage.get("/admin/effects"))["effects"][-1]
    assert (last["method"], last["chat_id"]) == ("practice.post", "us")


async def test_exactly_one_text_is_asked_for_by_its_hash(stage: Any) -> None:
    for text in ("one", "two", "one"):
        await publish(stage, text=text)
    await publish(stage, "them", text="one")
    wanted = sha256(b"one").hexdigest()
    assert await texts(stage, text_sha256=wanted) == ["one", "one"]
    assert await texts(stage, text_sha256=sha256(b"three").hexdigest()) == []
    assert await texts(stage, text_sha256=wanted, since="2999-01-01") == []


async def test_a_long_list_says_that_there_is_more(stage: Any) -> None:
    for _ in range(1001):
        await publish(stage)
    found = await listed(stage)
    assert (len(found["posts"]), found["more"]) == (1000, True)
    behind = await listed(stage, since=found["posts"][-1]["at"])
    assert behind["more"] is False
    assert behind["posts"][0] == found["posts"][-1]


async def test_a_blind_account_cannot_be_read_and_honours_nothing(stage: Any) -> None:
    post = (await publish(stage, "blind-1", key="k")).json()
    assert (await publish(stage, "blind-1", key="k")).json()["id"] != post["id"]
    for place in ("", f"/{post['id']}/comments"):
        answer = await stage.http.get(POST.format("blind-1") + place, headers=token("blind-1"))
        assert (answer.status_code, answer.json()) == (403, {"error": "this account cannot be read"})


async def test_a_lag_hides_fresh_posts_and_comments(stage: Any) -> None:
    post = (await publish(stage)).json()["id"]
    await comment(stage, post, "first!")
    await stage.post("/admin/networks", lag_seconds=3600)
    assert await texts(stage) == []
    assert (await listed(stage, place=f"/{post}/comments"))["comments"] == []
    await stage.post("/admin/networks", lag_seconds=0)
    assert await texts(stage) == ["hello"]
    assert len((await listed(stage, place=f"/{post}/comments"))["comments"]) == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "a" * 501}, 422),
        ({"text": 5}, 422),
        ({"text": "a" * 500}, 201),
        ({"text": "", "media": ["x"]}, 201),
        ({"media": ["x"] * 5}, 422),
        ({"media": [7]}, 422),
        ({"media": "x"}, 422),
        ({"reply_to": "77"}, 422),
        ({"root": "77"}, 422),
    ],
)
async def test_what_cannot_be_posted_is_refused(stage: Any, fields: Any, status: Any) -> None:
    assert (await publish(stage, **fields)).status_code == status
    assert len((await listed(stage))["posts"]) == (status == 201)


async def test_a_thread_knows_what_it_answers(stage: Any) -> None:
    first = (await publish(stage)).json()["id"]
    second = (await publish(stage, reply_to=first, root=first)).json()["id"]
    third = (await publish(stage, reply_to=second, root=first)).json()
    assert (third["reply_to"], third["root"]) == (second, first)
    found = (await listed(stage))["posts"]
    assert [post["reply_to"] for post in found] == [None, first, second]


async def test_a_comment_stands_under_its_post_only(stage: Any) -> None:
    post, other = [(await publish(stage)).json()["id"] for _ in range(2)]
    said = (await comment(stage, post, "first!")).json()
    found = await listed(stage, place=f"/{post}/comments")
    assert found["comments"] == [said]
    assert (said["post_id"], said["account"]) == (post, "us")
    wanted = sha256(b"first!").hexdigest()
    assert (await listed(stage, place=f"/{post}/comments", text_sha256=wanted))["comments"] == [said]
    assert (await listed(stage, place=f"/{other}/comments"))["comments"] == []
    assert await texts(stage) == ["hello", "hello"]
    assert (await comment(stage, said["id"], "a comment is no post")).status_code == 404
    last = (await stage.get("/admin/effects"))["effects"][-1]
    assert (last["method"], last["rows"][0][0], last["rows"][0][2]["text"]) == (
        "practice.comment",
        "comments",
        "first!",
    )


async def test_a_comment_has_words_and_no_media(stage: Any) -> None:
    post = (await publish(stage)).json()["id"]
    place = f"{POST.format('us')}/{post}/comments"
    for fields in ({"text": " "}, {"text": "x", "media": ["y"]}, ["x"]):
        assert (await stage.http.post(place, json=fields, headers=token("us"))).status_code == 422


async def test_a_foreign_token_is_refused(stage: Any) -> None:
    answer = await stage.http.post(POST.format("us"), json={"text": "x"}, headers=token("other"))
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("verb", "place", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/us", 404),
        ("GET", "/us/posts/1", 404),
        ("PUT", "/us/posts", 405),
        ("POST", "/us/pending/1", 405),
        ("GET", "/us/pending/1", 404),
        ("GET", "/us/posts/77/comments", 404),
        ("GET", "/us/posts?since=soon", 400),
        ("GET", "/us/posts?text_sha256=abc", 400),
        ("GET", "/us/posts?text_sha256=zz", 400),
    ],
)
async def test_what_leads_nowhere_is_said(stage: Any, verb: str, place: str, status: int) -> None:
    answer = await stage.http.request(verb, f"/networks/practice{place}", headers=token("us"))
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[" * 60_000, 400), (b" " * 70_000, 413)])
async def test_a_body_that_cannot_be_read_is_refused(stage: Any, body: bytes, status: int) -> None:
    answer = await stage.http.post(POST.format("us"), content=body, headers=token("us"))
    assert answer.status_code == status


async def plan(stage: Any, fault: str, method: str = "practice.post", **more: Any) -> None:
    await stage.post("/admin/faults", rules=[{"fault": fault, "methods": [method], "times": 1, **more}])


@pytest.mark.parametrize(("fault", "effects"), [("error_before", []), ("error_after", ["hello"])])
async def test_server_errors_hide_the_outcome(stage: Any, fault: str, effects: Any) -> None:
    await plan(stage, fault, status=500)
    assert (await publish(stage)).status_code == 500
    assert await texts(stage) == effects


async def test_too_many_posts_are_told_when_to_come_again(stage: Any) -> None:
    await plan(stage, "flood", seconds=9)
    answer = await publish(stage)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "9")


@pytest.mark.parametrize("method", ["practice.list", "practice.comment", "practice.pending"])
async def test_every_other_call_can_be_spoilt_by_its_own_name(stage: Any, method: str) -> None:
    post = (await publish(stage)).json()["id"]
    pending = (await publish(stage, media=["slow"])).json()["pending"]
    await plan(stage, "error_before", method, status=503, times=None)
    answers = {
        "practice.list": await stage.http.get(POST.format("us"), headers=token("us")),
        "practice.comment": await comment(stage, post, "x"),
        "practice.pending": await stage.http.get(
            f"/networks/practice/us/pending/{pending}", headers=token("us")
        ),
    }
    assert [name for name, answer in answers.items() if answer.status_code == 503] == [method]


@pytest.mark.parametrize(("fault", "effects"), [("accept_and_drop", ["hello"]), ("reset", [])])
async def test_a_dropped_connection_is_an_error(served_stage: Any, fault: str, effects: Any) -> None:
    await plan(served_stage, fault)
    with pytest.raises(httpx.RemoteProtocolError):
        await publish(served_stage)
    assert await texts(served_stage) == effects


async def test_what_is_accepted_late_stands_there_once_it_is_in_the_journal(served_stage: Any) -> None:
    stage = served_stage
    await plan(stage, "accept_late", seconds=0.01)
    with pytest.raises(httpx.RemoteProtocolError):
        await publish(stage)
    (task,) = stage.box.parts.late
    await task
    last = (await stage.get("/admin/effects"))["effects"][-1]
    assert (last["method"], last["fault"]) == ("practice.post", "accept_late")
    assert await texts(stage) == ["hello"]


async def test_the_network_is_there_wherever_the_sandbox_is_mounted(opened: Any) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    stage = await opened(wrap=lambda app: Starlette(routes=[Mount("/box", app)]))
    answer = await stage.http.post(f"/box{POST.format('us')}", json={"text": "x"}, headers=token("us"))
    assert answer.status_code == 201
