"""Do threads and first comments show what will go out, and is nothing of them dropped without a word?"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest

from services.drafting import Drafting, first_comment
from services.scheduling import Scheduling
from tests.bot.desk import Channel
from tests.bot.house import House

THREAD = "One **bold** beginning\n---\nTwo\n---\nThree"


class Talkative(Channel):
    """A channel that takes threads of ten and a first comment."""

    longest_thread: ClassVar[int] = 10
    has_comments: ClassVar[bool] = True


@pytest.fixture
async def forum(house: House) -> House:
    """The house on a network with threads and comments."""
    drafting = Drafting({"telegram": Talkative()})
    house.desk = replace(house.desk, drafting=drafting, scheduling=Scheduling(drafting))
    await house.connect()
    return house


async def test_the_card_divides_the_parts_and_measures_each(forum: House) -> None:
    await forum.draft(THREAD)
    lines = forum.last.text.splitlines()
    assert [line for line in lines if line.startswith("Part")] == [
        "Part 1 of 3",
        "Part 2 of 3",
        "Part 3 of 3",
    ]
    assert (
        "@autumn_lane · part 1 of 3: 18 of 4,096 · part 2 of 3: 3 of 4,096 · part 3 of 3: 5 of 4,096" in lines
    )


async def test_a_long_thread_is_measured_in_one_line(forum: House) -> None:
    await forum.draft("\n---\n".join(["x" * number for number in range(1, 10)]))
    (line,) = [line for line in forum.last.text.splitlines() if line.startswith("@autumn_lane")]
    assert line.endswith("part 5 of 9: 5 of 4,096 · and 4 more parts, the longest 9 of 4,096")


async def test_the_preview_shows_each_part_by_itself(forum: House) -> None:
    post = await forum.draft(THREAD, media=1)
    async with forum.storage.begin(forum.owner.workspace_id) as tx:
        await forum.desk.drafting.comment(tx, forum.owner, post.id, text="The *link*")
    before = len(forum.heard)
    await forum.say("/posts")
    await forum.press(forum.last.labels[0])
    await forum.press("Preview")
    said = [screen.text for screen in forum.heard[before + 2 :]]
    assert said == ["One bold beginning", "Two", "Three", "First comment: The link"]


async def test_where_nothing_takes_threads_or_comments_it_is_said_on_the_card_and_refused(
    house: House,
) -> None:
    await house.connect()
    await house.draft(THREAD)
    assert "First comment…" not in house.last.labels
    assert "Problem: Telegram has no threads, and the text has 3 parts." in house.last.text
    assert "choose another account" in await house.refused("Schedule")


async def test_a_first_comment_is_asked_for_kept_shown_and_removed(forum: House) -> None:
    post = await forum.draft()
    card = forum.last
    await forum.press("First comment…")
    assert forum.last.labels == ["Back"]
    await forum.say("Read *more*: https://example.org")
    shown = forum.screens[(await forum.post(post.id)).card_message_id or 0]
    assert "First comment\nRead more: https://example.org" in shown.text
    assert (await forum.post(post.id)).version == 2
    assert "has changed since" in await forum.refused("First comment…", on=card)
    await forum.press("First comment…", on=shown)
    assert "Read more" in forum.last.text
    await forum.press("Remove it")
    assert forum.last.message_id == shown.message_id
    assert "Read more" not in forum.last.text
    assert first_comment(await forum.post(post.id)) == ""


async def test_a_question_that_is_left_changes_nothing(forum: House) -> None:
    post = await forum.draft()
    await forum.press("First comment…")
    question = forum.last
    await forum.say("/cancel")
    assert "the first comment" in forum.last.text
    await forum.press("Back", on=question)
    assert "First comment…" in forum.last.labels
    assert (await forum.post(post.id)).version == 1


async def test_a_comment_on_what_is_scheduled_holds_it_back_until_it_is_approved(forum: House) -> None:
    post = await forum.draft()
    await forum.press("Schedule")
    await forum.press("In one hour")
    await forum.press("Schedule")
    await forum.press("First comment…")
    await forum.say("The link")
    assert any("held back until you approve it" in screen.text for screen in forum.heard[-2:])
    (one,) = await forum.publications(post.id)
    assert (one.next_at, one.approval_id) == (None, None)


@pytest.mark.parametrize(
    ("state", "part", "said"),
    [
        ("scheduled", 0, None),
        ("failed", 0, "Nothing was published."),
        ("failed", 2, "2 of 5 parts are out."),
        ("armed", 1, "1 of 5 parts is out."),
        ("unconfirmed", 4, "4 of 5 parts are out."),
        ("published", 5, None),
    ],
)
async def test_the_card_says_how_much_of_a_thread_is_out(
    forum: House, state: str, part: int, said: str | None
) -> None:
    """Mutation: "Nothing was published" beside two parts that are out would be a lie."""
    post = await forum.draft()
    await forum.press("Schedule")
    await forum.press("In one hour")
    await forum.press("Schedule")
    async with forum.storage.begin(forum.owner.workspace_id) as tx:
        row = (await tx.publications.of_post(post.id))[0]
        row.state, row.part = state, part
        row.payload = {"thread": ["2", "3", "4"], "comment": "5"}
    await forum.say("/calendar")
    await forum.press("Fri 20 · 1")
    await forum.press("1 · 11:30")
    text = forum.last.text
    assert (said in text) if said else ("parts are out" not in text)
    assert ("Nothing was published" in text) is (said == "Nothing was published.")
