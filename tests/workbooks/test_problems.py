from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import sheet_rows
from uploader.errors import CancelledError
from uploader.i18n import render
from uploader.model.problems import Problem
from uploader.model.rows import Row
from uploader.workbooks import problems
from uploader.workbooks.manifest import PROBLEMS, Manifest
from uploader.workbooks.read_back import reader

Line = tuple[Row, Sequence[Problem], Sequence[int]]
PROBLEMS_MANIFEST = Manifest(
    kind=PROBLEMS,
    list_sha256="ab" * 32,
    list_name="list.csv",
    list_sheet=None,
    template="wolkvox/add_interaction",
    template_sha256="cd" * 32,
    our_columns={},
)


def content(header: Sequence[str], rows: Sequence[Line], language: str = "en") -> problems.Content:
    """A problems workbook of the list."""
    return problems.Content(
        manifest=PROBLEMS_MANIFEST, header=header, rows=[problems.Line(*row) for row in rows], language=language
    )


def in_english(problem: Problem) -> str:
    return f"{render(problem.cause, 'en')}. {render(problem.fix, 'en')}"


def test_problems_stand_beside_their_rows_with_the_bad_cells_coloured(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    empty = Problem(4, 0, "empty", {"field": "a"})
    odd = Problem(2, 1, "outer_spaces", stops=False)
    rows = [(Row(2, ("x", "y")), [odd], []), (Row(4, ("", "z")), [empty], [0])]
    steps: list[int] = []
    problems.write(path, content(("a", "b"), rows), on_row=steps.append)
    assert steps == [1, 1]
    page = openpyxl.load_workbook(path)["Problems"]
    good, bad = sheet_rows(path, "Problems")
    assert (good["Row"], good["Problem"], good["Warning"], good["a"]) == (2, None, f"E2: {in_english(odd)}", "x")
    assert (bad["Row"], bad["Problem"], bad["b"]) == (4, f"D3: {in_english(empty)}", "z")
    assert page["D3"].fill.start_color.rgb not in ("00000000", page["D2"].fill.start_color.rgb)
    assert page["E3"].fill.start_color.rgb == page["E2"].fill.start_color.rgb
    told = reader.manifest_of(path)
    assert told is not None
    assert (told.kind, told.list_sha256) == (PROBLEMS, "ab" * 32)
    assert dict(told.our_columns) == {"Row": (0, "Row"), "Problem": (1, "Problem"), "Warning": (2, "Warning")}


def test_problems_are_at_the_cells_of_their_own_workbook_and_in_its_language(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    found = [
        Problem(40, 7, "empty", {"field": "b"}),
        Problem(40, 9, "empty", {"field": "Row"}),
        Problem(40, None, "example_row"),
    ]
    rows = [(Row(40, ("x", "")), found, [1])]
    problems.write(path, replace(content(("a", "b"), rows, "es"), list_column={7: 1, 9: -1}.__getitem__))
    (line,) = sheet_rows(path, "Problems")
    assert line["Problem"].startswith(
        "E2: b está vacío. Complete la celda. A2: Row está vacío. Complete la celda. fila 40: "
    )


def test_a_problems_workbook_that_is_cancelled_is_not_there(tmp_path: Path) -> None:
    def on_row(_: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        problems.write(tmp_path / "p.xlsx", content(("a",), [(Row(2, ("x",)), [], [])]), on_row=on_row)
    assert list(tmp_path.iterdir()) == []


def test_its_summary_says_how_many_rows_have_problems_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    odd, empty = Problem(2, 1, "outer_spaces", stops=False), Problem(4, 0, "empty", {"field": "a"})
    rows = [(Row(2, ("x", "y")), [odd], []), (Row(3, ("x", "y")), [], []), (Row(4, ("", "z")), [empty, odd], [0])]
    problems.write(path, content(("a", "b"), rows, "es"))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Problems", "Summary", "uploader"]
    told = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
    assert (told["Lista"], told["Filas"]) == ("list.csv", 3)
    assert (told["Filas con problemas"], told["Filas solo con advertencias"]) == (1, 1)
    assert 'uploader send "p.xlsx"' in str(told["Qué sigue"])
    assert "--skip-invalid" in str(told[None])
    comment = book["Problems"]["B1"].comment
    assert comment is not None
    assert comment.text.startswith("Lo que impide enviar la fila")
    opened = reader.open_workbook(path)
    assert opened is not None
    assert [name for name, _ in opened.sheets] == ["Problems"]
