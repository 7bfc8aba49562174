"""What a long list leaves in the journal's log is written into the journal, and nobody waits for that."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.journal.builders import NEW, OTHER, begin, dispatch, rows, staged, waiting
from uploader.journal.sqlite import SqliteJournal

MANY = 10_000
SHORT_BYTES = 16 * 1024 * 1024


def log_bytes(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


def stage_many(journal: SqliteJournal) -> int:
    wide = ("57300 1234567", "customer " * 200)
    return journal.stage(NEW, (staged(number, cells=wide) for number in range(2, MANY + 2)))


@contextmanager
def beside_a_reader(path: Path) -> Iterator[tuple[SqliteJournal, sqlite3.Connection]]:
    """A journal of two rows, and another connection that has begun to read it."""
    with SqliteJournal(path) as journal, closing(sqlite3.connect(path, isolation_level=None)) as other:
        journal.stage(OTHER, rows(2))
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM row").fetchall() == [(2,)]
        yield journal, other


def test_after_a_long_list_was_staged_the_log_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with SqliteJournal(path) as journal, SqliteJournal(path) as other:
        job = stage_many(journal)
        assert log_bytes(path) == 0
        assert other.last_row_number(job) == MANY + 1
        journal.redirect(job, "https://elsewhere", {}, lambda row: f"elsewhere {row.number}")
        assert log_bytes(path) == 0


def test_while_others_read_or_write_the_log_stays_and_nothing_waits_or_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with beside_a_reader(path) as (journal, other):
        job = stage_many(journal)
        assert log_bytes(path) > SHORT_BYTES
        assert other.execute("SELECT count(*) FROM row").fetchall() == [(2,)]  # as it was when it began to read
        other.execute("COMMIT")
        assert waiting(journal, job)[-1] == MANY + 1
        begin(journal, job).commit([], [dispatch(2)])
        journal.stage(replace(NEW, header=["a", "b"]), rows(MANY), job=job)
        assert log_bytes(path) == 0


def test_the_log_that_others_kept_long_is_short_once_they_are_done(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with beside_a_reader(path) as (journal, other):
        job = stage_many(journal)
        other.execute("COMMIT")
        ledger = begin(journal, job)
        for number in range(2, 12):
            ledger.commit([], [dispatch(number)])
        assert log_bytes(path) <= SHORT_BYTES
