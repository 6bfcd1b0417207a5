"""Whatever comes in, the sandbox answers; it never breaks, and never keeps half a deed."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import description
from sandbox.bot_api.dispatch import METHODS
from sandbox.entities import MOST_TEXT, formatted, units
from sandbox.refusals import Refused
from sandbox.scenery import ADA, AUTUMN_LANE, BOT_ID, TEAM_DESK

MARKUP = st.text(alphabet="ab<>/&;*_~`|[]()!\\\n> \"='#x😀é\r\0", max_size=40) | st.text(max_size=60)
HOSTILE = [
    "", " ", "\0", "x" * 5000, "😀", "-", "--5", "²", "٣", "1e9", "NaN", "null", "[]", "{}", "[[[[", '{"a":1}', "true",
    -1, 0, 1, 2**31, 2**63, 2**80, -(2**63), 1.5, True, False, [], [[]], {}, {"type": "x"}, [None], [1, "a"],
    ADA, AUTUMN_LANE, TEAM_DESK, "@autumn_lane", "attach://x", "https://a.example", "<b>", "*", "HTML", "MarkdownV2",
    [{"type": "bold", "offset": 0, "length": 1}], {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]},
    [{"type": "photo", "media": "attach://x"}], {"message_id": 1}, ["a", "b"], '"', "\ud83d",
]  # fmt: skip


@given(MARKUP, st.sampled_from([None, "HTML", "MarkdownV2", "Markdown"]))
@settings(max_examples=400, deadline=None)
def test_any_text_is_formatted_or_refused_and_entities_stay_inside(text: str, mode: str) -> None:
    try:
        plain, entities = formatted(text, mode, None, MOST_TEXT)
    except Refused:
        return
    assert plain == plain.rstrip()
    for entity in entities:
        assert entity["offset"] >= 0
        assert entity["length"] > 0
        assert entity["offset"] + entity["length"] <= units(plain)


@pytest.mark.parametrize("seed", range(4))
async def test_no_call_breaks_the_server(stage: Any, seed: int) -> None:
    await stage.start()
    dice, facts = Random(seed), description.load()["methods"]
    for name in sorted(METHODS) * 6:
        args = {field: dice.choice(HOSTILE) for field in facts[name] if dice.random() < 0.6}
        args.pop("timeout", None)
        body = json.dumps(args).encode("utf-8", "surrogatepass")
        headers = {"content-type": "application/json"}
        answer = await stage.http.post(f"/bot{stage.token}/{name}", content=body, headers=headers)
        assert answer.json()["ok"] is (answer.status_code == 200), name
        assert answer.status_code < 500, name
    assert (await stage.bot("getMe"))["id"] == BOT_ID


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"\xff\xfe"),
        ("application/json", b"[" * 100_000),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"chat_id=%ff&text=%00"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(stage: Any, kind: str, body: Any) -> None:
    headers = {"content-type": kind}
    answer = await stage.http.post(f"/bot{stage.token}/sendMessage", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False


@pytest.mark.parametrize(
    "path", ["messages", "taps", "reactions", "edit", "delete", "forward", "members", "votes"]
)
async def test_no_act_of_a_person_breaks_the_server(stage: Any, path: str) -> None:
    await stage.start()
    dice = Random(path)
    names = (
        "text",
        "message_id",
        "data",
        "emoji",
        "message_ids",
        "from_chat",
        "action",
        "user_id",
        "option_ids",
        "entities",
    )
    for _ in range(25):
        fields = {name: dice.choice(HOSTILE) for name in names}
        body = json.dumps({**fields, "wait": False}).encode()
        answer = await stage.http.post(f"/people/{ADA}/chats/{TEAM_DESK}/{path}", content=body)
        assert answer.status_code < 500
