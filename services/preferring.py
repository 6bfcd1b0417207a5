"""How does a member want it? Zone, language and the account to publish on; and which clocks an account goes by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from services.authorising import Action, Actor, authorise
from services.refusals import NotFound
from storage import Transaction
from storage.accounts import Account

LANGUAGES = {"en": "English", "ru": "Русский", "es": "Español", "zh": "简体中文"}
"""The languages in which a moment may be written; the desk itself speaks English for now."""


class Clocks(StrEnum):
    """Whose clocks: the account's own, in which it is planned and shown, or those of the people who read it."""

    OWN = "own"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True)
class Preferring:
    """Keeps what a member prefers."""

    async def zone(self, tx: Transaction, actor: Actor, zone: ZoneInfo) -> None:
        """The member's time zone; moments are read and shown in it from now on. Nothing scheduled moves."""
        authorise(actor, Action.PREFER)
        (await tx.users.get(actor.user_id)).zone = str(zone)

    async def language(self, tx: Transaction, actor: Actor, language: str) -> None:
        """The member's language, one of `LANGUAGES`."""
        authorise(actor, Action.PREFER)
        if language not in LANGUAGES:
            raise NotFound("That language is not there.", "Choose one in /settings.")
        (await tx.users.get(actor.user_id)).language = language

    async def account(self, tx: Transaction, actor: Actor, account_id: UUID) -> Account:
        """The account that the member publishes on when he names none."""
        authorise(actor, Action.PREFER)
        account = await tx.accounts.find(account_id)
        member = await tx.members.find(actor.user_id)
        if account is None or member is None:
            raise NotFound("That account is not here.", "See /settings.")
        member.default_account_id = account.id
        return account

    async def account_clocks(
        self, tx: Transaction, actor: Actor, account_id: UUID, *, which: Clocks, zone: ZoneInfo | None
    ) -> Account:
        """Where an account's own clocks are, or its readers' (None: nobody says). Nothing scheduled moves."""
        authorise(actor, Action.CONFIGURE)
        account = await tx.accounts.find(account_id)
        if account is None:
            raise NotFound("That account is not here.", "See /settings.")
        authorise(actor, Action.CONFIGURE, account)
        name = None if zone is None else zone.key
        if which is Clocks.OWN:
            account.zone = name
        else:
            account.audience_zone = name
        account.updated_at = tx.now
        return account
