"""Secrets that the person wanted kept, in the system's own password store; the one door of `keyring`, an extra.

A secret is in no message and no error of ours, whatever the store says: only what kind of error it was is named.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from uploader.errors import SettingsError
from uploader.i18n import Message

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "uploader"
_LEAST_PRIORITY = 1
"""From which on keyring recommends a store: others keep what they are given where it can be read."""
_PATIENCE_SECONDS = 60
"""A locked store asks the person for its password, in a window that nobody may see."""

_Result = TypeVar("_Result")


def is_available() -> bool:
    """Whether there is a store here that keeps secrets safely."""
    with suppress(SettingsError):  # one that fails keeps nothing
        return _bounded(lambda: _store() is not None)
    return False


def kept(servers: str, setting: str) -> str | None:
    """The secret setting that was kept for the servers that a template sends it to; None if none was.

    Raises SettingsError where the store fails.
    """

    def look_up() -> str | None:
        store = _store()
        return None if store is None else store.get_password(_SERVICE, _entry(servers, setting)) or None

    return _bounded(look_up)


def keep(servers: str, setting: str, secret: str) -> None:
    """Keep a secret setting for these servers, instead of the one before. Raises SettingsError if it can't be."""

    def put() -> bool:
        store = _store()
        if store is not None:
            store.set_password(_SERVICE, _entry(servers, setting), secret)
        return store is not None

    if not _bounded(put):
        raise SettingsError(Message("secret_store.none"))


def drop(servers: str, setting: str) -> None:
    """Keep it no longer, if it was kept. Raises SettingsError where the store fails."""

    def remove() -> None:
        store, entry = _store(), _entry(servers, setting)
        if store is not None and store.get_password(_SERVICE, entry) is not None:
            store.delete_password(_SERVICE, entry)

    _bounded(remove)


def _entry(servers: str, setting: str) -> str:
    return f"{servers} {setting}"


def _store() -> "KeyringBackend | None":
    try:
        import keyring  # noqa: PLC0415  # an extra, and slow to import: most runs need no secret from it
    except ImportError:
        return None
    store = keyring.get_keyring()
    return store if store.priority >= _LEAST_PRIORITY else None


def _bounded(act: Callable[[], _Result]) -> _Result:
    """What the store gives, within a time. Raises SettingsError, which says nothing that the store said."""
    ends: SimpleQueue[tuple[_Result | None, str]] = SimpleQueue()

    def run() -> None:
        try:
            ends.put((act(), ""))
        except Exception as why:  # noqa: BLE001  # each system's store raises what it likes
            ends.put((None, type(why).__name__))

    threading.Thread(target=run, name="secret store", daemon=True).start()
    try:
        result, failure = ends.get(timeout=_PATIENCE_SECONDS)
    except Empty:
        raise SettingsError(Message("secret_store.silent", seconds=_PATIENCE_SECONDS)) from None
    if failure:
        raise SettingsError(Message("secret_store.failed", why=failure))
    return result  # type: ignore[return-value]  # without a failure it is a result, which may be None
