"""How does a bot get its updates? Bot API: getUpdates, setWebhook, deleteWebhook, getWebhookInfo."""

import asyncio
import re
from random import Random
from urllib.parse import urlsplit

from sandbox.bot_api.call import Call, Handler
from sandbox.queues import Queue, Waiting
from sandbox.refusals import bad_request, conflict
from sandbox.shapes import Doc, Json

MOST_UPDATES, LONGEST_POLL, MOST_CONNECTIONS, USUAL_CONNECTIONS = 100, 50, 100, 40
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
WEBHOOK_IS_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


async def get_updates(call: Call) -> Json:
    """Bot API: getUpdates; a later call ends an earlier one that still waits, with 409."""
    if _settings(call).get("url"):
        raise conflict(WEBHOOK_IS_SET)
    limit = min(max(call.args.get("limit", MOST_UPDATES), 1), MOST_UPDATES)
    _remember_allowed(call)
    ended = _take_over(call)
    queue = call.world.queues[call.bot_id]
    _confirm(call, queue, call.args.get("offset", 0))
    try:
        await _wait(call, queue, ended, min(max(call.args.get("timeout", 0), 0), LONGEST_POLL))
    finally:
        if call.parts.pollers.get(call.bot_id) is ended:
            del call.parts.pollers[call.bot_id]
    if ended.is_set():
        raise conflict(OTHER_POLLER)
    found = queue.first(limit)
    for item in found:
        item.shown = True
    return _spoilt(call, found)


def _settings(call: Call) -> Doc:
    return call.world.row("settings", call.bot_id) or {}


def _remember_allowed(call: Call) -> None:
    if "allowed_updates" not in call.args:
        return
    row, wanted = _settings(call), call.args["allowed_updates"]
    if row.get("allowed_updates", []) != wanted:
        with call.deed() as deed:
            deed.put("settings", call.bot_id, {**row, "allowed_updates": wanted})


def _take_over(call: Call) -> asyncio.Event:
    earlier = call.parts.pollers.get(call.bot_id)
    if earlier is not None:
        earlier.set()
        call.world.queues[call.bot_id].bell.ring()
    ended = asyncio.Event()
    call.parts.pollers[call.bot_id] = ended
    return ended


def _confirm(call: Call, queue: Queue, offset: int) -> None:
    if offset < 0:
        last = [item.update_id for item in queue.waiting][offset:]
        offset = last[0] if last else 0
    if offset > 0 and queue.confirmable(offset):
        with call.deed() as deed:
            deed.confirm(call.bot_id, before=offset, raws=queue.shown_raws())


async def _wait(call: Call, queue: Queue, ended: asyncio.Event, seconds: float) -> None:
    clock = call.parts.clock
    until = clock.ticks() + seconds
    while not queue.waiting and not ended.is_set():
        if not await queue.bell.heard(until - clock.ticks()):
            return


def _spoilt(call: Call, found: list[Waiting]) -> list[Json]:
    """The updates as they are, or doubled or shuffled when a fault says so."""
    updates = [item.payload for item in found]
    rule = call.parts.faults.pick_for_updates("getUpdates") if updates else None
    if rule is not None and rule.fault == "duplicate_updates":
        return [update for update in updates for _ in range(2)]
    if rule is not None:
        Random(rule.random.random()).shuffle(updates)
    return updates


def set_webhook(call: Call) -> Json:
    """Bot API: setWebhook; plain http is allowed to this machine only."""
    args = call.args
    url: str = args.get("url", "")
    if not url:
        return delete_webhook(call)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if "secret_token" in args and not _SECRET.fullmatch(args["secret_token"]):
        raise bad_request("secret token contains unallowed characters")
    row = {
        **_settings(call),
        "url": url,
        "secret_token": args.get("secret_token", ""),
        "max_connections": min(max(args.get("max_connections", USUAL_CONNECTIONS), 1), MOST_CONNECTIONS),
    }
    if "allowed_updates" in args:
        row["allowed_updates"] = args["allowed_updates"]
    with call.deed() as deed:
        deed.put("settings", call.bot_id, row)
    _drop_pending(call)
    _other_way(call)
    return True


def delete_webhook(call: Call) -> Json:
    """Bot API: deleteWebhook."""
    row = {key: value for key, value in _settings(call).items() if key == "allowed_updates"}
    if row != _settings(call):
        with call.deed() as deed:
            deed.put("settings", call.bot_id, row)
    _drop_pending(call)
    call.parts.webhook_errors.pop(call.bot_id, None)
    call.parts.webhook_bell.ring()
    call.world.queues[call.bot_id].bell.ring()
    return True


def _drop_pending(call: Call) -> None:
    queue = call.world.queues[call.bot_id]
    if call.args.get("drop_pending_updates") and queue.waiting:
        for item in queue.waiting:
            item.shown = True
        with call.deed() as deed:
            deed.confirm(call.bot_id, before=queue.last_id + 1, raws=queue.shown_raws())


def _other_way(call: Call) -> None:
    """A webhook ends a long poll that still waits, and wakes the deliverer."""
    earlier = call.parts.pollers.pop(call.bot_id, None)
    if earlier is not None:
        earlier.set()
    call.world.queues[call.bot_id].bell.ring()
    call.parts.webhook_errors.pop(call.bot_id, None)
    call.parts.webhook_bell.ring()


def get_webhook_info(call: Call) -> Json:
    """Bot API: getWebhookInfo."""
    row = _settings(call)
    info: Doc = {
        "url": row.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(call.world.queues[call.bot_id].waiting),
    }
    if row.get("url"):
        info |= {"max_connections": row["max_connections"], "ip_address": "127.0.0.1"}
    if row.get("allowed_updates"):
        info["allowed_updates"] = row["allowed_updates"]
    return info | call.parts.webhook_errors.get(call.bot_id, {})


METHODS: dict[str, Handler] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
