"""Does any text whatever, in any field that a person can reach, get a plain answer and leave nothing waiting?

The real dispatcher on a real database, without the wire: every update is claimed from the inbox and answered as in the
program, every answer is taken from the outbox, made into what Telegram would get, and measured.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.hostile_text import hostile
from bench.hostile_updates import BOT_ID, FIELDS, FIRST_PERSON, GROUP, USERNAME, chat_of
from bot.rendering import Rendered, render, split, utf16_length

PERSONS = 40
AWAITED = ("when", "collection.name", "settings.zone", "post.edit", "post.edit", "media.caption")
FORBIDDEN = ("Traceback", "Error:", "Exception", "Something broke on our side", "sqlalchemy", "object at 0x")


@dataclass
class SilentBot:
    """A bot that reaches nobody: taps are noted, files cannot be fetched."""

    id: int = BOT_ID
    username: str = USERNAME
    defaults: None = None
    toasts: list[str] = field(default_factory=list)

    async def answer_callback_query(self, **given: Any) -> bool:  # noqa: ANN401 - the Bot API's fields
        """Bot API: answerCallbackQuery, which takes 200 characters."""
        text = given.get("text")
        if text is not None and len(text) > 200:
            raise AssertionError("a toast is too long")
        self.toasts.append(text or "")
        return True

    async def get_file(self, *given: Any) -> Any:  # noqa: ANN401 - never returns
        """Bot API: getFile; fails as when Telegram is away."""
        from telegram.error import TelegramError

        raise TelegramError(f"no file {len(given)}")


@dataclass
class Trial:
    """A desk with forty editors and a post each; `wrong` collects what must not be."""

    app: Any
    bot: SilentBot
    random: Random
    posts: list[Any] = field(default_factory=list)
    actors: list[Any] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answered: int = 0
    ignored: int = 0
    _number: int = 1000

    async def settle_in(self) -> None:
        """Makes the people and their posts."""
        from services.authorising import Role
        from services.joining import Person
        from storage.members import Member

        joining, drafting = self.app.desk.joining, self.app.desk.drafting
        async with self.app.storage.begin(None) as tx:
            owner = await joining.claim(tx, Person(1, "Bench"), None)
        for number in range(PERSONS):
            person = Person(FIRST_PERSON + number, f"P{number}")
            async with self.app.storage.begin(None) as tx:
                user = await joining.know(tx, person)
                user.current_workspace_id = owner.workspace_id
                row = Member(
                    workspace_id=owner.workspace_id, user_id=user.id, role=Role.ADMIN, joined_at=tx.now
                )
                tx.members.add(row)
            async with self.app.storage.begin(owner.workspace_id) as tx:
                actor = await joining.actor(tx, person)
                self.actors.append(actor)
                self.posts.append(await drafting.draft(tx, actor, text="A post"))

    async def batch(self, texts: Sequence[str]) -> None:
        """At most forty texts, each through one field of one person's."""
        updates, asked = [], {}
        for place, text in enumerate(texts):
            update = self._update(place, text)
            updates.append(update)
            asked[place] = update
        await self._await_answers(asked)
        toasts = len(self.bot.toasts)
        await self.app.intake.take(updates)
        while await self.app.lanes.work_off():
            await asyncio.gather(*self.app.lanes._working, return_exceptions=True)  # noqa: SLF001 - the bench waits for what it started
        said = await self._read_answers()
        await self._check_inbox()
        answered = len(said) + len(self.bot.toasts) - toasts
        self.answered += answered
        self.ignored += sum(1 for one in updates if chat_of(one) not in said and "callback_query" not in one)
        self._check_silence(updates, said)
        self._check_words(self.bot.toasts[toasts:])
        await self._clear()

    def _update(self, place: int, text: str) -> dict[str, Any]:
        self._number += 1
        return self.random.choice(FIELDS)(self._number, place, text, self.random)

    async def _await_answers(self, asked: dict[int, dict[str, Any]]) -> None:
        """Half of the plain words answer a question of ours."""
        from storage.settings import Setting

        for place, update in asked.items():
            text = update.get("message", {}).get("text", "/")
            if update.get("message", {}).get("chat", {}).get("id") != FIRST_PERSON + place or text.startswith(
                "/"
            ):
                continue
            actor, post = self.actors[place], self.posts[place]
            async with self.app.storage.begin(actor.workspace_id) as tx:
                now = await tx.posts.get(post.id)
                kind = self.random.choice(AWAITED)
                details = {
                    "origin": "card",
                    "from": "card",
                    "post": str(post.id),
                    "version": now.version,
                    "media": [],
                }
                if kind == "post.edit":
                    details["mode"] = self.random.choice(("replace", "tell", None))
                value = {
                    "kind": kind,
                    "until": (tx.now + timedelta(hours=1)).isoformat(),
                    "details": details,
                    "asked_in": None,
                }
                scope = f"user:{actor.user_id}@{FIRST_PERSON + place}/0"
                await tx.settings.put(
                    Setting(
                        workspace_id=actor.workspace_id,
                        scope=scope,
                        name="awaited",
                        value=value,
                        updated_at=tx.now,
                    )
                )

    async def _read_answers(self) -> set[int]:
        """Everything that waits in the outbox, as Telegram would get it; the chats that were spoken to."""
        said: set[int] = set()
        sender = self.app.sender
        while True:
            async with self.app.storage.begin(None) as tx:
                items = await tx.outbox.claim(
                    owner=sender.owner, now=tx.now, lease=timedelta(hours=1), limit=500, but_chats=[]
                )
            if not items:
                return said
            for item in items:
                parcel = await sender._pack(item)  # noqa: SLF001 - as the sender itself does before it sends
                if parcel is not None:
                    said.add(item.telegram_chat_id)
                    self._measure(parcel)
                await sender._settle(item, message_id=None)  # noqa: SLF001 - as if it were sent

    def _measure(self, parcel: Any) -> None:  # noqa: ANN401 - a Parcel
        """What would be sent is valid by the Bot API's limits and speaks plainly."""
        whole = Rendered(parcel.face.text, ()) if parcel.is_plain else render(parcel.face.text)
        for part in split(whole):
            length = utf16_length(part.text)
            self._expect(0 < length <= 4096 and part.text.strip() != "", f"a part of {length} units")
            self._expect(len(part.entities) <= 100, "more than 100 entities")
            for one in part.entities:
                self._expect(
                    one.offset >= 0 and one.length > 0 and one.offset + one.length <= length,
                    "an entity outside",
                )
            part.text.encode("utf-8")
        rows = parcel.keyboard.inline_keyboard if parcel.keyboard else ()
        for button in (one for row in rows for one in row):
            self._expect(
                bool(button.text.strip()) and len((button.callback_data or "").encode()) <= 64, "a bad button"
            )
            button.text.encode("utf-8")
        self._check_words([whole.text])

    def _check_words(self, texts: Sequence[str]) -> None:
        for text in texts:
            found = [word for word in FORBIDDEN if word in text and "hostile" not in text]
            self._expect(not found, f"{found} in {text[:200]!r}")

    def _check_silence(self, updates: Sequence[dict[str, Any]], said: set[int]) -> None:
        """Whoever writes in private is answered; so is a tap. Strangers get one line a day, groups only when named."""
        for update in updates:
            chat = chat_of(update)
            if "message" in update and FIRST_PERSON <= chat < FIRST_PERSON + PERSONS:
                self._expect(chat in said, f"no answer to {str(update['message'])[:300]}")

    async def _check_inbox(self) -> None:
        async with self.app.storage.read(None) as tx:
            left = {state: await tx.inbox.count(state=state) for state in ("pending", "working", "parked")}
        self._expect(not any(left.values()), f"left in the inbox: {left}")

    async def _clear(self) -> None:
        """No agent works here; what was asked of one is put away, so that the next texts are not a flood."""
        async with self.app.storage.begin(self.actors[0].workspace_id) as tx:
            for place in range(PERSONS):
                for chat in (FIRST_PERSON + place, GROUP - place):
                    for run in await tx.generations.open_in(chat):
                        run.status = "cancelled"

    def _expect(self, holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
        if not holds:
            self.wrong.append(what)


async def attempt(
    folder: Path, *, count: int, seed: int, extra: Sequence[str] = (), database: str | None = None
) -> Trial:
    """`count` hostile texts of this seed (and the extra ones) through a fresh desk; the finished trial."""
    from pydantic import SecretStr

    from app import build
    from settings import Settings

    settings = Settings(
        telegram_bot_token=SecretStr(f"{BOT_ID}:nobody-listens"),
        fanfare_data_dir=folder,
        fanfare_pace="off",
        database_url=database,
    )
    random = Random(seed)
    texts = [*extra, *(hostile(random) for _ in range(count - len(extra)))]
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            build(settings, is_open_to_first=True, zone="Europe/Madrid", album_quiet=0)
        )
        bot = SilentBot()
        dispatcher: Any = getattr(app.lanes.handle, "__self__")  # noqa: B009 - mypy knows it as a plain callable
        app.lanes.handle = replace(dispatcher, bot=bot).handle
        trial = Trial(app, bot, random)
        await trial.settle_in()
        for batch in _batches(texts):
            await trial.batch(batch)
    return trial


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), PERSONS):
        yield texts[start : start + PERSONS]


def main() -> int:
    """Runs at a terminal: 0 when nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        trial = asyncio.run(attempt(Path(folder), count=given.n, seed=given.seed))
    seconds = time.monotonic() - began
    print(
        f"{given.n} texts in {seconds:.1f} s: {trial.answered} answers, {trial.ignored} ignored by rule, {len(trial.wrong)} wrong"
    )
    for line in trial.wrong[:20]:
        print(f"  {line}")
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
