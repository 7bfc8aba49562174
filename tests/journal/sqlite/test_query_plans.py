"""What is asked for every row that is sent never reads a whole table, however long the journal is."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.journal.builders import NEW, OTHER, answered, begin, dispatch, rows
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.sqlite.connection import Connection
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

_SCANS = re.compile(r"SCAN (a|r|o|y|row|attempt)\b")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with closing(Connection(tmp_path / "journal.db")) as opened:
        yield opened


@pytest.fixture
def journal(connection: Connection) -> SqliteJournal:
    """Job 1: row 2 was accepted, of 3 no answer came. Job 2: 2 and 3 are held back, 4 waits."""
    journal = SqliteJournal(connection.path, lambda _: connection)
    first = journal.stage(NEW, rows(2))
    answered(begin(journal, first), r2=Status.ACCEPTED, r3=None)
    begin(journal, journal.stage(OTHER, rows(3))).hold_back_known()
    return journal


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    found: list[str] = []
    connection.db.set_trace_callback(found.append)
    try:
        yield found
    finally:
        connection.db.set_trace_callback(None)


WORK: dict[str, Callable[[SqliteJournal], object]] = {
    "an intent": lambda journal: begin(journal, 2).commit([], [dispatch(4)]),
    "an answer": lambda journal: answered(begin(journal, 2), r4=Status.ACCEPTED),
    "what is known": lambda journal: list(journal.known_requests(2, ResendPolicy())),
    "what was not answered": lambda journal: journal.unanswered(NEW.destination, "2026"),
    "a list that is checked": lambda journal: journal.find_prior("print 3", ResendPolicy()),
    "a held-back row": lambda journal: list(journal.rows(2)),
}


@pytest.mark.parametrize("kind", WORK)
def test_no_table_is_read_whole(connection: Connection, journal: SqliteJournal, kind: str) -> None:
    with statements(connection) as found:
        WORK[kind](journal)
    asked = [one for one in found if one.lstrip().startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))]
    assert asked
    for statement in asked:
        plan = [row[3] for row in connection.db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()]
        assert [step for step in plan if _SCANS.match(step)] == [], statement
