"""How does a bot send text, media, albums and polls?"""

import secrets

from sandbox import files
from sandbox.bot_api import delivery
from sandbox.bot_api.call import Call, Handler
from sandbox.deed import Deed
from sandbox.entities import formatted, units
from sandbox.refusals import bad_request
from sandbox.shapes import Doc, Json

MEDIA = {
    "sendPhoto": "photo", "sendVideo": "video", "sendDocument": "document",
    "sendAudio": "audio", "sendVoice": "voice", "sendAnimation": "animation",
}  # fmt: skip
LEAST_ALBUM, MOST_ALBUM = 2, 10
ALONE = {"document", "audio"}


def send_message(call: Call) -> Json:
    """Bot API: sendMessage."""
    content = delivery.text_content(call.args)
    target = delivery.aim(call, "text")
    with call.deed() as deed:
        return delivery.send(call, deed, target, content)


def send_media(call: Call) -> Json:
    """Bot API: sendPhoto, sendVideo, sendDocument, sendAudio, sendVoice, sendAnimation."""
    kind = MEDIA[call.method]
    caption = delivery.caption_content(call.args)
    target = delivery.aim(call, kind)
    with call.deed() as deed:
        shown = media_content(call, deed, kind, call.args[kind], call.args)
        return delivery.send(call, deed, target, shown | caption)


def media_content(call: Call, deed: Deed, kind: str, named: str, facts: Doc) -> Doc:
    """The Message fields for a file that a call names by id, or brings along as an upload."""
    upload = call.upload(named)
    if upload is None:
        row = files.known(call.world, kind, named)
    else:
        row = files.store(deed, call.parts.files, kind, upload, facts)
    spoiler = {"has_media_spoiler": True} if facts.get("has_spoiler") else {}
    return files.content(row) | spoiler


def check_album(kinds: list[str]) -> None:
    """Refuse albums outside 2-10 and mixtures that Telegram does not group. Bot API: sendMediaGroup."""
    if len(kinds) > MOST_ALBUM:
        raise bad_request("too much messages to send as an album")
    if len(kinds) < LEAST_ALBUM:
        raise bad_request("album must include 2-10 items")
    if unknown := set(kinds) - {"photo", "video", *ALONE}:
        raise bad_request(f"type {min(unknown)} can't be used in an album")
    if len(set(kinds)) > 1 and ALONE & set(kinds):
        odd = min(ALONE & set(kinds))
        raise bad_request(f"{odd.capitalize()} can't be mixed with other media types")


def send_media_group(call: Call) -> Json:
    """Bot API: sendMediaGroup; every item is a message of its own."""
    items: list[Doc] = call.args["media"]
    check_album([item["type"] for item in items])
    captions = [delivery.caption_content(item) for item in items]
    target = delivery.aim(call, items[0]["type"], len(items))
    for item in items:
        _check_named(call, item)
    group = str(13_000_000_000_000_000 + secrets.randbelow(10**15))
    sent = []
    with call.deed() as deed:
        shown = [media_content(call, deed, item["type"], item["media"], item) for item in items]
        for content, caption in zip(shown, captions, strict=True):
            whole = {"media_group_id": group, **content, **caption}
            sent.append(delivery.send(call, deed, target, whole))
    return sent


def _check_named(call: Call, item: Doc) -> None:
    if call.upload(item["media"]) is None:
        files.known(call.world, item["type"], item["media"])


def send_poll(call: Call) -> Json:
    """Bot API: sendPoll."""
    args = call.args
    question, inside = formatted(
        args["question"], args.get("question_parse_mode"), args.get("question_entities"), 4096
    )
    if not 1 <= units(question) <= 300:
        raise bad_request(
            "poll question length must not exceed 300" if question else "poll question is empty"
        )
    options = [_option(option, number) for number, option in enumerate(args["options"])]
    if not 1 <= len(options) <= 12:
        raise bad_request(
            "poll can't have more than 12 options" if options else "poll must have at least 1 option"
        )
    poll: Doc = {
        "id": str(5_000_000_000_000_000_000 + secrets.randbelow(10**17)),
        "question": question,
        "options": options,
        "total_voter_count": 0,
        "is_closed": bool(args.get("is_closed")),
        "is_anonymous": args.get("is_anonymous", True),
        "type": args.get("type", "regular"),
        "allows_multiple_answers": bool(args.get("allows_multiple_answers")),
        "allows_revoting": args.get("allows_revoting", args.get("type", "regular") == "regular"),
        "members_only": bool(args.get("members_only")),
    }
    if inside:
        poll["question_entities"] = inside
    target = delivery.aim(call, "poll")
    with call.deed() as deed:
        message = delivery.send(call, deed, target, {"poll": poll})
        row = {"id": poll["id"], "place": target.place.key, "message_id": message["message_id"], "votes": {}}
        deed.put("polls", poll["id"], row)
    return message


def _option(option: Doc | str, number: int) -> Doc:
    given: Doc = {"text": option} if isinstance(option, str) else option
    text, inside = formatted(given["text"], given.get("text_parse_mode"), given.get("text_entities"), 4096)
    if not 1 <= units(text) <= 100:
        raise bad_request("poll options length must not exceed 100" if text else "poll option is empty")
    shown: Doc = {"persistent_id": f"o{number}", "text": text, "voter_count": 0}
    return shown | ({"text_entities": inside} if inside else {})


METHODS: dict[str, Handler] = {
    "sendMessage": send_message,
    "sendMediaGroup": send_media_group,
    "sendPoll": send_poll,
    **dict.fromkeys(MEDIA, send_media),
}
