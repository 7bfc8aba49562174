"""Locks between the runs on one computer, as files."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from uploader.errors import BusyError, JournalError, SettingsError
from uploader.i18n import Message
from uploader.journal.locks.lock_file import ASIDE, LOCKS, LockFile
from uploader.journal.locks.naming import hard_to_guess, of_run
from uploader.journal.locks.protocol import LONGEST_WAIT_SECONDS, POLL_SECONDS, ListHold, TokenHold
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings
from uploader.model.teammates import TokenLimits

_SHOWN_OF_HASH = 12
_RUN = "run-"
_PAGE = "page"
_OLD_SECONDS = 24 * 3600.0
_KINDS = {"journal": "list"}
"""Of the names of a list's lock: a version that knows no other may be running."""


class FileLocks:
    """The `Locks` of all runs on this computer that have the journal with that name in that folder.

    One at a time sends with a token, whatever the journal. The folder is made private; where it can't be written to,
    every method raises JournalError.
    """

    def __init__(self, home: Path, name: str) -> None:
        self._home, self._kind = home, _KINDS.get(name, name)

    @contextmanager
    def hold_list(self, list_sha256: str, list_name: str) -> Iterator[ListHold]:
        """Nobody else sends the same list while the block lasts. Raises BusyError where somebody does."""
        lock = LockFile(self._home, f"list-{hard_to_guess(self._kind, list_sha256, digits=_SHOWN_OF_HASH)}")
        if not lock.acquire(list_name):
            raise BusyError(Message("lock.list_is_held", holder=lock.holder()))
        with lock.released():
            yield _AloneWithList()

    def join_list(self, list_sha256: str, list_name: str) -> AbstractContextManager[None]:  # noqa: ARG002  # none has others
        """Raises SettingsError: nobody else sends lists of this journal at the same time."""
        raise SettingsError(Message("lock.no_team"))

    @contextmanager
    def hold_token(
        self,
        destination: str,
        settings: Settings,
        list_name: str,
        *,
        limits: TokenLimits,  # noqa: ARG002  # whoever is alone keeps to them without us
        on_wait: Callable[[Message], None],
        cancel: CancelToken,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
    ) -> Iterator[TokenHold]:
        """Nobody else on this computer sends there with the same token while the block lasts."""
        name = hard_to_guess(destination, *settings.secret.values(), digits=_SHOWN_OF_HASH)
        lock = LockFile(self._home, f"token-{name}")
        has_waited = False
        latest = time.monotonic() + longest_wait_seconds
        while not lock.acquire(list_name):
            if time.monotonic() >= latest:
                raise BusyError(Message("lock.still_held", holder=lock.holder()))
            if not has_waited:
                on_wait(Message("lock.waiting", holder=lock.holder()))
                has_waited = True
            cancel.check()
            time.sleep(POLL_SECONDS)
        with lock.released():
            cancel.check()
            yield TokenHold(has_waited)

    @contextmanager
    def hold_run(self, run_key: str) -> Iterator[None]:
        """`is_run_alive` is true of this run while the block lasts, and no longer than its process."""
        self._sweep()
        lock = self._of_run(run_key)
        if not lock.acquire():
            raise BusyError(Message("lock.list_is_held", holder=lock.holder()))
        try:
            yield
        finally:
            lock.leave_nothing()

    def is_run_alive(self, run_key: str) -> bool:
        """Whether the process still runs that holds this run; what a dead one left is removed."""
        lock = self._of_run(run_key)
        return not lock.is_nowhere() and not lock.remove()

    def _of_run(self, run_key: str) -> LockFile:
        return LockFile(self._home, f"{_RUN}{of_run(run_key)}")

    def _sweep(self) -> None:
        """Delete what killed runs left behind and nobody has asked about since.

        One that is a day old was taken by its run long ago, or by none: no run is just about to take it.
        """
        with suppress(OSError, JournalError):
            old = [path for path in (self._home / LOCKS).iterdir() if path.stat().st_mtime < time.time() - _OLD_SECONDS]
            for path in old:
                if path.suffix == ASIDE:
                    path.unlink()
                elif path.name.startswith(_RUN):
                    LockFile(self._home, path.stem).remove()


class _AloneWithList:
    """A `ListHold` that nobody can join."""

    def share(self) -> None:
        """Nobody else is there."""


@contextmanager
def hold_page(home: Path) -> Iterator[bool]:
    """Gives whether nobody else on this computer runs the page of this home while the block lasts.

    Raises JournalError where the folder can't be written to.
    """
    lock = LockFile(home, _PAGE)
    if not lock.acquire():
        yield False
        return
    with lock.released():
        yield True
