"""One lock of the computer: a file that its holder has locked, and a note beside it that says who that is."""

import json
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from uploader.errors import JournalError
from uploader.i18n import Message

LOCKS = "locks"
"""The folder of the locks, in that of the user."""
ASIDE = ".tmp"
"""How the name of a note ends that is being written."""
_PRIVATE = 0o700
_LONGEST_NAME = 200
_LARGEST_NOTE = 4096
"""Bytes. A name of 200 characters takes up to 12 for each."""


@dataclass(slots=True)
class LockFile:
    """One of the computer's locks, and a note beside it that says who holds it."""

    home: Path
    name: str
    _lock: FileLock | None = None

    @property
    def folder(self) -> Path:
        """Of all locks."""
        return self.home / LOCKS

    @property
    def path(self) -> Path:
        """The file that is locked."""
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

    def remove(self) -> bool:
        """Whether nobody held it; if so, it is deleted."""
        if not self.acquire():
            return False
        self.leave_nothing()
        return True

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
        descriptor, aside = tempfile.mkstemp(ASIDE, f"{self.name}.", self.folder)
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
