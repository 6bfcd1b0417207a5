"""What is a Telegram chat for? A channel to publish in, or the chat where the team reads what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.authorising import Action, Actor, authorise
from services.refusals import Refusal
from services.scheduling import QUEUE_PAUSED, is_queue_paused
from storage import Transaction
from storage.accounts import Account
from storage.chats import Chat


@dataclass(frozen=True, slots=True)
class Seen:
    """A chat as Telegram shows it to the bot, with the bot's own rights in it."""

    chat_id: int
    kind: str
    title: str
    username: str | None = None
    rights: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """Connects and disconnects chats; only who may connect decides what a chat is for.

    `platform` is the slug under which a chat of the bot's own is an account like every other.
    """

    platform: str

    async def as_channel(self, tx: Transaction, actor: Actor, seen: Seen) -> Account:
        """Makes a channel (or group) an account to publish on; raises `Refusal` when the bot may not post there."""
        authorise(actor, Action.CONNECT)
        if seen.kind == "channel" and not (seen.rights or {}).get("can_post_messages"):
            raise Refusal(
                f"I may not post in {seen.title}.",
                "Make me an admin with the right to post messages, then try again.",
            )
        await self._bind(tx, actor, seen, purpose="channel")
        account = await tx.accounts.of_platform(self.platform, str(seen.chat_id))
        if account is None:
            account = tx.accounts.add(
                Account(
                    workspace_id=actor.workspace_id,
                    id=tx.new_id(),
                    platform=self.platform,
                    remote_id=str(seen.chat_id),
                    name=seen.title,
                    is_default=not await tx.accounts.list(),
                    connected_at=tx.now,
                    updated_at=tx.now,
                )
            )
        account.name, account.handle = seen.title, seen.username
        account.status, account.health, account.last_error = "active", "healthy", None
        account.updated_at = tx.now
        await tx.flush()
        await self._release(tx, account)
        return account

    async def as_team_chat(self, tx: Transaction, actor: Actor, seen: Seen, *, thread_id: int = 0) -> Chat:
        """Makes a chat (and topic) the place where the team is told."""
        authorise(actor, Action.CONNECT)
        return await self._bind(tx, actor, seen, purpose="team", thread_id=thread_id)

    async def disconnect(self, tx: Transaction, actor: Actor, chat: Chat) -> None:
        """Lets go of a channel (its account rests) or of a team chat; other bindings of the same chat stay."""
        authorise(actor, Action.CONNECT, chat)
        if chat.purpose == "channel":
            others = [one for one in await tx.chats.bound_to(chat.telegram_chat_id) if one.is_active]
            await self.lost(tx, chat.telegram_chat_id, why=f"Disconnected by {actor.name}.")
            for one in others:
                one.is_active = one.purpose != "channel"
        chat.is_active, chat.updated_at = False, tx.now
        await tx.flush()

    async def lost(self, tx: Transaction, telegram_chat_id: int, *, why: str) -> list[Chat]:
        """The bot is out of a chat: bindings rest, accounts pause and what waits there keeps waiting."""
        bound = [*await tx.chats.bound_to(telegram_chat_id)]
        for chat in bound:
            chat.is_active, chat.updated_at = False, tx.now
        for account in await tx.accounts.everywhere(self.platform, str(telegram_chat_id)):
            if account.status == "active":
                account.status, account.health = "paused", "unhealthy"
                account.last_error, account.last_error_at = why, tx.now
        return bound

    async def migrated(self, tx: Transaction, *, old: int, new: int) -> None:
        """A group became a supergroup: everything that knew the old number learns the new one."""
        for chat in await tx.chats.bound_to(old):
            chat.telegram_chat_id, chat.updated_at = new, tx.now
        for account in await tx.accounts.everywhere(self.platform, str(old)):
            account.remote_id, account.updated_at = str(new), tx.now

    async def _bind(
        self, tx: Transaction, actor: Actor, seen: Seen, *, purpose: str, thread_id: int = 0
    ) -> Chat:
        present = [
            one
            for one in await tx.chats.bound_to(seen.chat_id)
            if one.purpose == purpose and one.thread_id == thread_id
        ]
        chat = (
            present[0]
            if present
            else tx.chats.add(
                Chat(
                    workspace_id=actor.workspace_id,
                    id=tx.new_id(),
                    telegram_chat_id=seen.chat_id,
                    thread_id=thread_id,
                    kind=seen.kind,
                    purpose=purpose,
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            )
        )
        chat.title, chat.username, chat.kind = seen.title, seen.username, seen.kind
        chat.rights, chat.is_active, chat.updated_at = dict(seen.rights or {}), True, tx.now
        await tx.flush()
        return chat

    async def _release(self, tx: Transaction, account: Account) -> None:
        """What waited for this account may go on, if it was allowed."""
        for waiting in await tx.publications.list(states=("scheduled",), limit=10_000):
            if waiting.account_id != account.id or waiting.next_at is not None or waiting.approval_id is None:
                continue
            if await is_queue_paused(tx, waiting):
                waiting.reason = QUEUE_PAUSED
            else:
                waiting.next_at = waiting.due_at
        tx.wake("publications")
