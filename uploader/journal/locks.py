"""Locks between runs on one computer: what one holds, another waits for or refuses. A lock ends with its process."""

import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from uploader.errors import BusyError, JournalError
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings

_FOLDER = "locks"
_SHOWN_OF_HASH = 12
_LONGEST_WAIT_SECONDS = 24 * 3600.0
_POLL_SECONDS = 0.25
_COST = 1 << 14
"""Of a lock's name: how long one guess takes, and how much memory. Tests have no time for it."""
_PRIVATE = 0o700
_RUN = "run-"
_PAGE = "page"
_DIGITS_OF_RUN = 32
_ASIDE = ".tmp"
_OLD_SECONDS = 24 * 3600.0
_LONGEST_NAME = 200
_LARGEST_NOTE = 4096
"""Bytes. A name of 200 characters takes up to 12 for each."""


@contextmanager
def hold_list(home: Path, list_sha256: str, list_name: str, *, sandbox: bool) -> Iterator[None]:
    """Nobody else on this computer sends the same list while the block lasts.

    Raises BusyError where somebody does, JournalError where the folder can't be written to.
    """
    lock = _Lock(home, f"list-{_hard_to_guess('sandbox' if sandbox else 'list', list_sha256)}")
    if not lock.acquire(list_name):
        raise BusyError(Message("lock.list_is_held", holder=lock.holder()))
    with lock.released():
        yield


@contextmanager
def hold_token(
    home: Path,
    destination: str,
    settings: Settings,
    list_name: str,
    *,
    on_wait: Callable[[Message], None],
    cancel: CancelToken,
    longest_wait_seconds: float = _LONGEST_WAIT_SECONDS,
) -> Iterator[bool]:
    """Nobody else on this computer sends there with the same token while the block lasts; gives whether it waited.

    Where it has to wait, `on_wait` is called once with the message. Raises CancelledError if it is cancelled meanwhile,
    BusyError where that takes too long, JournalError where the folder can't be written to.
    """
    lock = _Lock(home, f"token-{_hard_to_guess(destination, *settings.secret.values())}")
    has_waited = False
    latest = time.monotonic() + longest_wait_seconds
    while not lock.acquire(list_name):
        if time.monotonic() >= latest:
            raise BusyError(Message("lock.still_held", holder=lock.holder()))
        if not has_waited:
            on_wait(Message("lock.waiting", holder=lock.holder()))
            has_waited = True
        cancel.check()
        time.sleep(_POLL_SECONDS)
    with lock.released():
        cancel.check()
        yield has_waited


@contextmanager
def hold_run(home: Path, run_key: str) -> Iterator[None]:
    """`is_run_alive` is true of this run while the block lasts, and no longer than its process.

    `run_key` belongs to this one run for ever, and nobody asks for it before the block is entered. Raises JournalError
    where the folder can't be written to.
    """
    _sweep(home)
    lock = _Lock(home, _of_run(run_key))
    if not lock.acquire():
        raise BusyError(Message("lock.list_is_held", holder=lock.holder()))
    try:
        yield
    finally:
        lock.leave_nothing()


@contextmanager
def hold_page(home: Path) -> Iterator[bool]:
    """Gives whether nobody else on this computer runs the page of this home while the block lasts.

    Raises JournalError where the folder can't be written to.
    """
    lock = _Lock(home, _PAGE)
    if not lock.acquire():
        yield False
        return
    with lock.released():
        yield True


def is_run_alive(home: Path, run_key: str) -> bool:
    """Whether the process still runs that holds this run; what a dead one left is removed.

    Raises JournalError where that can't be known.
    """
    lock = _Lock(home, _of_run(run_key))
    return not lock.is_nowhere() and not _removed(lock)


@dataclass(slots=True)
class _Lock:
    """One of the computer's locks, and a note beside it that says who holds it."""

    home: Path
    name: str
    _lock: FileLock | None = None

    @property
    def folder(self) -> Path:
        return self.home / _FOLDER

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}.lock"

    @property
    def _note(self) -> Path:
        return self.folder / f"{self.name}.json"

    def is_nowhere(self) -> bool:
        """Whether nobody can hold it, as there is no file; where that can't be seen, an attempt to take it says why."""
        try:
            self.path.stat()
        except OSError as why:
            return isinstance(why, FileNotFoundError)
        return False

    def acquire(self, list_name: str | None = None) -> bool:
        """Whether it is ours now; with the name of a list, those who wait are told of it."""
        try:
            _make_private(self.folder)
            lock = FileLock(self.path, timeout=0, mode=0o600)
            lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError) as why:  # the second one where the file system has no locks
            said = getattr(why, "strerror", None) or str(why)
            raise JournalError(Message("lock.no_folder", folder=str(self.folder), why=said)) from why
        self._lock = lock
        if list_name is not None:
            with suppress(OSError):  # it only serves the message of whoever has to wait
                self._write_note(list_name)
        return True

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let go of it at the end of the block."""
        try:
            yield
        finally:
            with suppress(OSError):
                self._note.unlink()
            if self._lock is not None:
                self._lock.release()

    def leave_nothing(self) -> None:
        """Release it and delete its file: nobody takes it any more."""
        if self._lock is not None:
            self._lock.release()
        with suppress(OSError):  # somebody is looking at it: on Windows, that keeps it
            self.path.unlink()

    def holder(self) -> Message:
        """Who holds it, as far as that is known."""
        try:
            facts = json.loads(_beginning(self._note))
            since = datetime.fromtimestamp(facts["since"]).astimezone()
            name, process = _printable(facts["list"]), int(facts["process"])
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return Message("lock.unknown_holder")
        return Message("lock.holder", list=name, since=f"{since:%H:%M}", process=str(process))

    def _write_note(self, list_name: str) -> None:
        """Aside, and moved into place: whatever stands there under its name is not written to."""
        facts = {"list": list_name[:_LONGEST_NAME], "since": time.time(), "process": os.getpid()}
        descriptor, aside = tempfile.mkstemp(_ASIDE, f"{self.name}.", self.folder)
        try:
            try:
                os.write(descriptor, json.dumps(facts).encode("ascii"))
            finally:
                os.close(descriptor)
            Path(aside).replace(self._note)
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise


def _make_private(folder: Path) -> None:
    """The folder is there, and only its owner sees into it: its notes hold names of lists."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=_PRIVATE)
    if os.name != "nt" and stat.S_IMODE(folder.stat().st_mode) != _PRIVATE:
        with suppress(PermissionError):  # it is somebody else's; whether we may write there shows at once
            folder.chmod(_PRIVATE)


def _beginning(note: Path) -> bytes:
    """As much of a note as one can have; whatever lies there instead of it, nobody has to wait for it."""
    descriptor = os.open(note, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        return os.read(descriptor, _LARGEST_NOTE)
    finally:
        os.close(descriptor)


def _printable(name: object) -> str:
    """A list's name for a sentence: a note can hold anything."""
    if not isinstance(name, str):
        raise TypeError
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)


def _of_run(run_key: str) -> str:
    return f"{_RUN}{hashlib.sha256(run_key.encode()).hexdigest()[:_DIGITS_OF_RUN]}"


def _removed(lock: _Lock) -> bool:
    """Whether nobody held it; if so, it is deleted."""
    if not lock.acquire():
        return False
    lock.leave_nothing()
    return True


def _sweep(home: Path) -> None:
    """Delete what killed runs left behind and nobody has asked about since.

    One that is a day old was taken by its run long ago, or by none: no run is just about to take it.
    """
    with suppress(OSError, JournalError):
        old = [path for path in (home / _FOLDER).iterdir() if path.stat().st_mtime < time.time() - _OLD_SECONDS]
        for path in old:
            if path.suffix == _ASIDE:
                path.unlink()
            elif path.name.startswith(_RUN):
                _removed(_Lock(home, path.stem))


def _hard_to_guess(kind: str, *secrets: str) -> str:
    """A name for a lock; so slow to make that nobody finds a short token, or a list of one row, by trying all."""
    secret = "\0".join(secrets).encode()
    return hashlib.scrypt(secret, salt=kind.encode(), n=_COST, r=8, p=1).hex()[:_SHOWN_OF_HASH]
