"""The rows of a checked list as the page shows them: each once, with its own cells, and as the check counted them."""

from collections import Counter
from pathlib import Path

import pytest

from tests.books import BAD, mend, refused
from tests.conftest import interactions, write_csv, write_xlsx
from tests.people import ScriptedUi
from tests.worlds import World
from uploader.actions.annotate import annotate_check
from uploader.actions.check import Check, check
from uploader.actions.options import ReadOptions
from uploader.actions.steps.row_grid import Filter, GridRow, RowGrid, grid_of
from uploader.errors import CancelledError
from uploader.i18n import Message
from uploader.model.rows import Status


def looked_at(world: World, path: Path) -> tuple[Check, RowGrid, list[GridRow]]:
    """The check of a list, its grid, and all rows of that; each status is counted as the check counts it."""
    done = check(path, ReadOptions(), world.session, with_workbook=False)
    grid = grid_of(done.found, world.session)
    rows = grid.page(Filter(), 0, 10_000)
    assert Counter(row.status for row in rows) == Counter(dict(done.found.counts))
    assert [row.position for row in rows] == sorted({row.position for row in rows})
    return done, grid, rows


def statuses(rows: list[GridRow]) -> dict[int, str]:
    return {row.position: str(row.status) for row in rows}


def test_a_new_list_is_shown_row_by_row_with_what_is_wrong(world: World, tmp_path: Path) -> None:
    rows = interactions(6)
    rows[1][0], rows[3][6] = "", ""
    _, grid, found = looked_at(world, write_csv(tmp_path / "list.csv", rows))
    assert [list(row.row.cells) for row in found] == rows
    assert [row.row.number for row in found] == [row.position for row in found] == list(range(2, 8))
    assert statuses(found)[3] == statuses(found)[5] == "invalid"
    stops = [(row.position, problem.column) for row in found for problem in row.problems if problem.stops]
    assert stops == [(3, 0), (5, 6)]
    assert sum(cause.stops for cause in grid.causes) == 2


def test_columns_of_a_workbook_of_ours_are_those_of_the_list(world: World, tmp_path: Path) -> None:
    rows = refused(8)
    path = write_xlsx(tmp_path / "list.xlsx", rows)
    results = Path(world.sends(path, no_preflight=True).json["results"])
    mend(results, {(BAD[0], "rp_id"): "", (BAD[1], "rp_id"): "61001"})
    done, grid, found = looked_at(world, results)
    assert statuses(found) == dict.fromkeys(range(2, 10), "accepted") | {BAD[0]: "invalid", BAD[1]: "not sent"}
    assert list(grid.header) == list(done.found.opened.checked.header)
    wrong = [(row.position, grid.header[problem.column or 0]) for row in found for problem in row.problems]
    assert (BAD[0], "rp_id") in wrong
    expected = [list(row) for row in rows]
    expected[BAD[0] - 2][6], expected[BAD[1] - 2][6] = "", "61001"
    assert [list(row.row.cells) for row in found] == expected  # the list's own cells, and none of our columns


def test_a_list_that_was_sent_shows_which_rows_would_stay(world: World, tmp_path: Path) -> None:
    rows = interactions(5)
    rows[2][1] = "[practice html]"
    path = write_csv(tmp_path / "list.csv", rows)
    assert world.sends(path, no_preflight=True).code == 1
    _, _, found = looked_at(world, path)
    assert statuses(found) == {2: "accepted", 3: "accepted", 4: "unknown", 5: "accepted", 6: "accepted"}
    # In another list with the same rows they are duplicates.
    _, _, found = looked_at(world, write_csv(tmp_path / "other.csv", [rows[2], rows[0], *interactions(1, start=50)]))
    assert statuses(found) == {2: "unknown", 3: "skipped", 4: "not sent"}


def test_a_problems_workbook_of_a_list_that_was_sent_in_part_is_shown(world: World, tmp_path: Path) -> None:
    rows = interactions(4)
    rows[1][0] = ""
    path = write_csv(tmp_path / "list.csv", rows)
    world.person({"invalid_rows": "yes"})
    ended = world.sends(path, no_preflight=True)
    assert len(ended.came) == 3
    problems = tmp_path / "list.problems.xlsx"
    assert problems.exists()
    _, _, found = looked_at(world, problems)
    assert statuses(found)[found[-1].position] in ("invalid", "accepted")
    mend(problems, {(3, "from"): "from2@example.com"}, sheet="Problems")
    _, _, found = looked_at(world, problems)
    assert Counter(row.status for row in found)[Status.NOT_SENT] == 1


def test_errors_of_a_workbook_whose_job_is_known_can_be_marked_after_the_check(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", refused(8))
    results = Path(world.sends(path, no_preflight=True).json["results"])
    mend(results, {(BAD[0], "rp_id"): ""})
    done = check(results, ReadOptions(), world.session, with_workbook=False)
    why = annotate_check(done.found, world.session)
    assert isinstance(why, Message)
    assert why.code == "annotate.all_ours"


def test_a_person_may_leave_while_the_rows_are_read(world: World, tmp_path: Path) -> None:
    done = check(write_csv(tmp_path / "list.csv", interactions(3)), ReadOptions(), world.session)
    world.ui = ScriptedUi()
    world.ui.cancel.cancel()
    with pytest.raises(CancelledError):
        grid_of(done.found, world.session)
