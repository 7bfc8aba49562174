"""Journals that earlier versions wrote, each beside what that version's code said of it (see tests/data/version_3)."""

import gzip
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from uploader.model.resend import ResendPolicy

DATA = Path(__file__).parents[2] / "data"
COURSES = [file.stem for file in sorted((DATA / "version_3").glob("*.json"))]
POLICIES = [
    ResendPolicy(duplicates=duplicates, unknown=unknown) for duplicates in (False, True) for unknown in (False, True)
]


def course(name: str, path: Path) -> Path:
    """The journal that was kept of a course of sendings, made anew at `path`."""
    with gzip.open(DATA / "version_3" / f"{name}.sql.gz", "rt", encoding="utf-8") as script, closing(_open(path)) as db:
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
