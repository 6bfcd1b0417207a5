"""How does a member want it? Zone, language and the account to publish on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from services.authorising import Action, Actor, authorise
from services.refusals import NotFound
from storage import Transaction
from storage.accounts import Account

LANGUAGES = {"en": "English", "ru": "Русский", "es": "Español", "zh": "简体中文"}
"""The languages in which a moment may be written; the desk itself speaks English for now."""


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
