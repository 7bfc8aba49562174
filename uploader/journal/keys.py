"""The key under which a journal keeps the hashes of what was forgotten.

A plain hash of a row with a phone number tells the number to whoever tries all of them; with a key that only this
computer has, it does not. The same row is still known when it is sent again.
"""

import hashlib
import hmac
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from uploader.errors import JournalError
from uploader.i18n import Message

_BYTES = 32
_SHOWN_OF_HASH = 16
_MARK = "k:"
"""What every keyed hash begins with."""


class HashKey:
    """The key of the journal at a path, in a file beside that; it is made when something is forgotten first."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_suffix(".key")
        self._key: bytes | None = None

    @property
    def id(self) -> str:
        """By which a journal knows its key again; it tells nothing of it."""
        return "" if self._key is None else _id_of(self._key)

    def keyed(self, plain: str | None) -> str | None:
        """What is kept of a hash once its row is forgotten: the hash itself while nothing is."""
        if plain is None or self._key is None or plain.startswith(_MARK):
            return plain
        return _MARK + hmac.digest(self._key, plain.encode(), "sha256").hex()

    def pads(self) -> tuple[str, bytes, bytes]:
        """Its id and its pads, as `pads_of`; there is a key."""
        return pads_of(self._key or b"")

    def fits(self, ids: Collection[str]) -> bool:
        """Whether hashes that were kept under the keys with these ids can be compared; from then on they are."""
        if ids and self.id not in ids:
            self._key = self._read()
        return set(ids) <= {self.id}

    def make(self) -> str:
        """Have a key that is on the disk, where it had none; its id. The journal's write lock is held."""
        self._key = self._key or self._read() or self._made()
        return self.id

    def _read(self) -> bytes | None:
        """The key in the file; None where it is not there, or not whole."""
        try:
            key = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as why:
            facts = {"path": str(self.path), "why": why.strerror or str(why)}
            raise JournalError(Message("journal.key_unreadable", **facts)) from why
        return key if len(key) == _BYTES else None

    def _made(self) -> bytes:
        key = os.urandom(_BYTES)
        with suppress(FileNotFoundError):
            self.path.unlink()  # half of one, from a kill: no hash was ever kept under it
        with os.fdopen(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self.path.parent)
        return key


def new_key() -> tuple[str, bytes, bytes]:
    """The id of a new key, and the two pads of its HMAC-SHA256, where the key itself is kept by nobody."""
    return pads_of(os.urandom(_BYTES))


def pads_of(key: bytes) -> tuple[str, bytes, bytes]:
    """The id of a key, and the two pads by which HMAC-SHA256 hashes with it: the inner and the outer one."""
    whole = key.ljust(hashlib.sha256().block_size, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in whole) for pad in (0x36, 0x5C))
    return _id_of(key), inner, outer


def _id_of(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:_SHOWN_OF_HASH]


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file on the disk, too; Windows can't, and needs it not."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
