"""Journals of earlier versions become journals of today."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.journal.builders import NEW, begin, staged, statuses
from uploader.i18n import Message
from uploader.journal.sqlite import SqliteJournal
from uploader.model.rows import Status

SENT_AT = "2026-03-09T17:05:09.123+00:00"
VERSION_2 = Path(__file__).parents[2] / "data" / "journal_version_2.sql"
STATUSES: Mapping[int, Mapping[int, tuple[str, bool]]] = {
    1: {
        2: ("accepted", True),
        3: ("rejected", True),
        4: ("unknown", True),
        5: ("not sent", False),
        6: ("skipped", False),
    },
    2: {
        2: ("skipped", False),
        3: ("accepted", True),
        4: ("unknown", False),
        5: ("rejected", True),
        6: ("skipped", False),
    },
    3: {2: ("accepted", True)},  # another list
    4: {2: ("rejected", True)},  # elsewhere
    5: {2: ("not sent", False)},  # another sheet
}
"""By job and row: the status, and whether a request was made."""


def of_version_2(path: Path) -> Path:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(VERSION_2.read_text(encoding="utf-8"))
    db.execute("PRAGMA user_version = 2")
    for job, rows in STATUSES.items():
        sha256 = ("ef" if job == 3 else "ab") * 32
        destination = "https://elsewhere" if job == 4 else "https://wv0042.wolkvox.com"
        sheet = "Hoja 2" if job == 5 else None
        db.execute(
            "INSERT INTO job VALUES (?, ?, 'ana', 'pc-7', ?, ?, ?, '[\"a\", \"b\"]', '{\"x\": 1}', 't', 'cd', ?, '{}',"
            " '0.1.0', '/lists/list.results.xlsx', NULL)",
            (job, SENT_AT, f"/lists/{'other' if job == 3 else 'list'}.csv", sha256, sheet, destination),
        )
        db.execute("INSERT INTO run VALUES (?, ?, ?, ?, NULL)", (job, job, SENT_AT, SENT_AT))
        for number, (status, is_sent) in rows.items():
            print_ = f"print {destination} {sha256} {2 if number == 6 else number}"
            db.execute(
                "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?)",
                (job, number, f'["cell {number}", "ñ"]', status, f"advice {job}", print_),
            )
            if is_sent:
                meaning = "" if status == "unknown" else status
                db.execute(
                    "INSERT INTO attempt (job, number, run, sent_at, meaning, code, message) VALUES (?, ?, ?, ?, ?, ?, 'said')",
                    (job, number, job, SENT_AT, meaning, f"2{job}"),
                )
    db.close()
    return path


def asked(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """What is in a journal's file."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(statement).fetchall()


def test_a_journal_of_version_2_becomes_one_of_today(tmp_path: Path) -> None:
    path = of_version_2(tmp_path / "journal.db")
    with SqliteJournal(path) as journal:
        assert asked(path, "PRAGMA user_version") == [(3,)]
        accounts = [journal.job(number).account for number in range(1, 6)]
        assert accounts[0] == accounts[1]
        assert len(set(accounts)) == 4
        assert all(len(account) == 32 for account in accounts)
        jobs = {job.id: job for job in journal.jobs()}
        assert [jobs[number].continued_by for number in range(1, 6)] == [2, None, None, None, None]
        assert (jobs[3].list_name, jobs[3].source_sha256, jobs[3].redacted) == ("other.csv", "ef" * 32, [])
        assert statuses(journal, 2) == {
            2: Status.ACCEPTED,
            3: Status.ACCEPTED,
            4: Status.UNKNOWN,
            5: Status.REJECTED,
            6: Status.SKIPPED,  # the same request as row 2
        }
        results = {result.row.number: result for result in journal.results(2)}
        assert [results[number].code for number in (2, 3, 4, 5, 6)] == ["21", "22", "21", "22", "21"]
        assert results[3].advice == Message("text", text="advice 2")
        assert [results[number].attempts for number in (2, 3, 4, 5, 6)] == [1, 2, 1, 1, 0]
        assert results[2].row.cells == ("cell 2", "ñ")
        assert statuses(journal, 4) == {2: Status.REJECTED}
        assert [(one.job, one.row, one.nth) for one in journal.attempts(accounts[0])] == [
            (1, 2, 1), (1, 3, 1), (1, 4, 1), (2, 3, 2), (2, 5, 1),
        ]  # fmt: skip
        new = replace(NEW, account=accounts[0])
        third = journal.stage(new, [staged(5)])
        begin(journal, third)
        assert statuses(journal, third) == {**statuses(journal, 2), 5: Status.NOT_SENT}
    with SqliteJournal(path) as journal:  # once is enough
        assert [journal.job(number).account for number in range(1, 6)] == accounts


def test_a_journal_of_version_1_becomes_one_of_today(tmp_path: Path) -> None:
    path = of_version_2(tmp_path / "journal.db")
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("DROP TABLE template; ALTER TABLE job DROP COLUMN forgotten_at; PRAGMA user_version = 1;")
    db.close()
    with SqliteJournal(path) as journal:
        assert statuses(journal, 2)[2] is Status.ACCEPTED
        assert journal.job(1).forgotten_at is None
        assert journal.job(1).template_text == ""
        journal.stage(NEW, [staged(2)])


def test_an_old_journal_has_the_tables_and_columns_of_a_new_one(tmp_path: Path) -> None:
    def columns(path: Path) -> dict[str, set[str]]:
        tables = [name for (name,) in asked(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: {row[1] for row in asked(path, f"PRAGMA table_info({table})")} for table in tables}

    def indexes(path: Path) -> set[str]:
        return {name for (name,) in asked(path, "SELECT name FROM sqlite_master WHERE type = 'index'")}

    old, new = of_version_2(tmp_path / "old.db"), tmp_path / "new.db"
    for path in (old, new):
        SqliteJournal(path).close()
    assert "job" in columns(new)
    assert columns(old) == columns(new)
    assert indexes(old) == indexes(new)
