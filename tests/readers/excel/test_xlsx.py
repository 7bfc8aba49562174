"""What XLSX files hold that no library writes: formats, dates, digits and structures of other programs."""

from pathlib import Path

import pytest

from tests.readers.excel.made import HEADER, rows, xlsx
from uploader.errors import ListError
from uploader.readers import Table, open_list


def values(table: Table) -> list[str]:
    return [value for some in table.texts() for value in some.columns[1]]


def problems(table: Table) -> dict[int, tuple[str, bool]]:
    """Row -> code, and whether the row is stopped."""
    return {problem.row: (problem.code, problem.stops) for problem in table.problems.between(0, 1 << 20)}


def cell(value: object, style: int = 1, kind: str = "n") -> str:
    return f'<c r="B@" s="{style}" t="{kind}"><v>{value}</v></c>'


def test_what_a_format_shows_is_sent_or_told(tmp_path: Path) -> None:
    formats = [r"\+57\ ###\ ###\ ####", '"yes";"no"', '0.00" kg"', ";;;", '"+57 "@']
    cells = [cell(3001112233, 1), cell(1, 2), cell(12.5, 3), cell(7.25, 3), cell(5, 4), cell(0, 5, "s"), cell(300, 5)]
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*cells), formats=formats, texts=["3009"]))
    assert values(table) == ["+57 300 111 2233", "yes", "12.5", "7.25", "5", "+57 3009", "+57 300"]
    assert problems(table) == {
        4: ("shown_otherwise", False), 5: ("shown_otherwise", False), 6: ("shown_as_nothing", False)
    }  # fmt: skip


@pytest.mark.parametrize("code", [";;;", "0;-0;0;", '0;0;0;"x"'])
def test_a_text_that_its_format_hides_is_told(tmp_path: Path, code: str) -> None:
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(cell(0, 1, "s")), formats=[code], texts=["3009"]))
    assert values(table) == ["3009"]
    assert problems(table) == {2: ("shown_as_nothing", False)}


def test_an_amount_of_an_account_is_told_only_where_a_dash_stands_for_it(tmp_path: Path) -> None:
    account = '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-'
    table = open_list(
        xlsx(tmp_path / "list.xlsx", rows(cell(0), cell("0.0"), cell(0.5), cell(12), cell(-3)), formats=[account])
    )
    assert values(table) == ["0", "0", "0.5", "12", "-3"]
    assert problems(table) == {2: ("shown_otherwise", False), 3: ("shown_otherwise", False)}


@pytest.mark.parametrize("code", ["dd/mm/yyyy", "yyyy-mm-dd hh:mm", "mmm-yy"])
def test_a_number_that_is_no_day_stops_its_row(tmp_path: Path, code: str) -> None:
    cells = [cell(number) for number in ("0", "0.5", "-1", "1e12", "2958466", "1", "45000", "4.5E4", "9999.5", "45000")]
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*cells), formats=[code]))
    assert values(table)[:5] == ["0", "0.5", "-1", "1000000000000", "2958466"]
    assert values(table)[5:] == ["1900-01-01", "2023-03-15", "2023-03-15", "1927-05-17 12:00:00", "2023-03-15"]
    assert problems(table) == dict.fromkeys(range(2, 7), ("no_date", True))


def test_times_are_no_days(tmp_path: Path) -> None:
    cells = [cell(number) for number in ("0", "0.5", "0.573611099", "0.9999999", "-1")]
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*cells), formats=["hh:mm"]))
    assert values(table) == ["00:00:00", "12:00:00", "13:46:00", "00:00:00", "-1"]
    assert problems(table) == {6: ("no_date", True)}


@pytest.mark.parametrize("code", ["hh:mm", "[h]:mm", "mm:ss"])
def test_a_phone_number_with_the_format_of_a_time_stops_its_row_alone(tmp_path: Path, code: str) -> None:
    cells = [cell(number) for number in ("3001112233", "1e300", "0.5", "-3001112233", "4000000")]
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*cells), formats=[code]))
    assert values(table)[0] == "3001112233"
    assert values(table)[2:4] == ["12:00:00", "-3001112233"]
    assert {row for row, found in problems(table).items() if found == ("no_date", True)} >= {2, 3, 5}
    assert 4 not in problems(table)


@pytest.mark.parametrize("code", ["hh:mm", "h:mm:ss AM/PM"])
def test_a_day_that_is_shown_as_a_time_alone_is_told(tmp_path: Path, code: str) -> None:
    cells = [cell(number) for number in ("45000.75", "0.75", "1", "3.5E-2")]
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*cells), formats=[code]))
    assert values(table) == ["2023-03-15 18:00:00", "18:00:00", "1900-01-01", "00:50:24"]
    assert problems(table) == dict.fromkeys([2, 4], ("shown_otherwise", False))


@pytest.mark.parametrize("value", ["NaN", "INF", "-INF"])
def test_what_is_no_number_stops_its_row(tmp_path: Path, value: str) -> None:
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(cell(value), cell(1)), formats=["0.0"]))
    assert problems(table) == {2: ("error_cell", True)}


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    data = rows(cell(0), cell(0.5), cell(-1), cell(43000), cell(2958465))
    table = open_list(xlsx(tmp_path / "list.xlsx", data, formats=["d/m/yy"], properties='<workbookPr date1904="1"/>'))
    assert values(table) == ["1904-01-01", "1904-01-01 12:00:00", "-1", "2021-09-23", "2958465"]
    assert problems(table) == dict.fromkeys([4, 6], ("no_date", True))


def test_a_fraction_of_a_second_below_midnight_is_the_next_day(tmp_path: Path) -> None:
    table = open_list(
        xlsx(tmp_path / "list.xlsx", rows(cell("45000.9999999"), cell("45000.99999")), formats=["d/m/yy h:mm"])
    )
    assert values(table) == ["2023-03-16", "2023-03-15 23:59:59"]


def test_dates_as_text_are_dates(tmp_path: Path) -> None:
    texts = ["2024-02-29", "2024-02-29T13:45", "2024-02-29T13:45:00Z", "2024-02-29T13:45:00.000Z", "2024-02-29T13:45:00+05:00",
             "2024-02-29Z", "13:45:00", "2024-02-31", "soon"]  # fmt: skip
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*(cell(text, 1, "d") for text in texts)), formats=["d/m/yy"]))
    assert values(table) == ["2024-02-29", *["2024-02-29 13:45:00"] * 4, "2024-02-29", "13:45:00", "2024-02-31", "soon"]
    assert problems(table) == {9: ("no_date", True), 10: ("no_date", True)}
    assert table.date_columns == {1}


def test_digits_are_those_that_the_sheet_shows_or_the_file_has(tmp_path: Path) -> None:
    numbers = [
        "434.99999999999994",
        "3.3000000000000003",
        "300111223344.55",
        "9007199254740993",
        "123456789012345678901",
        "1.5E+17",
    ]
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*(cell(number, 0) for number in numbers))))
    assert values(table) == [
        "435",
        "3.3",
        "300111223344.55",
        "9007199254740993",
        "123456789012345678901",
        "150000000000000000",
    ]
    assert problems(table) == {5: ("long_number", False), 6: ("long_number", False), 7: ("rounded_number", False)}


MACRO = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"


@pytest.mark.parametrize(
    "options",
    [
        {"before": '<dimension ref="1:4"/>'}, {"before": '<dimension ref="A:D"/>'}, {"workbook": "book/list.xml"}, {"workbook": "list.xml"},
        {"after": '<mergeCells count="2"><mergeCell ref="3:3"/><mergeCell ref="D:D"/></mergeCells>'},
        {"sheets": '<sheet name="Macro1" sheetId="2" r:id="rId9"/><sheet name="Lista" sheetId="1" r:id="rId1"/>',
         "relations": f'<Relationship Id="rId9" Type="{MACRO}" Target="macrosheets/sheet1.xml"/>',
         "parts": {"xl/macrosheets/sheet1.xml": "<macrosheet/>"}},
    ],
)  # fmt: skip
def test_what_only_the_fast_reader_stumbles_over_is_read(tmp_path: Path, options: dict[str, str]) -> None:
    data = rows(cell(0, 0, "s"), cell(45000), cell("#N/A", 0, "e"))
    table = open_list(xlsx(tmp_path / "list.xlsx", data, formats=["d/m/yy"], texts=["hola"], **options))  # type: ignore[arg-type]  # one type for options of several
    assert values(table) == ["hola", "2023-03-15", "#N/A"]


@pytest.mark.parametrize("is_shared", [True, False])
def test_characters_that_take_two_escapes_are_themselves(tmp_path: Path, is_shared: bool) -> None:  # a case
    text = "hola _xD83D__xDE00_ _x0041_ _x005F_x0041_"
    inline = f'<c r="B@" t="inlineStr"><is><t>{text}</t></is></c>'
    table = open_list(
        xlsx(tmp_path / "list.xlsx", rows(cell(0, 0, "s") if is_shared else inline), texts=[text] * is_shared)
    )
    assert values(table)[0].startswith("hola 😀 ")


def test_spaces_around_a_number_are_not_part_of_it(tmp_path: Path) -> None:
    padded = [cell("  41", 0), cell("\n45000\n"), cell(" 0", 0, "s"), '<c r="B@"><v> 7.5</v></c>', cell(" 1E3 ", 0)]
    table = open_list(xlsx(tmp_path / "list.xlsx", rows(*padded), formats=["d/m/yy"], texts=["hola"]))
    assert values(table) == ["41", "2023-03-15", "hola", "7.5", "1000"]
    assert problems(table) == {3: ("made_a_date", False)}


def test_a_row_that_comes_twice_is_refused_and_rows_in_disorder_are_read(tmp_path: Path) -> None:
    twice = HEADER + '<row r="2"><c r="B2"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
    with pytest.raises(ListError, match="row 2 is in it twice"):
        open_list(xlsx(tmp_path / "twice.xlsx", twice))
    disorder = HEADER + '<row r="3"><c r="B3"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
    assert values(open_list(xlsx(tmp_path / "list.xlsx", disorder))) == ["2", "1"]


@pytest.mark.parametrize("code", ["00000", r"\+57\ 0", '0;-0;"none"', "00000000000000000000"])
def test_a_number_is_the_same_however_its_cell_is_written(tmp_path: Path, code: str) -> None:
    numbers = ["7", "007", "0", "12345", "123456", "-7", "7.5", "1e3", "", "1234567890123456", "00000", "000000012"]
    usual = [f'<c r="B@" s="1"><v>{number}</v></c>' if number else '<c r="B@" s="1"/>' for number in numbers]
    text = '<c r="B@" s="1" t="str"><v>a text</v></c>'
    as_excel_does, one_is_text, otherwise = (
        open_list(xlsx(tmp_path / f"{nth}.xlsx", rows(*cells), formats=[code]))
        for nth, cells in enumerate([usual, [*usual, text], map(cell, numbers)])
    )
    assert values(as_excel_does) == values(otherwise) == values(one_is_text)[:-1]
    assert problems(as_excel_does) == problems(otherwise) == problems(one_is_text)
