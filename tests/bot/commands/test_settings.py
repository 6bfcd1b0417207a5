"""Does a preference change what is read and shown from then on?"""

from __future__ import annotations

from bot.commands.starting import HOW_CHANNEL
from services.authorising import Role
from tests.bot.house import House


async def test_a_city_sets_the_zone_and_moments_are_shown_in_it(house: House) -> None:
    await house.say("/settings")
    assert "Europe/Madrid (now 10:30)" in house.last.text
    await house.press("Time zone")
    await house.say("Tokyo")
    assert "Asia/Tokyo, where it is 18:30" in house.last.text
    await house.connect()
    await house.draft()
    await house.press("Schedule")
    assert "Times are in Asia/Tokyo" in house.last.text


async def test_an_unknown_zone_is_asked_again(house: House) -> None:
    await house.say("/settings")
    await house.press("Time zone")
    await house.say("Atlantis")
    assert "I do not know this time zone." in house.last.text
    await house.say("Madrid")
    assert "Europe/Madrid" in house.last.text


async def test_the_language_is_kept(house: House) -> None:
    await house.say("/settings")
    await house.press("Language")
    await house.press("Español")
    assert "Language of dates: Español" in house.last.text
    await house.say("/settings")
    assert "Language of dates: Español" in house.last.text


async def test_only_who_may_connect_sees_the_connections(house: House) -> None:
    editor = await house.member(8, "Emil", Role.EDITOR)
    await house.say("/settings", by=editor)
    assert "Connections" not in house.last.labels
    await house.say("/settings")
    assert "Connections" in house.last.labels


async def test_how_to_connect_is_told_step_by_step(house: House) -> None:
    await house.say("/settings")
    await house.press("How to connect")
    assert "allow me to post messages" in house.last.text
    assert "post messages" in HOW_CHANNEL
