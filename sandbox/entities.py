"""Which text and entities does a message get from what a bot sent? Bot API: formatting options."""

from sandbox.detect import detect
from sandbox.html_text import parse_html
from sandbox.markdown_text import parse_markdown, parse_markdown_v2
from sandbox.refusals import bad_request
from sandbox.shapes import Doc

MOST_TEXT, MOST_CAPTION, MOST_ENTITIES = 4096, 1024, 100
TYPES = frozenset({
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
    "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "date_time",
})  # fmt: skip
EXCLUSIVE = frozenset(
    {"code", "pre", "text_link", "text_mention", "url", "email", "mention", "hashtag", "bot_command"}
)
EXTRA = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def formatted(
    text: str, parse_mode: str | None, entities: list[Doc] | None, most: int
) -> tuple[str, list[Doc]]:
    """The text and entities as they will stand in the message; `most` is the limit in UTF-16 units.

    Explicit entities win over a parse mode. Nothing may be left empty by the caller's own check only: an empty
    result is returned as it is, since a caption may be empty and a text may not.
    """
    _check_utf8(text)
    text = text.replace("\r", "") if "\r" in text and not entities else text
    text = "".join(" " if ord(c) < 32 and c not in "\n\r" else c for c in text)
    if entities:
        found = _checked(text, entities)
    elif parse_mode:
        text, found = parsed(text, parse_mode)
    else:
        found = []
    text, found = trimmed(text, found)
    if units(text) > most:
        raise bad_request("message is too long" if most == MOST_TEXT else "message caption is too long")
    taken = found[:MOST_ENTITIES]
    both = taken + [e for e in detect(text) if not _collides(e, taken)]
    return text, sorted(both, key=_order)[:MOST_ENTITIES]


def _check_utf8(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise bad_request("strings must be encoded in UTF-8") from error


def parsed(text: str, parse_mode: str) -> tuple[str, list[Doc]]:
    """Text and entities by a parse mode: HTML, MarkdownV2 or Markdown, in any case."""
    mode = parse_mode.lower()
    parsers = {"html": parse_html, "markdownv2": parse_markdown_v2, "markdown": parse_markdown}
    if mode == "none":
        return text, []
    if mode not in parsers:
        raise bad_request("unsupported parse_mode")
    plain, entities = parsers[mode](text)
    return plain, sorted(entities, key=_order)


def _order(entity: Doc) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _collides(detected: Doc, given: list[Doc]) -> bool:
    """A detected entity gives way to code and links around it, and to any that it would cross."""
    start, end = detected["offset"], detected["offset"] + detected["length"]
    for entity in given:
        left, right = entity["offset"], entity["offset"] + entity["length"]
        if start >= right or left >= end:
            continue
        is_nested = (left <= start and end <= right) or (start <= left and right <= end)
        if entity["type"] in EXCLUSIVE or not is_nested:
            return True
    return False


def _checked(text: str, entities: list[Doc]) -> list[Doc]:
    """Explicit entities, refused when they lie outside the text or cut a UTF-16 pair."""
    starts = _boundaries(text)
    last = max(starts)
    checked = []
    for entity in entities:
        offset, length, kind = entity["offset"], entity["length"], entity["type"]
        if kind not in TYPES:
            raise bad_request(f"can't parse MessageEntity: Unsupported type {kind} specified")
        if kind in EXTRA and EXTRA[kind] not in entity:
            raise bad_request(f"can't parse MessageEntity: Can't find field \"{EXTRA[kind]}\"")
        if offset < 0 or length < 0:
            raise bad_request("can't parse entities: entity has a negative offset or length")
        if length == 0:
            continue
        if offset >= last or offset + length > last:
            which = "begins" if offset >= last else "ends"
            raise bad_request(f"entity {which} after the end of the text at UTF-16 offset {offset}")
        if offset not in starts or offset + length not in starts:
            which = "begins" if offset not in starts else "ends"
            raise bad_request(f"entity {which} in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
        checked.append(entity)
    return sorted(checked, key=_order)


def _boundaries(text: str) -> set[int]:
    found, at = {0}, 0
    for c in text:
        at += 2 if ord(c) > 0xFFFF else 1
        found.add(at)
    return found


def trimmed(text: str, entities: list[Doc]) -> tuple[str, list[Doc]]:
    """White space cut off: at the end always, at the start up to the first entity."""
    stripped = text.rstrip()
    first = min((e["offset"] for e in entities), default=units(stripped))
    lead = 0
    while lead < min(first, len(stripped)) and stripped[lead] in " \n":
        lead += 1
    stripped = stripped[lead:]
    end = units(stripped)
    kept = []
    for entity in entities:
        offset = entity["offset"] - lead
        length = min(entity["length"], end - offset)
        if length > 0:
            kept.append({**entity, "offset": offset, "length": length})
    return stripped, kept
