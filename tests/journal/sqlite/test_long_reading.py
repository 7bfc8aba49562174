"""What a whole list needs is read in passing: little is kept of it, and nothing is read that isn't needed."""

import re
from collections.abc import Generator

import pytest

from tests.journal.builders import NEW, answered, begin, rows
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.sqlite.connection import Connection
from uploader.model.rows import Status


@pytest.fixture
def journal(connection: Connection) -> SqliteJournal:
    journal = SqliteJournal(connection.path, lambda _: connection)
    ledger = begin(journal, journal.stage(NEW, rows(300)))
    answered(ledger, r2=Status.REJECTED, r3=Status.ACCEPTED)
    answered(ledger, r2=Status.ACCEPTED)
    return journal


def cache(connection: Connection) -> int:
    kept: int = connection.db.execute("PRAGMA cache_size").fetchone()[0]
    return kept


@pytest.mark.parametrize("what", ["rows", "attempts"])
def test_a_list_that_is_read_through_leaves_room(connection: Connection, journal: SqliteJournal, what: str) -> None:
    usual = cache(connection)
    reading = getattr(journal, what)(1)
    next(reading)
    assert abs(cache(connection)) < abs(usual)
    reading.close()
    assert cache(connection) == usual
    list(getattr(journal, what)(1))
    assert cache(connection) == usual


def test_answers_are_sorted_in_little_memory(connection: Connection, journal: SqliteJournal) -> None:
    usual, asked = cache(connection), list[str]()
    connection.db.set_trace_callback(asked.append)
    assert sum(answer.rows for answer in journal.answers(1)) == 300
    connection.db.set_trace_callback(None)
    less, question, again = asked
    assert "GROUP BY" in question
    assert abs(int(less.removeprefix("PRAGMA cache_size = "))) < abs(usual)
    assert int(again.removeprefix("PRAGMA cache_size = ")) == cache(connection) == usual


def test_a_journal_may_be_closed_while_it_is_read(journal: SqliteJournal) -> None:
    reading = journal.rows(1)
    assert isinstance(reading, Generator)
    next(reading)
    journal.close()
    reading.close()  # as at the end of a loop that was left; it raises nothing
    with pytest.raises(StopIteration):
        next(reading)


def test_requests_come_in_the_order_of_their_leaving_and_count_for_each_row(journal: SqliteJournal) -> None:
    found = [(attempt.row, attempt.nth, attempt.cells) for attempt in journal.attempts(1)]
    assert found == [(2, 1, ()), (3, 1, ()), (2, 2, ())]
    assert [attempt.cells for attempt in journal.attempts(1, with_cells=True)] == [
        ("cell 2", "ñ"), ("cell 3", "ñ"), ("cell 2", "ñ"),
    ]  # fmt: skip


def test_how_many_rows_wait_is_not_found_by_reading_the_list(connection: Connection, journal: SqliteJournal) -> None:
    asked: list[str] = []
    connection.db.set_trace_callback(asked.append)
    assert journal.job(1).waiting == 298
    connection.db.set_trace_callback(None)
    plans = [step[3] for one in asked for step in connection.db.execute(f"EXPLAIN QUERY PLAN {one}").fetchall()]
    of_rows = [step for step in plans if re.search(r"\brow\b", step)]
    assert len(of_rows) == 3
    assert [step for step in of_rows if "USING INDEX" not in step and "USING COVERING INDEX" not in step] == []
