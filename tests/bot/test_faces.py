"""Does every outbox row look right at the moment it is sent, whatever people have written?"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.wording import LONGEST_SHOWN, cut, excerpt, shown
from bot.faces import face_of
from bot.rendering import render, utf16_length
from bot.turn import Face
from services import moving
from services.binding import Seen
from services.telling import Kind, Place, tell
from storage.outbox import OutboxItem
from tests.bot.house import START, TEAM, House


async def face(house: House, item: OutboxItem) -> Face | None:
    async with house.storage.read(house.owner.workspace_id) as tx:
        return await face_of(tx, house.desk, item, None)


async def row(house: House, kind: Kind, subject: tuple[str, UUID | None]) -> OutboxItem:
    async with house.storage.begin(house.owner.workspace_id) as tx:
        name, number = subject
        assert number is not None
        return tell(tx, kind, Place(TEAM.chat_id), subject=(name, number))


async def test_the_card_tells_length_model_time_files_and_state(house: House) -> None:
    await house.connect()
    await house.draft("Autumn **sale**", media=2)
    text = house.last.text
    assert text.startswith("Autumn sale")
    assert "@autumn_lane · 11 of 1,024 characters" in text
    assert "Writer · offline · 1.2 s" in text
    assert "2 photos" in text


async def test_a_card_shows_the_present_and_not_what_was_when_it_was_told(house: House) -> None:
    post = await house.draft("Before")
    item = await row(house, Kind.POST_CARD, ("post", post.id))
    async with house.storage.begin(house.owner.workspace_id) as tx:
        await house.desk.drafting.revise(tx, house.owner, post.id, text="After")
    found = await face(house, item)
    assert found is not None
    assert "After" in found.text


async def test_a_placeholder_of_a_run_that_has_ended_shows_nothing(house: House) -> None:
    post = await house.draft()
    assert await face(house, await row(house, Kind.PLACEHOLDER, ("generation", post.generation_id))) is None


@pytest.mark.parametrize("kind", [one for one in Kind if one is not Kind.REPLY])
async def test_what_is_gone_shows_nothing(house: House, kind: Kind) -> None:
    assert await face(house, await row(house, kind, ("gone", house.owner.user_id))) is None


async def test_a_paused_account_that_is_well_again_is_not_told(house: House) -> None:
    await house.connect()
    async with house.storage.read(house.owner.workspace_id) as tx:
        (account,) = await tx.accounts.list()
    assert await face(house, await row(house, Kind.PAUSED, ("account", account.id))) is None


async def test_a_team_reads_moments_in_the_zone_of_the_workspace(house: House) -> None:
    await house.connect()
    post = await house.draft()
    async with house.storage.begin(house.owner.workspace_id) as tx:
        at = START + timedelta(hours=3)
        await house.desk.scheduling.schedule(tx, house.owner, post.id, version=1, at=at)
    found = await face(house, await row(house, Kind.POST_CARD, ("post", post.id)))
    assert found is not None
    assert "13:30 (Europe/Madrid" in render(found.text).text


async def test_a_card_stays_one_message_whatever_the_length_and_the_channels(house: House) -> None:
    for number in range(6):
        title = f"{'Channel ' * 14}{number}"
        await house.connect(Seen(-100 - number, "channel", title, None, {"can_post_messages": True}))
    for text in ("😀" * 4_000, "**b** _i_ " * 600, "a\n" * 4_000, "word " * 4_000, "---\n\n" * 500):
        await house.draft(text)
        assert utf16_length(house.last.text) <= 4096
        assert len(render(house.last.face.text).entities) <= 100
        assert "Preview" in house.last.labels


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=6_000))
def test_any_text_has_a_beginning_that_fits(text: str) -> None:
    assert utf16_length(render(shown(text)).text) <= LONGEST_SHOWN + 1
    assert len(excerpt(text)) <= 60
    assert "\n" not in cut(text, most=20)


@pytest.mark.parametrize(
    "name", ["*bold*", "[x](https://evil.example)", "`code`", "_i_", "# big", "> q", "1. one"]
)
async def test_names_with_markup_stay_names(house: House, name: str) -> None:
    await house.added(Seen(-5, "channel", name, None, {"can_post_messages": True}))
    assert f"I was added to {name}." in house.last.text
    assert [one.type for one in render(house.last.face.text).entities] == ["bold"]


async def test_a_platforms_reason_is_shown_as_text_and_not_as_formatting(house: House) -> None:
    await house.connect()
    await house.connect_team()
    post = await house.draft()
    await house.press("Publish now")
    await house.press("Publish")
    async with house.storage.begin(house.owner.workspace_id) as tx:
        (one,) = await tx.publications.of_post(post.id)
        step = moving.fail(one, why="[click](https://evil.example) **now**", now=tx.now)
        await tx.flush()
        await house.desk.deciding.recording.write(tx, [step])
    await house.deliver()
    assert "[click](https://evil.example) **now**" in house.last.text
