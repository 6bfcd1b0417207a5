"""What does a person do in his app? Writes, sends, taps, reacts, edits, deletes, forwards, votes.

Every act checks what Telegram's app would not offer, and is one deed.
"""

import secrets

from sandbox import files, messages
from sandbox.bot_api import forwarding, sending
from sandbox.bot_api.delivery import thread
from sandbox.bot_api.talking import check_reaction
from sandbox.bot_request import Upload
from sandbox.deed import Deed
from sandbox.entities import MOST_CAPTION, MOST_TEXT, formatted
from sandbox.parts import Parts
from sandbox.persons import get_bot, user
from sandbox.places import Place, bots_inside, is_admin, shape
from sandbox.refusals import bad_request, forbidden
from sandbox.rights import check_person_writes
from sandbox.shapes import Doc
from sandbox.views import sees
from sandbox.world import World

KINDS = frozenset({"photo", "video", "document", "voice", "audio", "animation"})


def _deed(world: World, method: str, person: Doc, place: Place) -> Deed:
    return Deed(world, f"people.{method}", bot_id=place.bot_id, person_id=person["id"], chat_id=place.chat_id)


def _start(deed: Deed, place: Place) -> None:
    """The first word to a bot opens the conversation for it."""
    if place.kind == "private":
        state = deed.world.row("private", place.key) or {"blocked": False}
        if not state.get("started"):
            deed.put("private", place.key, {**state, "started": True})


def _attachments(world: World, place: Place, fields: Doc) -> Doc:
    extra: Doc = {}
    if fields.get("reply_to_message_id"):
        replied = world.message(place.key, int(fields["reply_to_message_id"]))
        if replied is None:
            raise bad_request("message to be replied not found")
        extra["reply_to_message"] = messages.quoted(replied)
    thread_id = fields.get("message_thread_id")
    number = int(thread_id) if thread_id and int(thread_id) != 1 else None
    return extra | thread(world, place, number, extra)


def _post(deed: Deed, place: Place, person: Doc, content: Doc) -> Doc:
    _start(deed, place)
    by = messages.author(deed.world, place, person)
    return messages.post(deed, place, by, content, author_id=person["id"])


def say(parts: Parts, person: Doc, place: Place, fields: Doc) -> Doc:
    """Write a text; returns the Message."""
    world = parts.world
    check_person_writes(world, place, person["id"], "text")
    text, found = formatted(str(fields.get("text") or ""), None, fields.get("entities"), MOST_TEXT)
    if not text:
        raise bad_request("message text is empty")
    content = {**_attachments(world, place, fields), "text": text}
    if found:
        content["entities"] = found
    with _deed(world, "say", person, place) as deed:
        return _post(deed, place, person, content)


def send_files(parts: Parts, person: Doc, place: Place, fields: Doc, uploads: list[Upload]) -> list[Doc]:
    """Send one or several files of a kind; several become an album. Returns the Messages."""
    kind = fields.get("kind", "photo")
    if kind not in KINDS or not uploads:
        raise bad_request(f"send files with kind, one of {', '.join(sorted(KINDS))}")
    if len(uploads) > 1:
        sending.check_album([kind] * len(uploads))
    world = parts.world
    check_person_writes(world, place, person["id"], kind)
    extra = _attachments(world, place, fields)
    caption, found = formatted(str(fields.get("caption") or ""), None, None, MOST_CAPTION)
    if len(uploads) > 1:
        extra["media_group_id"] = str(14_000_000_000_000_000 + secrets.randbelow(10**15))
    sent: list[Doc] = []
    with _deed(world, "media", person, place) as deed:
        for upload in uploads:
            content = {**extra, **files.content(files.store(deed, parts.files, kind, upload, {}))}
            if caption and not sent:
                content |= {"caption": caption} | ({"caption_entities": found} if found else {})
            sent.append(_post(deed, place, person, content))
    return sent


def forward(parts: Parts, person: Doc, place: Place, source: Place, numbers: list[int]) -> list[Doc]:
    """Forward messages from another chat; returns the Messages."""
    world = parts.world
    if not sees(world, person["id"], source):
        raise bad_request("chat not found")
    found = [world.message(source.key, number) for number in numbers]
    sent = []
    with _deed(world, "forward", person, place) as deed:
        for message in found:
            if message is None:
                raise bad_request("message to forward not found")
            check_person_writes(world, place, person["id"], forwarding.kind_of(message))
            content = {"forward_origin": forwarding.origin(world, message), **forwarding.content_of(message)}
            sent.append(_post(deed, place, person, content))
    return sent


def edit(parts: Parts, person: Doc, place: Place, number: int, text: str) -> Doc:
    """Edit one's own text or caption; returns the Message."""
    world = parts.world
    old = _own(world, person, place, number)
    is_text = "text" in old
    fresh_text, found = formatted(text, None, None, MOST_TEXT if is_text else MOST_CAPTION)
    if is_text and not fresh_text:
        raise bad_request("message text is empty")
    words, marks = ("text", "entities") if is_text else ("caption", "caption_entities")
    fresh = {key: value for key, value in old.items() if key not in {words, marks, "edit_date"}}
    fresh |= {words: fresh_text, "edit_date": world.clock.unix()} | ({marks: found} if found else {})
    with _deed(world, "edit", person, place) as deed:
        deed.edit(place.key, fresh)
        messages.tell_bots(deed, place, fresh, author_id=person["id"], edited=True)
    return fresh


def _own(world: World, person: Doc, place: Place, number: int) -> Doc:
    message = world.message(place.key, number)
    if message is None:
        raise bad_request("message to edit not found")
    if world.author_id(place.key, number) != person["id"]:
        raise forbidden("this message is not yours")
    return message


def delete(parts: Parts, person: Doc, place: Place, numbers: list[int]) -> int:
    """Delete messages: one's own, all of a private chat, or any as an administrator. Bots hear nothing of it."""
    world = parts.world
    free = place.kind == "private" or is_admin(world, place, person["id"])
    known = [n for n in numbers if world.message(place.key, n) is not None]
    if not free and any(world.author_id(place.key, n) != person["id"] for n in known):
        raise forbidden("this message is not yours")
    if known:
        with _deed(world, "delete", person, place) as deed:
            deed.delete(place.key, known)
    return len(known)


def tap(parts: Parts, person: Doc, place: Place, number: int, data: str) -> str:
    """Press an inline button; returns the id of the callback query. Bot API: CallbackQuery."""
    world = parts.world
    message = world.message(place.key, number)
    if message is None or not sees(world, person["id"], place):
        raise bad_request("message not found")
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == data for row in rows for button in row):
        raise bad_request("the message has no button with this data")
    author = world.author_id(place.key, number) or 0
    get_bot(world, author)
    query_id = str(4_000_000_000_000_000_000 + secrets.randbelow(10**18))
    query = {
        "id": query_id,
        "from": user(person),
        "message": message,
        "chat_instance": str(abs(hash_of(place.key))),
        "data": data,
    }
    row = {"id": query_id, "bot_id": author, "person_id": person["id"], "conversation": place.key}
    with _deed(world, "tap", person, place) as deed:
        deed.put(
            "callbacks", query_id, {**row, "date": world.clock.unix(), "message_id": number, "data": data}
        )
        deed.update(author, "callback_query", query)
    return query_id


def hash_of(key: str) -> int:
    """A number that stays the same for a conversation, across restarts."""
    return int.from_bytes(key.encode()[-8:], "big")


def ask_inline(parts: Parts, person: Doc, bot_id: int, query: str) -> str:
    """Type a query for an inline bot; returns the id of the inline query. Bot API: InlineQuery."""
    if not get_bot(parts.world, bot_id)["supports_inline_queries"]:
        raise bad_request("this bot takes no inline queries")
    query_id = str(6_000_000_000_000_000_000 + secrets.randbelow(10**18))
    row = {
        "id": query_id,
        "bot_id": bot_id,
        "person_id": person["id"],
        "conversation": f"{person['id']}@{bot_id}",
    }
    with Deed(parts.world, "people.inline", bot_id=bot_id, person_id=person["id"]) as deed:
        deed.put("callbacks", query_id, {**row, "date": parts.clock.unix()})
        deed.update(
            bot_id, "inline_query", {"id": query_id, "from": user(person), "query": query, "offset": ""}
        )
    return query_id


def react(parts: Parts, person: Doc, place: Place, number: int, emoji: str) -> None:
    """React with one emoji, or take it back with an empty one. Bot API: MessageReactionUpdated and its count."""
    world = parts.world
    if world.message(place.key, number) is None or not sees(world, person["id"], place):
        raise bad_request("message to react not found")
    fresh = [{"type": "emoji", "emoji": emoji}] if emoji else []
    for reaction in fresh:
        check_reaction(reaction)
    key = f"{place.key}/{number}"
    row = world.row("reactions", key) or {}
    old = row.get(str(person["id"]), [])
    changed = {who: what for who, what in {**row, str(person["id"]): fresh}.items() if what}
    about = {"chat": shape(world, place), "message_id": number, "date": world.clock.unix()}
    with _deed(world, "react", person, place) as deed:
        deed.put("reactions", key, changed)
        told = {**about, "user": user(person), "old_reaction": old, "new_reaction": fresh}
        for bot_id in bots_inside(world, place):
            if place.kind == "channel" and is_admin(world, place, bot_id):
                deed.update(bot_id, "message_reaction_count", {**about, "reactions": _counts(changed)})
            elif place.kind == "private" or (place.is_group and is_admin(world, place, bot_id)):
                deed.update(bot_id, "message_reaction", told)
        deed.event("reaction", place.key, {"message_id": number, "user": user(person), "reaction": fresh})


def _counts(row: Doc) -> list[Doc]:
    counts: dict[str, int] = {}
    for given in row.values():
        for reaction in given:
            counts[reaction["emoji"]] = counts.get(reaction["emoji"], 0) + 1
    return [{"type": {"type": "emoji", "emoji": e}, "total_count": n} for e, n in counts.items()]


def vote(parts: Parts, person: Doc, place: Place, number: int, chosen: list[int]) -> Doc:
    """Vote in a poll, or take the vote back with an empty list. Bot API: Poll, PollAnswer."""
    world = parts.world
    message = world.message(place.key, number)
    if message is None or "poll" not in message or not sees(world, person["id"], place):
        raise bad_request("message with poll to vote not found")
    poll = message["poll"]
    row = world.row("polls", poll["id"]) or {"votes": {}}
    many = len(chosen) > 1 and not poll["allows_multiple_answers"]
    if poll["is_closed"] or many or any(not 0 <= n < len(poll["options"]) for n in chosen):
        raise bad_request("POLL_VOTE_INVALID")
    votes = {who: what for who, what in {**row["votes"], str(person["id"]): chosen}.items() if what}
    options = [
        {**option, "voter_count": sum(n in what for what in votes.values())}
        for n, option in enumerate(poll["options"])
    ]
    fresh = {**poll, "options": options, "total_voter_count": len(votes)}
    author = world.author_id(place.key, number) or 0
    with _deed(world, "vote", person, place) as deed:
        deed.put("polls", poll["id"], {**row, "votes": votes})
        deed.edit(place.key, {**message, "poll": fresh})
        if world.row("bots", author):
            deed.update(author, "poll", fresh)
            if not poll["is_anonymous"]:
                ids = [poll["options"][n]["persistent_id"] for n in chosen]
                given = {"poll_id": poll["id"], "user": user(person), "option_ids": chosen}
                deed.update(author, "poll_answer", {**given, "option_persistent_ids": ids})
    return fresh
