"""What is true in the sandbox right now, and how is it rebuilt from the journal?

Everything is JSON: rows in named tables, messages per conversation, one queue of updates per bot. Nothing is
changed except by a `Deed`, whose journal line `apply` understands; so replaying the journal gives the world.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, TypeAlias

from sandbox.clock import Clock
from sandbox.journal import Journal
from sandbox.live import Live
from sandbox.network_state import KINDS, Network
from sandbox.queues import Queue
from sandbox.shapes import Doc

Table: TypeAlias = Literal[
    "bots",  # bot id -> the bot, with its token
    "persons",  # person id -> the person
    "chats",  # chat id -> group, supergroup or channel with members and topics
    "private",  # "person@bot" -> whether the conversation was started and the bot blocked
    "files",  # file id -> what kind of file, its size and name
    "settings",  # bot id -> webhook and allowed updates
    "commands",  # "bot/scope/language" -> a list of commands
    "menus",  # "bot/chat" -> a menu button
    "reactions",  # "conversation/message" -> who reacted how
    "markups",  # "conversation/message" -> reply keyboard that the message brought
    "callbacks",  # callback query id -> who tapped what, and whether it was answered
    "polls",  # poll id -> the poll, where it stands and who voted
    "posts",  # "account/post" -> a post on the practice network; these three live in `World.network`
    "comments",  # "account/comment" -> a comment under such a post
    "pending",  # token -> a post whose media are being worked on
]


class World:
    """The state; reading it is free, writing goes through `Deed`."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self.journal = journal
        self.clock = clock
        self.live = Live(int(clock.now().timestamp() * 1000))
        self.tables: defaultdict[str, dict[str, Doc]] = defaultdict(dict)
        self.messages: defaultdict[str, dict[int, Doc]] = defaultdict(dict)
        self.authors: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self.last_ids: defaultdict[str, int] = defaultdict(int)
        self.queues: defaultdict[int, Queue] = defaultdict(Queue)
        self.tokens: dict[str, int] = {}
        self.network = Network()
        for record in journal:
            self.apply(record)

    def apply(self, record: Doc) -> None:
        """Make one journal line true; used at the start, line by line."""
        for table, key, value in record.get("rows", ()):
            self.put(table, key, value)
        for item in record.get("messages", ()):
            self.add_message(item["conversation"], item["message"], item["author_id"])
        for item in record.get("edits", ()):
            self.messages[item["conversation"]][item["message"]["message_id"]] = item["message"]
        for item in record.get("deletions", ()):
            self.drop_messages(item["conversation"], item["message_ids"])
        for item in record.get("updates", ()):
            queue = self.queues[item["bot_id"]]
            (queue.push_raw if item.get("raw") else queue.push)(item["update"])
        for item in record.get("confirmed", ()):
            self.confirm(item)

    def put(self, table: str, key: str, value: Doc | None) -> None:
        """Set one row, or drop it with None; what stands on the practice network stays there."""
        if table in KINDS and value is not None:
            self.network.put(table, value)
            return
        if table == "bots" and value is not None:
            self.tokens = {t: b for t, b in self.tokens.items() if b != value["id"]}
            self.tokens[value["token"]] = value["id"]
        if value is None:
            self.tables[table].pop(key, None)
        else:
            self.tables[table][key] = value

    def add_message(self, conversation: str, message: Doc, author_id: int) -> None:
        """Store a new message under its own number."""
        number = message["message_id"]
        self.authors[conversation][number] = author_id
        self.messages[conversation][number] = message
        self.last_ids[conversation] = max(self.last_ids[conversation], number)

    def drop_messages(self, conversation: str, message_ids: Iterable[int]) -> None:
        """Forget messages; their numbers are never used again."""
        for number in message_ids:
            self.messages[conversation].pop(number, None)

    def confirm(self, item: Doc) -> None:
        """Forget updates: below an offset (polling) or one by its id (webhook)."""
        queue = self.queues[item["bot_id"]]
        if "before" in item:
            queue.mark_shown(item.get("raws", 0))
            queue.confirm_before(item["before"])
        else:
            queue.confirm_one(item["update_id"])

    def row(self, table: Table, key: str | int) -> Doc | None:
        """One row, or None."""
        return self.tables.get(table, {}).get(str(key))

    def rows(self, table: Table) -> list[Doc]:
        """All rows of a table, in the order they came."""
        return list(self.tables.get(table, {}).values())

    def message(self, conversation: str, message_id: int) -> Doc | None:
        """One message as the Bot API shows it, or None."""
        return self.messages.get(conversation, {}).get(message_id)

    def author_id(self, conversation: str, message_id: int) -> int | None:
        """Who wrote a message; channel posts do not say it themselves."""
        return self.authors.get(conversation, {}).get(message_id)

    def next_message_id(self, conversation: str) -> int:
        """The number that the next message of the conversation gets."""
        return self.last_ids.get(conversation, 0) + 1
