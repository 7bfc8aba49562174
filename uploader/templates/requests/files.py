"""Files that go along with rows: found by the path in a cell, in one folder and nowhere else."""

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

MOST_BYTES = 20_000_000


class UploadedFile(NamedTuple):
    """A file as a request carries it."""

    name: str
    """The last part of its path."""
    size: int | None
    """In bytes; None where it can't be sent."""
    sha256: str
    """Hex; "" where it can't be read."""
    content: Callable[[], bytes]
    """Reads it. Raises OSError."""


class Files(Protocol):
    """Where files are found."""

    def at(self, path: str) -> UploadedFile:
        """The file at a path; one that can't be sent has no digest and can't be read."""
        ...

    def problem(self, path: str) -> str | None:
        """Why the file at a path can't be sent: the code of a problem."""
        ...


class ChangedFileError(Exception):
    """A file is not the one any more that the request was planned with."""


class NoFiles:
    """No folder was named."""

    def at(self, path: str) -> UploadedFile:
        """None is there."""
        return _unsendable(path)

    def problem(self, path: str) -> str | None:  # noqa: ARG002  # whatever it is
        """The same of every path."""
        return "file_no_folder"


NO_FILES = NoFiles()


@dataclass(frozen=True, slots=True)
class FilesFolder:
    """The folder that a person named; neither a path nor a link may lead out of it."""

    folder: Path

    def at(self, path: str) -> UploadedFile:
        """The file at a path; one that can't be sent has no digest and can't be read."""
        found = self._found(path)
        if isinstance(found, str):
            return _unsendable(path)
        place, state = found
        digest = _digest(place, state.st_mtime_ns, state.st_size, state.st_ino)
        return UploadedFile(_name_of(path), state.st_size, digest, place.read_bytes)

    def problem(self, path: str) -> str | None:
        """Why the file at a path can't be sent: the code of a problem."""
        found = self._found(path)
        return found if isinstance(found, str) else None

    def _found(self, path: str) -> tuple[Path, os.stat_result] | str:
        try:
            folder = self.folder.resolve(strict=True)
            place = (folder / _with_slashes(path)).resolve()
            if not place.is_relative_to(folder):
                return "file_outside"
            state = place.stat()
        except (OSError, ValueError, RuntimeError):  # also for a null character, and for links in a circle
            return "file_not_there"
        if not stat.S_ISREG(state.st_mode):
            return "file_no_file"
        if state.st_size > MOST_BYTES:
            return "file_too_large"
        return place, state


@dataclass(frozen=True, slots=True)
class HeldFiles:
    """The files of one row, each read once: what is sent of one is what its digest is of."""

    files: Files
    _held: dict[str, UploadedFile] = field(default_factory=dict, init=False)

    def at(self, path: str) -> UploadedFile:
        """The file at a path, as it was read. Raises ChangedFileError where it can't be read any more."""
        if path not in self._held:
            self._held[path] = _held(self.files.at(path))
        return self._held[path]

    def problem(self, path: str) -> str | None:
        """Why the file at a path can't be sent: the code of a problem."""
        return self.files.problem(path)


def _held(found: UploadedFile) -> UploadedFile:
    try:
        content = found.content()
    except OSError as why:
        raise ChangedFileError from why
    if len(content) > MOST_BYTES:
        raise ChangedFileError
    return found._replace(size=len(content), sha256=hashlib.sha256(content).hexdigest(), content=lambda: content)


@lru_cache(maxsize=1024)  # a file may go along with many rows, and each is looked at several times
def _digest(place: Path, changed_ns: int, size: int, inode: int) -> str:  # noqa: ARG001  # a file that changed is another one
    try:
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _unsendable(path: str) -> UploadedFile:
    return UploadedFile(_name_of(path), None, "", _nothing)


def _nothing() -> bytes:
    raise FileNotFoundError


def _name_of(path: str) -> str:
    return _with_slashes(path).rpartition("/")[2]


def _with_slashes(path: str) -> str:
    """A list that was made on Windows may be sent from elsewhere."""
    return path.replace("\\", "/")
