import random
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import measured
from tests.readers.excel.binary_files import (
    COLUMN_HIDDEN,
    ROW_HIDDEN,
    cell,
    details_of,
    inline,
    real,
    record,
    row,
    shared,
    sheet_part,
    small,
    wide,
    xlsb,
)
from tests.readers.test_damaged import cells_of, variants
from tests.readers.test_hostile import read_apart
from tests.readers.test_open_list import problems, read
from tests.rendered import place, sentences
from uploader.errors import ListError
from uploader.readers import open_list

HEADER = row(0, inline(0, "name"), inline(1, "id"))


def test_every_kind_of_cell_is_read(tmp_path: Path) -> None:
    header = row(0, *(inline(column, f"c{column}") for column in range(9)))
    cells = row(
        1,
        shared(0, 1),
        small(1, 12 << 2 | 2),  # a whole number
        small(2, 1234 << 2 | 3),  # the same, a hundredth
        small(3, -5 << 2 | 2),
        real(4, 0.1),
        cell(4, 5, b"\1"),
        cell(8, 6, wide("of a formula") + b"\0\0"),
        cell(62, 7, b"\1" + wide("rich") + b"\0" * 8),
        cell(10, 8, b"\0"),
    )
    short = row(2, shared(0, 0), record(12, b"\0" * 4), record(16, b"\0" * 4 + struct.pack("<d", 7)))
    front_of_a_double = row(3, small(0, struct.unpack("<i", struct.pack("<d", 1.5)[4:])[0]))
    path = xlsb(
        tmp_path / "list.xlsb", {"S": sheet_part([header, cells, short, front_of_a_double])}, texts=["a", "ñ 😀"]
    )
    table = open_list(path)
    assert read(table) == {
        2: ["ñ 😀", "12", "12.34", "-5", "0.1", "TRUE", "of a formula", "rich", "FALSE"],
        3: ["a", "", "7", *[""] * 6],
        4: ["1.5", *[""] * 8],
    }
    assert sentences(table.notes) == []


def test_numbers_are_read_as_their_formats_show_them(tmp_path: Path) -> None:
    formats = ["00000", "dd/mm/yyyy", "hh:mm", "[h]:mm", '0.00" d"', "dd/mm/yyyy hh:mm"]
    numbers = [12, 45000, 0.5, 1.5, 2, 45000.75]
    header = row(0, *(inline(column, f"c{column}") for column in range(6)))
    cells = row(1, *(real(column, number, column + 1) for column, number in enumerate(numbers)))
    path = xlsb(tmp_path / "list.xlsb", {"S": sheet_part([header, cells])}, formats=formats)
    shown = ["00012", "2023-03-15", "12:00:00", "36:00:00", "2", "2023-03-15 18:00:00"]
    assert read(open_list(path)) == {2: shown}
    frames = xlsb(tmp_path / "frames.xlsb", {"S": sheet_part([HEADER, row(1, cell(6, 0, wide("300"), 1), real(1, 7, 2))])},
                  formats=['"+57 "@', '"CO-"0'])  # fmt: skip
    assert read(open_list(frames)) == {2: ["+57 300", "CO-7"]}
    path = xlsb(tmp_path / "1904.xlsb", {"S": sheet_part([header, cells])}, formats=formats, is_1904=True)
    assert read(open_list(path))[2][1] == "2027-03-16"


def test_texts_are_read_as_their_formats_show_them(tmp_path: Path) -> None:
    header = row(0, *(inline(column, f"c{column}") for column in range(3)))
    style_1, style_2 = (struct.pack("<II", column, column) for column in (1, 2))
    cells = row(1, inline(0, "007"), record(6, style_1 + wide("3009")), record(7, style_2 + bytes(4)))
    path = xlsb(tmp_path / "list.xlsb", {"S": sheet_part([header, cells])}, formats=['"+57 "@', ";;;"], texts=["x"])
    table = open_list(path)
    assert read(table) == {2: ["007", "+57 3009", "x"]}
    assert [(place(problem), problem.code) for problem in table.problems.between(1, 9)] == [("C2", "shown_as_nothing")]


def test_errors_are_stopped_and_hidden_rows_and_columns_told(tmp_path: Path) -> None:
    rows = [
        HEADER,
        row(1, inline(0, "a"), cell(3, 1, b"\x2a")),
        row(2, inline(0, "b"), cell(11, 1, b"\x07"), flags=ROW_HIDDEN),
    ]
    hidden = record(60, struct.pack("<IIIIH", 1, 1, 2560, 0, COLUMN_HIDDEN))
    table = open_list(xlsb(tmp_path / "list.xlsb", {"S": sheet_part(rows, before=hidden)}))
    assert read(table) == {2: ["a", "#N/A"], 3: ["b", "#DIV/0!"]}
    assert [place(problem) for problem in problems(table)] == ["B2", "B3"]
    notes = " ".join(sentences(table.notes))
    assert "1 hidden row will be sent too" in notes
    assert "Hidden columns are read too: “id” (B)" in notes


def test_merged_cells_and_a_filter_are_seen(tmp_path: Path) -> None:
    rows = [HEADER, row(1, inline(0, "a"), inline(1, "1")), row(2, inline(1, "2"), flags=ROW_HIDDEN)]
    after = record(161, b"\0" * 16) + record(176, struct.pack("<4I", 1, 2, 0, 0))
    path = xlsb(tmp_path / "list.xlsb", {"S": sheet_part(rows, after=after)})
    assert sentences(open_list(path).notes)[0].startswith("The list is filtered, and 1 hidden row will be sent too")
    assert details_of(path).merged == {(2, 0): (3, 0)}


def test_a_number_that_is_no_date_stays_a_number(tmp_path: Path) -> None:
    rows = [HEADER, row(1, inline(0, "a"), real(1, -1, 1)), row(2, inline(0, "b"), real(1, 0.5, 1))]
    path = xlsb(tmp_path / "list.xlsb", {"S": sheet_part(rows)}, formats=["dd/mm/yyyy"])
    assert details_of(path).no_dates == {1: {2: "-1", 3: "0.5"}}


def test_the_list_is_found_on_the_visible_sheet(tmp_path: Path) -> None:
    sheets = {
        "Old": sheet_part([HEADER, row(1, inline(0, "no"))]),
        "New": sheet_part([HEADER, row(1, inline(0, "yes"))]),
    }
    table = open_list(xlsb(tmp_path / "list.xlsb", sheets, hidden=["Old"]))
    assert (table.sheet, read(table)) == ("New", {2: ["yes", ""]})


def test_a_sheet_without_its_end_is_refused(tmp_path: Path) -> None:
    path = xlsb(tmp_path / "list.xlsb", {"S": sheet_part([HEADER, row(1, inline(0, "a"))])[:-3]})
    with pytest.raises(ListError, match="seems damaged"):
        open_list(path)


@pytest.mark.parametrize(
    "broken",
    [
        row(1, shared(0, 9)),
        row(1, cell(6, 0, struct.pack("<I", 50) + b"short")),
        row(1, cell(5, 0, b"\0\0")),
        row(1, cell(3, 0)),
        row(1 << 20, inline(0, "a")),
        row(1, inline(1 << 14, "a")),
        record(0),
        record(60, b"\0"),
        bytes([0x91, 0x01, 0xFF, 0xFF, 0xFF, 0x7F]),
    ],
)
def test_a_cell_that_is_none_is_refused(tmp_path: Path, broken: bytes) -> None:
    assert cells_of(xlsb(tmp_path / "list.xlsb", {"S": sheet_part([HEADER, broken])})) is None


def test_a_cell_before_the_first_row_is_refused(tmp_path: Path) -> None:
    assert cells_of(xlsb(tmp_path / "list.xlsb", {"S": sheet_part([inline(0, "a"), HEADER])})) is None


def far_out() -> Iterator[bytes]:
    yield HEADER
    yield row(1_048_575, inline(16_383, "x"))


def many_far_out() -> Iterator[bytes]:
    yield HEADER
    for number in range(1, 20_000):
        yield row(number, inline(16_383, "x"))


def a_million_times() -> Iterator[bytes]:
    yield HEADER
    for number in range(1, 100_001):
        yield row(number, *(shared(column, 0) for column in range(10)))


@pytest.mark.parametrize("rows", [far_out, many_far_out, a_million_times])
def test_what_would_take_too_much_is_refused_soon_and_in_little_memory(
    tmp_path: Path, rows: Callable[[], Iterator[bytes]]
) -> None:
    path = xlsb(tmp_path / "list.xlsb", {"S": sheet_part(rows())}, texts=["x" * 1000])
    said, _, megabytes = read_apart(path)
    assert said.startswith("refused list.xlsb")
    assert megabytes < 300


def sample(path: Path) -> Path:
    rows = [
        row(0, *(inline(column, name) for column, name in enumerate(("from", "to", "rp_id")))),
        *(
            row(at, shared(0, at % 3), real(1, at, at % 3), cell(3, 2, b"\x2a") if at == 5 else small(2, at << 2 | 2))
            for at in range(1, 40)
        ),
    ]
    return xlsb(path, {"S": sheet_part(rows)}, texts=["a", "b", "c"], formats=["00000", "dd/mm/yyyy"])


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.bin", "xl/sharedStrings.bin", "xl/styles.bin", "xl/workbook.bin"]
)
def test_a_part_with_flipped_or_missing_bytes_is_read_or_refused(tmp_path: Path, part: str) -> None:
    with zipfile.ZipFile(sample(tmp_path / "whole.xlsb")) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    outcomes = set()
    for changed in variants(parts[part], random.Random(part), 150):
        with zipfile.ZipFile(tmp_path / "list.xlsb", "w") as package:
            for name, content in {**parts, part: changed}.items():
                package.writestr(name, content)
        outcomes.add(cells_of(tmp_path / "list.xlsb") is None)
    assert outcomes == {True, False} or part == "xl/styles.bin"


_READ_100_000 = """
import sys
from pathlib import Path
from uploader.readers import open_list
table = open_list(Path(sys.argv[1]))
print(table.rows, sum(len(some.numbers) for some in table.texts()))
"""


def test_many_rows_are_read_block_by_block(tmp_path: Path) -> None:
    rows = (row(at, *(real(column, at * column) for column in range(7))) for at in range(1, 30_001))
    path = xlsb(tmp_path / "list.xlsb", {"S": sheet_part([row(0, *(inline(at, f"c{at}") for at in range(7))), *rows])})
    said, _, megabytes = measured(sys.executable, "-c", _READ_100_000, path)
    assert said.split() == ["30000", "30000"]
    assert megabytes < 300
