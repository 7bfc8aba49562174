"""Where the journals are, and how the sandbox's journal of version 0.1.0 gets today's name."""

import multiprocessing
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.builders import NEW, begin, rows
from uploader.errors import JournalError
from uploader.journal import journal_path, open_journal

KEPT = Path(__file__).parents[1] / "data" / "version_0_1_0" / "journal.db"


def old_sandbox(home: Path) -> Path:
    """A `practice.db` whose last words are still in its log, as after kill -9."""
    old = home / "practice.db"
    with open_journal(home / "made.db") as journal:
        begin(journal, journal.stage(NEW, rows(3)))
        for name in ("made.db", "made.db-wal", "made.db-shm"):
            shutil.copyfile(home / name, home / name.replace("made", "practice"))
    (home / "made.db").unlink()
    (home / "practice.db.lock").touch()
    assert (home / "practice.db-wal").stat().st_size
    return old


def test_the_sandbox_has_a_journal_of_its_own(tmp_path: Path) -> None:
    assert journal_path(tmp_path) == tmp_path / "journal.db"
    assert journal_path(tmp_path, sandbox=True) == tmp_path / "sandbox.db"
    assert not list(tmp_path.iterdir())  # to ask makes nothing


def test_the_sandbox_journal_of_version_0_1_0_is_renamed_whole(tmp_path: Path) -> None:
    old_sandbox(tmp_path)
    place = journal_path(tmp_path, sandbox=True)
    assert list(tmp_path.glob("practice.db*")) == []
    with open_journal(place) as journal:
        (job,) = journal.jobs()
        assert job.rows == 3
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_sandbox_journal_of_today_stays(tmp_path: Path) -> None:
    with open_journal(tmp_path / "sandbox.db") as journal:
        begin(journal, journal.stage(NEW, rows(1)))
    shutil.copyfile(KEPT, tmp_path / "practice.db")
    with open_journal(journal_path(tmp_path, sandbox=True)) as journal:
        assert len(journal.jobs()) == 1
    assert (tmp_path / "practice.db").exists()


def test_the_real_journal_never_touches_it(tmp_path: Path) -> None:
    old = old_sandbox(tmp_path)
    journal_path(tmp_path)
    assert old.exists()


def test_it_is_not_renamed_while_somebody_has_it_open(tmp_path: Path) -> None:
    old = old_sandbox(tmp_path)
    with closing(sqlite3.connect(old)) as other:
        other.execute("SELECT count(*) FROM job").fetchone()
        with pytest.raises(JournalError, match=r"Another uploader is using the journal .*practice\.db"):
            journal_path(tmp_path, sandbox=True)
        assert old.exists()
        assert not (tmp_path / "sandbox.db").exists()
    with open_journal(journal_path(tmp_path, sandbox=True)) as journal:
        assert len(journal.jobs()) == 1


def test_one_that_is_damaged_says_so(tmp_path: Path) -> None:
    (tmp_path / "practice.db").write_bytes(b"this is no database, and never was one" * 99)
    with pytest.raises(JournalError, match=r"practice\.db is damaged"):
        journal_path(tmp_path, sandbox=True)


def _open(home: Path) -> None:
    with open_journal(journal_path(home, sandbox=True)) as journal:
        os._exit(0 if len(journal.jobs()) == 1 else 1)
    sys.exit(2)


def test_many_that_find_it_at_once_rename_it_once(tmp_path: Path) -> None:
    old_sandbox(tmp_path)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open, args=(tmp_path,)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
