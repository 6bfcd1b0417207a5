"""What do text and entities look like behind a message in HTML? Bot API: HTML style."""

import re
from dataclasses import dataclass

from sandbox.shapes import Doc
from sandbox.writer import Writer, broken

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));?")
_START = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)")
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z][a-zA-Z0-9-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")


@dataclass
class _Open:
    tag: str
    start: int
    attributes: dict[str, str]


def parse_html(source: str) -> tuple[str, list[Doc]]:
    """Plain text and entities; refuses unknown, crossed and open tags."""
    out, stack, i = Writer(), list[_Open](), 0
    while i < len(source):
        if source[i] == "&":
            i = _entity(source, i, out)
        elif source.startswith("</", i):
            i = _end(source, i, out, stack)
        elif source[i] == "<":
            i = _begin(source, i, out, stack)
        else:
            stop = min((p for p in (source.find("<", i), source.find("&", i)) if p >= 0), default=len(source))
            out.put(source[i:stop])
            i = stop
    if stack:
        raise broken(source, None, f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return out.result()


def _decoded(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return NAMED.get(name, match.group())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match.group()


def _entity(source: str, i: int, out: Writer) -> int:
    match = _ENTITY.match(source, i)
    out.put(_decoded(match) if match else "&")
    return match.end() if match else i + 1


def _end(source: str, i: int, out: Writer, stack: list[_Open]) -> int:
    stop = source.find(">", i)
    if stop < 0:
        raise broken(source, i, "Unclosed end tag")
    name = source[i + 2 : stop].strip().lower()
    if not stack:
        raise broken(source, i, "Unexpected end tag")
    tag = stack.pop()
    if name and name != tag.tag:
        found = f', expected "</{tag.tag}>", found "</{name}>"'
        raise broken(source, i, "Unmatched end tag", found)
    _close(tag, out, stack)
    return stop + 1


def _begin(source: str, i: int, out: Writer, stack: list[_Open]) -> int:
    match = _START.match(source, i)
    name = match.group(1).lower() if match else ""
    if match is None or name not in KINDS:
        raise broken(source, i, f'Unsupported start tag "{name}"')
    at, attributes = match.end(), dict[str, str]()
    while at < len(source) and source[at] != ">":
        found = _ATTRIBUTE.match(source, at)
        if found is None:
            if source[at:].strip() and not source[at].isspace():
                raise broken(source, at, f'Empty attribute name in the tag "{name}"')
            at += 1
            continue
        value = (found.group(2) or "").strip("\"'")
        attributes[found.group(1).lower()] = _ENTITY.sub(_decoded, value)
        at = found.end()
    if at >= len(source):
        raise broken(source, i, f'Unclosed start tag "{name}"')
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise broken(source, i, 'Tag "span" must have class "tg-spoiler"')
    stack.append(_Open(name, out.length, attributes))
    return at + 1


def _close(tag: _Open, out: Writer, stack: list[_Open]) -> None:
    kind, more = KINDS[tag.tag], dict[str, object]()
    if tag.tag == "a":
        url = tag.attributes.get("href") or "".join(out.parts)
        if tag.attributes.get("href") is None or "." not in url.replace("tg://", "."):
            return
        if url.startswith("tg://user?id="):
            return
        more["url"] = url if "://" in url else f"http://{url}"
    if tag.tag == "code" and stack and stack[-1].tag == "pre" and stack[-1].start == tag.start:
        stack[-1].attributes["language"] = tag.attributes.get("class", "").removeprefix("language-")
        return
    if tag.tag == "pre" and tag.attributes.get("language"):
        more["language"] = tag.attributes["language"]
    if tag.tag == "blockquote" and "expandable" in tag.attributes:
        kind = "expandable_blockquote"
    if tag.tag == "tg-emoji":
        more["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
    if tag.tag == "tg-time":
        more["unix_time"] = int(tag.attributes.get("unix") or 0)
    out.close(kind, tag.start, **more)
