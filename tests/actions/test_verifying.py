"""Verifying: a result workbook that is as it was written is told from one that somebody changed, and where."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import arranged, hidden, mend, page, refused, summary, tamper
from tests.conftest import FIELDS, write_csv, write_xlsx
from tests.worlds import World
from uploader.i18n import render
from uploader.workbooks.digests import PackedRows
from uploader.workbooks.read_back import reader


@pytest.fixture
def written(world: World, tmp_path: Path) -> Path:
    """A workbook that the journal of this computer knows."""
    return world.sent(write_csv(tmp_path / "list.csv", refused()))


@pytest.mark.parametrize("how", ["untouched", "renamed and saved again", "sorted and columns moved"])
def test_what_nobody_changed_is_as_it_was_written(world: World, written: Path, tmp_path: Path, how: str) -> None:
    if how == "renamed and saved again":
        (tmp_path / "mail").mkdir()
        written = written.rename(tmp_path / "mail" / "for the auditor.xlsx")
        openpyxl.load_workbook(written).save(written)
    elif how == "sorted and columns moved":
        arranged(written, lambda lines: [[*line[8:], *line[:8]] for line in [lines[0], *reversed(lines[1:])]])
    ended = world.verifies(written)
    assert (ended.code, ended.complaints) == (0, [])
    assert "Every row is as it was written." in ended.out


def swapped(lines: list[list[Any]]) -> list[list[Any]]:
    at = lines[0].index("Response message")
    lines[1][at], lines[2][at] = lines[2][at], lines[1][at]
    return lines


_OTHER_NAME = "The column “to” was renamed to “para”."


def other_lines(lines: list[list[Any]]) -> list[list[Any]]:
    return [*lines[:4], *lines[5:], [99, *lines[1][1:]], [None, "x"], lines[2]]


_CELLS = {(5, "toname"): "x", (6, "to"): "5@example.com", (4, "Status"): "accepted", (7, "Response code"): "201"}
CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "cells": (
        lambda book: arranged(mend(book, {**_CELLS, (9, "Sent at"): None}), swapped),
        [
            *(f"row {row} differs in “Response message”" for row in (2, 3)),
            "row 4 differs in “Status”",
            "row 5 differs in “toname”",
            "row 6 differs in “to”",
            "row 7 differs in “Response code”",
            "row 9 differs in “Sent at”",
        ],
    ),
    "lines": (
        lambda book: arranged(book, other_lines),
        ["row 3 appears more than once", "row 5 is missing", "row 99 was added", "line 10 was added"],
    ),
    "column": (lambda book: arranged(book, lambda lines: [[*lines[0][:3], "para", *lines[0][4:]], *lines[1:]]), [_OTHER_NAME]),
    "attempts": (
        lambda book: arranged(book, lambda lines: [line[:-1] for line in lines], "Attempts"),
        ["The sheet “Attempts” was changed."],
    ),
    "summary": (
        lambda book: arranged(book, lambda lines: [lines[0], ["List SHA-256", "0" * 64], *lines[2:]], "Summary"),
        ["The sheet “Summary” was changed."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_found_and_named(world: World, written: Path, what: str) -> None:
    change, told = CHANGES[what]
    change(written)
    ended = world.verifies(written)
    assert (ended.code, ended.complaints) == (1, told)


def forged(book: Path) -> Path:
    """Digests made anew from what stands in the workbook, as somebody could who knows how."""
    found = reader.open_workbook(book)
    assert found is not None
    rows = PackedRows()
    for line in found.lines():
        rows.add(int(line.number), *line.digests())
    tamper(book, rows=rows.packed()[0])
    return sealed_again(book)


def sealed_again(book: Path) -> Path:
    """The digest of the hidden sheet made anew, also where the Summary shows it."""
    manifest = reader.manifest_of(book)
    assert manifest is not None
    digest = manifest.sealed().digest
    with page(book, "Summary") as lines:
        (shown,) = [line[1] for line in lines.iter_rows() if line[1].value == manifest.digest]
        shown.value = digest
    return tamper(book, digest=digest)


def test_who_changes_the_digests_too_is_found_by_the_journal_alone(world: World, written: Path) -> None:
    forged(mend(written, {(4, "Status"): "accepted", (4, "Response code"): "201"}))
    ended = world.verifies(written)
    assert ended.code == 1
    assert ended.complaints[0] == "row 4 does not match this computer's record"
    assert "never wrote a workbook with these rows" in ended.out
    elsewhere = world.another_computer().verifies(written)
    assert elsewhere.code == 0
    assert (
        "the digests inside the workbook prove nothing, because whoever changes it can compute them again"
        in elsewhere.out
    )


def test_what_the_page_wrote_is_compared_in_its_own_words(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "of the page.csv", refused(5, (4,)))
    book = Path(replace(world, face="page").sends(path, first=3).json["results"])
    forged(mend(book, {(4, "Status"): "accepted"}))
    complaints = world.verifies(book).complaints
    assert [one for one in complaints if one.startswith("row")] == ["row 4 does not match this computer's record"]


def test_without_the_journal_it_says_what_it_can_not_prove(world: World, written: Path) -> None:
    nowhere = world.another_computer()
    ended = nowhere.verifies(written)
    assert (ended.code, ended.complaints) == (0, [])
    assert "All rows agree with the digests." in ended.out
    assert "This computer has no record of the list" in ended.out
    said = hidden(written)
    assert f"{said['machine']} ({said['user']}). Digest: {said['digest']}." in ended.out
    ended = nowhere.verifies(mend(written, {(4, "body"): "x", (6, "Advice"): "x"}))
    assert ended.code == 1
    assert ended.complaints == ["row 4 differs in the list's cells", "row 6 differs in its result"]
    assert not nowhere.home.exists()


def test_the_digest_of_the_summary_is_the_journals(written: Path, own_world: Path) -> None:
    with sqlite3.connect(own_world / "journal.db") as db:
        kept = [row[0] for row in db.execute("SELECT digest FROM workbook").fetchall()]
    db.close()
    assert kept == [summary(written)["Digest of the workbook"]] == [hidden(written)["digest"]]


def test_an_older_copy_is_still_as_it_was_written(world: World, written: Path, tmp_path: Path) -> None:
    older = Path(shutil.copy(written, tmp_path / "older.xlsx"))
    world.send(mend(written, {(4, "rp_id"): "61001"}), no_preflight=True)
    for book in (older, written):
        ended = world.verifies(book)
        assert (ended.code, ended.complaints) == (0, [])
        assert "Every row is as it was written." in ended.out
    mend(older, {(4, "Status"): "accepted"})
    assert world.verifies(older).complaints == ["row 4 differs in its result"]


def test_what_is_no_result_workbook_is_said_to_be_none(world: World, written: Path, tmp_path: Path) -> None:
    rows = refused(3, ())
    rows[0][6] = ""
    plain = write_xlsx(tmp_path / "plain.xlsx", rows)
    assert world.checks(plain).code == 2
    with page(written) as lines:
        del lines.parent["uploader"]
    (tmp_path / "list.csv").write_text("from,to\n1,2\n", encoding="utf-8")
    for path, words in (
        (plain, "is not a result workbook of uploader"),
        (tmp_path / "list.csv", "is not a result workbook of uploader"),
        (written, "or its hidden sheet was removed"),
        (tmp_path / "plain.problems.xlsx", "is a problems workbook"),
    ):
        ended = world.verifies(path)
        assert (ended.code, words in ended.out) == (2, True), ended.out


# Columns, rows and sheets in every way that people change them, and others


def moved_columns(book: Path) -> None:
    """The list's columns turned round, one of ours in front, a column of notes between them."""
    arranged(book, lambda lines: [[line[9], "nota", *reversed(line[1:9]), line[0], *line[10:]] for line in lines])


def copied_in_front(book: Path, *, accepted: bool = False) -> None:
    with page(book) as lines:
        copy = lines.parent.copy_worksheet(lines)
        copy.title = "Resultados"
        lines.parent.move_sheet(copy, -4)
        if accepted:
            copy["I4"].value = "accepted"


def with_sheet(book: Path, name: str, place: int) -> None:
    with page(book) as lines:
        lines.parent.create_sheet(name, place).append(["all rows were accepted"])


def renamed_sheet(book: Path) -> None:
    with page(book) as lines:
        lines.title = "Viejo"


def hidden_sheet(book: Path) -> None:
    with page(book, "Attempts") as lines:
        lines.sheet_state = "hidden"


def moved_sheet(book: Path) -> None:
    with page(book, "Summary") as lines:
        lines.parent.move_sheet(lines, -2)


def without_line(book: Path, key: str) -> None:
    with page(book, "uploader") as hidden_lines:
        (row,) = [line[0].row for line in hidden_lines.iter_rows() if line[0].value == key]
        hidden_lines.delete_rows(row)


HIDDEN = "The hidden sheet with the digests was changed, so the workbook itself proves nothing about any row."
OF_SHEETS: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a copy in front": (
        copied_in_front,
        ["The sheet “Resultados” was added and looks like one of uploader's. uploader did not write it."],
    ),
    "a forged copy in front": (
        lambda book: copied_in_front(book, accepted=True),
        ["The sheet “Resultados” was added and looks like one of uploader's. uploader did not write it."],
    ),
    "anything in front": (
        lambda book: with_sheet(book, "Auditoría", 0),
        ["The sheet “Auditoría” was added in front of the results. uploader did not write it."],
    ),
    "the results hidden": (hidden_sheet, ["The sheet “Attempts” was hidden."]),
    "the results renamed": (
        renamed_sheet,
        [
            "The sheet “Results” is missing.",
            "The sheet “Viejo” was added and looks like one of uploader's. uploader did not write it.",
        ],
    ),
    "another order": (
        moved_sheet,
        ["The order of the sheets was changed. It was: Results, Attempts, Summary."],
    ),
    "fields changed": (lambda book: tamper(book, fields='{"to": [0, "from"], "from": [2, "to"]}'), [HIDDEN]),
    "another machine": (lambda book: tamper(book, machine="pc-9"), [HIDDEN]),
    "a redacted column": (lambda book: tamper(book, redacted='["to"]'), [HIDDEN]),
    "another zone": (lambda book: tamper(book, zone="+09:00"), [HIDDEN]),
    "another place": (lambda book: tamper(book, place="0" * 64), [HIDDEN]),
    "other sheets": (lambda book: tamper(book, sheets='["Results"]'), [HIDDEN]),
    "no digest": (lambda book: without_line(book, "digest"), [HIDDEN, "The sheet “Summary” was changed."]),
}


@pytest.mark.parametrize("what", OF_SHEETS)
def test_every_change_of_the_sheets_and_of_the_hidden_one_is_named(world: World, written: Path, what: str) -> None:
    change, told = OF_SHEETS[what]
    change(written)
    for here in (world, world.another_computer()):
        ended = here.verifies(written)
        assert ended.code == 1
        assert [one for one in ended.complaints if "this computer's record" not in one][: len(told)] == told


def test_columns_that_were_moved_and_notes_between_them_are_no_change(world: World, written: Path) -> None:
    moved_columns(written)
    for here in (world, world.another_computer()):
        ended = here.verifies(written)
        assert (ended.code, ended.complaints) == (0, [])
    mend(written, {(6, "to"): "x@example.com"})
    assert world.verifies(written).complaints == ["row 6 differs in “to”"]


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (1, 2, 0)])
def test_columns_of_one_name_that_changed_places_are_known_by_their_digests(
    world: World, tmp_path: Path, order: tuple[int, ...]
) -> None:
    rows = [[*row, f"a{nth}", f"b{nth}", f"c{nth}"] for nth, row in enumerate(refused(4, (4,)))]
    book = world.sent(write_csv(tmp_path / "list.csv", rows, header=[*FIELDS, "x", "x", "y"]))
    at = 1 + len(FIELDS)
    arranged(
        book, lambda lines: [[*line[:at], *(line[at + nth] for nth in order), "x", *line[at + 3 :]] for line in lines]
    )
    assert world.verifies(book).complaints == []


def test_names_of_columns_that_changed_places_are_said(world: World, written: Path) -> None:
    arranged(written, lambda lines: [[lines[0][0], lines[0][2], lines[0][1], *lines[0][3:]], *lines[1:]])
    assert world.verifies(written).complaints == [
        f"row {number} differs in “from”, “fromname”" for number in range(2, 10)
    ]


def test_a_column_that_was_deleted_is_said_once_and_the_results_of_the_rows_are_still_held(
    world: World, written: Path
) -> None:
    arranged(written, lambda lines: [[*line[:3], *line[4:], "nota"] for line in lines])
    mend(written, {(5, "Status"): "rejected"})
    elsewhere = world.another_computer().verifies(written)
    assert elsewhere.complaints == [
        "row 5 differs in its result",
        "The column “to” is missing or was renamed. Its cells can't be verified.",
    ]


def test_a_column_of_ours_that_was_deleted_is_said_once(world: World, written: Path) -> None:
    arranged(written, lambda lines: [line[:-1] for line in lines])
    mend(written, {(5, "to"): "x"})
    assert world.verifies(written).complaints == [
        "row 5 differs in the list's cells",
        "The column “Duration ms” is missing or was renamed. Its cells can't be verified.",
    ]


def test_a_row_whose_digest_was_deleted_is_unknown(world: World, written: Path) -> None:
    rows = hidden(written)["rows"].split()
    tamper(written, rows=" ".join(line for line in rows if not line.startswith("5:")))
    ended = world.another_computer().verifies(written)
    assert ended.complaints == ["row 5 has no digest, so nobody can tell whether it was changed", HIDDEN]
    found = reader.open_workbook(written)
    assert found is not None
    assert not any(line.is_as_written for line in found.lines())


def test_of_a_workbook_that_nobody_changed_each_row_says_so_and_of_another_only_the_others(written: Path) -> None:
    mend(written, {(4, "Status"): "accepted", (6, "to"): "x"})
    arranged(written, lambda lines: [*lines, [99, *lines[1][1:]]])
    found = reader.open_workbook(written)
    assert found is not None
    held = {line.number: line.is_as_written for line in found.without_notes().lines()}
    assert held == {**{str(number): True for number in range(2, 10)}, "4": False, "6": False, "99": False}


def test_sheets_of_notes_behind_ours_are_told_and_no_change(world: World, written: Path) -> None:
    with_sheet(written, "Notas de Ana", 9)
    ended = world.verifies(written)
    assert (ended.code, ended.complaints) == (0, [])
    (told,) = [message for message in world.ui.told if message.code == "verify.sheets_added"]
    assert told.facts["sheets"] == ("Notas de Ana",)


def test_hidden_fields_that_were_changed_swap_no_columns(world: World, written: Path) -> None:
    tamper(written, fields='{"to": [0, "from"], "from": [2, "to"]}')
    found = reader.open_workbook(written)
    assert found is not None
    assert found.mapping() == {}


def with_notes(places: tuple[int, ...], *, name: str = "Comentario") -> Callable[[list[list[Any]]], list[list[Any]]]:
    """Columns of notes at these places, counted in the workbook as it was; the notes are in each second row."""

    def noted(lines: list[list[Any]]) -> list[list[Any]]:
        for place in sorted(places, reverse=True):
            for nth, line in enumerate(lines):
                line.insert(place, f"{name} {place}" if nth == 0 else "llamar a Ana" if nth % 2 else None)
        return lines

    return noted


OTHER = {"known here": lambda world: world, "elsewhere": lambda world: world.another_computer()}


@pytest.mark.parametrize("where", OTHER)
@pytest.mark.parametrize("places", [(0,), (1,), (4,), (8,), (12,), (16,), (3, 16), (0, 5, 16), (16, 16)])
def test_notes_in_columns_of_their_own_are_named_once_and_change_no_row(
    world: World, written: Path, places: tuple[int, ...], where: str
) -> None:
    arranged(written, with_notes(places))
    here = OTHER[where](world)
    ended = here.verifies(written)
    assert (ended.code, ended.complaints) == (0, [])
    (told,) = [message for message in here.ui.told if message.code == "verify.notes"]
    assert told.facts["count"] == len(places)
    assert render(told, "es").count("“Comentario ") == len(places)


@pytest.mark.parametrize("places", [(0,), (4,), (16,), (3, 16)])
@pytest.mark.parametrize("what", ["cells", "lines", "attempts", "summary"])
def test_beside_notes_every_change_is_still_found(
    world: World, written: Path, places: tuple[int, ...], what: str
) -> None:
    change, told = CHANGES[what]
    change(written)
    arranged(written, with_notes(places))
    ended = world.verifies(written)
    assert (ended.code, ended.complaints) == (1, told)


def test_a_column_that_was_renamed_is_not_taken_for_notes(world: World, written: Path) -> None:
    def renamed(lines: list[list[Any]]) -> list[list[Any]]:
        lines[0][3] = "para"
        return with_notes((16,))(lines)

    arranged(written, renamed)
    ended = world.verifies(written)
    assert (ended.code, ended.complaints) == (1, [_OTHER_NAME])


OLD = Path(__file__).parents[1] / "data" / "version_0_1_0" / "results_of_job_1.xlsx"


@pytest.mark.parametrize("place", [0, 3, 8, 16])
def test_a_workbook_of_a_version_that_kept_no_names_of_columns_may_have_notes(
    world: World, tmp_path: Path, place: int
) -> None:
    book = Path(shutil.copy(OLD, tmp_path / "old.xlsx"))
    arranged(book, with_notes((place, place)))
    ended = world.verifies(book)
    assert (ended.code, ended.complaints) == (0, [])
    assert "verify.older" in {message.code for message in world.ui.told}
    mend(book, {(4, "Status"): "accepted"})
    assert world.verifies(book).complaints == ["row 4 differs in its result"]


def test_a_hidden_sheet_of_an_older_version_that_was_changed_is_found(world: World, tmp_path: Path) -> None:
    book = tamper(Path(shutil.copy(OLD, tmp_path / "old.xlsx")), user="eva")
    ended = world.verifies(book)
    assert ended.code == 1
    assert ended.complaints == ["The column names, the number of columns or the hidden sheet were changed."]


def test_notes_are_of_no_account_where_columns_have_one_name_or_none(world: World, tmp_path: Path) -> None:
    rows = [[*row, "a", "b", ""] for row in refused(4, (4,))]
    written = world.sent(write_csv(tmp_path / "list.csv", rows, header=[*FIELDS, "x", "x", ""]))
    arranged(written, with_notes((2, 10)))
    assert world.verifies(written).code == 0
    arranged(written, lambda lines: [[*line[:9], *line[10:]] for line in lines])  # one of the two is gone
    assert world.verifies(written).code == 1
