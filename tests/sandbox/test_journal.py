import json
import os
import resource
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.journal import STEP, Journal
from sandbox.scenery import ADA, AUTUMN_LANE, BOT_ID, BOT_TOKEN, DEE, STUDIO, TEAM_DESK
from tests.sandbox.practice_network import publish

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (4).to_bytes(4, "big") + (3).to_bytes(4, "big") + b"\x08\x02\0\0\0"


async def busy(stage: Any) -> None:
    """A little of everything."""
    await stage.start()
    keyboard = {"inline_keyboard": [[{"text": "b", "callback_data": "d"}]]}
    sent = await stage.bot("sendMessage", chat_id=ADA, text="one", reply_markup=keyboard)
    await stage.bot(
        "editMessageText", chat_id=ADA, message_id=sent["message_id"], text="two", reply_markup=keyboard
    )
    tap = {"message_id": sent["message_id"], "data": "d", "wait": False}
    query = await stage.post(f"/people/{ADA}/chats/{BOT_ID}/taps", **tap)
    await stage.bot("answerCallbackQuery", callback_query_id=query["callback_query_id"], text="ok")
    doomed = await stage.bot("sendMessage", chat_id=TEAM_DESK, text="oops")
    await stage.bot("deleteMessage", chat_id=TEAM_DESK, message_id=doomed["message_id"])
    await stage.bot("setMyCommands", commands=[{"command": "new", "description": "New"}])
    path = f"/people/{ADA}/chats/{BOT_ID}/media"
    await stage.http.post(path, files={"files": ("a.png", PNG)}, data={"kind": "photo"})
    await stage.post("/admin/updates", bot_id=BOT_ID, updates=[{"odd": 1}])
    await publish(stage, "keyed", key="k")
    await publish(stage, media=["slow"])
    await stage.bot("sendMessage", chat_id="@autumn_lane", text="sale")
    await stage.bot("getUpdates", allowed_updates=["message", "callback_query", "my_chat_member"])


def snapshot(stage: Any) -> str:
    world = stage.box.world
    queues = {bot: [item.payload for item in queue.waiting] for bot, queue in world.queues.items()}
    messages = {key: found for key, found in world.messages.items() if found}
    network = [repr(world.network.posts), repr(world.network.comments), repr(world.network.pending)]
    rest = [messages, world.authors, queues, world.last_ids, network]
    return json.dumps([world.tables, *rest], sort_keys=True)


async def test_the_world_is_rebuilt_from_the_journal(opened: Any, journal: Any) -> None:
    first = await opened(journal=journal)
    await busy(first)
    before = snapshot(first)
    second = await opened(journal=journal)
    assert snapshot(second) == before
    waiting = await second.bot("getUpdates")
    assert [next(k for k in u if k != "update_id") for u in waiting] == ["callback_query", "message", "odd"]
    photo = waiting[1]["message"]["photo"][-1]
    path = (await second.bot("getFile", file_id=photo["file_id"]))["file_path"]
    assert (await second.http.get(f"/file/bot{second.token}/{path}")).content == PNG


async def test_the_journal_tells_a_checker_every_accepted_effect(opened: Any, journal: Any) -> None:
    stage = await opened(journal=journal)
    await busy(stage)
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    by_method = {line["method"]: line for line in lines}
    sent = by_method["sendMessage"]
    assert (sent["bot_id"], sent["chat_id"], sent["fault"]) == (BOT_ID, AUTUMN_LANE, None)
    assert sent["messages"][0]["message"]["text"] == "sale"
    assert sent["message_id"] == sent["messages"][0]["message"]["message_id"]
    assert by_method["editMessageText"]["edits"][0]["message"]["text"] == "two"
    assert by_method["deleteMessage"]["deletions"][0]["message_ids"]
    assert by_method["answerCallbackQuery"]["answers"][0]["text"] == "ok"
    assert by_method["people.tap"]["updates"][0]["update"]["callback_query"]["data"] == "d"
    pages = (await stage.get("/admin/effects", after=2, limit=3))["effects"]
    assert pages == lines[2:5]


async def test_every_page_of_the_journal_can_be_opened(journal: Any) -> None:
    wanted = []
    for path in (journal, None):
        log = Journal(path)
        for number in range(1, 3 * STEP + 8):
            log.append({"text": "ä\u2028\n" * (number % 7)})
        wanted = list(log)
        assert [line["n"] for line in wanted] == list(range(1, len(log) + 1))
        for after in (0, 1, STEP - 1, STEP, STEP + 1, 3 * STEP, len(log) - 1, len(log), len(log) + 5, -1):
            assert log.since(after, 5) == wanted[max(after, 0) : max(after, 0) + 5]
        assert log.since(0, 0) == []
        log.append({"text": "after the reading"})
        assert log.since(len(log) - 1, 9)[0]["text"] == "after the reading"
        log.close()
    again = Journal(journal)
    assert list(again)[:-1] == wanted
    again.close()


async def test_a_long_journal_takes_no_memory(journal: Any) -> None:
    log = Journal(journal)
    tracemalloc.start()
    for _ in range(2000):
        log.append({"text": "x" * 1000})
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    log.close()
    assert held < 100_000


async def test_half_a_line_on_a_full_disk_is_taken_back(journal: Any) -> None:
    log = Journal(journal)
    log.append({"text": "before"})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.stat().st_size + 10, before[1]))
    try:
        with pytest.raises(OSError, match="journal"):
            log.append({"text": "too long"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    log.append({"text": "after"})
    log.close()
    assert [json.loads(line)["text"] for line in journal.read_text().splitlines()] == ["before", "after"]


async def test_a_torn_last_line_is_cut_off(opened: Any, journal: Any) -> None:
    await busy(await opened(journal=journal))
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"n": 99, "rows": [["bots"')
    stage = await opened(journal=journal)
    assert journal.read_bytes() == whole
    await stage.say(DEE, BOT_ID, "still writing")
    last = json.loads(journal.read_text().splitlines()[-1])
    assert (last["n"], last["method"]) == (whole.count(b"\n") + 1, "people.say")


async def test_the_scenery_is_set_up_once(opened: Any, journal: Any) -> None:
    await opened(journal=journal)
    stage = await opened(journal=journal)
    state = await stage.get("/admin")
    assert [chat["id"] for chat in state["chats"]] == [TEAM_DESK, AUTUMN_LANE, STUDIO]
    assert len(state["persons"]) == 4
    titles = {chat["title"] for chat in await stage.get(f"/people/{DEE}/chats")}
    assert titles == {"Fanfare", "Autumn Lane", "Studio"}
    topics = next(c for c in await stage.get(f"/people/{DEE}/chats") if c["is_forum"])["topics"]
    assert [(t["message_thread_id"], t["name"]) for t in topics] == [
        (1, "General"),
        (2, "Ideas"),
        (3, "Launch"),
    ]


@pytest.fixture
def start(journal: Any) -> Iterator[Any]:
    """Starts `python -m sandbox` and gives the process and a client for it."""
    running = []

    def run() -> Any:
        command = [
            sys.executable,
            "-m",
            "sandbox",
            "--port",
            "0",
            "--journal",
            str(journal),
            "--scenery",
            "demo",
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - it starts this very program
        url = process.stdout.readline().split()[-1]
        client = httpx.Client(base_url=url)
        running.append((process, client))
        return process, client

    yield run
    for process, client in running:
        client.close()
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_sandbox_has_lost_nothing_it_answered_for(start: Any) -> None:
    process, client = start()
    said = client.post(f"/people/{ADA}/chats/{BOT_ID}/messages", json={"text": "before the end"}).json()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, client = start()
    updates = client.post(f"/bot{BOT_TOKEN}/getUpdates").json()["result"]
    assert updates[-1]["message"]["text"] == "before the end"
    assert client.get(f"/people/{ADA}/chats/{BOT_ID}/messages").json() == [said]
