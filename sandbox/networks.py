"""The practice network: `/networks/practice/...`. A small social network to prove the publishing engine on.

POST {account}/posts                  makes a post; 202 and a token where its media are slow
GET  {account}/posts                  lists what stands there: `since`, `text_sha256`
POST {account}/posts/{post}/comments  comments on a post, and GET lists the comments
GET  {account}/pending/{token}        tells what became of slow media
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import network_wire as wire
from sandbox.network_posting import Made, Posting
from sandbox.network_state import Entry
from sandbox.network_wire import Question, Said
from sandbox.network_wishes import Wish, checked
from sandbox.parts import Parts
from sandbox.refusals import Refused
from sandbox.shapes import Doc
from sandbox.spoiling import Complaints, spoil
from sandbox.wire import NoAnswer

MOST_LISTED = 1000
"""Entries of one list; where there are more, `more` says so."""

Answer: TypeAlias = Said | NoAnswer
Path: TypeAlias = list[str]
Headers: TypeAlias = Iterable[tuple[str, str]]


def _too_many(seconds: int, headers: Headers = ()) -> Said:
    headers = [("retry-after", str(seconds)), *headers]
    return Said(429, {"error": "slow down", "retry_after": seconds}, headers)


COMPLAINTS = Complaints(lambda status: Said(status, {"error": "something broke"}), _too_many)


@dataclass(frozen=True)
class Networks:
    """An ASGI app: the practice network at its place, and `beyond` everywhere else."""

    parts: Parts
    posting: Posting
    beyond: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = wire.place(scope)
        if path is None:
            await self.beyond(scope, receive, send)
            return
        self.posting.resume()
        try:
            answer: Answer = await self._answer(scope, receive, path)
        except Refused as refused:
            answer = _refusal(refused)
        except wire.Gone:
            return
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, path: Path) -> Answer:
        method, account = _method(scope["method"], path), path[0]
        if wire.header(scope, b"authorization") != f"Bearer practice-{account}":
            raise Refused(401, "the token does not belong to this account")
        if scope["method"] == "POST":
            return await self._write(method, await _wish(scope, receive, path))
        ask = wire.question(scope)
        return await self._spoilt(method, account, lambda _: self._told(path, ask))

    async def _write(self, method: str, wish: Wish) -> Answer:
        """Counts the call before anything can spoil it: what a fault strikes has used up its place as well."""
        now = self.parts.clock.now().timestamp()
        standing = self.parts.network.admit(wish.account, now)
        headers = standing.headers() if standing else []
        if standing is not None and standing.is_over:
            seconds = ceil(standing.ends - now)
            return _too_many(seconds, headers)

        def put_up(fault: str | None) -> Said:
            return self._made(self.posting.put_up(replace(wish, fault=fault)), headers)

        return await self._spoilt(method, wish.account, put_up)

    async def _spoilt(self, method: str, account: str, do: Callable[[str | None], Said]) -> Answer:
        """The answer of `do`, which is told the fault that strikes the call, or what the fault makes of it."""
        rule = self.parts.faults.pick(method, account)

        async def act() -> Said:
            try:
                return do(rule.fault if rule else None)
            except Refused as refused:
                return _refusal(refused)

        return await act() if rule is None else await spoil(rule, act, COMPLAINTS, self.parts.late)

    def _made(self, made: Made, headers: Headers) -> Said:
        if isinstance(made, Entry):
            return Said(201, _shown(made), headers)
        if made.entry_id is not None:
            return Said(201, _shown(self.parts.world.network.posts[made.entry_id]), headers)
        return Said(202, {"pending": made.token}, headers)

    def _told(self, path: Path, ask: Question) -> Said:
        account, network = path[0], self.parts.world.network
        if path[1] == "pending":
            return self._became(account, path[2])
        if account.startswith("blind"):
            raise Refused(403, "this account cannot be read")
        if len(path) > 2 and path[2] not in network.posts:
            raise Refused(404, "there is no such post")
        name, shelf = (
            ("comments", network.of_post(path[2]))
            if len(path) > 2
            else ("posts", network.of_account(account))
        )
        latest = self.parts.clock.now().timestamp() - self.parts.network.lag_seconds
        found = shelf.between(ask.since, latest, ask.text, MOST_LISTED + 1)
        listed = [_shown(entry) for entry in found[:MOST_LISTED]]
        return Said(200, {name: listed, "more": len(found) > MOST_LISTED})

    def _became(self, account: str, token: str) -> Said:
        network = self.parts.world.network
        pending = network.pending.get(token)
        if pending is None or pending.account != account:
            raise Refused(404, "nothing is pending under this token")
        said: Doc = {"state": pending.state}
        if pending.entry_id is not None:
            said["post"] = _shown(network.posts[pending.entry_id])
        if pending.state == "failed":
            said["error"] = "the media could not be read"
        return Said(200, said)


def _refusal(refused: Refused) -> Said:
    if refused.code == 429:
        return _too_many(refused.parameters["retry_after"])
    return Said(refused.code, {"error": refused.description})


async def _wish(scope: Scope, receive: Receive, path: Path) -> Wish:
    under = path[2] if len(path) > 2 else None
    fields = checked(await wire.body(receive), is_comment=under is not None)
    return Wish(path[0], wire.header(scope, b"idempotency-key"), fields, under)


def _shown(entry: Entry) -> Doc:
    """A post or comment as everybody sees it; the key is its maker's business."""
    known = {"id": entry.id, "account": entry.account, "text": entry.text, "at": entry.at}
    if entry.under is not None:
        return {**known, "post_id": entry.under, "url": _link(entry.account, f"{entry.under}#{entry.id}")}
    links = {"reply_to": entry.reply_to, "root": entry.root}
    return {**known, "media": entry.media, **links, "url": _link(entry.account, entry.id)}


def _link(account: str, place: str) -> str:
    return f"https://practice.example/{account}/{place}"


def _method(verb: str, path: Path) -> str:
    """What the journal and fault plans call a request; refuses what leads nowhere."""
    match path:
        case [_, "posts"]:
            names = {"POST": "practice.post", "GET": "practice.list"}
        case [_, "posts", _, "comments"]:
            names = {"POST": "practice.comment", "GET": "practice.list"}
        case [_, "pending", _]:
            names = {"GET": "practice.pending"}
        case _:
            raise Refused(404, "there is nothing at this address")
    if verb not in names:
        raise Refused(405, "this address does not take that method")
    return names[verb]
