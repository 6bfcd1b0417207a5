from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.intake import Intake
from services.tidying import Tidying
from web.server import LARGEST_UPDATE, Web

if TYPE_CHECKING:
    from storage import Storage

SECRET = "s3cret-of-the-webhook"  # noqa: S105 - it opens nothing
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}


def _caller(web: Web) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(web.app(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://desk")


@pytest.fixture
def web(storage_on_sqlite: Storage) -> Web:
    tidying = Tidying(storage_on_sqlite)
    return Web(Intake(storage_on_sqlite, 5000001).take, tidying.missing, tidying.figures, SECRET)


@pytest.fixture
async def desk(web: Web) -> AsyncIterator[httpx.AsyncClient]:
    async with _caller(web) as client:
        yield client


async def kept(storage: Storage) -> int:
    async with storage.read(None) as tx:
        return await tx.inbox.count(state="pending")


async def test_an_update_is_kept_before_telegram_hears_that_it_is(
    desk: httpx.AsyncClient, storage_on_sqlite: Storage
) -> None:
    answer = await desk.post("/telegram", json=UPDATE, headers={HEADER: SECRET})
    assert (answer.status_code, await kept(storage_on_sqlite)) == (200, 1)
    again = await desk.post("/telegram", json=UPDATE, headers={HEADER: SECRET})
    assert (again.status_code, await kept(storage_on_sqlite)) == (200, 1)


async def test_what_cannot_be_kept_is_not_acknowledged() -> None:
    """Mutation: a 200 before the row is saved would lose this update for ever."""

    async def broken(updates: Sequence[object]) -> int:
        del updates
        raise ConnectionError

    async with _caller(Web(broken, _nothing, _no_figures, SECRET)) as client:
        answer = await client.post("/telegram", json=UPDATE, headers={HEADER: SECRET})
    assert answer.status_code == 500


async def _nothing() -> Sequence[str]:
    return []


async def _no_figures() -> dict[str, float]:
    return {}


@pytest.mark.parametrize(
    "given",
    [None, b"", b"wrong", SECRET[:-1].encode(), SECRET.upper().encode(), "пароль".encode(), b"\xff\xfe"],
)
async def test_without_the_secret_nothing_gets_in(
    desk: httpx.AsyncClient, storage_on_sqlite: Storage, given: bytes | None
) -> None:
    headers = [] if given is None else [(HEADER.encode(), given)]
    answer = await desk.post("/telegram", json=UPDATE, headers=headers)
    assert (answer.status_code, await kept(storage_on_sqlite)) == (401, 0)


async def test_a_body_larger_than_any_update_is_not_read(
    desk: httpx.AsyncClient, storage_on_sqlite: Storage
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 100_000
            yield b" " * 100_000

    whole = await desk.post("/telegram", content=b" " * (LARGEST_UPDATE + 1), headers={HEADER: SECRET})
    stream = await desk.post("/telegram", content=endless(), headers={HEADER: SECRET})
    assert (whole.status_code, stream.status_code) == (413, 413)
    assert read < LARGEST_UPDATE * 2
    assert await kept(storage_on_sqlite) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"nope"])
async def test_what_is_no_json_is_refused_as_such(desk: httpx.AsyncClient, body: bytes) -> None:
    assert (await desk.post("/telegram", content=body, headers={HEADER: SECRET})).status_code == 400


@pytest.mark.parametrize(
    "odd",
    [
        7,
        None,
        "text",
        [],
        [[]],
        {},
        {"update_id": "five"},
        {"update_id": True},
        {"update_id": 2**90},
        {"update_id": -1},
    ],
)
async def test_what_is_no_update_is_let_go_so_that_telegram_does_not_repeat_it_for_ever(
    desk: httpx.AsyncClient, odd: Any
) -> None:
    answer = await desk.post("/telegram", content=json.dumps(odd), headers={HEADER: SECRET})
    assert answer.status_code == 200


async def test_halves_of_characters_are_kept_as_they_came(
    desk: httpx.AsyncClient, storage_on_sqlite: Storage
) -> None:
    body = json.dumps({**UPDATE, "note": "\ud83d \x00"})
    answer = await desk.post("/telegram", content=body, headers={HEADER: SECRET})
    assert (answer.status_code, await kept(storage_on_sqlite)) == (200, 1)


async def test_the_webhook_is_there_only_with_a_secret_and_only_for_posts(web: Web) -> None:
    async with _caller(Web(web.take, web.is_ready, web.measure, None)) as client:
        assert (await client.post("/telegram", json=UPDATE)).status_code == 404
        assert (await client.post("/telegram", json=UPDATE, headers={HEADER: "None"})).status_code == 404
    async with _caller(web) as client:
        assert (await client.get("/telegram", headers={HEADER: SECRET})).status_code == 405


async def test_alive_and_ready(desk: httpx.AsyncClient) -> None:
    assert (await desk.get("/healthz")).status_code == 200
    ready = await desk.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "missing": []})


async def test_a_desk_without_its_database_is_alive_and_not_ready(
    web: Web, storage_on_sqlite: Storage
) -> None:
    async def gone() -> None:
        raise ConnectionRefusedError

    storage_on_sqlite.ping = gone  # type: ignore[method-assign]  # the server went away
    async with _caller(web) as client:
        assert (await client.get("/healthz")).status_code == 200
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "missing": ["database"]})


async def test_figures_can_be_read_by_a_machine_and_name_nobody(desk: httpx.AsyncClient) -> None:
    await desk.post("/telegram", json=UPDATE, headers={HEADER: SECRET})
    answer = await desk.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    values = dict(line.split(" ") for line in lines if not line.startswith("#"))
    assert {line for line in lines if line.startswith("#")} == {f"# TYPE {name} gauge" for name in values}
    assert all(re.fullmatch(r"fanfare_[a-z_]+", name) and float(value) >= 0 for name, value in values.items())
    assert values["fanfare_inbox_pending"] == "1"
