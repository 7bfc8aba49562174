"""A list that is saved while it is read: what is sent, and what the journal and the workbook say, is one version."""

import hashlib
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv, write_xlsx
from tests.worlds import World
from uploader.actions.history import history
from uploader.model.events import Event


def in_place(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def by_rename(path: Path, data: bytes) -> None:
    path.with_suffix(".new").write_bytes(data)
    path.with_suffix(".new").replace(path)


def by_a_pipe(path: Path, _: bytes) -> None:
    path.unlink()
    os.mkfifo(path)


WAYS = [in_place, by_rename, *([by_a_pipe] if hasattr(os, "mkfifo") else [])]


@pytest.mark.parametrize("save", WAYS)
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@pytest.mark.parametrize("at", range(1, 10))
def test_a_list_that_changes_between_any_two_steps_is_sent_as_it_was_or_not_at_all(
    tmp_path: Path, at: int, write: Callable[..., Path], save: Callable[[Path, bytes], None]
) -> None:
    old_rows, new_rows = interactions(5), interactions(5, start=6)
    new = write(tmp_path / "other", new_rows).read_bytes()
    path = write(tmp_path / "list", old_rows)
    versions = {
        hashlib.sha256(data).hexdigest(): rows for data, rows in ((path.read_bytes(), old_rows), (new, new_rows))
    }
    world = World(tmp_path / "home")
    world.person().watch = at_step(at, lambda: save(path, new))
    ended = world.sends(path, no_preflight=True)
    jobs = history(world.session)
    if ended.came:
        assert ended.came == sorted(versions[jobs[0].list_sha256])
    else:
        assert (ended.code, jobs) == (2, [])
        assert "list" in ended.why
        assert ended.why.endswith(".")


@pytest.mark.parametrize("save", [in_place, by_rename])
@pytest.mark.parametrize("at", range(1, 5))
def test_a_check_tells_of_the_list_as_it_was_when_it_began(
    tmp_path: Path, at: int, save: Callable[[Path, bytes], None]
) -> None:
    rows = interactions(3)
    rows[1][6] = ""
    new = write_csv(tmp_path / "other.csv", interactions(3)).read_bytes()
    path = write_csv(tmp_path / "list.csv", rows)
    world = World(tmp_path / "home")
    world.person().watch = at_step(at, lambda: save(path, new))
    expected = 0 if at == 1 else 1  # it was saved before anything was read
    assert world.checks(path).json["invalid"] == expected


def at_step(at: int, act: Callable[[], None]) -> Callable[[Event], None]:
    """Hears of all that happens, and does something the `at`-th time."""
    steps = count(1)

    def watch(_: Event) -> None:
        if next(steps) == at:
            act()

    return watch
