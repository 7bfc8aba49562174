"""What goes wrong with a list at hand says so with the list's path and the template that was really chosen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.books import arranged, copied_template, mend
from tests.conftest import SHIPPED, interactions, write_csv
from tests.worlds import World
from uploader.actions.options import ReadOptions

MINE = "mine/add"


@pytest.fixture
def path(world: World, tmp_path: Path) -> Path:
    """A list that was sent with a template of the person's own; its workbook is beside it."""
    copied_template(world.home / "templates" / "mine", "add.toml")
    rows = interactions(3)
    rows[1][6] = "99999"
    path = write_csv(tmp_path / "list.csv", rows)
    assert world.sends(path, ReadOptions(template=MINE), no_preflight=True).code == 1
    return path


def without_our_columns(book: Path) -> None:
    arranged(book, lambda lines: [line[1:] for line in lines])


CHANGES: dict[str, Callable[[Path], object]] = {
    "a column of ours is gone": without_our_columns,
    "a value of a row is wrong": lambda book: mend(book, {(3, "rp_id"): ""}),
    "it is whole": lambda _: None,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("act", ["send", "check"])
def test_a_workbook_of_ours_is_about_the_template_of_its_rows(world: World, path: Path, change: str, act: str) -> None:
    book = path.with_name("list.results.xlsx")
    CHANGES[change](book)
    bare = replace(world, environment={})
    ended = bare.sends(book) if act == "send" else bare.checks(book)
    assert (ended.json["list"], ended.json["template"]) == (str(book), MINE)


@pytest.mark.parametrize("act", ["send", "check"])
def test_a_workbook_whose_template_is_not_known_is_about_that_one(world: World, path: Path, act: str) -> None:
    book, elsewhere = path.with_name("list.results.xlsx"), world.another_computer()
    ended = elsewhere.sends(book) if act == "send" else elsewhere.checks(book)
    assert (ended.code, ended.json["list"], ended.json["template"]) == (2, str(book), MINE)


def test_a_list_is_about_the_template_that_was_given_or_else_the_default(world: World, path: Path) -> None:
    for read, template in (
        (ReadOptions(template=MINE, sheet="No such"), MINE),
        (ReadOptions(sheet="No such"), SHIPPED),
    ):
        ended = world.sends(path, read)
        assert (ended.code, ended.json["list"], ended.json["template"]) == (2, str(path), template)


@pytest.mark.parametrize("by", ["path", "number"])
def test_a_job_that_is_resumed_is_about_its_list_also_where_that_is_gone(world: World, tmp_path: Path, by: str) -> None:
    path = write_csv(tmp_path / "other.csv", interactions(4, start=50))
    assert world.sends(path, no_preflight=True, first=1).json["not_sent"] == 3
    path.unlink()
    which = path if by == "path" else "1"
    refused = replace(world, environment={}).resumes(which)  # nobody says the token
    assert (refused.code, refused.json["list"], refused.json["template"]) == (2, str(path), SHIPPED)
    ended = world.resumes(which, no_preflight=True)
    assert (ended.code, ended.json["list"], ended.json["template"], ended.json["accepted"]) == (
        0,
        str(path),
        SHIPPED,
        4,
    )
    again = world.resumes(path, no_preflight=True)
    assert (again.json["list"], again.json["accepted"]) == (str(path), 4)
