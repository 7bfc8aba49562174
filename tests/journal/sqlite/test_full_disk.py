"""On a full disk nothing is half-written: the error is a sentence, and what was known before still is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journal.builders import NEW, OTHER, answered, begin, rows, statuses
from tests.journal.sqlite.old_journals import asked, content, course
from uploader.errors import JournalError
from uploader.journal.sqlite import SqliteJournal, schema
from uploader.journal.sqlite.upgrade.migration import copy_of
from uploader.model.rows import Status

ROOT = Path(__file__).parents[3]
REFUSED = 7
MORE = 20_000

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no limit for the size of files")


def filling(path: Path, room: int, work: str) -> None:
    """Use the journal where no file may be longer than `room`; exits with REFUSED after a JournalError."""
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        with SqliteJournal(path) as journal:
            if work == "stage":
                journal.stage(OTHER, rows(MORE))
            elif work == "forget":
                journal.forget([1], everything=False)
    except JournalError as error:
        print(error)
        sys.exit(REFUSED)


def filled(path: Path, room: int, work: str) -> str:
    """What was said on the full disk."""
    command = [sys.executable, "-m", "tests.journal.sqlite.test_full_disk", str(path), str(room), work]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (REFUSED, "")
    return done.stdout


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of a sent list; what was in its log is in the file."""
    path = tmp_path / "journal.db"
    with SqliteJournal(path) as journal:
        answered(begin(journal, journal.stage(NEW, rows(300))), r2=Status.ACCEPTED, r3=None)
    return path


@pytest.mark.parametrize("room", [0, 100_000, 300_000, 1_000_000])
def test_a_list_that_has_no_room_is_not_there(path: Path, room: int) -> None:
    assert "can't be used" in filled(path, room, "stage")
    with SqliteJournal(path) as journal:
        assert [job.id for job in journal.jobs()] == [1]
        assert statuses(journal, 1)[2] is Status.ACCEPTED
        assert asked(path, "SELECT count(*) FROM row") == [(300,)]
        journal.stage(OTHER, rows(MORE))


@pytest.mark.parametrize("room", [10, 20_000, 60_000])
def test_what_has_no_room_to_be_forgotten_is_forgotten_by_the_next_try(path: Path, room: int) -> None:
    filled(path, room, "forget")
    with SqliteJournal(path) as journal:
        journal.forget([1], everything=False)
        assert [job.id for job in journal.jobs(NEW.list_sha256)] == [1]
    assert b"cell 300" not in path.read_bytes()


@pytest.mark.parametrize("room", [10, 10_000, 150_000])
def test_an_old_journal_that_has_no_room_to_be_migrated_stays_as_it_is(tmp_path: Path, room: int) -> None:
    path = course("course_01", tmp_path / "journal.db")
    before = content(path)
    assert "earlier version" in filled(path, min(room, path.stat().st_size // 2), "open")
    assert content(path) == before
    SqliteJournal(path).close()
    assert asked(path, "PRAGMA user_version") == [(schema.VERSION,)]
    assert not copy_of(path).exists()


if __name__ == "__main__":
    filling(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
