"""`uploader.read`: a file as a DataFrame of text, and how it was read."""

import hashlib
import json
from pathlib import Path

import pytest

import uploader
from tests.conftest import FIELDS, interactions, write_csv, write_xlsx


def test_every_cell_is_the_text_that_a_person_sees(tmp_path: Path) -> None:
    rows = interactions(20)
    frame = uploader.read(write_xlsx(tmp_path / "list.xlsx", rows))
    assert list(frame.columns) == list(FIELDS)
    assert frame.to_numpy().tolist() == rows


def test_a_row_is_known_by_its_number_in_excel(tmp_path: Path) -> None:
    first, last = interactions(2)
    path = write_csv(tmp_path / "list.csv", [first, [""] * len(FIELDS), last])
    frame = uploader.read(path)
    assert frame.index.name == "Row"
    assert frame.index.tolist() == [2, 4]


def test_leading_zeros_and_long_ids_are_kept(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["007", "12345678901234567890", ""]], header=["code", "id", "note"])
    assert uploader.read(path).iloc[0].to_list() == ["007", "12345678901234567890", ""]


def test_names_that_are_twice_there_or_not_at_all_stay_as_they_are(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["1", "2", "3", "4"]], header=["phone", "", "phone", "name"])
    frame = uploader.read(path)
    assert list(frame.columns) == ["phone", "", "phone", "name"]
    assert frame.iloc[0].tolist() == ["1", "2", "3", "4"]


def test_the_attributes_tell_how_it_was_read(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "list.csv",
        [["Señor Núñez", "Bogotá"]] * 3,
        header=["nombre", "ciudad"],
        encoding="cp1252",
        delimiter=";",
    )
    attributes = json.loads(json.dumps(uploader.read(path).attrs))
    assert attributes == {
        "path": str(path),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "format": "CSV",
        "sheet": None,
        "header_row": 1,
        "encoding": "cp1252",
        "delimiter": ";",
        "notes": attributes["notes"],
    }


def test_what_is_to_be_known_of_a_list_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, interactions(3))
    path.write_text("Clients of March\n" + path.read_text(encoding="utf-8-sig"), encoding="utf-8")
    frame = uploader.read(path)
    assert frame.attrs["header_row"] == 2
    assert ["Clients of March" in note for note in frame.attrs["notes"]] == [True]


def test_a_sheet_and_a_header_row_may_be_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", [["x", "y"], ["a", "b"]], header=["one", "two"], sheet="March")
    frame = uploader.read(path, sheet="March", header_row=2)
    assert (frame.attrs["sheet"], list(frame.columns), frame.index.tolist()) == ("March", ["x", "y"], [3])


def test_a_list_without_rows_is_a_frame_without_rows(tmp_path: Path) -> None:
    frame = uploader.read(write_csv(tmp_path / "list.csv", []))
    assert (len(frame), list(frame.columns)) == (0, list(FIELDS))


def test_what_is_no_path_is_refused_in_a_sentence() -> None:
    with pytest.raises(uploader.ListError, match="path of a file"):
        uploader.read(42)  # type: ignore[arg-type]  # what no checker lets through
