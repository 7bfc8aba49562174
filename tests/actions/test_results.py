"""Where the result workbook is written when it can't be where it should, and when it is written again."""

from pathlib import Path

import pytest

from tests.conftest import accounts_for, interactions, write_csv
from tests.worlds import World
from uploader.actions.results import results
from uploader.errors import SettingsError
from uploader.model.events import Phase


def test_the_results_of_a_list_that_is_gone_are_written_by_its_path(world: World, tmp_path: Path) -> None:
    rows = interactions(3)
    path = write_csv(tmp_path / "list.csv", rows)
    world.sends(path)
    path.unlink()
    (tmp_path / "list.results.xlsx").unlink()
    job, target = results(str(path), None, world.session)
    assert (job.id, target) == (1, tmp_path / "list.results.xlsx")
    accounts_for(target, rows)
    with pytest.raises(SettingsError, match="never"):
        results(str(write_csv(tmp_path / "other.csv", interactions(1))), None, world.session)


def test_the_results_of_a_workbook_that_was_deleted_are_written_by_its_path(world: World, tmp_path: Path) -> None:
    rows = interactions(2)
    world.sends(write_csv(tmp_path / "list.csv", rows))
    book = tmp_path / "list.results.xlsx"
    book.unlink()
    (tmp_path / "list.csv").unlink()
    assert results(book, None, world.session)[1] == book
    accounts_for(book, rows)


def test_a_workbook_that_must_go_elsewhere_goes_over_no_file_of_somebody_else(world: World, tmp_path: Path) -> None:
    rows = interactions(3)
    path = write_csv(tmp_path / "list.csv", rows)
    mine = tmp_path / "list.results-job1.xlsx"

    def take_the_place(event: object) -> None:
        if isinstance(event, Phase) and event.name == "sending":
            (tmp_path / "list.results.xlsx").mkdir()
            mine.write_bytes(b"mine")

    world.ui.watch = take_the_place
    ended = world.sends(path)
    assert ended.told("result_file.elsewhere")
    assert mine.read_bytes() == b"mine"
    assert Path(ended.json["results"]) == tmp_path / "list.results-job1-2.xlsx"
    accounts_for(tmp_path / "list.results-job1-2.xlsx", rows)
    world.ui.watch = lambda _: None
    assert Path(world.sends(path, output=tmp_path / "free.xlsx").json["results"]) == tmp_path / "free.xlsx"
