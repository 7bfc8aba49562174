"""What a person added to a result workbook is written again when it is renewed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from tests.books import arranged, page
from tests.conftest import sheet_rows
from tests.workbooks.test_results import content, job, result
from uploader.model.job import RowResult
from uploader.model.rows import Status
from uploader.readers.excel.xlsx.cell_styles import CellStyle
from uploader.workbooks.notes import ColumnKey, Notes, notes_of
from uploader.workbooks.read_back.reader import open_workbook
from uploader.workbooks.results import workbook as results

YELLOW = PatternFill("solid", fgColor="FFFFFF00")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A result workbook of eight rows, of which one is rejected, one invalid."""
    results.write(tmp_path / "r.xlsx", content(rows()))
    return tmp_path / "r.xlsx"


def rows(numbers: Sequence[int] = range(2, 10)) -> Iterator[RowResult]:
    for number in numbers:
        status = {4: Status.REJECTED, 5: Status.INVALID}.get(number, Status.ACCEPTED)
        yield replace(result(number, (f"a{number}", f"b{number}"), status), faults=(1,) if number == 5 else ())


def renewed(book: Path, numbers: Sequence[int] = range(2, 10), header: tuple[str, ...] = ("a", "b")) -> Path:
    listed = [
        replace(row, row=row.row._replace(cells=(*row.row.cells, *"xyz")[: len(header)])) for row in rows(numbers)
    ]
    results.write(book, replace(content(listed, notes=notes_of(book)), job=job(header)))
    return book


def noted(book: Path, place: int = 11) -> Path:
    """A column of notes at this place, with a text, a number, a moment and nothing."""
    notes: dict[int, Any] = {2: "llamar a Ana", 3: 17, 4: datetime(2026, 11, 26, 10, 5), 6: "=1+1", 7: "  007"}

    def with_notes(lines: list[list[Any]]) -> list[list[Any]]:
        for line in lines:
            line.insert(place, "Comentario" if line[0] == "Row" else notes.get(line[0]))
        return lines

    arranged(book, with_notes)
    with page(book) as sheet:
        cells = [cell for line in sheet.iter_rows() for cell in line if cell.value == "=1+1"]
        cells[0].data_type = "s"
    return book


SHOWN = ["llamar a Ana", 17, datetime(2026, 11, 26, 10, 5), None, "=1+1", "  007", None, None]


@pytest.mark.parametrize("place", [0, 1, 2, 3, 7, 11])
def test_notes_stay_when_the_workbook_is_renewed_wherever_their_column_was(book: Path, place: int) -> None:
    if place == 0:  # in front of the numbers of the rows
        noted(book, 11)
        arranged(book, lambda lines: [[line[11], *line[:11]] for line in lines])
    else:
        noted(book, place)
    for _ in range(3):
        renewed(book)
        lines = sheet_rows(book)
        assert [line["Comentario"] for line in lines] == SHOWN
        assert list(lines[0])[-1] == "Comentario"
        assert [line["a"] for line in lines] == [f"a{number}" for number in range(2, 10)]
        found = open_workbook(book)
        assert found is not None
        assert all(line.is_as_written for line in found.without_notes().lines())


def test_notes_stay_with_their_rows_when_these_were_sorted_or_come_in_another_order(book: Path) -> None:
    arranged(noted(book), lambda lines: [lines[0], *reversed(lines[1:])])
    renewed(book, [9, 2, 3, 4, 5, 6, 7, 8])
    assert {line["Row"]: line["Comentario"] for line in sheet_rows(book)} == dict(zip(range(2, 10), SHOWN, strict=True))


def test_notes_of_rows_that_are_gone_or_stand_twice_or_have_no_number_are_kept_in_a_sheet_of_their_own(
    book: Path,
) -> None:
    arranged(
        noted(book),
        lambda lines: [*lines, [*lines[2][:11], "again"], [None] * 11 + ["nowhere"], ["x", *[None] * 10, 5]],
    )
    kept = [
        ("2", "Comentario", "llamar a Ana"),
        ("3", "Comentario", "again"),
        (None, "Comentario", "nowhere"),
        ("x", "Comentario", 5),
    ]
    for _ in range(3):
        renewed(book, range(3, 10))
        lines = [tuple(line.values()) for line in sheet_rows(book, "Notes")]
        assert sorted(lines, key=str) == sorted(kept, key=str)
        assert [line["Comentario"] for line in sheet_rows(book)] == SHOWN[1:]
    found = open_workbook(book)
    assert found is not None
    assert list(found.manifest.sheets) == ["Results", "Attempts", "Notes", "Summary"]
    assert found.sheet_digest("Notes") == found.manifest.other_sheets["Notes"]


def test_what_was_written_above_our_header_is_kept(book: Path) -> None:
    with page(book) as sheet:
        sheet.insert_rows(1, 2)
        sheet["A1"], sheet["C2"] = "Revisado por Ana", 2026
    for _ in range(2):
        renewed(book)
        assert [line["Note"] for line in sheet_rows(book, "Notes")] == ["Revisado por Ana", 2026]
        assert len(sheet_rows(book)) == 8


def test_a_workbook_without_notes_has_no_sheet_of_them(book: Path) -> None:
    assert renewed(book).exists()
    assert openpyxl.load_workbook(book).sheetnames == ["Results", "Attempts", "Summary", "uploader"]
    found = notes_of(book)
    assert found is not None
    assert (found.header, found.rows, found.styles, found.left) == ([], {}, {}, [])


def test_several_columns_of_notes_of_one_name_or_none_stay_apart(book: Path) -> None:
    arranged(book, lambda lines: [[*line, *("x" if line[0] == "Row" else f"{nth} {line[0]}" for nth in range(2)),
                                   "" if line[0] == "Row" else f"nameless {line[0]}"] for line in lines])  # fmt: skip
    for _ in range(2):
        with page(renewed(book)) as sheet:
            (_, *first), *_ = [[cell.value for cell in line][10:] for line in sheet.iter_rows(min_row=2)]
            assert [cell.value for cell in sheet[1]][11:13] == ["x", "x"]
        assert first == ["0 2", "1 2", "nameless 2"]


def test_a_column_of_notes_that_is_still_empty_stays(book: Path) -> None:
    arranged(book, lambda lines: [[*lines[0], "Comentario"], *lines[1:]])
    assert list(sheet_rows(renewed(book))[0])[-1] == "Comentario"


def test_a_column_of_the_list_that_was_deleted_is_not_replaced_by_notes(book: Path) -> None:
    arranged(noted(book), lambda lines: [[line[0], *line[2:]] for line in lines])
    lines = sheet_rows(renewed(book))
    assert [line["a"] for line in lines] == [f"a{number}" for number in range(2, 10)]
    assert [line["Comentario"] for line in lines] == SHOWN


def test_a_column_that_was_sent_with_the_list_is_no_longer_one_of_notes(book: Path) -> None:
    renewed(noted(book), header=("a", "b", "Comentario"))
    names = [cell.value for cell in openpyxl.load_workbook(book)["Results"][1]]
    assert names.count("Comentario") == 1
    assert names[3] == "Comentario"


def coloured(book: Path) -> dict[str, Any]:
    """Where cells are coloured: what was written below the header in colours that are not ours."""
    sheet = openpyxl.load_workbook(book)["Results"]
    yellow = {
        cell.coordinate for line in sheet.iter_rows(min_row=2) for cell in line if cell.fill.fgColor.rgb == "FFFFFF00"
    }
    bold = {cell.coordinate for line in sheet.iter_rows(min_row=2) for cell in line if cell.font.b}
    return {"yellow": yellow, "bold": bold}


def test_coloured_and_bold_cells_stay_so_in_the_lists_columns_in_ours_and_in_notes(book: Path) -> None:
    noted(book)
    with page(book) as sheet:
        for place in ("A3", "B3", "C5", "D4", "L2", "L9"):
            sheet[place].fill = YELLOW
        sheet["B6"].font = Font(bold=True)
        sheet["J2"].fill, sheet["J2"].font = YELLOW, Font(bold=True)
    for _ in range(3):
        renewed(book)
        assert coloured(book) == {"yellow": {"A3", "B3", "C5", "D4", "J2", "L2", "L9"}, "bold": {"B6", "J2"}}
    sheet = openpyxl.load_workbook(book)["Results"]
    assert sheet["J2"].is_date
    assert sheet["B3"].number_format == "@"
    assert sheet["D5"].fill.fgColor.rgb == "FFF3D9F0"  # the status of an invalid row, in our own colour


def test_colours_stay_with_their_rows_and_columns_when_both_were_moved(book: Path) -> None:
    with page(book) as sheet:
        sheet["B3"].fill = YELLOW
    renewed(book, [9, 8, 7, 6, 5, 4, 3, 2], header=("new", "b", "a"))
    assert coloured(book)["yellow"] == {"D8"}


def test_colours_of_excels_palette_are_those_of_its_theme(book: Path) -> None:
    with page(book) as sheet:
        sheet["B3"].fill = PatternFill("solid", fgColor=Color(theme=9, tint=0.5999938962981048))
        sheet["B4"].fill = PatternFill("solid", fgColor=Color(theme=0, tint=-0.1499984740745262))
        sheet["B5"].fill = PatternFill("solid", fgColor=Color(indexed=13))
    found = notes_of(book)
    assert found is not None
    assert found.styles == {
        3: {ColumnKey("a", 0): CellStyle("#FCD5B5", bold=False)},
        4: {ColumnKey("a", 0): CellStyle("#D9D9D9", bold=False)},
    }


def test_what_is_no_result_workbook_has_no_notes(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert notes_of(tmp_path / "list.csv") is None


def test_whatever_is_noted_is_found_again(book: Path) -> None:
    """Random notes, in random rows and columns, over several renewals."""
    chance = random.Random(7)  # not for secrets
    for _ in range(5):
        width = chance.randint(1, 3)
        cells = {
            (row, at): f"{chance.random()}" for row in range(2, 10) for at in range(width) if chance.random() < 0.5
        }

        def with_notes(lines: list[list[Any]], width: int = width, cells: dict[Any, str] = cells) -> list[list[Any]]:
            names = [f"nota {at}" for at in range(width)]
            shuffled = lines[1:]
            chance.shuffle(shuffled)
            return [
                [*lines[0][:11], *names],
                *([*line[:11], *(cells.get((line[0], at)) for at in range(width))] for line in shuffled),
            ]

        arranged(book, with_notes)
        renewed(book)
        found = {
            (line["Row"], at): line[f"nota {at}"]
            for line in sheet_rows(book) for at in range(width) if line.get(f"nota {at}")
        }  # fmt: skip
        assert found == cells
    assert Notes().beside(["a"]) == Notes(header=[])
