"""May this publication leave now? Its account, its moment, its approval and its platform's rules are asked, in this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from integrations.contract import Draft, Platform
from services import moving
from services.drafting import compose, content_hash
from services.freezing import frozen, thawed
from services.lateness import Verdict, verdict, why_let_go
from services.moving import Step
from services.parting import problems_of
from services.scheduling import QUEUE_PAUSED
from storage.claims import Held


@dataclass(frozen=True, slots=True)
class Ready:
    """It may leave: the whole draft as it was frozen, and the one part of it that is next."""

    whole: Draft
    part: Draft
    platform: Platform


Judged: TypeAlias = Ready | Step


@dataclass(frozen=True, slots=True)
class Judging:
    """Looks at one row and what stands beside it; freezes what will be sent, or says why nothing is."""

    platforms: Mapping[str, Platform]

    def judge(self, row: Held, *, now: datetime) -> Judged:
        """Whether the row may leave. Asked again for every part and after every pause."""
        if stays := self._stays(row, now=now):
            return stays
        platform = self.platforms[row.platform]
        whole = drafted(row)
        digest = content_hash(whole, account_id=row.account_id, due_at=row.due_at)
        if not _is_allowed(row, digest):
            return moving.hold(row, why="Nobody has approved exactly this text yet.", now=now)
        if problems := problems_of(platform, whole):
            return moving.fail(row, why=f"{problems[0].message} {problems[0].next_step}", now=now)
        row.payload, row.payload_hash = frozen(whole), digest
        part = whole.part(row.part, done=row.remote_ids)
        if part.role == "comment" and part.answers is None:
            why = "a person saw the post, and its number is not known."
            return moving.publish_without_comment(row, why=why, now=now)
        return Ready(whole, part, platform)

    def _stays(self, row: Held, *, now: datetime) -> Step | None:
        """Why the row does not leave, whatever it says: its account, its queue, its moment."""
        beside = row.beside
        if beside.account_status != "active" or row.platform not in self.platforms:
            why = beside.account_error or f"{beside.account_name} is {beside.account_status}."
            return moving.hold(row, why=why, now=now)
        if beside.is_queue_paused:
            return moving.hold(row, why=QUEUE_PAUSED, now=now)
        return self._late(row, now=now)

    def again(self, row: Held) -> Ready | None:
        """What an armed row has sent already, as it was frozen; None when its platform is not set up any more."""
        platform = self.platforms.get(row.platform)
        if platform is None:
            return None
        whole = thawed(row.payload)
        return Ready(whole, whole.part(row.part, done=row.remote_ids), platform)

    def _late(self, row: Held, *, now: datetime) -> Step | None:
        """What becomes of a row whose moment went by; one that is partly out, or that a person sent late, goes on."""
        if row.is_late_accepted or row.part:
            return None
        minutes = row.beside.team_minutes if row.late_minutes is None else row.late_minutes
        mode = row.late_mode or row.beside.team_mode
        found = verdict(due_at=row.due_at, now=now, minutes=minutes, mode=mode)
        if found is Verdict.SEND:
            return None
        why = "Its time passed while Fanfare was not running."
        if row.reason:
            why = f"It could not be sent in time: {row.reason}"
        if found is Verdict.ASK:
            return moving.miss(row, why=why, now=now)
        return moving.let_go(row, why=f"{why} {why_let_go(minutes)}", now=now)


def drafted(row: Held) -> Draft:
    """What the platform would be handed for this row as everything stands now."""
    beside = row.beside
    return compose(
        account=beside.account,
        handle=beside.handle,
        account_facts=beside.account_facts,
        post_facts=beside.post_facts,
        text=beside.post_text if beside.variant_text is None else beside.variant_text,
        media=beside.media,
    )


def _is_allowed(row: Held, digest: str) -> bool:
    beside = row.beside
    return (
        beside.approved_hash == digest
        and beside.voided_at is None
        and beside.approved_account_id == row.account_id
        and (beside.consumed_at is None or row.payload_hash == digest)
    )
