"""Is everything that keeps a row from being a post named by its row and column?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.import_checking import Checker, Ground, Row
from services.import_columns import columns_of
from services.import_reading import Line
from storage.accounts import Account
from tests.services.conftest import Short

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def account(number: int, **more: Any) -> Account:
    facts = {
        "platform": "short",
        "remote_id": f"-10{number}",
        "name": f"Channel {number}",
        "handle": f"lane_{number}",
    }
    return Account(
        workspace_id=UUID(int=1), id=UUID(int=number), connected_at=NOW, updated_at=NOW, **{**facts, **more}
    )


ONE, TWO = account(1), account(2)
PAUSED = account(3, status="paused")
ELSEWHERE = account(4, platform="gone")


class Talkative(Short):
    has_comments = True


def checker(*titles: str, usual: Account | None = ONE, language: str = "en", **platforms: Any) -> Checker:
    ground = Ground(
        now=NOW,
        zone=MADRID,
        language=language,
        accounts=[ONE, TWO, PAUSED, ELSEWHERE],
        usual=usual,
        platforms=platforms or {"short": Short()},
    )
    return Checker(columns_of(Line(1, titles or ("text", "when"))), ground)


def checked(*cells: str, titles: tuple[str, ...] = ("text", "when"), **more: Any) -> Row:
    found = checker(*titles, **more)
    found.check([Line(7, cells)])
    assert found.troubles == []
    return found.rows[0]


def troubles(*cells: str, titles: tuple[str, ...] = ("text", "when"), **more: Any) -> list[str]:
    found = checker(*titles, **more)
    found.check([Line(7, cells)])
    assert found.rows == []
    return [str(one) for one in found.troubles]


def test_a_plain_row_goes_to_the_usual_account_in_the_persons_zone() -> None:
    row = checked("Hello", "2026-12-01 09:00")
    assert (row.number, row.text, row.account_id, row.zone) == (7, "Hello", ONE.id, "Europe/Madrid")
    assert (row.at, row.local) == (datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 1, 9))  # noqa: DTZ001 - wall time
    assert row.notes == ()


@pytest.mark.parametrize(
    ("when", "language"),
    [
        ("tomorrow 9am", "en"),
        ("завтра в 9", "ru"),
        ("mañana a las 9", "es"),
        ("明天上午9点", "zh"),
        ("21.11.2026 09:00", "ru"),
        ("2026-11-21T09:00:00+01:00", "en"),
        ("2026-11-21T08:00Z", "en"),
    ],
)
def test_moments_are_read_as_the_person_writes_them(when: str, language: str) -> None:
    assert checked("Hello", when, language=language).at == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_a_row_may_have_a_zone_of_its_own() -> None:
    row = checked("Hello", "2026-12-01 09:00", "Tokyo", titles=("text", "when", "zone"))
    assert (row.at, row.zone) == (datetime(2026, 12, 1, 0, tzinfo=UTC), "Asia/Tokyo")


def test_date_and_time_may_stand_apart() -> None:
    row = checked("Hello", "2026-12-01", "18:05", titles=("text", "date", "time"))
    assert row.at == datetime(2026, 12, 1, 17, 5, tzinfo=UTC)


def test_what_was_assumed_about_a_moment_is_told() -> None:
    assert "09:00 is taken" in checked("Hello", "2026-12-01").notes[0]
    assert "does not exist" in checked("Hello", "2027-03-28 02:30").notes[0]
    assert checked("Hello", "2027-03-28 02:30").local == datetime(2027, 3, 28, 2, 30)  # noqa: DTZ001 - wall time
    assert checked("Hello", "2026-12-02 02:30").notes == ()


@pytest.mark.parametrize("name", ["@lane_2", "LANE_2", "Channel 2", "channel 2", "-102"])
def test_an_account_is_found_by_its_name_title_or_number(name: str) -> None:
    row = checked("Hello", "2026-12-01 09:00", name, titles=("text", "when", "account"))
    assert row.account_id == TWO.id


def test_the_platforms_name_is_enough_where_it_has_one_account() -> None:
    found = checker("text", "when", "account", gone=Short())
    found.check([Line(2, ("Hello", "2026-12-01 09:00", "gone"))])
    assert [row.account_id for row in found.rows] == [ELSEWHERE.id]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (("", "2026-12-01 09:00"), "Row 7, column text: It is empty. Write the words of the post."),
        (("\u202e\u0007", "2026-12-01 09:00"), "Row 7, column text: It is empty."),
        (("Much longer than that", "2026-12-01 09:00"), "Row 7, column text: Too long. Shorten it."),
        (("#REF!", "2026-12-01 09:00"), "Row 7, column text: The spreadsheet shows the error #REF!."),
        (("Hello", ""), "Row 7, column when: It is empty. Write it like 2026-11-27 09:00."),
        (
            ("Hello", "31.02.2027"),
            "Row 7, column when: “31.02.2027”: There is no day 31 in February 2027. Write it like 2026-11-27 09:00.",
        ),
        (("Hello", "purple elephants"), "Row 7, column when: “purple elephants”: I could not work out"),
        (("Hello", "2026-11-20 09:00"), "that has passed. Choose a later one."),
        (("Hello", "2026-13-01 09:00"), "“2026-13-01 09:00”: There is no month 13. Write it like"),
        (("Hello", "2028-01-01 09:00"), "more than a year ahead"),
        (("Hello", "#N/A"), "Row 7, column when: The spreadsheet shows the error #N/A."),
    ],
)
def test_text_and_moment_are_named_when_they_do_not_fit(cells: tuple[str, ...], says: str) -> None:
    (only,) = troubles(*cells)
    assert says in only


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("@nobody", "“@nobody” is no account of yours. Name one of: @lane_1, @lane_2, @lane_3, @lane_4."),
        ("short", "“short” could be several accounts. Name one of: @lane_1, @lane_2, @lane_3."),
        ("@lane_3", "@lane_3 is paused."),
        ("@lane_4", "gone is not set up on this installation."),
    ],
)
def test_an_account_that_cannot_be_taken_is_named(named: str, says: str) -> None:
    (only,) = troubles("Hello", "2026-12-01 09:00", named, titles=("text", "when", "Channel"))
    assert only == f"Row 7, column Channel: {says}" or says in only


def test_without_a_usual_account_each_row_has_to_name_one() -> None:
    (only,) = troubles("Hello", "2026-12-01 09:00", usual=None)
    assert "Row 7, column account: It is empty, and there is no account that you always publish on" in only


def test_a_zone_that_is_none_is_named_and_says_what_was_meant() -> None:
    (only,) = troubles("Hello", "2026-12-01 09:00", "Madird", titles=("text", "when", "tz"))
    assert only.startswith("Row 7, column tz: “Madird”: I do not know this time zone.")


def test_everything_that_is_the_matter_with_a_row_is_told_at_once() -> None:
    said = troubles("", "never", "nowhere", "nobody", titles=("text", "when", "zone", "account"))
    assert [one.split(":")[0] for one in said] == [
        f"Row 7, column {name}" for name in ("text", "account", "zone")
    ]


@pytest.mark.parametrize(
    ("late", "rule"),
    [
        ("", (None, None)),
        ("30", (30, None)),
        ("30 min", (30, None)),
        ("0", (0, None)),
        ("drop", (None, "drop")),
        ("ASK", (None, "ask")),
        ("90 minutes, drop", (90, "drop")),
    ],
)
def test_how_late_a_row_may_be_is_read(late: str, rule: tuple[int | None, str | None]) -> None:
    row = checked("Hello", "2026-12-01 09:00", late, titles=("text", "when", "late"))
    assert (row.late_minutes, row.late_mode) == rule


@pytest.mark.parametrize("late", ["never", "-5", "1441", "99999", "5 hours"])
def test_a_rule_for_lateness_that_is_none_is_named(late: str) -> None:
    (only,) = troubles("Hello", "2026-12-01 09:00", late, titles=("text", "when", "late"))
    assert only.startswith(f"Row 7, column late: “{late}” is no rule.")


def test_a_first_comment_is_taken_where_the_network_has_one_and_refused_aloud_elsewhere() -> None:
    titles = ("text", "when", "first comment")
    row = checked("Hello", "2026-12-01 09:00", "And more", titles=titles, short=Talkative())
    assert row.comment == "And more"
    (only,) = troubles("Hello", "2026-12-01 09:00", "And more", titles=titles)
    assert only.startswith("Row 7, column first comment: Short takes no first comment.")


def test_what_looks_like_a_formula_is_plain_text() -> None:
    assert checked("=cmd|'/C calc'", "2026-12-01 09:00").text == "=cmd|'/C calc'"


def test_a_row_survives_being_kept() -> None:
    row = checked("Hello", "2027-03-28 02:30", "30 drop", titles=("text", "when", "late")).noted("Twice.")
    assert Row.from_data(row.as_data()) == row


CELLS = st.text(max_size=40) | st.sampled_from(
    ["tomorrow 9", "2026-12-01 09:00", "@lane_1", "UTC", "#REF!", "10:00"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, max_size=6), st.sampled_from(["en", "ru", "es", "zh"]))
def test_any_row_fits_or_is_named_and_nothing_breaks(cells: list[str], language: str) -> None:
    found = checker(
        "text", "when", "account", "zone", "late", "comment", language=language, short=Talkative()
    )
    found.check([Line(7, tuple(cells))])
    assert bool(found.rows) != bool(found.troubles)
    assert all(str(one).startswith("Row 7, column ") for one in found.troubles)
