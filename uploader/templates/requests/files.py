"""Files that go along with rows: found by the path in a cell, in one folder and nowhere else."""

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

MOST_BYTES = 20_000_000
_MARKS = ("/", "\\")


class UploadedFile(NamedTuple):
    """A file as a request carries it."""

    name: str
    """The last part of its path."""
    sha256: str
    """Hex; "" where it can't be read."""
    content: Callable[[], bytes]
    """Reads it. Raises OSError."""


Files: TypeAlias = Callable[[str], UploadedFile]
"""Finds the file whose path is in a cell."""


class ChangedFileError(Exception):
    """A file is not the one any more that the request was planned with."""


def no_files(text: str) -> UploadedFile:
    """Where no folder was named, no file is there."""
    return UploadedFile(_name_of(text), "", _nothing)


@dataclass(frozen=True, slots=True)
class FilesFolder:
    """The folder that a person named; links in it may not lead out of it."""

    path: Path

    def __call__(self, text: str) -> UploadedFile:
        """The file at a path; where it can't be sent, one without a digest that can't be read."""
        found = self._resolved(text)
        if isinstance(found, str):
            return no_files(text)
        path, state = found
        digest = _digest(path, state.st_mtime_ns, state.st_size, state.st_ino)
        return UploadedFile(_name_of(text), digest, path.read_bytes)

    def problem(self, text: str) -> str | None:
        """Why the file at a path can't be sent: the code of a problem."""
        found = self._resolved(text)
        return found if isinstance(found, str) else None

    def _resolved(self, text: str) -> tuple[Path, os.stat_result] | str:
        try:
            folder = self.path.resolve(strict=True)
            path = (folder / text).resolve(strict=True)
            if not path.is_relative_to(folder):
                return "file_outside"
            state = path.stat()
        except (OSError, ValueError, RuntimeError):  # also for a null character, and for links in a circle
            return "file_outside" if _leads_out(text) else "file_not_there"
        if not stat.S_ISREG(state.st_mode):
            return "file_no_file"
        if state.st_size > MOST_BYTES:
            return "file_too_large"
        return path, state


@dataclass(slots=True)
class HeldFiles:
    """The files of one row, each read once: what is sent of one is what its digest is of."""

    files: Files
    _held: dict[str, UploadedFile] = field(default_factory=dict, init=False)

    def __call__(self, text: str) -> UploadedFile:
        """The file at a path, as it was read. Raises ChangedFileError where it can't be any more."""
        if text not in self._held:
            self._held[text] = _held(self.files(text))
        return self._held[text]


def _held(found: UploadedFile) -> UploadedFile:
    try:
        content = found.content()
    except OSError as why:
        raise ChangedFileError from why
    if len(content) > MOST_BYTES:
        raise ChangedFileError
    return UploadedFile(found.name, hashlib.sha256(content).hexdigest(), lambda: content)


@lru_cache(maxsize=1024)  # a file may go along with many rows, and each is looked at several times
def _digest(path: Path, changed_ns: int, size: int, inode: int) -> str:  # noqa: ARG001  # a file that changed is another one
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _nothing() -> bytes:
    raise FileNotFoundError


def _name_of(text: str) -> str:
    for mark in _MARKS:
        text = text.rpartition(mark)[2]
    return text


def _leads_out(text: str) -> bool:
    return Path(text).is_absolute() or ".." in text.replace("\\", "/").split("/")
