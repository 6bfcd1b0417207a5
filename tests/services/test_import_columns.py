"""Is each column known by whatever a person or another tool calls it?"""

from __future__ import annotations

import pytest

from services.import_columns import HEADINGS, columns_of
from services.import_reading import Line
from services.refusals import Refusal


def header(*titles: str) -> Line:
    return Line(1, titles)


def test_titles_in_any_case_with_accents_and_underscores_are_known() -> None:
    columns = columns_of(
        header("Post Text", "SCHEDULED_AT", "Cuenta", "Часовой пояс", "first-comment*", "迟到")
    )
    assert columns.places == {"text": 0, "when": 1, "account": 2, "zone": 3, "first_comment": 4, "late": 5}
    assert columns.title("when") == "SCHEDULED_AT"


def test_no_title_means_two_things() -> None:
    said = [one for titles in HEADINGS.values() for one in titles.split("|")]
    assert len(said) == len(set(said))


def test_a_date_and_a_time_make_a_moment_together() -> None:
    columns = columns_of(header("text", "Fecha", "Hora"))
    line = Line(2, ("Hola", "2026-12-01", "09:00"))
    assert [columns.cell(line, name) for name in ("date", "time", "zone")] == ["2026-12-01", "09:00", ""]
    assert columns.title("when") == "Fecha and Hora"


def test_columns_that_nobody_reads_are_named() -> None:
    assert columns_of(header("id", "text", "", "when", "Campaign")).unused == ("id", "Campaign")


@pytest.mark.parametrize(
    ("titles", "says"),
    [
        (("hello", "when"), "No column is called “text”; the first row has: hello, when."),
        (("text", "x"), "No column is called “when”"),
        (("text", "Post", "when"), "“text” and “Post”"),
        (("text", "when", "date"), "“when” and “date”"),
        (("text", "when", "Image URL"), "“Image URL” cannot be imported"),
    ],
)
def test_a_first_row_that_cannot_be_taken_is_told_by_its_own_titles(
    titles: tuple[str, ...], says: str
) -> None:
    with pytest.raises(Refusal) as caught:
        columns_of(header(*titles))
    assert says in str(caught.value)
    assert caught.value.next_step
