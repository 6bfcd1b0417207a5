from typing import Any

import aiohttp
import httpx
import pytest

from sandbox.scenery import ADA, BOT_ID


async def texts(stage: Any) -> list[str]:
    return [m["text"] for m in await stage.get(f"/people/{ADA}/chats/{BOT_ID}/messages")][1:]


async def plan(stage: Any, fault: str, **more: Any) -> Any:
    rule = {"methods": ["sendMessage"], "fault": fault, "times": 1, **more}
    return await stage.post("/admin/faults", seed=1, rules=[rule])


async def by_httpx(stage: Any) -> Any:
    return await stage.call("sendMessage", chat_id=ADA, text="x")


async def by_aiohttp(stage: Any) -> Any:
    async with aiohttp.ClientSession() as session:
        url = f"{stage.url}/bot{stage.token}/sendMessage"
        async with session.post(url, json={"chat_id": ADA, "text": "x"}) as answer:
            return await answer.json()


@pytest.mark.parametrize("client", [by_httpx, by_aiohttp])
@pytest.mark.parametrize(("fault", "effect"), [("accept_and_drop", ["x"]), ("reset", [])])
async def test_a_dropped_connection_is_an_error_for_every_client(
    served_stage: Any, client: Any, fault: str, effect: Any
) -> None:
    stage = served_stage
    await stage.start()
    await plan(stage, fault)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, aiohttp.ClientConnectionError)):
        await client(stage)
    assert await texts(stage) == effect


def hidden(app: Any) -> Any:
    """A host that mounts the app and hides the server's own `send`."""

    async def host(scope: Any, receive: Any, send: Any) -> None:
        async def passed_on(message: Any) -> None:
            await send(message)

        await app(scope, receive, passed_on)

    return host


@pytest.mark.parametrize("client", [by_httpx, by_aiohttp])
async def test_a_mounted_sandbox_that_cannot_reach_the_connection_cuts_the_answer_off(
    opened: Any, client: Any
) -> None:
    stage = await opened(over_tcp=True, wrap=hidden)
    await stage.start()
    await plan(stage, "accept_and_drop")
    with pytest.raises((httpx.RemoteProtocolError, aiohttp.ClientPayloadError)):
        await client(stage)
    assert await texts(stage) == ["x"]


async def test_a_late_acceptance_comes_true_after_the_connection_broke(served_stage: Any) -> None:
    stage = served_stage
    await stage.start()
    await plan(stage, "accept_late", seconds=0.05)
    begin = stage.box.world.live.last
    with pytest.raises(httpx.RemoteProtocolError):
        await by_httpx(stage)
    assert await texts(stage) == []
    events = await stage.get(f"/people/{ADA}/events", after=begin, format="json", wait=5)
    assert [e["data"]["text"] for e in events] == ["x"]
    last = (await stage.get("/admin/effects"))["effects"][-1]
    assert (last["method"], last["fault"]) == ("sendMessage", "accept_late")


@pytest.mark.parametrize(("fault", "effect"), [("error_before", []), ("error_after", ["x"])])
async def test_a_server_error_hides_whether_the_call_was_accepted(
    stage: Any, fault: str, effect: Any
) -> None:
    await stage.start()
    await plan(stage, fault, status=503)
    body = await by_httpx(stage)
    assert (body["ok"], body["error_code"]) == (False, 503)
    assert await texts(stage) == effect


async def test_a_flood_fault_answers_429_once(stage: Any) -> None:
    await stage.start()
    await plan(stage, "flood", seconds=7)
    body = await by_httpx(stage)
    assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 7})
    assert (await by_httpx(stage))["ok"]


async def test_a_slow_answer_comes_after_the_effect(stage: Any) -> None:
    await stage.start()
    await plan(stage, "slow", seconds=0.01)
    assert (await by_httpx(stage))["ok"]
    assert (await stage.get("/admin/effects"))["effects"][-1]["fault"] == "slow"


async def test_updates_are_doubled_or_shuffled_but_stay_in_the_queue(stage: Any) -> None:
    await stage.start()
    for n in range(6):
        await stage.say(ADA, BOT_ID, str(n))
    rule = {"methods": ["getUpdates"], "times": 1}
    await stage.post("/admin/faults", seed=3, rules=[{**rule, "fault": "duplicate_updates"}])
    doubled = [u["message"]["text"] for u in await stage.bot("getUpdates")]
    assert doubled == [t for n in range(6) for t in (str(n), str(n))]
    await stage.post("/admin/faults", seed=3, rules=[{**rule, "fault": "reorder_updates"}])
    shuffled = [u["message"]["text"] for u in await stage.bot("getUpdates")]
    assert sorted(shuffled) == list("012345")
    assert shuffled != list("012345")
    assert [u["message"]["text"] for u in await stage.bot("getUpdates")] == list("012345")


async def test_the_same_seed_spoils_the_same_calls(stage: Any) -> None:
    await stage.start()
    runs = []
    for _ in range(2):
        rules = [{"methods": ["sendMessage"], "fault": "error_before", "share": 0.5}]
        await stage.post("/admin/faults", seed=9, rules=rules)
        runs.append([(await by_httpx(stage))["ok"] for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {True, False}


async def test_a_plan_is_counted_bound_to_a_chat_and_cleared(stage: Any) -> None:
    await stage.start()
    await plan(stage, "error_before", chat_id=-5, times=None)
    assert (await by_httpx(stage))["ok"]
    await plan(stage, "error_before", chat_id=ADA)
    await by_httpx(stage)
    assert (await stage.get("/admin/faults"))["struck"] == {"error_before": 1}
    assert (await stage.http.delete("/admin/faults")).json()["rules"] == []


@pytest.mark.parametrize("rule", [{"fault": "gremlins"}, {"fault": "slow", "shrae": 1}])
async def test_a_plan_with_a_typo_is_refused(stage: Any, rule: Any) -> None:
    assert not (await stage.post("/admin/faults", rules=[rule]))["ok"]
