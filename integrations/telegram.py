"""Telegram channels: the Bot API as a place to publish.

Peculiarities: there is no idempotency key and a bot cannot read a chat's history, so a lost answer cannot be looked up
(`BLIND`). Text holds 4096 UTF-16 code units after formatting, a caption 1024. Files that Telegram has already are sent by
their file id, so the one irrevocable request is small. 429 carries `retry_after` and was surely not carried out; a 5xx
may have been. The parts of a thread are messages that answer the one before. Source: Bot API 10.3, methods sendMessage,
sendPhoto, sendVideo, sendDocument, sendMediaGroup; ReplyParameters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any, ClassVar, Self

from integrations.contract import (
    Answer,
    Attachment,
    Certainty,
    Draft,
    Limits,
    OutcomeUnknown,
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

_METHODS = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "animation": "sendAnimation",
    "document": "sendDocument",
    "audio": "sendAudio",
    "voice": "sendVoice",
}
_ALBUM = 10
_LOST_RIGHTS = (
    "not enough rights",
    "need administrator rights",
    "chat not found",
    "bot is not a member",
    "bot was kicked",
    "chat_write_forbidden",
    "have no rights",
    "chat_admin_required",
)
_MOST_ENTITIES = 100


class Telegram(Platform):
    """Publishes on channels and groups where the bot may post."""

    slug: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram"
    documentation: ClassVar[str] = "https://core.telegram.org/bots/api"
    certainty: ClassVar[Certainty] = Certainty.BLIND
    limits: ClassVar[Limits] = Limits(text=4096, caption=1024, attachments=_ALBUM, unit="characters")
    kinds: ClassVar[frozenset[str]] = frozenset(_METHODS)
    lag: ClassVar[timedelta] = timedelta(seconds=10)
    is_own_chat: ClassVar[bool] = True
    has_turns: ClassVar[bool] = True
    longest_thread: ClassVar[int] = 10

    def __init__(self, surroundings: Surroundings, *, base: str) -> None:
        self._house = surroundings
        self._base = base

    @classmethod
    def settle_in(cls, surroundings: Surroundings) -> Self | None:
        """Ready when there is a bot token; the bot is the account's credential."""
        token = surroundings.settings.get("bot_token")
        return (
            None
            if token is None
            else cls(surroundings, base=f"{surroundings.settings['api_base']}/bot{token}")
        )

    def length(self, text: str) -> int:
        """UTF-16 code units after formatting, which is how Telegram counts."""
        return _units(self._house.render(text).text)

    def problems(self, draft: Draft) -> Sequence[Problem]:
        """Too long or nothing at all, too much formatting, and what is the matter with the files."""
        found = []
        limit = self.limits.caption if draft.attachments else self.limits.text
        rendered = self._house.render(draft.text)
        length = _units(rendered.text)
        if length > limit:
            place = "under a picture or file" if draft.attachments else "in one message"
            found.append(
                Problem(
                    f"The text has {length:,} characters; Telegram takes {limit:,} {place}.",
                    "Make it shorter.",
                )
            )
        if not draft.text.strip() and not draft.attachments:
            found.append(Problem("There is nothing to publish.", "Write a text or add a picture."))
        if len(rendered.entities) > _MOST_ENTITIES:
            found.append(
                Problem(
                    f"The text has {len(rendered.entities)} pieces of formatting; Telegram shows {_MOST_ENTITIES}.",
                    "Use less bold, italics and links.",
                )
            )
        return [*found, *_file_problems(draft.attachments)]

    async def wait_turn(self, account: str) -> None:
        """A channel shares its flood limits with everything else that the bot says there."""
        if account.lstrip("-").isdigit():
            await self._house.wait_for_chat(int(account))

    async def prepare(self, draft: Draft, anchor: Mapping[str, Any]) -> Mapping[str, Any] | Answer:
        """Looks whether every file is still there: found out later, nobody could say whether something was sent."""
        for one in draft.attachments:
            if one.remote is None and not (one.key and (self._house.media_dir / one.key).is_file()):
                return Rejected("A file of the post is not there any more. Remove it, or send it again.")
        return anchor

    async def fire(self, draft: Draft, anchor: Mapping[str, Any], *, key: str) -> Answer:
        """One sendMessage, send<Kind> or sendMediaGroup. Telegram knows no key, so `key` is not sent."""
        del anchor, key
        method, fields, files = self._request(draft)
        reply = await self._house.call("POST", f"{self._base}/{method}", data=fields, files=files or None)
        if not isinstance(reply, Reply):
            return reply
        return self._answer(reply, draft)

    def _request(self, draft: Draft) -> tuple[str, dict[str, Any], dict[str, tuple[str, bytes]]]:
        rendered = self._house.render(draft.text)
        entities = json.dumps([one.to_dict() for one in rendered.entities])
        fields: dict[str, Any] = {"chat_id": draft.account, **_answering(draft)}
        files: dict[str, tuple[str, bytes]] = {}
        if not draft.attachments:
            return "sendMessage", {**fields, "text": rendered.text, "entities": entities}, files
        if len(draft.attachments) == 1:
            one = draft.attachments[0]
            fields |= {"caption": rendered.text, "caption_entities": entities} if draft.text.strip() else {}
            fields[one.kind] = self._file(one, "file0", files)
            return _METHODS[one.kind], fields, files
        media = []
        for place, one in enumerate(draft.attachments):
            item: dict[str, Any] = {"type": one.kind, "media": self._file(one, f"file{place}", files)}
            if place == 0 and draft.text.strip():
                item |= {
                    "caption": rendered.text,
                    "caption_entities": [e.to_dict() for e in rendered.entities],
                }
            media.append(item)
        return "sendMediaGroup", {**fields, "media": json.dumps(media)}, files

    def _file(self, one: Attachment, name: str, files: dict[str, tuple[str, bytes]]) -> str:
        """What to write into the field: Telegram's own file id, or a reference to bytes that go along."""
        if one.remote is not None:
            return one.remote
        files[name] = (one.file_name or name, (self._house.media_dir / str(one.key)).read_bytes())
        return f"attach://{name}"

    def _answer(self, reply: Reply, draft: Draft) -> Answer:
        body = reply.body
        if reply.status == 413:  # noqa: PLR2004 - HTTP's own number
            return Rejected("Telegram refused it: the file is too large.")
        if not isinstance(body, Mapping) or "ok" not in body:
            return OutcomeUnknown(f"Telegram answered {reply.status} without saying what happened.")
        if body["ok"]:
            return _receipt(body.get("result"), draft)
        why = str(body.get("description", ""))
        parameters = body.get("parameters")
        return self._refused(reply.status, why, parameters if isinstance(parameters, Mapping) else {})

    def _refused(self, status: int, why: str, parameters: Mapping[str, Any]) -> Answer:
        said = why.casefold()
        if status == 429:  # noqa: PLR2004 - HTTP's own number
            return RateLimited(until=self._house.now().astimezone(UTC) + _wait(parameters))
        if status >= 500 or status in {408, 425}:  # noqa: PLR2004 - HTTP's own number
            return OutcomeUnknown(f"Telegram did not say what became of it ({status}).")
        if status in {401, 403, 404} or any(words in said for words in _LOST_RIGHTS):
            return Unauthorized("Telegram does not let the bot post there any more; make it an admin again.")
        if "migrate_to_chat_id" in parameters:
            return Unavailable("The group became a supergroup; its new number is being learnt.")
        if status == 409:  # noqa: PLR2004 - HTTP's own number
            return Unavailable("Another program uses this bot.")
        return Rejected(f"Telegram refused it: {why.removeprefix('Bad Request: ') or status}.")


def _units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _wait(parameters: Mapping[str, Any]) -> timedelta:
    """Bot API, ResponseParameters: whole seconds; a second when they are missing."""
    given = parameters.get("retry_after")
    return timedelta(seconds=min(given, 86_400) if isinstance(given, int) and given > 0 else 1)


def _answering(draft: Draft) -> dict[str, str]:
    """Bot API, ReplyParameters. A part before it that only a person has seen has no number to point to."""
    before = draft.answers or ""
    if draft.role != "reply" or not (before.isascii() and before.isdigit()):
        return {}
    return {"reply_parameters": json.dumps({"message_id": int(before)})}


def _file_problems(files: Sequence[Attachment]) -> list[Problem]:
    found = [
        Problem(f"Telegram does not take a {one.kind}.", "Remove it.")
        for one in files
        if one.kind not in _METHODS
    ]
    if len(files) > _ALBUM:
        found.append(
            Problem(f"There are {len(files)} files; an album holds {_ALBUM}.", "Remove some of them.")
        )
    if len(files) > 1 and not found and not _can_be_album(files):
        found.append(
            Problem(
                "These files cannot be one album.",
                "Send photos and videos together, documents by themselves.",
            )
        )
    return found


def _can_be_album(attachments: Sequence[Attachment]) -> bool:
    """Bot API, sendMediaGroup: photos and videos mix; documents and audio go with their own kind only."""
    kinds = {one.kind for one in attachments}
    return kinds <= {"photo", "video"} or kinds in ({"document"}, {"audio"})


def _receipt(result: Any, draft: Draft) -> Answer:  # noqa: ANN401 - Telegram's JSON
    messages = result if isinstance(result, list) else [result]
    if not messages or not all(isinstance(one, Mapping) and "message_id" in one for one in messages):
        return OutcomeUnknown("Telegram said yes without naming the message.")
    numbers = tuple(str(one["message_id"]) for one in messages)
    return Receipt(numbers[0], _link(messages[0], draft, numbers[0]), numbers)


def _link(message: Mapping[str, Any], draft: Draft, number: str) -> str | None:
    chat = message.get("chat")
    username = (chat.get("username") if isinstance(chat, Mapping) else None) or draft.facts.get("handle")
    if username:
        return f"https://t.me/{username}/{number}"
    if draft.account.startswith("-100"):
        return f"https://t.me/c/{draft.account.removeprefix('-100')}/{number}"
    return None
