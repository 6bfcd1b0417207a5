"""Is everything that is late told in one message, and can it be settled there, all at once or one by one?"""

from __future__ import annotations

from datetime import timedelta

from services.authorising import Role
from services.lateness import tell_missed, why_let_go
from storage.publications import Publication
from tests.bot.house import TEAM, House, Screen


async def late(house: House, count: int = 1, *, state: str = "missed", why: str = "") -> list[Publication]:
    """Posts whose moment went by, as the machine leaves them."""
    found = []
    for number in range(count):
        post = await house.draft(f"Offer number {number + 1}")
        async with house.storage.begin(house.owner.workspace_id) as tx:
            row = await house.desk.scheduling.schedule(
                tx, house.owner, post.id, version=1, at=tx.now + timedelta(minutes=10 * (number + 1))
            )
            await tx.flush()
            row.state, row.next_at, row.version = state, None, 2
            row.reason = why or "Its time passed while Fanfare was not running."
            found.append(row)
    return found


async def told(house: House, *, chat_id: int = TEAM.chat_id) -> Screen:
    """The list, delivered as it stands now."""
    async with house.storage.begin(house.owner.workspace_id) as tx:
        assert await tell_missed(tx) == 1
    await house.deliver()
    return [one for one in house.heard if one.chat_id == chat_id][-1]


async def row(house: House, one: Publication) -> Publication:
    async with house.storage.read(house.owner.workspace_id) as tx:
        return await tx.publications.get(one.id)


async def set_up(house: House) -> None:
    await house.connect()
    await house.connect_team()


async def test_what_is_late_is_listed_in_one_message_with_buttons(house: House) -> None:
    await set_up(house)
    await late(house, 3)
    house.later(hours=3)
    shown = await told(house)
    assert "3 posts are late" in shown.text
    assert "1. Fri 20 Nov, 10:40 · @autumn_lane · Offer number 1" in shown.text
    assert shown.labels == ["Publish all now", "Let all go", "1", "2", "3"]


async def test_all_are_published_spaced_out_and_the_question_says_so(house: House) -> None:
    await set_up(house)
    posts = await late(house, 3)
    house.later(hours=3)
    shown = await told(house)
    await house.press("Publish all now", on=shown)
    assert "Publish 3 late posts now? On each channel one leaves every minute" in house.last.text
    await house.press("Publish them")
    after = house.screens[shown.message_id]
    assert "3 posts leave, a minute apart on each channel, the last one at 13:32" in after.text
    assert after.labels == []
    gaps = [(await row(house, one)).due_at - house.clock[0] for one in posts]
    assert gaps == [timedelta(minutes=number) for number in range(3)]


async def test_all_are_let_go_by_one_tap(house: House) -> None:
    await set_up(house)
    posts = await late(house, 2)
    shown = await told(house)
    await house.press("Let all go", on=shown)
    assert "2 posts let go; they are drafts again." in house.screens[shown.message_id].text
    assert {(await row(house, one)).state for one in posts} == {"cancelled"}


async def test_each_opens_its_own_card_and_the_list_stays(house: House) -> None:
    await set_up(house)
    await late(house, 2)
    shown = await told(house)
    await house.press("2", on=shown)
    assert "Offer number 2" in house.last.text
    assert {"Publish now", "Move", "Drop it"} <= {*house.last.labels}
    assert house.screens[shown.message_id].labels == shown.labels


async def test_an_old_list_changes_nothing_that_changed_meanwhile_and_names_it(house: House) -> None:
    """Mutation: without the versions on the list, a post that was moved away would be cancelled."""
    await set_up(house)
    moved, _ = await late(house, 2)
    old = await told(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        at = tx.now + timedelta(days=1)
        await house.desk.scheduling.move(tx, house.owner, moved.id, version=2, at=at)
    await house.press("Let all go", on=old)
    after = house.screens[old.message_id].text
    assert "1 post let go" in after
    assert "Left alone: @autumn_lane · Offer number 1 — It is scheduled already." in after
    assert (await row(house, moved)).due_at == at


async def test_a_list_of_which_nothing_is_left_says_so_kindly(house: House) -> None:
    await set_up(house)
    await late(house, 2)
    old = await told(house)
    await house.press("Let all go", on=old)
    await house.press("Let all go", on=old)
    assert house.toasts[-1].startswith("Nothing was done: all of these have changed")
    await house.press("Publish all now", on=old)
    assert house.toasts[-1].startswith("The list has changed")
    assert "Nothing is late any more." in house.last.text


async def test_before_words_that_nobody_has_seen_are_published_the_new_list_is_shown(house: House) -> None:
    await set_up(house)
    (one,) = await late(house)
    old = await told(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.revise(tx, house.owner, one.post_id, text="Something else")
    await house.press("Publish all now", on=old)
    assert "Something else" in house.last.text
    assert "Publish them" not in house.last.labels
    await house.press("Publish all now")
    await house.press("Publish them")
    assert (await row(house, one)).state == "scheduled"


async def test_what_the_rule_let_go_stands_in_the_same_message(house: House) -> None:
    await set_up(house)
    await late(house, 1)
    await late(house, 1, state="cancelled", why=why_let_go(15))
    await late(house, 1, state="cancelled", why="Dropped by Ada.")
    shown = await told(house)
    assert "1 post is late" in shown.text
    assert shown.text.count("Offer number 1") == 2
    assert "Let go, as the team wants it; these are drafts again" in shown.text


async def test_a_list_that_is_over_before_it_is_sent_is_not_sent(house: House) -> None:
    await set_up(house)
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await tell_missed(tx)
    before = len(house.heard)
    await house.deliver()
    assert len(house.heard) == before


async def test_a_long_list_is_paged_and_a_word_is_about_the_page(house: House) -> None:
    await set_up(house)
    posts = await late(house, 10)
    shown = await told(house)
    assert "Page 1 of 2" in shown.text
    assert "Publish these 8 now" in shown.labels
    await house.press("Later ›", on=shown)
    assert house.last.labels == ["Publish these 2 now", "Let these 2 go", "9", "10", "‹ Earlier"]
    await house.press("Let these 2 go")
    states = [(await row(house, one)).state for one in posts]
    assert states == ["missed"] * 8 + ["cancelled"] * 2


async def test_a_viewer_sees_the_list_but_does_not_decide(house: House) -> None:
    await set_up(house)
    await late(house, 1)
    shown = await told(house)
    viewer = await house.member(9, "Vera", Role.VIEWER)
    assert "cannot decide here" in await house.refused("Let all go", on=shown, by=viewer)


async def test_who_has_no_team_chat_reads_the_list_in_private(house: House) -> None:
    await house.connect()
    await late(house, 1)
    shown = await told(house, chat_id=house.owner.telegram_id)
    assert "1 post is late" in shown.text
