"""What a person adds to a result workbook stays, whichever command renews it."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.books import BAD, mend, page, refused
from tests.conftest import sheet_rows, write_csv
from tests.worlds import World
from uploader.actions.results import results
from uploader.model.rows import column_letter
from uploader.workbooks.read_back.reader import manifest_of

NOTES = {2: "llamar a Ana", 4: "preguntar a soporte", 9: "ok"}


@pytest.fixture
def noted(world: World, tmp_path: Path) -> Path:
    """A result workbook with notes in a column of their own and a coloured cell."""
    book = world.sent(write_csv(tmp_path / "list.csv", refused()))
    with page(book) as sheet:
        at = sheet.max_column + 1
        sheet.cell(1, at).value = "Comentario"
        for number, note in NOTES.items():
            sheet.cell(number, at).value = note
        sheet["B4"].fill = PatternFill("solid", fgColor="FFFFFF00")
    return book


def notes(book: Path) -> tuple[dict[Any, str], list[str]]:
    """The notes by the rows' numbers, and the yellow cells; each name is there once."""
    names = [cell.value for cell in openpyxl.load_workbook(book)["Results"][1]]
    assert len(names) == len(set(names)), names
    sheet = openpyxl.load_workbook(book)["Results"]
    yellow = [cell.coordinate for line in sheet for cell in line if cell.fill.fgColor.rgb == "FFFFFF00"]
    return {line["Row"]: line["Comentario"] for line in sheet_rows(book) if line["Comentario"]}, yellow


@pytest.mark.parametrize("how", ["results", "the list again", "in another language", "three times"])
def test_notes_and_colours_stay(world: World, noted: Path, tmp_path: Path, how: str) -> None:
    if how == "the list again":
        assert world.sends(tmp_path / "list.csv", no_preflight=True).json["results"] == str(noted)
    elif how == "in another language":
        world.language = "pt"
        results("1", None, world.session)
    else:
        for _ in range(3 if how == "three times" else 1):
            results("1", None, world.session)
    assert notes(noted) == (NOTES, ["B4"])
    assert world.verifies(noted).code == 0


def test_they_stay_when_the_workbook_itself_is_sent(world: World, noted: Path) -> None:
    ended = world.sends(mend(noted, {(number, "rp_id"): "61001" for number in BAD}), no_preflight=True)
    assert len(ended.came) == len(BAD)
    found, yellow = notes(noted)
    assert (found, yellow) == (NOTES, ["B4"])
    results(None, None, world.session)
    assert notes(noted) == (NOTES, ["B4"])


def test_a_workbook_elsewhere_has_none_and_the_one_with_notes_is_left_alone(
    world: World, noted: Path, tmp_path: Path
) -> None:
    before = noted.read_bytes()
    _, other = results("1", tmp_path / "other.xlsx", world.session)
    assert noted.read_bytes() == before
    assert "Comentario" not in sheet_rows(other)[0]


def test_a_workbook_says_whether_there_is_something_to_carry_on(world: World, tmp_path: Path) -> None:
    """One that has the bytes with which it was written, and says no, is not looked through: that takes long."""
    book = world.sent(write_csv(tmp_path / "list.csv", refused()))
    assert has_notes(book) is False
    results("1", None, world.session)
    assert has_notes(book) is False
    with page(book) as sheet:
        sheet["A3"].comment = Comment("call", "ana")
    for _ in range(2):
        results("1", None, world.session)
        assert has_notes(book) is True
        comment = openpyxl.load_workbook(book)["Results"]["A3"].comment
        assert comment is not None
        assert comment.text == "call"


def has_notes(book: Path) -> bool:
    manifest = manifest_of(book)
    assert manifest is not None
    return manifest.has_notes


@pytest.mark.parametrize("how", ["results", "the list again", "the workbook itself", "twice"])
def test_comments_stay(world: World, noted: Path, tmp_path: Path, how: str) -> None:
    about = {"C3": "preguntar a Ana", "I5": "no contesta", f"{column_letter(16)}4": "lunes"}
    with page(noted) as sheet:
        for place, text in about.items():
            sheet[place].comment = Comment(text, "Ana")
        sheet["C1"].comment = Comment("sobre la columna", "Ana")
    match how:
        case "results" | "twice":
            for _ in range(2 if how == "twice" else 1):
                results("1", None, world.session)
        case _:
            source = noted if how == "the workbook itself" else tmp_path / "list.csv"
            assert world.sends(source, no_preflight=True).json["results"] == str(noted)
    sheet = openpyxl.load_workbook(noted)["Results"]
    found = {cell.coordinate: cell.comment.text for line in sheet.iter_rows(min_row=2) for cell in line if cell.comment}
    assert set(found.values()) == set(about.values())
    assert {place: found.get(place) for place in ("C3", "I5")} == {"C3": "preguntar a Ana", "I5": "no contesta"} or (
        how == "the workbook itself"  # whose notes are columns of the list from then on
    )
    assert ("fromname", "sobre la columna") in [(line["Column"], line["Note"]) for line in sheet_rows(noted, "Notes")]
