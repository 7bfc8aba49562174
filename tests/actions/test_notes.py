"""What a person adds to a result workbook stays, whichever command renews it."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from tests.books import BAD, mend, page, refused
from tests.conftest import sheet_rows, write_csv
from tests.worlds import World
from uploader.actions.results import results

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
