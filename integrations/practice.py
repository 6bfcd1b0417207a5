"""Practice: a network that exists only in the sandbox, for demonstrations and for proving the publishing machine.

Peculiarities: what an account is shows in how its name begins. `keyed` honours `Idempotency-Key` for ever, `brief` for an
hour, `blind` knows no key and cannot be read, every other one is looked up in its list of posts, which may lag and can be
asked for one text by its SHA-256. Media whose names begin with `slow` take a while. Source: docs/sandbox.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final, Self
from urllib.parse import quote

from integrations.contract import (
    Absent,
    Answer,
    Attachment,
    Budget,
    Certainty,
    Draft,
    Found,
    Limits,
    OutcomeUnknown,
    Pending,
    Platform,
    Problem,
    RateLimited,
    Receipt,
    Rejected,
    Reply,
    Surroundings,
    Unauthorized,
    Unavailable,
)
from integrations.headers import exhausted_until, wait_until

_MOST_MEDIA: Final = 4
_BRIEF: Final = timedelta(hours=1)
_SHORTEST_WAIT: Final = timedelta(seconds=1)


class Practice(Platform):
    """The sandbox's own network."""

    slug: ClassVar[str] = "practice"
    title: ClassVar[str] = "Practice network"
    documentation: ClassVar[str] = "docs/sandbox.md"
    certainty: ClassVar[Certainty] = Certainty.LOOKUP
    limits: ClassVar[Limits] = Limits(text=500, caption=500, attachments=_MOST_MEDIA, unit="characters")
    kinds: ClassVar[frozenset[str]] = frozenset({"photo", "video"})
    budget: ClassVar[Budget] = Budget(at_once_per_account=None)
    longest_thread: ClassVar[int] = 10
    has_comments: ClassVar[bool] = True

    def __init__(self, surroundings: Surroundings, *, base: str) -> None:
        self._house = surroundings
        self._base = base

    @classmethod
    def settle_in(cls, surroundings: Surroundings) -> Self | None:
        """Ready when PRACTICE_API_BASE says where the sandbox is."""
        base = surroundings.settings.get("api_base")
        return None if base is None else cls(surroundings, base=base)

    def certainty_for(self, account: str) -> Certainty:
        """The account's name says it."""
        if account.startswith("blind"):
            return Certainty.BLIND
        return Certainty.KEYED if account.startswith(("keyed", "brief")) else Certainty.LOOKUP

    def key_life_for(self, account: str) -> timedelta | None:
        """An hour for accounts called brief…, else for ever (or no key at all)."""
        return _BRIEF if account.startswith("brief") else None

    def length(self, text: str) -> int:
        """Code points."""
        return len(text)

    def problems(self, draft: Draft) -> Sequence[Problem]:
        """Too long, nothing at all, or files that this network does not take."""
        found = []
        if not draft.text.strip() and not draft.attachments:
            found.append(Problem("There is nothing to publish.", "Write a text or add a picture."))
        if len(draft.text) > self.limits.text:
            found.append(Problem(f"The text has {len(draft.text):,} characters of 500.", "Make it shorter."))
        if len(draft.attachments) > _MOST_MEDIA:
            said = f"There are {len(draft.attachments)} files; the practice network takes {_MOST_MEDIA}."
            found.append(Problem(said, "Remove some of them."))
        strangers = sorted({one.kind for one in draft.attachments} - self.kinds)
        return [
            *found,
            *(Problem(f"The practice network does not take a {kind}.", "Remove it.") for kind in strangers),
        ]

    async def prepare(self, draft: Draft, anchor: Mapping[str, Any]) -> Mapping[str, Any] | Answer:
        """Looks whether every file is still there, and keeps how it is described: only that travels."""
        for one in draft.attachments:
            if one.remote is None and not (one.key and (self._house.media_dir / one.key).is_file()):
                return Rejected("A file of the post is not there any more. Remove it, or send it again.")
        described = [_described(one) for one in draft.attachments]
        return {**anchor, "media": described} if described else anchor

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        """One POST: a post, a reply or a comment; the key is sent always, whether it is honoured or not."""
        if draft.role == "comment" and not draft.answers:
            return Rejected("The post that the comment belongs to has no number.")
        headers = {**_token(draft.account), "Idempotency-Key": key}
        # What `prepare` kept is what is sent, even when the file has another name by now.
        fields = {**_fields(draft), **{name: anchor[name] for name in ("media",) if name in anchor}}
        reply = await self._house.call("POST", self._place(draft), json=fields, headers=headers)
        return self._answer(reply, draft.account) if isinstance(reply, Reply) else reply

    async def check(self, state: Mapping[str, Any]) -> Answer:
        """What became of slow media; `state` names the account and the token."""
        account, token = str(state.get("account", "")), str(state.get("token", ""))
        place = f"{self._base}/{quote(account, safe='')}/pending/{quote(token, safe='')}"
        body = _told(await self._house.call("GET", place, headers=_token(account)))
        match body.get("state"):
            case "working":
                return Pending({"account": account, "token": token})
            case "ready":
                return _receipt(body.get("post"))
            case "failed":
                return Rejected("The practice network could not use the pictures or videos. Send others.")
        return OutcomeUnknown("The practice network did not say what became of the files.")

    async def find(
        self, draft: Draft, anchor: Mapping[str, Any], *, key: str, since: datetime, taken: frozenset[str]
    ) -> Found:
        """What the account put up since a moment: the one with exactly this text in this place, or a reliable no."""
        del anchor, key
        params = {
            "since": since.astimezone(UTC).isoformat(),
            "text_sha256": sha256(draft.text.encode("utf-8", "surrogatepass")).hexdigest(),
        }
        reply = await self._house.call(
            "GET", self._place(draft), params=params, headers=_token(draft.account)
        )
        body = _told(reply)
        listed = body.get("comments" if draft.role == "comment" else "posts")
        if not isinstance(listed, list) or not all(map(_is_entry, listed)):
            return self._untold(reply)
        for entry in listed:
            if _is_meant(entry, draft) and str(entry["id"]) not in taken:
                return _receipt(entry)
        return OutcomeUnknown("The list is too long to be read.") if body.get("more") else Absent()

    def _place(self, draft: Draft) -> str:
        posts = f"{self._base}/{quote(draft.account, safe='')}/posts"
        return posts if draft.role != "comment" else f"{posts}/{quote(draft.answers or '', safe='')}/comments"

    def _answer(self, reply: Reply, account: str) -> Answer:
        body = reply.body if isinstance(reply.body, Mapping) else {}
        if reply.status in {200, 201}:
            found = _receipt(body)
            now = self._house.now()
            return (
                found
                if isinstance(found, OutcomeUnknown)
                else replace(found, rests_until=exhausted_until(reply.headers, now))
            )
        if reply.status == 202 and isinstance(body.get("pending"), str):  # noqa: PLR2004 - HTTP's own number
            return Pending({"account": account, "token": body["pending"]})
        if reply.status == 429:  # noqa: PLR2004 - HTTP's own number
            return self._limited(reply)
        if reply.status in {401, 403}:
            return Unauthorized("The practice network does not know this account.")
        if reply.status in {400, 404, 413, 422}:
            return Rejected("The practice network refused the post.")
        return OutcomeUnknown(f"The practice network answered {reply.status}.")

    def _untold(self, reply: Reply | Unavailable | OutcomeUnknown) -> Found:
        """What a list says that is none. Whoever may not read may still write, so a 403 is only no answer."""
        if isinstance(reply, Reply) and reply.status == 429:  # noqa: PLR2004 - HTTP's own number
            return self._limited(reply)
        if isinstance(reply, Reply) and reply.status == 401:  # noqa: PLR2004 - HTTP's own number
            return Unauthorized("The practice network does not know this account.")
        return OutcomeUnknown("The practice network could not be asked.")

    def _limited(self, reply: Reply) -> RateLimited:
        now = self._house.now()
        soonest = now + _SHORTEST_WAIT
        return RateLimited(until=max(wait_until(reply.headers, now) or soonest, soonest))


def _token(account: str) -> dict[str, str]:
    return {"Authorization": f"Bearer practice-{account}"}


def _fields(draft: Draft) -> dict[str, Any]:
    if draft.role == "comment":
        return {"text": draft.text}
    fields: dict[str, Any] = {"text": draft.text, "media": [_described(one) for one in draft.attachments]}
    if draft.role == "reply":
        fields |= {
            name: number for name, number in (("reply_to", draft.answers), ("root", draft.root)) if number
        }
    return fields


def _described(one: Attachment) -> dict[str, str]:
    """A file as the network takes it: by its name and hash, without its bytes."""
    name = one.remote or one.file_name or one.key
    known = {"kind": one.kind, "name": name, "sha256": one.sha256}
    return {field: value for field, value in known.items() if value}


def _told(reply: Reply | Unavailable | OutcomeUnknown) -> Mapping[str, Any]:
    """The object that a question was answered with, or an empty one for everything else."""
    is_told = isinstance(reply, Reply) and reply.status == 200 and isinstance(reply.body, Mapping)  # noqa: PLR2004 - HTTP's own number
    return reply.body if isinstance(reply, Reply) and is_told else {}


def _is_entry(entry: object) -> bool:
    return isinstance(entry, Mapping) and isinstance(_receipt(entry), Receipt) and "text" in entry


def _is_meant(entry: Mapping[str, Any], draft: Draft) -> bool:
    """Whether it is this text by this account in this place: equal words stand in threads and under posts as well."""
    if entry["text"] != draft.text or entry.get("account", draft.account) != draft.account:
        return False
    if draft.role == "comment":
        return True
    answers = draft.answers if draft.role == "reply" else None
    return (entry.get("reply_to") or None) == (answers or None) and _files(entry) == _files(_fields(draft))


def _files(fields: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Files by kind and hash; names may be the network's own."""
    media = fields.get("media")
    return [(one.get("kind"), one.get("sha256")) for one in media or () if isinstance(one, Mapping)]


def _receipt(entry: object) -> Receipt | OutcomeUnknown:
    number = entry.get("id") if isinstance(entry, Mapping) else None
    if (
        not isinstance(entry, Mapping)
        or isinstance(number, bool)
        or not isinstance(number, str | int)
        or number == ""
    ):
        return OutcomeUnknown("The practice network said yes without naming the post.")
    url = entry.get("url")
    return Receipt(str(number), url if isinstance(url, str) else None)
