"""Write a file aside and move it to its place, never over a file that changed since that place was chosen."""

import errno
import hashlib
import io
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Self

from uploader.errors import WorkbookError
from uploader.i18n import Message

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

if sys.platform != "win32":
    import fcntl

_ASIDE = re.compile(r"\.uploader-[0-9a-f]{16}\.tmp")
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What a folder answers whose file system has none."""
_LEAST_AGE_SECONDS, _CERTAIN_AGE_SECONDS = 60, 24 * 3600
"""Younger files are left alone; from the other age on nobody is writing any more, also where locks say nothing."""
_AT_ONCE = 1 << 20


class OccupiedError(WorkbookError):
    """Something else is now where a workbook of ours was to be written; it is left alone."""


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What identifies a file, so that one that was saved again, replaced or added in the meantime is noticed."""

    size: int
    sha256: str
    """Of its bytes; "" for what is no file and may never end."""
    modified_ns: int = field(default=0, compare=False)
    inode: int = field(default=0, compare=False)
    """Not compared: some file systems make up new ones, and the same bytes saved again are no loss."""

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """That of the file at `path`; None where nothing is. Raises OSError where it can't be read."""
        try:
            about = path.stat()
            if not S_ISREG(about.st_mode):
                return cls(about.st_size, "")
            digest = hashlib.sha256()
            with path.open("rb") as file:
                about = os.fstat(file.fileno())
                while some := file.read(_AT_ONCE):
                    digest.update(some)
        except FileNotFoundError:
            return None
        return cls(about.st_size, digest.hexdigest(), about.st_mtime_ns, about.st_ino)

    def is_still_at(self, path: Path) -> bool:
        """Whether nobody wrote there since it was read: a look that takes no time."""
        about = path.stat()
        return (about.st_size, about.st_mtime_ns, about.st_ino) == (self.size, self.modified_ns, self.inode)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file goes, and what stood there when that was decided."""

    path: Path
    stood: FileIdentity | None

    @classmethod
    def at(cls, path: Path) -> Self:
        """A place that is decided now: what stands there may be replaced. Raises OSError."""
        return cls(path, FileIdentity.of(path))

    def take(self, aside: Path) -> None:
        """Move the finished file here. Raises OccupiedError if something else is here by now, and OSError."""
        now = FileIdentity.of(self.path)
        if now is None:
            _move_where_nothing_stands(aside, self.path)
        elif now == self.stood and now.sha256 and now.is_still_at(self.path):
            aside.replace(self.path)
        else:
            raise _occupied(self.path)


def path_of(where: Path | Place) -> Path:
    """The path alone."""
    return where if isinstance(where, Path) else where.path


def _move_where_nothing_stands(aside: Path, path: Path) -> None:
    try:
        if os.name == "nt":
            aside.rename(path)  # which refuses there what POSIX would replace
        else:
            os.link(aside, path)
    except FileExistsError as why:
        raise _occupied(path) from why
    except OSError as why:
        if why.errno not in _NO_HARD_LINKS:
            raise
        if os.path.lexists(path):
            raise _occupied(path) from why
        aside.rename(path)


def _occupied(path: Path) -> OccupiedError:
    return OccupiedError(Message("workbook.occupied", path=str(path)))


class AsideFile(io.FileIO):
    """A file that is being written, locked so that nobody takes it for the remains of a process that died."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        super().__init__(descriptor, "w+")
        self.path = path
        self._at: int | None = None
        """Where it would be, once it was given up; None while it is written."""
        _is_locked_by_us(descriptor)

    def give_up(self) -> None:
        """From now on nothing is written: whoever tidies up behind a full disk would complain about it once more."""
        self._at = 0

    def write(self, data: "ReadableBuffer") -> int:
        """Write all of it. Raises OSError."""
        rest = memoryview(data).cast("B")
        size = len(rest)
        if self._at is not None:
            self._at += size
            return size
        while rest:
            rest = rest[super().write(rest) or 0 :]
        return size

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go there."""
        if self._at is None:
            return super().seek(offset, whence)
        self._at = offset
        return offset

    def tell(self) -> int:
        """Where it is."""
        return super().tell() if self._at is None else self._at

    def sha256(self) -> str:
        """Of all that was written, hex."""
        self.seek(0)
        return hashlib.file_digest(self, "sha256").hexdigest()

    def flush(self) -> None:
        """Nothing waits: each part is written at once."""

    def finish(self) -> None:
        """All of it is on the disk, and whoever may read other new files of this person may read it."""
        os.fsync(self.fileno())
        if sys.platform != "win32":
            os.fchmod(self.fileno(), 0o666 & ~_umask())


@contextmanager
def written_aside(place: Place) -> Iterator[AsideFile]:
    """A new file beside its place, moved there when the block ends without an error, and gone in any case.

    Raises OccupiedError if something else stands there by then, and OSError.
    """
    sweep(place.path.parent)
    aside = aside_in(place.path.parent)
    try:
        with AsideFile(aside) as file:
            try:
                yield file
                file.finish()
            except BaseException:
                file.give_up()
                raise
        place.take(aside)
    finally:
        with suppress(OSError):  # a folder that is gone meanwhile
            aside.unlink(missing_ok=True)


def check_folder(folder: Path) -> None:
    """Raise OSError where no file can be written in the folder."""
    aside = aside_in(folder)
    with AsideFile(aside):
        pass
    aside.unlink()


def aside_in(folder: Path) -> Path:
    """A new name for a file that is aside for a while; `sweep` deletes it if its process dies."""
    return folder / f".uploader-{secrets.token_hex(8)}.tmp"


def sweep(folder: Path) -> None:
    """Delete what processes left aside in the folder that died while they wrote."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _ASIDE.fullmatch(entry.name) and _is_abandoned(Path(entry.path)):
                with suppress(OSError):
                    Path(entry.path).unlink()


def _is_abandoned(path: Path) -> bool:
    """Whether nobody is writing it any more, as far as can be known."""
    with suppress(OSError):
        about = path.lstat()
        age = time.time() - about.st_mtime
        if not S_ISREG(about.st_mode) or age < _LEAST_AGE_SECONDS:
            return False
        if age > _CERTAIN_AGE_SECONDS:
            return True
        with path.open("rb") as file:
            return _is_locked_by_us(file.fileno())
    return False


def _is_locked_by_us(descriptor: int) -> bool:
    """Lock the file, and say whether that was possible; a lock ends with its process."""
    if sys.platform == "win32":
        return False  # files that are open can't be deleted there anyway
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process writes it, or its file system has no locks
        return False
    return True


def _umask() -> int:
    """What other people may not do with this person's new files."""
    umask = os.umask(0o077)
    os.umask(umask)
    return umask
