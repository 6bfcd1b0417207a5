"""How does a bot show that it is there? Typing, drafts, reactions, answers to taps and inline queries."""

from sandbox import entities
from sandbox.bot_api import delivery
from sandbox.bot_api.call import Call, Handler
from sandbox.places import is_inside, member
from sandbox.refusals import bad_request
from sandbox.rights import check_bot_writes, refuse_stranger
from sandbox.shapes import Doc, Json

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
EMOJI = frozenset(
    "👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
) | {"❤", "👨‍💻", "❤‍🔥", "🤷‍♂", "🤷", "🤷‍♀"}
ANSWERABLE_FOR = 60
MOST_ANSWER = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
MOST_RESULTS = 50


def chat_action(call: Call) -> Json:
    """Bot API: sendChatAction. A passing sign: screens see it, the journal notes it."""
    place = call.place()
    check_bot_writes(call.world, place, call.bot_id, "text")
    if call.args["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    data = {
        "action": call.args["action"],
        "from": call.by,
        "message_thread_id": call.args.get("message_thread_id"),
    }
    with call.deed(always=True) as deed:
        deed.event("typing", place.key, data)
    return True


def draft(call: Call) -> Json:
    """Bot API: sendMessageDraft; private chats only, an empty text shows a placeholder."""
    place = call.place()
    if place.kind != "private":
        raise bad_request("message drafts can be sent only in private chats")
    check_bot_writes(call.world, place, call.bot_id, "text")
    if call.args["draft_id"] == 0:
        raise bad_request("draft identifier must be non-zero")
    args: Doc = {"text": "", **call.args}
    text, inside = entities.formatted(
        args["text"], args.get("parse_mode"), args.get("entities"), entities.MOST_TEXT
    )
    data = {
        "draft_id": args["draft_id"],
        "text": text,
        "entities": inside,
        "can_stop": bool(args.get("can_stop")),
        "keep_on_stop": bool(args.get("keep_on_stop")),
        "from": call.by,
        "message_thread_id": args.get("message_thread_id"),
    }
    with call.deed(always=True) as deed:
        deed.event("draft", place.key, data)
    return True


def set_reaction(call: Call) -> Json:
    """Bot API: setMessageReaction; a bot holds at most one."""
    place = call.place()
    if place.kind != "private" and not is_inside(call.world, place, call.bot_id):
        raise refuse_stranger(place, member(call.world, place, call.bot_id)["status"])
    number: int = call.args["message_id"]
    if call.world.message(place.key, number) is None:
        raise bad_request("message to react not found")
    wanted: list[Doc] = call.args.get("reaction", [])
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in wanted:
        check_reaction(reaction)
    key = f"{place.key}/{number}"
    row = {**(call.world.row("reactions", key) or {}), str(call.bot_id): wanted}
    with call.deed() as deed:
        deed.put("reactions", key, {who: what for who, what in row.items() if what})
        data = {"message_id": number, "user": call.by, "reaction": wanted}
        deed.event("reaction", place.key, data)
    return True


def check_reaction(reaction: Doc) -> None:
    """Refuse emoji that Telegram does not offer as reactions."""
    if reaction["type"] == "emoji" and reaction["emoji"].replace("️", "") not in EMOJI:
        raise bad_request("REACTION_INVALID")
    if reaction["type"] == "paid":
        raise bad_request("bots can't use paid reactions")


def answer_callback(call: Call) -> Json:
    """Bot API: answerCallbackQuery; only queries of this bot, for a minute."""
    query_id: str = call.args["callback_query_id"]
    row = call.world.row("callbacks", query_id)
    if row is None or row["bot_id"] != call.bot_id or call.world.clock.unix() - row["date"] > ANSWERABLE_FOR:
        raise bad_request(TOO_OLD)
    text = call.args.get("text") or ""
    if entities.units(text) > MOST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": bool(call.args.get("show_alert")), "url": call.args.get("url")}
    told = {"callback_query_id": query_id, **answer}
    with call.deed() as deed:
        if row.get("answer") is None:
            deed.put("callbacks", query_id, {**row, "answer": answer})
        deed.answer(told)
        deed.event("answer", row["conversation"], told, only=row["person_id"])
    call.parts.answered.ring()
    return True


def answer_inline(call: Call) -> Json:
    """Bot API: answerInlineQuery."""
    query_id: str = call.args["inline_query_id"]
    row = call.world.row("callbacks", query_id)
    if row is None or row["bot_id"] != call.bot_id or call.world.clock.unix() - row["date"] > ANSWERABLE_FOR:
        raise bad_request(TOO_OLD)
    results: list[Doc] = call.args["results"]
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        content = result.get("input_message_content")
        if content and "message_text" in content:
            text = {**content, "text": content["message_text"]}
            delivery.text_content(text)
    with call.deed() as deed:
        deed.put("callbacks", query_id, {**row, "answer": {"results": results}})
        deed.answer({"inline_query_id": query_id, "results": results})
    call.parts.answered.ring()
    return True


METHODS: dict[str, Handler] = {
    "sendChatAction": chat_action,
    "sendMessageDraft": draft,
    "setMessageReaction": set_reaction,
    "answerCallbackQuery": answer_callback,
    "answerInlineQuery": answer_inline,
}
