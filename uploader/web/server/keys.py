"""What opens the page: links that work once, and the sessions that they open. Kept in memory, and only as hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_BYTES = 32
_Opened = TypeVar("_Opened")


def new_key() -> str:
    """256 random bits, as an address can hold them."""
    return secrets.token_urlsafe(_BYTES)


def is_same(given: str, expected: str) -> bool:
    """Whether two secrets are the same; it takes as long wherever they differ."""
    return hmac.compare_digest(_hashed(given), _hashed(expected))


@dataclass(slots=True)
class Keys(Generic[_Opened]):
    """Keys, and what each of them opens. Of more than `most`, the oldest is gone; so is one after `seconds`."""

    most: int
    seconds: float
    clock: Callable[[], float]
    """Seconds since some moment."""
    _entries: dict[bytes, tuple[float, _Opened]] = field(default_factory=dict)

    def add(self, opened: _Opened) -> str:
        """A new key for it."""
        key = new_key()
        while len(self._entries) >= self.most:
            del self._entries[next(iter(self._entries))]
        self._entries[_hashed(key)] = (self.clock() + self.seconds, opened)
        return key

    def find(self, key: str) -> _Opened | None:
        """What the key opens; None if it opens nothing any more."""
        name = self._name(key)
        return None if name is None else self._entries[name][1]

    def use_up(self, key: str) -> _Opened | None:
        """What the key opens, for the last time."""
        name = self._name(key)
        return None if name is None else self._entries.pop(name)[1]

    def _name(self, key: str) -> bytes | None:
        now, given = self.clock(), _hashed(key)
        for name in [name for name, (until, _) in self._entries.items() if until <= now]:
            del self._entries[name]
        # All of them, always: which one it is, or how near, must not be measurable.
        found = [name for name in self._entries if hmac.compare_digest(name, given)]
        return found[0] if found else None


def _hashed(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
