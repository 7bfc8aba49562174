"""Two runs on one computer: what one of them holds, the other waits for or refuses. A lock dies with its process."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from uploader.errors import BusyError, JournalError
from uploader.model.settings import Settings

_FOLDER = "locks"
_SHOWN_OF_HASH = 12
_LONGEST_WAIT_SECONDS = 24 * 3600
_POLL_SECONDS = 0.25

_SOMEBODY = "another uploader"
_WHO = "another uploader ({list}, since {since}, process {process})"
_LIST_IS_HELD = "This list is being sent by {who}. Wait for its end, then run the command again: it goes on from there."
_SAME_WAY_IS_HELD = "Waiting for {who}: it sends to the same server with the same token. Ctrl-C leaves."
_STILL_HELD = "Waited a day for {who}, which sends to the same server with the same token. Send the list later."
_NO_LOCK = "The folder {folder} can't be written to: {why}. Set UPLOADER_HOME to another folder."


@contextmanager
def on_list(home: Path, list_sha256: str, list_name: str, *, sandbox: bool) -> Iterator[None]:
    """Nobody else on this computer sends the same list while the block lasts. Raises BusyError."""
    name = f"list-{_hashed(list_sha256, 'practice' if sandbox else '')}"
    with _held(home, name, list_name, timeout=0, told=_LIST_IS_HELD):
        yield


@contextmanager
def on_token(
    home: Path, destination: str, settings: Settings, list_name: str, say: Callable[[str], None]
) -> Iterator[None]:
    """Nobody else on this computer sends there with the same token while the block lasts; waits until that is so.

    Raises BusyError where that takes a day.
    """
    name = f"token-{_hashed(destination, *settings.secret.values())}"
    with ExitStack() as stack:
        try:
            stack.enter_context(_held(home, name, list_name, timeout=0, told=_SAME_WAY_IS_HELD))
        except _HeldError as busy:
            say(str(busy))
            stack.enter_context(_held(home, name, list_name, timeout=_LONGEST_WAIT_SECONDS, told=_STILL_HELD))
        yield


class _HeldError(BusyError):
    """Somebody else holds this very lock."""


@contextmanager
def _held(home: Path, name: str, list_name: str, *, timeout: float, told: str) -> Iterator[None]:
    """Hold the lock of that name; `told` is said, with who holds it, when it isn't free in time."""
    folder = home / _FOLDER
    holder = folder / f"{name}.json"
    lock = FileLock(folder / f"{name}.lock", timeout=timeout)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire(poll_interval=_POLL_SECONDS)
    except Timeout as why:
        raise _HeldError(told.format(who=_who(holder))) from why
    except OSError as why:
        raise JournalError(_NO_LOCK.format(folder=folder, why=why.strerror or why)) from why
    try:
        with suppress(OSError):  # it only serves the message of whoever has to wait
            holder.write_text(json.dumps({"list": list_name, "since": time.time(), "process": os.getpid()}))
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _who(holder: Path) -> str:
    """Who holds the lock, as far as that is known."""
    try:
        facts = json.loads(holder.read_text())
        since = datetime.fromtimestamp(facts["since"]).astimezone()
        return _WHO.format(list=facts["list"], since=f"{since:%H:%M}", process=facts["process"])
    except (OSError, ValueError, KeyError, TypeError):
        return _SOMEBODY


def _hashed(*texts: str) -> str:
    """A name for a lock; of a token so little is in it that it says nothing."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_SHOWN_OF_HASH]
