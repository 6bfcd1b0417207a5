"""How does a person change who takes part in a chat, and with which rights?"""

from sandbox.deed import Deed
from sandbox.membership import block, change, full_rights, migrate
from sandbox.parts import Parts
from sandbox.persons import get_bot
from sandbox.places import OUT, Place, get_chat, has_right, is_inside, known_user, member
from sandbox.refusals import bad_request, forbidden
from sandbox.shapes import Doc

NEEDS = {
    "add": "can_invite_users",
    "remove": "can_restrict_members",
    "restrict": "can_restrict_members",
    "promote": "can_promote_members",
    "demote": "can_promote_members",
    "migrate": "can_change_info",
}


def act(parts: Parts, person: Doc, place: Place, fields: Doc) -> Doc:
    """Do `action` (join, leave, add, remove, promote, demote, restrict, block, unblock, migrate)."""
    action = fields.get("action")
    user_id = int(fields.get("user_id") or person["id"])
    with Deed(parts.world, f"people.{action}", person_id=person["id"], chat_id=place.chat_id) as deed:
        if action in {"block", "unblock"}:
            if place.bot_id is None:
                raise bad_request("only a bot's private chat can be blocked")
            block(deed, person, get_bot(parts.world, place.bot_id)["id"], blocked=action == "block")
            return {"ok": True}
        if place.kind == "private":
            raise bad_request("nobody can be added to a private chat")
        if action == "migrate":
            _check(deed, person, place, "migrate")
            return {"ok": True, "migrate_to_chat_id": migrate(deed, place, person)["id"]}
        if action in {"join", "leave"}:
            user_id = person["id"]
        _move(deed, person, place, action=str(action), user_id=user_id, rights=fields.get("rights") or {})
    return {"ok": True, "status": member(parts.world, place, user_id)["status"]}


def _check(deed: Deed, person: Doc, place: Place, action: str) -> None:
    inside_group = action == "add" and place.is_group and is_inside(deed.world, place, person["id"])
    if not inside_group and not has_right(deed.world, place, person["id"], NEEDS[action]):
        raise forbidden("you may not do this here")


def _move(deed: Deed, person: Doc, place: Place, *, action: str, user_id: int, rights: Doc) -> None:
    known_user(deed.world, user_id)
    if action in NEEDS:
        _check(deed, person, place, action)
    if action == "join" and not get_chat(deed.world, place.chat_id).get("username"):
        raise forbidden("this chat is private; somebody must add you")
    old = member(deed.world, place, user_id)["status"]
    if action in {"join", "add"} and old not in OUT:
        return
    if old == "creator":
        raise forbidden("the creator of a chat stays what he is")
    change(deed, place, by=person, user_id=user_id, new=_standing(place, action, rights))


def _standing(place: Place, action: str, rights: Doc) -> Doc:
    """The standing that an action gives."""
    if action == "restrict":
        return {"status": "restricted", **rights}
    if action == "promote":
        return {"status": "administrator", **(rights or full_rights(place.kind))}
    plain = {"join": "member", "add": "member", "demote": "member", "leave": "left", "remove": "kicked"}
    if action not in plain:
        raise bad_request("unknown action")
    return {"status": plain[action]}
