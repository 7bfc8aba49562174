"""What a workbook from another computer says is believed where a digest vouches for it; else the row is unknown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import GOOD, mend, refused
from tests.conftest import sheet_rows, write_csv
from tests.transports import answer
from tests.worlds import World
from uploader.i18n import Message, row_numbers
from uploader.model.http import Arrival, SendFailure

Change = Callable[[openpyxl.Workbook], None]
CUT = SendFailure(Arrival.MAYBE, Message("failure.cut_while_reading"), 7_001)


@pytest.fixture
def rows() -> list[list[str]]:
    return refused(6, (4,))


@pytest.fixture
def book(world: World, tmp_path: Path, rows: list[list[str]]) -> Path:
    """A result workbook: row 4 was rejected, 2, 3, 5, 6 and 7 were accepted."""
    return world.sent(write_csv(tmp_path / "list.csv", rows))


def resent(world: World, path: Path, **options: Any) -> Any:
    return world.sends(path, no_preflight=True, **options)


def statuses(ended: Any) -> dict[int, str]:
    return {line["Row"]: line["Status"] for line in sheet_rows(Path(ended.json["results"]))}


def changed(path: Path, change: Change) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def digests(book: openpyxl.Workbook) -> list[Any]:
    return [line for line in book["uploader"].iter_rows(max_col=2) if line[0].value == "rows"]


def without_digests_of(*numbers: int) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        for _, cell in digests(book):
            kept = [line for line in cell.value.split() if int(line.partition(":")[0]) not in numbers]
            cell.value = " ".join(kept)

    return change


def without_any_digest(book: openpyxl.Workbook) -> None:
    for key, _ in digests(book):
        book["uploader"].delete_rows(key.row)


def with_edited_statuses(book: openpyxl.Workbook) -> None:
    column = next(cell.column for cell in book["Results"][1] if cell.value == "Status")
    for row, status in ((2, "not sent"), (3, "rejected"), (4, "accepted"), (5, ""), (6, "listo")):
        book["Results"].cell(row, column).value = status


def with_the_result_of_another_row(book: openpyxl.Workbook) -> None:
    """The line of row 2 says what became of row 4: both digests are ones that we wrote."""
    page = book["Results"]
    first = next(cell.column for cell in page[1] if cell.value == "Status")
    for column in range(first, page.max_column + 1):
        page.cell(2, column).value = page.cell(4, column).value


def with_swapped_numbers(book: openpyxl.Workbook) -> None:
    book["Results"]["A2"], book["Results"]["A4"] = 4, 2


@pytest.mark.parametrize("is_workbook", [True, False])
@pytest.mark.parametrize(
    ("change", "unknown"),
    [
        (without_digests_of(3, 4), [3, 4]),
        (without_any_digest, [2, 3, 4, 5, 6, 7]),
        (with_edited_statuses, [2, 3, 4, 5, 6]),
        (with_the_result_of_another_row, [2]),
        (with_swapped_numbers, [2, 4]),
    ],
)
def test_a_row_for_which_no_digest_vouches_is_unknown(
    world: World, book: Path, tmp_path: Path, change: Change, unknown: list[int], is_workbook: bool
) -> None:
    changed(book, change)
    ended = resent(world.another_computer(), book if is_workbook else tmp_path / "list.csv")
    assert ended.told("recovered.doubtful", count=len(unknown), numbers=row_numbers(unknown))
    after = statuses(ended)
    assert [number for number, status in after.items() if status == "unknown"] == unknown
    assert {number: after[number] for number in after if number not in unknown} == {
        number: "rejected" if number == 4 else "accepted" for number in range(2, 8) if number not in unknown
    }
    assert len(ended.came) == (0 if 4 in unknown else 1)


def test_a_row_that_somebody_added_under_a_number_is_unknown(world: World, book: Path) -> None:
    def added(book: openpyxl.Workbook) -> None:
        line = [cell.value for cell in book["Results"][3]]
        book["Results"].append([8, *line[1:]])

    ended = resent(world.another_computer(), changed(book, added))
    assert ended.told("recovered.doubtful", numbers=row_numbers([8]))
    assert ended.came == [refused(6, (4,))[2]]


# Lines that are gone


def without_lines(*numbers: int) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        for number in sorted(numbers, reverse=True):
            book["Results"].delete_rows(number)

    return change


def test_a_row_whose_line_was_deleted_is_known_by_its_requests(
    world: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    changed(book, without_lines(3, 4, 5))
    ended = resent(world.another_computer(), tmp_path / "list.csv")
    assert ended.came == [rows[2]]
    assert statuses(ended) == {number: "rejected" if number == 4 else "accepted" for number in range(2, 8)}
    lines = {line["Row"]: line for line in sheet_rows(Path(ended.json["results"]))}
    assert (lines[3]["subject"], str(lines[3]["Response code"])) == (rows[1][4], "201")


def test_where_its_requests_are_gone_too_it_is_unknown(world: World, book: Path, tmp_path: Path) -> None:
    def gone(book: openpyxl.Workbook) -> None:
        without_lines(3, 5)(book)
        del book["Attempts"]

    ended = resent(world.another_computer(), tmp_path / changed(book, gone).with_name("list.csv"))
    assert ended.told("recovered.doubtful", numbers=row_numbers([3, 5]))
    assert [number for number, status in statuses(ended).items() if status == "unknown"] == [3, 5]


# What two computers know


def test_a_row_accepted_elsewhere_counts_though_the_sheet_of_requests_is_gone(
    world: World, book: Path, rows: list[list[str]]
) -> None:
    there = world.another_computer()
    assert len(resent(there, mend(book, {(4, "rp_id"): GOOD})).came) == 1

    def gone(book: openpyxl.Workbook) -> None:
        del book["Attempts"]

    ended = resent(world, changed(book, gone))
    assert (ended.code, ended.came) == (0, [])
    assert rows[2][6] != GOOD


@pytest.mark.parametrize("first", ["unknown", "rejected"])
def test_of_two_computers_that_sent_a_row_the_one_counts_after_which_it_may_have_arrived(
    world: World, book: Path, tmp_path: Path, first: str
) -> None:
    """Each went on from the same workbook in a folder of its own; afterwards one receives the other's."""
    refusal = answer({"code": "404", "error": "NOT FOUND", "msg": "ROUTING POINT 99999 NOT FOUND"})
    copy = tmp_path / "there" / "copy.xlsx"
    copy.parent.mkdir()
    copy.write_bytes(book.read_bytes())
    api, there = world.api, world.another_computer()
    answers = {"unknown": CUT, "rejected": refusal}
    world.api, there.api = (
        (lambda _: answers[first]),
        (lambda _: answers["rejected" if first == "unknown" else "unknown"]),
    )
    assert len(resent(world, book).came) == 1
    assert len(resent(there, copy).came) == 1
    world.api = api
    ended = resent(world, copy)
    assert (ended.came, statuses(ended)[4]) == ([], "unknown")
