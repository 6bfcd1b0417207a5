"""Who and what is there in the demo? Constant ids, so that demo, page and tests can name them."""

from sandbox.deed import Deed
from sandbox.membership import found_chat
from sandbox.persons import add_bot, add_person
from sandbox.places import private
from sandbox.world import World

BOT_ID = 5000000001
BOT_TOKEN = f"{BOT_ID}:fanfare-demo-token-for-the-sandbox-only"
BOT_USERNAME = "fanfare_demo_bot"
ADA, BEN, CHI, DEE = 1001, 1002, 1003, 1004
OWNER = ADA
TEAM_DESK = -1001000000001
AUTUMN_LANE = -1001000000002
STUDIO = -1001000000003
TOPIC_GENERAL, TOPIC_IDEAS, TOPIC_LAUNCH = 1, 2, 3
PERSONS = ((ADA, "Ada", "en"), (BEN, "Ben", "en"), (CHI, "Chi", "zh"), (DEE, "Dee", "es"))


def stage(world: World) -> None:
    """Set up the demo: one bot, four persons, a team group, a public channel and a forum. One deed."""
    with Deed(world, "scenery.demo") as deed:
        add_bot(deed, {"token": BOT_TOKEN, "username": BOT_USERNAME, "first_name": "Fanfare"})
        for person_id, name, language in PERSONS:
            person = {"id": person_id, "first_name": name, "username": f"{name.lower()}_demo"}
            add_person(deed, {**person, "language_code": language})
            deed.put("private", private(person_id, BOT_ID).key, {"started": False, "blocked": False})
        _chats(deed)


def _chats(deed: Deed) -> None:
    team = {ADA: "creator", BEN: "member", CHI: "member", BOT_ID: "administrator"}
    found_chat(deed, {"id": TEAM_DESK, "type": "supergroup", "title": "Team desk", "members": team})
    readers = {ADA: "creator", BEN: "member", CHI: "member", DEE: "member", BOT_ID: "administrator"}
    channel = {"id": AUTUMN_LANE, "type": "channel", "title": "Autumn Lane", "username": "autumn_lane"}
    found_chat(deed, {**channel, "members": readers})
    forum = {"id": STUDIO, "type": "supergroup", "title": "Studio", "is_forum": True}
    members = {ADA: "creator", BEN: "member", CHI: "member", DEE: "member", BOT_ID: "member"}
    found_chat(deed, {**forum, "topics": ["General", "Ideas", "Launch"], "members": members})
