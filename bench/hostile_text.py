"""What is the worst that a person could type? Texts of every kind that has broken a program, by seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

CORPUS = (
    "", " ", "\x00", "a\x00b", "\ud83d", "\udc00\ud83d", "\u202e\u202dgnp.exe", "\u2066\u2069" * 40, "\ufeff", "\u200b" * 200,
    "\u0301" * 300, "e" + "\u0301" * 400, "👨‍👩‍👧‍👦" * 50, "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣" * 90, "ﷺ" * 100, "𝕳𝖊𝖑𝖑𝖔", "ｆｕｌｌ", "Ω≈ç√∫˜µ≤≥÷", "田中さん", "سلام \u0660\u0661",
    "'; DROP TABLE posts; --", "' OR '1'='1", "\\", "\\\\\\'\"", "${7*7}", "{{7*7}}", "{0.__class__}", "%s%n%x%d", "{}{}{}", "%(now)s",
    "<script>alert(1)</script>", "<b>bold", "&lt;&#x202e;&#0;", "<!--", "]]>", "<?xml version='1.0'?>",
    '{"text": "x", "kind": "reply"}', '{"a":' * 50, "[" * 500, "]" * 500, "[x](javascript:alert(1))", "[x](tg://resolve?domain=x)",
    "[a]: http://x\n[a]", "![](http://x/y.png)", "**" * 2000, "*_`~|" * 300, "```", "```py\n" * 80, "> " * 500, "- " * 800,
    "| a | b |\n|---|---|\n" * 60, "#" * 500, "\n" * 3000, "\t" * 500, "\r\n" * 500, "\x0b\x0c\x1b[31m", "$$x$$ " * 50, "||s|| " * 200,
    "http://" + "a" * 3000, "https://[::1", "https://x:99999/", "@" * 300, "#tag" * 200, "/start/start", "/", "//", "/\x00", "/@", "/use @",
    "tomorrow" * 50, "in 99999999999999999999 hours", "in -1 hours", "31 Feb 25:61", "0000-00-00", "9999-12-31 23:59", "in 1e400 days",
    "Europe/Madrid\x00", "../../etc/passwd", "Etc/GMT+99", "UTC+99:99", "GMT-0", "a/b/c/d", "Europe", "posixrules", "localtime",
    "NaN", "Infinity", "-0", "1e309", "0x7f", "٣", "²", "None", "null", "undefined", "true", "\U0010ffff", "\ufffe\uffff", "\U000e0001",
)  # fmt: skip
"""Each of these has broken something somewhere: strings for naughty inputs in our own choice."""

_ALPHABETS = (
    "abc xyz",
    "*_`~|[]()>#!\\-+.={}<>&;'\"\n ",
    "\x00\x01\x07\x1b\x7f\x85\u2028\u2029\u200b\u200d\u202e\u2066\ufeff",
    "😀👍🏽👨‍👩‍👧🇪🇸1️⃣\ufe0f\u20e3",
    "абвгд 你好世界 مرحبا שלום",
    "".join(map(chr, range(0xD7F0, 0xE010))),
    "".join(map(chr, range(0x300, 0x370))) + "aeiou",
    "0123456789:/.-, +%$€",
)


def hostile(random: Random) -> str:
    """One text of this dice; at times 100,000 characters long."""
    return random.choice(_MAKERS)(random)


def _known(random: Random) -> str:
    return random.choice(CORPUS)


def _mixed(random: Random) -> str:
    return "".join(random.choice(CORPUS)[:200] for _ in range(random.randint(2, 6)))


def _drawn(random: Random) -> str:
    alphabet = random.choice(_ALPHABETS)
    return "".join(random.choice(alphabet) for _ in range(random.randint(1, 200)))


def _any(random: Random) -> str:
    return "".join(chr(random.randrange(0x110000)) for _ in range(random.randint(1, 120)))


def _wrapped(random: Random) -> str:
    inner = random.choice(("our sale", "tomorrow 9am", "Europe/Madrid", "in 2 hours", "Ideas"))
    return f"{_drawn(random)[:20]}{inner}{_drawn(random)[:20]}"


def _long(random: Random) -> str:
    piece = random.choice(CORPUS)[:50] or "x"
    return (piece * (random.choice((4096, 20_001, 100_000)) // len(piece) + 1))[:100_000]


_MAKERS: tuple[Callable[[Random], str], ...] = (
    *(_known,) * 6,
    *(_mixed,) * 5,
    *(_drawn,) * 5,
    *(_any,) * 3,
    *(_wrapped,) * 4,
    _long,
)
