"""The record: one JSON line for each request, in a file of the person's or in one that nobody sees."""

import json
import os
import stat
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self

from uploader.errors import SettingsError
from uploader.i18n import Fact, Message

_FIRST_BYTES = b'{"number": '
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A FIFO or a device is opened without waiting for its other end, so that it can be refused."""


class Record:
    """Begins anew with each server."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._size = 0

    @classmethod
    def begun(cls, path: Path | None) -> Self:
        """At `path`, in place of an earlier record; without one, where nobody sees it.

        Raises SettingsError where no record can be there, or where another file is, which is left alone.
        """
        try:
            if path is None:
                return cls(TemporaryFile(buffering=0))
            return cls(_begun_at(path))
        except OSError as why:
            raise _refused(path, why.strerror or str(why)) from why

    def add(self, line: dict[str, Any]) -> None:
        """One more request. Raises OSError where the disk is full; then nothing of it is kept."""
        data = text(line).encode() + b"\n"
        rest = memoryview(data)
        self._file.seek(self._size)
        try:
            while rest:  # where only a part of it has room, the next turn says why
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.truncate(self._size)
            raise
        self._size += len(data)

    def read(self) -> bytes:
        """All of it."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        """The file."""
        self._file.close()


def text(value: object) -> str:
    """As JSON; what no encoding can hold (halves of characters) is escaped."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _begun_at(path: Path) -> FileIO:
    file = FileIO(os.open(path, _FLAGS, 0o666), "r+")
    try:
        _check(file, path)
        file.truncate(0)
    except BaseException:
        file.close()
        raise
    return file


def _check(file: FileIO, path: Path) -> None:
    """Raises SettingsError where it is no place for a record."""
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise _refused(path, Message("sandbox.no_file"))
    if file.read(len(_FIRST_BYTES)) not in (b"", _FIRST_BYTES):
        raise _refused(path, Message("sandbox.another_file"))


def _refused(path: Path | None, why: Fact) -> SettingsError:
    return SettingsError(Message("sandbox.no_record", path=str(path), why=why))
