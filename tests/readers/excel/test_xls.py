from datetime import date
from pathlib import Path

import pytest
import xlwt

from tests.readers.test_open_list import problems, read
from tests.rendered import place, sentences
from uploader.errors import ListError
from uploader.readers import open_list


def old(path: Path) -> Path:
    """An .xls with what its values alone don't tell."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Lista")
    padded, dated = xlwt.easyxf(num_format_str="00000"), xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for position, name in enumerate(("id", "Señor", "fecha", "activo", "roto")):
        sheet.write(0, position, name)
    for row in (1, 2):
        sheet.write(row, 0, 12 + row, padded)
        sheet.write(row, 1, "Núñez")
        sheet.write(row, 2, date(2026, 3, 5), dated)
        sheet.write(row, 3, True)
    sheet.row(2).set_cell_error(4, 0x2A)  # #N/A
    sheet.row(2).hidden = True
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["list.xls", "list.xlsx", "list.csv"])
def test_an_old_workbook_is_read_as_it_is_shown(tmp_path: Path, name: str) -> None:
    table = open_list(old(tmp_path / name))
    assert read(table) == {
        2: ["00013", "Núñez", "2026-03-05", "TRUE", ""],
        3: ["00014", "Núñez", "2026-03-05", "TRUE", "#N/A"],
    }
    assert [place(problem) for problem in problems(table)] == ["E3"]
    assert any("1 hidden row will be sent too" in note for note in sentences(table.notes))
    assert any("formula without a saved result" in note for note in sentences(table.notes))


def test_the_name_of_its_stream_may_be_in_capitals(tmp_path: Path) -> None:
    path = old(tmp_path / "list.xls")
    path.write_bytes(path.read_bytes().replace("Workbook".encode("utf-16-le"), "WORKBOOK".encode("utf-16-le")))
    assert open_list(path).rows == 2


@pytest.mark.parametrize("cut", [600, 2000, 3000])
def test_a_half_one_is_refused_or_read(tmp_path: Path, cut: int) -> None:
    path = old(tmp_path / "list.xls")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ListError, match=r"list\.xls"):
        open_list(path)
