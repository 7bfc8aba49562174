import csv
import gzip
import os
import random
import zipfile
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
import xlsxwriter

from tests.conftest import FIELDS, interactions, write_csv, write_xlsx
from tests.rendered import cause, place, sentence
from uploader.errors import ListError
from uploader.i18n import Message
from uploader.model.problems import Problem
from uploader.readers import open_list
from uploader.readers.table import Table


def read(table: Table) -> dict[int, list[str]]:
    """Row number -> cells."""
    return {row.number: list(row.cells) for records in table.texts() for row in records.rows()}


def problems(table: Table, *, stops: bool = True) -> list[Problem]:
    return [problem for problem in table.problems.between(1, 1 << 21) if problem.stops is stops]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_a_csv_is_read_as_it_was_written(tmp_path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    rows = interactions(20)
    if encoding == "cp1252":
        rows = [[cell.replace("🙂", "–").replace("…", "...") for cell in row] for row in rows]
    path = write_csv(
        tmp_path / "list.csv",
        rows,
        encoding=encoding,
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL,
    )
    table = open_list(path, wanted=FIELDS)
    assert table.header == list(FIELDS)
    assert read(table) == dict(enumerate(rows, start=2))


def test_an_xlsx_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = interactions(50)
    table = open_list(write_xlsx(tmp_path / "list.xlsx", rows))
    assert table.header == list(FIELDS)
    assert read(table) == dict(enumerate(rows, start=2))
    assert table.rows == 50
    assert table.sheet == "List"


def test_row_numbers_are_those_that_excel_shows(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text('a,b\n"two\nlines",1\n\n,\n"x","y\n\n"\nlast,2\n', encoding="utf-8")
    assert read(open_list(tmp_path / "list.csv")) == {2: ["two\nlines", "1"], 5: ["x", "y\n\n"], 6: ["last", "2"]}
    rows: list[list[str | None]] = [["one", "1"], [None, None], ["", " "], ["two", "2"]]
    assert list(read(open_list(write_xlsx(tmp_path / "list.xlsx", rows, ["a", "b"])))) == [2, 5]


def test_titles_above_the_header_are_skipped_where_the_wanted_names_tell(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Export of today,,\n\nDe,Para,Asunto\na,b,c\n", encoding="utf-8")
    table = open_list(path, wanted=["De", "Para", "Asunto"])
    assert (table.header_row, table.header, read(table)) == (3, ["De", "Para", "Asunto"], {4: ["a", "b", "c"]})
    assert open_list(path).header_row == 3
    assert open_list(path, header_row=4).header == ["a", "b", "c"]


def test_the_sheet_that_holds_the_list_is_found_or_asked_for(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Notes"
    book["Notes"].append(["something", "else"])
    for name in ("March", "April"):
        book.create_sheet(name).append(["from", "to"])
        book[name].append([name, "x"])
    book.create_sheet("Empty")
    hidden = book.create_sheet("Hidden")
    hidden.append(["from", "to", "subject"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "list.xlsx")
    with pytest.raises(ListError, match=r'“March” and “April”.* sheet="March"'):
        open_list(tmp_path / "list.xlsx", wanted=["from", "to", "subject"])
    assert read(open_list(tmp_path / "list.xlsx", sheet="april")) == {2: ["April", "x"]}
    assert open_list(tmp_path / "list.xlsx", wanted=["something"]).sheet == "Notes"
    with pytest.raises(ListError, match="“Notes”, “March”, “April”, “Empty” and “Hidden”"):
        open_list(tmp_path / "list.xlsx", sheet="May")


VALUES: list[tuple[Any, str | None, str]] = [
    ("0012", None, "0012"),
    ("=1+1", None, "=1+1"),
    (123, None, "123"),
    (573001234567, None, "573001234567"),
    (123456789012345, "0", "123456789012345"),
    (0.1, None, "0.1"),
    (1e-7, None, "0.0000001"),
    (-0.0, None, "0"),
    (1234.5, "#,##0.00", "1234.5"),
    (0.1234, "0.00%", "0.1234"),
    (19.99, '"$"#,##0.00', "19.99"),
    (123, "00000", "00123"),
    (1234567, "00000", "1234567"),
    (3001234567, "000-000-0000", "300-123-4567"),
    (3001234567, "(###) ### ####", "(300) 123 4567"),
    (42, "000\\-000", "000-042"),
    (12345, "# ##0", "12345"),
    (True, None, "TRUE"),
    (False, None, "FALSE"),
    (date(2026, 3, 9), "dd/mm/yyyy", "2026-03-09"),
    (datetime(2026, 3, 9, 17, 5, 9), "dd/mm/yyyy hh:mm", "2026-03-09 17:05:09"),
    (datetime(2026, 3, 9), "dd/mm/yyyy hh:mm", "2026-03-09"),
    (time(7, 30), "hh:mm", "07:30:00"),
    (timedelta(hours=36, minutes=5), "[h]:mm", "36:05:00"),
    ("line\nbreak", None, "line\nbreak"),
    ("carriage\r\nreturn", None, "carriage\r\nreturn"),
    ("_x0041_ is no A", None, "_x0041_ is no A"),
]


@pytest.mark.parametrize(("value", "number_format", "text"), VALUES)
def test_a_cell_is_read_as_what_a_person_sees_or_would_type(
    tmp_path: Path, value: Any, number_format: str | None, text: str
) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx", {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "column")
        form = book.add_format({"num_format": number_format}) if number_format else None
        sheet.write(1, 0, value, form)
        sheet.write_string(1, 1, "so that the row is not blank")
    assert read(open_list(tmp_path / "list.xlsx"))[2][0] == text


def test_error_cells_and_formulas_without_a_value_are_problems_at_their_cells(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_row(1, 0, ["x", "y", "z"])
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(3, 0, '="a"&"b"', None, "ab")
    table = open_list(tmp_path / "list.xlsx")
    assert [(place(problem), cause(problem)) for problem in problems(table)] == [
        ("B3", "the cell shows the error #DIV/0!")
    ]
    assert read(table)[3] == ["", "#DIV/0!", ""]
    assert read(table)[4] == ["ab", "", ""]

    book = openpyxl.Workbook()
    book.worksheets[0].append(["a", "b"])
    book.worksheets[0].append(["=1+1", None])  # openpyxl stores no result
    book.save(tmp_path / "formulas.xlsx")
    table = open_list(tmp_path / "formulas.xlsx")
    assert [place(problem) for problem in problems(table)] == ["A2"]
    assert "without a saved result" in cause(problems(table)[0])
    assert table.rows == 1


def test_a_csv_row_with_more_cells_than_the_header_is_a_problem_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n3,4,5\n6\n7,8,,\n", encoding="utf-8")
    table = open_list(tmp_path / "list.csv")
    assert [(place(problem), cause(problem)) for problem in problems(table)] == [
        ("row 3", "the row has more cells than the header")
    ]
    assert table.header == ["a", "b", ""]
    assert read(table) == {2: ["1", "2", ""], 3: ["3", "4", "5"], 4: ["6", "", ""], 5: ["7", "8", ""]}


def test_repeated_and_blank_headers_keep_their_columns(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,,id\n1,2,3\n", encoding="utf-8")
    table = open_list(tmp_path / "list.csv")
    assert (table.header, read(table)) == (["id", "", "id"], {2: ["1", "2", "3"]})


def broken_files(folder: Path) -> dict[str, bytes]:
    whole = write_xlsx(folder / "whole.xlsx", interactions(40)).read_bytes()
    with zipfile.ZipFile(folder / "other.zip", "w") as package:
        package.writestr("hello.txt", "hello")
    with zipfile.ZipFile(folder / "whole.xlsx") as package:
        hole = package.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    return {
        "empty.csv": b"",
        "blank.csv": b"\n\n  \n",
        "empty.xlsx": b"",
        "binary.csv": bytes(range(256)) * 40,
        "random.csv": os.urandom(5000) + b"\0",
        "binary.xlsx": b"\x01\x02\x03" * 999,
        "half.xlsx": whole[: len(whole) // 2],
        "end.xlsx": whole[-2000:],
        "zip.xlsx": (folder / "other.zip").read_bytes(),
        "hole.xlsx": whole[:hole] + b"\0" * 100 + whole[hole + 100 :],
        "text.xlsx": b"from,to\n1,2\n",
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "gzip.csv": gzip.compress(b"a,b\n1,2\n"),
        "page.csv": b"<html><table><tr><td>1</td></tr></table></html>",
        "single_page.xls": b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n<table><tr><td>a,b</td></tr></table>\r\n",
        "quote.csv": b'a,b\n1,"never closed\n2,3\n4,5\n',
        "after_quote.csv": b'a,b\n"x"y,2\n',
        "not_utf8.csv": b"a,b\n\xff\xfe\x81,2\n",
    }


@pytest.mark.parametrize("name", [
    "empty.csv", "blank.csv", "empty.xlsx", "binary.csv", "random.csv", "binary.xlsx", "half.xlsx", "end.xlsx", "zip.xlsx",
    "hole.xlsx", "text.xlsx", "old.xls", "gzip.csv", "page.csv", "single_page.xls", "quote.csv", "after_quote.csv", "not_utf8.csv",
])  # fmt: skip
def test_what_is_no_list_is_refused_in_a_sentence_that_names_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(broken_files(tmp_path)[name])
    with pytest.raises(ListError) as refused:
        open_list(path)
    words = str(refused.value)
    assert name in words
    assert words.endswith(".")
    assert len(words) < 400


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ListError, match=r"nowhere\.csv\. Check the name and the folder"):
        open_list(tmp_path / "nowhere.csv")
    with pytest.raises(ListError, match="is a folder without CSV or XLSX files"):
        open_list(tmp_path)


@pytest.mark.parametrize(
    ("content", "code", "way_out"),
    [
        (b"%PDF-1.7", "filetype.pdf", "not_a_list.export"),
        (b"GIF89a", "filetype.picture", "not_a_list.export"),
        (b"{\\rtf1", "filetype.rtf", "not_a_list.convert"),
        (b"\x09\x04\x06\x00", "filetype.old_excel", "not_a_list.convert"),
        (b"<?xml version='1.0'?><a/>", "filetype.xml", "not_a_list.convert"),
        (b"Rar!\x1a", "filetype.compressed", "not_a_list.unpack"),
    ],
)
def test_a_file_of_another_kind_is_named_and_answered_with_what_can_be_done(
    tmp_path: Path, content: bytes, code: str, way_out: str
) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(ListError) as refused:
        open_list(tmp_path / "list.csv")
    message = refused.value.message
    assert (message.code, cast("Message", message.facts["what"]).code) == (way_out, code)
    assert sentence(message).startswith("list.csv is a")


@pytest.mark.parametrize(
    ("hints", "words"),
    [
        ({"encoding": "klingon"}, "“klingon” is not a known encoding"),
        ({"delimiter": "ab"}, "a single punctuation mark"),
        ({"sheet": "List"}, 'Leave out sheet="List"'),
        ({"header_row": 9}, "row 9"),
        ({"encoding": "utf-8"}, "UTF-8"),
    ],
)
def test_hints_that_make_no_sense_are_refused(tmp_path: Path, hints: dict[str, Any], words: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("a,b\ncafé,1\n".encode("cp1252"))
    with pytest.raises(ListError, match=words):
        open_list(path, **hints)


def test_hints_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("a/b\ncafé/1,5\n".encode("cp437"))
    table = open_list(path, encoding="cp437", delimiter="/")
    assert (table.header, read(table)) == (["a", "b"], {2: ["café", "1,5"]})


def test_a_workbook_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", [["1", "2"]], ["a", "b"]).rename(tmp_path / "list.csv")
    assert read(open_list(path)) == {2: ["1", "2"]}


def test_an_external_entity_is_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", [["1"]], ["a"])
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
        for name in package.namelist():
            data = package.read(name)
            if name.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>' + data.partition(b"?>")[2]
            bad.writestr(name, data)
    with pytest.raises(ListError, match="DOCTYPE"):
        open_list(tmp_path / "bad.xlsx")


@pytest.mark.parametrize("seed", range(4))
def test_any_damage_gives_a_table_or_a_sentence(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    whole = write_xlsx(tmp_path / "whole.xlsx", interactions(20))
    with zipfile.ZipFile(whole) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    ended = Counter[str]()
    for _ in range(150):
        victim = chance.choice(sorted(parts))
        with zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad:
            for name, data in parts.items():
                bad.writestr(name, damaged(data, chance) if name == victim else data)
        if chance.random() < 0.3:
            (tmp_path / "bad.xlsx").write_bytes(damaged(whole.read_bytes(), chance))
        try:
            read(open_list(tmp_path / "bad.xlsx"))
            ended["read"] += 1
        except ListError:
            ended["refused"] += 1
    assert min(ended["read"], ended["refused"]) > 20


def damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        if chance.random() < 0.5:
            changed[at] = chance.randrange(256)
        else:
            del changed[at : at + chance.randint(1, 40)]
        changed += b" " if not changed else b""
    return bytes(changed)
