"""The rows of a checked list, page by page, by status, cause and text."""

import gc
import threading

import pytest

from uploader.checks.row_grid import Filter, GridRow, RowGrid
from uploader.model.problems import Problem
from uploader.model.rows import Row, Status

EMPTY = {"field": "from"}


def row(position: int, status: Status, *problems: Problem, cells: tuple[str, ...] = ("a", "b")) -> GridRow:
    return GridRow(position, Row(position - 1, cells), status, problems)


@pytest.fixture
def one() -> RowGrid:
    grid = RowGrid(["from", "to"])
    grid.add(
        [
            row(5, Status.NOT_SENT, cells=("Ana", 'said "no"')),
            row(2, Status.INVALID, Problem(2, 0, "empty", EMPTY), Problem(2, 1, "odd", {}, stops=False)),
        ]
    )
    grid.add(
        [
            row(3, Status.NOT_SENT, Problem(3, None, "odd", {}, stops=False), cells=("ÑANDÚ", "C:\\x")),
            row(4, Status.INVALID, Problem(4, 1, "empty", EMPTY), Problem(4, 0, "empty", {"field": "to"})),
            row(7, Status.SKIPPED, Problem(7, None, "repeated", {}, stops=False)),
            row(8, Status.ACCEPTED),
        ]
    )
    return grid


def positions(grid: RowGrid, wanted: Filter) -> list[int]:
    found = [one.position for one in grid.page(wanted, 0, 100)]
    assert grid.count(wanted) == len(found)
    return found


def test_all_rows_are_in_the_order_of_the_file_however_they_came(one: RowGrid) -> None:
    assert positions(one, Filter()) == [2, 3, 4, 5, 7, 8]
    assert [found.position for found in one.page(Filter(), 2, 3)] == [4, 5, 7]
    assert one.page(Filter(), 6, 3) == []


def test_a_row_comes_back_as_it_was_put_in(one: RowGrid) -> None:
    (found,) = one.page(Filter(), 1, 1)
    assert (found.position, found.row, found.status) == (3, Row(2, ("ÑANDÚ", "C:\\x")), Status.NOT_SENT)
    (problem,) = found.problems
    assert (problem.row, problem.column, problem.code, problem.stops) == (3, None, "odd", False)


def test_rows_are_found_by_status_and_those_with_warnings_only_where_they_go(one: RowGrid) -> None:
    assert positions(one, Filter(Status.INVALID)) == [2, 4]
    assert positions(one, Filter(Status.NOT_SENT)) == [3, 5]
    assert positions(one, Filter(Status.SKIPPED)) == [7]
    assert positions(one, Filter(Status.UNKNOWN)) == []
    assert positions(one, Filter(is_odd=True)) == [3]


def test_a_cause_is_one_however_many_cells_have_it(one: RowGrid) -> None:
    causes = [(cause.code, dict(cause.facts or {}), cause.stops) for cause in one.causes]
    assert causes == [
        ("empty", EMPTY, True),
        ("odd", {}, False),
        ("empty", {"field": "to"}, True),
        ("repeated", {}, False),
    ]
    assert [positions(one, Filter(cause=at)) for at in range(4)] == [[2, 4], [2, 3], [4], [7]]
    assert positions(one, Filter(cause=99)) == []


def test_problems_stand_at_their_columns_those_of_the_row_first(one: RowGrid) -> None:
    (found,) = one.page(Filter(cause=2), 0, 10)
    assert [(problem.column, problem.facts) for problem in found.problems] == [(0, {"field": "to"}), (1, EMPTY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana", [5]),
        ("ñandú", [3]),
        ("ÑAN", [3]),
        ('"NO"', [5]),
        ("c:\\X", [3]),
        ("b", [2, 4, 7, 8]),
        ('", "', []),
        ("%", []),
    ],
)
def test_a_text_is_found_in_any_cell_whatever_the_case(one: RowGrid, text: str, expected: list[int]) -> None:
    assert positions(one, Filter(text=text)) == expected


def test_filters_hold_together(one: RowGrid) -> None:
    assert positions(one, Filter(Status.INVALID, text="a")) == [2, 4]
    assert positions(one, Filter(cause=1, text="ñ")) == [3]


def test_a_text_is_no_statement_of_the_database(one: RowGrid) -> None:
    assert positions(one, Filter(text="' OR 1=1 --")) == []
    assert len(positions(one, Filter())) == 6


def test_threads_read_and_write_it_at_once(one: RowGrid) -> None:
    counts = list[int]()

    def read() -> None:
        counts.extend(one.count(Filter()) for _ in range(50))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for position in range(100, 150):
        one.add([row(position, Status.NOT_SENT)])
    for reader in readers:
        reader.join()
    assert one.count(Filter()) == 56
    assert all(6 <= count <= 56 for count in counts)


@pytest.mark.filterwarnings("error")
def test_it_lets_go_of_its_database_with_the_last_who_reads_it() -> None:
    grid = RowGrid(["a"])
    read = grid.count
    del grid
    gc.collect()
    assert read(Filter()) == 0
    del read
    gc.collect()
