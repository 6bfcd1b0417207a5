from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from time import monotonic

import pytest

from integrations import egress
from integrations.contract import OutcomeUnknown, Reply, Unavailable
from integrations.egress import Egress

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def answering(behaviour: Behaviour) -> AsyncIterator[str]:
    """A server on a free port that does with each connection what it is told."""

    serving = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            await behaviour(reader, writer)
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*(one for one in serving if one is not None))


def says(status: str, body: bytes, *headers: str) -> Behaviour:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
        writer.write(head.encode() + body)
        await writer.drain()

    return speak


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del writer
    await reader.read()


async def stops_in_the_middle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok": tr')
    await writer.drain()


async def babbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.write(b"\x00\xff\x13 this is not HTTP \r\n\r\n")
    await writer.drain()


async def ask(behaviour: Behaviour, path: str = "/bot123456:SECRETSECRET/x") -> object:
    async with answering(behaviour) as base, Egress(monotonic=monotonic, timeout=0.3) as way_out:
        return await way_out.call("POST", base + path, json={"text": "Hello"})


async def test_an_answer_arrives_with_status_body_and_headers() -> None:
    found = await ask(says("201 Created", b'{"id": 7}', "X-Told: yes"))
    assert isinstance(found, Reply)
    assert (found.status, found.body, found.headers["x-told"]) == (201, {"id": 7}, "yes")


async def test_a_refused_connection_was_surely_not_sent() -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with Egress(monotonic=monotonic, timeout=1) as way_out:
            assert isinstance(await way_out.call("POST", address), Unavailable)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/x", "nonsense", "http://[half", "http://a\x00b/"])
async def test_an_address_that_is_none_was_surely_not_sent(address: str) -> None:
    async with Egress(monotonic=monotonic, timeout=1) as way_out:
        assert isinstance(await way_out.call("GET", address), Unavailable)


@pytest.mark.parametrize("behaviour", [resets, hangs, stops_in_the_middle, babbles])
async def test_a_connection_that_breaks_after_sending_leaves_the_outcome_open(behaviour: Behaviour) -> None:
    found = await ask(behaviour)
    assert isinstance(found, OutcomeUnknown)
    assert "SECRET" not in found.why


@pytest.mark.parametrize(
    "body", [b"<html>Bad gateway</html>", b"", b"\xff\xfe", b"[" * 100_000, b'{"cut": ', b"1" * 5000]
)
async def test_what_is_no_json_says_nothing(body: bytes) -> None:
    found = await ask(says("502 Bad Gateway", body))
    assert isinstance(found, Reply)
    assert (found.status, found.body) == (502, None)


async def test_nothing_is_sent_where_an_answer_points_to() -> None:
    elsewhere = []

    async def catch(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        elsewhere.append(await reader.read(100))
        writer.close()

    async with answering(catch) as other:
        found = await ask(says("307 Temporary Redirect", b"", f"Location: {other}/steal"))
    assert isinstance(found, Reply)
    assert (found.status, elsewhere) == (307, [])


@pytest.fixture
def proxies_in_the_environment() -> Iterator[list[str]]:
    """Every proxy that the environment can name, at an address where nobody listens."""
    names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "http://127.0.0.1:9"))
    yield names
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


async def test_proxies_of_the_environment_are_not_asked(proxies_in_the_environment: list[str]) -> None:
    assert len(proxies_in_the_environment) == 6
    assert isinstance(await ask(says("200 OK", b"{}")), Reply)


async def test_a_huge_answer_is_not_read_to_its_end() -> None:
    written = 0

    async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        del reader
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(1000):
            writer.write(b"40000\r\n" + b" " * 0x40000 + b"\r\n")
            await writer.drain()
            written += 0x40000

    assert isinstance(await ask(floods), OutcomeUnknown)
    assert written < egress.LARGEST_ANSWER * 8


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_read() -> None:
    import gzip

    bomb = gzip.compress(b" " * (egress.LARGEST_ANSWER * 4))
    assert len(bomb) < 100_000
    assert isinstance(await ask(says("200 OK", bomb, "Content-Encoding: gzip")), OutcomeUnknown)


async def test_what_cannot_be_unpacked_leaves_the_outcome_open() -> None:
    assert isinstance(await ask(says("200 OK", b"no gzip", "Content-Encoding: gzip")), OutcomeUnknown)


async def test_the_way_of_a_request_is_told_place_by_place() -> None:
    told: list[str] = []

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append("the server has it")
        await says("200 OK", b"{}")(reader, writer)

    async with (
        answering(listens) as base,
        Egress(monotonic=monotonic, timeout=5, reach=told.append) as way_out,
    ):
        await way_out.call("POST", base)
    assert told == ["egress.leaving", "the server has it", "egress.answered"]


async def test_an_answer_that_never_came_is_not_told_of() -> None:
    told: list[str] = []
    async with (
        answering(resets) as base,
        Egress(monotonic=monotonic, timeout=5, reach=told.append) as way_out,
    ):
        await way_out.call("POST", base)
        await way_out.call("POST", "nonsense")
    assert told[0] == "egress.leaving"
    assert "egress.answered" not in told
