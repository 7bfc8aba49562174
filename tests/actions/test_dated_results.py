"""A result workbook with the day in its name, for who sends the same list's name every day."""

from datetime import date
from pathlib import Path

import pytest

from tests.books import mend
from tests.conftest import accounts_for, interactions, write_csv
from tests.worlds import World
from uploader.actions.options import SendOptions
from uploader.errors import SettingsError
from uploader.model.workbook_names import dated

TODAY = "2026-11-26"
"""In the world of tests."""


def test_the_day_is_in_the_name_and_a_second_run_on_it_continues_the_same_file(world: World, tmp_path: Path) -> None:
    rows = interactions(4)
    path = write_csv(tmp_path / "list.csv", rows)
    ended = world.sends(path, no_preflight=True, dated=True, first=2)
    book = tmp_path / f"list.results-{TODAY}.xlsx"
    assert ended.json["results"] == str(book)
    again = world.sends(path, no_preflight=True, dated=True)
    assert (again.json["results"], again.json["accepted"]) == (str(book), 4)
    assert [file.name for file in tmp_path.glob("*.xlsx")] == [book.name]
    world.today = date(2026, 11, 27)
    other = world.sends(path, no_preflight=True, dated=True)
    assert other.json["results"] == str(tmp_path / "list.results-2026-11-27.xlsx")
    for file in (book, Path(other.json["results"])):
        accounts_for(file, rows)


def test_another_list_of_that_name_on_that_day_leaves_the_first_ones_workbook_alone(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    for start, name in ((0, f"list.results-{TODAY}.xlsx"), (50, f"list.results-{TODAY}-2.xlsx")):
        ended = world.sends(write_csv(path, interactions(2, start=start)), no_preflight=True, dated=True)
        assert Path(ended.json["results"]).name == name
        accounts_for(tmp_path / name, interactions(2, start=start))


def test_a_resumed_job_gets_the_day_when_it_is_resumed(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(3))
    world.sends(path, no_preflight=True, dated=True, first=1)
    world.today = date(2026, 12, 1)
    assert Path(world.resumes(path, no_preflight=True, first=1).json["results"]).name == f"list.results-{TODAY}.xlsx"
    ended = world.resumes(path, no_preflight=True, dated=True)
    assert Path(ended.json["results"]).name == "list.results-2026-12-01.xlsx"


def test_a_dated_workbook_is_fixed_and_sent_like_any_other(world: World, tmp_path: Path) -> None:
    rows = interactions(3)
    rows[1][6] = "99999"
    path = write_csv(tmp_path / "list.csv", rows)
    book = Path(world.sends(path, no_preflight=True, dated=True).json["results"])
    world.today = date(2026, 12, 1)
    mend(book, {(3, "rp_id"): "61001"})
    ended = world.sends(book, no_preflight=True)
    assert (ended.json["results"], ended.json["accepted"]) == (str(book), 3)  # renewed in place
    ended = world.sends(book, no_preflight=True, dated=True)
    assert Path(ended.json["results"]).name == "list.results-2026-12-01.xlsx"


def test_where_the_journal_is_lost_the_newest_dated_workbook_still_says_what_was_sent(
    world: World, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(3))
    world.sends(path, no_preflight=True, dated=True)
    ended = world.another_computer().sends(path, no_preflight=True)
    assert (ended.came, ended.json["accepted"]) == ([], 3)


def test_a_name_and_a_dated_name_contradict_each_other(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        SendOptions(dated=True, output=tmp_path / "x.xlsx")
    assert error.value.message.code == "options.two_outputs"


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("list.results", f"list.results-{TODAY}"),
        ("list.results-2", f"list.results-{TODAY}"),
        ("list.results-2025-01-31", f"list.results-{TODAY}"),
        ("list.results-2025-01-31-2", f"list.results-{TODAY}"),
        ("ventas-2025-01-31.results", f"ventas-2025-01-31.results-{TODAY}"),
        ("mine-7", f"mine-7-{TODAY}"),
    ],
)
def test_a_day_takes_the_place_of_another_and_of_nothing_else(name: str, named: str) -> None:
    assert dated(Path("f") / f"{name}.xlsx", date.fromisoformat(TODAY)) == Path("f") / f"{named}.xlsx"
