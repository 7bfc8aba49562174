"""Journals of earlier versions become journals of today, or stay as they were."""

import json
import re
import sqlite3
import stat
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.sqlite.old_journals import (
    STATUSES,
    asked,
    changed,
    content,
    course,
    of_version_0_1_0,
    of_version_1,
    of_version_2,
    of_version_4,
    of_version_5,
)  # fmt: skip
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.sqlite import SqliteJournal, schema
from uploader.journal.sqlite.upgrade.migration import copy_of
from uploader.journal.sqlite.upgrade.version_3 import TO_VERSION_4
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status


@pytest.mark.parametrize("make", [of_version_1, of_version_2])
def test_a_journal_of_versions_1_and_2_becomes_one_of_today(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "journal.db")
    with SqliteJournal(path) as journal:
        assert asked(path, "PRAGMA user_version") == [(schema.VERSION,)]
        assert journal.job(1).id == journal.job(2).id == 2
        assert {job.id for job in journal.jobs()} == {2, 3, 4, 5}
        results = {result.row.number: result for result in journal.rows(2)}
        assert {number: result.status for number, result in results.items()} == {
            2: Status.ACCEPTED,
            3: Status.ACCEPTED,
            4: Status.UNKNOWN,
            5: Status.REJECTED,
            6: Status.SKIPPED,  # the same request as row 2
        }
        assert [results[number].code for number in STATUSES[2]] == ["21", "22", "21", "22", "21"]
        assert [results[number].attempts for number in STATUSES[2]] == [1, 2, 1, 1, 0]
        assert results[3].advice == Message("text", text="advice 2")


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        (b"[settings.pin]\nsecret = false\n[settings.api_key]\n", {"host": "h", "pin": "K-pin-123"}),
        (b"no TOML", {"host": "h"}),
        (None, {"host": "h"}),
    ],
)
def test_a_setting_that_its_name_makes_a_secret_is_kept_no_longer(
    tmp_path: Path, template: bytes | None, kept: dict[str, str]
) -> None:
    settings = json.dumps({"host": "h", "api_key": "K-key-123", "pin": "K-pin-123"})
    script = f"UPDATE job SET settings = '{settings}'; DELETE FROM template;"
    if template is not None:
        blob = zlib.compress(template).hex()
        script += f"INSERT INTO template SELECT DISTINCT template_sha256, x'{blob}', NULL FROM job;"
    path = changed(of_version_0_1_0(tmp_path / "journal.db"), script)
    with SqliteJournal(path) as journal:
        assert [job.settings for job in journal.jobs()] == [kept] * len(journal.jobs())
    assert b"K-key-123" not in path.read_bytes()


SHAPE = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name",
    "SELECT t.name, c.* FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid",
    "SELECT t.name, f.* FROM sqlite_master t, pragma_foreign_key_list(t.name) f ORDER BY t.name, f.id",
    "SELECT name, wr, strict FROM pragma_table_list ORDER BY name",
)
"""Of a journal's tables: the text of one has the comments of the version that made it."""


@pytest.mark.parametrize("make", [of_version_2, of_version_4, of_version_5])
def test_an_old_journal_has_the_tables_and_indexes_of_a_new_one(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    old, new = make(tmp_path / "old.db"), tmp_path / "new.db"
    for path in (old, new):
        SqliteJournal(path).close()
    for statement in SHAPE:
        assert asked(old, statement) == asked(new, statement)


def test_all_that_a_journal_of_version_5_says_is_said_by_one_of_today(tmp_path: Path) -> None:
    made = SqliteJournal(course("course_01", tmp_path / "made.db"))
    with made, SqliteJournal(of_version_5(tmp_path / "old.db")) as upgraded:
        assert upgraded.jobs() == made.jobs() != []
        for job in made.jobs():
            assert list(upgraded.rows(job.id)) == list(made.rows(job.id)) != []
            assert list(upgraded.attempts(job.id, with_cells=True)) == list(made.attempts(job.id, with_cells=True))
            assert upgraded.runs(job.id) == made.runs(job.id)
        assert (upgraded.jobs()[0].decimals, upgraded.jobs()[0].kept_columns) == ({}, ())


def test_one_of_version_5_that_cannot_be_upgraded_stays_and_its_copy_beside_it(tmp_path: Path) -> None:
    path = changed(of_version_5(tmp_path / "journal.db"), "ALTER TABLE attempt ADD COLUMN request_id TEXT")
    before = content(path)
    with pytest.raises(JournalError) as raised:
        SqliteJournal(path)
    assert raised.value.message.code == "journal.not_migrated"
    assert content(path) == before == content(copy_of(path))


def test_each_value_of_an_old_journal_goes_into_a_named_column() -> None:
    statements = re.findall(r"INSERT INTO (\w+)(?=\s*(\(?))", TO_VERSION_4)
    unnamed = {table for table, names in statements if not names} - {"sending", "standing"}  # the migration's own
    assert statements
    assert not unnamed, "a column that is added to such a table would take another's value"


def test_no_number_is_given_again(tmp_path: Path) -> None:
    path = changed(of_version_0_1_0(tmp_path / "journal.db"), "UPDATE sqlite_sequence SET seq = 99 WHERE name = 'job'")
    SqliteJournal(path).close()
    assert asked(path, "SELECT seq FROM sqlite_sequence WHERE name = 'job'") == [(99,)]


def test_a_journal_that_somebody_has_open_is_left_as_it_is(tmp_path: Path) -> None:
    path = course("course_01", tmp_path / "journal.db")
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("SELECT count(*) FROM job").fetchall()
        with pytest.raises(JournalError) as raised:
            SqliteJournal(path)
        assert raised.value.message.code == "journal.held"
        assert asked(path, "PRAGMA user_version") == [(3,)]
    assert not copy_of(path).exists()
    SqliteJournal(path).close()
    assert asked(path, "PRAGMA user_version") == [(schema.VERSION,)]


def test_one_that_cannot_be_migrated_stays_and_the_error_names_its_copy(tmp_path: Path) -> None:
    path = changed(of_version_0_1_0(tmp_path / "journal.db"), "DROP TABLE workbook")
    before = content(path)
    with pytest.raises(JournalError) as raised:
        SqliteJournal(path)
    assert raised.value.message.code == "journal.not_migrated"
    assert raised.value.message.facts["copy"] == str(copy_of(path))
    assert content(path) == before == content(copy_of(path))
    assert stat.S_IMODE(copy_of(path).stat().st_mode) == 0o600


def test_the_copy_is_gone_once_it_is_done(tmp_path: Path) -> None:
    path = of_version_0_1_0(tmp_path / "journal.db")
    copy_of(path).write_bytes(b"of a migration that was killed")
    SqliteJournal(path).close()
    assert not copy_of(path).exists()


def test_columns_of_the_same_name_keep_their_cells_apart(tmp_path: Path) -> None:
    path = changed(
        of_version_2(tmp_path / "journal.db"),
        'UPDATE job SET header = \'["a", "a", ""]\' WHERE id = 1; UPDATE job SET header = \'["a", "", "a"]\' WHERE id = 2;'
        'UPDATE row SET cells = \'["first", "second", "third"]\' WHERE job = 1;'
        'UPDATE row SET cells = \'["first", "third", "second"]\' WHERE job = 2;',
    )
    with SqliteJournal(path) as journal:
        assert journal.job(2).header == ("a", "", "a")
        assert {result.row.cells for result in journal.rows(2)} == {("first", "third", "second")}


def test_rows_without_a_fingerprint_stay_without_one(tmp_path: Path) -> None:
    path = changed(of_version_2(tmp_path / "journal.db"), "UPDATE row SET fingerprint = NULL")
    with SqliteJournal(path) as journal:
        assert [result.row.number for result in journal.rows(2)] == list(STATUSES[2])
        assert asked(path, "SELECT count(*) FROM row WHERE fingerprint IS NOT NULL") == [(0,)]
        assert journal.find_prior("None", ResendPolicy()) is None


def test_a_job_without_rows_stays_a_job(tmp_path: Path) -> None:
    path = changed(
        of_version_2(tmp_path / "journal.db"), "DELETE FROM attempt WHERE job = 3; DELETE FROM row WHERE job = 3"
    )
    with SqliteJournal(path) as journal:
        assert (journal.job(3).rows, list(journal.rows(3))) == (0, [])
        assert {job.id for job in journal.jobs()} == {2, 3, 4, 5}


def test_a_job_that_never_began_is_gone(tmp_path: Path) -> None:
    path = changed(
        of_version_2(tmp_path / "journal.db"),
        "DELETE FROM attempt WHERE job = 3; DELETE FROM run WHERE job = 3; DELETE FROM row WHERE job = 3",
    )
    with SqliteJournal(path) as journal:
        assert {job.id for job in journal.jobs()} == {2, 4, 5}


def test_an_empty_old_journal_becomes_an_empty_one(tmp_path: Path) -> None:
    path = of_version_2(tmp_path / "journal.db")
    changed(path, "".join(f"DELETE FROM {table};" for table in ("attempt", "run", "row", "job")))
    with SqliteJournal(path) as journal:
        assert journal.jobs() == []
