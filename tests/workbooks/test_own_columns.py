"""Our columns are known without their hidden sheet, and a list's own columns are never taken for them."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import write_csv, write_xlsx
from uploader.model.rows import RESULT_COLUMNS
from uploader.readers import open_file, open_list
from uploader.workbooks.read_back.own_columns import has_our_columns, status_column, status_column_of

OURS = ["Row", "Nombre", *RESULT_COLUMNS]
LINES = [
    ["2", "Ana", "accepted", "200", "OK", "", "200", "1", "2026-11-26 10:00:00", "120"],
    ["3", "Luis", "not sent", "", "", "", "", "0", "", ""],
]
STATUS = OURS.index("Status")


def without(*names: str) -> tuple[list[str], list[list[str]]]:
    kept = [at for at, name in enumerate(OURS) if name not in names]
    return [OURS[at] for at in kept], [[line[at] for at in kept] for line in LINES]


def renamed(**names: str) -> tuple[list[str], list[list[str]]]:
    return [names.get(name, name) for name in OURS], LINES


def with_statuses(*statuses: str) -> tuple[list[str], list[list[str]]]:
    return OURS, [[*LINES[0][:STATUS], status, *LINES[0][STATUS + 1 :]] for status in statuses]


@pytest.mark.parametrize(
    ("header", "rows", "column"),
    [
        (*renamed(), "Status"),
        (*renamed(Status="Estado"), "Estado"),
        (*renamed(Row="Fila"), "Status"),
        (*renamed(Row="row ", Status=" STATUS"), " STATUS"),
        (*renamed(Nombre="Status", Status="Status (upload)"), "Status (upload)"),
        (*renamed(Status="Status (upload 2)", Row="Row (upload)"), "Status (upload 2)"),
        (*without("Row"), "Status"),
        (*without("Row", "Attempts", "Sent at", "Duration ms"), "Status"),
        (*with_statuses("accepted", "accepted", "ya quedó"), "Status"),
        (*with_statuses("listo", "falta"), "Status"),
    ],
)
def test_the_column_with_the_statuses_is_found(header: list[str], rows: list[list[str]], column: str) -> None:
    position = status_column(header, rows)
    assert position is not None
    assert header[position] == column


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        without("Status"),
        (["Row", "Status", "Nombre", "Advice"], [["2", "accepted", "Ana", "call"]]),
        (["Status", "Nombre"], [["accepted", "Ana"]]),
        (["Row", "Status", "Attempts", "Sent at", "Advice"], [["2", "open", "1", "2026-11-26", "call"]]),
        (["status", "response code", "response message", "nombre"], [["accepted", "200", "OK", "Ana"]]),
        ([], []),
    ],
)
def test_a_list_without_it_or_with_some_of_our_names_is_a_list(header: list[str], rows: list[list[str]]) -> None:
    assert status_column(header, rows) is None


def as_csv(path: Path) -> Path:
    return write_csv(path.with_suffix(".csv"), LINES, OURS, delimiter=";", encoding="cp1252")


def as_xlsx(path: Path) -> Path:
    return write_xlsx(path.with_suffix(".xlsx"), LINES, OURS)


def below_a_title(path: Path) -> Path:
    book = openpyxl.load_workbook(as_xlsx(path))
    book.worksheets[0].insert_rows(1, 3)
    book.worksheets[0]["A1"] = "Resultados de ayer"
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def on_a_hidden_sheet(path: Path) -> Path:
    book = openpyxl.load_workbook(as_xlsx(path))
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("Notas")["A1"] = "nota"
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


@pytest.mark.parametrize("saved", [as_csv, as_xlsx, below_a_title, on_a_hidden_sheet])
def test_they_are_found_in_every_kind_of_file(tmp_path: Path, saved: Callable[[Path], Path]) -> None:
    with open_file(saved(tmp_path / "copy")) as file:
        assert has_our_columns(file)


@pytest.mark.parametrize("saved", [as_csv, as_xlsx, below_a_title])
def test_they_are_found_in_a_table(tmp_path: Path, saved: Callable[[Path], Path]) -> None:
    assert status_column_of(open_list(saved(tmp_path / "copy"))) == STATUS


def test_a_table_without_rows_says_nothing_of_any() -> None:
    assert status_column(["Row", "Status", "Response code", "Advice", "Attempts"], []) is None
