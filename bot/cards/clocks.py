"""Whose clocks stand on a card? The account's own where it has some, and what the readers' clocks say beside them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rendering import escape
from services.scheduling import local_of
from services.time_placing import WEEKDAYS, note_on
from services.time_zones import stored_zone
from storage.accounts import Account
from storage.publications import MOVING, Publication


def clocks_of(account: Account, zone: ZoneInfo) -> ZoneInfo:
    """The zone to show an account's moments in: its own, or the reader's `zone` where it has none."""
    return stored_zone(account.zone) if account.zone else zone


def city(zone: ZoneInfo) -> str:
    """How a zone is called in a sentence: its city, such as "New York"; not escaped."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def elsewhere(at: datetime, account: Account, *, zone: ZoneInfo) -> list[str]:
    """What the clocks of the account and of its readers say at a moment that is said in `zone`; Markdown, a line each.

    Clocks that say the same are left out, and so is whoever nobody has given a zone.
    """
    told = {at.astimezone(zone).utcoffset()}
    lines = []
    for name, who in (
        (account.zone, "the account's own zone"),
        (account.audience_zone, "where the audience is"),
    ):
        there = None if name is None else stored_zone(name)
        if there is None or at.astimezone(there).utcoffset() in told:
            continue
        told.add(at.astimezone(there).utcoffset())
        lines.append(escape(f"{_pair(at, zone, there)}, {who}."))
    return lines


def _pair(at: datetime, here: ZoneInfo, there: ZoneInfo) -> str:
    """Such as "09:00 in Dubai is 06:00 in Berlin"; with the weekday where it is another day there."""
    local, other = at.astimezone(here), at.astimezone(there)
    day = "" if local.date() == other.date() else f"{WEEKDAYS[other.weekday()]} "
    return f"{local:%H:%M} in {city(here)} is {day}{other:%H:%M} in {city(there)}"


def change_of_clocks(publication: Publication, *, zone: ZoneInfo) -> str:
    """How a gap or an overlap of the clocks was resolved for what has not left yet; Markdown, empty where none was near.

    `zone` is the one that the card speaks in; the change is named with its own where that is another one.
    """
    if publication.state not in {"scheduled", *MOVING}:
        return ""
    own = stored_zone(publication.zone)
    note = note_on(publication.due_at, own, said=local_of(publication))
    return escape(f"{own.key}: {note}" if note and own.key != zone.key else note)
