"""What only a journal in an SQLite file promises: who may read it, what is on disk, what is damaged."""

import inspect
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import LOOKED, NEW, begin, completion, dispatch, rows, staged
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal import StagedRow, open_journal
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.sqlite.connection import Connection
from uploader.model import advice
from uploader.model.outcomes import Stop, Verdict
from uploader.model.rows import Status


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """The journal's own."""
    with closing(Connection(tmp_path / "home" / "journal.db")) as opened:
        yield opened


@pytest.fixture
def journal(connection: Connection) -> Iterator[SqliteJournal]:
    with SqliteJournal(connection.path, lambda _: connection) as opened:
        yield opened


def test_a_path_is_the_place_of_a_journal_in_sqlite(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal.db") as journal:
        assert isinstance(journal, SqliteJournal)


def test_only_the_owner_may_read_it(journal: SqliteJournal) -> None:
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    journal.stage(NEW, rows(1))
    for beside in journal.path.parent.glob("journal.db-*"):
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600


def test_every_commit_is_on_disk_before_it_counts(connection: Connection) -> None:
    assert inspect.signature(SqliteJournal).parameters["connect"].default is Connection
    assert connection.db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert connection.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_nothing_of_a_job_is_written_where_its_rows_fail(connection: Connection, journal: SqliteJournal) -> None:
    def broken() -> Iterator[StagedRow]:
        yield from rows(3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        journal.stage(NEW, broken())
    assert connection.db.execute("SELECT count(*) FROM job").fetchone()[0] == 0


def test_a_job_that_makes_way_leaves_nothing(connection: Connection, journal: SqliteJournal) -> None:
    journal.stage(NEW, rows(3))
    journal.stage(NEW, rows(1))
    assert [
        connection.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("job", "row", "attempt")
    ] == [1, 1, 0]


def test_a_commit_that_could_not_be_kept_can_be_tried_again(connection: Connection, journal: SqliteJournal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2)])
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connection.db.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(JournalError, match="locked"):
        ledger.commit([completion(2)], [dispatch(3)])
    other.execute("ROLLBACK")
    other.close()
    ledger.commit([completion(2)], [])
    assert [result.status for result in journal.rows(job)] == [Status.ACCEPTED, Status.NOT_SENT]


def test_a_journal_that_can_not_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalError, match="UPLOADER_HOME"):
        SqliteJournal(tmp_path / "file" / "journal.db")
    (tmp_path / "journal.db").write_bytes(b"this is no database, and never was one" * 99)
    with pytest.raises(JournalError, match=r"journal\.db is damaged"):
        SqliteJournal(tmp_path / "journal.db")


def test_a_journal_of_a_newer_version_is_left_alone(journal: SqliteJournal) -> None:
    db = sqlite3.connect(journal.path)
    db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(JournalError, match="newer"):
        SqliteJournal(journal.path)


def test_advice_and_reasons_are_json_of_codes_and_facts(connection: Connection, journal: SqliteJournal) -> None:
    job = journal.stage(NEW, [*rows(1), replace(staged(3, Status.INVALID), advice=Message("b", z=1, a=LOOKED))])
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2)])
    assert connection.db.execute("SELECT advice FROM row ORDER BY number").fetchall()[0][0] == (
        '{"code":"advice.under_way","facts":{}}'
    )
    assert connection.db.execute("SELECT advice FROM row WHERE number = 3").fetchone()[0] == (
        '{"code":"b","facts":{"a":{"code":"text","facts":{"text":"Ana looked."}},"z":1}}'
    )
    ledger.commit([completion(2, said=advice.NONE)], [])
    assert connection.db.execute("SELECT advice FROM row WHERE number = 2").fetchone()[0] == ""
    ledger.end(Stop(Message("stop.quota"), Verdict.PAUSE))
    assert connection.db.execute("SELECT stopped FROM run").fetchone()[0] == '{"code":"stop.quota","facts":{}}'
