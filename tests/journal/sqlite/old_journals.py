"""Journals that earlier versions wrote, each beside what that version's code said of it (see tests/data/version_3)."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from uploader.model.resend import ResendPolicy

DATA = Path(__file__).parents[2] / "data"
COURSES = [file.stem for file in sorted((DATA / "version_3").glob("*.json"))]
POLICIES = [
    ResendPolicy(duplicates=duplicates, unknown=unknown) for duplicates in (False, True) for unknown in (False, True)
]


def course(name: str, path: Path, version: str = "version_3") -> Path:
    """The journal that was kept of a course of sendings, made anew at `path`."""
    with gzip.open(DATA / version / f"{name}.sql.gz", "rt", encoding="utf-8") as script, closing(_open(path)) as db:
        db.executescript(script.read())
    return path


def told_of(name: str) -> Any:
    """What the code that wrote that journal said of it."""
    return json.loads((DATA / "version_3" / f"{name}.json").read_text(encoding="utf-8"))


def asked(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """What is in a journal's file."""
    with closing(_open(path)) as db:
        return db.execute(statement).fetchall()


def changed(path: Path, script: str) -> Path:
    """The journal after somebody changed its file."""
    with closing(_open(path)) as db:
        db.executescript(script)
    return path


def content(path: Path) -> Sequence[str]:
    """All that is in a journal, whatever its version."""
    with closing(_open(path)) as db:
        return [*db.iterdump(), str(db.execute("PRAGMA user_version").fetchone())]


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def of_version_0_1_0(path: Path) -> Path:
    """The journal that version 0.1.0 wrote."""
    return shutil.copyfile(DATA / "version_0_1_0" / "journal.db", path)


def of_version_1(path: Path) -> Path:
    """That of version 2 as version 1 had it."""
    drop = "DROP TABLE template; ALTER TABLE job DROP COLUMN forgotten_at; PRAGMA user_version = 1;"
    return changed(of_version_2(path), drop)


def of_version_5(path: Path) -> Path:
    """The first course as version 5 made a journal of its own of it."""
    return course("course_01", path, "version_5")


def of_version_4(path: Path) -> Path:
    """That with one index of requests."""
    of_version_5(path)
    drop = "DROP INDEX attempt_accepted; DROP INDEX attempt_in_doubt;"
    index = "CREATE INDEX attempt_by_fingerprint ON attempt (fingerprint, taken) WHERE taken <> 'no';"
    return changed(path, f"{drop}{index} PRAGMA user_version = 4;")


SENT_AT = "2026-03-09T17:05:09.123+00:00"
VERSION_2 = DATA / "journal_version_2.sql"
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
    """A journal of version 2: `STATUSES` and the jobs' lists and places."""
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
