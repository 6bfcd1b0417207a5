from __future__ import annotations

from sandbox.scenery import AUTUMN_LANE
from tests.journeys.cast import Somebody, text_of
from tests.journeys.living import Living
from tests.services.test_import_reading import workbook

PLAN = "text,when\nOur boots are back,in 2 hours\nSee you on Sunday,2026-12-02 09:00\n"


async def test_a_csv_is_checked_confirmed_by_one_tap_and_goes_out(house: Living, owner: Somebody) -> None:
    await owner.sends(PLAN.encode(), kind="document", name="plan.csv")
    preview = await owner.sees("2 posts from plan.csv: all of them fit.", label="Schedule 2")
    assert await house.states() == []
    assert await owner.taps("Schedule 2") == "2 posts are scheduled."
    done = await owner.sees("2 posts from plan.csv are scheduled.")
    assert done["message_id"] == preview["message_id"]
    await house.later(hours=2, minutes=1)
    assert "boots are back" in text_of(await owner.sees("boots", chat=AUTUMN_LANE))
    await house.at_rest()
    assert sorted(await house.states()) == ["published", "scheduled"]


async def test_an_excel_file_with_a_wrong_row_is_refused_by_row_and_column(
    house: Living, owner: Somebody
) -> None:
    data = workbook(["text", "when"], ["Our boots are back", "2026-12-01 09:00"], ["Oh", "31.02.2027"])
    await owner.sends(data, kind="document", name="plan.xlsx")
    said = text_of(await owner.sees("1 fits, 1 does not", label="Drop"))
    assert "Row 3, column when: “31.02.2027”: There is no day 31 in February 2027." in said
    await owner.taps("Drop")
    await owner.sees("Dropped plan.xlsx")
    assert await house.states() == []


async def test_what_is_no_spreadsheet_is_told_and_no_agent_is_asked(house: Living, owner: Somebody) -> None:
    await owner.sends(b'text,when\n"open,x\n', kind="document", name="plan.csv")
    said = text_of(await owner.sees("Row 2 cannot be read"))
    assert "To publish the file itself, send it with a few words." in said
    await house.at_rest()


async def test_a_spreadsheet_with_words_that_is_no_plan_is_an_attachment(owner: Somebody) -> None:
    await owner.sends(
        b"price,size\n5,L\n", kind="document", name="prices.csv", caption="Write about our new prices"
    )
    await owner.sees("1 document", label="Schedule")


async def test_another_document_stays_what_it_was(owner: Somebody) -> None:
    await owner.sends(b"%PDF-1.7", kind="document", name="menu.pdf")
    await owner.sees("What should the post say?")
