"""When does a wish come true on the practice network? At once, or after a while for slow media; once per key."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Literal, TypeAlias

from sandbox.deed import Deed
from sandbox.network_state import Entry, Pending, honours_keys
from sandbox.network_wishes import Wish
from sandbox.parts import Parts
from sandbox.refusals import Refused, too_many
from sandbox.shapes import Doc

MOST_WORKING = 1000
"""Slow media that are worked on at once; whoever comes then is asked to wait."""

Made: TypeAlias = Entry | Pending


@dataclass(frozen=True)
class Posting:
    """Writes what stands on the network. What it is working on is in the journal, so that a restart goes on with it."""

    parts: Parts
    _at_work: set[str] = field(default_factory=set)

    def put_up(self, wish: Wish) -> Made:
        """What the wish made, or had made before with the same key. Refuses what belongs to a post that is not there."""
        now = self.parts.clock.now()
        if known := self._known(wish, now.timestamp()):
            return known
        posts = self.parts.world.network.posts
        for name in ("reply_to", "root"):
            if name in wish.fields and wish.fields[name] not in posts:
                raise Refused(422, f"{name} names no post")
        if wish.under is not None and wish.under not in posts:
            raise Refused(404, "there is no such post")
        return self._stand(wish, now) if wish.pace == "at once" else self._take_in(wish, now)

    def resume(self) -> None:
        """Goes on with slow media that nobody works on: those that were begun before a restart."""
        for token in self.parts.world.network.working.keys() - self._at_work:
            self._at_work.add(token)
            task = asyncio.create_task(self._work(token))
            self.parts.late.add(task)
            task.add_done_callback(self.parts.late.discard)

    def _known(self, wish: Wish, now: float) -> Made | None:
        if not wish.key or not honours_keys(wish.account):
            return None
        since = -inf if wish.account.startswith("keyed") else now - self.parts.network.key_seconds
        return self.parts.world.network.keyed(wish.account, wish.key, since=since)

    def _stand(self, wish: Wish, now: datetime) -> Entry:
        network = self.parts.world.network
        row = wish.row(network.next_id(), now.isoformat())
        table: Literal["posts", "comments"] = "posts" if wish.under is None else "comments"
        with Deed(self.parts.world, wish.method, chat_id=wish.account, fault=wish.fault) as deed:
            deed.put(table, f"{wish.account}/{row['id']}", row)
        return (network.posts if wish.under is None else network.comments)[row["id"]]

    def _take_in(self, wish: Wish, now: datetime) -> Pending:
        network = self.parts.world.network
        if len(network.working) >= MOST_WORKING:
            raise too_many(1)
        moment = now.timestamp()
        pending = Pending(
            token=network.next_id(),
            account=wish.account,
            key=wish.key,
            moment=moment,
            ready=moment + self.parts.network.pending_seconds,
            state="working",
            will_fail=wish.pace == "broken",
            fields=wish.fields,
        )
        with Deed(self.parts.world, "practice.pending", chat_id=wish.account, fault=wish.fault) as deed:
            deed.put("pending", pending.token, pending.row())
        self.resume()
        return pending

    async def _work(self, token: str) -> None:
        """Waits until the media are ready; the post and the news that it is there are one line of the journal."""
        world = self.parts.world
        pending = world.network.working[token]
        await asyncio.sleep(max(0.0, pending.ready - self.parts.clock.now().timestamp()))
        if pending.will_fail:
            with Deed(world, "practice.pending", chat_id=pending.account) as deed:
                deed.put("pending", token, pending.row(state="failed"))
        else:
            self._finish(pending)
        self._at_work.discard(token)

    def _finish(self, pending: Pending) -> None:
        world = self.parts.world
        number = world.network.next_id()
        row: Doc = Wish(pending.account, pending.key, pending.fields).row(
            number, self.parts.clock.now().isoformat()
        )
        with Deed(world, "practice.post", chat_id=pending.account) as deed:
            deed.put("posts", f"{pending.account}/{number}", row)
            deed.put("pending", pending.token, pending.row(state="ready", entry_id=number))
