"""Does a conversation begin anew, end at once and forget as it says?"""

from __future__ import annotations

from services.asking import lane_of
from services.authorising import Role
from services.telling import Place
from storage.messages import Message
from tests.bot.house import House


async def test_new_forgets_what_was_said_and_takes_the_next_words(house: House) -> None:
    async with house.storage.begin(house.owner.workspace_id) as tx:
        place = Place(house.owner.telegram_id)
        agent, _ = await house.desk.asking.agent(tx, house.owner, place)
        lane = lane_of(place, agent.id)
        tx.messages.add(
            Message(
                workspace_id=house.owner.workspace_id,
                id=tx.new_id(),
                lane=lane,
                role="person",
                text="Old",
                created_at=tx.now,
            )
        )
    await house.say("/new A post about bread")
    async with house.storage.read(house.owner.workspace_id) as tx:
        assert await tx.messages.latest(lane, limit=5) == []
    assert [one.prompt for one in await house.runs()] == ["A post about bread"]


async def test_stop_cancels_what_waits_and_names_what_runs(house: House) -> None:
    await house.say("First")
    await house.say("Second")
    async with house.storage.begin(house.owner.workspace_id) as tx:
        running = (await tx.generations.open_in(house.owner.telegram_id))[0]
        running.status = "processing"
    await house.say("/stop")
    assert house.stopped == [running.id]
    assert [one.prompt for one in await house.runs()] == ["First"]
    assert any("Stopped before it began." in one.text for one in house.heard)


async def test_the_stop_button_does_the_same(house: House) -> None:
    await house.say("First")
    await house.press("Stop")
    assert await house.runs() == []
    assert house.toasts[-1].startswith("Stopped.")


async def test_help_lists_what_the_role_may(house: House) -> None:
    viewer = await house.member(8, "Vera", Role.VIEWER)
    await house.say("/help", by=viewer)
    assert "as viewer" in house.last.text
    assert "/queue" in house.last.text
    assert "/new" not in house.last.text


async def test_start_tells_what_is_still_missing(house: House) -> None:
    await house.say("/start")
    assert "no channel is connected yet" in house.last.text
    await house.connect()
    await house.say("/start")
    assert "add me to your team's chat" in house.last.text
    await house.connect_team()
    await house.say("/start")
    assert "The team is told in The team." in house.last.text


async def test_the_example_is_one_tap_away(house: House) -> None:
    await house.say("/start")
    await house.press("Write an example post")
    assert "autumn sale" in (await house.runs())[0].prompt


async def test_a_name_with_markup_is_shown_as_it_is(house: House) -> None:
    editor = await house.member(8, "*Bold* [x](http://y)", Role.EDITOR)
    await house.say("/start", by=editor)
    assert "Hello *Bold* [x](http://y)," in house.last.text


async def test_usage_adds_up_per_agent_and_changes_its_period(house: House) -> None:
    await house.draft()
    await house.say("/usage")
    assert "Writer: 1 run · 0 tokens in, 0 out" in house.last.text
    await house.press("30 days")
    assert "last 30 days" in house.last.text
    assert house.last.labels == ["7 days"]
