"""What is forgotten is gone from the disk; what is left of it needs the key beside the journal."""

import json
import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import NEW, OTHER, answered, begin, dispatch, rows, staged
from tests.journal.sqlite.old_journals import asked, changed, of_version_0_1_0
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.sqlite import SqliteJournal
from uploader.model.outcomes import Completion, Outcome, Stop, Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

SECRET = "Peña Ñuñoa 3001234567 \U0001f600"
FINGERPRINT, LIST, SOURCE, DIGEST = ("1234" * 16, "2345" * 16, "3456" * 16, "4567" * 16)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    with SqliteJournal(path) as opened:
        yield opened


def everything_on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def spellings(text: str) -> list[bytes]:
    return [text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")]


def of_one_job(journal: SqliteJournal) -> int:
    """A job whose every place has something that must not stay."""
    new = replace(NEW, header=[f"h {SECRET}", "b"], fields={f"f {SECRET}": 0}, list_sha256=LIST, source_sha256=SOURCE)
    row = replace(staged(2, cells=(SECRET, "ñ"), fingerprint=FINGERPRINT), advice=Message("text", text=SECRET))
    job = journal.stage(new, [row, replace(row, row=row.row._replace(number=3), fingerprint="print 3")])
    ledger = begin(journal, job)
    sent = dispatch(2, fingerprint=FINGERPRINT)
    ledger.commit([], [sent])
    said = Message("text", text=SECRET)
    outcome = Outcome(Verdict.ACCEPTED, said, f"c {SECRET}", f"m {SECRET}", 200, 7, said)
    ledger.commit([Completion(sent, outcome, Status.ACCEPTED)], [])
    ledger.end(Stop(said, Verdict.STOP))
    journal.note_workbook(job, DIGEST, NEW.results_path)
    return job


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("is_long_ago", [False, True])
def test_no_byte_of_it_is_left_in_any_file(
    journal: SqliteJournal, path: Path, *, everything: bool, is_long_ago: bool
) -> None:
    job = of_one_job(journal)
    journal.stage(OTHER, rows(500))
    if is_long_ago:  # what was in the log is in the file
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    traces = [*spellings(SECRET), *(one.encode() for one in (FINGERPRINT, LIST, SOURCE, DIGEST))]
    there = everything_on_disk(path.parent)
    assert [trace in there for trace in traces] == [True, False, False, True, True, True, True]
    journal.forget([job], everything=everything)
    left = everything_on_disk(path.parent)
    assert [trace for trace in traces if trace in left] == []
    assert b"cell 500" in left


@pytest.mark.parametrize("everything", [False, True])
def test_cells_that_were_replaced_before_are_gone_too(journal: SqliteJournal, path: Path, *, everything: bool) -> None:
    job = of_one_job(journal)
    journal.stage(replace(NEW, list_sha256=LIST), [staged(3, cells=("mended", "ñ"))], job=job)
    journal.forget([job], everything=everything)
    left = everything_on_disk(path.parent)
    assert [text for text in (SECRET, "mended") if text.encode() in left] == []


def test_bytes_that_somebody_still_reads_are_told_of_and_gone_after_the_next_time(
    journal: SqliteJournal, path: Path
) -> None:
    job = of_one_job(journal)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM row").fetchall()
        journal._db.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(JournalError) as raised:
            journal.forget([job], everything=False)
    assert raised.value.message.code == "journal.still_in_log"
    journal.forget([job], everything=False)
    assert SECRET.encode() not in everything_on_disk(path.parent)


def test_a_plain_hash_of_none_of_its_tables_is_left(journal: SqliteJournal, path: Path) -> None:
    journal.forget([of_one_job(journal)], everything=False)
    for column in ("row.fingerprint", "attempt.fingerprint", "source.sha256", "workbook.digest", "job.list_sha256"):
        table, name = column.split(".")
        found = asked(path, f"SELECT {name} FROM {table} WHERE {name} NOT GLOB 'k:*'")
        assert (column, found) == (column, [])


@pytest.fixture
def forgotten(journal: SqliteJournal) -> int:
    job = of_one_job(journal)
    journal.forget([job], everything=False)
    return job


@pytest.fixture(params=["missing", "of another journal", "half", "a folder"])
def lost_key(request: pytest.FixtureRequest, forgotten: int, path: Path) -> Path:
    key = path.with_name("journal.key")
    key.rename(path.with_name("aside"))
    if request.param == "of another journal":
        key.write_bytes(bytes(32))
    elif request.param == "half":
        key.write_bytes(bytes(16))
    elif request.param == "a folder":
        key.mkdir()
    return key


@pytest.mark.usefixtures("lost_key", "forgotten")
def test_without_the_key_nothing_is_sent_or_forgotten(path: Path) -> None:
    with SqliteJournal(path) as journal:
        for work in (
            lambda: journal.jobs(LIST),
            lambda: journal.find_prior(FINGERPRINT, ResendPolicy()),
            lambda: journal.stage(OTHER, rows(1)),
            lambda: begin(journal, 1),
            lambda: journal.forget([1], everything=False),
            lambda: list(journal.known_requests(1, ResendPolicy())),
            lambda: journal.knows_workbook(1, DIGEST),
            lambda: journal.was_read_from(1, SOURCE),
        ):
            with pytest.raises(JournalError, match=r"journal\.key"):
                work()


def test_a_run_that_goes_on_stops_where_the_key_was_lost(journal: SqliteJournal, path: Path) -> None:
    ledger = begin(journal, journal.stage(OTHER, rows(2)))
    with SqliteJournal(path) as other:
        other.forget([of_one_job(other)], everything=False)
    path.with_name("journal.key").unlink()
    with pytest.raises(JournalError, match=r"journal\.key"):
        ledger.commit([], [dispatch(2)])


def test_the_error_names_the_jobs_that_need_it(forgotten: int, path: Path) -> None:
    path.with_name("journal.key").unlink()
    with SqliteJournal(path) as journal, pytest.raises(JournalError, match=f"forget {forgotten} --everything"):
        journal.jobs(LIST)


def test_without_the_key_what_is_known_can_still_be_read(lost_key: Path, forgotten: int, path: Path) -> None:
    with SqliteJournal(path) as journal:
        assert [job.id for job in journal.jobs()] == [forgotten]
        assert journal.job(forgotten).counts[Status.ACCEPTED] == 1
        assert len(list(journal.attempts(forgotten))) == 1


def test_once_those_jobs_are_deleted_whole_all_goes_on(lost_key: Path, forgotten: int, path: Path) -> None:
    with SqliteJournal(path) as journal:
        journal.forget([forgotten], everything=True)
        if lost_key.is_dir():
            lost_key.rmdir()
        job = journal.stage(OTHER, rows(2))
        answered(begin(journal, job), r2=Status.ACCEPTED)
        journal.forget([job], everything=False)
        assert journal.find_prior("print 2", ResendPolicy()) is not None


def test_the_key_put_back_mends_it(forgotten: int, path: Path) -> None:
    key = path.with_name("journal.key")
    key.rename(path.with_name("aside"))
    with SqliteJournal(path) as journal:
        with pytest.raises(JournalError):
            journal.find_prior(FINGERPRINT, ResendPolicy())
        path.with_name("aside").rename(key)
        assert journal.find_prior(FINGERPRINT, ResendPolicy()) is not None


def test_a_journal_in_which_nothing_was_forgotten_has_no_key(journal: SqliteJournal, path: Path) -> None:
    of_one_job(journal)
    assert not path.with_name("journal.key").exists()


def test_what_an_earlier_version_forgot_is_keyed(tmp_path: Path) -> None:
    path = of_version_0_1_0(tmp_path / "journal.db")
    forgotten = "(SELECT id FROM job WHERE forgotten_at IS NOT NULL)"
    hashes = [
        one for (one,) in asked(path, f"SELECT fingerprint FROM row WHERE job IN {forgotten} AND status = 'accepted'")
    ]
    lists = [one for (one,) in asked(path, f"SELECT list_sha256 FROM job WHERE id IN {forgotten}")]
    assert hashes
    with SqliteJournal(path) as journal:
        assert all(journal.find_prior(one, ResendPolicy()) for one in hashes)
        assert all(journal.jobs(one) for one in lists)
    left = everything_on_disk(tmp_path)
    assert [one for one in (*hashes, *lists) if one.encode() in left] == []


def test_of_a_list_of_which_an_earlier_version_forgot_a_sending_that_is_keyed(tmp_path: Path) -> None:
    path = changed(
        of_version_0_1_0(tmp_path / "journal.db"),
        "UPDATE job SET forgotten_at = '2026', header = '[]', fields = '{}' WHERE id = 1;"
        "UPDATE row SET cells = '[]' WHERE job = 1;",
    )
    forgotten = asked(path, "SELECT fingerprint FROM row WHERE job = 1 AND status = 'accepted'")
    assert forgotten
    with SqliteJournal(path) as journal:
        assert journal.job(1).forgotten_at is None
        assert all(journal.find_prior(one, ResendPolicy()) for (one,) in forgotten)
    assert asked(path, "SELECT count(*) FROM attempt WHERE cells = '[]' AND fingerprint NOT GLOB 'k:*'") == [(0,)]


def _forget_and_die(path: Path, job: int) -> None:
    journal = SqliteJournal(path)
    journal._connection.overwrite_deleted = lambda: os._exit(9)  # type: ignore[method-assign]  # it dies there
    journal.forget([job], everything=False)


def test_a_kill_before_the_bytes_are_overwritten_leaves_that_to_the_next_opening(path: Path) -> None:
    with SqliteJournal(path) as journal:
        job = of_one_job(journal)
    process = multiprocessing.get_context("spawn").Process(target=_forget_and_die, args=(path, job))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    SqliteJournal(path).close()
    left = everything_on_disk(path.parent)
    assert [one for one in (SECRET, FINGERPRINT, LIST, SOURCE, DIGEST) if one.encode() in left] == []
