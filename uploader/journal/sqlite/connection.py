"""One open journal file: how it is opened, its transactions, and SQLite's errors as messages that name the file."""

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.keys import HashKey
from uploader.journal.sql.database import MalformedError
from uploader.journal.sql.text import contains, differ, has_cell
from uploader.journal.sqlite import schema
from uploader.journal.sqlite.database import Database
from uploader.journal.sqlite.upgrade.migration import fold_log, migrate

_LOCK_SECONDS = 20
_BUSY_MS = 20_000
_CACHE_KIB, _PASSING_KIB = 16 * 1024, 2 * 1024
"""With less, a list of a million rows takes longer to be written, and others wait for the lock meanwhile; more gains
nothing. To read a list through once, an eighth of it is as fast; what is sorted meanwhile may take three times that."""
_LONG_LOG_BYTES, _PAGE_BYTES = 16 * 1024 * 1024, 4 * 1024
"""SQLite writes a log into the journal once it is as long. With a shorter one, pages that many rows change are written
again and again, and ever more of them as a list is sent."""

_NOT_OURS = (ValueError, TypeError, AttributeError, LookupError, RecursionError, zlib.error)
"""What reading a value raises that was not written by us."""


class Connection:
    """The journal at one path, made if it isn't there, and brought to today's version."""

    def __init__(self, path: Path) -> None:
        self.path, self.key = path, HashKey(path)
        with errors_of(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Two first starts at once: switching to WAL is refused as locked in spite of the busy time-out.
            with opening(path):
                _make_private(path)
                migrate(path, _version(path))
                # A notebook's run sends in a thread of its own while this one waits: never both at once.
                self.db: Database = sqlite3.connect(
                    path, isolation_level=None, check_same_thread=False, factory=Database
                )
                try:
                    self._make_ready()
                except BaseException:
                    self.db.close()
                    raise

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, for a block that only reads. Raises JournalError, also at a value that can't be one of ours."""
        with errors_of(self.path):
            try:
                yield self.db
            except _NOT_OURS as why:
                raise sqlite3.DatabaseError(str(why)) from why

    @contextmanager
    def comparing(self) -> Iterator[sqlite3.Connection]:
        """The database, for a block that only reads and looks hashes up. Raises JournalError."""
        with self.reading():
            self._require_key()
            yield self.db

    @contextmanager
    def passing(self) -> Iterator[None]:
        """A block that reads a long list once, from its beginning to its end, or sorts it, in little memory."""
        self._cache(_PASSING_KIB)
        try:
            yield
        finally:
            with suppress(sqlite3.ProgrammingError):  # closed meanwhile: nobody read on
                self._cache(_CACHE_KIB)

    def _cache(self, kib: int) -> None:
        self.db.execute(f"PRAGMA cache_size = -{kib}")

    @contextmanager
    def transaction(self, *, compares: bool = True) -> Iterator[None]:
        """Keep all that the block writes, durably, or nothing of it; `compares`: hashes are looked up.

        Raises JournalError.
        """
        with errors_of(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                if compares:
                    self._require_key()
                yield
            except BaseException:
                if self.db.in_transaction:  # a full disk makes SQLite roll back by itself
                    self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def shorten_log(self) -> None:
        """Write a long log into the journal and empty it; where somebody reads or writes just now, what can be.

        It waits for nobody and raises nothing: everything is kept either way. First without any lock, for that may
        take seconds, and others write meanwhile.
        """
        log = self.path.with_name(f"{self.path.name}-wal")
        with suppress(OSError, sqlite3.Error):
            if log.stat().st_size <= _LONG_LOG_BYTES:
                return
            self.db.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self.db.execute("PRAGMA busy_timeout = 0")
            try:
                self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self.db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")

    def overwrite_deleted(self) -> None:
        """Overwrite the bytes of what was deleted, in the file and in its log. Raises JournalError."""
        with errors_of(self.path):
            self.db.execute("VACUUM")
            is_busy = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if is_busy:
            raise JournalError(Message("journal.still_in_log", path=str(self.path)))

    def _require_key(self) -> None:
        """Have the key of the hashes that are kept keyed: another process may have made it a moment ago.

        Raises JournalError where it is lost, for what was forgotten could be sent again.
        """
        keyed = self.db.execute("SELECT id, hash_key FROM job WHERE hash_key IS NOT NULL").fetchall()
        if not self.key.fits({key for _, key in keyed}):
            jobs = " ".join(str(job) for job, key in keyed if key != self.key.id)
            raise JournalError(Message("journal.key_lost", path=str(self.key.path), jobs=jobs))

    def _make_ready(self) -> None:
        self.db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute(f"PRAGMA wal_autocheckpoint = {_LONG_LOG_BYTES // _PAGE_BYTES}")
        self.db.execute(f"PRAGMA journal_size_limit = {_LONG_LOG_BYTES}")
        self.db.execute("PRAGMA foreign_keys = ON")
        self._cache(_CACHE_KIB)
        self.db.execute("PRAGMA secure_delete = ON")
        self.db.row_factory = sqlite3.Row
        self.db.create_function("contains", 2, contains, deterministic=True)
        self.db.create_function("has_cell", 2, has_cell, deterministic=True)
        self.db.create_function("differ", 3, differ, deterministic=True)
        self.db.create_function("keyed", 1, self.key.keyed, deterministic=True)
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version > schema.VERSION:
            raise JournalError(Message("journal.newer", path=str(self.path)))
        if version == 0:
            self.db.executescript(f"BEGIN; {schema.TABLES} PRAGMA user_version = {schema.VERSION}; COMMIT;")


def _make_private(path: Path) -> None:
    """The file is there, and only its owner reads it.

    A file that is there is never opened but by SQLite: closing it would drop all locks that this process holds on it
    for its other connections (POSIX), and another process would then delete the log that they write to.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def _version(path: Path) -> int:
    """Of the journal's tables; 0 where it is empty."""
    with closing(sqlite3.connect(path, factory=Database)) as db:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        return version


@contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Errors of the disk and of SQLite as JournalErrors that name the journal."""
    try:
        yield
    except Timeout as why:
        raise JournalError(Message("journal.held", path=str(path))) from why
    except (sqlite3.Error, OSError, OverflowError, MalformedError) as why:
        is_damaged = (
            isinstance(why, MalformedError) or type(why) is sqlite3.DatabaseError
        )  # its children say other things
        code = "journal.damaged" if is_damaged else "journal.unusable"
        raise JournalError(Message(code, path=str(path), why=_said(why))) from why


def _said(why: Exception) -> str:
    """What the disk or SQLite said; the sentence names the file."""
    return why.strerror if isinstance(why, OSError) and why.strerror else str(why)


def opening(path: Path) -> FileLock:
    """The lock that is held while the journal at `path` is opened."""
    return FileLock(path.with_name(path.name + ".lock"), timeout=_LOCK_SECONDS, mode=0o600)


def rename(old: Path, new: Path) -> None:
    """Give the journal at `old` another name, once: not where it is gone by now, or where `new` is there already.

    Raises JournalError while anybody has it open: SQLite's file must not be renamed then.
    """
    lock = opening(old)
    with errors_of(old), lock, opening(new):  # nobody opens either meanwhile
        if not old.exists() or new.exists():
            return
        fold_log(old)
        old.rename(new)
    with suppress(OSError):  # whoever waits for it finds nothing to rename
        Path(lock.lock_file).unlink()
