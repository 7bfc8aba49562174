"""A result or problems workbook, edited and sent again: what arrives is what was edited, and nothing twice."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.books import (
    AWKWARD,
    BAD,
    GOOD,
    OURS,
    arranged,
    awkward_rows,
    copied_template,
    hidden,
    mend,
    page,
    refused,
    summary,
)
from tests.conftest import FIELDS, SHIPPED, interactions, sheet_rows, write_csv, write_xlsx
from tests.worlds import World
from uploader.actions.options import ReadOptions, SandboxConfig
from uploader.i18n import row_numbers


def sent(world: World, folder: Path, rows: list[list[str]], **options: Any) -> Path:
    return world.sent(write_csv(folder / "list.csv", rows), **options)


def resent(world: World, path: Path, **options: Any) -> Any:
    return world.sends(path, no_preflight=True, **options)


@pytest.fixture
def book(world: World, tmp_path: Path) -> Path:
    """The result workbook of `refused()`."""
    return sent(world, tmp_path, refused())


def statuses(path: Path, column: str = "Status") -> list[str]:
    return [line[column] for line in sheet_rows(path)]


def standing(path: Path) -> dict[Any, str]:
    return {line["Row"]: line["Status"] for line in sheet_rows(path)}


def with_cell(row: list[str], **cells: str) -> list[str]:
    return [cells.get(name, cell) for name, cell in zip(FIELDS, row, strict=True)]


@pytest.mark.parametrize("kind", ["moved", "xlsx", "another computer"])
def test_only_what_was_edited_and_the_other_rejected_rows_arrive_byte_for_byte(
    world: World, tmp_path: Path, kind: str
) -> None:
    rows = awkward_rows()
    book = sent(world, tmp_path, rows, stop_after=1000)
    if kind == "xlsx":
        escaped = [[cell.replace("_x", "_x005F_x").replace("\r", "_x000D_") for cell in row] for row in rows]
        ended = world.sends(write_xlsx(tmp_path / "list.xlsx", escaped), stop_after=1000, send_duplicates=True)
        book = Path(ended.json["results"])
    if kind == "moved":
        (tmp_path / "mail").mkdir()
        book = book.rename(tmp_path / "mail" / "corregido (2).xlsx")
        (tmp_path / "list.csv").unlink()
    edited = {3: "=mended", 5: "0099", 9: "añejo 🎉\nsecond"}
    mend(book, {(row, "subject"): text for row, text in edited.items()} | {(row, "rp_id"): GOOD for row in edited})
    for row, text in edited.items():
        rows[row - 2][4], rows[row - 2][6] = text, GOOD
    here = world.another_computer() if kind == "another computer" else world
    ended = resent(here, book, stop_after=1000)
    assert ended.came == sorted(rows[1::2])
    assert ended.json["results"] == str(book)
    assert [ended.json[name] for name in ("rows", "accepted", "rejected")] == [
        len(rows), 3 + len(AWKWARD), len(AWKWARD) - 3,
    ]  # fmt: skip
    lines = sheet_rows(book)
    assert list(lines[0]) == ["Row", *FIELDS, *OURS]
    assert [line["Row"] for line in lines] == list(range(2, 2 + len(rows)))
    assert [line["Status"] == "accepted" for line in lines] == [row[6] == GOOD for row in rows]


def backwards(lines: list[list[Any]]) -> list[list[Any]]:
    return [lines[0], *reversed(lines[1:])]


def with_column_at(at: int) -> Callable[[list[list[Any]]], list[list[Any]]]:
    return lambda lines: [[*line[:at], "note" if not nth else f"n{nth}", *line[at:]] for nth, line in enumerate(lines)]


CHANGES: dict[str, Callable[[list[list[Any]]], list[list[Any]]]] = {
    "sorted, ours to the front": lambda lines: [[*line[8:], *line[:8]] for line in backwards(lines)],
    "rows deleted, a column between": lambda lines: with_column_at(4)(
        [line for line in lines if line[0] not in (2, 9)]
    ),
    "columns moved, a column in front": lambda lines: with_column_at(0)(
        [[line[0], *reversed(line[1:8]), *line[8:]] for line in lines]
    ),
    "some of ours deleted, a column at the end": lambda lines: with_column_at(9)([line[:9] for line in lines]),
    "ours filled with nonsense, a column among them": lambda lines: with_column_at(10)(
        [lines[0], *([*line[:9], "404", "=1+1", "send it", "x", -1, "never", "y"] for line in lines[1:])]
    ),
}


@pytest.mark.parametrize("how", CHANGES)
def test_rows_are_known_by_their_number_and_columns_by_the_hidden_sheet(world: World, book: Path, how: str) -> None:
    rows = refused()
    before = sheet_rows(book)
    mend(book, {(4, "rp_id"): GOOD})
    rows[2][6] = GOOD
    ended = resent(world, arranged(book, CHANGES[how]))
    assert ended.came == sorted([rows[2], rows[5]])
    assert (ended.code, ended.json["rows"]) == (1, 8)
    # What somebody typed into our columns is left alone.
    assert ended.told("result_file.kept_notes") is ("nonsense" in how)
    lines = sheet_rows(Path(ended.json["results"]))
    assert [line["Row"] for line in lines] == list(range(2, 10))  # also those that were deleted
    assert [[line[name] or "" for name in FIELDS] for line in lines] == rows
    kept = [at for at in range(8) if at + 2 not in BAD]
    assert [[lines[at][name] for name in OURS] for at in kept] == [[before[at][name] for name in OURS] for at in kept]
    assert ("note" in lines[0]) == ("a column" in how)


def test_rows_without_a_number_are_new_and_then_known(world: World, book: Path) -> None:
    rows, more = refused(), interactions(2, start=50)
    with page(book) as lines:
        lines.append([None, *more[0]])
        lines.insert_rows(3)
        for column, cell in enumerate(more[1], start=2):
            lines.cell(3, column, cell)
    ended = resent(world, book)
    assert ended.came == sorted([rows[2], rows[5], *more])
    assert (ended.json["rows"], ended.json["accepted"]) == (10, 8)
    lines = sheet_rows(book)
    assert [line["Row"] for line in lines] == list(range(2, 12))
    assert {line["from"]: line["Status"] for line in lines[8:]} == {row[0]: "accepted" for row in more}
    assert resent(world, book).came == sorted([rows[2], rows[5]])


@pytest.mark.parametrize(
    ("value", "complaint"), [(4, "row number is the same as in line 4"), ("four", "something other than a row number")]
)
def test_a_row_number_that_stands_twice_or_is_none_stops_everything(
    world: World, book: Path, value: Any, complaint: str
) -> None:
    mend(book, {(7, "Row"): value})
    before = book.read_bytes()
    ended = world.sends(book)
    assert (ended.code, ended.came) == (2, [])
    assert complaint in ended.screen
    assert "A7" in ended.screen
    assert book.read_bytes() == before


def test_without_row_or_status_it_is_refused(world: World, book: Path) -> None:
    whole = book.read_bytes()
    for column, name in (("Status", None), ("Status", "Estado"), ("Row", "Fila")):
        book.write_bytes(whole)
        with page(book) as lines:
            at = [cell.value for cell in lines[1]].index(column) + 1
            if name is None:
                lines.delete_cols(at)
            else:
                lines.cell(1, at, name)
        ended = world.sends(book)
        assert (ended.code, ended.came) == (2, [])
        assert f"its column {column} is missing or was renamed" in ended.why


def test_a_list_may_have_columns_named_as_ours(world: World, tmp_path: Path) -> None:
    rows = refused(4, (4,))
    own = ["R1", "mine", "my advice", "mine too"]
    header = [*FIELDS, "Row", "Status", "Advice", "Status (upload)"]
    book = world.sent(write_csv(tmp_path / "list.csv", [[*row, *own] for row in rows], header=header))
    names = list(sheet_rows(book)[0])
    assert (len(names), len(set(names))) == (len(header) + 9, len(header) + 9)
    mend(book, {(4, "rp_id"): GOOD, (4, "Status"): "accepted"})
    assert resent(world, book).came == [with_cell(rows[2], rp_id=GOOD)]
    lines = sheet_rows(book)
    assert list(lines[0]) == names
    assert [list(line.values())[len(header) + 1] for line in lines] == ["accepted"] * 4
    assert [line["Status"] for line in lines] == ["mine", "mine", "accepted", "mine"]
    assert {(line["Row"], line["Advice"], line["Status (upload)"]) for line in lines} == {
        ("R1", "my advice", "mine too")
    }


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_accepted_row_that_was_changed_is_named_and_sent_only_when_it_is_said(
    world: World, tmp_path: Path, elsewhere: bool
) -> None:
    rows = refused(6, ())
    book = mend(sent(world, tmp_path, rows), {(3, "body"): "changed", (6, "toname"): "007"})
    here = world.another_computer() if elsewhere else world
    ended = here.sends(book)
    assert (ended.code, ended.came) == (0, [])
    assert ended.told("held.accepted_edited", count=2, numbers=row_numbers([3, 6]))
    assert "--send-duplicates" in ended.screen
    assert statuses(book) == ["accepted"] * 6
    ended = here.sends(book, send_duplicates=True)
    assert ended.came == [with_cell(rows[1], body="changed"), with_cell(rows[4], toname="007")]
    assert sheet_rows(book)[1]["body"] == "changed"
    ended = here.sends(book, send_duplicates=True)
    assert ended.came == []  # nothing is changed any more


@pytest.mark.parametrize("elsewhere", [False, True])
def test_unknown_rows_go_only_when_it_is_said(world: World, tmp_path: Path, elsewhere: bool) -> None:
    rows = refused(5, (6,))
    rows[1][4] = "[practice reset-after x1]"
    rows[2][4] = "[practice reset-after x1] mended"
    book = sent(world, tmp_path, rows)
    assert statuses(book) == ["accepted", "unknown", "unknown", "accepted", "rejected"]
    mend(book, {(4, "body"): "mended"})
    rows[2][5] = "mended"
    here = world.another_computer() if elsewhere else world
    ended = resent(here, book)
    assert ended.came == [rows[4]]
    assert ended.json["unknown"] == 2
    assert ended.told("held.unknown", count=1, numbers=row_numbers([3]))
    assert ended.told("held.unknown_edited", count=1, numbers=row_numbers([4]))
    assert statuses(book)[1:3] == ["unknown", "unknown"]
    ended = resent(here, book, resend_unknown=True)
    assert [row[0] for row in ended.came] == [rows[1][0], rows[2][0], rows[4][0]]


def test_complaints_name_the_cells_of_the_workbook_at_hand(world: World, book: Path, tmp_path: Path) -> None:
    mend(book, {(4, "rp_id"): "", (7, "from"): "  "})
    arranged(book, lambda lines: with_column_at(1)(backwards(lines)))  # row 4 is line 7, row 7 line 4
    ended = world.sends(book)
    assert (ended.code, ended.came) == (2, [])
    assert "“rp_id” is empty in 1 row: I7." in ended.screen
    assert "“from” is empty in 1 row: C4." in ended.screen
    assert (ended.json["invalid"], ended.json["accepted"]) == (2, 6)
    problems = sheet_rows(tmp_path / "list.problems.xlsx", "Problems")
    assert {line["Row"] for line in problems if line["Problem"]} == {4, 7}


def test_what_was_accepted_stays_so_when_the_list_is_sent_again(world: World, book: Path, tmp_path: Path) -> None:
    before = sheet_rows(book)
    ended = resent(world, tmp_path / "list.csv")
    assert [ended.json[name] for name in ("accepted", "skipped", "rejected", "requests")] == [6, 0, 2, 2]
    assert statuses(book).count("accepted") == 6
    assert [[line[name] for name in OURS] for line in sheet_rows(book) if line["Row"] not in BAD] == [
        [line[name] for name in OURS] for line in before if line["Row"] not in BAD
    ]


def test_the_list_sent_again_after_its_workbook_was_mended_sends_nothing_twice(
    world: World, book: Path, tmp_path: Path
) -> None:
    mend(book, {(4, "rp_id"): GOOD, (7, "rp_id"): GOOD})
    ended = world.sends(book)
    assert (ended.code, len(ended.came)) == (0, 2)
    assert resent(world, tmp_path / "list.csv").came == []
    assert standing(book) == dict.fromkeys(range(2, 10), "accepted")


def test_the_list_sent_again_sends_what_was_corrected_in_its_workbook_and_did_not_go_yet(
    world: World, tmp_path: Path
) -> None:
    rows = refused(5, ())
    book = mend(sent(world, tmp_path, rows, first=1), {(4, "body"): "mended"})
    assert resent(world, book, first=1).came == [rows[1]]  # all corrections were read
    ended = resent(world, tmp_path / "list.csv")
    assert ended.came == sorted([with_cell(rows[2], body="mended"), rows[3], rows[4]])
    assert sheet_rows(book)[2]["body"] == "mended"


def test_a_problems_workbook_is_mended_sent_and_renewed_in_place(world: World, tmp_path: Path) -> None:
    rows = interactions(6)
    rows[1][6] = rows[3][0] = ""
    ended = world.sends(write_csv(tmp_path / "list.csv", rows))
    assert (ended.code, ended.came) == (2, [])
    book = (tmp_path / "list.problems.xlsx").rename(tmp_path / "to mend.xlsx")
    mend(book, {(3, "rp_id"): GOOD}, "Problems")
    ended = world.sends(arranged(book, backwards, "Problems"))
    assert (ended.code, ended.came) == (2, [])
    assert "“from” is empty in 1 row: D4." in ended.screen  # backwards, row 5 stands in line 4
    assert {line["Row"] for line in sheet_rows(book, "Problems") if line["Problem"]} == {5}
    assert not (tmp_path / "list.problems.xlsx").exists()
    mend(book, {(5, "from"): "me@example.com"}, "Problems")
    ended = world.sends(book)
    rows[1][6], rows[3][0] = GOOD, "me@example.com"
    assert (ended.code, ended.came) == (0, sorted(rows))
    lines = sheet_rows(Path(ended.json["results"]))
    assert [line["Row"] for line in lines] == list(range(2, 8))
    assert [[line[name] or "" for name in FIELDS] for line in lines] == rows
    assert hidden(Path(ended.json["results"]))["list_name"] == "list.csv"
    assert world.sends(book).came == []


def test_the_workbook_beside_a_list_counts_where_the_journal_does_not_know_it(
    world: World, book: Path, tmp_path: Path
) -> None:
    rows = refused()
    ended = resent(world.another_computer(), tmp_path / "list.csv")
    assert ended.came == [rows[2], rows[5]]
    assert ended.told("recovered.from_machine", name="list.results.xlsx")
    assert Counter(statuses(book)) == {"accepted": 6, "rejected": 2}
    assert len(sheet_rows(book, "Attempts")) == 10
    other = write_csv(tmp_path / "list.csv", rows[:3])  # another list under the same name: its requests are known
    assert resent(world.another_computer("third"), other).came == [rows[2]]


def test_from_the_workbook_alone_it_goes_on_and_on(world: World, book: Path) -> None:
    rows = refused()
    mend(book, {(4, "rp_id"): GOOD})
    before = sheet_rows(book)
    for nth, number_of_requests in enumerate((10, 11, 12)):  # each on a computer that knows nothing
        ended = resent(world.another_computer(f"computer {nth}"), book)
        assert ended.came == ([with_cell(rows[2], rp_id=GOOD), rows[5]] if nth == 0 else [rows[5]])
        assert len(sheet_rows(book, "Attempts")) == number_of_requests
    after = sheet_rows(book)
    assert [after[at]["Attempts"] for at in (2, 5)] == [2, 4]
    evidence = [name for name in OURS if name != "Advice"]
    assert [[after[at][name] for name in evidence] for at in (0, 1, 7)] == [
        [before[at][name] for name in evidence] for at in (0, 1, 7)
    ]


@pytest.mark.parametrize("what", ["cut", "redacted"])
def test_what_a_workbook_does_not_show_comes_from_the_journal_or_is_asked_for(
    world: World, tmp_path: Path, what: str
) -> None:
    rows = refused(4, (3, 4))
    if what == "cut":
        for at in (0, 1, 2):
            rows[at][5] = f"{at} long".ljust(40_000, "é")
    book = sent(world, tmp_path, rows, redact=("to",) if what == "redacted" else ())
    mend(book, {(3, "rp_id"): GOOD})
    rows[1][6] = GOOD
    ended = resent(world.another_computer(), book)
    assert (ended.code, ended.came) == (2, [])
    column, words = ("G", "has only a part of the text") if what == "cut" else ("D", "was hidden in the workbook")
    assert words in ended.screen
    assert f"in 2 rows: {column}3 and {column}4." in ended.screen
    assert resent(world, book).came == sorted([rows[1], rows[2]])


def test_what_was_corrected_while_practising_is_sent_to_the_api_from_that_workbook(
    world: World, tmp_path: Path
) -> None:
    rows = refused(2, (3,))
    path = write_csv(tmp_path / "list.csv", rows)
    sandbox = replace(world, environment={}, is_wired=True)
    ended = sandbox.sends(path, no_preflight=True, sandbox=SandboxConfig(latency_seconds=0))
    assert [ended.json[name] for name in ("accepted", "rejected")] == [1, 1]
    book = mend(Path(ended.json["results"]), {(3, "rp_id"): GOOD})
    rows[1][6] = GOOD
    ended = world.another_computer().sends(book.rename(tmp_path / "moved.xlsx"))
    assert (ended.code, ended.came) == (0, rows)  # what was practised counts for nothing
    assert [line["Status"] for line in sheet_rows(Path(ended.json["results"]))] == ["accepted"] * 2
    assert world.sends(path).json["accepted"] == 1  # on this computer, nothing was sent yet


def test_the_sheet_of_attempts_has_every_request_of_all_jobs(world: World, tmp_path: Path) -> None:
    rows = refused()
    rows[1][4] = "[practice error-500 x1]"
    book = sent(world, tmp_path, rows)
    resent(world, mend(book, {(4, "rp_id"): GOOD}))
    resent(world, tmp_path / "list.csv", resend_unknown=True)
    resent(world, mend(book, {(2, "body"): "other"}), send_duplicates=True)
    told = Counter(line["Row"] for line in sheet_rows(book, "Attempts"))
    number = {row[0]: at for at, row in enumerate(rows, start=2)}
    assert told == Counter(number[body["from"]] for body in world.api.bodies())
    assert {line["Row"]: line["Attempts"] for line in sheet_rows(book)} == dict(told)
    codes = Counter(str(line["Response code"] or "") for line in sheet_rows(book, "Attempts"))
    assert codes["404"] == sum(line["code"] == 404 for line in world.api.received())
    assert summary(book)["Requests"] == told.total()


def test_another_template_than_the_workbooks_is_refused(world: World, book: Path, tmp_path: Path) -> None:
    mend(book, {(4, "rp_id"): GOOD})
    other = copied_template(tmp_path / "mine", "other.toml", subject="topic")
    ended = world.sends(book, ReadOptions(template=str(other)))
    assert (ended.code, ended.came) == (2, [])
    assert f"rows sent with the template {SHIPPED}" in ended.why
    ended = world.sends(book, ReadOptions(template=SHIPPED))
    assert (ended.code, len(ended.came)) == (1, 2)


def test_a_row_number_that_the_list_does_not_have_is_complained_about(world: World, book: Path) -> None:
    ended = world.sends(mend(book, {(3, "Row"): 99}))
    assert (ended.code, ended.came) == (2, [])
    assert "The row number doesn't exist in the list in 1 row: A3." in ended.screen


def test_rows_that_do_not_stand_in_the_file_are_told(world: World, book: Path) -> None:
    arranged(book, lambda lines: [line for line in lines if line[0] not in (4, 5)])
    ended = world.sends(book)
    assert ended.told("held.elsewhere", count=2, name=book.name)


def test_a_status_changed_by_hand_is_not_believed_on_another_computer(world: World, tmp_path: Path) -> None:
    rows = refused(6, (4,))
    book = mend(sent(world, tmp_path, rows), {(3, "Status"): "rejected", (4, "Status"): "accepted"})
    ended = world.another_computer().sends(book)
    assert (ended.came, ended.json["unknown"]) == ([], 2)
    assert ended.told("recovered.doubtful", numbers=row_numbers([3, 4]))
    assert ended.told("result_file.kept_notes")
    ended = world.sends(book)  # where it was sent from, what was made is known
    assert ended.came == [rows[2]]
    found = statuses(Path(ended.json["results"]))
    assert found == ["accepted", "accepted", "rejected", "accepted", "accepted", "accepted"]


def test_requests_are_counted_once_however_often_the_workbook_travels(world: World, tmp_path: Path) -> None:
    book = sent(world, tmp_path, refused(5, (4,)))
    world.another_computer().sends(book)
    world.sends(book)
    assert len(sheet_rows(book, "Attempts")) == 7
    assert sheet_rows(book)[2]["Attempts"] == 3


def test_advice_names_the_cells_of_its_own_workbook(world: World, tmp_path: Path) -> None:
    rows = refused(4, ())
    rows[2][0] = ""
    ended = world.sends(write_csv(tmp_path / "list.csv", rows), skip_invalid=True)
    assert "A4" in ended.screen
    assert sheet_rows(tmp_path / "list.results.xlsx")[2]["Advice"].startswith("B4: “from” is empty.")
    assert sheet_rows(tmp_path / "list.problems.xlsx", "Problems")[2]["Problem"].startswith("D4: “from” is empty.")


@pytest.mark.parametrize("more", [[], interactions(1, start=950) * 2])
def test_rows_that_were_added_keep_their_numbers_where_the_workbook_at_hand_has_none(
    world: World, book: Path, more: list[list[str]]
) -> None:
    added = interactions(2, start=900)
    add_rows(book, added)
    before = book.read_bytes()
    assert len(resent(world, book).came) == len(BAD) + len(added)
    book.write_bytes(before)  # as if the run had died, or its workbook had gone elsewhere
    add_rows(book, more)
    assert not {row[0] for row in resent(world, book).came} & {row[0] for row in added}
    lines = sheet_rows(book)
    assert [line["from"] for line in lines] == [row[0] for row in [*refused(), *added, *more]]
    assert [line["Row"] for line in lines] == list(range(2, 2 + len(lines)))


def add_rows(path: Path, rows: list[list[str]]) -> None:
    with page(path) as lines:
        for row in rows:
            at = lines.max_row + 1
            for column, cell in enumerate(row, start=2):
                lines.cell(at, column, cell).data_type = "s"
