"""Is everything that was tried shown to the person, and nothing that is not meant for one?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.cards.attempts import MOST
from bot.cards.wording import excerpt
from services.authorising import Role
from services.refusals import OutOfDate
from services.telling import Kind, Place, tell
from storage.posts import Post
from tests.bot.house import House

REFUSED = {"why": "Telegram refused it: *too* sad."}


async def waiting(house: House) -> Post:
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("In one hour")
    await house.press("Schedule")
    return post


async def tried(house: House, post: Post, *tries: tuple[str | None, dict[str, Any]], part: int = 0) -> None:
    """Tries as the machine writes them down: one a minute, each answered after a second and a half."""
    async with house.storage.begin(house.owner.workspace_id) as tx:
        row = (await tx.publications.of_post(post.id))[0]
        for outcome, answer in tries:
            row.tries += 1
            at = tx.now + timedelta(minutes=row.tries)
            attempt = {
                "workspace_id": row.workspace_id,
                "id": tx.new_id(),
                "publication_id": row.id,
                "account_id": row.account_id,
                "part": part,
                "number": row.tries,
                "fence": 1,
                "payload_hash": "0123456789abcdef",
                "anchor": {},
                "armed_at": at,
                "answered_at": None if outcome is None else at + timedelta(seconds=1.5),
                "outcome": outcome,
                "answer": answer,
                "decision": None if outcome is None else f"Decided on {outcome}.",
            }
            await tx.moves.open_attempts([attempt])


async def test_before_the_first_try_there_is_nothing_to_show(house: House) -> None:
    await waiting(house)
    assert "What happened" not in house.last.labels
    await house.say("/queue")
    await house.press("1 · 11:30")
    assert "What happened" not in house.last.labels


async def test_every_try_is_told_in_order_with_what_came_back(house: House) -> None:
    post = await waiting(house)
    await tried(house, post, ("Unavailable", {"why": "No connection could be made."}), ("Receipt", {}))
    await house.say("/queue")
    await house.press("1 · 11:30")
    item = house.last
    await house.press("What happened")
    told = house.last.text.split("\n\n")
    assert told[1].splitlines() == [
        "Try 1 · Fri 20 Nov 2026, 10:31:00 (Europe/Madrid, UTC+1)",
        "Came back after 1.5 s: not sent. No connection could be made.",
        "Decided on Unavailable.",
        "Fingerprint of what was sent: 01234567",
    ]
    assert told[2].splitlines()[:2] == [
        "Try 2 · Fri 20 Nov 2026, 10:32:00 (Europe/Madrid, UTC+1)",
        "Came back after 1.5 s: accepted.",
    ]
    await house.press("Back")
    assert house.screens[item.message_id].text == item.text


async def test_a_try_without_an_answer_says_so(house: House) -> None:
    post = await waiting(house)
    await tried(house, post, (None, {}))
    await house.say("/queue")
    await house.press("1 · 11:30")
    await house.press("What happened")
    assert "No answer is written down (yet)." in house.last.text


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        ("It broke at https://10.0.0.1:8080/bot123:secret/sendMessage now.", "It broke at its address now."),
        ("Nobody at 192.168.1.10:5432 answered.", "Nobody at its address answered."),
        ("The answer could not be read (KeyError).", "The answer could not be read."),
        ("**bold** [link](https://evil.example) _x_", "**bold** [link](its address _x_."),
    ],
)
async def test_addresses_and_names_of_faults_are_not_shown_and_formatting_stays_text(
    house: House, why: str, shown: str
) -> None:
    """Mutation: shown raw, the address of the Bot API would give the bot's token away."""
    post = await waiting(house)
    await tried(house, post, ("OutcomeUnknown", {"why": why}))
    await house.say("/queue")
    await house.press("1 · 11:30")
    await house.press("What happened")
    assert f"no clear answer. {shown}" in house.last.text
    assert "secret" not in house.last.text


async def test_many_tries_still_fit_one_message_with_the_newest_last(house: House) -> None:
    post = await waiting(house)
    await tried(house, post, *[("Rejected", {"why": "No and no, *never*. " * 60})] * (MOST + 7))
    await house.say("/queue")
    await house.press("1 · 11:30")
    await house.press("What happened")
    assert "7 earlier tries not shown." in house.last.text
    assert len(house.last.text) < 4_096
    assert house.last.text.split("\n\n")[-1].startswith(f"Try {MOST + 7} ·")


async def test_the_tries_of_a_thread_name_their_part(house: House) -> None:
    post = await waiting(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        row = (await tx.publications.of_post(post.id))[0]
        row.payload = {"thread": ["Two"], "comment": "Link"}
    for part in (0, 1, 2):
        await tried(house, post, ("Receipt", {}), part=part)
    await house.say("/queue")
    await house.press("1 · 11:30")
    await house.press("What happened")
    titles = [line for line in house.last.text.splitlines() if line.startswith("Try")]
    assert [title.split(" · ")[1] for title in titles] == ["part 1 of 2", "part 2 of 2", "first comment"]


@pytest.mark.parametrize("state", ["published", "failed", "unconfirmed"])
async def test_one_tap_on_the_notice_and_on_the_posts_card_is_enough(house: House, state: str) -> None:
    post = await waiting(house)
    await tried(house, post, ("Rejected", REFUSED))
    async with house.storage.begin(house.owner.workspace_id) as tx:
        row = (await tx.publications.of_post(post.id))[0]
        row.state, row.next_at = state, None
        (await tx.posts.get(post.id)).state = "done" if state == "published" else "queued"
        place = Place(house.owner.telegram_id)
        tell(tx, Kind.PUBLISHED, place, subject=("publication", row.id))
        tell(tx, Kind.POST_CARD, place, subject=("post", post.id))
    await house.deliver()
    card, notice = house.heard[-1], house.heard[-2]
    for screen in (notice, card):
        await house.press("What happened", on=screen)
        assert house.last.message_id == screen.message_id
        assert "refused. Telegram refused it: *too* sad." in house.last.text
        await house.press("Back")
        assert house.screens[screen.message_id].text == screen.text


async def test_another_workspace_sees_no_try_of_ours(house: House) -> None:
    post = await waiting(house)
    await tried(house, post, ("Rejected", REFUSED))
    viewer = await house.member(8, "Vera", Role.VIEWER)
    await house.say("/queue")
    await house.press("1 · 11:30")
    screen = house.last
    await house.press("What happened", by=viewer)
    with pytest.raises(OutOfDate):
        await house.press("What happened", on=screen, by=await house.elsewhere(99, "Eve"))


def test_the_beginning_of_a_thread_is_quoted_without_the_line_between_its_parts() -> None:
    assert excerpt("First **part**\n\n---\n\nSecond part") == "First part Second part"
