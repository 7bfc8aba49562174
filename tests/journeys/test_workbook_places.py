"""The real command, killed while it writes workbooks: nothing of a person's is replaced, and nobody is accused."""

import os
import time
from pathlib import Path

import pytest

from tests.books import World, refused
from tests.conftest import Command, PracticeProcess, accounts_for, environment
from tests.processes import started
from tests.waiting import until


@pytest.fixture
def world(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> World:
    return World(uploader, practice, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("nth", range(4))
def test_a_command_that_is_killed_while_it_writes_leaves_a_workbook_that_verifies(world: World, nth: int) -> None:
    """At moments spread over the writing, from the first byte aside to the moving into place."""
    rows = refused(80, ())
    book = world.sent(rows)
    with started("results", "1") as running:
        until(lambda: running.is_over or list(world.folder.glob(".uploader-*.tmp")), "something is written aside")
        time.sleep(0.05 * nth)
        running.kill()
    ended = world.uploader("verify", book, env=environment())
    assert ended.code == 0, ended.out
    for left in world.folder.glob(".uploader-*.tmp"):
        os.utime(left, (time.time() - 120,) * 2)
    ended = world.uploader("results", "1", env=environment())
    assert ended.code == 0
    assert not list(world.folder.glob(".*.tmp"))
    accounts_for(book, rows)


def test_two_commands_that_write_one_workbook_at_once_leave_a_whole_one(world: World) -> None:
    rows = refused(80, ())
    book = world.sent(rows)
    with started("results", "1") as one, started("results", "1") as other:
        assert {one.ended().code, other.ended().code} == {0}
    found = sorted(world.folder.glob("list.results*.xlsx"))
    for path in found:
        accounts_for(path, rows)
        assert world.uploader("verify", path, env=environment()).code == 0
    assert book in found
