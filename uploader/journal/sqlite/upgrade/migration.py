"""A journal of an earlier version becomes one of today, whole or not at all."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.keys import HashKey
from uploader.journal.sql import forgetting
from uploader.journal.sqlite import schema
from uploader.journal.sqlite.database import Database
from uploader.journal.sqlite.upgrade.old_values import add_functions
from uploader.journal.sqlite.upgrade.older_versions import TO_VERSION_3
from uploader.journal.sqlite.upgrade.version_3 import AFTERWARDS, OLD_TABLES, TO_VERSION_4

_ROW_OF_A_LIST = 4
"""The version since which a row belongs to its list, and whose tables are those of today."""
_CHANGES = {
    5: f"DROP INDEX attempt_by_fingerprint;{schema.KNOWN_REQUESTS}",
    6: """
ALTER TABLE job ADD COLUMN decimals TEXT NOT NULL DEFAULT '{}';
ALTER TABLE job ADD COLUMN kept_columns TEXT NOT NULL DEFAULT '[]';
ALTER TABLE row ADD COLUMN kept TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN kept TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN request_id TEXT;
ALTER TABLE attempt ADD COLUMN beside INTEGER;
CREATE INDEX attempt_beside ON attempt (run) WHERE beside IS NOT NULL;
""",
}
"""By version, what is another in it than in the one before."""
_CACHE_KIB = 64 * 1024
_WITH_FORGOTTEN = """
SELECT id, forgotten_at IS NOT NULL FROM job WHERE forgotten_at IS NOT NULL
OR id IN (SELECT job FROM row WHERE cells = '[]' UNION SELECT job FROM attempt WHERE cells = '[]')
"""


def migrate(path: Path, version: int) -> None:
    """Make a journal of today of the one at `path`, which has that version; `connection.opening` is held.

    A copy of the old file stands beside it until that is committed, and is removed even if a kill came between. Raises
    JournalError, and leaves the journal as it was, where somebody has it open, or where it can't be done.
    """
    copy = copy_of(path)
    if 0 < version < schema.VERSION:
        fold_log(path)
        with _explained(path):
            _copy(path, copy)
        with _explained(path, copy), closing(_connected(path)) as db:
            _upgrade(db, version, HashKey(path))
    copy.unlink(missing_ok=True)


def copy_of(path: Path) -> Path:
    """Where the copy of an old journal is kept while the journal is upgraded."""
    return path.with_name(f"{path.name}.before-{schema.VERSION}")


def fold_log(path: Path) -> None:
    """Make one file of a journal and its log. Raises JournalError while anybody has it open: leaving WAL is refused."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None, factory=Database)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as why:
        if why.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise JournalError(Message("journal.held", path=str(path))) from why
        raise


def _copy(path: Path, copy: Path) -> None:
    """A copy on the disk, for its owner alone. SQLite must not have the file open: closing it would undo its locks."""
    copy.unlink(missing_ok=True)
    descriptor = os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as to, path.open("rb") as old:
            shutil.copyfileobj(old, to)
            to.flush()
            os.fsync(to.fileno())
    except OSError:
        copy.unlink()  # half a copy would be taken for a whole one
        raise


def _connected(path: Path) -> Database:
    db = sqlite3.connect(path, isolation_level=None, factory=Database)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = OFF")  # tables are renamed and dropped; at the end all references are checked
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    add_functions(db)
    return db


def _upgrade(db: Database, version: int, key: HashKey) -> None:
    """In one transaction: a kill leaves the old journal, which the next opening finds."""
    db.execute("BEGIN EXCLUSIVE")
    if version < _ROW_OF_A_LIST:
        _make_new_tables(db, version, key)
    else:
        for statement in _statements("".join(_CHANGES[later] for later in range(version + 1, schema.VERSION + 1))):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {schema.VERSION}")
    db.execute("COMMIT")


def _make_new_tables(db: Database, version: int, key: HashKey) -> None:
    """Those of today in the place of those before version 4."""
    tables, indexes = _tables_and_indexes()
    renamed = "".join(f"ALTER TABLE {table} RENAME TO old_{table};\n" for table in OLD_TABLES)
    # The old indexes have the new ones' names; they go with their tables.
    steps = (TO_VERSION_3[version], renamed, tables, TO_VERSION_4, AFTERWARDS, indexes)
    for statement in _statements("".join(steps)):
        db.execute(statement)
    _key_hashes(db, key)
    if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise sqlite3.IntegrityError("FOREIGN KEY constraint failed")


def _key_hashes(db: Database, key: HashKey) -> None:
    """What was forgotten has keyed hashes: whole jobs, and of others the sendings that were."""
    jobs = db.execute(_WITH_FORGOTTEN).fetchall()
    if not jobs:
        return
    db.create_function("keyed", 1, key.keyed, deterministic=True)
    key_id = key.make()
    for job, is_whole in jobs:
        (forgetting.forget if is_whole else forgetting.forget_emptied)(db, job, key_id)


def _tables_and_indexes() -> tuple[str, str]:
    statements = list(_statements(schema.TABLES))
    is_index = [statement.lstrip().startswith("CREATE INDEX") for statement in statements]
    tables = (one for one, is_one in zip(statements, is_index, strict=True) if not is_one)
    return "".join(tables), "".join(one for one, is_one in zip(statements, is_index, strict=True) if is_one)


def _statements(script: str) -> Iterator[str]:
    """One by one: `executescript` would commit before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _explained(path: Path, copy: Path | None = None) -> Iterator[None]:
    """Say of errors that the old journal is whole, and where its copy is."""
    try:
        yield
    except (sqlite3.Error, OSError) as why:
        said = why.strerror if isinstance(why, OSError) and why.strerror else str(why)
        if copy is None:
            raise JournalError(Message("journal.not_copied", path=str(path), why=said)) from why
        raise JournalError(Message("journal.not_migrated", path=str(path), copy=str(copy), why=said)) from why
