from typing import Any

import httpx
import pytest

POST = "/networks/practice/{}/posts"


async def publish(
    stage: Any, account: str = "blind", key: str | None = None, **fields: Any
) -> httpx.Response:
    headers = {"Authorization": f"Bearer practice-{account}"} | ({"Idempotency-Key": key} if key else {})
    return await stage.http.post(POST.format(account), json={"text": "hello", **fields}, headers=headers)


async def listed(stage: Any, account: str = "blind", **query: Any) -> list[str]:
    headers = {"Authorization": f"Bearer practice-{account}"}
    answer = await stage.http.get(POST.format(account), headers=headers, params=query)
    return [post["text"] for post in answer.json()["posts"]]


async def test_a_post_is_published_and_listed(stage: Any) -> None:
    answer = await publish(stage, media=[{"url": "x"}])
    post = answer.json()
    assert answer.status_code == 201
    assert post["url"].endswith(f"/blind/{post['id']}")
    assert await listed(stage) == ["hello"]
    assert await listed(stage, since=post["at"]) == ["hello"]
    assert await listed(stage, since="2999-01-01T00:00:00+00:00") == []
    assert await listed(stage, "other") == []
    last = (await stage.get("/admin/effects"))["effects"][-1]
    assert (last["method"], last["chat_id"]) == ("practice.post", "blind")


@pytest.mark.parametrize(("account", "effects"), [("keyed-1", 1), ("blind", 2)])
async def test_a_key_is_honoured_only_on_keyed_accounts(stage: Any, account: str, effects: Any) -> None:
    first = (await publish(stage, account, key="k")).json()
    second = (await publish(stage, account, key="k")).json()
    assert (first["id"] == second["id"]) is (effects == 1)
    assert len(await listed(stage, account)) == effects


async def test_a_lag_hides_fresh_posts(stage: Any) -> None:
    await stage.post("/admin/networks", lag_seconds=3600)
    await publish(stage)
    assert await listed(stage) == []
    await stage.post("/admin/networks", lag_seconds=0)
    assert await listed(stage) == ["hello"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"text": ""}, 422), ({"text": "a" * 501}, 422), ({"text": 5}, 422), ({"text": "a" * 500}, 201)],
)
async def test_what_cannot_be_posted_is_refused(stage: Any, fields: Any, status: Any) -> None:
    assert (await publish(stage, **fields)).status_code == status


async def test_a_foreign_token_is_refused(stage: Any) -> None:
    headers = {"Authorization": "Bearer practice-other"}
    answer = await stage.http.post(POST.format("blind"), json={"text": "x"}, headers=headers)
    assert answer.status_code == 401


async def plan(stage: Any, fault: str, **more: Any) -> None:
    await stage.post(
        "/admin/faults", rules=[{"fault": fault, "methods": ["practice.post"], "times": 1, **more}]
    )


@pytest.mark.parametrize(("fault", "effects"), [("error_before", []), ("error_after", ["hello"])])
async def test_server_errors_hide_the_outcome(stage: Any, fault: str, effects: Any) -> None:
    await plan(stage, fault, status=500)
    assert (await publish(stage)).status_code == 500
    assert await listed(stage) == effects


async def test_too_many_posts_are_told_when_to_come_again(stage: Any) -> None:
    await plan(stage, "flood", seconds=9)
    answer = await publish(stage)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "9")


@pytest.mark.parametrize(("fault", "effects"), [("accept_and_drop", ["hello"]), ("reset", [])])
async def test_a_dropped_connection_is_an_error(served_stage: Any, fault: str, effects: Any) -> None:
    await plan(served_stage, fault)
    with pytest.raises(httpx.RemoteProtocolError):
        await publish(served_stage)
    assert await listed(served_stage) == effects
