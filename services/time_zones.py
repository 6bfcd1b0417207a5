"""Which time zone does a name mean? IANA names, UTC and its offsets, and a table of cities; nothing is guessed.

Source of the zones: the IANA time zone database, through `zoneinfo`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, timedelta, timezone, tzinfo
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from services.refusals import Unclear

# A city by its names in English, Russian (nominative and after «по»/«в»), Spanish and Chinese.
CITIES = {
    "Africa/Cairo": "cairo|каир|каиру|каире|el cairo|开罗",
    "Africa/Johannesburg": "johannesburg|cape town",
    "Africa/Lagos": "lagos",
    "Africa/Nairobi": "nairobi",
    "America/Argentina/Buenos_Aires": "buenos aires|буэнос айрес",
    "America/Bogota": "bogota|bogotá",
    "America/Chicago": "chicago|dallas|houston|чикаго|芝加哥",
    "America/Denver": "denver",
    "America/Lima": "lima",
    "America/Los_Angeles": "los angeles|san francisco|seattle|лос анджелес|洛杉矶",
    "America/Mexico_City": "mexico city|ciudad de mexico|мехико",
    "America/New_York": "new york|nyc|boston|miami|washington|нью йорк|нью йорку|nueva york|纽约",
    "America/Santiago": "santiago de chile",
    "America/Sao_Paulo": "sao paulo|rio de janeiro|сан паулу",
    "America/Toronto": "toronto|торонто",
    "Asia/Almaty": "almaty|алматы",
    "Asia/Bangkok": "bangkok|бангкок|бангкоку|曼谷",
    "Asia/Dhaka": "dhaka",
    "Asia/Dubai": "dubai|abu dhabi|дубай|дубаю|дубае|迪拜",
    "Asia/Ho_Chi_Minh": "ho chi minh city|saigon",
    "Asia/Hong_Kong": "hong kong|hongkong|гонконг|гонконгу|香港",
    "Asia/Jakarta": "jakarta",
    "Asia/Jerusalem": "jerusalem|tel aviv|иерусалим|тель авив",
    "Asia/Karachi": "karachi",
    "Asia/Kolkata": "kolkata|mumbai|delhi|new delhi|bangalore|дели|мумбаи|孟买",
    "Asia/Manila": "manila",
    "Asia/Riyadh": "riyadh",
    "Asia/Seoul": "seoul|сеул|сеулу|首尔",
    "Asia/Shanghai": "beijing|shanghai|пекин|пекину|шанхай|pekin|北京|上海",
    "Asia/Singapore": "singapore|сингапур|сингапуру|singapur|新加坡",
    "Asia/Tashkent": "tashkent|ташкент|ташкенту",
    "Asia/Tbilisi": "tbilisi|тбилиси",
    "Asia/Tehran": "tehran",
    "Asia/Tokyo": "tokyo|токио|tokio|东京",
    "Asia/Yerevan": "yerevan|ереван|еревану",
    "Australia/Sydney": "sydney|сидней|悉尼",
    "Europe/Amsterdam": "amsterdam",
    "Europe/Athens": "athens|афины",
    "Europe/Berlin": "berlin|munich|берлин|берлину|柏林",
    "Europe/Brussels": "brussels",
    "Europe/Istanbul": "istanbul|стамбул|стамбулу|estambul",
    "Europe/Kyiv": "kyiv|kiev|киев|киеву",
    "Europe/Lisbon": "lisbon|lisboa|лиссабон",
    "Europe/London": "london|лондон|лондону|londres|伦敦",
    "Europe/Madrid": "madrid|barcelona|мадрид|мадриду|马德里",
    "Europe/Moscow": "moscow|msk|москва|москве|московское|московскому|мск|moscu|莫斯科",
    "Europe/Paris": "paris|париж|парижу|巴黎",
    "Europe/Rome": "rome|рим|roma",
    "Europe/Vienna": "vienna",
    "Europe/Warsaw": "warsaw|варшава",
    "Europe/Zurich": "zurich",
    "Pacific/Auckland": "auckland",
}

# Abbreviations with one meaning, as what they say: a fixed distance from UTC (summer time has its own letters).
ABBREVIATIONS = {
    "UTC": "utc|gmt",
    "UTC-10": "hst",
    "UTC-8": "pst",
    "UTC-7": "pdt|mst",
    "UTC-6": "mdt",
    "UTC-5": "est|cdt",
    "UTC-4": "edt",
    "UTC+1": "cet",
    "UTC+2": "cest|eet",
    "UTC+3": "eest",
    "UTC+9": "jst|kst",
    "UTC+10": "aest",
}
AMBIGUOUS = ("ist", "bst", "cst", "ast")

_OFFSET_NAMED = re.compile(r"\b(?:utc|gmt) ?(?:([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?)(?![0-9:])")
_OFFSET_AFTER_CLOCK = re.compile(r"(?<=:[0-9]{2}) ?([+])([0-9]{2}):?([0-9]{2})(?![0-9:])")
_OFFSET_OF_ISO = re.compile(
    r"(?<=[0-9]t[0-9]{2}:[0-9]{2})(?::[0-9]{2})?([+-])([0-9]{2}):?([0-9]{2})(?![0-9:])"
)
_ZULU = re.compile(r"(?<=:[0-9]{2})z\b")
_IANA = re.compile(r"\b[a-z]{2,14}(?:/[a-z0-9_+-]{1,30}){1,2}")
_WIDEST = 14 * 60
_LONGEST_NAME = 64


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name in any case, of UTC, or of a city of the table.

    Raises `Unclear`, with the nearest names as the next step, for anything else; abbreviations such as EST are refused
    because they do not follow summer time.
    """
    wanted = _plain(name[:_LONGEST_NAME])
    found = _iana().get(wanted.replace(" ", "_")) or _cities().get(wanted.replace("-", " "))
    if len(name) > _LONGEST_NAME or found is None:
        raise Unclear("I do not know this time zone.", _nearest(wanted))
    return ZoneInfo(found)


def _nearest(wanted: str) -> str:
    known = _cities() | {zone.rpartition("/")[2]: proper for zone, proper in _iana().items() if "/" in zone}
    close = get_close_matches(wanted.replace("_", " "), known, n=3, cutoff=0.75)
    if close:
        return "Did you mean " + " or ".join(dict.fromkeys(known[one] for one in close)) + "?"
    return "Send a large city, such as Madrid, or a name such as Europe/Madrid, or UTC."


def take_zones(folded: str) -> tuple[str, list[str]]:
    """Cuts UTC offsets and IANA names out of folded words: what is left, and the zones found.

    A sign and hours without "UTC" count only after a clock, with a minus only in the ISO form: in "10:00-12:00" a
    range is meant.
    """
    found: list[str] = []
    for pattern in (_OFFSET_NAMED, _OFFSET_OF_ISO, _OFFSET_AFTER_CLOCK):
        match = pattern.search(folded)
        if match is not None:
            found.append(_offset_name(match[1], int(match[2]), int(match[3] or 0)))
            folded = f"{folded[: match.start()]} {folded[match.end() :]}"
    folded, zulu = _ZULU.subn(" ", folded)
    found.extend(["UTC"] * (zulu > 0))
    for match in list(_IANA.finditer(folded)):
        zone = _iana().get(match[0])
        if zone is not None:
            found.append(zone)
            folded = folded.replace(match[0], " ", 1)
    return re.sub(r"(?<=[0-9])t(?=[0-9])", " ", folded), found


def zone_of(name: str) -> tzinfo:
    """The zone of a name that `take_zones` or the tables gave: IANA, or `UTC+h` and `UTC-h:mm`."""
    if not name.startswith("UTC"):
        return ZoneInfo(name)
    hours, _, minutes = name[4:].partition(":")
    away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-away if name[3:4] == "-" else away) if away else UTC


def known_zone(name: str) -> ZoneInfo | None:
    """The zone that was stored under this IANA name, or None when this machine's zone data do not have it (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def stored_zone(name: str) -> ZoneInfo:
    """The zone of a stored name; UTC in place of one that has vanished, so that nothing stops because of it."""
    return known_zone(name) or ZoneInfo("UTC")


def offset_text(away: timedelta) -> str:
    """A distance from UTC as people write it: `UTC`, `UTC+1`, `UTC-3:30`."""
    minutes = abs(round(away.total_seconds() / 60))
    sign = "-" if away < timedelta() else "+"
    rest = f":{minutes % 60:02}" if minutes % 60 else ""
    return f"UTC{sign}{minutes // 60}{rest}" if minutes else "UTC"


def _offset_name(sign: str, hours: int, minutes: int) -> str:
    if hours * 60 + minutes > _WIDEST or minutes > 59:  # noqa: PLR2004 - minutes of an hour
        raise Unclear("There is no such distance from UTC; the widest is 14 hours.")
    away = timedelta(hours=hours, minutes=minutes)
    return offset_text(-away if sign == "-" else away)


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(one for one in apart if unicodedata.category(one) != "Mn").split())


@cache
def _iana() -> dict[str, str]:
    """Lower-case name to proper name; names without a continent are left out but UTC (`EST` is a trap)."""
    named = {zone.lower(): zone for zone in available_timezones() if "/" in zone}
    return named | {"utc": "UTC", "gmt": "UTC"}


@cache
def _cities() -> dict[str, str]:
    return {_plain(name): zone for zone, names in CITIES.items() for name in names.split("|")}
