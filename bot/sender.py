"""How does what was written into the outbox reach its chat? In order per chat, as it looks at the moment of sending."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.delivering import Delivering, Parcel
from bot.faces import face_of
from bot.stage import Stages
from bot.turn import Button, Desk, Face, Rows
from services.authorising import Actor
from services.failpoints import Reach, nowhere
from services.joining import Person
from services.tapping import mint
from services.telling import TOPIC, Kind
from storage import Storage, Transaction
from storage.outbox import OutboxItem

LEASE = timedelta(minutes=5)
MOST_TRIES = 20
MOST_FAULTS = 3
"""Tries of a row that a fault of our own keeps from being shown: it holds up everything else for its chat."""

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sender:
    """Sends what is due, one item per chat at a time. `owner` names this process."""

    storage: Storage
    desk: Desk
    delivering: Delivering
    stages: Stages
    owner: str
    width: int = 32
    reach: Reach = nowhere
    _serving: dict[int, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _is_closing: bool = field(default=False, init=False)

    async def send_due(self) -> int:
        """Starts sending to every chat that waits, as far as there is room; how many were started."""
        room = self.width - len(self._serving)
        if room <= 0 or self._is_closing:
            return 0
        async with self.storage.begin(None) as tx:
            items = await tx.outbox.claim(
                owner=self.owner, now=tx.now, lease=LEASE, limit=room, but_chats=[*self._serving]
            )
            self.reach("sender.claiming")
        for item in items:
            task = asyncio.create_task(self._serve(item), name=f"outbox {item.id}")
            self._serving[item.telegram_chat_id] = task
            task.add_done_callback(partial(self._served, item.telegram_chat_id))
        return len(items)

    async def recover(self) -> None:
        """Frees what a former process was sending; only where no other process can be alive."""
        if self.storage.is_alone:
            async with self.storage.begin(None) as tx:
                await tx.outbox.release_all_but(self.owner)

    async def drain(self, *, timeout: float) -> bool:  # noqa: ASYNC109 - the caller's patience is a setting, not a cancellation
        """Starts nothing new and waits for what is being sent; whether all of it was."""
        self._is_closing = True
        if self._serving:
            await asyncio.wait([*self._serving.values()], timeout=timeout)
        return not self._serving

    def _served(self, chat_id: int, task: asyncio.Task[None]) -> None:
        del task
        self._serving.pop(chat_id, None)

    async def _serve(self, item: OutboxItem) -> None:
        try:
            await self._send(item)
        except Exception:
            log.exception(
                "What became of an outbox row could not be saved; it is looked at again when its lease ends."
            )
        await self.storage.wake(TOPIC)

    async def _send(self, item: OutboxItem) -> None:
        try:
            parcel = await self._pack(item)
            if parcel is None:
                await self._settle(item, message_id=None)
            else:
                self.reach("sender.before_send")
                message_id = await self.delivering.deliver(parcel)
                self.reach("sender.sent")
                await self._settle(item, message_id=message_id)
                self.reach("sender.settled")
        except ChatMigrated as moved:
            await self._migrate(item, moved.new_chat_id)
        except Forbidden as fault:
            await self._refused(item, fault)
        except BadRequest as fault:
            await self._refused(item, fault)
        except RetryAfter as fault:
            wait = fault.retry_after
            pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            await self._again(item, pause, fault, counts=False)
        except TelegramError as fault:
            await self._again(item, min(FIRST_PAUSE * 2**item.tries, LONGEST_PAUSE), fault, counts=True)
        except Exception as fault:
            log.exception("An outbox row could not be shown.")
            await self._again(item, FIRST_PAUSE, fault, counts=True, most=MOST_FAULTS)

    async def _pack(self, item: OutboxItem) -> Parcel | None:
        """What is to be sent now: the present face of what the row speaks of, with fresh buttons."""
        if (
            item.subject_kind == "generation"
            and item.kind != Kind.PLACEHOLDER
            and item.subject_id is not None
        ):
            await self.stages.finish(item.subject_id)
        if _is_plain_word(item):
            return _plain_word(item)
        async with self.storage.begin(item.workspace_id) as tx:
            viewer = None if item.kind == Kind.REPLY else await self._viewer(item.telegram_chat_id)
            face = await face_of(tx, self.desk, item, viewer)
            if face is None:
                return None
            edits = await self._target(tx, item)
            keyboard = _keyboard(tx, face.rows, chat_id=item.telegram_chat_id)
            is_plain = bool(item.payload.get("is_plain"))
            return Parcel(
                item.telegram_chat_id, item.thread_id, face, keyboard, edits, item.priority, is_plain
            )

    async def _viewer(self, chat_id: int) -> Actor | None:
        """Who looks, where that is one person; a group sees what everybody may."""
        if chat_id < 0:
            return None
        async with self.storage.read(None) as tx:
            return await self.desk.joining.actor(tx, Person(chat_id, ""))

    async def _target(self, tx: Transaction, item: OutboxItem) -> int | None:
        """The message to change instead of sending another one, if there is one."""
        if item.kind == Kind.PLACEHOLDER or item.subject_id is None or item.payload.get("is_fresh"):
            return item.payload.get("edits")
        if item.kind == Kind.POST_CARD:
            post = await tx.posts.find(item.subject_id)
            if post is None or post.telegram_chat_id != item.telegram_chat_id:
                return None
            generation = await tx.generations.find(post.generation_id) if post.generation_id else None
            if post.card_message_id is None and generation is not None:
                await self.stages.finish(generation.id)
                return generation.message_id
            return post.card_message_id
        if item.subject_kind == "generation":
            generation = await tx.generations.find(item.subject_id)
            return item.payload.get("edits") or (None if generation is None else generation.message_id)
        edits: int | None = item.payload.get("edits")
        if item.kind == Kind.IMPORT:
            edits = await tx.outbox.last_message(item.subject_id, chat_id=item.telegram_chat_id)
        return edits

    async def _settle(self, item: OutboxItem, *, message_id: int | None) -> None:
        """It was sent: the row is done, and whoever edits the message later knows its number."""
        async with self.storage.begin(item.workspace_id) as tx:
            row = await tx.outbox.find(item.workspace_id, item.id)
            if row is None or row.claimed_by != self.owner:
                return
            row.state, row.sent_at, row.message_id, row.claimed_by = "sent", tx.now, message_id, None
            if message_id is not None and item.subject_id is not None:
                await self._keep_number(tx, item, item.subject_id, message_id)

    async def _keep_number(
        self, tx: Transaction, item: OutboxItem, subject_id: UUID, message_id: int
    ) -> None:
        if item.kind == Kind.POST_CARD and (post := await tx.posts.find(subject_id)) is not None:
            if post.telegram_chat_id in {None, item.telegram_chat_id}:
                post.telegram_chat_id, post.thread_id = item.telegram_chat_id, item.thread_id
                post.card_message_id = message_id
        elif item.kind == Kind.PLACEHOLDER and (run := await tx.generations.find(subject_id)) is not None:
            run.message_id = message_id
            self.stages.placed(subject_id, message_id)

    async def _again(
        self, item: OutboxItem, pause: timedelta, fault: Exception, *, counts: bool, most: int = MOST_TRIES
    ) -> None:
        async with self.storage.begin(item.workspace_id) as tx:
            row = await tx.outbox.find(item.workspace_id, item.id)
            if row is None or row.claimed_by != self.owner:
                return
            row.tries += counts
            row.error, row.claimed_by = type(fault).__name__, None
            row.next_at = tx.now + pause
            if row.tries >= most:
                row.state = "failed"
                log.warning(
                    "An outbox row was given up after %d tries (%s).", row.tries, type(fault).__name__
                )

    async def _refused(self, item: OutboxItem, fault: TelegramError) -> None:
        """The chat does not take it, now or ever: the row is over, and a bound chat that is gone rests."""
        async with self.storage.begin(item.workspace_id) as tx:
            row = await tx.outbox.find(item.workspace_id, item.id)
            if row is not None:
                row.state, row.error, row.claimed_by = "failed", str(fault)[:200], None
            is_gone = isinstance(fault, Forbidden) or "chat not found" in str(fault).casefold()
            if is_gone and item.telegram_chat_id < 0:
                await self.desk.binding.lost(
                    tx, item.telegram_chat_id, why="Telegram does not let me in any more."
                )
        log.info("A chat refused a message (%s).", type(fault).__name__)

    async def _migrate(self, item: OutboxItem, new_chat_id: int) -> None:
        async with self.storage.begin(None) as tx:
            await self.desk.binding.migrated(tx, old=item.telegram_chat_id, new=new_chat_id)
            await tx.outbox.move(old=item.telegram_chat_id, new=new_chat_id)


def _is_plain_word(item: OutboxItem) -> bool:
    """Whether the row says all there is to show: no buttons to make, no files, nothing that could have changed."""
    payload = item.payload
    return (
        item.kind == Kind.REPLY
        and item.subject_id is None
        and "text" in payload
        and not payload.get("rows")
        and not payload.get("media")
    )


def _plain_word(item: OutboxItem) -> Parcel:
    face = Face(str(item.payload["text"]))
    is_plain = bool(item.payload.get("is_plain"))
    edits = item.payload.get("edits")
    return Parcel(item.telegram_chat_id, item.thread_id, face, None, edits, item.priority, is_plain)


def _keyboard(tx: Transaction, rows: Rows, *, chat_id: int) -> InlineKeyboardMarkup | None:
    """The buttons as Telegram takes them; each gets a handle of its own that only we can read."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(tx, one, chat_id=chat_id) for one in row] for row in rows])


def _button(tx: Transaction, button: Button, *, chat_id: int) -> InlineKeyboardButton:
    if button.url is not None:
        return InlineKeyboardButton(button.label, url=button.url)
    data = mint(
        tx,
        chat_id=chat_id,
        action=button.action,
        subject_id=button.subject,
        subject_version=button.version,
        arguments=button.arguments,
        is_once=button.is_once,
    )
    return InlineKeyboardButton(button.label, callback_data=data, style=button.style)
