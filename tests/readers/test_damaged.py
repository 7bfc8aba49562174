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


def cells_of(path: Path) -> list[tuple[str, ...]] | None:
    """The rows of a list; None where it was refused, in a sentence."""
    try:
        with open_file(path) as file:
            table = read_table(file, wanted=("from", "to", "rp_id"))
            return [row for records in table.texts() for row in zip(*records.columns, strict=True)]
    except ListError as refused:
        said = str(refused)
    assert said.endswith((".", "?"))
    return None


def refused_of(path: Path, kind: str, count: int) -> int:
    """How many of so many damaged files of a kind were refused; each of the others was read to its end."""
    data, refused = SAMPLES[kind](path).read_bytes(), 0
    for changed in variants(data, random.Random(kind), count):
        path.write_bytes(changed)
        refused += cells_of(path) is None
    return refused


@pytest.mark.parametrize("kind", SAMPLES)
def test_damaged_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    assert 0 < refused_of(tmp_path / "list.any", kind, VARIANTS) <= VARIANTS


@pytest.mark.long
@pytest.mark.parametrize("kind", SAMPLES)
def test_many_damaged_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    assert 0 < refused_of(tmp_path / "list.any", kind, MANY) <= MANY


NUMBER = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row><row r="2"><c r="A2">{}</c></row>'


def short(content: str) -> str:
    """A name for a test of a long content."""
    return content[-40:].encode("ascii", "replace").hex()[-12:]


@pytest.mark.parametrize(
    "content",
    [
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
    ids=short,
)
def test_a_sheet_with_senseless_places_or_depths_is_refused(tmp_path: Path, content: str) -> None:
    assert cells_of(xlsx(tmp_path / "list.xlsx", content)) is None


@pytest.mark.parametrize("value", ["9" * 5000, "1e999999", "-1e999999", "nan", "٣"], ids=short)
def test_infinity_and_what_is_no_number_are_errors_of_the_spreadsheet(tmp_path: Path, value: str) -> None:
    rows = NUMBER.format("<v>12</v>") + f'<row r="3"><c r="A3"><v>{value}</v></c></row>'
    path = xlsx(tmp_path / "list.xlsx", sheet(rows))
    assert cells_of(path) == [("12",), ("٣" if value == "٣" else "#NUM!",)]


@pytest.mark.parametrize("days", [2_958_466, 3e9, 1e300, -1e300])
def test_a_date_beyond_the_last_year_is_the_number_that_it_is(tmp_path: Path, days: float) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("List")
    page.write(0, 0, "from")
    for row, code in enumerate(("yyyy-mm-dd", "[h]:mm", "hh:mm"), start=1):
        page.write(row, 0, days, xlwt.easyxf(num_format_str=code))
    book.save(str(tmp_path / "list.xls"))
    rows = cells_of(tmp_path / "list.xls")
    assert rows is not None
    assert float(rows[0][0]) == days


@pytest.mark.parametrize("digits", [5_000, 100_000])
def test_a_number_of_thousands_of_digits_in_a_text_is_text(tmp_path: Path, digits: int) -> None:
    numbers = ["9" * digits, "-" * digits, "1e" + "9" * digits]
    assert cells_of(write_csv(tmp_path / "list.csv", [numbers], ["from", "to", "rp_id"])) == [tuple(numbers)]


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
