"""A file's bytes as they were at one moment; whatever is read of a list is read from there.

Only regular files are opened: a pipe or a device may never end, and reading it takes away what it gives.
"""

import errno
import hashlib
import io
import os
import stat
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, TextIO

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.limits import MOST_LIST_BYTES
from uploader.readers import missing_file, pointers

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MOST_IN_MEMORY = 4 << 20
"""A longer copy is kept in a file without a name, which is gone when the process is, however that ends."""
BLOCK_BYTES = 1 << 20
"""How much of a file is read at once."""
_OPEN_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY"))
"""A pipe that took the file's place just now must not be waited for."""


class Snapshot:
    """The bytes of one file. Those who read it have places of their own, and don't disturb each other."""

    def __init__(self, path: Path, copy: IO[bytes], sha256: str) -> None:
        self.path, self.sha256 = path, sha256
        """Where it was, and the SHA-256 of the bytes that it had, hex."""
        self.size = copy.seek(0, os.SEEK_END)
        self._copy, self._lock = copy, threading.Lock()
        weakref.finalize(self, copy.close)

    def open(self) -> io.BufferedReader:
        """All of it, from the first byte on."""
        return io.BufferedReader(_Reader(self), BLOCK_BYTES)

    def text(self, encoding: str) -> TextIO:
        """All of it, decoded; line ends are left as they are."""
        return io.TextIOWrapper(self.open(), encoding=encoding, newline="")

    def blocks(self) -> Iterator[bytes]:
        """All of it, a part at a time."""
        with self.open() as file:
            while block := file.read(BLOCK_BYTES):
                yield block

    def read_at(self, place: int, into: "WriteableBuffer") -> int:
        """Read from a place on; how many bytes there were, 0 at the end. Raises ListError."""
        try:
            with self._lock:
                self._copy.seek(place)
                return self._copy.readinto(into)  # type: ignore[attr-defined,no-any-return]  # IO lacks what all have
        except OSError as why:
            raise unreadable(self.path, why) from why


class _Reader(io.RawIOBase):
    """Somebody's place in a snapshot, which lives for as long as its readers do."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot, self._place = snapshot, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._snapshot.size}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))  # as of any file: a damaged package may want it
        self._place = start + offset
        return self._place

    def readinto(self, buffer: "WriteableBuffer") -> int:
        count = self._snapshot.read_at(self._place, buffer)
        self._place += count
        return count


def snapshot_of(path: Path, cancel: CancelToken | None = None) -> Snapshot:
    """The bytes of the file at `path`. They are read twice: what was written in between must not be half of them.

    Raises ListError where it is no regular file, can't be read, is too large or was changed meanwhile; CancelledError
    where `cancel` is set.
    """
    with opened(path) as file:
        snapshot = _copied(path, file, cancel)
        file.seek(0)
        with snapshot.open() as copy:
            for piece in _pieces(path, file, cancel):
                if copy.read(len(piece)) != piece:
                    raise ListError(Message("list_file.changed", name=path.name))
            if copy.read(1):
                raise ListError(Message("list_file.changed", name=path.name))
    return snapshot


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, hex. Raises ListError."""
    digest = hashlib.sha256()
    with opened(path) as file:
        for piece in _pieces(path, file, None):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[io.FileIO]:
    """The regular file at `path`, unbuffered; an OSError of the block is about it. Raises ListError."""
    try:
        if not is_text(path.absolute()):
            raise ListError(Message("list_file.odd_name", path=ascii(str(path.absolute()))))
        _require_file(path, path.stat())  # first, because opening a device may do something already
        with io.FileIO(path, opener=lambda name, flags: os.open(name, flags | _OPEN_FLAGS)) as file:
            _require_file(path, os.fstat(file.fileno()))
            yield file
    except FileNotFoundError as why:
        raise missing_file.not_found(path) from why
    except OSError as why:
        raise unreadable(path, why) from why
    except ValueError as why:  # a NUL
        raise ListError(Message("list_file.no_name", path=ascii(str(path)))) from why


def is_text(path: Path) -> bool:
    """Whether a path is text: no journal and no workbook could write down another one."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _require_file(path: Path, about: os.stat_result) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise missing_file.is_folder(path)
    if stat.S_ISFIFO(about.st_mode):
        raise ListError(Message("list_file.pipe", path=str(path)))
    if not stat.S_ISREG(about.st_mode):
        raise ListError(Message("list_file.no_file", path=str(path)))


def _copied(path: Path, file: io.FileIO, cancel: CancelToken | None) -> Snapshot:
    copy = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY, prefix="uploader-")  # noqa: SIM115  # closed with the snapshot
    digest = hashlib.sha256()
    try:
        for piece in _pieces(path, file, cancel):
            digest.update(piece)
            _write(copy, piece, path)
        return Snapshot(path, copy, digest.hexdigest())
    except BaseException:
        copy.close()
        raise


def _write(copy: "SpooledTemporaryFile[bytes]", piece: bytes, path: Path) -> None:
    try:
        copy.write(piece)
    except OSError as why:
        facts = {"name": path.name, "folder": gettempdir(), "why": why.strerror or str(why)}
        raise ListError(Message("list_file.no_room", **facts)) from why


def _pieces(path: Path, file: io.FileIO, cancel: CancelToken | None) -> Iterator[bytes]:
    """What is in the file from here on."""
    size = 0
    while piece := file.read(BLOCK_BYTES):
        if cancel is not None:
            cancel.check()
        size += len(piece)
        if size > MOST_LIST_BYTES:
            raise ListError(Message("list_file.too_large", name=path.name, gigabytes=MOST_LIST_BYTES >> 30))
        yield piece
    if piece is None:  # the kernel has files that are written as one reads, and this one would have to be waited for
        raise ListError(Message("list_file.no_file", path=str(path)))


def mode_at(path: Path) -> int:
    """What is at a path, as `stat` tells it; 0 where nothing is, or it can't be looked at."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def is_file(path: Path) -> bool:
    """Whether a regular file is there, as far as one can look."""
    return stat.S_ISREG(mode_at(path))


def unreadable(path: Path, why: OSError) -> ListError:
    """For a file that the system doesn't let us read; a lock file is open elsewhere as long as it is there."""
    known = pointers.lock_file(path) or pointers.not_fetched(path, why)
    return ListError(known or Message("unreadable", path=str(path), why=why.strerror or str(why)))
