"""Is a file of posts shown as it was checked, and saved by one tap and no other way?"""

from __future__ import annotations

from uuid import uuid4

import pytest

from bot.cards.importing import TROUBLES
from bot.commands import talking
from bot.sheets import SUBJECT, Opened
from bot.turn import Turn
from services.authorising import Actor, Role
from services.refusals import NotAllowed
from services.telling import Kind, Place, tell
from storage.media import Medium
from tests.bot.house import OTHER, House, Screen

PLAN = "text,when\nOur **boots** are back,2026-12-01 09:00\nSee you on Sunday,2026-12-02 09:00\n"


async def sends(house: House, plan: str = PLAN, *, words: str = "", by: Actor | None = None) -> Screen:
    """A file to the bot, as the dispatcher opens it: checked first, then one turn."""
    actor = by or house.owner

    async def told(done: int, total: int) -> None:
        raise AssertionError(f"told {done} of {total}")

    checked = await house.desk.importing.examine(actor, file_name="plan.csv", data=plan.encode(), tell=told)
    async with house.storage.begin(actor.workspace_id) as tx:
        medium = tx.media.add(
            Medium(
                workspace_id=actor.workspace_id,
                id=tx.new_id(),
                kind="document",
                file_name="plan.csv",
                created_at=tx.now,
                updated_at=tx.now,
            )
        )
        turn = Turn(house.desk, tx, actor, Place(actor.telegram_id), words=words, media=[medium])
        turn.sheet = Opened(uuid4(), checked)
        await talking.on_words(turn)
    await house.deliver()
    return house.last


async def waiting(house: House) -> int:
    async with house.storage.read(house.owner.workspace_id) as tx:
        return await tx.publications.count(states=["scheduled"])


async def test_a_file_that_fits_is_shown_and_saved_by_one_tap(house: House) -> None:
    await house.connect()
    preview = await sends(house)
    assert "2 posts from plan.csv: all of them fit." in preview.text
    assert "Tue 1 Dec 2026, 09:00 on @autumn_lane: Our boots are back" in preview.text
    assert "Times are in Europe/Madrid. Nothing is saved yet." in preview.text
    assert preview.labels == ["Schedule 2", "Drop"]
    assert await waiting(house) == 0
    await house.press("Schedule 2")
    assert await waiting(house) == 2
    assert house.last.message_id == preview.message_id
    assert "2 posts from plan.csv are scheduled." in house.last.text
    assert "The first goes out on Tue 1 Dec 2026, 09:00" in house.last.text
    assert house.last.labels == ["See the queue", "See the calendar"]
    assert house.toasts == ["2 posts are scheduled."]
    await house.say("/queue")
    assert "See you on Sunday" in house.last.text


async def test_the_second_tap_on_an_old_picture_saves_nothing_more(house: House) -> None:
    await house.connect()
    preview = await sends(house)
    await house.press("Schedule 2", on=preview)
    assert "scheduled already" in await house.refused("Schedule 2", on=preview)
    assert "scheduled already" in await house.refused("Drop", on=preview)
    assert await waiting(house) == 2


async def test_a_dropped_file_is_gone(house: House) -> None:
    await house.connect()
    preview = await sends(house)
    await house.press("Drop")
    assert house.last.text == "Dropped plan.csv. Nothing was saved."
    assert house.last.labels == []
    assert await house.refused("Schedule 2", on=preview)
    assert await waiting(house) == 0


async def test_rows_that_do_not_fit_are_listed_and_nothing_can_be_saved(house: House) -> None:
    await house.connect()
    bad = "".join(f"Post {n},never\n" for n in range(TROUBLES + 5))
    preview = await sends(house, PLAN + bad)
    assert "17 posts from plan.csv: 2 fit, 15 do not." in preview.text
    assert "Row 4, column when: “never”: I could not work out the moment" in preview.text
    assert "Row 13, column" in preview.text
    assert "Row 14, column" not in preview.text
    assert preview.labels == ["More ›", "Drop"]
    await house.press("More ›")
    assert "Row 18, column when" in house.last.text
    assert "Page 2 of 2" in house.last.text
    assert house.last.message_id == preview.message_id
    await house.press("‹ Before")
    assert "Row 4, column" in house.last.text


async def test_formatting_in_cells_cannot_become_formatting_of_ours(house: House) -> None:
    await house.connect()
    preview = await sends(house, "text,when\nx,**never** [tap](https://evil.example)\n")
    assert "“**never** [tap](https://evil.example)”" in preview.text


async def test_what_a_file_repeats_is_told_before_the_tap(house: House) -> None:
    await house.connect()
    preview = await sends(
        house, PLAN + "our BOOTS are back,2026-12-03 09:00\nour **boots** are back,2026-12-04 09:00\n"
    )
    assert "⚠ Row 5: The same words as row 2." in preview.text
    assert preview.labels == ["Schedule 4", "Drop"]


async def test_words_beside_the_file_leave_the_choice_to_make_a_post_with_it(house: House) -> None:
    await house.connect()
    preview = await sends(house, words="Write about our price list")
    assert preview.labels == ["Schedule 2", "Drop", "Make a post with the file"]
    await house.press("Make a post with the file")
    (run,) = await house.runs()
    assert run.prompt == "Write about our price list"
    assert len(run.input["media"]) == 1
    assert await house.refused("Schedule 2", on=preview)


async def test_an_account_that_is_paused_meanwhile_is_named_with_its_row(house: House) -> None:
    await house.connect()
    await sends(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        (await tx.accounts.list())[0].status = "paused"
    assert (await house.refused("Schedule 2")).startswith("Row 2: Autumn Lane is paused")
    assert await waiting(house) == 0


async def test_with_several_channels_a_row_says_which(house: House) -> None:
    await house.connect()
    await house.connect(OTHER)
    preview = await sends(house)
    assert "Row 2, column account: It is empty" in preview.text
    preview = await sends(house, "text,when,channel\nHello,2026-12-01 09:00,second_lane\n")
    assert "1 post from plan.csv: it fits." in preview.text
    await house.press("Schedule 1")
    assert "1 post from plan.csv is scheduled." in house.last.text


async def test_a_viewer_may_not_press_what_an_editor_was_shown(house: House) -> None:
    await house.connect()
    await sends(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        member = await tx.members.find(house.owner.user_id)
        assert member is not None
        member.role = Role.VIEWER.value
    with pytest.raises(NotAllowed):
        await house.press("Schedule 2")


async def test_progress_is_shown_until_the_file_is_checked_and_never_after(house: House) -> None:
    await house.connect()
    import_id, place = uuid4(), Place(house.owner.telegram_id)
    progress = {"file": "plan_*.csv", "done": 1200, "total": 5000}
    async with house.storage.begin(house.owner.workspace_id) as tx:
        tell(tx, Kind.IMPORT, place, payload=progress, subject=(SUBJECT, import_id))
    await house.deliver()
    assert house.last.text == "Checking row 1,200 of 5,000 in plan_*.csv…"
    preview = await sends(house)
    found = preview.face.rows[0][0].subject
    assert found is not None
    async with house.storage.begin(house.owner.workspace_id) as tx:
        tell(tx, Kind.IMPORT, place, payload=progress, subject=(SUBJECT, found))
    await house.deliver()
    assert house.last is preview


async def test_a_long_preview_stays_one_message(house: House) -> None:
    await house.connect()
    plan = "text,when\n" + "".join(f"{'word ' * 200}{n},2026-12-{n:02}\n" for n in range(1, 29))
    preview = await sends(house, plan)
    assert "and 23 more, the last on Mon 28 Dec 2026, 09:00" in preview.text
    assert len(preview.text) < 4096
