"""Locks between runs on one computer: what one holds, another waits for or refuses. A lock ends with its process."""

import hashlib
import json
import os
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


@contextmanager
def hold_list(home: Path, list_sha256: str, list_name: str, *, sandbox: bool) -> Iterator[None]:
    """Nobody else on this computer sends the same list while the block lasts.

    Raises BusyError where somebody does, JournalError where the folder can't be written to.
    """
    lock = _Lock(home, f"list-{_hashed(list_sha256, 'sandbox' if sandbox else '')}")
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
    lock = _Lock(home, f"token-{_hashed(destination, *settings.secret.values())}")
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


@dataclass(slots=True)
class _Lock:
    """One of the computer's locks, and a note beside it that says who holds it."""

    home: Path
    name: str
    _lock: FileLock | None = None

    @property
    def _note(self) -> Path:
        return self.home / _FOLDER / f"{self.name}.json"

    def acquire(self, list_name: str) -> bool:
        """Whether it is ours now."""
        folder = self.home / _FOLDER
        lock = FileLock(folder / f"{self.name}.lock", timeout=0, mode=0o600)
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)  # `parents` would make it with the usual mode
            folder.mkdir(exist_ok=True, mode=0o700)
            lock.acquire()
        except Timeout:
            return False
        except OSError as why:
            raise JournalError(Message("lock.no_folder", folder=str(folder), why=why.strerror or str(why))) from why
        self._lock = lock
        with suppress(OSError):  # it only serves the message of whoever has to wait
            self._note.touch(mode=0o600)
            self._note.write_text(json.dumps({"list": list_name, "since": time.time(), "process": os.getpid()}))
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

    def holder(self) -> Message:
        """Who holds it, as far as that is known."""
        try:
            facts = json.loads(self._note.read_text())
            since = datetime.fromtimestamp(facts["since"]).astimezone()
            return Message("lock.holder", list=facts["list"], since=f"{since:%H:%M}", process=str(facts["process"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Message("lock.unknown_holder")


def _hashed(*texts: str) -> str:
    """A name for a lock; it contains too little of a token's hash to reveal anything."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_SHOWN_OF_HASH]
