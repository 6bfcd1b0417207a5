from __future__ import annotations

import asyncio
import contextlib
import io
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import BodyPartReader, web
from telegram import Bot, InputFile, InputMediaDocument
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import RequestData

from bot.request import AiohttpRequest, NotSent, OutcomeUnclear, Patience, surely_not_done

TOKEN = "123456:token-that-must-stay-secret"  # noqa: S105 - a made-up token

MESSAGE = {"message_id": 7, "date": 0, "chat": {"id": 5, "type": "private"}}

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def _moments_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # PTB warns without it whenever it makes a RetryAfter


@contextlib.asynccontextmanager
async def server(serve: Serve) -> AsyncIterator[str]:
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/{tail:.*}", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot{TOKEN}/sendMessage"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def raw_server(serve: Raw) -> AsyncIterator[str]:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
        finally:
            writer.close()

    listener = await asyncio.start_server(once, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/bot{TOKEN}/sendMessage"
    finally:
        listener.close()
        await listener.wait_closed()


@contextlib.asynccontextmanager
async def wire(**patience: float | None) -> AsyncIterator[AiohttpRequest]:
    async with AiohttpRequest(patience=Patience(**patience)) as request:
        yield request


def keeps_the_token(error: BaseException) -> bool:
    told = (
        "".join(traceback.format_exception(error))
        + repr(error)
        + repr(error.__cause__)
        + repr(error.__context__)
    )
    return TOKEN not in told


def bot(url: str, request: AiohttpRequest) -> Bot:
    return Bot(TOKEN, base_url=url.partition(TOKEN)[0], request=request)


async def test_parameters_arrive_as_the_form_the_bot_api_expects() -> None:
    seen: dict[str, str] = {}

    async def serve(request: web.Request) -> web.Response:
        seen.update({key: str(value) for key, value in (await request.post()).items()})
        return web.json_response({"ok": True, "result": MESSAGE})

    async with server(serve) as url, wire() as request:
        message = await bot(url, request).send_message(5, "Grüße & 👋 = 100 %", disable_notification=True)
    assert message.message_id == 7
    assert seen == {"chat_id": "5", "text": "Grüße & 👋 = 100 %", "disable_notification": "true"}


async def test_files_are_uploaded_with_their_names_and_types() -> None:
    seen: dict[str, Any] = {}

    async def serve(request: web.Request) -> web.Response:
        for key, value in (await request.post()).items():
            seen[key] = (
                (value.filename, value.content_type, value.file.read())
                if isinstance(value, web.FileField)
                else value
            )
        return web.json_response({"ok": True, "result": []})

    media = [
        InputMediaDocument(b"first", filename="bericht-ä.txt"),
        InputMediaDocument(io.BytesIO(b"second"), filename="b.pdf"),
    ]
    async with server(serve) as url, wire() as request:
        await bot(url, request).send_media_group(-100, media)
    files = [value for value in seen.values() if isinstance(value, tuple)]
    assert files == [("bericht-ä.txt", "text/plain", b"first"), ("b.pdf", "application/pdf", b"second")]
    assert seen["chat_id"] == "-100"
    assert seen["media"].count("attach://") == 2


@pytest.mark.parametrize("name", ['a"\r\nX-Evil: 1\r\n\r\n.txt', "back\\slash.txt", "half \ud83d.txt"])
async def test_a_hostile_file_name_stays_inside_its_header(name: str) -> None:
    fields: list[str] = []
    names: list[str | None] = []

    async def serve(request: web.Request) -> web.Response:
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            fields.append(str(part.name))
            names.append(part.filename)
            assert "X-Evil" not in part.headers
            await part.read()
        return web.json_response({"ok": True, "result": MESSAGE})

    async with server(serve) as url, wire() as request:
        await bot(url, request).send_document(5, InputFile(b"file", filename=name))
    assert fields == ["chat_id", "document"]
    assert names[-1] is not None
    assert names[-1].endswith(".txt")


async def test_a_file_is_downloaded_byte_for_byte() -> None:
    content = bytes(range(256)) * 500

    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=content)

    async with server(serve) as url, wire() as request:
        assert await request.retrieve(url) == content


async def test_a_flood_limit_tells_how_long_to_wait() -> None:
    async def serve(_: web.Request) -> web.Response:
        answer = {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests",
            "parameters": {"retry_after": 17},
        }
        return web.json_response(answer, status=429)

    async with server(serve) as url, wire() as request:
        with pytest.raises(RetryAfter) as caught:
            await request.post(url, RequestData())
    assert caught.value._retry_after.total_seconds() == 17
    assert surely_not_done(caught.value)


async def test_an_error_page_becomes_a_network_error_that_may_have_been_done() -> None:
    async def serve(request: web.Request) -> web.Response:
        return web.Response(
            status=502, text=f"<html>cannot reach {request.path}</html>", content_type="text/html"
        )

    async with server(serve) as url, wire() as request:
        with pytest.raises(NetworkError, match="502") as caught:
            await request.post(url, RequestData())
    assert type(caught.value) is NetworkError
    assert keeps_the_token(caught.value)
    assert not surely_not_done(caught.value)


async def test_a_success_that_no_bot_api_server_wrote_is_unclear() -> None:
    async def serve(_: web.Request) -> web.Response:
        return web.Response(text="<html>Please log in to this network</html>")

    async with server(serve) as url, wire() as request:
        with pytest.raises(OutcomeUnclear):
            await request.post(url, RequestData())


async def test_a_redirect_is_not_followed_with_the_token() -> None:
    paths: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with server(serve) as url, wire() as request:
        with pytest.raises(NetworkError, match="307"):
            await request.post(url, RequestData())
    assert len(paths) == 1


async def test_a_slow_answer_is_unclear_and_is_a_time_out_for_ptb() -> None:
    async def serve(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with wire(read=0.05) as request:
        error = await failing_call(serve, request)
    assert isinstance(error, OutcomeUnclear)
    assert isinstance(error, TimedOut)
    assert keeps_the_token(error)


async def failing_call(serve: Raw, request: AiohttpRequest) -> TelegramError:
    """The error of one call to a server that serves the connection this way and is then put down."""
    stopped: list[asyncio.Task[Any] | None] = []

    async def remembered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stopped.append(asyncio.current_task())
        with contextlib.suppress(asyncio.CancelledError):
            await serve(reader, writer)

    async with raw_server(remembered) as url:
        with pytest.raises(TelegramError) as caught:
            await request.post(url, RequestData())
        for task in stopped:
            if task is not None:
                task.cancel()
    return caught.value


async def test_a_reset_after_the_request_left_is_unclear() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handle = writer.get_extra_info("socket")
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        writer.transport.abort()

    async with wire() as request:
        error = await failing_call(serve, request)
    assert isinstance(error, OutcomeUnclear)
    assert keeps_the_token(error)


@pytest.mark.parametrize(
    "sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"nonsense\r\n\r\n"]
)
async def test_an_answer_that_breaks_off_is_unclear(sent: bytes) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()

    async with wire() as request:
        error = await failing_call(serve, request)
    assert isinstance(error, OutcomeUnclear)
    assert keeps_the_token(error)


async def test_a_server_that_stops_reading_an_upload_does_not_hold_the_caller_for_ever() -> None:
    over = asyncio.Event()

    async def serve(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await over.wait()

    async with wire(pool=0.05, connect=0.05, upload=0.05) as request, raw_server(serve) as url:
        with pytest.raises(OutcomeUnclear):
            await asyncio.wait_for(bot(url, request).send_document(5, b"0" * 9_000_000), 20)
        over.set()


async def test_telegram_may_look_at_a_file_for_longer_than_at_a_text() -> None:
    async def serve(request: web.Request) -> web.Response:
        await request.read()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.2)
        return web.json_response({"ok": True, "result": MESSAGE})

    async with server(serve) as url, wire(read=0.05, upload=20) as request:
        assert (await bot(url, request).send_document(5, b"file")).message_id == 7
        with pytest.raises(OutcomeUnclear):
            await bot(url, request).send_message(5, "text")


def refused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/bot{TOKEN}/sendMessage"


@pytest.mark.parametrize("base", [None, "http://[::1", "gopher://h"])
async def test_a_call_that_finds_no_server_was_not_sent(base: str | None) -> None:
    url = refused_address() if base is None else f"{base}/bot{TOKEN}/sendMessage"
    async with wire() as request:
        with pytest.raises(NotSent) as caught:
            await request.post(url, RequestData())
    assert keeps_the_token(caught.value)
    assert surely_not_done(caught.value)


async def test_a_call_that_gets_no_connection_from_the_pool_was_not_sent() -> None:
    release = asyncio.Event()
    arrived = asyncio.Event()

    async def serve(_: web.Request) -> web.Response:
        arrived.set()
        await release.wait()
        return web.json_response({"ok": True, "result": True})

    narrow = AiohttpRequest(connections=1, patience=Patience(pool=0.02, connect=0.02))
    async with server(serve) as url, narrow as request:
        first = asyncio.create_task(request.post(url, RequestData()))
        await arrived.wait()
        with pytest.raises(NotSent) as caught:
            await request.post(url, RequestData())
        release.set()
        assert await first is True
    assert keeps_the_token(caught.value)


async def test_text_that_cannot_be_written_is_refused_before_it_is_sent() -> None:
    async with wire() as request:
        with pytest.raises(BadRequest) as caught:
            await bot(refused_address(), request).send_message(5, "half \ud83d pair")
    assert surely_not_done(caught.value)


async def test_a_caption_that_cannot_be_written_is_refused_before_its_file_is_sent() -> None:
    async with wire() as request:
        with pytest.raises(BadRequest):
            await bot(refused_address(), request).send_document(5, b"file", caption="half \ud83d pair")


async def test_it_opens_and_closes_any_number_of_times() -> None:
    async def serve(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    request = AiohttpRequest()
    await request.shutdown()
    async with server(serve) as url:
        with pytest.raises(NotSent):
            await request.post(url, RequestData())
        for _ in range(2):
            await request.initialize()
            await request.initialize()
            assert await request.post(url, RequestData()) is True
            await request.shutdown()
            await request.shutdown()


async def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    monkeypatch.setenv("HTTP_PROXY", refused_address())
    async with server(serve) as url, wire() as request:
        assert await request.post(url, RequestData()) is True
