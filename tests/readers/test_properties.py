"""Any table comes back as it was written, and any bytes at all give a table or a sentence."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.readers.test_open_list import read
from uploader.errors import ListError
from uploader.readers import open_list
from uploader.readers.table import Table

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "mac_roman", "cp850"]
NAMES = [
    "Nombre",
    "Teléfono",
    "Correo",
    "Ciudad",
    "Código postal",
    "Observação",
    "from",
    "to",
    "Mensaje",
    "Razón social",
]
quick = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

Cells = list[list[str]]
Quoting = Literal[0, 1, 2]
"""`csv.QUOTE_MINIMAL`, `QUOTE_ALL` and `QUOTE_NONNUMERIC`."""


def tables(characters: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[list[str], Cells]]:
    """A header and rows of text; no row is blank all over."""

    def of_width(width: int) -> st.SearchStrategy[tuple[list[str], Cells]]:
        row = st.lists(st.text(characters, max_size=12), min_size=width, max_size=width)
        filled = row.filter(lambda cells: any(map(str.strip, cells)))
        header = st.lists(st.sampled_from(NAMES), min_size=width, max_size=width, unique=True)
        return st.tuples(header, st.lists(filled, max_size=6))

    return st.integers(1, 5).flatmap(of_width)


def writable(encoding: str) -> st.SearchStrategy[str]:
    """Characters that an encoding has, those that part and quote cells often among them."""
    special = st.sampled_from(",;\t|\"' \n\r\\=+-@0ñãé")
    anything = st.characters(
        codec=encoding.removesuffix("-sig"), exclude_categories=["Cs"], exclude_characters="\0\x1a"
    )
    return special | anything


any_table = st.sampled_from(ENCODINGS).flatmap(lambda name: st.tuples(st.just(name), tables(writable(name))))


def write(
    path: Path, encoding: str, rows: Sequence[Sequence[str]], delimiter: str, line_end: str, quoting: Quoting
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)


def opened(path: Path) -> Table | ListError:
    try:
        return open_list(path)
    except ListError as why:
        return why


@quick
@given(
    any_table,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_a_csv_comes_back_as_it_was_written(
    tmp_path: Path, written: tuple[str, tuple[list[str], Cells]], delimiter: str, line_end: str, quoting: Quoting
) -> None:
    encoding, (header, rows) = written
    if line_end != "\r\n" and quoting == csv.QUOTE_MINIMAL:
        quoting = csv.QUOTE_ALL  # Python's writer would leave a cell with the other line end without quotes
    path = tmp_path / "list.csv"
    write(path, encoding, [header, *rows], delimiter, line_end, quoting)

    told = open_list(path, encoding=encoding, delimiter=delimiter, header_row=1)
    assert told.header[: len(header)] == header
    assert list(read(told).values()) == rows

    unaided = opened(path)
    if isinstance(unaided, ListError):
        assert "--" in str(unaided) or "XLSX" in str(unaided)
    else:
        same = unaided.header == header and list(read(unaided).values()) == rows
        assert same or unaided.notes or unaided.problems, (unaided.how, unaided.header, read(unaided))


@quick
@given(
    tables(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
        | st.sampled_from('\n"&<>=+-@0')
    )
)
@example((["Nombre"], [["_x000D_"], ["_x0041_"], ["=1+1"], ["@a"]]))
def test_an_xlsx_comes_back_as_it_was_written(tmp_path: Path, written: tuple[list[str], Cells]) -> None:
    header, rows = written
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([header, *rows]):
            for position, cell in enumerate(cells):
                sheet.write_string(number, position, cell)
    told = open_list(path, header_row=1)
    assert told.header[: len(header)] == header
    assert list(read(told).values()) == rows
    unaided = open_list(path)
    assert (unaided.header == header and list(read(unaided).values()) == rows) or unaided.notes


@quick
@given(st.binary(max_size=400), st.sampled_from(["list.csv", "list.xlsx", "list.xls", "list.ods"]))
@example(b"PK\x03\x04", "list.xlsx")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1Workbook", "list.xls")
@example(b"\xff\xfe", "list.csv")
@example(b'"', "list.csv")
@example(b"sep=;", "list.csv")
@example(b"\x1a", "list.csv")
@example(b"a,b\n\xc3", "list.csv")
def test_any_bytes_give_a_table_or_a_sentence(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    table = opened(path)
    if isinstance(table, ListError):
        assert name in str(table)
        assert str(table).endswith(".")
    else:
        assert len(read(table)) == table.rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_of_delimiters_and_quotes_alone_gives_a_table_or_a_sentence(tmp_path: Path, delimiter: str) -> None:
    @quick
    @given(st.text(st.sampled_from(f'{delimiter}"\\\n\r a'), max_size=60))
    def check(text: str) -> None:
        (tmp_path / "list.csv").write_text(text, encoding="utf-8", newline="")
        table = opened(tmp_path / "list.csv")
        assert isinstance(table, ListError) or len(read(table)) == table.rows

    check()
