from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.scenery import CHI
from settings import Settings
from tests.journeys.cast import Somebody, Town, text_of
from tests.journeys.living import Calendar, Living, at_work, living, opened


def _lines(messages: list[dict[str, object]]) -> list[str]:
    return [text_of(one) for one in messages if "team" in text_of(one)]


async def test_a_stranger_gets_one_polite_line_a_day(house: Living, owner: Somebody, town: Town) -> None:
    del owner
    chi = town.person(CHI)
    for words in ("/start", "Hello?", "Write a post about me"):
        await chi.says(words)
    await chi.sees("This desk belongs to a team")
    await house.at_rest()
    assert len(_lines(await chi.messages())) == 1
    await house.later(days=1)
    await chi.says("And today?")
    await chi.awaits(lambda all_: len(_lines(all_)) == 2)


async def test_the_claim_code_makes_its_sender_the_owner(
    settings: Settings, calendar: Calendar, ada: Somebody, ben: Somebody, capsys: pytest.CaptureFixture[str]
) -> None:
    async with living(settings, calendar, is_open_to_first=False):
        code = capsys.readouterr().out.rsplit(" ", 1)[1].strip()
        await ben.says("/start")
        await ben.sees("This desk has no owner yet")
        await ben.says("let-me-in-" + "x" * 12)
        await ben.sees("not the claim code")
        await ada.says(f"/start {code}")
        await ada.sees("this is Fanfare")
        await ben.says(code)
        await ben.sees("This desk belongs to a team")


async def test_a_claim_code_is_worth_nothing_after_half_an_hour_or_five_wrong_tries(
    settings: Settings, calendar: Calendar, ada: Somebody
) -> None:
    async with opened(settings, calendar, is_open_to_first=False) as app:
        async with app.storage.begin(None) as tx:
            code = await app.desk.joining.issue_code(tx)
        await app.bot.initialize()
        async with at_work(app, calendar):
            for number in range(5):
                await ada.says(f"guess{number:017}")
            await ada.says(code)
            await ada.awaits(lambda all_: sum("not the claim code" in text_of(one) for one in all_) == 6)
            async with app.storage.begin(None) as tx:
                code = await app.desk.joining.issue_code(tx)
            calendar.moved += timedelta(minutes=31)
            await ada.says(code)
            await ada.awaits(lambda all_: sum("not the claim code" in text_of(one) for one in all_) == 7)
