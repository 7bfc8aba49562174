"""Where the result workbook is written when it can't be where it should, and when it is written again."""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.books import page, refused
from tests.conftest import accounts_for, interactions, write_csv
from tests.worlds import World
from uploader.actions.results import results
from uploader.actions.steps.workbooks import places, problems_file
from uploader.actions.templates.known import blank
from uploader.errors import SettingsError, WorkbookError
from uploader.model.events import Phase
from uploader.workbooks.manifest import Manifest
from uploader.workbooks.read_back.reader import manifest_of
from uploader.workbooks.xlsx.moving import Place


def test_the_results_of_a_list_that_is_gone_are_written_by_its_path(world: World, tmp_path: Path) -> None:
    rows = interactions(3)
    path = write_csv(tmp_path / "list.csv", rows)
    world.sends(path)
    path.unlink()
    (tmp_path / "list.results.xlsx").unlink()
    job, target = results(str(path), None, world.session)
    assert (job.id, target) == (1, tmp_path / "list.results.xlsx")
    accounts_for(target, rows)
    with pytest.raises(SettingsError, match="no record"):
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


def when(world: World, phase: str, act: Callable[[], object]) -> None:
    """Do something as a phase begins."""

    def watch(event: object) -> None:
        if isinstance(event, Phase) and event.name == phase:
            world.ui.watch = lambda _: None
            act()

    world.ui.watch = watch


PEOPLES = b"what a person saved meanwhile"


@pytest.mark.parametrize("phase", ["sending", "writing"])
@pytest.mark.parametrize("before", ["nothing", "our own workbook"])
def test_a_file_that_somebody_saved_meanwhile_is_left_alone(
    world: World, tmp_path: Path, phase: str, before: str
) -> None:
    rows = refused(4, (4,))
    path = write_csv(tmp_path / "list.csv", rows)
    book = tmp_path / "list.results.xlsx"
    if before == "our own workbook":
        world.sent(path)
    when(world, phase, lambda: book.write_bytes(PEOPLES))
    ended = world.sends(path)
    assert ended.told("result_file.changed_meanwhile")
    assert book.read_bytes() == PEOPLES
    beside = tmp_path / "list.results-2.xlsx"
    assert Path(ended.json["results"]) == beside
    accounts_for(beside, rows)
    assert world.verifies(beside).code == 0
    assert not list(tmp_path.glob(".*"))


def test_a_workbook_that_is_written_again_leaves_alone_what_was_saved_meanwhile(world: World, tmp_path: Path) -> None:
    rows = refused(3, ())
    book = world.sent(write_csv(tmp_path / "list.csv", rows))
    when(world, "writing", lambda: book.write_bytes(PEOPLES))
    _, target = results("1", None, world.session)
    assert (target, book.read_bytes()) == (tmp_path / "list.results-2.xlsx", PEOPLES)
    accounts_for(target, rows)


def test_a_problems_workbook_that_was_saved_meanwhile_is_left_alone(world: World, tmp_path: Path) -> None:
    rows = refused(3, ())
    rows[0][6] = ""
    path = write_csv(tmp_path / "list.csv", rows)
    world.checks(path)
    book = tmp_path / "list.problems.xlsx"
    theirs = book.read_bytes()
    book.write_bytes(PEOPLES)
    world.checks(path)
    assert book.read_bytes() == PEOPLES
    assert (tmp_path / "list.problems-2.xlsx").read_bytes() != theirs


def test_a_problems_workbook_that_was_saved_while_it_was_checked_is_left_alone(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = refused(3, ())
    rows[0][6] = ""
    world.checks(write_csv(tmp_path / "list.csv", rows))
    book = tmp_path / "list.problems.xlsx"
    place_of = places.place_of_problems
    saved: list[bytes] = []

    def saved_first(*arguments: Any) -> Place:
        with page(book, "Problems") as sheet:
            sheet["D2"].value = "x@example.com"
        saved.append(book.read_bytes())
        return place_of(*arguments)

    monkeypatch.setattr(problems_file, "place_of_problems", saved_first)
    ended = world.checks(book)
    assert ended.told("workbook.occupied")
    assert saved == [book.read_bytes()]


@pytest.mark.parametrize("name", ["blank.xlsx", "blank.csv"])
def test_a_blank_list_goes_over_nothing_that_appeared_meanwhile(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    take = Place.take

    def somebody_was_first(place: Place, aside: Path) -> None:
        place.path.write_bytes(PEOPLES)
        take(place, aside)

    monkeypatch.setattr(Place, "take", somebody_was_first)
    with pytest.raises(WorkbookError, match="left unchanged"):
        blank("wolkvox/add_interaction", tmp_path / name, world.session)
    assert (tmp_path / name).read_bytes() == PEOPLES
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_digest_is_known_before_the_workbook_stands(world: World, tmp_path: Path, own_world: Path) -> None:
    """So a kill at any moment leaves no workbook that accuses its owner."""
    book = tmp_path / "list.results.xlsx"
    noted: list[tuple[bool, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        take = Place.take

        def noting(place: Place, aside: Path) -> None:
            with sqlite3.connect(own_world / "journal.db") as db:
                digest = manifest_of_aside(aside).digest
                noted.append(
                    (
                        book.exists(),
                        db.execute("SELECT count(*) FROM workbook WHERE digest = ?", [digest]).fetchone()[0],
                    )
                )
            db.close()
            take(place, aside)

        patch.setattr(Place, "take", noting)
        world.sent(write_csv(tmp_path / "list.csv", refused(3, ())))
    assert noted == [(False, 1)]
    assert world.verifies(book).code == 0


def manifest_of_aside(aside: Path) -> Manifest:
    """The manifest of a workbook that still has no name of its own."""
    copy = aside.with_suffix(".xlsx")
    shutil.copy(aside, copy)
    manifest = manifest_of(copy)
    copy.unlink()
    assert manifest is not None
    return manifest


def test_names_as_long_as_a_folder_takes_are_cut_for_our_workbooks(world: World, tmp_path: Path) -> None:
    rows = refused(3, (3,))
    path = write_csv(tmp_path / f"{'ñ' * 125}x.csv", rows)
    assert len(os.fsencode(path.name)) == 255
    book = world.sent(path)
    assert len(os.fsencode(book.name)) <= 255
    assert re.search(r"ñ~[0-9a-f]{8}\.results\.xlsx$", book.name)
    accounts_for(book, rows)
    when(world, "writing", lambda: book.write_bytes(PEOPLES))
    _, target = results("1", None, world.session)
    assert re.search(r"ñ~[0-9a-f]{8}\.results-2\.xlsx$", target.name)
    accounts_for(target, rows)


@pytest.mark.parametrize(
    "why", [PermissionError(13, "Permission denied"), OSError(28, "No space left on device"), OSError(30, "Read-only")]
)
def test_a_workbook_that_can_not_be_moved_into_place_is_written_elsewhere(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: OSError
) -> None:
    """As where Excel holds it open."""
    take = Place.take

    def refusing(place: Place, aside: Path) -> None:
        if place.path.name == "list.results.xlsx":
            raise why
        take(place, aside)

    rows = refused(3, ())
    monkeypatch.setattr(Place, "take", refusing)
    ended = world.sends(write_csv(tmp_path / "list.csv", rows))
    assert ended.told("result_file.elsewhere")
    accounts_for(tmp_path / "list.results-job1.xlsx", rows)
    assert not list(tmp_path.glob(".*"))
    assert not (tmp_path / "list.results.xlsx").exists()


def test_a_folder_that_is_gone_by_the_end_loses_nothing(world: World, tmp_path: Path) -> None:
    rows = refused(3, ())
    path = write_csv(tmp_path / "list.csv", rows)
    (tmp_path / "out").mkdir()
    when(world, "sending", (tmp_path / "out").rmdir)
    ended = world.sends(path, output=tmp_path / "out" / "r.xlsx")
    assert ended.told("result_file.elsewhere")
    accounts_for(Path(ended.json["results"]), rows)
