"""A result workbook that has lost its hidden sheet is no list: nothing is sent until somebody says that it is one."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.books import refused, tamper
from tests.conftest import write_csv
from tests.worlds import World
from uploader.actions.options import ReadOptions
from uploader.errors import ListError


@pytest.fixture
def book(world: World, tmp_path: Path) -> Path:
    """A result workbook: row 4 was rejected, the others accepted."""
    return world.sent(write_csv(tmp_path / "list.csv", refused(6, (4,))))


@pytest.fixture
def elsewhere(world: World, book: Path) -> World:
    """A computer that knows nothing of it, and that has no other copy of the workbook."""
    assert book.exists()
    return world.another_computer("elsewhere")


def saved(book: openpyxl.Workbook, path: Path) -> Path:
    copy = path.with_name("copia.xlsx")
    book.save(copy)
    return copy


def hidden_sheet_deleted(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    del book["uploader"]
    return saved(book, path)


def hidden_sheet_renamed(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book["uploader"].title = "Hoja4"
    return saved(book, path)


def columns_named_otherwise(path: Path) -> Path:
    book = openpyxl.load_workbook(hidden_sheet_deleted(path))
    for cell in book["Results"][1]:
        cell.value = {"Row": "Fila", "Status": "Estado"}.get(str(cell.value), cell.value)
    return saved(book, path)


def lines(path: Path) -> list[list[str]]:
    rows = openpyxl.load_workbook(path)["Results"].iter_rows(values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def as_csv(path: Path) -> Path:
    header, *rows = lines(path)
    return write_csv(path.with_name("copia.csv"), rows, header, delimiter=";")


def copied_into_a_new_book(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in lines(path):
        book.worksheets[0].append(row)
    return saved(book, path)


def below_a_title(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in [["Resultados"], [], *lines(path)]:
        book.worksheets[0].append(row)
    return saved(book, path)


LOST: list[Callable[[Path], Path]] = [
    hidden_sheet_deleted,
    hidden_sheet_renamed,
    columns_named_otherwise,
    as_csv,
    copied_into_a_new_book,
    below_a_title,
]


@pytest.mark.parametrize("lost", LOST)
def test_nothing_of_it_is_sent(elsewhere: World, book: Path, lost: Callable[[Path], Path]) -> None:
    copy = lost(book)
    ended = elsewhere.sends(copy, no_preflight=True)
    assert (ended.code, ended.came) == (2, [])
    assert f"{copy.name} has the columns of a result workbook but not its hidden sheet" in ended.why
    column = "Estado" if lost is columns_named_otherwise else "Status"
    assert f"delete the column “{column}”" in ended.why


@pytest.mark.parametrize("lost", LOST)
def test_the_checks_and_the_preview_say_so_too(elsewhere: World, book: Path, lost: Callable[[Path], Path]) -> None:
    copy = lost(book)
    ended = elsewhere.checks(copy)
    assert (ended.code, "but not its hidden sheet" in ended.why) == (2, True)
    with pytest.raises(ListError, match="but not its hidden sheet"):
        elsewhere.preview(copy, 3)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_person_may_say_that_its_rows_are_new(elsewhere: World, book: Path, answer: str) -> None:
    ui = elsewhere.person({"own_columns": answer})
    ended = elsewhere.sends(as_csv(book), no_preflight=True)
    assert ui.questions == ["own_columns"]
    assert ended.told("open.our_columns", name="copia.csv")
    assert len(ended.came) == (6 if answer == "yes" else 0)


def test_without_the_column_of_the_statuses_it_is_a_list_again(elsewhere: World, book: Path) -> None:
    copy = hidden_sheet_deleted(book)
    changed = openpyxl.load_workbook(copy)
    status = next(cell.column for cell in changed["Results"][1] if cell.value == "Status")
    changed["Results"].delete_cols(status)
    changed.save(copy)
    assert len(elsewhere.sends(copy, no_preflight=True).came) == 6


def test_a_copy_of_the_sheet_in_the_workbook_itself_is_no_list(elsewhere: World, book: Path) -> None:
    changed = openpyxl.load_workbook(book)
    changed.copy_worksheet(changed["Results"]).title = "Julio"
    header = changed["Results"][1]
    header[0].value = "Fila"  # so that ours is the copy
    changed["Julio"].insert_cols(1)
    changed.save(book)
    ended = elsewhere.sends(book, ReadOptions(sheet="Results"), no_preflight=True)
    assert (ended.code, ended.came) == (2, [])


@pytest.mark.parametrize(("key", "text"), [("version", "5"), ("our_columns", "?")])
def test_a_hidden_sheet_that_is_not_understood_stops_the_workbook(
    elsewhere: World, book: Path, key: str, text: str
) -> None:
    tamper(book, **{key: text})
    for ended in (elsewhere.sends(book, no_preflight=True), elsewhere.checks(book)):
        assert (ended.code, ended.came) == (2, [])
        assert "uploader" in ended.why


def test_a_list_with_columns_of_such_names_is_sent(elsewhere: World, tmp_path: Path) -> None:
    rows = [[*row, "open", str(nth), "call"] for nth, row in enumerate(refused(3, ()))]
    header = ["from", "fromname", "to", "toname", "subject", "body", "rp_id", "Status", "Row", "Advice"]
    assert len(elsewhere.sends(write_csv(tmp_path / "own.csv", rows, header), no_preflight=True).came) == 3
