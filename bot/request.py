"""How does a call of the Bot API travel? python-telegram-bot's wire, carried by aiohttp.

What went wrong is told by the class of the error, because the caller's next step hangs on one question:
may the request have reached Telegram?

    NotSent             surely not: no connection was made (DNS, refused, TLS, connect or pool time-out)
    OutcomeUnclear      it may have: the request had left (read time-out, reset, disconnect, unreadable answer)
    NetworkError        (plain, raised by PTB) the server answered 5xx: it may have
    any other           Telegram answered and refused: surely not done

`surely_not_done` gives that answer for any of PTB's errors.

The bot holds two instances: one for getUpdates, whose long polls would otherwise occupy the pool, and one for
the rest (`ApplicationBuilder.request` and `.get_updates_request`). PTB's own polling loop repeats a `TimedOut`
without a pause, and `OutcomeUnclear` is one: whoever polls through this class must wait between failures.

The address of every call contains the bot's token, so no text, cause or context of an error raised here holds
an address, and an error page that might quote it is not passed on.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram._utils.defaultvalue import DefaultValue

    Seconds = float | None | DefaultValue[float] | DefaultValue[None]

_REFUSALS: Final = (BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter)
_BEFORE_SENDING: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_FORM: Final = "application/x-www-form-urlencoded"


class NotSent(NetworkError):
    """The request surely did not reach Telegram; the same request may be made again."""


class OutcomeUnclear(TimedOut):
    """The request left, its answer did not arrive: Telegram may have done what was asked."""


def surely_not_done(error: TelegramError) -> bool:
    """Whether Telegram surely did not do what the failed call asked for: it was refused, or never sent."""
    return isinstance(error, (NotSent, *_REFUSALS))


@dataclass(frozen=True)
class Patience:
    """How many seconds each stage of a request may take; None waits for ever.

    `upload` replaces `write` and `read` for requests that carry files, since Telegram looks at a file before it
    answers and a time-out there leaves the outcome open. A call's own time-outs come first.
    """

    pool: float | None = 5.0
    connect: float | None = 5.0
    write: float | None = 5.0
    upload: float | None = 60.0
    read: float | None = 5.0


class AiohttpRequest(BaseRequest):
    """Sends PTB's requests over one aiohttp session with at most `connections` open connections.

    Proxy settings of the environment are ignored and redirects are not followed: the token goes to the
    configured server or nowhere. `initialize` and `shutdown` may be called any number of times, in any order.
    """

    __slots__ = ("_connections", "_patience", "_session")

    def __init__(self, *, connections: int = 256, patience: Patience | None = None) -> None:
        self._connections = connections
        self._patience = patience or Patience()
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """The read time-out in seconds of calls that name none; PTB adds the length of a long poll to it."""
        return self._patience.read

    async def initialize(self) -> None:
        """Opens the session in the running loop, unless it is open."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=False,
            )

    async def shutdown(self) -> None:
        """Closes the session and its connections, if it is open."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - PTB's contract
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status code and body of the answer; raises `NotSent`, `OutcomeUnclear` or `BadRequest`.

        `BadRequest` says that the parameters cannot be written in UTF-8. The body of an error that is not
        JSON is replaced by its status line, in the shape of a Bot API error.
        """
        if self._session is None or self._session.closed:
            raise NotSent("The connection to Telegram is not open.")
        uploads = request_data is not None and request_data.contains_files
        patience = Patience(
            pool=_chosen(pool_timeout, self._patience.pool),
            connect=_chosen(connect_timeout, self._patience.connect),
            write=_chosen(write_timeout, self._patience.upload if uploads else self._patience.write),
            read=_chosen(read_timeout, self._patience.upload if uploads else self._patience.read),
        )
        body = _body(request_data)
        failure: TelegramError
        try:
            return await self._exchange(self._session, method, url, body, patience)
        except TelegramError:
            raise
        except _BEFORE_SENDING as error:
            failure = NotSent(f"No connection to Telegram was made ({type(error).__name__}).")
        except Exception as error:  # noqa: BLE001 - PTB would put its repr, and with it the token, into a message
            failure = OutcomeUnclear(f"Telegram's answer did not arrive ({type(error).__name__}).")
        raise failure  # outside the handlers, so that no context carries the address

    @staticmethod
    async def _exchange(
        session: aiohttp.ClientSession,
        method: str,
        url: str,
        body: tuple[aiohttp.Payload | bytes | None, Mapping[str, str]],
        patience: Patience,
    ) -> tuple[int, bytes]:
        data, headers = body
        is_call = method == "POST"
        async with session.request(
            method,
            url,
            data=data,
            headers=headers,
            timeout=_stages(patience, bounded=is_call),
            allow_redirects=False,
        ) as answer:
            payload = await answer.read()
        return answer.status, _told(answer.status, payload, is_call=is_call)


def _chosen(given: Seconds, default: float | None) -> float | None:
    """A time-out named by the call (None means no limit), or else the instance's own."""
    return given if given is None or isinstance(given, (int, float)) else default


def _stages(patience: Patience, *, bounded: bool) -> aiohttp.ClientTimeout:
    """The time-outs as aiohttp takes them; `bounded` also limits the whole, which is the only limit it has for writing."""
    stages = (patience.pool, patience.connect, patience.write, patience.read)
    known = [stage for stage in stages if stage is not None]
    opening = [stage for stage in stages[:2] if stage is not None]
    return aiohttp.ClientTimeout(
        total=sum(known) if bounded and len(known) == len(stages) else None,
        connect=sum(opening) if len(opening) == 2 else None,  # noqa: PLR2004 - both pool and connect are limited
        sock_connect=patience.connect,
        sock_read=patience.read,
    )


def _body(request_data: RequestData | None) -> tuple[aiohttp.Payload | bytes | None, Mapping[str, str]]:
    """The request's body and headers: multipart if there are files, else a form (Bot API: Making requests)."""
    if request_data is None:
        return None, {}
    try:
        if not request_data.contains_files:
            return request_data.url_encoded_parameters().encode("ascii"), {"Content-Type": _FORM}
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, value in request_data.json_parameters.items():
            value.encode()  # aiohttp would find an unwritable character only while sending
            form.add_field(name, value)
    except UnicodeEncodeError:
        raise BadRequest("The text holds characters that cannot be sent.") from None
    for name, (filename, content, media_type) in request_data.multipart_data.items():
        stream = (
            io.BytesIO(content) if isinstance(content, bytes) else content
        )  # sent in pieces, not in one write
        form.add_field(name, stream, filename=_as_header(filename), content_type=media_type)
    return form(), {}  # put together here, where a failure still means that nothing was sent


def _as_header(filename: str) -> str:
    """A file's name as people know it, without the characters that could end the header it stands in."""
    kept = filename.encode("utf-8", "replace").decode()
    return "".join("_" if character < " " or character in '"\\\x7f' else character for character in kept)


def _told(status: int, payload: bytes, *, is_call: bool) -> bytes:
    """The body PTB may see: JSON and downloads as they came, a proxy's error page as one sentence.

    Raises `OutcomeUnclear` for a call that succeeded by its status but was not answered by a Bot API server.
    """
    succeeded = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    if payload.startswith(b"{") or (succeeded and not is_call):
        return payload
    if succeeded:
        raise OutcomeUnclear("The answer did not come from a Bot API server.")
    return b'{"ok":false,"description":"The server answered with status %d."}' % status
