"""A check explains every row that it says would be held back."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.books import mend
from tests.conftest import interactions, write_csv
from tests.worlds import Ending, World
from uploader.actions.check import Check, checking
from uploader.actions.options import ReadOptions
from uploader.actions.steps.row_grid import Filter, grid_of
from uploader.i18n import row_numbers


def explained(ended: Ending) -> Counter[str]:
    """How many rows each reason explains, by its code."""
    reasons: Counter[str] = Counter()
    for message in ended.messages:
        if message.code.startswith("held.would_stay"):
            count = message.facts["count"]
            assert isinstance(count, int)
            reasons[message.code] += count
    (check,) = [one for one in ended.shown if isinstance(one, Check)]
    for problem in check.found.known.between(1, 99):
        reasons[problem.code] += 1
    return reasons


@pytest.fixture
def finished(world: World, tmp_path: Path) -> Path:
    """A list of nine rows that its fixed workbook finished: rows 3 and 5 with other cells than the list has.

    Row 8 has an unknown outcome, row 10 is the same as row 2.
    """
    rows = interactions(8)
    rows[1][6] = rows[3][6] = "99999"
    rows[6][4] = "[practice reset-after x1]"
    path = write_csv(tmp_path / "list.csv", [*rows, rows[0]])
    book = Path(world.sends(path, no_preflight=True).json["results"])
    ended = world.sends(mend(book, {(3, "rp_id"): "61001", (5, "rp_id"): "61001"}), no_preflight=True)
    assert (len(ended.came), ended.json["unknown"]) == (2, 1)
    return path


def test_every_row_of_a_list_that_its_workbook_finished_is_explained(world: World, finished: Path) -> None:
    ended = world.checks(finished)
    standing = [ended.json[name] for name in ("accepted", "skipped", "unknown", "not_sent")]
    assert (ended.code, standing) == (0, [7, 1, 1, 0])
    assert explained(ended).total() == 9


def test_every_row_of_the_workbook_itself_is_explained_edited_ones_apart(world: World, finished: Path) -> None:
    book = mend(finished.with_name("list.results.xlsx"), {(2, "body"): "edited", (8, "body"): "edited"})
    for here in (world, replace(world, home=world.home / "empty")):
        ended = here.checks(book)
        assert [ended.json[name] for name in ("accepted", "skipped", "unknown")] == [7, 1, 1]
        assert explained(ended).total() == 9
    ended = world.checks(book)
    assert ended.told("held.would_stay_accepted_edited", count=1, numbers=row_numbers([2]))
    assert ended.told("held.would_stay_unknown_edited", count=1, numbers=row_numbers([8]))


def test_the_rows_of_a_list_that_was_sent_before_can_be_gone_through_while_it_is_checked(
    world: World, finished: Path
) -> None:
    with checking(finished, ReadOptions(), world.session) as done:
        grid = grid_of(done.found, world.session)
    seen = Counter(row.status for row in grid.page(Filter(), 0, 20))
    assert seen == {status: count for status, count in done.found.counts.items() if count}
