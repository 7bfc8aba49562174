"""A file is opened once, whoever looks into it, and every long step of its reading can be ended."""

import threading
import zipfile
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv, write_xlsx
from tests.readers.test_open_list import read
from tests.rendered import sentence
from tests.waiting import until
from uploader.errors import CancelledError, ListError
from uploader.i18n import render
from uploader.model.cancel import CancelToken
from uploader.readers import open_file, read_table
from uploader.readers.filetype import Kind


@pytest.fixture(params=["list.csv", "list.xlsx"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    write = write_csv if request.param == "list.csv" else write_xlsx
    return write(tmp_path / request.param, interactions(20))


def test_a_workbook_is_given_with_its_book_and_stays_readable_after_it_is_closed(tmp_path: Path) -> None:
    with open_file(write_xlsx(tmp_path / "list.xlsx", interactions(3))) as file:
        assert (file.kind, file.path.name) == (Kind.XLSX, "list.xlsx")
        assert file.book is not None
        sheet, table = file.book.sheet("List"), read_table(file)
    assert len(list(sheet.values.iter_rows())) == 4
    assert len(read(table)) == 3
    file.path.unlink()
    assert len(read(table)) == 3


def test_a_text_has_no_book(tmp_path: Path) -> None:
    with open_file(write_csv(tmp_path / "list.csv", interactions(3))) as file:
        assert (file.kind, file.book) == (Kind.TEXT, None)
        assert read_table(file).rows == 3


@pytest.mark.parametrize(
    ("name", "hints", "words"),
    [
        ("list.csv", {"sheet": "List"}, 'is a CSV file, which has no sheets. Leave out sheet="List"'),
        ("list.xlsx", {"encoding": "utf-8"}, 'is a workbook, .* Leave out encoding="utf-8"'),
        ("list.xlsx", {"delimiter": ";"}, 'is a workbook, .* Leave out delimiter=";"'),
    ],
)
def test_hints_for_another_kind_of_file_are_refused(
    tmp_path: Path, name: str, hints: dict[str, str], words: str
) -> None:
    write = write_csv if name == "list.csv" else write_xlsx
    with open_file(write(tmp_path / name, interactions(3))) as file, pytest.raises(ListError, match=words):
        read_table(file, sheet=hints.get("sheet"), encoding=hints.get("encoding"), delimiter=hints.get("delimiter"))


def test_reading_ends_where_somebody_wants_it(path: Path) -> None:
    cancel = CancelToken()
    with open_file(path) as file:
        table = read_table(file, cancel=cancel)
        assert len(list(table.texts())) == 1
        records = table.texts()
        cancel.cancel()
        with pytest.raises(CancelledError):
            next(records)
        with pytest.raises(CancelledError):
            read_table(file, cancel=cancel)


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("a;b\n1;2\n", "CSV, UTF-8, delimiter semicolon, header in row 1, 1 row, 2 columns",
         "CSV, UTF-8, delimitador punto y coma, encabezado en la fila 1, 1 fila, 2 columnas"),
        ("'a','b','c'\n'1','2','3'\n'1','2','3'\n", "CSV, UTF-8, delimiter comma, quotes ', header in row 1, 2 rows, 3 columns",
         "CSV, UTF-8, delimitador coma, comillas ', encabezado en la fila 1, 2 filas, 3 columnas"),
        ('a, "b"\n1, "x, y"\n', "CSV, UTF-8, delimiter comma and spaces, header in row 1, 1 row, 2 columns",
         "CSV, UTF-8, delimitador coma y espacios, encabezado en la fila 1, 1 fila, 2 columnas"),
        ('a;b\n1;"say \\"x; y\\""\n2;"z"\n', "CSV, UTF-8, delimiter semicolon, quotes after \\, header in row 1, 2 rows, 2 columns",
         "CSV, UTF-8, delimitador punto y coma, comillas después de \\, encabezado en la fila 1, 2 filas, 2 columnas"),
        ("a^b^c\n1^2^3\n", "CSV, UTF-8, delimiter “^”, header in row 1, 1 row, 3 columns",
         "CSV, UTF-8, delimitador “^”, encabezado en la fila 1, 1 fila, 3 columnas"),
    ],
)  # fmt: skip
def test_how_a_list_was_read_is_said_in_each_language(tmp_path: Path, text: str, english: str, spanish: str) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with open_file(tmp_path / "list.csv") as file:
        reading = read_table(file).reading()
    assert (sentence(reading), render(reading, "es")) == (english, spanish)


def test_how_a_workbook_was_read_names_the_sheet(tmp_path: Path) -> None:
    with open_file(write_xlsx(tmp_path / "list.xlsx", interactions(2))) as file:
        assert sentence(read_table(file).reading()) == "XLSX, sheet “List”, header in row 1, 2 rows, 7 columns"


def test_another_possible_encoding_or_delimiter_is_a_note_with_its_option(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("id;name\n1;Bill\xa0three\n".encode("cp1252"))
    with open_file(tmp_path / "list.csv") as file:
        (note,) = read_table(file).notes
    assert sentence(note) == (
        "The file was read as Windows-1252, for example “Bill\xa0three”. In DOS (850) this would be “Billáthree”. If that is "
        "right, add --encoding cp850."
    )
    (tmp_path / "list.csv").write_text("a;b,c\n1;2,3\n4;5,6\n", encoding="utf-8")
    with open_file(tmp_path / "list.csv") as file:
        (note,) = read_table(file).notes
    assert sentence(note) in {
        f"The first row was read as “{one}”. With {name} as the delimiter it would be “{other}”. If that is right, "
        f"add --delimiter {option}."
        for one, other, name, option in (
            ("a;b | c", "a | b,c", "semicolon", '";"'),
            ("a | b,c", "a;b | c", "comma", '","'),
        )
    }


@pytest.mark.parametrize("sheet", [None, "List", "list", "none of them"])
def test_a_list_that_was_begun_is_read_as_any_other(path: Path, sheet: str | None) -> None:
    with open_file(path) as file:
        file.begin(sheet)
        begun = read(read_table(file))
    with open_file(path) as file:
        assert begun == read(read_table(file))


def test_what_is_wrong_with_a_list_that_was_begun_is_told_when_it_is_read(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "list.xlsx", interactions(3))
    with zipfile.ZipFile(book) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(book, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content[:-200] if name.startswith("xl/worksheets/") else content)
    with open_file(book) as file:
        file.begin()
        for _ in range(2):
            with pytest.raises(ListError, match=r"list\.xlsx"):
                read_table(file)


def test_a_list_that_was_begun_need_not_be_read_and_leaves_nothing_running(tmp_path: Path) -> None:
    before = threading.active_count()
    with open_file(write_xlsx(tmp_path / "list.xlsx", interactions(3))) as file:
        file.begin()
    until(lambda: threading.active_count() == before, "the end of what was begun")
    assert open_file(file.path).sha256 == file.sha256
