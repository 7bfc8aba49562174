"""A table held against a template as a whole, without a file but that of the list."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.rendered import cause, place, sentences
from uploader.checks.checked_list import CheckedList, checked_list, matched, sha256_of
from uploader.checks.columns.mapping import wanted_names
from uploader.errors import EmptyListError, ListError, SettingsError
from uploader.i18n import Message
from uploader.model.rows import Row
from uploader.readers import open_file, read_table, table_of
from uploader.readers.pages import Page, Records, Source
from uploader.readers.table import Table
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

HEADER = ("from", "fromname", "to", "toname", "subject", "body", "rp_id")
GOOD = ("a@example.com", "", "b@example.com", "", "Hola", "Un mensaje", "61196")


def table(path: Path, template: Template, **how: Any) -> Table:
    with open_file(path) as file:
        return read_table(file, wanted=wanted_names(template.columns), **how)


def checked(path: Path, template: Template, **how: Any) -> CheckedList:
    found = table(path, template, **how)
    fields = matched(found, template, {}).fields
    return checked_list(path, sha256_of(path), found, template, fields)


def write(path: Path, *rows: tuple[str, ...]) -> Path:
    path.write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def complaints(a_list: CheckedList) -> list[str]:
    checks = map(a_list.check, a_list.table.texts())
    return [f"{place(problem)}: {cause(problem)}" for rows in checks for problem in rows.problems]


def test_a_good_list_has_its_rows_by_field(tmp_path: Path, wolkvox: Template) -> None:
    a_list = checked(write(tmp_path / "list.csv", HEADER, GOOD), wolkvox)
    (records,) = a_list.table.texts()
    rows = a_list.check(records)
    assert (rows.records, rows.problems) == (records, [])
    assert list(rows.values()) == [dict(zip(a_list.fields, (GOOD[at] for at in a_list.fields.values()), strict=True))]
    assert list(a_list.rows(records, {2: 7})) == [(2, Row(7, GOOD))]
    assert (a_list.header, a_list.list_fields) == (list(HEADER), dict(a_list.fields))
    assert a_list.is_unchanged()
    write(a_list.path, HEADER, GOOD, GOOD)
    assert not a_list.is_unchanged()


def test_what_the_reader_noticed_what_was_damaged_and_what_breaks_a_rule_come_together(
    tmp_path: Path, wolkvox: Template
) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, (*HEADER, "other"))
        sheet.write_row(1, 0, GOOD)
        sheet.write_formula(1, 0, "=NA()", None, "#N/A")
        sheet.write_formula(1, 7, "=NA()", None, "#N/A")  # nobody sends it
        sheet.write_row(2, 0, (*GOOD[:4], "Hola ", "", GOOD[6]))
    assert complaints(checked(path, wolkvox)) == [
        "A2: the cell shows the error #N/A",
        "E3: the text has spaces before or after it",
        "F3: “body” is empty",
    ]


def test_a_total_that_lacks_fields_is_stopped_as_one_and_not_for_each_field(tmp_path: Path, wolkvox: Template) -> None:
    path = write(tmp_path / "list.csv", HEADER, GOOD, ("Total 1", "", "", "", "", "", ""))
    a_list = checked(path, wolkvox)
    (rows,) = map(a_list.check, a_list.table.texts())
    assert [(problem.row, problem.column, problem.code, problem.stops) for problem in rows.problems] == [
        (3, None, "total", True)
    ]


def test_problems_of_rows_that_are_not_asked_for_stay_away(tmp_path: Path, wolkvox: Template) -> None:
    path = write(tmp_path / "list.csv", HEADER, GOOD, (*GOOD, "more"), GOOD)
    a_list = checked(path, wolkvox)
    (records,) = a_list.table.texts()
    assert [problem.code for problem in a_list.check(records).problems] == ["too_many_cells"]
    others = Records([2, 4], [[column[0], column[2]] for column in records.columns])
    assert a_list.check(others).problems == []


def test_columns_that_are_not_the_lists_own_are_left_out(tmp_path: Path, wolkvox: Template) -> None:
    def pages() -> Iterator[Page]:
        rows = [("", *HEADER, ""), ("", *GOOD, ""), ("", *GOOD[:6], "", "")]
        yield Page([1, 2, 3], list(zip(*rows, strict=True)))

    source = Source(tmp_path / "results.xlsx", pages, Message("list.rows", count=2), left_out=frozenset({0, 8}))
    found = table_of(source, wanted_names(wolkvox.columns))
    a_list = checked_list(source.path, "", found, wolkvox, matched(found, wolkvox, {}).fields)
    (records,) = found.texts()
    assert (a_list.header, list(a_list.listed)) == (list(HEADER), [1, 2, 3, 4, 5, 6, 7])
    assert a_list.list_fields == {field: at - 1 for field, at in a_list.fields.items()}
    assert dict(a_list.rows(records, {2: 2, 3: 3}))[2] == Row(2, GOOD)
    assert [a_list.list_column(at) for at in (0, 1, 7)] == [-1, 0, 6]
    problems = a_list.check(records).problems
    assert a_list.faults([*problems, *(replace(problem, column=0) for problem in problems)]) == [6]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a@example.com;300;61196\nb@example.com;301;61197\n", "no header: row 1 is “a@example.com, 300, 61196”.* header_row=3"),
        ('"from;to;subject"\n"a@example.com;b;c"\n', 'a single column, “from;to;subject”.* delimiter=";"'),
    ],
)  # fmt: skip
def test_a_list_without_a_header_or_split_cells_is_refused_where_columns_are_missing(
    tmp_path: Path, wolkvox: Template, text: str, words: str
) -> None:
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ListError, match=words):
        checked(tmp_path / "list.csv", wolkvox)


def test_a_choice_that_is_not_there_and_a_list_without_rows_are_refused(tmp_path: Path, wolkvox: Template) -> None:
    path = write(tmp_path / "list.csv", HEADER)
    with pytest.raises(SettingsError, match="the list has no column “nowhere”"):
        matched(table(path, wolkvox), wolkvox, {"to": "nowhere"})
    with pytest.raises(
        EmptyListError, match=r"a header in row 1 \(“from”, “fromname”, .* and “rp_id”\) but no rows below it"
    ):
        checked(path, wolkvox)


def test_a_list_that_lacks_columns_is_matched_as_far_as_it_goes(tmp_path: Path, wolkvox: Template) -> None:
    found = table(write(tmp_path / "list.csv", ("from", "to", "asunto x"), ("a", "b", "c")), wolkvox)
    match = matched(found, wolkvox, {})
    assert match.fields == {"from": 0, "to": 1}
    assert [one.field for one in match.missing] == ["subject", "body", "rp_id"]
    assert found.first_record() == ["a", "b", "c"]


def test_what_a_person_should_know_about_the_list_is_a_note(tmp_path: Path, wolkvox: Template) -> None:
    path = write(tmp_path / "list.csv", HEADER, GOOD)
    (tmp_path / "~$list.csv").touch()
    (tmp_path / ".~lock.list.csv#").touch()
    assert [(note.code, note.facts.get("program")) for note in checked(path, wolkvox).notes] == [
        ("note.open_elsewhere", "Excel"),
        ("note.open_elsewhere", "LibreOffice"),
    ]
    assert len(sentences(checked(path, wolkvox).notes)) == 2


def test_dates_and_a_record_that_is_taken_for_the_header_are_notes(tmp_path: Path, wolkvox: Template) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, dated = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, GOOD)
        sheet.write_datetime(1, 4, date(2026, 3, 5), dated)
    assert sentences(checked(path, wolkvox).notes) == [
        "“subject” (E) contains dates. A date is sent in this format: 2026-12-31."
    ]

    found = table(write(tmp_path / "bare.csv", GOOD, GOOD), wolkvox)
    match = matched(
        found, wolkvox, {field: "ABCDEFG"[HEADER.index(field)] for field in wolkvox.columns if field in HEADER}
    )
    assert match.missing == []
    notes = checked_list(found.path, "", found, wolkvox, match.fields).notes
    assert sentences(notes)[0].startswith("Row 1 was read as the header and is not sent, but it looks like a record:")


@pytest.fixture
def short(tmp_path: Path) -> Template:
    """A template with a required field, and one of which only some values are allowed."""
    text = """
        title = "T"
        [request]
        url = "http://127.0.0.1:9/x"
        json = { k = "{{k}}", v = "{{v}}" }
        [columns.k]
        required = true
        [columns.v]
        one_of = ["s\u00ed", "no"]
    """
    return parse(text, "t.toml", "t")


def test_in_a_whole_column_what_nobody_sees_is_empty(tmp_path: Path, short: Template) -> None:
    unseen = ["\u2800", "\u3164", "\u115f", "\u180e", "\u034f", "\u200b", "\ufe0f", "\U000e0101", "\x07"]
    found = checked(write(tmp_path / "l.csv", ("k", "v"), *((one, "no") for one in unseen), ("a", "no")), short)
    (records,) = found.table.texts()
    rows = found.check(records)
    assert [(problem.row, problem.code) for problem in rows.problems if problem.stops] == [
        (row, "empty") for row in range(2, 2 + len(unseen))
    ]
    assert [*rows.fields["k"]] == [""] * len(unseen) + ["a"]


def test_an_allowed_value_goes_out_as_the_template_spells_it(tmp_path: Path, short: Template) -> None:
    found = checked(
        write(tmp_path / "l.csv", ("k", "v"), ("a", "si\u0301"), ("b", "s\u00ed"), ("c", "SI\u0301")), short
    )
    (records,) = found.table.texts()
    rows = found.check(records)
    assert [problem.row for problem in rows.problems if problem.stops] == [4]
    assert [*rows.fields["v"]][:2] == ["s\u00ed", "s\u00ed"]
    assert short.values(Row(2, ("a", "si\u0301")), found.fields)["v"] == "s\u00ed"


def test_an_optional_column_whose_name_only_looks_right_is_a_note(tmp_path: Path, wolkvox: Template) -> None:
    header = tuple(name.replace("toname", "t\u043ename") for name in HEADER)
    found = checked(write(tmp_path / "l.csv", header, GOOD), wolkvox)
    assert "toname" not in found.fields
    assert any("Cyrillic" in one and "--map toname=D" in one for one in sentences(found.notes))


def test_a_list_that_leaves_no_room_for_our_columns_is_refused_first(tmp_path: Path, wolkvox: Template) -> None:
    def wide(columns: int) -> Path:
        more = columns - len(HEADER)
        path = tmp_path / "list.csv"
        lines = ((*HEADER, *(f"c{at}" for at in range(more))), (*GOOD, *["x"] * more))
        return write(path, *lines)

    assert len(checked(wide(16_375), wolkvox).header) == 16_375
    with pytest.raises(ListError) as refused:
        checked(wide(16_376), wolkvox)
    assert "has 16,376 columns. An Excel sheet has room for 16,375" in sentences([refused.value.message])[0]
    assert (
        len(checked(write(tmp_path / "e.csv", (*HEADER, *[""] * 16_000), (*GOOD, *[""] * 16_000)), wolkvox).header) == 7
    )
