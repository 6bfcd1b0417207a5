"""How does something become true? A deed gathers the changes of one accepted effect and writes one line."""

from types import TracebackType
from typing import Self

from sandbox.live import Kind
from sandbox.shapes import Doc, Json
from sandbox.world import Table, World

DEFAULT_UPDATES_WITHOUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Deed:
    """One accepted effect. `with world deed:` changes the world at once and journals when the block ends.

    Code between the first change and the end must not await, so that nobody sees half a deed. A block that
    raises before its first change leaves no line; a deed with `always` leaves one even without changes.
    """

    def __init__(
        self,
        world: World,
        method: str,
        *,
        bot_id: int | None = None,
        person_id: int | None = None,
        chat_id: int | str | None = None,
        fault: str | None = None,
        always: bool = False,
    ) -> None:
        self.world = world
        self._head: Doc = {
            "bot_id": bot_id,
            "person_id": person_id,
            "method": method,
            "chat_id": chat_id,
            "message_id": None,
            "fault": fault,
        }
        self._parts: dict[str, list[Json]] = {}
        self._events: list[tuple[Kind, str, Doc, int | None]] = []
        self._rung: set[int] = set()
        self._always = always

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._parts and not (self._always and error is None):
            return
        world = self.world
        at = world.clock.now().isoformat(timespec="milliseconds")
        world.journal.append({"at": at, **self._head, **self._parts})
        for bot_id in self._rung:
            world.queues[bot_id].bell.ring()
        for event in self._events:
            world.live.tell(*event)

    def _add(self, part: str, item: Json) -> None:
        self._parts.setdefault(part, []).append(item)

    def put(self, table: Table, key: str | int, value: Doc | None) -> None:
        """Set a row of the world, or drop it with None."""
        self._add("rows", [table, str(key), value])
        self.world.put(table, str(key), value)

    def message(self, conversation: str, message: Doc, author_id: int) -> None:
        """A new message stands in a conversation."""
        if self._head["message_id"] is None:
            self._head["message_id"] = message["message_id"]
            self._head["chat_id"] = message["chat"]["id"]
        self._add("messages", {"conversation": conversation, "message": message, "author_id": author_id})
        self.world.add_message(conversation, message, author_id)
        self.event("message", conversation, message)

    def edit(self, conversation: str, message: Doc) -> None:
        """A message that stands there is replaced by its edited form."""
        if self._head["message_id"] is None:
            self._head["message_id"] = message["message_id"]
            self._head["chat_id"] = message["chat"]["id"]
        self._add("edits", {"conversation": conversation, "message": message})
        self.world.messages[conversation][message["message_id"]] = message
        self.event("edit", conversation, message)

    def delete(self, conversation: str, message_ids: list[int]) -> None:
        """Messages are gone."""
        self._head["message_id"] = self._head["message_id"] or message_ids[0]
        self._add("deletions", {"conversation": conversation, "message_ids": message_ids})
        self.world.drop_messages(conversation, message_ids)
        self.event("delete", conversation, {"message_ids": message_ids})

    def answer(self, answer: Doc) -> None:
        """A callback or inline query was answered."""
        self._add("answers", answer)

    def update(self, bot_id: int, kind: str, payload: Doc) -> None:
        """Queue an update for a bot, if it wants that kind. Bot API: Update."""
        settings = self.world.row("settings", bot_id) or {}
        allowed = settings.get("allowed_updates")
        if (kind not in allowed) if allowed else (kind in DEFAULT_UPDATES_WITHOUT):
            return
        queue = self.world.queues[bot_id]
        update = {"update_id": queue.last_id + 1, kind: payload}
        self._add("updates", {"bot_id": bot_id, "update": update})
        queue.push(update)
        self._rung.add(bot_id)

    def raw_update(self, bot_id: int, payload: Json) -> None:
        """Queue anything for a bot, verbatim."""
        self._add("updates", {"bot_id": bot_id, "update": payload, "raw": True})
        self.world.queues[bot_id].push_raw(payload)
        self._rung.add(bot_id)

    def confirm(self, bot_id: int, **what: int) -> None:
        """Updates are forgotten: `before` an offset, or exactly `update_id`."""
        item = {"bot_id": bot_id, **what}
        self._add("confirmed", item)
        self.world.confirm(item)

    def event(self, kind: Kind, conversation: str, data: Doc, only: int | None = None) -> None:
        """Tell people's screens once the deed is written; not part of the journal."""
        self._events.append((kind, conversation, data, only))
