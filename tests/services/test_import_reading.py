"""Does every file become rows or a sentence, and never anything else?"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import openpyxl  # type: ignore[import-untyped]  # it comes without types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import import_reading
from services.import_reading import LARGEST, MOST_COLUMNS, MOST_ROWS, Sheet, is_sheet, read
from services.refusals import Refusal

HEADER = "text,when\n"


def rows(data: bytes | str, *, language: str = "en") -> list[tuple[str, ...]]:
    return [
        one.cells for one in read(data.encode() if isinstance(data, str) else data, language=language).lines
    ]


def refused(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read(data)
    assert caught.value.next_step
    return str(caught.value)


def workbook(*lines: list[object], title: str = "Plan") -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for line in lines:
        book.active.append(line)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_from_the_first_row(delimiter: str) -> None:
    said = f'text{delimiter}when\n"One, two; three\tfour"{delimiter}tomorrow\n'
    assert rows(said) == [("text", "when"), ("One, two; three\tfour", "tomorrow")]


def test_the_first_line_of_excel_names_the_delimiter() -> None:
    assert rows("sep=;\r\ntext,a;when\r\nx;y\r\n") == [("text,a", "when"), ("x", "y")]


def test_a_cell_may_have_lines_and_doubled_quotation_marks() -> None:
    assert rows(HEADER + '"Line\nline\n""quoted""",tomorrow\n')[1] == ('Line\nline\n"quoted"', "tomorrow")


def test_rows_are_numbered_as_the_spreadsheet_shows_them_with_empty_ones_counted() -> None:
    sheet = read((HEADER + '"a\nb",x\n\n , \nc,y\n').encode())
    assert [one.number for one in sheet.lines] == [1, 2, 5]


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("utf-8", "Осень"),
        ("utf-8-sig", "Осень 🍂"),
        ("utf-16", "Осень 秋"),
        ("utf-16-le", "Autumn"),
        ("utf-16-be", "Autumn"),
        ("cp1251", "Осенняя распродажа"),
        ("latin-1", "Mañana, canción y corazón"),
        ("cp1252", "“Größe” für alle"),
    ],
)
def test_the_encodings_of_spreadsheets_are_read(encoding: str, word: str) -> None:
    assert rows(f'text,when\n"{word}",tomorrow\n'.encode(encoding))[1][0] == word


def test_the_encoding_of_chinese_excel_is_read_for_who_speaks_chinese() -> None:
    assert rows("text,when\n秋季大促,明天\n".encode("gb18030"), language="zh")[1] == ("秋季大促", "明天")


def test_what_looks_like_a_formula_in_a_csv_is_text() -> None:
    assert rows(HEADER + "=cmd|' /C calc'!A0,+1\n")[1] == ("=cmd|' /C calc'!A0", "+1")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "nothing in that file"),
        (b" , \n\n", "nothing in that file"),
        (b'text,when\n"open,x\n', "Row 2 cannot be read: its quotation marks"),
        (b'text,when\nfine,x\n"a"b,x\n', "Row 3 cannot be read: its quotation marks"),
        (b"text,when\na\x00b,x\n", "cannot be read as a spreadsheet"),
        (b"\xff\xfea", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"PK\x03\x04 nothing more", "cannot be read"),
        (b"x" * (LARGEST + 1), "5 MB"),
        (b"text,when\n" + b"a,b\n" * (MOST_ROWS + 1), "5,000 rows"),
        (b"text,when\n" + b"\n" * 30_000 + b"a,b\n", "5,000 rows"),
        (b"," * MOST_COLUMNS + b"x\n", "64 columns"),
        (b"text,when\n" + b"x" * 50_001 + b",y\n", "Row 2 has a cell of more than 50,000"),
        (b"text,when\n" + b"x" * 200_000 + b",y\n", "Row 2 has a cell of more than 50,000"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence_that_says_where(data: bytes, says: str) -> None:
    assert says in refused(data)


def test_as_many_rows_as_may_be_are_read() -> None:
    assert len(read(b"text,when\n" + b"a,b\n" * MOST_ROWS).lines) == MOST_ROWS + 1


def test_the_cells_of_excel_become_what_a_person_would_have_typed() -> None:
    moment = datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001 - Excel knows no zones
    data = workbook(
        ["text", "when"],
        ["A", moment],
        ["B", date(2026, 12, 2)],
        ["C", time(18, 5)],
        [4.0, 2.5],
        [True, None],
        [None, None],
        ["  D  ", "tomorrow"],
    )
    assert rows(data)[1:] == [
        ("A", "2026-12-01 09:30"),
        ("B", "2026-12-02"),
        ("C", "18:05"),
        ("4", "2.5"),
        ("True",),
        ("D", "tomorrow"),
    ]
    assert read(data).lines[-1].number == 8


def test_of_a_formula_the_saved_value_is_taken_and_nothing_is_computed() -> None:
    data = workbook(["text", "when"], ["=1+1", "x"], ["'=1+1", "y"])
    assert rows(data)[1:] == [("", "x"), ("'=1+1", "y")]
    cached = _with_part(data, "xl/worksheets/sheet1.xml", b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert rows(cached)[1] == ("2", "x")


def test_only_the_first_sheet_is_read_and_that_is_told() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Plan"
    book.active.append(["text", "when"])
    book.create_sheet("Notes").append(["secret"])
    packed = io.BytesIO()
    book.save(packed)
    sheet = read(packed.getvalue())
    assert [one.cells for one in sheet.lines] == [("text", "when")]
    assert sheet.notes == ("Only the first sheet, “Plan”, was read.",)


def _with_part(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for one in source.infolist():
            content = source.read(one)
            if one.filename == name:
                assert old in content
                content = content.replace(old, new)
            target.writestr(one.filename, content)
    return packed.getvalue()


def test_a_file_that_would_unpack_to_gigabytes_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutation: without the bound the parts are unpacked, which this makes an error of its own."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", b" " * 40_000_000)

    def never(_: bytes) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(import_reading, "_opened", never)
    assert "unpacks to more" in refused(packed.getvalue())


def test_a_zip_with_a_thousand_parts_or_without_a_workbook_is_refused() -> None:
    for names in ([f"{n}.xml" for n in range(1_000)], ["readme.txt"]):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as target:
            for name in names:
                target.writestr(name, b"")
        assert refused(packed.getvalue())


def test_entities_in_a_workbook_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'
    data = _with_part(workbook(["text", "when"]), "xl/worksheets/sheet1.xml", b"<worksheet", bomb)
    assert "cannot be read" in refused(data)


def test_a_row_that_claims_to_be_the_millionth_is_refused_and_not_waited_for() -> None:
    data = _with_part(
        workbook(["text", "when"], ["a", "b"]), "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="1048576"'
    )
    data = _with_part(data, "xl/worksheets/sheet1.xml", b'"A2"', b'"A1048576"')
    data = _with_part(data, "xl/worksheets/sheet1.xml", b'"B2"', b'"B1048576"')
    assert "more than 5,000 rows" in refused(data)


@pytest.mark.parametrize(
    ("name", "kind", "is_one"),
    [
        ("plan.csv", None, True),
        ("PLAN.XLSX", None, True),
        ("plan", "text/csv; charset=utf-8", True),
        ("plan.pdf", "application/pdf", False),
        (None, None, False),
    ],
)
def test_a_sheet_is_known_by_its_name_or_its_type(
    *, name: str | None, kind: str | None, is_one: bool
) -> None:
    assert is_sheet(file_name=name, mime_type=kind) is is_one


def whole_or_refused(data: bytes, language: str = "en") -> None:
    try:
        sheet = read(data, language=language)
    except Refusal:
        return
    assert isinstance(sheet, Sheet)
    assert all(line.cells and line.cells[-1] for line in sheet.lines)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["en", "ru", "zh"]))
def test_random_bytes_are_rows_or_a_sentence(data: bytes, language: str) -> None:
    whole_or_refused(data, language)


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("abЖ秋\"',;\t\n\r =\x00🎉"), max_size=120),
    st.sampled_from(["utf-8", "utf-16"]),
)
def test_hostile_csv_is_rows_or_a_sentence(text: str, encoding: str) -> None:
    whole_or_refused(text.encode(encoding))


WORKBOOK = workbook(["text", "when"], ["A", datetime(2026, 12, 1, 9, 30)], ["=1+1", 5])  # noqa: DTZ001 - Excel knows no zones


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_workbook_is_rows_or_a_sentence(data: st.DataObject) -> None:
    """Bytes of the package, and of the XML in it, are overwritten at random."""
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source:
        parts = {one.filename: source.read(one) for one in source.infolist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + 8] = data.draw(st.binary(max_size=12))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for one, kept in parts.items():
            target.writestr(one, bytes(content) if one == name else kept)
    whole_or_refused(packed.getvalue())
    raw = bytearray(WORKBOOK)
    raw[at % len(raw)] ^= 0x5A
    whole_or_refused(bytes(raw))
