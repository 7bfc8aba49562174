"""Two runs write at once: each waits for the other's transaction, and no answer is lost."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import NEW, OTHER, begin, completion, dispatch, rows, staged
from tests.journal.sqlite.old_journals import asked
from uploader.journal import StagedRow
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.sqlite.connection import Connection
from uploader.model.rows import Status

MANY = 100_000
HELD_SECONDS = 3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def test_while_a_long_list_is_written_the_answers_of_another_run_are(path: Path) -> None:
    with SqliteJournal(path) as journal, SqliteJournal(path) as other:
        running = begin(other, other.stage(OTHER, rows(2)))
        running.commit([], [dispatch(2)])
        reading, answered = threading.Event(), threading.Event()

        def long_list() -> Iterator[StagedRow]:
            for number in range(2, MANY + 2):
                yield staged(number, fingerprint=f"long {number * 7919 % MANY}")
                if number == MANY // 2:  # no lock is held while rows are still read
                    reading.set()
                    assert answered.wait(60)

        thread = threading.Thread(target=lambda: journal.stage(NEW, long_list()))
        thread.start()
        assert reading.wait(60)
        running.commit([completion(2)], [])
        answered.set()
        while thread.is_alive():  # and while it is written, each waits for the lock no longer than it may
            running.end(None)
            time.sleep(0.01)
        thread.join()
        assert asked(path, "SELECT count(*) FROM row") == [(MANY + 2,)]
        assert [one.status for one in other.rows(1)] == [Status.ACCEPTED, Status.NOT_SENT]


def test_an_answer_waits_for_a_lock_that_is_held_for_seconds(path: Path) -> None:
    with SqliteJournal(path) as journal:
        job = journal.stage(NEW, rows(3))
        ledger = begin(journal, job)
        ledger.commit([], [dispatch(2)])
        holds = threading.Event()

        def hold() -> None:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                holds.set()
                time.sleep(HELD_SECONDS)
                other.execute("ROLLBACK")

        thread = threading.Thread(target=hold)
        thread.start()
        assert holds.wait(60)
        ledger.commit([completion(2)], [dispatch(3)])
        thread.join()
        assert [one.status for one in journal.rows(job)] == [Status.ACCEPTED, Status.UNKNOWN, Status.NOT_SENT]


def test_all_jobs_are_listed_by_one_statement(path: Path) -> None:
    with closing(Connection(path)) as connection:
        journal = SqliteJournal(path, lambda _: connection)
        for nth in range(5):
            begin(journal, journal.stage(replace(NEW, key=str(nth)), rows(2)))
        found: list[str] = []
        connection.db.set_trace_callback(found.append)
        assert len(journal.jobs()) == 5
        connection.db.set_trace_callback(None)
        assert len(found) == 1
