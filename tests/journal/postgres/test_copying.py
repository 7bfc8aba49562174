"""A computer's history in the team's journal: every value of every table, told by new numbers, once."""

import shutil
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.journal.builders import (
    ANA,
    LOOKED,
    NEW,
    OTHER,
    answered,
    begin,
    completion,
    dispatch,
    rows,
    settlement,
    staged,
)
from tests.journal.stories import Story
from uploader.errors import JournalError, SettingsError
from uploader.journal import Server
from uploader.journal.postgres import setting_up
from uploader.journal.postgres.connecting import connect
from uploader.journal.postgres.copying import CopiedJob, Fate, copy_history
from uploader.journal.sqlite import SqliteJournal
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

DATA = Path(__file__).parents[2] / "data"
OLD = sorted(file.parent.name for file in DATA.glob("version_*/journal.db"))
TABLES = ("job", "run", "row", "attempt", "settlement", "source", "workbook")


@pytest.fixture
def team(empty_database: Any) -> Server:
    server = Server.of(empty_database.conninfo)
    setting_up.make(server, senders=None, readers=None, name="a test")
    return server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "computer" / "journal.db"


def copied(path: Path, team: Server) -> list[CopiedJob]:
    heard: list[CopiedJob] = []
    done = copy_history(path, team, name="a test", on_job=heard.append)
    assert heard == done
    return done


@pytest.fixture
def there(team: Server) -> Iterator["psycopg.Connection[Any]"]:
    with closing(connect(team, name="a test")) as connection:
        yield connection


def names(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [one[1] for one in db.execute(f"PRAGMA table_info({table})")]


def content(find: Callable[[str], list[Any]], path: Path, job: int) -> dict[str, list[Any]]:
    """All that is known of a job: whatever names a run or an attempt names it by its place."""
    found: dict[str, list[Any]] = {}
    places: dict[str, dict[Any, int]] = {}
    for table in TABLES:
        columns = names(path, table)
        key = "id" if table == "job" else "job"
        chosen = ", ".join(f'"{name}"' for name in columns)
        lines = [
            dict(zip(columns, line, strict=True)) for line in find(f"SELECT {chosen} FROM {table} WHERE {key} = {job}")
        ]
        lines.sort(key=lambda line: [str(line.get(name)).rjust(9) for name in ("id", "number", "sha256", "digest")])
        if table in ("run", "attempt"):
            places[table] = {line["id"]: place for place, line in enumerate(lines)}
        found[table] = lines
    for table, column, to in (
        ("attempt", "run", "run"),
        ("attempt", "beside", "attempt"),
        ("row", "attempt", "attempt"),
    ):
        for line in found[table]:
            line[column] = places[to].get(line[column])
    for lines in found.values():
        for line in lines:
            line.pop("id", None)
            line.pop("job", None)
    return found


def same_in_both(path: Path, there: "psycopg.Connection[Any]", one: CopiedJob) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as db:
        here = content(lambda statement: db.execute(statement).fetchall(), path, one.old.number)
    assert content(lambda statement: there.execute(statement.encode()).fetchall(), path, one.number) == here
    return here


@pytest.mark.parametrize("seed", range(4))
def test_every_value_is_there(seed: int, path: Path, team: Server, there: "psycopg.Connection[Any]") -> None:
    with SqliteJournal(path) as journal:
        Story(journal, seed).told(lambda ledger, done, left: dict(ledger.commit(done, left)))
    there.execute("ALTER TABLE job ALTER id RESTART WITH 40")
    there.execute("ALTER TABLE attempt ALTER id RESTART WITH 70")
    done = copied(path, team)
    assert [one.fate for one in done] == [Fate.COPIED] * 3
    assert [one.number for one in done] == [40, 41, 42]
    for one in done:
        assert same_in_both(path, there, one)["attempt"]
    assert there.execute("SELECT count(*) FROM template").fetchone() == (1,)


def test_settled_rows_shared_requests_and_odd_texts(path: Path, team: Server, there: "psycopg.Connection[Any]") -> None:
    odd = replace(NEW, list_name="l\tist\\N\n.csv", settings={"a": "ñ\x00"})
    with SqliteJournal(path) as journal:
        job = journal.stage(odd, rows(5))
        ledger = begin(journal, job)
        ledger.commit([], [dispatch(2)._replace(beside=(dispatch(3),))])
        ledger.commit([completion(2), completion(3)], [])
        answered(ledger, r4=Status.UNKNOWN, r5=None)
        ledger.end(None)
        journal.settle(job, [settlement(4)], LOOKED)
    (one,) = copied(path, team)
    here = same_in_both(path, there, one)
    assert [line["beside"] for line in here["attempt"]].count(0) == 1
    assert [line["number"] for line in here["settlement"]] == [4]
    assert here["job"][0]["list_name"] == odd.list_name


def test_copied_again_nothing_is_there_twice(path: Path, team: Server, there: "psycopg.Connection[Any]") -> None:
    with SqliteJournal(path) as journal:
        answered(begin(journal, journal.stage(NEW, rows(2))), r2=Status.ACCEPTED)
    (first,) = copied(path, team)
    with SqliteJournal(path) as journal:
        answered(begin(journal, journal.stage(OTHER, [staged(7)])), r7=Status.ACCEPTED)
    again, new = copied(path, team)
    assert (again.fate, again.number, new.fate) == (Fate.KNOWN, first.number, Fate.COPIED)
    assert there.execute("SELECT count(*) FROM attempt").fetchone() == (2,)


def test_a_job_that_was_sent_here_after_it_was_copied_is_named(path: Path, team: Server) -> None:
    with SqliteJournal(path) as journal:
        job = journal.stage(NEW, rows(3))
        answered(begin(journal, job), r2=Status.ACCEPTED)
        copied(path, team)
        answered(begin(journal, job), r3=Status.ACCEPTED)
    (one,) = copied(path, team)
    assert one.fate is Fate.KNOWN_IN_PART


def test_two_forgotten_histories_the_first_gives_the_key(
    tmp_path: Path, team: Server, there: "psycopg.Connection[Any]"
) -> None:
    done = []
    for name, new in (("a", NEW), ("b", OTHER)):
        path = tmp_path / name / "journal.db"
        with SqliteJournal(path) as journal:
            job = journal.stage(new, rows(2))
            answered(begin(journal, job), r2=Status.ACCEPTED)
            journal.forget([job], everything=False)
            if name == "b":
                other = journal.stage(replace(NEW, key="c3" * 16), [staged(7)])
                answered(begin(journal, other), r7=Status.ACCEPTED)
        done.append(copied(path, team))
        if name == "a":
            same_in_both(path, there, done[0][0])
            with SqliteJournal(path) as journal:
                assert journal._connection.key.fits({done[0][0].old.hash_key or ""})
                hashed = journal._connection.key.keyed("print 2")
            assert there.execute("SELECT keyed('print 2')").fetchone() == (hashed,)
    assert [[one.fate for one in some] for some in done] == [[Fate.COPIED], [Fate.OTHER_KEY, Fate.COPIED]]
    assert there.execute("SELECT count(*) FROM job").fetchone() == (2,)


def test_a_lost_key_leaves_the_forgotten_job_out(path: Path, team: Server, there: "psycopg.Connection[Any]") -> None:
    with SqliteJournal(path) as journal:
        job = journal.stage(NEW, rows(1))
        answered(begin(journal, job), r2=Status.ACCEPTED)
        journal.forget([job], everything=False)
    path.with_suffix(".key").unlink()
    (one,) = copied(path, team)
    assert one.fate is Fate.OTHER_KEY
    assert there.execute("SELECT count(*) FROM hash_key").fetchone() == (0,)


def test_while_a_run_lives_nothing_is_copied(path: Path, team: Server, there: "psycopg.Connection[Any]") -> None:
    with SqliteJournal(path) as journal, journal.locks.hold_run("a run"):
        job = journal.stage(NEW, rows(2))
        answered(journal.begin_run(job, ANA, ResendPolicy(), key="a run"), r2=None)
        with pytest.raises(JournalError) as refused:
            copied(path, team)
    assert refused.value.message.code == "journal_command.is_sending"
    assert there.execute("SELECT count(*) FROM job").fetchone() == (0,)
    (one,) = copied(path, team)  # its process is gone: what it had under way stays in doubt
    assert one.fate is Fate.COPIED
    assert there.execute("SELECT taken, verdict FROM attempt").fetchone() == ("maybe", "")


@pytest.mark.parametrize("version", OLD)
def test_a_journal_of_an_older_version(
    version: str, path: Path, team: Server, there: "psycopg.Connection[Any]"
) -> None:
    path.parent.mkdir()
    shutil.copyfile(DATA / version / "journal.db", path)
    done = copied(path, team)
    assert done
    for one in done:
        assert one.fate is Fate.COPIED
        same_in_both(path, there, one)


def test_where_there_is_no_journal_none_is_made(path: Path, team: Server) -> None:
    with pytest.raises(SettingsError):
        copied(path, team)
    assert not path.parent.exists()


@pytest.mark.parametrize("kind", ["text", "empty", "folder", "other database"])
def test_what_is_no_journal_stays_as_it_is(kind: str, tmp_path: Path, team: Server) -> None:
    other = tmp_path / "it.toml"
    if kind == "folder":
        other.mkdir()
    elif kind == "other database":
        with closing(sqlite3.connect(other)) as db:
            db.execute("CREATE TABLE contact (name TEXT)")
    else:
        other.write_text("[template]" if kind == "text" else "", "utf-8")
    mode, content = other.stat().st_mode, other.is_file() and other.read_bytes()
    with pytest.raises(SettingsError) as refused:
        copied(other, team)
    assert refused.value.message.code == "journal_command.not_a_journal"
    assert (other.stat().st_mode, other.is_file() and other.read_bytes()) == (mode, content)
    assert [one.name for one in tmp_path.iterdir()] == ["it.toml"]


@pytest.mark.long
def test_memory_stays_flat(path: Path, team: Server) -> None:
    with SqliteJournal(path) as journal:
        job = journal.stage(NEW, rows(30_000))
        ledger = begin(journal, job)
        for start in range(2, 30_002, 1000):
            ledger.commit([], [dispatch(number) for number in range(start, start + 1000)])
    tracemalloc.start()
    try:
        copied(path, team)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
