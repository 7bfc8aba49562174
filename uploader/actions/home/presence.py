"""One page for each home: who runs it holds a lock, and leaves word how it is reached by who comes second."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.locks import hold_page

_NAME = "app.json"
_LARGEST = 4096


@dataclass(frozen=True, slots=True)
class RunningPage:
    """How a page that runs is reached, by processes of the same person alone."""

    port: int
    process: int
    secret: str = field(repr=False)


@contextmanager
def only_page(home: Path) -> Iterator[bool]:
    """Gives whether this process runs the only page of that home while the block lasts. Raises JournalError."""
    with hold_page(home) as is_ours:
        if not is_ours:
            yield False
            return
        try:
            forget_page(home)  # of one that was killed: somebody else may have its port by now
            yield True
        finally:
            forget_page(home)


def announce_page(home: Path, page: RunningPage) -> None:
    """Leave word of it, for this computer's user alone. Raises JournalError where it can't be written."""
    try:
        descriptor, aside = tempfile.mkstemp(".tmp", f"{_NAME}.", home)  # with mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump(asdict(page), file)
            Path(aside).replace(home / _NAME)
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise
    except OSError as why:
        raise JournalError(Message("lock.no_folder", folder=str(home), why=why.strerror or str(why))) from why


def announced_page(home: Path) -> RunningPage | None:
    """The page of which word was left; None where there is none, or nothing that makes sense."""
    try:
        with (home / _NAME).open("rb") as file:
            facts = json.loads(file.read(_LARGEST))
        return RunningPage(int(facts["port"]), int(facts["process"]), str(facts["secret"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def forget_page(home: Path) -> None:
    """Remove the word that was left, also what a killed process wrote of it aside."""
    with suppress(OSError):  # what can't be removed leads to a port at which nobody knows the secret
        for path in home.glob(f"{_NAME}*"):
            path.unlink()
