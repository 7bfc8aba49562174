"""Files of which bytes were flipped, cut or repeated are read, or refused in a sentence; nothing else ever comes out."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwt

from tests.conftest import interactions, write_csv, write_xlsx
from tests.readers.test_hostile import ods, sheet, xlsx
from uploader.errors import ListError
from uploader.readers import open_file, read_table

ROWS = interactions(6)
VARIANTS, MANY = 40, 400
"""Of each kind of file; the second is of the long test."""


def old_workbook(path: Path) -> Path:
    book = xlwt.Workbook()
    page = book.add_sheet("List")
    for row, cells in enumerate([["from", "to", "rp_id"], *ROWS]):
        for column, cell in enumerate(cells[:3]):
            page.write(row, column, cell)
    book.save(str(path))
    return path


def odf(path: Path) -> Path:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(value) for value in row)}</table:table-row>" for row in ("abc", "123")
    )
    return ods(path, rows)


SAMPLES: dict[str, Callable[[Path], Path]] = {
    "utf-8": lambda path: write_csv(path, ROWS),
    "cp1252": lambda path: write_csv(path, [[cell.encode("cp1252", "replace").decode("cp1252") for cell in row] for row in ROWS], encoding="cp1252"),
    "utf-16": lambda path: write_csv(path, ROWS, encoding="utf-16", delimiter=";"),
    "xlsx": lambda path: write_xlsx(path, ROWS),
    "xls": old_workbook,
    "ods": odf,
}  # fmt: skip


def variants(data: bytes, chance: random.Random, count: int) -> Iterator[bytes]:
    for _ in range(count):
        changed = bytearray(data)
        match chance.randrange(4):
            case 0:
                del changed[chance.randrange(len(data)) :]
            case 1:
                at = chance.randrange(len(data))
                del changed[at : at + chance.randrange(1, 200)]
            case 2:
                at = chance.randrange(len(data))
                changed[at:at] = changed[at : at + chance.randrange(1, 200)]
            case _:
                for _ in range(chance.randrange(1, 9)):
                    changed[chance.randrange(len(changed))] = chance.choice((0, 255, chance.randrange(256)))
        yield bytes(changed)


def is_read_or_refused(path: Path) -> None:
    said = "."
    try:
        with open_file(path) as file:
            table = read_table(file, wanted=("from", "to", "rp_id"))
            for _ in table.texts():
                pass
    except ListError as refused:
        said = str(refused)
    assert said.endswith((".", "?"))


def damaged(path: Path, kind: str, count: int) -> None:
    data = SAMPLES[kind](path).read_bytes()
    for changed in variants(data, random.Random(kind), count):
        path.write_bytes(changed)
        is_read_or_refused(path)


@pytest.mark.parametrize("kind", SAMPLES)
def test_damaged_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    damaged(tmp_path / "list.any", kind, VARIANTS)


@pytest.mark.long
@pytest.mark.parametrize("kind", SAMPLES)
def test_many_damaged_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    damaged(tmp_path / "list.any", kind, MANY)


NUMBER = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row><row r="2"><c r="A2">{}</c></row>'


@pytest.mark.parametrize(
    "content",
    [
        sheet(NUMBER.format(f"<v>{'9' * 5000}</v>")),
        sheet(NUMBER.format("<v>1e999999</v>")),
        sheet(NUMBER.format("<v>nan</v>")),
        sheet(NUMBER.format("<v>٣</v>")),
        sheet(f'<row r="{"9" * 5000}"><c r="A{"9" * 5000}"><v>1</v></c></row>'),
        sheet(NUMBER.format("<v>1</v>"), head=f'<cols><col min="1" max="{"9" * 5000}" hidden="1"/></cols>'),
        sheet(NUMBER.format("<v>1</v>"), head='<cols><col hidden="1"/></cols>'),
        sheet(NUMBER.format("<v>1</v>") + f'<row r="{"9" * 5000}" hidden="1"/>'),
        sheet(NUMBER.format("<v>1</v>") + '<row r="x" hidden="1"/>'),
        sheet("<a>" * 100_000 + "</a>" * 100_000),
        sheet(NUMBER.format("<is>" * 50_000)),
        "",
        "\0" * 1000,
    ],
    ids=lambda content: content[-40:].encode("ascii", "replace").hex()[-12:],
)
def test_a_sheet_with_senseless_numbers_or_depths_is_read_or_refused(tmp_path: Path, content: str) -> None:
    is_read_or_refused(xlsx(tmp_path / "list.xlsx", content))


@pytest.mark.parametrize("days", [2_958_466, 3e9, 1e300, -1e300])
def test_a_date_beyond_the_last_year_is_read_or_refused(tmp_path: Path, days: float) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("List")
    page.write(0, 0, "from")
    for row, code in enumerate(("yyyy-mm-dd", "[h]:mm", "hh:mm"), start=1):
        page.write(row, 0, days, xlwt.easyxf(num_format_str=code))
    book.save(str(tmp_path / "list.xls"))
    is_read_or_refused(tmp_path / "list.xls")


@pytest.mark.parametrize("digits", [5_000, 100_000])
def test_a_number_of_thousands_of_digits_in_a_text_is_text(tmp_path: Path, digits: int) -> None:
    is_read_or_refused(write_csv(tmp_path / "list.csv", [["9" * digits, "-" * digits, "1e" + "9" * digits]], ["from", "to", "rp_id"]))  # fmt: skip


@pytest.mark.parametrize("name", ["idna", "punycode", "utf-7", "undefined", "rot13", "base64", "hex", "unicode_escape",
                                  "raw_unicode_escape", "x" * 5000, "a\0b", "half\ud800", "", " ", "aliases"])  # fmt: skip
def test_an_encoding_that_is_none_of_lists_is_refused_or_left_to_detection(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path / "list.csv", ROWS)
    with open_file(path) as file:
        if name:
            with pytest.raises(ListError, match="is not a known encoding"):
                read_table(file, encoding=name)
        else:
            assert read_table(file, encoding=name).rows == len(ROWS)


@pytest.mark.parametrize("mark", ["'", '"', "\\", "\r", "\n", "\0", "a", "7", "", "ab", "ñ", "\ud800", "\x1f", "=", "🙂"])  # fmt: skip
def test_an_odd_delimiter_is_taken_or_refused(tmp_path: Path, mark: str) -> None:
    path = write_csv(tmp_path / "list.csv", ROWS)
    with open_file(path) as file:
        if mark in {"\x1f", "=", "🙂", "\ud800"}:
            assert list(read_table(file, delimiter=mark).texts())
        else:
            with pytest.raises(ListError, match="can't be a delimiter"):
                read_table(file, delimiter=mark)
