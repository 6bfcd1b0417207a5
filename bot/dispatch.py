"""Who is asked, and by whom? Each update finds its person, its right and its handler, and ends in one unit of work."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from telegram import Bot, CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User
from telegram.error import TelegramError

from bot import strangers
from bot.album import Album, Files
from bot.commands import connecting, talking
from bot.commands.replying import speaks_of_post
from bot.doors import Table
from bot.sheets import Sheets
from bot.turn import Desk, Turn
from bot.updates import is_identifier, mended
from services.authorising import Action, Actor, authorise, may
from services.binding import Seen
from services.joining import Person
from services.refusals import Refusal
from services.tapping import Tap, redeem
from services.telling import Kind, Place, tell
from storage import NOBODYS, Storage, Transaction
from storage.inbox import InboxItem

log = logging.getLogger(__name__)

_GROUPS = {"group", "supergroup"}


class AnsweredElsewhere(RuntimeError):
    """Another process has the item by now; whatever was prepared here is dropped."""


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Turns inbox items into turns. `stop_runs` ends what an agent is writing."""

    storage: Storage
    bot: Bot
    desk: Desk
    table: Table
    files: Files
    owner: str
    stop_runs: Callable[[Sequence[UUID]], None]
    reference: Callable[[], str] = field(default=lambda: secrets.token_hex(3).upper())

    async def handle(self, item: InboxItem) -> None:
        """Answers one item, whatever is in it. A refusal is said; a fault of ours gets an apology with a reference."""
        update = self._read(item)
        if update is None:
            await self._close(item)
            return
        try:
            await self._route(update, item)
        except AnsweredElsewhere:
            log.info("Item %s is answered elsewhere.", item.id)
        except Refusal as refusal:
            await self._say_sorry(update, item, str(refusal))
        except Exception:
            reference = self.reference()
            log.exception("Fault %s while answering update %s.", reference, item.update_id)
            await self._say_sorry(
                update,
                item,
                f"Something broke on our side. Nothing was changed. The reference is {reference}.",
            )

    async def park(self, item: InboxItem) -> None:
        """Sets an item aside that has taken its process down again and again, and tells the owner."""
        text = (
            f"A message was set aside after {item.tries - 1} tries that stopped me (number {item.update_id})."
        )
        async with self.storage.begin(None) as tx:
            found = await tx.inbox.find(item.id)
            if found is not None:
                found.state, found.claimed_by = "parked", None
            for place in await strangers.owners(tx):
                dedupe = f"parked:{item.id}@{place.chat_id}"
                tell(tx, Kind.REPLY, place, payload={"text": text, "is_plain": True}, dedupe=dedupe)

    def _read(self, item: InboxItem) -> Update | None:
        try:
            update = Update.de_json(mended(json.loads(item.payload)), self.bot)
        except Exception:  # noqa: BLE001 - whatever PTB cannot read, nobody can answer
            update = None
        if update is None or not _is_sound(update):
            log.warning("Update %s has a shape that cannot be read.", item.update_id)
            return None
        return update

    async def _close(self, item: InboxItem) -> None:
        async with self.storage.begin(None) as tx:
            await tx.inbox.finish(item.id, owner=self.owner, now=tx.now)

    async def _route(self, update: Update, item: InboxItem) -> None:
        if update.callback_query is not None:
            await self._tap(update.callback_query, item)
        elif update.message is not None:
            await self._message(update.message, item)
        elif update.my_chat_member is not None:
            await self._membership(update.my_chat_member, item)
        else:
            await self._close(item)

    async def _who(self, user: User) -> tuple[Person, Actor | None, bool]:
        """The sender, the member that he is, and whether there is something new to write down about him."""
        person = person_of(user)
        async with self.storage.read(None) as tx:
            return person, *(await self.desk.joining.recognise(tx, person))

    async def _tap(self, tap: CallbackQuery, item: InboxItem) -> None:
        person, actor, has_news = await self._who(tap.from_user)
        message, data = tap.message, tap.data or ""
        if actor is None or message is None:
            await self._close(item)
            await self._answer(tap, strangers.STRANGER if actor is None else None)
            return
        async with self.storage.begin(actor.workspace_id) as tx:
            turn = await self._turn(
                tx, actor, item, place_of(message.chat, message), person if has_news else None
            )
            turn.tap = await redeem(tx, data, chat_id=message.chat.id, user_id=actor.user_id)
            turn.tapped_message_id = message.message_id
            press = self.table.press(turn.tap.action)
            authorise(actor, press.right)
            await tx.settings.drop(scope=turn.scope, name="awaited")
            await press.handler(turn)
        self.stop_runs(turn.stopped)
        await self._answer(tap, turn.toast, is_alert=turn.is_alert)

    async def _message(self, message: Message, item: InboxItem) -> None:
        place = place_of(message.chat, message)
        if message.migrate_to_chat_id is not None:
            await self._migrated(message, item)
            return
        if message.from_user is None or message.from_user.is_bot or message.sender_chat is not None:
            await self._nobody(message, place, item)
            return
        person, actor, has_news = await self._who(message.from_user)
        if actor is None:
            await self._stranger(person, message, item)
            return
        if not self._concerns_us(message):
            await self._close(item)
            return
        album = await self._gather(message, item, actor)
        sheets = Sheets(self.storage, self.desk.importing, self.files.directory)
        sheet = await sheets.open(message, album, actor=actor, place=place, item=item)
        async with self.storage.begin(actor.workspace_id) as tx:
            turn = await self._turn(tx, actor, item, place, person if has_news else None)
            turn.message, turn.media, turn.sheet = message, album.keep(tx), sheet
            turn.is_forwarded = message.forward_origin is not None
            turn.words = message.text or album.caption or ""
            await tx.inbox.finish_also(album.item_ids, now=tx.now)
            await self._words(turn)
        self.stop_runs(turn.stopped)

    async def _words(self, turn: Turn) -> None:
        """A command, the answer to a question of ours, or plain words for the agent."""
        message = turn.message
        if message is None:
            raise LookupError("words come with a message")
        name, words = command_in(message, bot_username=self.bot.username)
        command = None if name is None or turn.is_forwarded else self.table.command(name)
        if command is not None:
            turn.words = words
            authorise(turn.actor, command.action)
            if command.name != "cancel":
                await turn.awaited()
            await command.handler(turn)
            return
        if name is not None and not turn.is_forwarded:
            raise Refusal(f"There is no command /{name}.", "See /help for what I can do.")
        awaited = None if turn.is_forwarded else await turn.awaited()
        if awaited is not None and await self._is_answer(turn, message, awaited):
            answer = self.table.answer(awaited["kind"])
            authorise(turn.actor, answer.right)
            turn.tap = Tap(awaited["kind"], turn.actor.workspace_id, None, None, awaited["details"])
            await answer.handler(turn)
            return
        if message.chat.type in _GROUPS:
            turn.words = turn.words.replace(f"@{self.bot.username}", "").strip()
        authorise(turn.actor, Action.DRAFT)
        await talking.on_words(turn)

    def _concerns_us(self, message: Message) -> bool:
        """In a group the bot hears only what names it, replies to it or commands it; nothing else is even fetched."""
        if message.chat.type not in _GROUPS:
            return True
        name, _ = command_in(message, bot_username=self.bot.username)
        is_command = name is not None and self.table.command(name) is not None
        is_named = f"@{self.bot.username}".casefold() in (message.text or message.caption or "").casefold()
        return is_named or (is_command and message.forward_origin is None) or self._is_ours(_replied(message))

    def _is_ours(self, message: Message | None) -> bool:
        return message is not None and message.from_user is not None and message.from_user.id == self.bot.id

    async def _is_answer(self, turn: Turn, message: Message, awaited: Mapping[str, Any]) -> bool:
        """Whether words answer the question that is open: they do, unless they reply to something else than it."""
        replied = _replied(message)
        if replied is None or replied.message_id == awaited.get("asked_in"):
            return True
        return not await speaks_of_post(turn, replied.message_id) and self._is_ours(replied)

    async def _gather(self, message: Message, item: InboxItem, actor: Actor) -> Album:
        """The files of a message (and of the rest of its album), fetched before the unit of work is opened."""
        parts: list[Message] = [message]
        item_ids: list[int] = []
        if message.media_group_id is not None:
            rest, item_ids = await self.files.rest_of_album(self.storage, item, message, self._read)
            parts += rest
        if not may(actor, Action.DRAFT):
            return Album(actor.workspace_id, (), tuple(item_ids))
        return await self.files.fetch(parts, workspace_id=actor.workspace_id, item_ids=item_ids)

    async def _stranger(self, person: Person, message: Message, item: InboxItem) -> None:
        async with self.storage.begin(None) as tx:
            await self._finish(tx, item)
            if message.chat.type == Chat.PRIVATE:
                await strangers.meet(tx, self.desk, person, message.text or "")

    async def _nobody(self, message: Message, place: Place, item: InboxItem) -> None:
        """A channel or an anonymous admin speaks: that is no person, so it has no right; a command gets one line."""
        async with self.storage.begin(None) as tx:
            await self._finish(tx, item)
            name, _ = command_in(message, bot_username=self.bot.username)
            if (
                message.sender_chat is not None
                and message.chat.type in _GROUPS
                and name
                and self.table.command(name)
            ):
                tell(
                    tx,
                    Kind.REPLY,
                    place,
                    payload={"text": strangers.ANONYMOUS},
                    dedupe=f"anonymous:{item.id}",
                )

    async def _membership(self, change: ChatMemberUpdated, item: InboxItem) -> None:
        if change.chat.type == Chat.PRIVATE:
            await self._close(item)
            return
        person, actor, has_news = await self._who(change.from_user)
        seen = seen_in(change)
        if change.new_chat_member.status in {"left", "kicked"}:
            async with self.storage.begin(None) as tx:
                await self._finish(tx, item)
                await connecting.on_removed(tx, self.desk, seen)
            return
        if actor is None:
            await self._close(item)
            return
        async with self.storage.begin(actor.workspace_id) as tx:
            turn = await self._turn(tx, actor, item, Place(actor.telegram_id), person if has_news else None)
            await connecting.on_added(turn, seen)

    async def _migrated(self, message: Message, item: InboxItem) -> None:
        async with self.storage.begin(None) as tx:
            await self._finish(tx, item)
            await self.desk.binding.migrated(tx, old=message.chat.id, new=message.migrate_to_chat_id or 0)

    async def _turn(
        self, tx: Transaction, actor: Actor, item: InboxItem, place: Place, person: Person | None
    ) -> Turn:
        await self._finish(tx, item)
        if person is not None:
            await self.desk.joining.greet(tx, person)
        return Turn(desk=self.desk, tx=tx, actor=actor, place=place)

    async def _finish(self, tx: Transaction, item: InboxItem) -> None:
        if not await tx.inbox.finish(item.id, owner=self.owner, now=tx.now):
            raise AnsweredElsewhere

    async def _say_sorry(self, update: Update, item: InboxItem, text: str) -> None:
        """Says why nothing was done: over the pressed button, or as a message where the person wrote."""
        tap, message = update.callback_query, update.effective_message
        async with self.storage.begin(NOBODYS) as tx:
            await tx.inbox.finish(item.id, owner=self.owner, now=tx.now)
            if tap is None and message is not None and update.my_chat_member is None:
                tell(
                    tx, Kind.REPLY, place_of(message.chat, message), payload={"text": text, "is_plain": True}
                )
        if tap is not None:
            await self._answer(tap, text, is_alert=True)

    async def _answer(self, tap: CallbackQuery, text: str | None, *, is_alert: bool = False) -> None:
        """Stops the spinner. Telegram forgets a tap after a while; that it does is no fault of anybody."""
        try:
            await tap.answer(text=None if text is None else text[:200], show_alert=is_alert)
        except TelegramError as fault:
            log.info("A tap could not be answered (%s).", type(fault).__name__)


def _is_sound(update: Update) -> bool:
    """Whether the numbers of whoever and wherever are numbers of Telegram's; PTB takes whatever stands there."""
    known = [one.id for one in (update.effective_user, update.effective_chat) if one is not None]
    message = update.effective_message
    if message is not None:
        known += [message.message_id, message.message_thread_id or 1]
    return all(is_identifier(number) for number in known)


def _replied(message: Message) -> Message | None:
    """What a message replies to; in a topic everything replies to the note that opened it, which says nothing."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


def person_of(user: User) -> Person:
    """The sender as the services know him."""
    return Person(user.id, user.first_name or "", user.last_name or "", user.username, user.language_code)


def place_of(chat: Chat, message: object) -> Place:
    """The chat, and the topic if the message is in one (the General topic is thread 0)."""
    thread = (
        getattr(message, "message_thread_id", None) if getattr(message, "is_topic_message", False) else None
    )
    return Place(chat.id, thread or 0)


def command_in(message: Message, *, bot_username: str) -> tuple[str | None, str]:
    """The command a message begins with, in lower case, and the words after it; (None, "") when it has none for us."""
    text = message.text or message.caption or ""
    if not text.startswith("/"):
        return None, ""
    head, _, rest = text.partition("\n") if "\n" in text.split(" ")[0] else text.partition(" ")
    name, at, addressee = head[1:].partition("@")
    if at and addressee.casefold() != bot_username.casefold():
        return None, ""
    return (name.casefold(), rest.strip()) if name.replace("_", "").isalnum() else (None, "")


def seen_in(change: ChatMemberUpdated) -> Seen:
    """The chat of a membership change, with the bot's new rights in it."""
    member = change.new_chat_member
    rights: dict[str, Any] = {
        name: bool(getattr(member, name))
        for name in ("can_post_messages", "can_edit_messages", "can_delete_messages", "can_pin_messages")
        if getattr(member, name, None) is not None
    }
    rights["status"] = member.status
    chat = change.chat
    return Seen(chat.id, chat.type, chat.title or str(chat.id), chat.username, rights)
