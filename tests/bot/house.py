"""A desk on a real database, a small dispatcher and a small chat: what the tests of commands speak to.

The chat does what Telegram and the sender do: it keeps messages by number, edits them, and gives every button the
callback data that the real one would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from telegram import Chat, Message

from bot.commands import connecting, doors, talking
from bot.doors import Table
from bot.faces import face_of
from bot.rendering import render
from bot.turn import Button, Desk, Face, Turn
from integrations.contract import Receipt
from services import moving
from services.authorising import Action, Actor, Role, authorise
from services.binding import Seen
from services.joining import Person
from services.recording import Recording
from services.refusals import Refusal
from services.tapping import Tap, mint, redeem
from services.telling import Kind, Place, show_card
from storage import Storage, Transaction
from storage.generations import Generation
from storage.media import Medium
from storage.members import Member
from storage.outbox import OutboxItem
from storage.posts import Post
from storage.publications import Publication
from tests.bot.desk import PHOTO

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday, half past ten in Madrid."""

CHANNEL = Seen(-1001, "channel", "Autumn Lane", "autumn_lane", {"can_post_messages": True})
OTHER = Seen(-1009, "channel", "Second", "second_lane", {"can_post_messages": True})
TEAM = Seen(-2002, "supergroup", "The team", None, {})


@dataclass(slots=True)
class Screen:
    """One message in a chat: its plain text and what its buttons carry."""

    chat_id: int
    message_id: int
    face: Face
    data: dict[str, str]

    @property
    def text(self) -> str:
        return render(self.face.text).text

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.face.rows for button in row]


@dataclass(slots=True)
class House:
    """The desk, its people and their chats. `clock` is a list of one moment, which tests move."""

    storage: Storage
    desk: Desk
    clock: list[datetime]
    owner: Actor
    table: Table = field(default_factory=lambda: Table.of(doors()))
    screens: dict[int, Screen] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    stopped: list[UUID] = field(default_factory=list)
    heard: list[Screen] = field(default_factory=list)
    _last: int = 100

    def later(self, **gap: float) -> None:
        self.clock[0] += timedelta(**gap)

    @property
    def last(self) -> Screen:
        """What the bot said last."""
        return self.heard[-1]

    async def say(
        self,
        words: str = "",
        *,
        by: Actor | None = None,
        media: int = 0,
        reply_to: int | None = None,
        is_forwarded: bool = False,
        chat_id: int | None = None,
    ) -> None:
        """One message of a person, answered as the dispatcher does."""
        actor = await self.present(by)
        place = Place(chat_id or actor.telegram_id)
        async with self.storage.begin(actor.workspace_id) as tx:
            turn = Turn(self.desk, tx, actor, place, words=words, is_forwarded=is_forwarded)
            turn.message = self._message(place, reply_to)
            turn.media = [self._photo(tx) for _ in range(media)]
            await self._answer(turn)
        self.stopped += turn.stopped
        await self.deliver()

    async def present(self, by: Actor | None) -> Actor:
        """The actor as he is now, read anew for every update as the dispatcher does."""
        person = Person((by or self.owner).telegram_id, "")
        async with self.storage.read(None) as tx:
            found = await self.desk.joining.actor(tx, person)
        assert found is not None
        return found

    async def _answer(self, turn: Turn) -> None:
        if turn.words.startswith("/"):
            name, _, turn.words = turn.words[1:].partition(" ")
            command = self.table.commands[name]
            authorise(turn.actor, command.action)
            if name != "cancel":
                await turn.awaited()
            await command.handler(turn)
            return
        awaited = None if turn.is_forwarded else await turn.awaited()
        if awaited is not None and turn.message is not None and turn.message.reply_to_message is None:
            answer = self.table.answer(awaited["kind"])
            authorise(turn.actor, answer.right)
            turn.tap = Tap(awaited["kind"], turn.actor.workspace_id, None, None, awaited["details"])
            await answer.handler(turn)
            return
        authorise(turn.actor, Action.DRAFT)
        await talking.on_words(turn)

    async def press(self, label: str, *, on: Screen | None = None, by: Actor | None = None) -> None:
        """One tap; `on` may be an old picture of a screen, as a slow phone shows it."""
        screen, actor = on or self.last, await self.present(by)
        data = screen.data[label]
        async with self.storage.begin(actor.workspace_id) as tx:
            turn = Turn(self.desk, tx, actor, Place(screen.chat_id), tapped_message_id=screen.message_id)
            turn.tap = await redeem(tx, data, chat_id=screen.chat_id, user_id=actor.user_id)
            press = self.table.press(turn.tap.action)
            authorise(actor, press.right)
            await tx.settings.drop(scope=turn.scope, name="awaited")
            await press.handler(turn)
        self.stopped += turn.stopped
        if turn.toast is not None:
            assert len(turn.toast) <= 200
            self.toasts.append(turn.toast)
        await self.deliver()

    async def refused(self, label: str, *, on: Screen | None = None, by: Actor | None = None) -> str:
        """What a tap that must not work says."""
        try:
            await self.press(label, on=on, by=by)
        except Refusal as refusal:
            return str(refusal)
        raise AssertionError(f"{label} was carried out")

    async def added(self, seen: Seen, *, by: Actor | None = None) -> None:
        """The bot's own membership changed."""
        actor = by or self.owner
        async with self.storage.begin(actor.workspace_id) as tx:
            await connecting.on_added(Turn(self.desk, tx, actor, Place(actor.telegram_id)), seen)
        await self.deliver()

    async def removed(self, seen: Seen) -> None:
        """The bot was thrown out."""
        async with self.storage.begin(None) as tx:
            await connecting.on_removed(tx, self.desk, seen)
        await self.deliver()

    async def deliver(self) -> None:
        """Sends everything that waits, each as it looks now."""
        async with self.storage.begin(None) as tx:
            items = await tx.outbox.claim(
                owner="t", now=tx.now, lease=timedelta(hours=1), limit=100, but_chats=[]
            )
        for item in items:
            await self._deliver(item)
        if items:
            await self.deliver()

    async def _deliver(self, item: OutboxItem) -> None:
        async with self.storage.begin(item.workspace_id) as tx:
            row = await tx.outbox.find(item.workspace_id, item.id)
            assert row is not None
            row.state = "sent"
            viewer = await self._viewer(item.telegram_chat_id)
            face = await face_of(tx, self.desk, row, viewer)
            if face is None:
                return
            number = row.message_id = await self._target(tx, row) or self._next()
            data = {
                one.label: _minted(tx, one, item.telegram_chat_id)
                for line in face.rows
                for one in line
                if not one.url
            }
            screen = Screen(item.telegram_chat_id, number, face, data)
            self._look_at(screen)
            await self._keep_number(tx, row, number)

    def _look_at(self, screen: Screen) -> None:
        """No face is ever empty, wider than a phone, or has a button that nobody answers."""
        assert screen.text.strip()
        for row in screen.face.rows:
            assert 0 < len(row) <= 3
            assert all(one.url or one.action in self.table.presses for one in row)
        assert len(screen.labels) == len(set(screen.labels))
        self.screens[screen.message_id] = screen
        self.heard.append(screen)

    async def _viewer(self, chat_id: int) -> Actor | None:
        if chat_id < 0:
            return None
        async with self.storage.read(None) as tx:
            return await self.desk.joining.actor(tx, Person(chat_id, ""))

    async def _target(self, tx: Transaction, item: OutboxItem) -> int | None:
        if item.kind == Kind.POST_CARD and item.subject_id is not None and not item.payload.get("is_fresh"):
            post = await tx.posts.get(item.subject_id)
            return post.card_message_id if post.telegram_chat_id == item.telegram_chat_id else None
        edits: int | None = item.payload.get("edits")
        return edits

    async def _keep_number(self, tx: Transaction, item: OutboxItem, number: int) -> None:
        if item.kind == Kind.POST_CARD and item.subject_id is not None:
            post = await tx.posts.get(item.subject_id)
            post.telegram_chat_id, post.card_message_id = item.telegram_chat_id, number

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _message(self, place: Place, reply_to: int | None) -> Message:
        chat = Chat(place.chat_id, "private")
        replied = None if reply_to is None else Message(reply_to, START, chat)
        return Message(self._next(), START, chat, reply_to_message=replied)

    def _photo(self, tx: Transaction) -> Medium:
        return tx.media.add(
            Medium(
                workspace_id=tx.workspace_id,
                id=tx.new_id(),
                kind=PHOTO,
                telegram_file_id="file",
                created_at=tx.now,
                updated_at=tx.now,
            )
        )

    async def member(self, telegram_id: int, name: str, role: Role) -> Actor:
        """Another person of the same workspace."""
        async with self.storage.begin(self.owner.workspace_id) as tx:
            user = await self.desk.joining.know(tx, Person(telegram_id, name))
            user.current_workspace_id = self.owner.workspace_id
            tx.members.add(
                Member(
                    workspace_id=self.owner.workspace_id, user_id=user.id, role=role.value, joined_at=tx.now
                )
            )
        async with self.storage.read(None) as tx:
            found = await self.desk.joining.actor(tx, Person(telegram_id, name))
        assert found is not None
        return found

    async def elsewhere(self, telegram_id: int, name: str) -> Actor:
        """The owner of another workspace."""
        async with self.storage.begin(None) as tx:
            person = Person(telegram_id, name)
            user = await self.desk.joining.know(tx, person)
            return await self.desk.joining._found(tx, user)

    async def connect(self, seen: Seen = CHANNEL) -> None:
        """A channel to publish on."""
        async with self.storage.begin(self.owner.workspace_id) as tx:
            await self.desk.binding.as_channel(tx, self.owner, seen)

    async def connect_team(self) -> None:
        """A chat where the team is told."""
        async with self.storage.begin(self.owner.workspace_id) as tx:
            await self.desk.binding.as_team_chat(tx, self.owner, TEAM)

    async def draft(self, text: str = "Autumn **sale** until Sunday", *, media: int = 0) -> Post:
        """A post as an agent's run leaves it, with its card in the owner's chat."""
        place = Place(self.owner.telegram_id)
        async with self.storage.begin(self.owner.workspace_id) as tx:
            run = await self.desk.asking.ask(tx, self.owner, place, prompt="A post about our sale")
            await tx.flush()
            run.status, run.model, run.duration_ms, run.output_text = "completed", "offline", 1234, text
            post = await self.desk.drafting.draft(
                tx, self.owner, text=text, generation_id=run.id, agent_id=run.agent_id
            )
            if media:
                await self.desk.drafting.attach(tx, self.owner, post, [self._photo(tx) for _ in range(media)])
            show_card(tx, post_id=post.id, place=place)
        await self.deliver()
        return post

    async def post(self, post_id: UUID) -> Post:
        async with self.storage.read(self.owner.workspace_id) as tx:
            return await tx.posts.get(post_id)

    async def publications(self, post_id: UUID) -> Sequence[Publication]:
        async with self.storage.read(self.owner.workspace_id) as tx:
            return await tx.publications.of_post(post_id)

    async def runs(self) -> Sequence[Generation]:
        """What waits for an agent in the owner's chat."""
        async with self.storage.read(self.owner.workspace_id) as tx:
            return await tx.generations.open_in(self.owner.telegram_id)

    async def ended(self, post_id: UUID, state: str, kind: Kind, *, url: str | None = None) -> None:
        """The publishing machine ends the post's publication and tells everybody, as recording does."""
        async with self.storage.begin(self.owner.workspace_id) as tx:
            row, now = (await tx.publications.of_post(post_id))[0], tx.now
            if kind is Kind.PUBLISHED:
                step = moving.publish(row, Receipt("9", url), now=now)
            elif kind is Kind.FAILED:
                step = moving.fail(row, why="Telegram refused it: too sad.", now=now)
            elif kind is Kind.UNCONFIRMED:
                step = moving.doubt(row, why="Telegram did not answer.", now=now)
            else:
                step = moving.miss(row, why="Its time passed while Fanfare was not running.", now=now)
            await tx.flush()
            await Recording().write(tx, [step])
            assert row.state == state
        await self.deliver()


def _minted(tx: Transaction, one: Button, chat_id: int) -> str:
    return mint(
        tx,
        chat_id=chat_id,
        action=one.action,
        subject_id=one.subject,
        subject_version=one.version,
        arguments=one.arguments,
        is_once=one.is_once,
    )
